#include "probe/http_url.h"

#include "base/address.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A copy in our own memory, "" when the URL has no such part. The caller frees it. */
static char *
part(CURLU *parts, CURLUPart which, unsigned flags)
{
	char *value = NULL, *copy;

	curl_url_get(parts, which, &value, flags);
	copy = mem_text(value ? value : "");
	curl_free(value);
	return copy;
}

static char *
host_of(CURLU *parts)
{
	char *host = part(parts, CURLUPART_HOST, 0);
	size_t len = strlen(host);

	if (len && host[len - 1] == '.')
		host[len - 1] = '\0';
	return host;
}

/* Addresses have many spellings (127.1, 0x7f.0.0.1, 127.0.0.1.), and libcurl reads them differently from the
 * resolver. No top-level domain begins with a digit (RFC 3696 section 2), so such a host is an address. */
static bool
is_literal(const char *host)
{
	const char *dot = strrchr(host, '.'), *last = dot ? dot + 1 : host;
	struct address a;

	return *host == '[' || (*last >= '0' && *last <= '9') || address_parse(span_of(host), &a);
}

static bool
is_name(const char *host)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (!*host || *host == '.' || *host == '-' || strstr(host, "..") || host[strlen(host) - 1] == '.')
		return false;
	return host[strspn(host, allowed)] == '\0';
}

static bool
may_be_asked(struct http_url *u, const struct http_url_rules *rules, struct fault *why)
{
	char *scheme = part(u->parts, CURLUPART_SCHEME, 0);
	bool secure = rules->https && strcmp(scheme, "https") == 0;
	unsigned usual = secure ? 443 : 80;
	struct fault f = {.kind = FAULT_NONE};

	if (!secure && strcmp(scheme, "http") != 0)
		fault_set(&f, FAULT_USAGE, 0,
			"only http:%s is asked, not %.40s:", rules->https ? " and https:" : "", scheme);
	else if (is_literal(u->host))
		fault_set(&f, FAULT_USAGE, 0, "its host is an address, %.100s: only names are asked",
			u->host);
	else if (!is_name(u->host))
		fault_set(&f, FAULT_USAGE, 0, "its host is no name: %.100s", u->host);
	else if (u->port != usual && !(rules->any_port && u->port > 0))
		fault_set(&f, FAULT_USAGE, 0, "port %u is not asked, only %u, without --allow-private",
			u->port, usual);
	free(scheme);
	if (f.kind != FAULT_NONE && why)
		*why = f;
	return f.kind == FAULT_NONE;
}

static bool
parse(CURLU *parts, const char *text, struct fault *why)
{
	/* Any scheme and an empty host are read, so that the refusal can name them; a user is an error here.
	 */
	CURLUcode code = curl_url_set(parts, CURLUPART_URL, text,
		CURLU_NON_SUPPORT_SCHEME | CURLU_NO_AUTHORITY | CURLU_DISALLOW_USER);

	if (code == CURLUE_OK)
		return true;
	if (strncasecmp(text, "ldap:", 5) == 0) /* CAs write ldap:///…, without a host (RFC 4516) */
		fault_set(why, FAULT_USAGE, 0, "only http: is asked, not ldap:");
	else
		fault_set(why, FAULT_USAGE, 0, "no URL that can be asked: %s", curl_url_strerror(code));
	return false;
}

static void
take_apart(struct http_url *u)
{
	char *port = part(u->parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);

	curl_url_set(u->parts, CURLUPART_FRAGMENT, NULL, 0);
	u->text = part(u->parts, CURLUPART_URL, CURLU_NO_DEFAULT_PORT);
	u->host = host_of(u->parts);
	u->port = (unsigned)strtoul(port, NULL, 10);
	free(port);
}

struct http_url *
http_url_new(const char *text, const struct http_url *base, const struct http_url_rules *rules,
	struct fault *why)
{
	struct http_url *u;

	if (strlen(text) > HTTP_URL_LENGTH) {
		fault_set(why, FAULT_USAGE, 0, "longer than %d bytes", HTTP_URL_LENGTH);
		return NULL;
	}
	u = mem_new(1, sizeof *u);
	u->parts = base ? curl_url_dup(base->parts) : curl_url();
	if (parse(u->parts, text, why)) {
		take_apart(u);
		if (may_be_asked(u, rules, why))
			return u;
	}
	http_url_free(u);
	return NULL;
}

void
http_url_free(struct http_url *u)
{
	if (!u)
		return;
	curl_url_cleanup(u->parts);
	free(u->text);
	free(u->host);
	free(u);
}
