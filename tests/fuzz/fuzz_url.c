/* URLs from certificates and redirects: one that is asked has a name for a host, and the usual port. */
#include "fuzz.h"

#include "base/address.h"
#include "base/mem.h"
#include "probe/http_url.h"

#include <stdlib.h>
#include <string.h>

static void
check(const struct http_url *u, const struct fault *why)
{
	struct address a;

	FUZZ_HOLDS((u == NULL) == (why->kind == FAULT_USAGE));
	if (!u)
		return;
	FUZZ_HOLDS(strncmp(u->text, "http://", 7) == 0 && u->port == 80);
	FUZZ_HOLDS(*u->host && !strpbrk(u->host, "[]:@/\\ %\r\n") && !address_parse(span_of(u->host), &a));
	for (const char *c = u->text; *c; c++)
		FUZZ_HOLDS((unsigned char)*c > ' ' && *c != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct http_url_rules rules = {false, false};
	struct fault why = {.kind = FAULT_NONE};
	struct http_url *base = http_url_new("http://aia.example.net/x/y?z", NULL, &rules, NULL), *u;
	char *text = mem_copy(data, size);

	u = http_url_new(text, NULL, &rules, &why);
	check(u, &why);
	http_url_free(u);
	why.kind = FAULT_NONE;
	u = http_url_new(text, base, &rules, &why);
	check(u, &why);
	http_url_free(u);
	http_url_free(base);
	free(text);
	return 0;
}
