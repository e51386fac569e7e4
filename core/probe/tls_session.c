#include "probe/tls_session.h"

#include "base/mem.h"
#include "probe/tls_inside.h"

#include <openssl/err.h>

#include <limits.h>
#include <stdlib.h>

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
