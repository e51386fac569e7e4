#include "probe/tls_session.h"

#include "base/mem.h"

#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdlib.h>

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
