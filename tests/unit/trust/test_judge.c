#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "material.h"

#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>

static const struct judge_options level_2 = {.level = 2, .now_ms = NOW_MS};

static void
assert_verdict(const struct verdict *v, const char *label, int code, int depth)
{
	if (v->code != code || v->depth != depth)
		fail_msg("%s: code %d at %d, expected %d at %d", label, v->code, v->depth, code, depth);
	assert_int_equal(v->verify, code ? VERIFY_FAIL : VERIFY_OK);
	assert_string_equal(v->message, X509_verify_cert_error_string(code));
	assert_int_equal(v->subject[0] != '\0', code != 0);
}

/* Measured with real Sendmail: what is sent, what is in CACertFile, code and depth. */
static void
chains_get_sendmails_code_and_depth(void **state)
{
	static const struct {
		const char *sent, *anchors;
		int level, code, depth;
	} cases[] = {
		{"rsa int", "root", 2, 0, -1},
		{"ec int", "root", 2, 0, -1},
		{"ec int root", "root", 2, 0, -1},
		{"ec root int", "root", 2, 0, -1},
		{"ec by-other int self", "root", 2, 0, -1},
		{"ec", "root int", 2, 0, -1},
		{"self", "root self", 2, 0, -1},
		{"expired int", "root", 2, X509_V_ERR_CERT_HAS_EXPIRED, 0},
		{"by-oldint oldint", "root", 2, X509_V_ERR_CERT_HAS_EXPIRED, 1},
		{"by-oldroot", "root oldroot", 2, X509_V_ERR_CERT_HAS_EXPIRED, 1},
		{"future int", "root", 2, X509_V_ERR_CERT_NOT_YET_VALID, 0},
		{"ec", "root", 2, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0},
		{"ec otherint self", "root", 2, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0},
		{"by-other otherint", "root", 2, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 1},
		{"by-other otherint otherroot", "root", 2, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2},
		{"ec int", "namesake", 2, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 1},
		{"self", "root", 2, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0},
		{"self-expired", "root", 2, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0},
		{"by-notca notca", "root", 2, X509_V_ERR_INVALID_CA, 1},
		{"deep toolong short", "root", 2, X509_V_ERR_PATH_LENGTH_EXCEEDED, 2},
		{"outside constrained", "root", 2, X509_V_ERR_PERMITTED_VIOLATION, 0},
		{"client-only int", "root", 2, X509_V_ERR_INVALID_PURPOSE, 0},
		{"bad-usage int", "root", 2, X509_V_ERR_INVALID_PURPOSE, 0},
		{"critical int", "root", 2, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, 0},
		{"tampered int", "root", 2, X509_V_ERR_CERT_SIGNATURE_FAILURE, 0},
		{"revoked int", "root", 2, 0, -1},
		{"ec int", "int", 2, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, 1},
		{"ec int", "ec", 2, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 1},
		{"rsa1024 int", "root", 2, X509_V_ERR_EE_KEY_TOO_SMALL, 0},
		{"rsa1024 int", "root", 1, 0, -1},
		{"sha1 int", "root", 2, X509_V_ERR_CA_MD_TOO_WEAK, 0},
		{"sha1 int", "root", 1, X509_V_ERR_CA_MD_TOO_WEAK, 0},
		{"sha1 int", "root", 0, 0, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct store *store = store_named(cases[i].anchors);
		struct chain *sent = chain_named(cases[i].sent);
		struct judge_options options = {.level = cases[i].level, .now_ms = NOW_MS};
		struct verdict v = judge_chain(sent, store, &options);

		assert_verdict(&v, cases[i].sent, cases[i].code, cases[i].depth);
		chain_unref(sent);
		store_unref(store);
	}
}

/* CRLs come from CRLFile (its first CRL only) and from the hash-named files of CRLPath. */
static void
crls_count_as_sendmail_counts_them(void **state)
{
	enum { ISSUER = 1, ROOT = 2, BOTH = 3 };
	static const struct {
		const char *label, *sent;
		int in_path, crl_from, crl_to;
		bool swapped;
		int code, depth;
	} cases[] = {
		{"revoked", "revoked int", 0, -1, 30, false, X509_V_ERR_CERT_REVOKED, 0},
		{"not revoked; the root's CRL is missing", "ec int", 0, -1, 30, false, 0, -1},
		{"CRL expired", "ec int", 0, -60, -30, false, X509_V_ERR_CRL_HAS_EXPIRED, 0},
		{"CRL from tomorrow", "ec int", 0, 1, 30, false, X509_V_ERR_CRL_NOT_YET_VALID, 0},
		{"only the first CRL of the file", "revoked int", 0, -1, 30, true, 0, -1},
		{"the path has the issuer's", "revoked int", ISSUER, -1, 30, false, X509_V_ERR_CERT_REVOKED,
			0},
		{"the path has the root's", "revoked int", ROOT, -1, 30, false, 0, -1},
		{"the path has both", "revoked int", BOTH, -1, 30, false, X509_V_ERR_CERT_REVOKED, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_named("root");
		char *ours = crl_pem("int", "revoked", cases[i].crl_from, cases[i].crl_to);
		char *roots = crl_pem("root", "", -1, 30);
		char both[8192];
		struct store *store;
		struct chain *sent = chain_named(cases[i].sent);
		struct verdict v;

		snprintf(both, sizeof both, "%s%s", cases[i].swapped ? roots : ours,
			cases[i].swapped ? ours : roots);
		if (cases[i].in_path) {
			p->crl_path = mem_text("/etc/mail/crls");
			if (cases[i].in_path & ISSUER)
				add_hashed(p, ".r", 0, mem_text(ours));
			if (cases[i].in_path & ROOT)
				add_hashed(p, ".r", 0, mem_text(roots));
		} else {
			p->crl_file = mem_text("/etc/mail/crl.pem");
			fill_file(&p->crl_file_bytes, p->crl_file, mem_text(both));
		}
		store = store_new(p);
		v = judge_chain(sent, store, &level_2);
		assert_verdict(&v, cases[i].label, cases[i].code, cases[i].depth);
		chain_unref(sent);
		store_unref(store);
		policy_unref(p);
		free(ours);
		free(roots);
	}
}

/* OpenSSL keeps one list of folders: CRLs that lie in CACertPath count once CRLFile has switched the check
 * on. */
static void
hashed_crls_count_only_when_crls_are_checked(void **state)
{
	struct chain *sent = chain_named("revoked int");

	(void)state;
	for (int checked = 0; checked < 2; checked++) {
		struct policy *p = policy_named("root");
		struct store *store;
		struct verdict v;

		add_hashed(p, ".r", 0, crl_pem("int", "revoked", -1, 30));
		if (checked) {
			p->crl_file = mem_text("/etc/mail/crl.pem");
			fill_file(&p->crl_file_bytes, p->crl_file, crl_pem("root", "", -1, 30));
		}
		store = store_new(p);
		v = judge_chain(sent, store, &level_2);
		assert_verdict(&v, "CRL in CACertPath", checked ? X509_V_ERR_CERT_REVOKED : 0,
			checked ? 0 : -1);
		store_unref(store);
		policy_unref(p);
	}
	chain_unref(sent);
}

static void
a_crl_file_without_a_crl_checks_nothing(void **state)
{
	static const char *const texts[] = {
		"", "no PEM", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"};
	struct chain *sent = chain_named("revoked int");

	(void)state;
	for (size_t i = 0; i <= sizeof texts / sizeof *texts; i++) {
		struct policy *p = policy_named("root");
		struct store *store;
		struct verdict v;

		p->crl_file = mem_text("/etc/mail/crl.pem");
		fill_file(&p->crl_file_bytes, p->crl_file,
			i < sizeof texts / sizeof *texts ? mem_text(texts[i]) : NULL);
		store = store_new(p);
		v = judge_chain(sent, store, &level_2);
		assert_verdict(&v, "no CRL", 0, -1);
		store_unref(store);
		policy_unref(p);
	}
	chain_unref(sent);
}

static void
the_subject_is_that_of_the_failing_certificate(void **state)
{
	struct store *store = store_named("root");
	struct chain *sent = chain_named("by-oldint oldint");
	struct verdict v = judge_chain(sent, store, &level_2);

	(void)state;
	assert_string_equal(v.subject, "/C=US/O=Example Trust Services/CN=Old Issuing CA");
	assert_string_equal(v.message, "certificate has expired");
	chain_unref(sent);
	store_unref(store);
}

static void
validity_is_a_matter_of_the_now_given(void **state)
{
	struct store *store = store_named("root");
	struct chain *sent = chain_named("expired int");
	struct judge_options then = {.level = 2, .now_ms = NOW_MS - INT64_C(10) * 86400 * 1000};
	struct verdict v = judge_chain(sent, store, &then);

	(void)state;
	assert_verdict(&v, "ten days ago", 0, -1);
	chain_unref(sent);
	store_unref(store);
}

static void
without_a_store_nobody_is_known(void **state)
{
	struct chain *sent = chain_named("ec int root"), *none = chain_new(NULL, 0);
	struct verdict v = judge_chain(sent, NULL, &level_2);

	(void)state;
	assert_verdict(&v, "no store", X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2);
	v = judge_chain(NULL, NULL, &level_2);
	assert_verdict(&v, "no chain", 0, -1);
	v = judge_chain(none, NULL, &level_2);
	assert_verdict(&v, "empty chain", 0, -1);
	assert_null(judge_path(NULL, NULL, &level_2));
	chain_unref(none);
	chain_unref(sent);
}

/* The path is what was built, from the leaf to the anchor, whether it passed or not. */
static void
the_path_ends_where_building_ended(void **state)
{
	static const struct {
		const char *sent, *anchors, *top;
		size_t count;
	} cases[] = {
		{"ec int", "root", "Example Root", 3},
		{"ec root int", "root", "Example Root", 3},
		{"expired int", "root", "Example Root", 3},
		{"ec otherint", "root", "ec.example.net", 1},
		{"by-other otherint otherroot", "root", "Unknown Root", 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct store *store = store_named(cases[i].anchors);
		struct chain *sent = chain_named(cases[i].sent), *path = judge_path(sent, store, &level_2);

		assert_non_null(path);
		assert_int_equal(path->count, cases[i].count);
		assert_string_equal(path->certificates[0]->sha256, sent->certificates[0]->sha256);
		assert_string_equal(path->certificates[path->count - 1]->subject_cn, cases[i].top);
		chain_unref(path);
		chain_unref(sent);
		store_unref(store);
	}
}

/* Behind the first error, too: each certificate's own. */
static void
each_certificate_is_judged_by_itself(void **state)
{
	static const struct {
		const char *sent, *anchors;
		size_t count, in_store;
		int codes[4];
	} cases[] = {
		{"ec int", "root", 3, 1, {0, 0, 0}},
		{"expired int", "root int", 3, 2, {X509_V_ERR_CERT_HAS_EXPIRED, 0, 0}},
		{"by-oldint oldint", "root", 3, 1, {0, X509_V_ERR_CERT_HAS_EXPIRED, 0}},
		{"by-notca notca", "root", 3, 1, {0, X509_V_ERR_INVALID_CA, 0}},
		{"by-other otherint otherroot", "root", 3, 0, {0, 0, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN}},
		{"rsa1024 otherint", "root", 1, 0, {X509_V_ERR_EE_KEY_TOO_SMALL}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct store *store = store_named(cases[i].anchors);
		struct chain *sent = chain_named(cases[i].sent);
		struct judged_certificate each[4];
		size_t in_store = 0;

		assert_int_equal(judge_each(sent, store, &level_2, each, 4), cases[i].count);
		for (size_t at = 0; at < cases[i].count; at++) {
			assert_int_equal(each[at].code, cases[i].codes[at]);
			in_store += each[at].in_store;
		}
		assert_int_equal(in_store, cases[i].in_store);
		assert_in_range(judge_each(sent, store, &level_2, each, 1), 1, 1);
		assert_int_equal(judge_each(NULL, store, &level_2, each, 4), 0);
		chain_unref(sent);
		store_unref(store);
	}
}

static void
the_cipher_list_sets_the_level(void **state)
{
	int usual = judge_level(NULL);

	(void)state;
	assert_in_range(usual, 1, 2);
	assert_int_equal(judge_level("DEFAULT"), usual);
	assert_int_equal(judge_level("DEFAULT:@SECLEVEL=0"), 0);
	assert_int_equal(judge_level("HIGH:@SECLEVEL=3"), 3);
	assert_int_equal(judge_level("no-such-cipher"), usual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_get_sendmails_code_and_depth),
		cmocka_unit_test(crls_count_as_sendmail_counts_them),
		cmocka_unit_test(hashed_crls_count_only_when_crls_are_checked),
		cmocka_unit_test(a_crl_file_without_a_crl_checks_nothing),
		cmocka_unit_test(the_subject_is_that_of_the_failing_certificate),
		cmocka_unit_test(validity_is_a_matter_of_the_now_given),
		cmocka_unit_test(without_a_store_nobody_is_known),
		cmocka_unit_test(the_path_ends_where_building_ended),
		cmocka_unit_test(each_certificate_is_judged_by_itself),
		cmocka_unit_test(the_cipher_list_sets_the_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
