#include "guest.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

/* A row a tls_kind. Level 0 everywhere: the lab has to be able to show what clients refuse. */
static const struct {
	int min, max;
	const char *ciphers;
	int verify;
	bool rejects; /* every client certificate that comes */
} kinds[] = {
	[TLS_ANY] = {TLS1_2_VERSION, 0, "DEFAULT:@SECLEVEL=0", 0, false},
	[TLS_12] = {TLS1_2_VERSION, TLS1_2_VERSION, "DEFAULT:@SECLEVEL=0", 0, false},
	[TLS_10] = {TLS1_VERSION, TLS1_VERSION, "ALL:@SECLEVEL=0", 0, false},
	[TLS_ANONYMOUS] = {TLS1_2_VERSION, TLS1_2_VERSION, "aNULL:@SECLEVEL=0", 0, false},
	[TLS_WEAK_DH] = {TLS1_2_VERSION, TLS1_2_VERSION, "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0", 0, false},
	[TLS_ASKS_CLIENT_CERT] = {TLS1_2_VERSION, 0, "DEFAULT:@SECLEVEL=0", SSL_VERIFY_PEER, false},
	[TLS_DEMANDS_CLIENT_CERT_12] = {TLS1_2_VERSION, TLS1_2_VERSION, "DEFAULT:@SECLEVEL=0",
		SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, false},
	[TLS_DEMANDS_CLIENT_CERT_13] = {TLS1_3_VERSION, 0, "DEFAULT:@SECLEVEL=0",
		SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, false},
	[TLS_REJECTS_CLIENT_CERT_12] = {TLS1_2_VERSION, TLS1_2_VERSION, "DEFAULT:@SECLEVEL=0",
		SSL_VERIFY_PEER, true},
	[TLS_REJECTS_CLIENT_CERT_13] = {TLS1_3_VERSION, 0, "DEFAULT:@SECLEVEL=0", SSL_VERIFY_PEER, true},
	[TLS_NULL] = {TLS1_2_VERSION, TLS1_2_VERSION, "eNULL:@SECLEVEL=0", 0, false},
	[TLS_SIGNS_SHA1] = {TLS1_2_VERSION, TLS1_2_VERSION, "DEFAULT:@SECLEVEL=0", 0, false},
	[TLS_BEFORE_RFC5746] = {TLS1_2_VERSION, TLS1_2_VERSION, "DEFAULT:@SECLEVEL=0", 0, false},
};

/* The 1024-bit prime of RFC 2409 section 6.2 with the generator 2: small enough for level 2 to refuse. */
static EVP_PKEY *
weak_parameters(void)
{
	BIGNUM *p = BN_get_rfc2409_prime_1024(NULL), *g = BN_new();
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	OSSL_PARAM *params;
	EVP_PKEY *key = NULL;

	BN_set_word(g, 2);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_P, p);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_G, g);
	params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_fromdata_init(maker);
	if (EVP_PKEY_fromdata(maker, &key, EVP_PKEY_KEY_PARAMETERS, params) != 1)
		abort();
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(maker);
	BN_free(p);
	BN_free(g);
	return key;
}

static void
set_chain(SSL_CTX *context, const char *names, const struct pki *pki)
{
	const struct minted *chain[PKI_CHAIN_ROOM];
	size_t count = pki_chain(pki, names, chain);

	if (SSL_CTX_use_certificate(context, chain[0]->x509) != 1 ||
		SSL_CTX_use_PrivateKey(context, chain[0]->key) != 1) {
		ERR_print_errors_fp(stderr);
		abort();
	}
	for (size_t i = 1; i < count; i++)
		SSL_CTX_add1_chain_cert(context, chain[i]->x509);
}

/* Any client certificate will do: the lab only looks whether one comes. */
static int
accept_any(int preverified, X509_STORE_CTX *context)
{
	(void)preverified;
	(void)context;
	return 1;
}

static int
reject_any(int preverified, X509_STORE_CTX *context)
{
	(void)preverified;
	X509_STORE_CTX_set_error(context, X509_V_ERR_CERT_HAS_EXPIRED);
	return 0;
}

/* A client says with a cipher that it can renegotiate securely (RFC 5746 section 3.3); who came before that
 * did not know it. OpenSSL has hashed the message by now, so that its own copy can be changed. */
static int
forget_rfc5746(SSL *ssl, int *alert, void *arg)
{
	const unsigned char *ciphers;
	size_t len = SSL_client_hello_get0_ciphers(ssl, &ciphers);

	(void)alert;
	(void)arg;
	for (size_t i = 0; i + 1 < len; i += 2)
		if (ciphers[i] == 0x00 && ciphers[i + 1] == 0xff)
			memset((unsigned char *)(uintptr_t)ciphers + i, 0x0a,
				2); /* a GREASE value: RFC 8701 */
	return SSL_CLIENT_HELLO_SUCCESS;
}

static void
set_oddities(SSL_CTX *context, enum tls_kind kind)
{
	if (kind == TLS_WEAK_DH)
		SSL_CTX_set0_tmp_dh_pkey(context, weak_parameters());
	else
		SSL_CTX_set_dh_auto(context, 1);
	if (kind == TLS_SIGNS_SHA1 && SSL_CTX_set1_sigalgs_list(context, "RSA+SHA1") != 1)
		abort();
	if (kind == TLS_BEFORE_RFC5746)
		SSL_CTX_set_client_hello_cb(context, forget_rfc5746, NULL);
}

SSL_CTX *
context_new(const struct personality *p, const char *chain, const struct pki *pki)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	SSL_CTX_set_min_proto_version(context, kinds[p->tls].min);
	SSL_CTX_set_max_proto_version(context, kinds[p->tls].max);
	if (SSL_CTX_set_cipher_list(context, kinds[p->tls].ciphers) != 1)
		abort();
	SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(context, kinds[p->tls].verify, kinds[p->tls].rejects ? reject_any : accept_any);
	set_oddities(context, p->tls);
	set_chain(context, chain, pki);
	return context;
}

static int
choose_by_name(SSL *ssl, int *alert, void *arg)
{
	struct server *s = arg;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	(void)alert;
	if (!name)
		return SSL_TLSEXT_ERR_NOACK;
	s->seen.sni++;
	snprintf(s->seen.server_name, sizeof(s->seen.server_name), "%s", name);
	if (s->sni_context)
		SSL_set_SSL_CTX(ssl, s->sni_context);
	return SSL_TLSEXT_ERR_OK;
}

void
context_watch_sni(SSL_CTX *context, struct server *s)
{
	SSL_CTX_set_tlsext_servername_callback(context, choose_by_name);
	SSL_CTX_set_tlsext_servername_arg(context, s);
}
