#include "probe/tls_session.h"

#include "base/mem.h"
#include "probe/tls_inside.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
tls_library_init(const char *openssl_conf)
{
	OPENSSL_INIT_SETTINGS *settings = OPENSSL_INIT_new();
	char *path;

	if (!settings)
		return;
	/* The name is always given, so that OPENSSL_CONF is never asked; the environment itself stays as it
	 * is for the programs that we start. */
	path = openssl_conf && *openssl_conf ? mem_text(openssl_conf)
					     : text_new("%s/openssl.cnf", X509_get_default_cert_area());
	OPENSSL_INIT_set_config_filename(settings, path);
	/* OpenSSL's own flags for an automatic load: sendmail 8.18 names a file that usually is not there. */
	OPENSSL_INIT_set_config_file_flags(settings, CONF_MFLAGS_DEFAULT_SECTION |
							     CONF_MFLAGS_IGNORE_MISSING_FILE |
							     CONF_MFLAGS_IGNORE_RETURN_CODES);
	OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_SSL_STRINGS, settings);
	OPENSSL_INIT_free(settings);
	free(path);
}

struct tls_session *
tls_session_new(struct tls_config *config, const char *sni)
{
	struct tls_session *s = mem_new(1, sizeof *s);

	ERR_clear_error();
	s->config = tls_config_ref(config);
	s->sni = mem_text(sni);
	s->watch.alert = -1;
	s->ssl = SSL_new(config->ctx);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	if (!s->ssl || !s->in || !s->out)
		abort(); /* only for want of memory */
	/* An empty buffer means "more will come", not the end of the stream. */
	BIO_set_mem_eof_return(s->in, -1);
	BIO_set_mem_eof_return(s->out, -1);
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_connect_state(s->ssl);
	if (sni && SSL_set_tlsext_host_name(s->ssl, sni) != 1) {
		/* Longer than 255 bytes: it cannot be a server's name. */
		free(s->sni);
		s->sni = NULL;
	}
	tls_watch_start(&s->watch, s->ssl);
	ERR_clear_error();
	return s;
}

/* The words of Sendmail's "reason=": the first error of OpenSSL's queue. */
static enum tls_wish
fail(struct tls_session *s, struct fault *why)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());
	bool no_tls = s->began && !s->is_tls;

	fault_set(&s->broken, no_tls ? FAULT_PROTOCOL : FAULT_TLS, s->watch.alert > 0 ? s->watch.alert : 0,
		"%s", reason ? reason : "unknown");
	if (why)
		*why = s->broken;
	ERR_clear_error();
	return TLS_FAILED;
}

static enum tls_wish
still_broken(const struct tls_session *s, struct fault *why)
{
	if (why)
		*why = s->broken;
	return TLS_FAILED;
}

/* What a call of OpenSSL that did not go through means. */
static enum tls_wish
settle(struct tls_session *s, int result, struct fault *why)
{
	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return TLS_READ;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_CLOSED;
	default:
		return fail(s, why);
	}
}

/* Is the first byte the type of a TLS record (RFC 8446 section 5.1)? Every text begins with another. */
static void
note_begin(struct tls_session *s, const unsigned char *bytes, size_t len)
{
	if (s->began || len == 0)
		return;
	s->began = true;
	s->is_tls = bytes[0] >= SSL3_RT_CHANGE_CIPHER_SPEC && bytes[0] <= SSL3_RT_APPLICATION_DATA;
}

enum tls_wish
tls_session_feed(struct tls_session *s, const void *bytes, size_t len, struct fault *why)
{
	int result;

	if (s->broken.kind != FAULT_NONE)
		return still_broken(s, why);
	/* What another session left in the queue of this thread would be read as this one's error. */
	ERR_clear_error();
	note_begin(s, bytes, len);
	if (len > INT_MAX || (len && BIO_write(s->in, bytes, (int)len) != (int)len))
		return fail(s, why);
	if (s->ready)
		return TLS_READ;
	result = SSL_do_handshake(s->ssl);
	if (result == 1) {
		s->ready = true;
		return TLS_READY;
	}
	return settle(s, result, why);
}

enum tls_wish
tls_session_read(struct tls_session *s, struct text *out, struct fault *why)
{
	char room[4096];
	size_t got;
	int result;

	if (s->broken.kind != FAULT_NONE)
		return still_broken(s, why);
	ERR_clear_error();
	while ((result = SSL_read_ex(s->ssl, room, sizeof room, &got)) == 1)
		text_add(out, room, got);
	return settle(s, result, why);
}

bool
tls_session_write(struct tls_session *s, const void *bytes, size_t len, struct fault *why)
{
	size_t written;

	if (s->broken.kind != FAULT_NONE) {
		still_broken(s, why);
		return false;
	}
	ERR_clear_error();
	if (len == 0 || SSL_write_ex(s->ssl, bytes, len, &written) == 1)
		return true;
	fail(s, why);
	return false;
}

void
tls_session_end(struct tls_session *s)
{
	ERR_clear_error();
	if (s->ready && s->broken.kind == FAULT_NONE)
		SSL_shutdown(s->ssl);
	ERR_clear_error();
}

void
tls_session_output(struct tls_session *s, struct text *out)
{
	char *at;
	long len = BIO_get_mem_data(s->out, &at);

	if (len > 0)
		text_add(out, at, (size_t)len);
	BIO_reset(s->out);
}

bool
tls_session_certificate(struct tls_session *s, size_t i, const unsigned char **der, size_t *len)
{
	size_t begin = i ? s->watch.ends[i < TLS_SENT_LIMIT ? i - 1 : 0] : 0;

	if (i >= s->watch.count)
		return false;
	*der = (const unsigned char *)s->watch.chain.at + begin;
	*len = s->watch.ends[i] - begin;
	return true;
}

/* ---- what it tells ---------------------------------------------------------------------------------- */

/* Alerts that a server without, or with another, client certificate in its hand answers with: 41 to 46, 48,
 * 49, and the general 40 that OpenSSL's own servers send below TLS 1.3 (RFC 8446 section 6.2). */
static bool
is_about_our_certificate(int alert)
{
	return alert == SSL_AD_HANDSHAKE_FAILURE || alert == TLS13_AD_CERTIFICATE_REQUIRED ||
	       (alert > SSL_AD_HANDSHAKE_FAILURE && alert <= SSL_AD_ACCESS_DENIED &&
		       alert != SSL_AD_ILLEGAL_PARAMETER);
}

static enum client_cert
client_cert_of(const struct tls_watch *w)
{
	if (!w->asked)
		return CLIENT_CERT_NONE;
	return is_about_our_certificate(w->alert) ? CLIENT_CERT_REQUIRED : CLIENT_CERT_REQUESTED;
}

static void
put(char *room, size_t size, const char *text)
{
	snprintf(room, size, "%s", text ? text : "");
}

static void
note_cipher(SSL *ssl, struct observation_tls *tls)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);

	if (!cipher)
		cipher = SSL_get_pending_cipher(ssl);
	if (!cipher)
		return; /* no ServerHello that could be used: before it OpenSSL names its own highest version
			 */
	put(tls->version, sizeof tls->version, SSL_get_version(ssl));
	put(tls->cipher, sizeof tls->cipher, SSL_CIPHER_get_name(cipher));
	/* The first number of "bits=" in Sendmail's log, which ENCR: in the access map is compared with. */
	tls->bits = SSL_CIPHER_get_bits(cipher, NULL);
}

static void
note_key(SSL *ssl, struct observation_tls *tls)
{
	EVP_PKEY *key = NULL;
	char name[32];

	if (SSL_get_peer_tmp_key(ssl, &key) != 1)
		return;
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_DH)
		tls->dh_bits = EVP_PKEY_get_bits(key);
	if (EVP_PKEY_get_group_name(key, name, sizeof name, NULL) != 1)
		put(name, sizeof name, OBJ_nid2sn(EVP_PKEY_get_base_id(key)));
	put(tls->group, sizeof tls->group, name);
	EVP_PKEY_free(key);
}

/* As openssl s_client calls them. */
static const char *
signature_word(int type)
{
	switch (type) {
	case NID_rsaEncryption:
		return "RSA";
	case NID_rsassaPss:
		return "RSA-PSS";
	case NID_X9_62_id_ecPublicKey:
		return "ECDSA";
	default:
		return OBJ_nid2sn(type);
	}
}

static void
note_signature(SSL *ssl, struct observation_tls *tls)
{
	int type, digest;

	if (SSL_get_peer_signature_type_nid(ssl, &type) != 1)
		return;
	if (SSL_get_peer_signature_nid(ssl, &digest) == 1 && digest != NID_undef)
		snprintf(tls->signature, sizeof tls->signature, "%s %s", signature_word(type),
			OBJ_nid2sn(digest));
	else
		put(tls->signature, sizeof tls->signature, signature_word(type));
}

void
tls_session_facts(struct tls_session *s, struct observation_tls *tls)
{
	free(tls->sni);
	tls->sni = mem_text(s->sni);
	tls->level = SSL_get_security_level(s->ssl);
	tls->alert = s->watch.alert;
	tls->client_cert = client_cert_of(&s->watch);
	tls->dh_bits = s->watch.dh_bits;
	note_cipher(s->ssl, tls);
	note_key(s->ssl, tls);
	if (s->ready)
		note_signature(s->ssl, tls);
}

void
tls_session_free(struct tls_session *s)
{
	if (!s)
		return;
	SSL_free(s->ssl);
	tls_watch_free(&s->watch);
	tls_config_unref(s->config);
	free(s->sni);
	free(s);
}
