/* Whatever the log, the peer and its certificates say: a diagnosis ends, is bounded, and has no hostile
 * command. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "cases.h"
#include "maillog/parse.h"
#include "relays/history.h"
#include "scene.h"

#include <string.h>

#define AT INT64_C(1795910400000) /* 2026-11-29 */

static uint64_t random_state;

/* xorshift64: the same on every run. */
static size_t
random_below(size_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (size_t)(random_state % limit);
}

/* Commands are made of our own words: what a peer named is in the harmless alphabet. */
static void
check_commands(const struct finding *f)
{
	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];

		for (size_t j = 0; j < r->line_count; j++) {
			if (r->lines[j].kind != LINE_SHELL)
				continue;
			assert_null(strpbrk(r->lines[j].text, "`;\n\033\"\\"));
			assert_null(strstr(r->lines[j].text, "$("));
			assert_null(strstr(r->lines[j].text, "evil"));
		}
	}
	assert_true(f->evidence_count > 0);
}

static void
diagnose_all(const struct history *h)
{
	for (size_t i = 0; i <= history_relay_count(h); i++) {
		struct evidence e = {.history = h, .now_ms = AT};
		struct diagnosis d;

		e.relay = i < history_relay_count(h) ? history_relay(h, i) : NULL;
		(e.relay ? diagnose_relay : diagnose_host)(&e, &d);
		assert_true(d.findings.count < 20);
		for (size_t j = 0; j < d.findings.count; j++)
			check_commands(d.findings.items[j]);
		diagnosis_clear(&d);
	}
}

/* One relay that shows every fault in turn, with names that want to be commands. */
static void
logs_of_every_fault_in_any_order_are_survived(void **state)
{
	static const char *const lines[] = {
		"STARTTLS=client, relay=%s., version=TLSv1.3, verify=FAIL, cipher=C, bits=256/256",
		"STARTTLS=client, relay=%s., version=TLSv1.3, verify=OK, cipher=C, bits=256/256",
		"STARTTLS=client, relay=%s., version=TLSv1.3, verify=NO, cipher=C, bits=0/0",
		"STARTTLS=client, cert-subject=/CN=%s, cert-issuer=/CN=+24+28evil+29, verifymsg=certificate "
		"has expired",
		"STARTTLS=client, cert-subject=/CN=%s, cert-issuer=/CN=x, verifymsg=unable to get local "
		"issuer certificate",
		"STARTTLS: TLS cert verify: depth=1 /CN=%s, state=0, reason=invalid CA certificate",
		"STARTTLS=client, error: connect failed=-1, reason=dh key too small, SSL_error=1, errno=0, "
		"retry=-1",
		"ruleset=tls_server, arg1=SOFTWARE, relay=%s, reject=454 4.7.0 TLS handshake failed.",
		"ruleset=tls_server, arg1=FAIL, relay=%s, reject=454 4.7.0 authentication failed",
		"ruleset=tls_server, arg1=OK, relay=%s, reject=503 5.7.0 CN $(evil) does not match `evil`",
		"ruleset=try_tls, arg1=%s, relay=%s, reject=550 5.7.1 do not try TLS",
		"STARTTLS=client: file /etc/$(evil)/k.key unsafe: Group readable file",
		"STARTTLS=client, error: load verify locs /etc/a, /etc/`evil` failed: 0",
		"STARTTLS: CACertFile missing",
		"6AM7k1Bx000812: to=<u@example.org>, delay=00:00:01, mailer=esmtp, relay=%s. [192.0.2.10], "
		"dsn=2.0.0, stat=Sent",
		"6AM7k1Bx000813: to=<u@example.org>, delay=1+00:00:01, mailer=esmtp, relay=%s. [192.0.2.11], "
		"dsn=4.0.0, "
		"stat=Deferred: Connection timed out with `evil`",
	};
	static const char *const names[] = {
		"mx.example.net", "$(evil).example.net", "-evil", "mx;evil", "[192.0.2.9]"};

	(void)state;
	random_state = 88172645463325252u;
	for (size_t round = 0; round < 60; round++) {
		struct history *h = history_new(&(struct history_options){.max_relays = 0});

		for (size_t i = 0; i < 60; i++) {
			const char *name = names[random_below(COUNT(names))];
			char text[400], line[500];
			struct event e;

			snprintf(text, sizeof text, lines[random_below(COUNT(lines))], name, name);
			snprintf(line, sizeof line, "2026-11-22T07:00:%02zu+00:00 mx1 sm-mta[812]: %s", i,
				text);
			if (maillog_parse(span_of(line), AT, &e))
				history_feed(h, &e);
		}
		diagnose_all(h);
		history_free(h);
	}
}

/* Any certificates in any order, with any others known: peeling ends within its rounds. */
static void
chains_in_any_order_are_peeled_within_bounds(void **state)
{
	static const char *const names[] = {"ec", "expired", "self", "self-weak-expired", "weak-sha1", "int",
		"int-before", "cross", "otherint", "otherroot", "namesake", "root", "oldint", "toolong",
		"short", "notca", "tampered", "critical", "client-only", "public", "all-old", "deep",
		"outside"};

	(void)state;
	random_state = 4101842887655102017u;
	for (size_t round = 0; round < 40; round++) {
		char sent[200] = "", issuers[200] = "";
		struct diagnosis d;
		struct scene s;

		for (size_t i = 0; i < 4; i++) {
			strcat(strcat(sent, i ? " " : ""), names[random_below(COUNT(names))]);
			strcat(strcat(issuers, i ? " " : ""), names[random_below(COUNT(names))]);
		}
		scene_begin(&s, names[random_below(COUNT(names))]);
		scene_address(&s, scene_observation(sent, (int)random_below(4)));
		if (round % 2)
			scene_system(&s, names[random_below(COUNT(names))]);
		if (round % 3)
			scene_issuers(&s, issuers, "http://aia.example.net/x.der");
		scene_ready(&s);
		assert_true(s.examinations[0].peel.step_count <= PEEL_ROUNDS);
		assert_true(s.examinations[0].peel.experiment_count <= 80);
		diagnose_relay(&s.evidence, &d);
		if (s.examinations[0].peel.first.code && d.findings.items[0]->kind != FINDING_CAUSE)
			fail_msg("%s, %s: no cause for %d", sent, issuers, s.examinations[0].peel.first.code);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_of_every_fault_in_any_order_are_survived),
		cmocka_unit_test(chains_in_any_order_are_peeled_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
