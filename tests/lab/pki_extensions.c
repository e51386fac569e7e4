#include "pki_private.h"

#include "base/text.h"
#include "fill.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What each kind has unless its row says otherwise. The key identifiers come last: the authority's needs the
 * issuer's. */
static const char *const usual_extensions[] = {
	[CERT_LEAF] = ("basicConstraints=CA:FALSE|keyUsage=critical,digitalSignature,keyEncipherment|"
		       "extendedKeyUsage=serverAuth,clientAuth|subjectAltName=|"
		       "subjectKeyIdentifier=hash|authorityKeyIdentifier=keyid"),
	[CERT_CA] = ("basicConstraints=critical,CA:TRUE|keyUsage=critical,keyCertSign,cRLSign|"
		     "subjectKeyIdentifier=hash|authorityKeyIdentifier=keyid"),
	[CERT_PLAIN] = "",
};

void
pki_give_up(const char *what, const char *name)
{
	fprintf(stderr, "lab: %s: %s\n", name, what);
	ERR_print_errors_fp(stderr);
	abort();
}

/* ---- names ---- */

/* Adds "C=US" to the name. */
static void
add_part(X509_NAME *name, const char *part, size_t len)
{
	const char *equals = memchr(part, '=', len);
	char field[32];

	if (!equals || (size_t)(equals - part) >= sizeof(field))
		pki_give_up("no subject", part);
	snprintf(field, sizeof(field), "%.*s", (int)(equals - part), part);
	if (!X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)equals + 1,
		    (int)(part + len - equals - 1), -1, 0))
		pki_give_up("no subject", part);
}

void
pki_set_name(X509_NAME *name, const char *subject)
{
	while (*subject == '/') {
		size_t len = strcspn(subject + 1, "/");

		add_part(name, subject + 1, len);
		subject += 1 + len;
	}
}

/* ---- extensions ---- */

/* True when the list of a row has an extension of the name that begins item. */
static bool
has_name(const char *list, const char *item)
{
	size_t len = strcspn(item, "=") + 1;

	while (list && *list) {
		if (strncmp(list, item, len) == 0)
			return true;
		list += strcspn(list, "|");
		list += *list == '|';
	}
	return false;
}

static void
add_extension(X509 *x, const X509 *issuer, const char *name, const char *value)
{
	CONF *none = NCONF_new(NULL); /* some extensions ask for a configuration, and take nothing from it */
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, (X509 *)(uintptr_t)issuer, x, NULL, NULL, 0);
	X509V3_set_nconf(&context, none);
	extension = X509V3_EXT_nconf(NULL, &context, name, value);
	if (!extension || !X509_add_ext(x, extension, -1))
		pki_give_up(value, name);
	X509_EXTENSION_free(extension);
	NCONF_free(none);
}

static void
add_alternative_name(X509 *x, const char *subject)
{
	const char *cn = strstr(subject, "/CN=");
	char value[300];

	if (!cn)
		return;
	snprintf(value, sizeof(value), "DNS:%s", cn + strlen("/CN="));
	add_extension(x, x, "subjectAltName", value);
}

/* Adds the items of a list; those that `instead` has too are left to it. */
static void
add_extensions(X509 *x, const X509 *issuer, const struct cert_spec *spec, const char *list,
	const char *instead)
{
	while (list && *list) {
		size_t len = strcspn(list, "|");
		char *item = strndup(list, len), *value = strchr(item, '=');

		if (value && !has_name(instead, item)) {
			*value++ = '\0';
			if (*value) /* "name=" leaves the kind's own out */
				add_extension(x, issuer, item, value);
			else if (strcmp(item, "subjectAltName") == 0)
				add_alternative_name(x, spec->subject);
		}
		free(item);
		list += len + (list[len] == '|');
	}
}

void
pki_set_extensions(X509 *x, const X509 *issuer, const struct cert_spec *spec, const char *base)
{
	char *own = fill(spec->extensions ? spec->extensions : "", "{aia}", base);

	add_extensions(x, issuer, spec, own, NULL);
	add_extensions(x, issuer, spec, usual_extensions[spec->kind], own);
	free(own);
}
