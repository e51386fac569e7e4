#include "probe/tls_session.h"

#include "base/mem.h"
#include "probe/tls_inside.h"

#include <openssl/objects.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
