#include "mta/macros.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A name, a path, a cipher list: nothing real is longer, and macros that double each other end here. */
#define EXPANDED_LIMIT 8192
#define EXPANSIONS_LIMIT 200
#define DEPTH_LIMIT 10

/* Takes a macro's name, "x" or "{name}", off *rest; false when there is none. */
static bool
take_name(struct span *rest, struct span *name)
{
	if (span_starts(*rest, "{")) {
		struct span inner = span_skip(*rest, 1);

		return span_cut(&inner, "}", name) && (*rest = inner, true);
	}
	if (!rest->len)
		return false;
	*name = (struct span){rest->at, 1};
	*rest = span_skip(*rest, 1);
	return true;
}

/* What Sendmail defines before it reads the cf: the host's name in parts. */
static struct span
built_in(const struct macros *m, struct span name)
{
	struct span domain = span_of(m->canonical), host = domain;
	bool dotted = span_cut(&domain, ".", &host);

	if (!m->canonical)
		return (struct span){NULL, 0};
	if (span_is(name, "j"))
		return span_of(m->canonical);
	if (span_is(name, "w"))
		return host;
	if (span_is(name, "m") && dotted)
		return domain;
	return (struct span){NULL, 0};
}

struct span
macros_find(const struct macros *m, struct span name)
{
	for (size_t i = 0; i < m->count; i++) {
		if (span_same(m->list[i].name, name))
			return m->list[i].value;
	}
	return (struct span){NULL, 0};
}

void
macros_define(struct macros *m, char *line)
{
	struct span value = span_skip(span_of(line), 1), name;
	size_t at = 0;

	if (!take_name(&value, &name)) {
		free(line);
		return;
	}
	while (at < m->count && !span_same(m->list[at].name, name))
		at++;
	if (at == MACROS_LIMIT) {
		free(line);
		return;
	}
	free(m->list[at].line);
	m->list[at] = (struct macro){line, name, value};
	if (at == m->count)
		m->count++;
}

struct expansion {
	struct text out;
	struct span
		open[DEPTH_LIMIT]; /* what is left of the value, of the macro in it, of the macro in that … */
	unsigned depth, expansions;
};

/* Opens the value of a macro inside the innermost one. False when the host's name is not known, or when a cf
 * that defines macros by themselves would go on for ever. */
static bool
open_macro(struct expansion *e, const struct macros *m, struct span name)
{
	struct span value = macros_find(m, name);
	bool of_host = span_is(name, "j") || span_is(name, "w") || span_is(name, "m");

	if (!value.at && of_host && !m->canonical)
		return false;
	if (!value.at)
		value = built_in(m, name); /* what nobody defines is empty */
	if (e->depth == DEPTH_LIMIT || ++e->expansions > EXPANSIONS_LIMIT)
		return false;
	e->open[e->depth++] = value;
	return true;
}

/* Copies the innermost value up to its next "$", and does what that asks. */
static bool
expand_one(struct expansion *e, const struct macros *m)
{
	struct span *value = &e->open[e->depth - 1], text, name;
	bool more = span_cut(value, "$", &text);

	text_add(&e->out, text.at, text.len);
	if (e->out.len > EXPANDED_LIMIT)
		return false;
	if (!more) {
		e->depth--;
		return true;
	}
	if (span_starts(*value, "$") || !value->len) {
		text_put(&e->out, "$"); /* "$$", and a "$" at the end, are dollars */
		*value = span_skip(*value, 1);
		return true;
	}
	return take_name(value, &name) && open_macro(e, m, name);
}

char *
macros_expand(const struct macros *m, struct span value)
{
	struct expansion e = {.open = {value}, .depth = 1};

	while (e.depth > 0) {
		if (!expand_one(&e, m)) {
			text_free(&e.out);
			return NULL;
		}
	}
	return text_take(&e.out);
}

void
macros_free(struct macros *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->list[i].line);
}
