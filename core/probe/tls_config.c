#include "probe/tls_session.h"

#include "base/mem.h"
#include "probe/tls_inside.h"
#include "probe/tls_options.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* What OpenSSL offered before 3.5 put a hybrid group (RFC 9794's word) first: its key alone has 1216 bytes,
 * and a ClientHello that no longer fits into one segment is dropped by some middleboxes. */
#define CLASSIC_GROUPS "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192"

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

static void
tls_config_apply(struct tls_config *c, struct text *notes)
{
	SSL_CTX_set_options(c->ctx, c->options);
	/* A list without a cipher fails, but its @SECLEVEL stays in force: in Sendmail as here. */
	if (c->cipher_list && SSL_CTX_set_cipher_list(c->ctx, c->cipher_list) <= 0)
		note(notes, "CipherList", c->cipher_list);
	if (c->cipher_suites && SSL_CTX_set_ciphersuites(c->ctx, c->cipher_suites) <= 0)
		note(notes, "CipherSuites", c->cipher_suites);
}

static struct tls_config *
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

/* ---- one thing otherwise than Sendmail -------------------------------------------------------------- */

/* The certificate is one X.509 structure that both contexts hold, and so are the key and the store. */
static void
share_pair(SSL_CTX *ctx, const SSL_CTX *from)
{
	X509 *certificate = SSL_CTX_get0_certificate(from);
	EVP_PKEY *key = SSL_CTX_get0_privatekey(from);

	if (!certificate || !key)
		return;
	SSL_CTX_use_certificate(ctx, certificate);
	SSL_CTX_use_PrivateKey(ctx, key);
	SSL_CTX_set1_cert_store(ctx, SSL_CTX_get_cert_store(from));
}

/* Lower only: a level that the policy has set lower still is no fault to be undone. */
static void
lower_level(SSL_CTX *ctx, int level)
{
	if (SSL_CTX_get_security_level(ctx) > level)
		SSL_CTX_set_security_level(ctx, level);
}

static void
allow_old(SSL_CTX *ctx)
{
	lower_level(ctx, 0);
	SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	SSL_CTX_clear_options(ctx, SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
}

static void
change_context(SSL_CTX *ctx, enum tls_change change)
{
	switch (change) {
	case TLS_LEVEL_1:
		lower_level(ctx, 1);
		break;
	case TLS_LEVEL_0_TLS10:
		allow_old(ctx);
		break;
	case TLS_LEGACY_RENEGOTIATION:
		SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
		break;
	case TLS_CLASSIC_GROUPS:
		/* An OpenSSL built without one of them keeps its own list. */
		SSL_CTX_set1_groups_list(ctx, CLASSIC_GROUPS);
		break;
	case TLS_UP_TO_12:
		SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
		break;
	case TLS_ALL_CIPHERS:
		allow_old(ctx);
		SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
		break;
	default:
		break;
	}
}

struct tls_config *
tls_config_changed(const struct tls_config *as_sendmail, enum tls_change change)
{
	struct tls_config *c = tls_config_bare();

	if (change != TLS_NO_CLIENT_CERT)
		share_pair(c->ctx, as_sendmail->ctx);
	if (change != TLS_OPENSSL_DEFAULTS) {
		c->cipher_list = mem_text(as_sendmail->cipher_list);
		c->cipher_suites = mem_text(as_sendmail->cipher_suites);
		c->options = as_sendmail->options;
		tls_config_apply(c, NULL);
	}
	change_context(c->ctx, change);
	ERR_clear_error();
	return c;
}

/* Groups cannot be asked of a context; but a ClientHello with others is longer or shorter. */
static size_t
hello_length(struct tls_config *config)
{
	struct tls_session *session = tls_session_new(config, NULL);
	struct text hello = {NULL, 0, 0};
	size_t len;

	tls_session_feed(session, NULL, 0, NULL);
	tls_session_output(session, &hello);
	len = hello.len;
	text_free(&hello);
	tls_session_free(session);
	return len;
}

static bool
groups_matter(const struct tls_config *as_sendmail)
{
	struct tls_config *same = tls_config_changed(as_sendmail, TLS_AS_SENDMAIL);
	struct tls_config *classic = tls_config_changed(as_sendmail, TLS_CLASSIC_GROUPS);
	bool matter = hello_length(same) != hello_length(classic);

	tls_config_unref(same);
	tls_config_unref(classic);
	return matter;
}

static bool
old_versions_are_off(SSL_CTX *ctx)
{
	/* 0 is "the lowest there is". */
	return SSL_CTX_get_min_proto_version(ctx) > TLS1_VERSION ||
	       (SSL_CTX_get_options(ctx) & (SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1));
}

bool
tls_change_matters(const struct tls_config *as_sendmail, enum tls_change change)
{
	SSL_CTX *ctx = as_sendmail->ctx;

	switch (change) {
	case TLS_LEVEL_1:
		return SSL_CTX_get_security_level(ctx) > 1;
	case TLS_LEVEL_0_TLS10:
		return SSL_CTX_get_security_level(ctx) > 0 || old_versions_are_off(ctx);
	case TLS_LEGACY_RENEGOTIATION:
		return !(SSL_CTX_get_options(ctx) &
			 (SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION));
	case TLS_NO_CLIENT_CERT:
		return SSL_CTX_get0_privatekey(ctx) != NULL;
	case TLS_OPENSSL_DEFAULTS:
		return as_sendmail->cipher_list || as_sendmail->cipher_suites ||
		       as_sendmail->options != tls_options_read(NULL, NULL);
	case TLS_CLASSIC_GROUPS:
		return groups_matter(as_sendmail);
	case TLS_UP_TO_12:
		return !(SSL_CTX_get_options(ctx) & SSL_OP_NO_TLSv1_3);
	case TLS_ALL_CIPHERS:
		return true;
	default:
		return false;
	}
}
