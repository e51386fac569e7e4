#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "material.h"
#include "trust/parse.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What became of the options, and the words for it. A text of NULL: the file cannot be read. */
static void
states_follow_from_the_options(void **state)
{
	static const struct {
		const char *file, *path, *text;
		bool both;
		enum store_state state;
		size_t count;
		const char *words;
	} cases[] = {
		{"/f", "/d", "root", true, STORE_LOADED, 1, "1 root"},
		{"/f", "/d", "root otherroot int", true, STORE_LOADED, 3, "2 roots, 1 other certificate"},
		{NULL, NULL, NULL, true, STORE_UNSET, 0, "none: CACertFile and CACertPath are unset"},
		{"", "", NULL, true, STORE_UNSET, 0, "none: CACertFile and CACertPath are unset"},
		{"/f", NULL, "root", true, STORE_HALF, 0,
			"none: CACertPath is unset, so Sendmail loads neither"},
		{NULL, "/d", NULL, true, STORE_HALF, 0,
			"none: CACertFile is unset, so Sendmail loads neither"},
		{"/f", "certs", "root", true, STORE_HALF, 0,
			"none: CACertPath is no absolute path, so Sendmail loads neither"},
		{"ca.pem", "/d", "root", true, STORE_HALF, 0,
			"none: CACertFile is no absolute path, so Sendmail loads neither"},
		{"ca.pem", NULL, "root", false, STORE_LOADED, 1, "1 root"},
		{NULL, "/d", NULL, false, STORE_LOADED, 0,
			"none: no hash-named certificate in /d (openssl rehash names them)"},
		{"/f", "/d", NULL, true, STORE_FILE_UNUSABLE, 0,
			"none: CACertFile /f: No such file or directory; CACertPath is not used either"},
		{"/f", "/d", "", true, STORE_FILE_UNUSABLE, 0,
			"none: CACertFile /f: it is empty; CACertPath is not used either"},
		{"/f", NULL, "", false, STORE_FILE_UNUSABLE, 0, "none: CACertFile /f: it is empty"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_new();
		struct store *s;
		char *words;

		p->both_needed = cases[i].both;
		p->ca_file = mem_text(cases[i].file);
		p->ca_path = mem_text(cases[i].path);
		fill_file(&p->ca_file_bytes, "/f", cases[i].text ? pem_named(cases[i].text) : NULL);
		s = store_new(p);
		words = store_words(s);
		assert_string_equal(words, cases[i].words);
		assert_int_equal(store_state(s), cases[i].state);
		assert_int_equal(store_count(s), cases[i].count);
		free(words);
		store_unref(s);
		policy_unref(p);
	}
}

static void
a_store_is_asked_by_subject(void **state)
{
	static const char ours[] = "/C=US/O=Example Trust Services/CN=";
	struct store *s = store_named("int root otherroot"), *namesakes = store_named("int namesake root");
	char root[100], issuing[100];
	const struct certificate *c;

	(void)state;
	snprintf(root, sizeof root, "%sExample Root", ours);
	snprintf(issuing, sizeof issuing, "%sExample Issuing CA", ours);
	c = store_find(s, root);
	assert_non_null(c);
	assert_string_equal(c->subject, root);
	assert_non_null(store_find(namesakes, root));
	assert_non_null(store_find(s, "/O=Unknown/CN=Unknown Root"));
	assert_null(store_find(s, issuing)); /* no chain ends at an intermediate */
	assert_null(store_find(s, "/CN=nobody"));
	assert_null(store_find(s, "/O=Zzz"));
	assert_null(store_find(s, ""));
	store_unref(namesakes);
	store_unref(s);
}

/* A TRUSTED CERTIFICATE block (openssl x509 -trustout) makes an intermediate an anchor, or a root none. */
static void
trust_settings_count(void **state)
{
	static const struct {
		const char *name, *sent;
		bool trusted;
		int code;
	} cases[] = {
		{"int", "ec", true, X509_V_OK},
		{"root", "ec int", true, X509_V_OK},
		{"root", "ec int", false, X509_V_ERR_CERT_REJECTED},
	};
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_named("otherroot");
		X509 *x = X509_dup(pki_find(material(), cases[i].name)->x509);
		BIO *out = BIO_new(BIO_s_mem());
		struct chain *sent = chain_named(cases[i].sent);
		struct store *s;
		char *bytes = NULL, *subject = X509_NAME_oneline(X509_get_subject_name(x), NULL, 0);

		(cases[i].trusted ? X509_add1_trust_object : X509_add1_reject_object)(x,
			OBJ_nid2obj(NID_server_auth));
		PEM_write_bio_X509_AUX(out, x);
		BIO_write(out, "", 1);
		BIO_get_mem_data(out, &bytes);
		fill_file(&p->ca_file_bytes, p->ca_file, mem_text(bytes));
		s = store_new(p);
		assert_int_equal(judge_chain(sent, s, &options).code, cases[i].code);
		assert_int_equal(store_find(s, subject) != NULL, cases[i].trusted);
		store_unref(s);
		chain_unref(sent);
		OPENSSL_free(subject);
		BIO_free(out);
		X509_free(x);
		policy_unref(p);
	}
}

/* One file of a CACertPath: certificates, and the name that it has: the hash of a subject and a number. */
struct named_file {
	const char *names, *hash_of;
	int number;
};

static char *
hashed_name(const struct named_file *f)
{
	return text_new("%08lx.%d", X509_subject_name_hash(pki_find(material(), f->hash_of)->x509),
		f->number);
}

static void
write_text(const char *folder, const char *name, const char *content)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(content, f);
	fclose(f);
}

/* OpenSSL's own reading of the same files, as SSL_CTX_load_verify_locations() does it. */
static struct verdict
openssl_verdict(const struct chain *sent, const char *file, const char *folder)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	STACK_OF(X509) *all = sk_X509_new_null();
	struct verdict v;

	if (X509_STORE_load_file(store, file))
		X509_STORE_load_path(store, folder);
	for (size_t i = 0; i < sent->count; i++) {
		const unsigned char *at = sent->certificates[i]->der;

		sk_X509_push(all, d2i_X509(NULL, &at, (long)sent->certificates[i]->der_len));
	}
	X509_STORE_CTX_init(context, store, sk_X509_value(all, 0), all);
	X509_STORE_CTX_set_default(context, "ssl_server");
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), 2);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context), (time_t)NOW);
	X509_verify_cert(context);
	v.code = X509_STORE_CTX_get_error(context);
	v.depth = v.code ? X509_STORE_CTX_get_error_depth(context) : -1;
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	sk_X509_pop_free(all, X509_free);
	return v;
}

/* Loads the same bytes both ways and compares the verdicts on a chain. Returns the code. */
static int
compare_with_openssl(const char *file_text, const struct named_file *files, size_t count,
	const char *sent_names)
{
	char folder[] = "/tmp/verifail-store-XXXXXX", file[100], path[200];
	struct policy *p = policy_new();
	struct chain *sent = chain_named(sent_names);
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};
	struct verdict theirs, ours;
	struct store *s;

	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/bundle", folder);
	write_text(folder, "bundle", file_text);
	p->ca_file = mem_text(file);
	p->ca_path = mem_text(folder);
	fill_file(&p->ca_file_bytes, file, mem_text(file_text));
	p->ca_path_files = mem_new(count + 1, sizeof *p->ca_path_files);
	for (size_t i = 0; i < count; i++) {
		char *name = hashed_name(&files[i]), *pem = pem_named(files[i].names);

		write_text(folder, name, pem);
		snprintf(path, sizeof path, "%s/%s", folder, name);
		fill_file(&p->ca_path_files[p->ca_path_count++], path, pem);
		free(name);
	}
	theirs = openssl_verdict(sent, file, folder);
	s = store_new(p);
	ours = judge_chain(sent, s, &options);
	assert_int_equal(ours.code, theirs.code);
	assert_int_equal(ours.depth, theirs.depth);
	for (size_t i = 0; i < p->ca_path_count; i++)
		unlink(p->ca_path_files[i].path);
	unlink(file);
	rmdir(folder);
	store_unref(s);
	chain_unref(sent);
	policy_unref(p);
	return ours.code;
}

/* Which files of a CACertPath are found is OpenSSL's to say: the same files are given to its own lookups. */
static void
hashed_files_are_found_as_openssl_finds_them(void **state)
{
	static const struct {
		const char *label, *file, *sent;
		struct named_file files[3];
		int code;
	} cases[] = {
		{"nothing hashed", "otherroot", "ec int", {{0}}, 20},
		{"the root", "otherroot", "ec int", {{"root", "root", 0}}, 0},
		{"the root's wrong name", "otherroot", "ec int", {{"root", "otherint", 0}}, 20},
		{"a gap before it", "otherroot", "ec int", {{"root", "root", 1}}, 20},
		{"a namesake before it", "otherroot", "ec int",
			{{"namesake", "root", 0}, {"root", "root", 1}}, 0},
		{"a namesake in the file hides the folder", "namesake", "ec int", {{"root", "root", 0}}, 20},
		{"an empty file before it", "otherroot", "ec int", {{"", "root", 0}, {"root", "root", 1}}, 0},
		{"two in one file", "otherroot", "ec int", {{"namesake root", "root", 0}}, 0},
		{"intermediate and root", "otherroot", "ec", {{"int", "int", 0}, {"root", "root", 0}}, 0},
		{"only the intermediate", "otherroot", "ec int", {{"int", "int", 0}}, 2},
		{"an unusable CA file", "", "ec int", {{"root", "root", 0}}, 20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = pem_named(cases[i].file);
		size_t count = 0;
		int code;

		while (count < 3 && cases[i].files[count].hash_of)
			count++;
		code = compare_with_openssl(text, cases[i].files, count, cases[i].sent);
		if (code != cases[i].code)
			fail_msg("%s: %d, expected %d", cases[i].label, code, cases[i].code);
		free(text);
	}
}

/* One damaged block spoils the whole file, other blocks do not; both ways. */
static void
ca_files_are_read_as_openssl_reads_them(void **state)
{
	static const struct {
		const char *before, *after;
		int code;
	} cases[] = {
		{"", "", 0},
		{"# roots\r\n", "the end", 0},
		{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "", 20},
		{"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 20},
		{"", "-----BEGIN CERTIFICATE-----\nMIIB", 20},
		{"-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n", "", 0},
		{"", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", 20},
	};
	char *root = pem_named("root");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = text_new("%s%s%s", cases[i].before, root, cases[i].after);

		assert_int_equal(compare_with_openssl(text, NULL, 0, "ec int"), cases[i].code);
		free(text);
	}
	free(root);
}

/* What is added lies in CACertPath: beside the CA file, never in its place, and not at all without one. */
static void
more_certificates_are_as_if_hashed(void **state)
{
	static const struct {
		const char *file, *path, *text, *more;
		enum store_state state;
		size_t count;
	} cases[] = {
		{"/f", "/d", "root", "int", STORE_LOADED, 2},
		{"/f", "/d", "root", "root int", STORE_LOADED, 2},
		/* a name that the CA file has is not looked up in the folder */
		{"/f", "/d", "root", "namesake int", STORE_LOADED, 2},
		{"/f", NULL, "root", "int otherroot", STORE_LOADED, 3},
		{NULL, "/d", NULL, "int", STORE_HALF, 0},
		{NULL, NULL, NULL, "int", STORE_HALF, 0},
		{"/f", "/d", "", "int", STORE_FILE_UNUSABLE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_new();
		struct chain *more = chain_named(cases[i].more);
		struct store *base, *s;

		p->ca_file = mem_text(cases[i].file);
		p->ca_path = mem_text(cases[i].path);
		if (cases[i].text)
			fill_file(&p->ca_file_bytes, "/f",
				*cases[i].text ? pem_named(cases[i].text) : mem_text(""));
		base = store_new(p);
		for (int shared = 0; shared < 2; shared++) {
			s = store_new_with(shared ? base : NULL, p, more);
			assert_int_equal(store_state(s), cases[i].state);
			assert_int_equal(store_count(s), cases[i].count);
			assert_int_equal(more->certificates[0]->refs, 1);
			store_unref(s);
		}
		store_unref(base);
		chain_unref(more);
		policy_unref(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_certificates_are_as_if_hashed),
		cmocka_unit_test(states_follow_from_the_options),
		cmocka_unit_test(a_store_is_asked_by_subject),
		cmocka_unit_test(trust_settings_count),
		cmocka_unit_test(hashed_files_are_found_as_openssl_finds_them),
		cmocka_unit_test(ca_files_are_read_as_openssl_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
