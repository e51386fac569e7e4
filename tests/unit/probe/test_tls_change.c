/* Second looks: each change of the settings brings about the handshakes that it is for, and no others. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "probe/tls_inside.h"
#include "tests/unit/probe/tls_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define DHE "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0"
#define OLD "ECDHE-RSA-AES128-SHA:@SECLEVEL=0"
#define NEW "ECDHE-RSA-AES256-GCM-SHA384"
#define BIT(change) (1U << (change))
#define ALL (BIT(TLS_CHANGES) - 1)

static struct pki *pki;

/* Points OpenSSL at settings of a whole host, as openssl.cnf makes them. */
static void
init_openssl(const char *groups)
{
	char path[] = "/tmp/verifail-groups-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	dprintf(fd,
		"openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
		"CipherString = DEFAULT:@SECLEVEL=2\nMinProtocol = TLSv1.2\nGroups = %s\n",
		groups);
	close(fd);
	tls_library_init(path);
	unlink(path);
}

/* The tests run with a first key exchange of 256 bytes: the longest that every OpenSSL 3 makes quickly. */
static int
make_pki_after_long_groups(void **state)
{
	(void)state;
	init_openssl("ffdhe2048:X25519:P-256");
	pki = tls_peer_pki();
	return 0;
}

static int
free_pki(void **state)
{
	(void)state;
	pki_free(pki);
	return 0;
}

struct words {
	const char *ciphers, *suites, *options;
	bool client; /* a client certificate */
};

static struct tls_config *
config_of(const struct words *words)
{
	struct policy *policy = policy_new();
	struct tls_config *config;

	policy->cipher_list = mem_text(words->ciphers);
	policy->cipher_suites = mem_text(words->suites);
	policy->ssl_options = mem_text(words->options);
	if (words->client) {
		policy->client_cert = mem_text("c");
		policy->client_key = mem_text("k");
		tls_peer_pem(pki_find(pki, "client"), false, &policy->client_cert_bytes);
		tls_peer_pem(pki_find(pki, "client"), true, &policy->client_key_bytes);
		policy->both_needed = false;
		tls_peer_pem(pki_find(pki, "int"), false, &policy->ca_file_bytes);
	}
	config = tls_config_new(policy, NULL);
	/* What is changed later must not need the policy any more. */
	policy_unref(policy);
	return config;
}

static bool
gets_through(struct tls_config *config, const struct tls_peer_spec *spec)
{
	struct tls_pair p;
	bool ready;

	tls_pair_start(&p, pki, config, spec, NULL);
	tls_pair_shake(&p, SIZE_MAX, SIZE_MAX);
	ready = p.wish == TLS_READY && p.server.ready;
	tls_pair_close(&p);
	return ready;
}

/* The changes with which the handshake succeeds, as bits. */
static unsigned
cures(const struct words *words, const struct tls_peer_spec *spec)
{
	struct tls_config *config = config_of(words);
	unsigned found = 0;

	for (unsigned change = 0; change < TLS_CHANGES; change++) {
		struct tls_config *changed = tls_config_changed(config, (enum tls_change)change);

		found |= gets_through(changed, spec) ? BIT(change) : 0;
		tls_config_unref(changed);
	}
	/* The settings that were borrowed are as they were. */
	assert_int_equal(gets_through(config, spec), found & BIT(TLS_AS_SENDMAIL));
	tls_config_unref(config);
	return found;
}

static void
each_change_cures_exactly_the_servers_it_is_for(void **state)
{
	static const struct {
		const char *what;
		struct words words;
		struct tls_peer_spec server;
		unsigned cures;
	} cases[] = {
		{"a good server", {0}, {.chain = "leaf int"}, ALL},
		{"a weak certificate is the verdict's matter", {0}, {.chain = "weak int"}, ALL},
		{"Diffie-Hellman with 1024 bits", {0},
			{.chain = "leaf int", .version = TLS1_2_VERSION, .ciphers = DHE, .dh = "dh_1024_160"},
			BIT(TLS_LEVEL_1) | BIT(TLS_LEVEL_0_TLS10) | BIT(TLS_ALL_CIPHERS)},
		{"signs with SHA-1 alone", {0},
			{.chain = "leaf int", .version = TLS1_2_VERSION, .signatures = "RSA+SHA1"},
			BIT(TLS_LEVEL_0_TLS10) | BIT(TLS_ALL_CIPHERS)},
		{"TLS 1.0 alone", {0}, {.chain = "leaf int", .version = TLS1_VERSION, .ciphers = OLD},
			BIT(TLS_LEVEL_0_TLS10) | BIT(TLS_ALL_CIPHERS)},
		{"TLS 1.1 alone, and the options forbid it", {.options = "SSL_OP_NO_TLSv1 SSL_OP_NO_TLSv1_1"},
			{.chain = "leaf int", .version = TLS1_1_VERSION, .ciphers = OLD},
			BIT(TLS_LEVEL_0_TLS10) | BIT(TLS_ALL_CIPHERS)},
		{"a server from before RFC 5746", {0},
			{.chain = "leaf int", .version = TLS1_2_VERSION, .before_rfc5746 = true},
			BIT(TLS_LEGACY_RENEGOTIATION)},
		{"turns our certificate away", {.client = true},
			{.chain = "leaf int",
				.version = TLS1_2_VERSION,
				.verify = SSL_VERIFY_PEER,
				.refuses_clients = true},
			BIT(TLS_NO_CLIENT_CERT)},
		{"demands our certificate", {.client = true},
			{.chain = "leaf int",
				.version = TLS1_2_VERSION,
				.verify = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT},
			ALL & ~BIT(TLS_NO_CLIENT_CERT)},
		{"our CipherList has no cipher of its", {.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"},
			{.chain = "leaf int", .version = TLS1_2_VERSION, .ciphers = NEW},
			BIT(TLS_OPENSSL_DEFAULTS) | BIT(TLS_ALL_CIPHERS)},
		{"encrypts without a certificate", {0},
			{.version = TLS1_2_VERSION, .ciphers = "aNULL:@SECLEVEL=0"}, BIT(TLS_ALL_CIPHERS)},
		{"our CipherSuites have none of its", {.suites = "TLS_CHACHA20_POLY1305_SHA256"},
			{.chain = "leaf int", .version = TLS1_3_VERSION, .suites = "TLS_AES_128_GCM_SHA256"},
			BIT(TLS_OPENSSL_DEFAULTS)},
		{"our options forbid its version", {.options = "SSL_OP_NO_TLSv1_2"},
			{.chain = "leaf int", .version = TLS1_2_VERSION}, BIT(TLS_OPENSSL_DEFAULTS)},
		{"our CipherList raises the level", {.ciphers = "DEFAULT:@SECLEVEL=4"},
			{.chain = "leaf int", .version = TLS1_2_VERSION, .ciphers = DHE, .dh = "ffdhe2048"},
			BIT(TLS_LEVEL_1) | BIT(TLS_LEVEL_0_TLS10) | BIT(TLS_OPENSSL_DEFAULTS) |
				BIT(TLS_ALL_CIPHERS)},
		{"stumbles over a long ClientHello", {0}, {.chain = "leaf int", .longest_share = 200},
			BIT(TLS_CLASSIC_GROUPS) | BIT(TLS_UP_TO_12)},
		{"stumbles over TLS 1.3", {0},
			{.chain = "leaf int", .version = TLS1_2_VERSION, .before_tls13 = true},
			BIT(TLS_UP_TO_12)},
		{"nothing helps", {0}, {.chain = NULL}, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned found = cures(&cases[i].words, &cases[i].server);

		if (found != cases[i].cures)
			fail_msg("%s: %#x instead of %#x", cases[i].what, found, cases[i].cures);
	}
}

static void
a_change_matters_where_it_changes_something(void **state)
{
	static const struct {
		struct words words;
		unsigned without; /* changes that would only repeat the first look */
	} cases[] = {
		{{0}, BIT(TLS_NO_CLIENT_CERT) | BIT(TLS_OPENSSL_DEFAULTS)},
		{{.client = true}, BIT(TLS_OPENSSL_DEFAULTS)},
		{{.ciphers = "DEFAULT:@SECLEVEL=1", .client = true}, BIT(TLS_LEVEL_1)},
		{{.ciphers = "DEFAULT:@SECLEVEL=0", .client = true}, BIT(TLS_LEVEL_1)},
		{{.options = "SSL_OP_LEGACY_SERVER_CONNECT", .client = true}, BIT(TLS_LEGACY_RENEGOTIATION)},
		{{.options = "SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION", .client = true},
			BIT(TLS_LEGACY_RENEGOTIATION)},
		{{.suites = "TLS_AES_128_GCM_SHA256"}, BIT(TLS_NO_CLIENT_CERT)},
		{{.options = "SSL_OP_NO_TLSv1_3", .client = true}, BIT(TLS_UP_TO_12)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tls_config *config = config_of(&cases[i].words);

		assert_false(tls_change_matters(config, TLS_AS_SENDMAIL));
		for (unsigned change = 1; change < TLS_CHANGES; change++)
			assert_int_equal(tls_change_matters(config, (enum tls_change)change),
				!(cases[i].without & BIT(change)));
		tls_config_unref(config);
	}
}

/* In a child of its own: OpenSSL is told of groups once. */
static bool
classic_groups_matter(const char *groups)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		static const struct words words = {0};
		struct tls_config *config;
		bool matter;

		init_openssl(groups);
		config = config_of(&words);
		matter = tls_change_matters(config, TLS_CLASSIC_GROUPS);
		tls_config_unref(config);
		_exit(matter);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
	return WEXITSTATUS(status) == 1;
}

static void
classic_groups_matter_where_openssl_offers_others(void **state)
{
	(void)state;
	assert_false(classic_groups_matter(
		"X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192"));
	assert_true(classic_groups_matter("ffdhe3072:X25519:P-256"));
	assert_true(classic_groups_matter("P-256"));
}

static void
a_level_is_lowered_and_never_raised(void **state)
{
	static const struct {
		const char *ciphers;
		int as_sendmail, one, zero, defaults;
	} cases[] = {
		{NULL, 2, 1, 0, 2},
		{"DEFAULT:@SECLEVEL=5", 5, 1, 0, 2},
		{"DEFAULT:@SECLEVEL=1", 1, 1, 0, 2},
		{"DEFAULT:@SECLEVEL=0", 0, 0, 0, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct words words = {.ciphers = cases[i].ciphers};
		struct tls_config *config = config_of(&words);
		const struct {
			enum tls_change change;
			int level;
		} wanted[] = {
			{TLS_AS_SENDMAIL, cases[i].as_sendmail},
			{TLS_LEVEL_1, cases[i].one},
			{TLS_LEVEL_0_TLS10, cases[i].zero},
			{TLS_LEGACY_RENEGOTIATION, cases[i].as_sendmail},
			{TLS_NO_CLIENT_CERT, cases[i].as_sendmail},
			{TLS_OPENSSL_DEFAULTS, cases[i].defaults},
			{TLS_CLASSIC_GROUPS, cases[i].as_sendmail},
			{TLS_UP_TO_12, cases[i].as_sendmail},
			{TLS_ALL_CIPHERS, 0},
		};

		for (size_t w = 0; w < COUNT(wanted); w++) {
			struct tls_config *changed = tls_config_changed(config, wanted[w].change);

			assert_int_equal(SSL_CTX_get_security_level(changed->ctx), wanted[w].level);
			tls_config_unref(changed);
		}
		tls_config_unref(config);
	}
}

/* Certificate, key and issuers are the very structures of the first settings: nothing is parsed or copied
 * anew, and each outlives the other. */
static void
the_pair_is_shared(void **state)
{
	static const struct words words = {.client = true};
	struct tls_config *config = config_of(&words);
	struct tls_config *changed = tls_config_changed(config, TLS_LEVEL_1);
	struct tls_config *without = tls_config_changed(config, TLS_NO_CLIENT_CERT);
	static const struct tls_peer_spec demands = {.chain = "leaf int",
		.version = TLS1_2_VERSION,
		.verify = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT};

	(void)state;
	assert_ptr_equal(SSL_CTX_get0_certificate(changed->ctx), SSL_CTX_get0_certificate(config->ctx));
	assert_ptr_equal(SSL_CTX_get0_privatekey(changed->ctx), SSL_CTX_get0_privatekey(config->ctx));
	assert_ptr_equal(SSL_CTX_get_cert_store(changed->ctx), SSL_CTX_get_cert_store(config->ctx));
	assert_null(SSL_CTX_get0_certificate(without->ctx));
	assert_ptr_not_equal(SSL_CTX_get_cert_store(without->ctx), SSL_CTX_get_cert_store(config->ctx));
	tls_config_unref(config);
	assert_true(gets_through(changed, &demands));
	assert_false(gets_through(without, &demands));
	tls_config_unref(changed);
	tls_config_unref(without);
}

int
main(void)
{
	const struct CMUnitTest before_openssl[] = {
		cmocka_unit_test(classic_groups_matter_where_openssl_offers_others),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_change_cures_exactly_the_servers_it_is_for),
		cmocka_unit_test(a_change_matters_where_it_changes_something),
		cmocka_unit_test(a_level_is_lowered_and_never_raised),
		cmocka_unit_test(the_pair_is_shared),
	};

	if (cmocka_run_group_tests(before_openssl, NULL, NULL))
		return 1;
	return cmocka_run_group_tests(tests, make_pki_after_long_groups, free_pki);
}
