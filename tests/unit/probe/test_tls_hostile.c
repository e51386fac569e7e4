/* TLS servers that break off, lie or are too weak. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "tests/unit/probe/tls_peer.h"

#include <openssl/tls1.h>

#include <stdlib.h>
#include <string.h>

#define ALL SIZE_MAX

static struct pki *pki;

static void
a_handshake_cut_at_any_byte_waits_for_more(void **state)
{
	static const struct tls_peer_spec specs[] = {
		{.chain = "ec int", .version = TLS1_3_VERSION, .verify = SSL_VERIFY_PEER},
		{.chain = "ec int", .version = TLS1_2_VERSION, .verify = SSL_VERIFY_PEER},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(specs); i++) {
		for (size_t limit = 1; limit < 1000; limit += 1 + limit / 50) {
			struct observation_tls tls = {.alert = -1};
			struct tls_pair p;

			tls_pair_open(&p, pki, NULL, &specs[i], NULL);
			assert_int_equal(tls_pair_shake(&p, ALL, limit), limit);
			assert_int_equal(p.wish, TLS_READ);
			tls_session_facts(p.client, &tls);
			if (limit < 60 || limit > 200)
				assert_int_equal(tls.version[0] != '\0', limit > 200);
			tls_pair_close(&p);
		}
	}
}

static void
a_flipped_byte_never_passes_for_a_handshake(void **state)
{
	static const struct tls_peer_spec spec = {.chain = "ec int", .version = TLS1_2_VERSION};

	(void)state;
	for (size_t at = 0; at < 1000; at += 7) {
		struct text up = {NULL, 0, 0}, down = {NULL, 0, 0};
		struct tls_pair p;

		tls_pair_open(&p, pki, NULL, &spec, NULL);
		p.wish = tls_session_feed(p.client, NULL, 0, &p.why);
		tls_session_output(p.client, &up);
		tls_peer_feed(&p.server, up.at, up.len, &down);
		assert_in_range(down.len, 1000, 4000);
		down.at[at] ^= 0x55;
		tls_pair_give(&p, &down, 64, ALL);
		text_drop(&up, up.len);
		tls_session_output(p.client, &up);
		tls_peer_feed(&p.server, up.at, up.len, &down);
		tls_pair_give(&p, &down, 64, ALL);
		assert_true(p.wish == TLS_FAILED || p.wish == TLS_READ);
		tls_pair_close(&p);
		text_free(&up);
		text_free(&down);
	}
}

static void
a_small_dh_key_is_refused_and_its_size_told(void **state)
{
	static const struct tls_peer_spec spec = {.chain = "leaf int",
		.version = TLS1_2_VERSION,
		.ciphers = "DHE-RSA-AES256-GCM-SHA384",
		.dh = "dh_1024_160"};
	struct observation_tls tls = {.alert = -1};
	struct tls_pair p;

	(void)state;
	tls_pair_open(&p, pki, NULL, &spec, NULL);
	tls_pair_shake(&p, 50, ALL);
	tls_session_facts(p.client, &tls);
	assert_int_equal(p.wish, TLS_FAILED);
	assert_string_equal(p.why.text, "dh key too small");
	assert_int_equal(p.why.kind, FAULT_TLS);
	assert_int_equal(tls.dh_bits, 1024);
	assert_string_equal(tls.version, "TLSv1.2");
	assert_string_equal(tls.cipher, "DHE-RSA-AES256-GCM-SHA384");
	tls_pair_close(&p);
}

static void
handshake(struct text *out, unsigned char type, const struct text *body)
{
	const unsigned char head[] = {0x16, 3, 3, (unsigned char)((body->len + 4) >> 8),
		(unsigned char)((body->len + 4) & 0xff), type, 0, (unsigned char)(body->len >> 8),
		(unsigned char)(body->len & 0xff)};

	text_add(out, head, sizeof head);
	text_add(out, body->at, body->len);
}

/* A ServerHello for ECDHE-RSA-AES128-GCM-SHA256 and the Certificate message that is given. */
static void
hello_and_certificates(struct text *out, const char *message, size_t len)
{
	static const char zeros[32], tail[] = {0, (char)0xc0, 0x2f, 0, 0, 5, (char)0xff, 1, 0, 1, 0};
	struct text body = {NULL, 0, 0};

	text_add(&body, "\3\3", 2);
	text_add(&body, zeros, sizeof zeros);
	text_add(&body, tail, sizeof tail);
	handshake(out, 2, &body);
	text_drop(&body, body.len);
	text_add(&body, message, len);
	handshake(out, 11, &body);
	text_free(&body);
}

static void
chains_that_are_none_are_kept_as_bytes(void **state)
{
	static const struct {
		const char *message;
		size_t len, count, first;
	} cases[] = {
		{"\0\0\x08\0\0\x05hello", 11, 1, 5},
		{"\0\0\x0b\0\0\x05hello\0\0\0", 14, 2, 5},
		{"\0\0\x03\0\0\0", 6, 1, 0},
		{"\0\0\0", 3, 0, 0},
		{"\0\0\x08\0\0\x09hello", 11, 0, 0},
		{"\0\0\xff\0\0\x05hello", 11, 0, 0},
		{"\0", 1, 0, 0},
		{"", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const struct tls_peer_spec spec = {.chain = "leaf int"};
		struct text bytes = {NULL, 0, 0};
		const unsigned char *der;
		struct tls_pair p;
		size_t len, count = 0;

		tls_pair_open(&p, pki, NULL, &spec, NULL);
		p.wish = tls_session_feed(p.client, NULL, 0, &p.why);
		hello_and_certificates(&bytes, cases[i].message, cases[i].len);
		tls_pair_give(&p, &bytes, ALL, ALL);
		assert_int_equal(p.wish, TLS_FAILED);
		while (tls_session_certificate(p.client, count, &der, &len)) {
			if (count++ == 0)
				assert_int_equal(len, cases[i].first);
		}
		assert_int_equal(count, cases[i].count);
		text_free(&bytes);
		tls_pair_close(&p);
	}
}

static void
certificates_without_number_are_bounded(void **state)
{
	static const struct tls_peer_spec spec = {.chain = "leaf int"};
	struct text message = {NULL, 0, 0}, bytes = {NULL, 0, 0};
	const unsigned char *der;
	struct tls_pair p;
	size_t len;

	(void)state;
	text_add(&message, "\0\x23\x28", 3); /* 9000 bytes: 3000 empty certificates */
	for (int i = 0; i < 3000; i++)
		text_add(&message, "\0\0\0", 3);
	tls_pair_open(&p, pki, NULL, &spec, NULL);
	tls_session_feed(p.client, NULL, 0, &p.why);
	hello_and_certificates(&bytes, message.at, message.len);
	assert_int_equal(tls_session_feed(p.client, bytes.at, bytes.len, &p.why), TLS_FAILED);
	assert_true(tls_session_certificate(p.client, 255, &der, &len));
	assert_false(tls_session_certificate(p.client, 256, &der, &len));
	tls_pair_close(&p);
	text_free(&message);
	text_free(&bytes);
}

static void
the_end_of_a_session_is_told_after_its_last_bytes(void **state)
{
	static const struct tls_peer_spec spec = {.chain = "leaf int"};
	struct text down = {NULL, 0, 0}, up = {NULL, 0, 0};
	struct tls_pair p;

	(void)state;
	tls_pair_open(&p, pki, NULL, &spec, NULL);
	tls_pair_shake(&p, ALL, ALL);
	assert_true(tls_session_write(p.client, "QUIT\r\n", 6, NULL));
	tls_session_output(p.client, &up);
	tls_peer_feed(&p.server, up.at, up.len, &down);
	text_drop(&up, up.len);
	tls_peer_read(&p.server, &up, &down);
	assert_string_equal(up.at, "QUIT\r\n");
	tls_peer_say(&p.server, "221 bye\r\n", &down);
	tls_peer_hang_up(&p.server, &down);
	tls_pair_give(&p, &down, 3, ALL);
	assert_int_equal(p.wish, TLS_CLOSED);
	assert_string_equal(p.got.at, "221 bye\r\n");
	text_drop(&up, up.len);
	tls_session_end(p.client);
	tls_session_output(p.client, &up);
	assert_true(up.len > 0); /* our close_notify */
	tls_pair_close(&p);
	text_free(&up);
	text_free(&down);
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
		cmocka_unit_test(a_handshake_cut_at_any_byte_waits_for_more),
		cmocka_unit_test(a_flipped_byte_never_passes_for_a_handshake),
		cmocka_unit_test(a_small_dh_key_is_refused_and_its_size_told),
		cmocka_unit_test(chains_that_are_none_are_kept_as_bytes),
		cmocka_unit_test(certificates_without_number_are_bounded),
		cmocka_unit_test(the_end_of_a_session_is_told_after_its_last_bytes),
	};

	tls_library_init("/nonexistent/openssl.cnf");
	return cmocka_run_group_tests(tests, mint, drop);
}
