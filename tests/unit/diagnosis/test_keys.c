/* Our own client key: what the log complains of, what is mended by now, and what a server that demands a
 * certificate has to do with it. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "cases.h"
#include "logged.h"
#include "scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KEY "/etc/mail/client.key"
#define CERT "/etc/mail/client.crt"
#define SAYS(text) "2026-05-28T07:00:01+00:00 mx1 sm-mta[812]: " text "\n"
#define UNSAFE SAYS("STARTTLS=client: file " KEY " unsafe: Group readable file")
#define UNSAFE_CERT SAYS("STARTTLS=client: file " CERT " unsafe: World writable file")
#define UNPAIRED SAYS("STARTTLS=client, error: SSL_CTX_check_private_key failed(" KEY "): 0")
#define SUBMISSION                                                                   \
	"2026-05-28T07:00:01+00:00 mx1 sm-msp-queue[90]: STARTTLS=client: file " KEY \
	" unsafe: Group readable file\n"
#define REFUSED                                                                                                        \
	SAYS("STARTTLS=client, error: connect failed=-1, reason=sslv3 alert handshake failure, SSL_error=1, errno=0, " \
	     "retry=-1")                                                                                               \
	SAYS("ruleset=tls_server, arg1=SOFTWARE, relay=mx.example.net, reject=454 4.7.0 TLS handshake failed.")

enum file { GONE, GOOD, LOOSE, ROOTS };

static void
put_file(struct policy_file *used, struct policy_file *unsafe, const char *path, enum file file)
{
	if (file == GOOD)
		fill_file(used, path, mem_text("x"));
	else
		used->code = file == ROOTS ? -EACCES : file == GONE ? -ENOENT : -EPERM;
	if (file == LOOSE)
		fill_file(unsafe, path, mem_text("x"));
}

static void
put_pair(struct policy *p, enum file certificate, enum file key)
{
	p->client_cert = mem_text(CERT);
	p->client_key = mem_text(KEY);
	put_file(&p->client_cert_bytes, &p->client_cert_unsafe, CERT, certificate);
	put_file(&p->client_key_bytes, &p->client_key_unsafe, KEY, key);
}

/* Complaints of processes that ended long ago stay in the log; the file tells what is so now. */
static void
complaints_are_told_until_the_file_is_mended(void **state)
{
	static const struct {
		const char *lines;
		enum file certificate, key;
		const char *log_host, *ids;
	} cases[] = {
		{UNSAFE, GOOD, LOOSE, "mail", "key-unsafe"},
		{UNSAFE, GOOD, GOOD, "mail", ""},
		{UNSAFE, GOOD, GOOD, "", ""},
		{UNSAFE, GOOD, GOOD, "mx1", "key-unsafe"},   /* another host's log: its file is not ours */
		{UNSAFE, GOOD, ROOTS, "mail", "key-unsafe"}, /* not known */
		{UNSAFE, GOOD, GONE, "mail", "key-unsafe"},
		{UNPAIRED, GOOD, GOOD, "mail", "key-mismatch"},
		{UNSAFE UNPAIRED, GOOD, LOOSE, "mail", "key-unsafe"},
		{UNSAFE_CERT, GOOD, GOOD, "mail", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history *h = logged(cases[i].lines);
		struct policy *p = policy_new();
		struct evidence e = {.history = h,
			.policy = p,
			.log_host = cases[i].log_host,
			.own_host = "mail",
			.now_ms = NOW_MS};
		struct diagnosis d;
		char *ids;

		put_pair(p, cases[i].certificate, cases[i].key);
		diagnose_host(&e, &d);
		ids = cases_ids(&d.findings);
		if (strcmp(ids, cases[i].ids) != 0)
			fail_msg("%zu: \"%s\", expected \"%s\"", i, ids, cases[i].ids);
		free(ids);
		diagnosis_clear(&d);
		policy_unref(p);
		history_free(h);
	}
}

static struct observation *
demanded(int alert, const char *text)
{
	struct observation *o = scene_observation(NULL, 2);

	o->reached = STAGE_STARTTLS;
	o->tls.client_cert = CLIENT_CERT_REQUESTED;
	o->tls.alert = alert;
	fault_set(&o->fault, FAULT_TLS, 0, "%s", text);
	return o;
}

/* Without its key Sendmail sends no certificate: nothing was refused, and the key is what is to be mended. */
static void
a_key_that_is_not_used_comes_before_the_demand(void **state)
{
	static const struct {
		const char *lines;
		enum file certificate, key;
		const char *first, *second;
		enum blame blame; /* of the second */
	} cases[] = {
		{UNSAFE REFUSED, GOOD, LOOSE, "key-unsafe", "client-cert-required", BLAME_LOCAL},
		{UNPAIRED REFUSED, GOOD, GONE, "key-mismatch", "client-cert-required", BLAME_LOCAL},
		{SUBMISSION REFUSED, GOOD, GONE, "client-cert-required", NULL, BLAME_REMOTE},
		{REFUSED, GOOD, LOOSE, "client-cert-required", NULL, BLAME_REMOTE},
		{REFUSED, GONE, GOOD, "client-cert-required", NULL, BLAME_REMOTE},
		{REFUSED, GOOD, GOOD, "client-cert-rejected", NULL, BLAME_LOCAL},
		{REFUSED, ROOTS, ROOTS, "client-cert-rejected", NULL, BLAME_LOCAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history *h = logged(cases[i].lines);
		const struct finding *f;
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, "root");
		put_pair(s.policy, cases[i].certificate, cases[i].key);
		scene_address(&s, demanded(40, "sslv3 alert handshake failure"));
		scene_ready(&s);
		s.evidence.history = h;
		s.evidence.relay = history_find(h, DIRECTION_CLIENT, "mx.example.net");
		diagnose_relay(&s.evidence, &d);
		assert_string_equal(d.findings.items[0]->id, cases[i].first);
		f = d.findings.items[cases[i].second ? 1 : 0];
		assert_string_equal(f->id, cases[i].second ? cases[i].second : cases[i].first);
		assert_int_equal(f->blame, cases[i].blame);
		if (cases[i].second)
			assert_null(f->remote_message);
		diagnosis_clear(&d);
		scene_end(&s);
		history_free(h);
	}
}

/* SECOND_LOOKS: none. */
static enum second_look_kind
wanted(const struct evidence *e)
{
	struct want want;

	return diagnosis_want(e, &want) && want.kind == WANT_SECOND_LOOK ? want.second : SECOND_LOOKS;
}

/* Whether our certificate is what is refused, one look without it tells: before any other, and once. */
static void
a_look_without_our_certificate_proves_that_it_is_refused(void **state)
{
	static const struct {
		bool after; /* TLS 1.3: behind the handshake */
		enum file key;
		bool made, passes;
		enum second_look_kind wanted;
		const char *proof;
	} cases[] = {
		{false, GOOD, false, false, SECOND_NO_CLIENT_CERT, "bad certificate"},
		{false, GOOD, true, true, SECOND_LOOKS,
			"the handshake passes without our client certificate"},
		{false, GOOD, true, false, SECOND_LEVEL_1, "bad certificate"},
		{true, GOOD, false, false, SECOND_NO_CLIENT_CERT, "right after the handshake"},
		{true, GOOD, true, true, SECOND_LOOKS, "Without our client certificate the session goes on"},
		{true, GOOD, true, false, SECOND_LOOKS, "right after the handshake"},
		{true, LOOSE, false, false, SECOND_LOOKS, "right after the handshake"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct observation *o = demanded(42, "sslv3 alert bad certificate"),
				   *second = demanded(42, "again");
		const struct finding *f;
		struct diagnosis d;
		struct scene s;
		bool found = false;

		if (cases[i].after) {
			o->reached = STAGE_HANDSHAKE;
			o->cut_short = true;
		}
		if (cases[i].passes)
			second->reached = STAGE_EHLO2;
		scene_begin(&s, "root");
		put_pair(s.policy, GOOD, cases[i].key);
		scene_address(&s, o);
		if (cases[i].made)
			scene_second(&s, SECOND_NO_CLIENT_CERT, second);
		else
			observation_unref(second);
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		f = d.findings.items[0];
		assert_string_equal(f->id,
			cases[i].key == GOOD ? "client-cert-rejected" : "client-cert-required");
		for (size_t k = 0; k < f->evidence_count; k++)
			found |= strstr(f->evidence[k].text, cases[i].proof) != NULL;
		if (!found)
			fail_msg("%zu: no \"%s\"", i, cases[i].proof);
		if (wanted(&s.evidence) != cases[i].wanted)
			fail_msg("%zu: second look %d is wanted", i, (int)wanted(&s.evidence));
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complaints_are_told_until_the_file_is_mended),
		cmocka_unit_test(a_key_that_is_not_used_comes_before_the_demand),
		cmocka_unit_test(a_look_without_our_certificate_proves_that_it_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
