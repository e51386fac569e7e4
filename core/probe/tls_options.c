#include "probe/tls_options.h"

#include <openssl/ssl.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OPTION(name)                    \
	{                               \
#name, (uint64_t)(name) \
	}

/* The names that sendmail/readcf.c knows. Many mean nothing to today's OpenSSL; they are no error all the
 * same. */
static const struct {
	const char *name;
	uint64_t bits;
} options[] = {
	OPTION(SSL_OP_ALL),
	OPTION(SSL_OP_ALLOW_NO_DHE_KEX),
	OPTION(SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION),
	OPTION(SSL_OP_CIPHER_SERVER_PREFERENCE),
	OPTION(SSL_OP_CISCO_ANYCONNECT),
	OPTION(SSL_OP_COOKIE_EXCHANGE),
	OPTION(SSL_OP_CRYPTOPRO_TLSEXT_BUG),
	OPTION(SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS),
	OPTION(SSL_OP_ENABLE_MIDDLEBOX_COMPAT),
	OPTION(SSL_OP_EPHEMERAL_RSA),
	OPTION(SSL_OP_LEGACY_SERVER_CONNECT),
	OPTION(SSL_OP_MICROSOFT_BIG_SSLV3_BUFFER),
	OPTION(SSL_OP_MICROSOFT_SESS_ID_BUG),
	OPTION(SSL_OP_MSIE_SSLV2_RSA_PADDING),
	OPTION(SSL_OP_NETSCAPE_CA_DN_BUG),
	OPTION(SSL_OP_NETSCAPE_CHALLENGE_BUG),
	OPTION(SSL_OP_NETSCAPE_DEMO_CIPHER_CHANGE_BUG),
	OPTION(SSL_OP_NETSCAPE_REUSE_CIPHER_CHANGE_BUG),
	OPTION(SSL_OP_NO_ANTI_REPLAY),
	OPTION(SSL_OP_NO_COMPRESSION),
	OPTION(SSL_OP_NO_ENCRYPT_THEN_MAC),
	OPTION(SSL_OP_NO_QUERY_MTU),
	OPTION(SSL_OP_NO_RENEGOTIATION),
	OPTION(SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION),
	OPTION(SSL_OP_NO_SSLv2),
	OPTION(SSL_OP_NO_SSLv3),
	OPTION(SSL_OP_NO_TICKET),
	OPTION(SSL_OP_NO_TLSv1),
	OPTION(SSL_OP_NO_TLSv1_1),
	OPTION(SSL_OP_NO_TLSv1_2),
	OPTION(SSL_OP_NO_TLSv1_3),
	OPTION(SSL_OP_PKCS1_CHECK_1),
	OPTION(SSL_OP_PKCS1_CHECK_2),
	OPTION(SSL_OP_PRIORITIZE_CHACHA),
	OPTION(SSL_OP_SAFARI_ECDHE_ECDSA_BUG),
	OPTION(SSL_OP_SINGLE_DH_USE),
	OPTION(SSL_OP_SINGLE_ECDH_USE),
	OPTION(SSL_OP_SSLEAY_080_CLIENT_DH_BUG),
	OPTION(SSL_OP_SSLREF2_REUSE_CERT_TYPE_BUG),
	OPTION(SSL_OP_TLSEXT_PADDING),
	OPTION(SSL_OP_TLS_BLOCK_PADDING_BUG),
	OPTION(SSL_OP_TLS_D5_BUG),
	OPTION(SSL_OP_TLS_ROLLBACK_BUG),
};

static bool
bits_by_name(struct span word, uint64_t *bits)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		if (strlen(options[i].name) == word.len &&
			strncasecmp(options[i].name, word.at, word.len) == 0) {
			*bits = options[i].bits;
			return true;
		}
	}
	return false;
}

/* What begins with a digit is a number, as strtoul() reads it; Sendmail looks no further than its first part.
 */
static bool
bits_of(struct span word, uint64_t *bits)
{
	char number[32];

	if (word.at[0] < '0' || word.at[0] > '9')
		return bits_by_name(word, bits);
	if (word.len >= sizeof number)
		return false;
	span_put(word, number, sizeof number);
	errno = 0;
	*bits = strtoul(number, NULL, 0);
	return errno == 0;
}

static void
apply(struct span word, uint64_t *set, struct text *notes)
{
	bool take_away = word.at[0] == '-';
	uint64_t bits = 0;

	if (take_away || word.at[0] == '+')
		word = span_skip(word, 1);
	if (word.len == 0 || !bits_of(word, &bits)) {
		if (notes)
			text_printf(notes,
				"ClientSSLOptions: %.*s is no option that Sendmail knows; ignored\n",
				word.len > 80 ? 80 : (int)word.len, word.len ? word.at : "");
		return;
	}
	*set = take_away ? *set & ~bits : *set | bits;
}

uint64_t
tls_options_read(const char *words, struct text *notes)
{
	uint64_t set = (SSL_OP_ALL & ~SSL_OP_TLSEXT_PADDING) | SSL_OP_NO_SSLv2 | SSL_OP_NO_TICKET;
	static const char separators[] = " \t\r\n\v\f,";

	while (words && *words) {
		size_t len = strcspn(words, separators);

		if (len)
			apply((struct span){words, len}, &set, notes);
		words += len;
		words += strspn(words, separators);
	}
	return set;
}
