/* Whom a certificate is for. Sendmail does not ask unless an entry with +CN does: a note, never a cause. */
#include "diagnosis/chain_rules.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAMES_SHOWN 4

/* RFC 6125 section 6.4.3: a wildcard is the whole first label and stands for one. */
static bool
fits(const char *pattern, const char *host)
{
	const char *dot = strchr(host, '.');

	if (pattern[0] == '*' && pattern[1] == '.')
		return dot && dot != host && strcasecmp(pattern + 1, dot) == 0;
	return strcasecmp(pattern, host) == 0;
}

static bool
is_for(const struct certificate *c, const char *host)
{
	bool has_names = false;

	for (size_t i = 0; i < c->san_count; i++) {
		if (strncmp(c->sans[i], "DNS:", 4) == 0) {
			has_names = true;
			if (fits(c->sans[i] + 4, host))
				return true;
		} else if (strncmp(c->sans[i], "IP:", 3) == 0 && strcasecmp(c->sans[i] + 3, host) == 0) {
			return true;
		}
	}
	return !has_names && fits(c->subject_cn, host);
}

static char *
names_of(const struct certificate *c)
{
	struct text t = {NULL, 0, 0};

	for (size_t i = 0; i < c->san_count && i < NAMES_SHOWN; i++)
		text_printf(&t, "%s%s", i ? ", " : "",
			strncmp(c->sans[i], "DNS:", 4) == 0 ? c->sans[i] + 4 : c->sans[i]);
	if (c->san_count > NAMES_SHOWN)
		text_put(&t, ", …");
	if (c->san_count == 0)
		text_put(&t, c->subject_cn[0] ? c->subject_cn : "nobody");
	return text_take(&t);
}

/* An address has no name: what the server calls itself is asked instead, the first word of its EHLO answer.
 */
static char *
name_to_ask(const struct look *look, const struct observation *o)
{
	const char *host = look->host ? look->host : look->target;
	struct span answer = span_of(o->capabilities), first, word;
	struct address a;

	if (look->saved)
		return NULL;
	if (!address_parse(span_of(host), &a))
		return mem_text(host);
	span_cut(&answer, "\n", &first);
	span_cut(&first, " ", &word);
	return word.len && span_find(word, ".") > 0 ? span_copy(word) : NULL;
}

void
chain_rules_name(const struct chain_case *c)
{
	const struct certificate *leaf = chain_at(c, 0);
	char *host = leaf && c->work->e->look ? name_to_ask(c->work->e->look, c->o) : NULL, *names;
	struct draft d;

	if (host && !is_for(leaf, host)) {
		names = names_of(leaf);
		draft_begin(&d, c->work, "name-mismatch", PROOF_PROBE, true);
		places_set(&d.places, "names", names);
		places_set(&d.places, "host", host);
		draft_prove(&d, "%s: the certificate names %s", c->ip, names);
		draft_end(&d);
		free(names);
	}
	free(host);
}
