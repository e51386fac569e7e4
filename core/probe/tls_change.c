#include "probe/tls_session.h"

#include "base/mem.h"
#include "probe/tls_inside.h"
#include "probe/tls_options.h"

#include <openssl/err.h>

/* What OpenSSL offered before 3.5 put a hybrid group (RFC 9794's word) first: its key alone has 1216 bytes,
 * and a ClientHello that no longer fits into one segment is dropped by some middleboxes. */
#define CLASSIC_GROUPS "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192"

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
