/* A chain from a file: no connection, no host but the one that it was issued for, nothing to be asked. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "drafted.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

/* As the engine makes it of a file. */
static void
begin(struct scene *s, const char *sent)
{
	struct observation *o = scene_observation(sent, 2);

	o->reached = STAGE_HANDSHAKE;
	o->port = 0;
	scene_begin(s, "root");
	free(s->look->host);
	s->look->host = mem_text("/root/chain.pem");
	s->look->saved = true;
	s->look->port = 0;
	scene_address(s, o);
	s->look->addresses[0].address = o->address = (struct address){.family = 0};
}

static const struct row {
	const char *sent, *issuers, *id, *title, *proof, *typed;
	const char *letter; /* a part of it */
} rows[] = {
	{"ec int", NULL, NULL, NULL, NULL, NULL, NULL},
	{"ec", "int", "missing-intermediate", "Server does not send the intermediate Example Issuing CA",
		"The chain: FAIL 20 at depth 0 (unable to get local issuer certificate); OK once "
		"/C=US/O=Example Trust Services/CN=Example Issuing CA is added (from /etc/mail/int.pem)",
		"$ install -m 644 intermediate.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs",
		"Subject: ec.example.net: Server does not send the intermediate"},
	{"expired int", NULL, "leaf-expired", "Certificate expired 2026-05-25 (3 days ago)",
		"The chain: FAIL 10 at depth 0 (certificate has expired); OK once dates do not count", "",
		"The certificate of expired.example.net (serial "},
	{"rsa1024 int", NULL, "weak-key", "RSA 1024 key is below security level 2",
		"The chain: FAIL 66 at depth 0 (EE certificate key too weak); OK once the security level is 1 "
		"(ours is 2)",
		"",
		"rsa1024.example.net uses a certificate with a weak key (RSA 1024): /CN=rsa1024.example.net; "
		"current senders refuse it."},
	{"aia-other", NULL, "issuer-unknown",
		"Issuer Unknown Issuing CA is neither sent nor known here (AIA not asked)",
		"http://aia.example.org/o.der was not asked for the issuer", "", "aia-other.example.net"},
	{"self", NULL, "self-signed", "Certificate is self-signed",
		"The chain: FAIL 18 at depth 0 (self-signed certificate); OK once /CN=self.example.net is trusted",
		"", "self.example.net presents a self-signed certificate"},
};

static void
check(const struct row *row, const struct finding *f)
{
	char *typed = drafted_typed(f);
	bool proven = false;

	assert_string_equal(f->id, row->id);
	assert_string_equal(f->title, row->title);
	for (size_t i = 0; i < f->evidence_count; i++) {
		proven |= strcmp(f->evidence[i].text, row->proof) == 0;
		assert_null(strstr(f->evidence[i].text, "0.0.0.0"));
		assert_null(strstr(f->evidence[i].text, "chain.pem"));
	}
	if (!proven)
		fail_msg("%s: \"%s\"", f->id, f->evidence[0].text);
	assert_string_equal(typed, row->typed);
	assert_non_null(strstr(f->remote_message, row->letter));
	/* nobody knows whose domain that is, nor when and where it was seen */
	assert_null(strstr(f->remote_message, "To:"));
	assert_null(strstr(f->remote_message, "Address:"));
	assert_null(strstr(f->remote_message, "Seen:"));
	assert_null(f->cost);
	free(typed);
}

static void
findings_of_a_file_name_no_address(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diagnosis d;
		struct want want;
		struct scene s;

		begin(&s, rows[i].sent);
		if (rows[i].issuers)
			scene_issuers(&s, rows[i].issuers, "/etc/mail/int.pem");
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		assert_int_equal(d.findings.count, rows[i].id != NULL);
		assert_false(diagnosis_want(&s.evidence, &want));
		if (rows[i].id)
			check(&rows[i], d.findings.items[0]);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_of_a_file_name_no_address),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
