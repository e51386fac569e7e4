#include "tests/unit/probe/tls_peer.h"

#include "base/mem.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "tls_peer: %s failed\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

struct pki *
tls_peer_pki(void)
{
	static const struct cert_spec specs[] = {
		{.name = "root", .subject = "/CN=Example Root", .kind = CERT_CA},
		{.name = "int", .issuer = "root", .subject = "/CN=Example Issuing CA", .kind = CERT_CA},
		{.name = "leaf", .issuer = "int", .subject = "/CN=mx.example.net", .key = "rsa2048"},
		{.name = "ec", .issuer = "int", .subject = "/CN=ec.example.net"},
		{.name = "client", .issuer = "int", .subject = "/CN=mail.example.org"},
		{.name = "weak", .issuer = "int", .subject = "/CN=weak.example.net", .key = "rsa1024"},
	};

	return pki_new(specs, sizeof specs / sizeof *specs, time(NULL));
}

static int
note_sni(SSL *ssl, int *alert, void *arg)
{
	struct tls_peer *peer = arg;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	(void)alert;
	snprintf(peer->sni, sizeof peer->sni, "%s", name ? name : "");
	return SSL_TLSEXT_ERR_OK;
}

static int
judge_client(X509_STORE_CTX *store, void *arg)
{
	const struct tls_peer *peer = arg;

	(void)store;
	return !peer->spec->refuses_clients;
}

/* A server from before RFC 5746 does not know cipher 0x00ff; OpenSSL has no option for that, so the server
 * reads an unknown one (RFC 8701) in its place. The transcript that both ends sign was taken before. */
static void
forget_rfc5746(SSL *ssl)
{
	const unsigned char *ciphers;
	size_t len = SSL_client_hello_get0_ciphers(ssl, &ciphers);
	unsigned char *writable = (unsigned char *)(uintptr_t)ciphers;

	for (size_t i = 0; i + 1 < len; i += 2) {
		if (ciphers[i] == 0x00 && ciphers[i + 1] == 0xff)
			writable[i] = writable[i + 1] = 0x0a;
	}
}

static int
look_at_hello(SSL *ssl, int *alert, void *arg)
{
	const struct tls_peer *peer = arg;
	const unsigned char *share;
	size_t len;

	if (peer->spec->before_rfc5746)
		forget_rfc5746(ssl);
	*alert = SSL_AD_DECODE_ERROR;
	if (peer->spec->before_tls13 &&
		SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &share, &len))
		return SSL_CLIENT_HELLO_ERROR;
	if (peer->spec->longest_share &&
		SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_key_share, &share, &len) &&
		len > peer->spec->longest_share)
		return SSL_CLIENT_HELLO_ERROR;
	return SSL_CLIENT_HELLO_SUCCESS;
}

static void
use_chain(SSL_CTX *ctx, const struct pki *pki, const char *names)
{
	const struct minted *chain[PKI_CHAIN_ROOM];
	size_t count = pki_chain(pki, names, chain);

	must(SSL_CTX_use_certificate(ctx, chain[0]->x509) == 1, "certificate");
	must(SSL_CTX_use_PrivateKey(ctx, chain[0]->key) == 1, "key");
	for (size_t i = 1; i < count; i++)
		must(SSL_CTX_add1_chain_cert(ctx, chain[i]->x509) == 1, "chain");
}

static void
use_dh(SSL_CTX *ctx, const char *group)
{
	EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	OSSL_PARAM params[] = {OSSL_PARAM_utf8_string("group", (char *)(uintptr_t)group, 0), OSSL_PARAM_END};
	EVP_PKEY *key = NULL;

	must(EVP_PKEY_keygen_init(make) == 1 && EVP_PKEY_CTX_set_params(make, params) == 1, "DH group");
	must(EVP_PKEY_generate(make, &key) == 1, "DH key");
	must(SSL_CTX_set0_tmp_dh_pkey(ctx, key) == 1, "DH");
	EVP_PKEY_CTX_free(make);
}

void
tls_peer_open(struct tls_peer *peer, const struct pki *pki, const struct tls_peer_spec *spec)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	memset(peer, 0, sizeof *peer);
	peer->spec = spec;
	must(ctx != NULL, "context");
	SSL_CTX_set_security_level(ctx, spec->level);
	SSL_CTX_set_min_proto_version(ctx, spec->version);
	SSL_CTX_set_max_proto_version(ctx, spec->version);
	if (spec->ciphers)
		must(SSL_CTX_set_cipher_list(ctx, spec->ciphers) == 1, "ciphers");
	if (spec->suites)
		must(SSL_CTX_set_ciphersuites(ctx, spec->suites) == 1, "suites");
	if (spec->chain)
		use_chain(ctx, pki, spec->chain);
	if (spec->dh)
		use_dh(ctx, spec->dh);
	SSL_CTX_set_verify(ctx, spec->verify, NULL);
	if (spec->signatures)
		must(SSL_CTX_set1_sigalgs_list(ctx, spec->signatures) == 1, "signatures");
	SSL_CTX_set_cert_verify_callback(ctx, judge_client, peer);
	SSL_CTX_set_client_hello_cb(ctx, look_at_hello, peer);
	SSL_CTX_set_tlsext_servername_callback(ctx, note_sni);
	SSL_CTX_set_tlsext_servername_arg(ctx, peer);
	peer->ctx = ctx;
	peer->ssl = SSL_new(ctx);
	peer->in = BIO_new(BIO_s_mem());
	peer->out = BIO_new(BIO_s_mem());
	must(peer->ssl && peer->in && peer->out, "session");
	BIO_set_mem_eof_return(peer->in, -1);
	SSL_set_bio(peer->ssl, peer->in, peer->out);
	SSL_set_accept_state(peer->ssl);
}

static void
take_output(struct tls_peer *peer, struct text *out)
{
	char *at;
	long len = BIO_get_mem_data(peer->out, &at);

	if (len > 0)
		text_add(out, at, (size_t)len);
	BIO_reset(peer->out);
	ERR_clear_error();
}

void
tls_peer_feed(struct tls_peer *peer, const void *bytes, size_t len, struct text *out)
{
	int result;

	ERR_clear_error();
	if (len)
		BIO_write(peer->in, bytes, (int)len);
	if (!peer->ready && !peer->failed) {
		result = SSL_do_handshake(peer->ssl);
		peer->ready = result == 1;
		peer->failed = result != 1 && SSL_get_error(peer->ssl, result) != SSL_ERROR_WANT_READ;
	}
	take_output(peer, out);
}

void
tls_peer_read(struct tls_peer *peer, struct text *heard, struct text *out)
{
	char room[4096];
	size_t got;

	ERR_clear_error();
	while (peer->ready && SSL_read_ex(peer->ssl, room, sizeof room, &got) == 1)
		text_add(heard, room, got);
	take_output(peer, out);
}

void
tls_peer_say(struct tls_peer *peer, const char *text, struct text *out)
{
	size_t written;

	must(SSL_write_ex(peer->ssl, text, strlen(text), &written) == 1, "write");
	take_output(peer, out);
}

void
tls_peer_hang_up(struct tls_peer *peer, struct text *out)
{
	SSL_shutdown(peer->ssl);
	take_output(peer, out);
}

void
tls_peer_close(struct tls_peer *peer)
{
	SSL_free(peer->ssl);
	SSL_CTX_free(peer->ctx);
	memset(peer, 0, sizeof *peer);
}

void
tls_peer_pem(const struct minted *m, bool key, struct policy_file *file)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *at;
	long len;

	must(key ? PEM_write_bio_PrivateKey(bio, m->key, NULL, NULL, 0, NULL, NULL) == 1
		 : PEM_write_bio_X509(bio, m->x509) == 1,
		"PEM");
	len = BIO_get_mem_data(bio, &at);
	file->bytes = mem_copy(at, (size_t)len);
	file->len = (size_t)len;
	BIO_free(bio);
}

void
tls_pair_start(struct tls_pair *p, const struct pki *pki, struct tls_config *config,
	const struct tls_peer_spec *spec, const char *sni)
{
	*p = (struct tls_pair){.client = tls_session_new(config, sni)};
	tls_peer_open(&p->server, pki, spec);
}

void
tls_pair_open(struct tls_pair *p, const struct pki *pki, const struct policy *policy,
	const struct tls_peer_spec *spec, const char *sni)
{
	struct policy *plain = policy_new();
	struct tls_config *config = tls_config_new(policy ? policy : plain, NULL);

	tls_pair_start(p, pki, config, spec, sni);
	tls_config_unref(config);
	policy_unref(plain);
}

void
tls_pair_close(struct tls_pair *p)
{
	tls_session_free(p->client);
	tls_peer_close(&p->server);
	text_free(&p->got);
}

/* One piece: the handshake first, then what is decrypted. */
static void
give_piece(struct tls_pair *p, const char *bytes, size_t len)
{
	bool was_ready = p->wish == TLS_READY;

	p->wish = tls_session_feed(p->client, bytes, len, &p->why);
	if (p->wish == TLS_FAILED || (!was_ready && p->wish != TLS_READY))
		return;
	p->wish = tls_session_read(p->client, &p->got, &p->why);
	if (p->wish == TLS_READ)
		p->wish = TLS_READY;
}

size_t
tls_pair_give(struct tls_pair *p, struct text *bytes, size_t piece, size_t limit)
{
	size_t at = 0;

	while (at < bytes->len && at < limit && p->wish != TLS_FAILED && p->wish != TLS_CLOSED) {
		size_t len = bytes->len - at < piece ? bytes->len - at : piece;

		len = limit - at < len ? limit - at : len;
		give_piece(p, bytes->at + at, len);
		at += len;
	}
	text_drop(bytes, bytes->len);
	return at;
}

size_t
tls_pair_shake(struct tls_pair *p, size_t piece, size_t limit)
{
	struct text up = {NULL, 0, 0}, down = {NULL, 0, 0}, heard = {NULL, 0, 0};
	size_t gone = 0;

	p->wish = tls_session_feed(p->client, NULL, 0, &p->why);
	do {
		tls_session_output(p->client, &up);
		tls_peer_feed(&p->server, up.at, up.len, &down);
		tls_peer_read(&p->server, &heard, &down);
		text_drop(&up, up.len);
		gone += tls_pair_give(p, &down, piece, limit - gone);
		tls_session_output(p->client, &up);
	} while (up.len && gone < limit);
	text_free(&up);
	text_free(&down);
	text_free(&heard);
	return gone;
}
