/* What the policy says about ciphers, options and our own certificate, and which configuration file OpenSSL
 * reads. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "probe/tls_options.h"
#include "tests/unit/probe/tls_peer.h"

#include <openssl/ssl.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULTS ((SSL_OP_ALL & ~SSL_OP_TLSEXT_PADDING) | SSL_OP_NO_TICKET)

static void
options_are_read_as_sendmail_reads_them(void **state)
{
	static const struct {
		const char *words;
		uint64_t bits;
		const char *note;
	} cases[] = {
		{NULL, DEFAULTS, ""},
		{"", DEFAULTS, ""},
		{"SSL_OP_NO_TLSv1_3", DEFAULTS | SSL_OP_NO_TLSv1_3, ""},
		{"+SSL_OP_NO_TLSv1 +ssl_op_no_tlsv1_1", DEFAULTS | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1, ""},
		{"SSL_OP_NO_TLSv1,SSL_OP_NO_SSLv3", DEFAULTS | SSL_OP_NO_TLSv1 | SSL_OP_NO_SSLv3, ""},
		{"-SSL_OP_NO_TICKET", DEFAULTS & ~SSL_OP_NO_TICKET, ""},
		{"SSL_OP_NO_TLSv1_3 -SSL_OP_NO_TLSv1_3", DEFAULTS, ""},
		{"0x04", DEFAULTS | SSL_OP_LEGACY_SERVER_CONNECT, ""},
		{"-0x4000", DEFAULTS & ~SSL_OP_NO_TICKET, ""},
		{"SSL_OP_SINGLE_DH_USE", DEFAULTS, ""},
		{"SSL_OP_NO_SUCH SSL_OP_NO_TLSv1", DEFAULTS | SSL_OP_NO_TLSv1,
			"ClientSSLOptions: SSL_OP_NO_SUCH is no option that Sendmail knows; ignored\n"},
		{" , - ,", DEFAULTS, "ClientSSLOptions:  is no option that Sendmail knows; ignored\n"},
		{"NO_TLSv1", DEFAULTS,
			"ClientSSLOptions: NO_TLSv1 is no option that Sendmail knows; ignored\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text notes = {NULL, 0, 0};

		assert_int_equal(tls_options_read(cases[i].words, &notes), cases[i].bits);
		assert_string_equal(notes.at ? notes.at : "", cases[i].note);
		text_free(&notes);
	}
}

static int
level_of(const struct policy *policy, struct text *notes)
{
	struct tls_config *config = tls_config_new(policy, notes);
	struct tls_session *session = tls_session_new(config, NULL);
	struct observation_tls tls = {.alert = -1};

	tls_session_facts(session, &tls);
	tls_session_free(session);
	tls_config_unref(config);
	return tls.level;
}

static void
cipher_lists_bring_their_level_and_bad_ones_a_note(void **state)
{
	static const struct {
		const char *list, *suites;
		int level; /* -1: OpenSSL's own */
		const char *note;
	} cases[] = {
		{NULL, NULL, -1, ""},
		{"HIGH:@SECLEVEL=0", NULL, 0, ""},
		{"DEFAULT@SECLEVEL=3", NULL, 3, ""},
		{"NO-SUCH-CIPHER", NULL, -1,
			"CipherList NO-SUCH-CIPHER: no cipher match; ignored, as Sendmail does\n"},
		{"NO-SUCH-CIPHER:@SECLEVEL=1", NULL, 1,
			"CipherList NO-SUCH-CIPHER:@SECLEVEL=1: no cipher match; ignored, as Sendmail does\n"},
		{NULL, "TLS_AES_128_GCM_SHA256", -1, ""},
		{NULL, "TLS_NONE", -1, "CipherSuites TLS_NONE: no cipher match; ignored, as Sendmail does\n"},
	};
	struct policy *plain = policy_new();
	int own = level_of(plain, NULL);

	(void)state;
	policy_unref(plain);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *policy = policy_new();
		struct text notes = {NULL, 0, 0};

		policy->cipher_list = mem_text(cases[i].list);
		policy->cipher_suites = mem_text(cases[i].suites);
		assert_int_equal(level_of(policy, &notes), cases[i].level < 0 ? own : cases[i].level);
		assert_string_equal(notes.at ? notes.at : "", cases[i].note);
		text_free(&notes);
		policy_unref(policy);
	}
}

static void
put_file(struct policy_file *file, const char *bytes)
{
	file->bytes = mem_copy(bytes, strlen(bytes));
	file->len = strlen(bytes);
}

/* What a server that demands a client certificate gets from us, and the notes. */
static enum tls_wish
try_pair(const struct pki *pki, struct policy *policy, struct text *notes)
{
	static const struct tls_peer_spec spec = {.chain = "leaf int",
		.version = TLS1_2_VERSION,
		.verify = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT};
	struct tls_config *config = tls_config_new(policy, notes);
	enum tls_wish wish;
	struct tls_pair p;

	tls_config_unref(config);
	tls_pair_open(&p, pki, policy, &spec, NULL);
	tls_pair_shake(&p, SIZE_MAX, SIZE_MAX);
	wish = p.wish;
	tls_pair_close(&p);
	return wish;
}

static void
a_pair_that_does_not_fit_is_left_out(void **state)
{
	static const struct {
		const char *cert, *key; /* rows; else the bytes themselves; NULL: unreadable */
		bool works;
		const char *note;
	} cases[] = {
		{"client", "client", true, ""},
		{"client", "leaf", false,
			"ClientKeyFile k: no certificate assigned; ignored, as Sendmail does\n"},
		{"client", "ec", false, "ClientKeyFile k: key values mismatch; ignored, as Sendmail does\n"},
		{"no PEM", "client", false, "ClientCertFile c: no start line; ignored, as Sendmail does\n"},
		{"client", "", false, "ClientKeyFile k: unsupported; ignored, as Sendmail does\n"},
		{"weak", "weak", false, "ClientCertFile c: ee key too small; ignored, as Sendmail does\n"},
		{NULL, "client", false, ""},
		{"client", NULL, false, ""},
	};
	struct pki *pki = tls_peer_pki();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *rows[2] = {cases[i].cert, cases[i].key};
		struct policy *policy = policy_new();
		struct policy_file *files[2] = {&policy->client_cert_bytes, &policy->client_key_bytes};
		struct text notes = {NULL, 0, 0};

		policy->client_cert = mem_text("c");
		policy->client_key = mem_text("k");
		for (int f = 0; f < 2; f++) {
			if (!rows[f])
				files[f]->code = -EACCES;
			else if (rows[f][0] == '\0' || strchr(rows[f], ' '))
				put_file(files[f], rows[f]);
			else
				tls_peer_pem(pki_find(pki, rows[f]), f == 1, files[f]);
		}
		assert_int_equal(try_pair(pki, policy, &notes), cases[i].works ? TLS_READY : TLS_FAILED);
		assert_string_equal(notes.at ? notes.at : "", cases[i].note);
		text_free(&notes);
		policy_unref(policy);
	}
	pki_free(pki);
}

/* The level in force in a child that was pointed at that file, with OPENSSL_CONF saying another. */
static int
level_with_conf(const char *conf, const char *environment)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct policy *policy = policy_new();
		int level;

		setenv("OPENSSL_CONF", environment, 1);
		tls_library_init(conf);
		level = level_of(policy, NULL);
		policy_unref(policy);
		_exit(level);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
write_conf(char path[32], int level)
{
	int fd;

	strcpy(path, "/tmp/verifail-conf-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	dprintf(fd,
		"openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
		"CipherString = DEFAULT:@SECLEVEL=%d\n",
		level);
	close(fd);
}

static void
openssl_reads_sendmails_file_and_never_the_users(void **state)
{
	char four[32], five[32];

	(void)state;
	write_conf(four, 4);
	write_conf(five, 5);
	assert_int_equal(level_with_conf(four, five), 4);
	assert_in_range(level_with_conf("/nonexistent/sendmail.ossl", five), 1, 2);
	assert_in_range(level_with_conf(NULL, five), 0, 3);
	unlink(four);
	unlink(five);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: its children must begin before this process has used OpenSSL */
		cmocka_unit_test(openssl_reads_sendmails_file_and_never_the_users),
		cmocka_unit_test(options_are_read_as_sendmail_reads_them),
		cmocka_unit_test(cipher_lists_bring_their_level_and_bad_ones_a_note),
		cmocka_unit_test(a_pair_that_does_not_fit_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
