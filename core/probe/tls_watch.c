#include "probe/tls_watch.h"

#include <openssl/objects.h>

/* A big-endian number of `width` bytes at the begin of *rest, taken off; false when there is not that much.
 */
static bool
take_number(struct span *rest, size_t width, size_t *number)
{
	*number = 0;
	if (rest->len < width)
		return false;
	for (size_t i = 0; i < width; i++)
		*number = *number << 8 | (unsigned char)rest->at[i];
	*rest = span_skip(*rest, width);
	return true;
}

/* A vector with its length in `width` bytes (RFC 8446 section 3.4), taken off *rest. */
static bool
take_vector(struct span *rest, size_t width, struct span *vector)
{
	size_t len;

	if (!take_number(rest, width, &len) || len > rest->len)
		return false;
	*vector = (struct span){rest->at, len};
	*rest = span_skip(*rest, len);
	return true;
}

/* Certificate: RFC 5246 section 7.4.2, RFC 8446 section 4.4.2. Read here because OpenSSL forgets a chain of
 * which it cannot parse one certificate. */
static void
note_certificates(struct tls_watch *w, struct span body, bool tls13)
{
	struct span list, certificate, ignored;

	if (tls13 && !take_vector(&body, 1, &ignored))
		return;
	if (!take_vector(&body, 3, &list))
		return;
	text_drop(&w->chain, w->chain.len);
	w->count = 0;
	while (w->count < TLS_SENT_LIMIT && take_vector(&list, 3, &certificate)) {
		text_add(&w->chain, certificate.at, certificate.len);
		w->ends[w->count++] = w->chain.len;
		if (tls13 && !take_vector(&list, 2, &ignored))
			return;
	}
}

/* ServerKeyExchange of a DHE cipher begins with the prime (RFC 5246 section 7.4.3). OpenSSL tells its size
 * only when it accepts it. */
static void
note_key_exchange(struct tls_watch *w, struct span body, const SSL *ssl)
{
	const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);
	struct span prime;

	if (!cipher || SSL_CIPHER_get_kx_nid(cipher) != NID_kx_dhe || !take_vector(&body, 2, &prime))
		return;
	while (prime.len && prime.at[0] == 0)
		prime = span_skip(prime, 1);
	w->dh_bits = (int)(prime.len * 8);
	for (int bit = 0x80; prime.len && bit && !(prime.at[0] & bit); bit >>= 1)
		w->dh_bits--;
}

static void
note_message(struct tls_watch *w, struct span message, const SSL *ssl)
{
	struct span body = message;
	size_t type, length;

	if (!take_number(&body, 1, &type) || !take_number(&body, 3, &length))
		return;
	switch (type) {
	case SSL3_MT_CERTIFICATE:
		note_certificates(w, body, SSL_version(ssl) >= TLS1_3_VERSION);
		break;
	case SSL3_MT_SERVER_KEY_EXCHANGE:
		note_key_exchange(w, body, ssl);
		break;
	case SSL3_MT_CERTIFICATE_REQUEST:
		w->asked = true;
		break;
	default:
		break;
	}
}

/* Warnings are passed over; in TLS 1.3 the level says nothing (RFC 8446 section 6). */
static void
note_alert(struct tls_watch *w, struct span alert, const SSL *ssl)
{
	int level, code;

	if (alert.len != 2)
		return;
	level = (unsigned char)alert.at[0];
	code = (unsigned char)alert.at[1];
	if (code == SSL_AD_CLOSE_NOTIFY || code == SSL_AD_USER_CANCELLED)
		return;
	if (level == SSL3_AL_FATAL || SSL_version(ssl) >= TLS1_3_VERSION)
		w->alert = code;
}

static void
on_message(int sent, int version, int type, const void *bytes, size_t len, SSL *ssl, void *arg)
{
	struct span message = {bytes, len};

	(void)version;
	if (sent)
		return;
	if (type == SSL3_RT_HANDSHAKE)
		note_message(arg, message, ssl);
	else if (type == SSL3_RT_ALERT)
		note_alert(arg, message, ssl);
}

void
tls_watch_start(struct tls_watch *w, SSL *ssl)
{
	SSL_set_msg_callback(ssl, on_message);
	SSL_set_msg_callback_arg(ssl, w);
}

void
tls_watch_free(struct tls_watch *w)
{
	text_free(&w->chain);
}
