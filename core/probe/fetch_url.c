#include "probe/fetch_url.h"

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

static void
cut_last_dot(char *host)
{
	size_t len = strlen(host);

	if (len && host[len - 1] == '.')
		host[len - 1] = '\0';
}

/* Addresses have many spellings (127.1, 0x7f.0.0.1, 127.0.0.1.), and libcurl's idea of them is not the
 * resolver's. A name whose last label begins with a digit is nobody's: no top-level domain does (RFC 3696
 * section 2). */
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
check_host(const char *host, struct fault *why)
{
	if (is_literal(host))
		fault_set(why, FAULT_USAGE, 0, "its host is an address, %.100s: only names are asked", host);
	else if (!is_name(host))
		fault_set(why, FAULT_USAGE, 0, "its host is no name: %.100s", host);
	else
		return true;
	return false;
}

static bool
check_scheme(const char *scheme, const struct fetch_rules *rules, struct fault *why)
{
	if (strcmp(scheme, "http") == 0 || (rules->https && strcmp(scheme, "https") == 0))
		return true;
	fault_set(why, FAULT_USAGE, 0, "only http:%s is asked, not %.40s:", rules->https ? " and https:" : "",
		scheme);
	return false;
}

static bool
check_port(const char *scheme, unsigned port, const struct fetch_rules *rules, struct fault *why)
{
	unsigned usual = strcmp(scheme, "https") == 0 ? 443 : 80;

	if (port == usual || (rules->any_port && port > 0))
		return true;
	fault_set(why, FAULT_USAGE, 0, "port %u is not asked, only %u, without --allow-private", port, usual);
	return false;
}

static bool
check(struct fetch_url *u, const struct fetch_rules *rules, struct fault *why)
{
	char *scheme = part(u->parts, CURLUPART_SCHEME, 0);
	char *port = part(u->parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	char *user = part(u->parts, CURLUPART_USER, 0), *password = part(u->parts, CURLUPART_PASSWORD, 0);
	bool good = check_scheme(scheme, rules, why) && check_host(u->host, why);

	u->port = (unsigned)strtoul(port, NULL, 10);
	good = good && check_port(scheme, u->port, rules, why);
	if (good && (*user || *password)) {
		fault_set(why, FAULT_USAGE, 0, "it has a user or password in it");
		good = false;
	}
	free(scheme);
	free(port);
	free(user);
	free(password);
	return good;
}

static bool
parse(CURLU *parts, const char *text, struct fault *why)
{
	/* Any scheme and an empty host are read, so that what is refused is named. */
	CURLUcode code = curl_url_set(parts, CURLUPART_URL, text,
		CURLU_NON_SUPPORT_SCHEME | CURLU_NO_AUTHORITY | CURLU_DISALLOW_USER);

	if (code == CURLUE_OK)
		return true;
	if (strncasecmp(text, "ldap:", 5) == 0) /* the one that CAs write, with no host (RFC 4516) */
		fault_set(why, FAULT_USAGE, 0, "only http: is asked, not ldap:");
	else
		fault_set(why, FAULT_USAGE, 0, "no URL that can be asked: %s", curl_url_strerror(code));
	return false;
}

struct fetch_url *
fetch_url_new(const char *text, const struct fetch_url *base, const struct fetch_rules *rules,
	struct fault *why)
{
	struct fetch_url *u;

	if (strlen(text) > FETCH_URL_LENGTH) {
		fault_set(why, FAULT_USAGE, 0, "longer than %d bytes", FETCH_URL_LENGTH);
		return NULL;
	}
	u = mem_new(1, sizeof *u);
	u->parts = base ? curl_url_dup(base->parts) : curl_url();
	if (!parse(u->parts, text, why)) {
		fetch_url_free(u);
		return NULL;
	}
	curl_url_set(u->parts, CURLUPART_FRAGMENT, NULL, 0);
	u->text = part(u->parts, CURLUPART_URL, CURLU_NO_DEFAULT_PORT);
	u->host = part(u->parts, CURLUPART_HOST, 0);
	cut_last_dot(u->host);
	if (!check(u, rules, why)) {
		fetch_url_free(u);
		return NULL;
	}
	return u;
}

void
fetch_url_free(struct fetch_url *u)
{
	if (!u)
		return;
	curl_url_cleanup(u->parts);
	free(u->text);
	free(u->host);
	free(u);
}
