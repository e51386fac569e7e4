#include "diagnosis/places.h"

#include "base/mem.h"
#include "base/safe.h"
#include "base/when.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MOST 512 /* bytes of a value: a DN or a reply may be longer */

static struct place *
find_own(const struct places *p, struct span name)
{
	for (size_t i = 0; i < p->count; i++) {
		struct place *place = &p->items[i];

		if (place->name_len == name.len && memcmp(place->name, name.at, name.len) == 0)
			return place;
	}
	return NULL;
}

static const struct place *
find(const struct places *p, struct span name)
{
	const struct place *place = NULL;

	for (; p && !place; p = p->behind)
		place = find_own(p, name);
	return place;
}

/* Escape sequences and line ends of a peer must reach neither a terminal nor a letter. */
static char *
clean(const char *value, enum place_kind kind)
{
	char *copy = mem_text(value);

	for (char *c = copy; kind != PLACE_LINES && *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	return copy;
}

static struct place *
add(struct places *p)
{
	if (p->count == p->room) {
		p->room = p->room ? 2 * p->room : 16;
		p->items = mem_resize(p->items, p->room, sizeof *p->items);
	}
	return &p->items[p->count++];
}

static void
put(struct places *p, const char *name, const char *value, enum place_kind kind)
{
	struct place *old = find_own(p, span_of(name));

	if (!value || !value[0])
		return;
	if (!old) {
		old = add(p);
		*old = (struct place){.name = name, .name_len = strlen(name)};
	}
	free(old->value);
	old->value = clean(value, kind);
	old->kind = kind;
}

void
places_set(struct places *p, const char *name, const char *value)
{
	put(p, name, value, PLACE_WORDS);
}

void
places_print(struct places *p, const char *name, const char *format, ...)
{
	char room[VALUE_MOST];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(room, sizeof room, format, arguments);
	va_end(arguments);
	put(p, name, room, PLACE_WORDS);
}

void
places_path(struct places *p, const char *name, const char *path)
{
	if (path && path[0] == '/')
		put(p, name, path, PLACE_PATH);
}

void
places_lines(struct places *p, const char *name, const char *lines)
{
	put(p, name, lines, PLACE_LINES);
}

static void
put_time(struct places *p, const char *name, int64_t ms, const char *format)
{
	char room[WHEN_ROOM];

	if (ms == 0)
		return;
	when_print(ms, format, room);
	places_set(p, name, room);
}

void
places_day(struct places *p, const char *name, int64_t ms)
{
	put_time(p, name, ms, "%Y-%m-%d");
}

void
places_time(struct places *p, const char *name, int64_t ms)
{
	put_time(p, name, ms, "%Y-%m-%d %H:%M");
}

const char *
places_get(const struct places *p, const char *name)
{
	const struct place *place = find(p, span_of(name));

	return place ? place->value : NULL;
}

const char *
places_own_lines(const struct places *p, struct span line)
{
	const struct place *place;

	if (line.len < 3 || line.at[0] != '{' || line.at[line.len - 1] != '}')
		return NULL;
	place = find(p, (struct span){line.at + 1, line.len - 2});
	return place && place->kind == PLACE_LINES ? place->value : NULL;
}

static bool
has_only(const char *value, const char *allowed)
{
	return value[0] && value[0] != '-' && value[strspn(value, allowed)] == '\0';
}

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"

static bool
may_enter_command(const struct place *place)
{
	if (place->kind == PLACE_LINES)
		return true;
	return place->kind == PLACE_PATH ? has_only(place->value, NAME_BYTES "/")
					 : safe_in_command(place->value);
}

/* What is being expanded, and what has become of it. */
struct expansion {
	const struct places *places;
	bool command;
	struct text out;
	bool whole; /* false: a place outside of brackets was unknown */
	bool in_brackets, drop,
		skip; /* drop: a place inside was unknown; skip: the alternative is not needed */
	size_t mark;  /* where the bracket's text begins */
};

static void
put_place(struct expansion *x, struct span name)
{
	const struct place *place = find(x->places, name);

	if (x->skip)
		return;
	if (place && (!x->command || may_enter_command(place)))
		text_put(&x->out, place->value);
	else if (x->in_brackets)
		x->drop = true;
	else
		x->whole = false;
}

/* Behind '|' stands what is said instead. */
static void
end_part(struct expansion *x, bool alternative)
{
	if (x->drop) {
		x->out.len = x->mark;
		x->out.at[x->mark] = '\0';
	}
	x->skip = alternative && !x->drop;
	x->in_brackets = alternative;
	x->drop = false;
}

/* Takes one byte, or a whole {place}, of the pattern; returns how many bytes of it are done. */
static size_t
step(struct expansion *x, struct span pattern)
{
	struct span rest = span_skip(pattern, 1), name;
	char c = pattern.at[0];

	if (c == '{' && span_cut(&rest, "}", &name)) {
		put_place(x, name);
		return name.len + 2;
	}
	if (c == '[' && !x->command) {
		x->in_brackets = true;
		x->mark = x->out.len;
	} else if ((c == ']' || c == '|') && x->in_brackets) {
		end_part(x, c == '|');
	} else if (!x->skip) {
		text_add(&x->out, &c, 1);
	}
	return 1;
}

static char *
expand(const struct places *p, struct span pattern, bool command)
{
	struct expansion x = {.places = p, .command = command, .whole = true};

	text_add(&x.out, "", 0);
	while (pattern.len > 0)
		pattern = span_skip(pattern, step(&x, pattern));
	if (x.whole)
		return text_take(&x.out);
	text_free(&x.out);
	return NULL;
}

char *
places_sentence(const struct places *p, struct span pattern)
{
	return expand(p, pattern, false);
}

char *
places_command(const struct places *p, struct span pattern)
{
	return expand(p, pattern, true);
}

void
places_clear(struct places *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->items[i].value);
	free(p->items);
	*p = (struct places){.items = NULL};
}
