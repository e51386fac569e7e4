/* What waiting costs: by this host's own queue timeouts where the log is its own, else by Sendmail's usual.
 */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/when.h"
#include "diagnosis/draft.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#define NOT_STOPPED \
	"Mail is still delivered: verify=FAIL alone never stops it. It is encrypted, but nobody knows for whom."
#define IN_CLEAR "Mail is still delivered, unencrypted: whoever is on the path reads it."

static const struct row {
	enum verify verify;
	unsigned waiting;
	int64_t age_ms; /* of the oldest message that waits; 0: not known */
	bool cf;
	int64_t returns, warns; /* of the cf */
	bool falls_back;
	const char *log_host;
	const char *says;
	const char *stat; /* of the last delivery; NULL: none */
} rows[] = {
	{VERIFY_FAIL, 0, 0, false, 0, 0, false, NULL, NOT_STOPPED, NULL},
	{VERIFY_SOFTWARE, 0, 0, false, 0, 0, false, NULL,
		"Mail for this relay waits; Sendmail returns it after 5 days. Senders are warned after 4 h.",
		NULL},
	{VERIFY_SOFTWARE, 0, 0, true, 3 * WHEN_DAY, 0, false, "mail.example.org",
		"Mail for this relay waits; Sendmail returns it after 3 days.", NULL},
	{VERIFY_SOFTWARE, 0, 0, true, WHEN_DAY, 90 * WHEN_MINUTE, false, "",
		"Mail for this relay waits; Sendmail returns it after 1 day. Senders are warned after 1h30.",
		NULL},
	/* another host's log: its cf is not known */
	{VERIFY_SOFTWARE, 0, 0, true, 3 * WHEN_DAY, 0, false, "mx1.example.org",
		"Mail for this relay waits; Sendmail returns it after 5 days. Senders are warned after 4 h.",
		NULL},
	{VERIFY_SOFTWARE, 0, 0, true, 3 * WHEN_DAY, 0, true, NULL, IN_CLEAR, NULL},
	{VERIFY_SOFTWARE, 0, 0, true, 3 * WHEN_DAY, 0, true, "mx1.example.org",
		"Mail for this relay waits; Sendmail returns it after 5 days. Senders are warned after 4 h.",
		NULL},
	{VERIFY_NONE, 0, 0, true, 3 * WHEN_DAY, 0, false, NULL, IN_CLEAR, NULL},
	{VERIFY_FAIL, 3, 0, true, 12 * WHEN_HOUR, WHEN_HOUR, false, NULL,
		"3 messages wait; Sendmail returns them after 12 h. Senders are warned after 1 h.", NULL},
	{VERIFY_FAIL, 9, WHEN_DAY, true, 5 * WHEN_DAY, 4 * WHEN_HOUR, false, NULL,
		"Nothing is lost before 2026-06-01 20:26, when Sendmail returns the oldest of 9 messages (5 days). "
		"Senders are warned after 4 h.",
		NULL},
	{VERIFY_FAIL, 9, WHEN_DAY, true, 2 * WHEN_DAY, 0, false, NULL,
		"Nothing is lost before 2026-05-29 20:26, when Sendmail returns the oldest of 9 messages (2 days).",
		NULL},
	{VERIFY_FAIL, 2, 6 * WHEN_DAY, true, 5 * WHEN_DAY, 0, false, NULL,
		"Sendmail returns the oldest of 2 messages with its next attempt: it waits 5 days.", NULL},
	{VERIFY_FAIL, 1, 0, true, 12 * WHEN_HOUR, 0, false, NULL,
		"1 message waits; Sendmail returns it after 12 h.", NULL},
	{VERIFY_FAIL, 1, WHEN_DAY, true, 2 * WHEN_DAY, 0, false, NULL,
		"Nothing is lost before 2026-05-29 20:26, when Sendmail returns the message that waits (2 days).",
		NULL},
	{VERIFY_FAIL, 1, 6 * WHEN_DAY, true, 5 * WHEN_DAY, 0, false, NULL,
		"Sendmail returns the message that waits with its next attempt: it waits 5 days.", NULL},
	/* the word is unknown where no STARTTLS line was written */
	{VERIFY_UNKNOWN, 0, 0, false, 0, 0, false, NULL, IN_CLEAR, "Sent (ok)"},
	{VERIFY_SOFTWARE, 0, 0, false, 0, 0, false, NULL, IN_CLEAR, "Sent (ok)"},
	{VERIFY_UNKNOWN, 0, 0, false, 0, 0, false, NULL, "The log does not show it.", "User unknown"},
	/* TLS 1.3 refuses our certificate behind a good word */
	{VERIFY_OK, 0, 0, false, 0, 0, false, NULL,
		"Mail for this relay waits; Sendmail returns it after 5 days. Senders are warned after 4 h.",
		"Deferred: Connection reset by mx.example.net."},
	{VERIFY_OK, 0, 0, false, 0, 0, false, NULL, "Mail is still delivered.", "Sent (ok)"},
	/* a warning that would come after the return never comes */
	{VERIFY_FAIL, 2, 0, true, WHEN_HOUR, 4 * WHEN_HOUR, false, NULL,
		"2 messages wait; Sendmail returns them after 1 h.", NULL},
};

static void
check(const struct row *row)
{
	struct relay r = {.direction = DIRECTION_CLIENT,
		.last = {.verify = row->verify, .depth = -1, .stat = (char *)(uintptr_t)row->stat},
		.deliveries = {.waiting = row->waiting},
		.held = {.oldest_ms = row->age_ms ? NOW_MS - row->age_ms : 0}};
	struct policy *p = policy_new();
	struct evidence e = {.relay = &r,
		.policy = p,
		.log_host = row->log_host,
		.own_host = "mail.example.org",
		.now_ms = NOW_MS};
	struct diagnosis d = {.findings = {NULL, 0}};
	struct diagnosis_run w;
	struct draft draft;
	const char *says;

	r.name = mem_text(SCENE_HOST);
	p->cf = row->cf ? mem_text("/etc/mail/sendmail.cf") : NULL;
	p->queue_return_ms = row->returns;
	p->queue_warn_ms = row->warns;
	p->fallback_to_clear = row->falls_back;
	diagnosis_run_begin(&w, &e, &d);
	draft_begin(&draft, &w, "self-signed", PROOF_LOG, true);
	draft_prove(&draft, "as the test says");
	draft_end(&draft);
	says = d.findings.items[0]->cost;
	if (strcmp(says, row->says) != 0)
		fail_msg("\"%s\", expected \"%s\"", says, row->says);
	diagnosis_run_end(&w);
	diagnosis_clear(&d);
	policy_unref(p);
	free(r.name);
}

static void
waiting_costs_what_the_queue_timeouts_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(&rows[i]);
}

/* The day in the title of mail-held is the same. */
static void
held_mail_is_returned_on_the_day_of_the_cf(void **state)
{
	static const struct {
		int64_t returns;
		const char *title;
		unsigned waiting;
	} cases[] = {
		{5 * WHEN_DAY, "4 messages held by the relay; returned from 2026-06-02", 4},
		{2 * WHEN_DAY, "4 messages held by the relay; returned from 2026-05-30", 4},
		{2 * WHEN_DAY, "1 message held by the relay; returned from 2026-05-30", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.direction = DIRECTION_CLIENT,
			.last = {.verify = VERIFY_UNKNOWN, .depth = -1},
			.deliveries = {.waiting = cases[i].waiting},
			.held = {.oldest_ms = NOW_MS}};
		struct policy *p = policy_new();
		struct evidence e = {.relay = &r, .policy = p, .now_ms = NOW_MS};
		struct diagnosis d;

		r.name = mem_text(SCENE_HOST);
		p->cf = mem_text("/etc/mail/sendmail.cf");
		p->queue_return_ms = cases[i].returns;
		diagnose_relay(&e, &d);
		assert_string_equal(findings_find(&d.findings, "mail-held")->title, cases[i].title);
		diagnosis_clear(&d);
		policy_unref(p);
		free(r.name);
	}
}

/* Greylisting and full mailboxes are no alarm; what TLS, the network or the relay as a whole holds is one. */
static void
mail_that_waits_for_its_recipient_is_no_alarm(void **state)
{
	static const struct {
		enum verify verify;
		const char *stat;
		enum severity severity;
	} cases[] = {
		{VERIFY_OK, "Deferred: 450 4.2.0 <user@example.net>: Greylisted", SEVERITY_NOTICE},
		{VERIFY_OK, "Deferred: 451 4.7.1 Greylisting in action", SEVERITY_NOTICE},
		{VERIFY_TRUSTED, "Deferred: 452 4.2.2 Over quota", SEVERITY_NOTICE},
		{VERIFY_OK, "Deferred: 454 4.7.0 authentication failed", SEVERITY_ERROR},
		{VERIFY_OK, "Deferred: 403 4.7.0 TLS handshake failed.", SEVERITY_ERROR},
		{VERIFY_OK, "Deferred: 421 4.3.2 Too busy", SEVERITY_ERROR},
		{VERIFY_OK, "Deferred: 45", SEVERITY_ERROR},
		{VERIFY_OK, "Deferred: 4500", SEVERITY_ERROR},
		{VERIFY_OK, "Deferred: Connection reset by mx.example.net.", SEVERITY_ERROR},
		{VERIFY_OK, "Deferred", SEVERITY_ERROR},
		{VERIFY_FAIL, "Deferred: 451 4.7.1 Greylisting in action", SEVERITY_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.name = mem_text(SCENE_HOST),
			.deliveries = {.waiting = 2},
			.last = {.verify = cases[i].verify, .stat = mem_text(cases[i].stat)}};
		struct evidence e = {.relay = &r, .now_ms = NOW_MS};
		const struct finding *held;
		struct diagnosis d;

		diagnose_relay(&e, &d);
		held = findings_find(&d.findings, "mail-held");
		assert_non_null(held);
		assert_int_equal(held->severity, cases[i].severity);
		diagnosis_clear(&d);
		free(r.last.stat);
		free(r.name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_costs_what_the_queue_timeouts_say),
		cmocka_unit_test(held_mail_is_returned_on_the_day_of_the_cf),
		cmocka_unit_test(mail_that_waits_for_its_recipient_is_no_alarm),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
