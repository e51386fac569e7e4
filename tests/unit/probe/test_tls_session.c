/* One TLS session against a server in memory: what it learns, and what it says when it fails. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "probe/tls_session.h"
#include "tests/unit/probe/tls_peer.h"

#include <openssl/tls1.h>

#include <stdlib.h>
#include <string.h>

#define ECDHE "ECDHE-RSA-AES128-GCM-SHA256"
#define DHE "DHE-RSA-AES256-GCM-SHA384"

static struct pki *pki;

static struct observation_tls
facts(struct tls_pair *p)
{
	struct observation_tls tls = {.alert = -1};

	tls_session_facts(p->client, &tls);
	return tls;
}

static void
good_handshakes_tell_version_cipher_and_group(void **state)
{
	static const struct {
		struct tls_peer_spec spec;
		const char *version, *cipher, *group, *signature;
		int bits, dh_bits;
	} cases[] = {
		{{.chain = "leaf int", .version = TLS1_3_VERSION}, "TLSv1.3", "TLS_AES_256_GCM_SHA384",
			"X25519", "RSA-PSS SHA256", 256, 0},
		{{.chain = "leaf int", .version = TLS1_2_VERSION, .ciphers = ECDHE}, "TLSv1.2", ECDHE,
			"X25519", "RSA-PSS SHA256", 128, 0},
		{{.chain = "leaf int", .version = TLS1_2_VERSION, .ciphers = DHE, .dh = "ffdhe2048"},
			"TLSv1.2", DHE, "ffdhe2048", "RSA-PSS SHA256", 256, 2048},
		{{.chain = "ec", .version = TLS1_3_VERSION}, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "X25519",
			"ECDSA SHA256", 256, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tls_pair p;
		struct observation_tls tls;

		tls_pair_open(&p, pki, NULL, &cases[i].spec, NULL);
		tls_pair_shake(&p, 100000, 1000000);
		tls = facts(&p);
		assert_int_equal(p.wish, TLS_READY);
		assert_string_equal(tls.version, cases[i].version);
		assert_string_equal(tls.cipher, cases[i].cipher);
		assert_string_equal(tls.group, cases[i].group);
		assert_string_equal(tls.signature, cases[i].signature);
		assert_int_equal(tls.bits, cases[i].bits);
		assert_int_equal(tls.dh_bits, cases[i].dh_bits);
		assert_int_equal(tls.client_cert, CLIENT_CERT_NONE);
		assert_int_equal(tls.alert, -1);
		assert_null(tls.sni);
		tls_pair_close(&p);
	}
}

/* The names of the chain as it came, for comparing. */
static void
assert_sent(struct tls_pair *p, const char *names)
{
	const struct minted *chain[PKI_CHAIN_ROOM];
	size_t count = names[0] ? pki_chain(pki, names, chain) : 0, len;
	const unsigned char *der;

	for (size_t i = 0; i < count; i++) {
		unsigned char *want = NULL;
		int want_len = i2d_X509(chain[i]->x509, &want);

		assert_true(tls_session_certificate(p->client, i, &der, &len));
		assert_int_equal(len, want_len);
		assert_memory_equal(der, want, len);
		OPENSSL_free(want);
	}
	assert_false(tls_session_certificate(p->client, count, &der, &len));
	assert_false(tls_session_certificate(p->client, SIZE_MAX, &der, &len));
}

static void
the_chain_is_kept_as_it_was_sent(void **state)
{
	static const struct tls_peer_spec specs[] = {
		{.chain = "leaf int root", .version = TLS1_3_VERSION},
		{.chain = "leaf int", .version = TLS1_2_VERSION},
		{.chain = "leaf root int", .version = TLS1_2_VERSION},
		{.chain = "ec", .version = TLS1_3_VERSION},
		{.chain = "weak int", .version = TLS1_2_VERSION},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(specs); i++) {
		struct tls_pair p;

		tls_pair_open(&p, pki, NULL, &specs[i], NULL);
		tls_pair_shake(&p, 1, 1000000);
		assert_int_equal(p.wish, TLS_READY);
		assert_sent(&p, specs[i].chain);
		tls_pair_close(&p);
	}
}

static void
anonymous_servers_send_no_certificate(void **state)
{
	static const struct tls_peer_spec spec = {.version = TLS1_2_VERSION, .ciphers = "aNULL:@SECLEVEL=0"};
	struct policy *policy = policy_new();
	struct tls_pair p;
	struct observation_tls tls;

	(void)state;
	policy->cipher_list = mem_text("aNULL:@SECLEVEL=0");
	tls_pair_open(&p, pki, policy, &spec, NULL);
	tls_pair_shake(&p, 100000, 1000000);
	tls = facts(&p);
	assert_int_equal(p.wish, TLS_READY);
	assert_non_null(strstr(tls.cipher, "AECDH"));
	assert_int_equal(tls.level, 0);
	assert_sent(&p, "");
	tls_pair_close(&p);
	policy_unref(policy);
}

static void
a_client_certificate_is_asked_for_or_demanded(void **state)
{
	static const struct {
		int version, verify;
		bool ours; /* we have one */
		enum client_cert found;
		enum tls_wish wish;
		int alert;
		const char *text;
	} cases[] = {
		{TLS1_2_VERSION, SSL_VERIFY_PEER, false, CLIENT_CERT_REQUESTED, TLS_READY, -1, ""},
		{TLS1_3_VERSION, SSL_VERIFY_PEER, false, CLIENT_CERT_REQUESTED, TLS_READY, -1, ""},
		{TLS1_2_VERSION, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, false,
			CLIENT_CERT_REQUIRED, TLS_FAILED, 40, "sslv3 alert handshake failure"},
		{TLS1_3_VERSION, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, false,
			CLIENT_CERT_REQUIRED, TLS_FAILED, 116, "tlsv13 alert certificate required"},
		{TLS1_2_VERSION, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, true,
			CLIENT_CERT_REQUESTED, TLS_READY, -1, ""},
		{TLS1_3_VERSION, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, true,
			CLIENT_CERT_REQUESTED, TLS_READY, -1, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tls_peer_spec spec = {
			.chain = "leaf int", .version = cases[i].version, .verify = cases[i].verify};
		struct policy *policy = policy_new();
		struct tls_pair p;
		struct observation_tls tls;

		if (cases[i].ours) {
			policy->client_cert = mem_text("client.pem");
			policy->client_key = mem_text("client.key");
			tls_peer_pem(pki_find(pki, "client"), false, &policy->client_cert_bytes);
			tls_peer_pem(pki_find(pki, "client"), true, &policy->client_key_bytes);
		}
		tls_pair_open(&p, pki, policy, &spec, NULL);
		tls_pair_shake(&p, 7, 1000000);
		tls = facts(&p);
		assert_int_equal(tls.client_cert, cases[i].found);
		assert_int_equal(p.wish, cases[i].wish);
		assert_int_equal(tls.alert, cases[i].alert);
		assert_string_equal(p.why.text, cases[i].text);
		assert_int_equal(p.why.code, cases[i].alert > 0 ? cases[i].alert : 0);
		assert_sent(&p, "leaf int");
		tls_pair_close(&p);
		policy_unref(policy);
	}
}

static void
the_server_name_is_sent_only_when_given(void **state)
{
	static const struct tls_peer_spec spec = {.chain = "leaf int"};
	char long_name[400];
	const struct {
		const char *sni, *seen;
	} cases[] = {{NULL, ""}, {"mx.example.net", "mx.example.net"}, {long_name, ""}};

	(void)state;
	memset(long_name, 'a', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tls_pair p;
		struct observation_tls tls;

		tls_pair_open(&p, pki, NULL, &spec, cases[i].sni);
		tls_pair_shake(&p, 100000, 1000000);
		tls = facts(&p);
		assert_int_equal(p.wish, TLS_READY);
		assert_string_equal(p.server.sni, cases[i].seen);
		assert_string_equal(tls.sni ? tls.sni : "", cases[i].seen);
		free(tls.sni);
		tls_pair_close(&p);
	}
}

/* Feeds the client what a server that speaks no TLS, or broken TLS, would send. */
static void
what_is_no_handshake_fails_in_sendmails_words(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum fault_kind kind;
		int code;
		const char *text;
	} cases[] = {
		{"250 hello there, this is no TLS\r\n", 33, FAULT_PROTOCOL, 0, "wrong version number"},
		{"HTTP/1.0 400 Bad Request\r\n\r\n", 28, FAULT_PROTOCOL, 0, "wrong version number"},
		{"\x15\x03\x01\x00\x02\x02\x28", 7, FAULT_TLS, 40, "sslv3 alert handshake failure"},
		{"\x15\x03\x03\x00\x02\x02\x50", 7, FAULT_TLS, 80, "tlsv1 alert internal error"},
		{"\x15\x03\x03\x00\x02\x02\x46", 7, FAULT_TLS, 70, "tlsv1 alert protocol version"},
		{"\x16\x03\x03\xff\xff"
		 "aaaa",
			9, FAULT_TLS, 0, NULL},
		{"\x16\x03\x03\x00\x04\x02\x00\x00\x00", 9, FAULT_TLS, 0, NULL},
		{"\x17\x03\x03\x00\x01"
		 "a",
			6, FAULT_TLS, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const struct tls_peer_spec spec = {.chain = "leaf int"};
		struct tls_pair p;
		struct text bytes = {NULL, 0, 0};

		tls_pair_open(&p, pki, NULL, &spec, NULL);
		p.wish = tls_session_feed(p.client, NULL, 0, &p.why);
		assert_int_equal(p.wish, TLS_READ);
		text_add(&bytes, cases[i].bytes, cases[i].len);
		tls_pair_give(&p, &bytes, 1, SIZE_MAX);
		assert_int_equal(p.wish, TLS_FAILED);
		assert_int_equal(p.why.kind, cases[i].kind);
		assert_int_equal(p.why.code, cases[i].code);
		if (cases[i].text)
			assert_string_equal(p.why.text, cases[i].text);
		assert_true(p.why.text[0] != '\0');
		/* and it stays so */
		assert_int_equal(tls_session_read(p.client, &bytes, &p.why), TLS_FAILED);
		assert_false(tls_session_write(p.client, "x", 1, NULL));
		assert_string_equal(facts(&p).version, "");
		text_free(&bytes);
		tls_pair_close(&p);
	}
}

static int
mint(void **state)
{
	(void)state;
	pki = tls_peer_pki();
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	pki_free(pki);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_handshakes_tell_version_cipher_and_group),
		cmocka_unit_test(the_chain_is_kept_as_it_was_sent),
		cmocka_unit_test(anonymous_servers_send_no_certificate),
		cmocka_unit_test(a_client_certificate_is_asked_for_or_demanded),
		cmocka_unit_test(the_server_name_is_sent_only_when_given),
		cmocka_unit_test(what_is_no_handshake_fails_in_sendmails_words),
	};

	tls_library_init("/nonexistent/openssl.cnf");
	return cmocka_run_group_tests(tests, mint, drop);
}
