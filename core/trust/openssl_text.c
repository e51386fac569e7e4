#include "trust/openssl_text.h"

#include "base/address.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"

#include <stdlib.h>
#include <string.h>

char *
openssl_text(const void *bytes, size_t len)
{
	struct text t = {NULL, 0, 0};
	struct span rest = {bytes, len}, head;

	while (rest.len) {
		const char *nul = memchr(rest.at, '\0', rest.len);

		head = (struct span){rest.at, nul ? (size_t)(nul - rest.at) : rest.len};
		text_add(&t, head.at, head.len);
		rest = span_skip(rest, head.len);
		if (!nul)
			break;
		text_put(&t, "\\x00");
		rest = span_skip(rest, 1);
	}
	return text_take(&t);
}

char *
openssl_string(const ASN1_STRING *s)
{
	unsigned char *utf8 = NULL;
	char *text;
	int len;

	if (!s)
		return mem_text("");
	len = ASN1_STRING_to_UTF8(&utf8, s);
	if (len < 0)
		return openssl_text(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
	text = openssl_text(utf8, (size_t)len);
	OPENSSL_free(utf8);
	return text;
}

char *
openssl_hex(const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *at = bytes;
	char *hex = mem_new(2 * len + 1, 1);

	for (size_t i = 0; i < len; i++) {
		hex[2 * i] = digits[at[i] >> 4];
		hex[2 * i + 1] = digits[at[i] & 15];
	}
	return hex;
}

char *
openssl_oid(const ASN1_OBJECT *object)
{
	char room[256]; /* longer ones are cut: nobody looks them up */

	return OBJ_obj2txt(room, sizeof room, object, 1) > 0 ? mem_text(room) : mem_text("");
}

int64_t
openssl_time_ms(const ASN1_TIME *t)
{
	struct tm tm;

	/* ASN1_TIME_to_tm() takes NULL for "now". */
	if (!t || !ASN1_TIME_to_tm(t, &tm))
		return 0;
	return when_utc(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

char *
openssl_oneline(const X509_NAME *name)
{
	char *line = name ? X509_NAME_oneline(name, NULL, 0) : NULL, *copy;

	if (!line)
		return mem_text("");
	copy = mem_text(line);
	OPENSSL_free(line);
	return copy;
}

char *
openssl_common_name(const X509_NAME *name)
{
	int at = -1, next = X509_NAME_get_index_by_NID(name, NID_commonName, -1);

	while (next >= 0) {
		at = next;
		next = X509_NAME_get_index_by_NID(name, NID_commonName, at);
	}
	if (at < 0)
		at = X509_NAME_entry_count(name) - 1;
	if (at < 0)
		return mem_text("");
	return openssl_string(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

static char *
ip_text(const ASN1_OCTET_STRING *ip)
{
	struct address a;
	char room[ADDRESS_ROOM];

	if (!address_from_bytes(ASN1_STRING_get0_data(ip), (size_t)ASN1_STRING_length(ip), &a))
		return openssl_hex(ASN1_STRING_get0_data(ip), (size_t)ASN1_STRING_length(ip));
	address_print(&a, room);
	return mem_text(room);
}

static char *
with_prefix(const char *prefix, char *value)
{
	char *whole = text_new("%s%s", prefix, value);

	free(value);
	return whole;
}

char *
openssl_general_name(const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_DNS:
		return with_prefix("DNS:", openssl_string(name->d.dNSName));
	case GEN_IPADD:
		return with_prefix("IP:", ip_text(name->d.iPAddress));
	case GEN_EMAIL:
		return with_prefix("email:", openssl_string(name->d.rfc822Name));
	case GEN_URI:
		return with_prefix("URI:", openssl_string(name->d.uniformResourceIdentifier));
	case GEN_DIRNAME:
		return with_prefix("DirName:", openssl_oneline(name->d.directoryName));
	case GEN_RID:
		return with_prefix("RID:", openssl_oid(name->d.registeredID));
	case GEN_OTHERNAME:
		return with_prefix("othername:", openssl_oid(name->d.otherName->type_id));
	default:
		return mem_text(name->type == GEN_X400 ? "X400Name" : "EdiPartyName");
	}
}
