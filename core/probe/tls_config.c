#include "probe/tls_session.h"

#include "base/mem.h"
#include "probe/tls_inside.h"
#include "probe/tls_options.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* SSL_VERIFY_NONE alone still builds and checks the server's chain, which a hostile one makes costly; the
 * verdict is trust's, later and off the loop. Sendmail's callback lets every chain pass too (tls_verify_cb()
 * in its tls.c). */
static int
pass_any_chain(X509_STORE_CTX *store, void *arg)
{
	(void)store;
	(void)arg;
	return 1;
}

static void
note(struct text *notes, const char *what, const char *which)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	if (notes)
		text_printf(notes, "%s %s: %s; ignored, as Sendmail does\n", what, which ? which : "",
			reason ? reason : "cannot be used");
	ERR_clear_error();
}

/* A key with a pass phrase: Sendmail would ask on its terminal. Nobody is asked here. */
static int
no_pass_phrase(char *room, int size, int writing, void *arg)
{
	(void)room;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static BIO *
bio_of(const struct policy_file *file)
{
	if (file->code != 0 || !file->bytes || file->len > INT_MAX)
		return NULL;
	return BIO_new_mem_buf(file->bytes, (int)file->len);
}

/* As SSL_CTX_use_certificate_file(): the file's first certificate alone. */
static bool
use_certificate(SSL_CTX *ctx, const struct policy_file *file)
{
	BIO *bio = bio_of(file);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, no_pass_phrase, NULL) : NULL;
	bool used = certificate && SSL_CTX_use_certificate(ctx, certificate) == 1;

	X509_free(certificate);
	BIO_free(bio);
	return used;
}

static bool
use_key(SSL_CTX *ctx, const struct policy_file *file)
{
	BIO *bio = bio_of(file);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL) : NULL;
	bool used = key && SSL_CTX_use_PrivateKey(ctx, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	return used;
}

static void
add_issuers(X509_STORE *store, const struct policy_file *file)
{
	BIO *bio = bio_of(file);
	X509 *certificate;

	while (bio && (certificate = PEM_read_bio_X509(bio, NULL, no_pass_phrase, NULL))) {
		X509_STORE_add_cert(store, certificate);
		X509_free(certificate);
	}
	BIO_free(bio);
	ERR_clear_error();
}

/* OpenSSL sends the issuers of our certificate along when it finds them in the store (so does Sendmail's). */
static void
use_issuers(SSL_CTX *ctx, const struct policy *policy)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);

	if (policy->both_needed && (!policy->ca_file || !policy->ca_path))
		return;
	add_issuers(store, &policy->ca_file_bytes);
	for (size_t i = 0; i < policy->ca_path_count; i++)
		add_issuers(store, &policy->ca_path_files[i]);
}

/* A certificate whose key does not come is never sent: OpenSSL needs both. */
static void
use_pair(SSL_CTX *ctx, const struct policy *policy, struct text *notes)
{
	if (!policy->client_cert || !policy->client_key || !policy->client_cert_bytes.bytes ||
		!policy->client_key_bytes.bytes)
		return; /* unset, or unreadable: the policy's own notes say so */
	if (!use_certificate(ctx, &policy->client_cert_bytes))
		note(notes, "ClientCertFile", policy->client_cert);
	else if (!use_key(ctx, &policy->client_key_bytes) || SSL_CTX_check_private_key(ctx) != 1)
		note(notes, "ClientKeyFile", policy->client_key);
	else
		use_issuers(ctx, policy);
}

void
tls_config_apply(struct tls_config *c, struct text *notes)
{
	SSL_CTX_set_options(c->ctx, c->options);
	/* A list without a cipher fails, but its @SECLEVEL stays in force: in Sendmail as here. */
	if (c->cipher_list && SSL_CTX_set_cipher_list(c->ctx, c->cipher_list) <= 0)
		note(notes, "CipherList", c->cipher_list);
	if (c->cipher_suites && SSL_CTX_set_ciphersuites(c->ctx, c->cipher_suites) <= 0)
		note(notes, "CipherSuites", c->cipher_suites);
}

struct tls_config *
tls_config_bare(void)
{
	struct tls_config *c = mem_new(1, sizeof *c);

	ERR_clear_error();
	c->refs = 1;
	c->ctx = SSL_CTX_new(TLS_client_method());
	if (!c->ctx) {
		/* Only for want of memory, or with an OpenSSL that has no TLS at all. */
		fputs("verifail: OpenSSL cannot make a TLS context\n", stderr);
		abort();
	}
	SSL_CTX_set_verify(c->ctx, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(c->ctx, pass_any_chain, NULL);
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
	/* Where OpenSSL has it (RFC 8879), a compressed chain would pass by tls_watch.c unread. */
	SSL_CTX_set_options(c->ctx, SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
#endif
	SSL_CTX_set_session_cache_mode(c->ctx, SSL_SESS_CACHE_OFF);
	return c;
}

struct tls_config *
tls_config_new(const struct policy *policy, struct text *notes)
{
	struct tls_config *c = tls_config_bare();

	/* Before the ciphers: their @SECLEVEL decides nothing about our own certificate, in Sendmail as here.
	 */
	use_pair(c->ctx, policy, notes);
	c->cipher_list = mem_text(policy->cipher_list);
	c->cipher_suites = mem_text(policy->cipher_suites);
	c->options = tls_options_read(policy->ssl_options, notes);
	tls_config_apply(c, notes);
	return c;
}

struct tls_config *
tls_config_ref(struct tls_config *c)
{
	c->refs++;
	return c;
}

void
tls_config_unref(struct tls_config *c)
{
	if (!c || --c->refs)
		return;
	SSL_CTX_free(c->ctx);
	free(c->cipher_list);
	free(c->cipher_suites);
	free(c);
}
