#include "diagnosis/template.h"

#include "base/mem.h"
#include "base/safe.h"
#include "base/when.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MOST 512 /* bytes of a value: a DN or a reply may be longer */

static struct template_var *
find_own(const struct template_vars *p, struct span name)
{
	for (size_t i = 0; i < p->count; i++) {
		struct template_var *var = &p->items[i];

		if (var->name_len == name.len && memcmp(var->name, name.at, name.len) == 0)
			return var;
	}
	return NULL;
}

static const struct template_var *
find(const struct template_vars *p, struct span name)
{
	const struct template_var *var = NULL;

	for (; p && !var; p = p->behind)
		var = find_own(p, name);
	return var;
}

/* Escape sequences and line ends of a peer must reach neither a terminal nor a letter. */
static char *
clean(const char *value, enum template_var_kind kind)
{
	char *copy = mem_text(value);

	for (char *c = copy; kind != VAR_LINES && *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	return copy;
}

static struct template_var *
add(struct template_vars *p)
{
	if (p->count == p->room) {
		p->room = p->room ? 2 * p->room : 16;
		p->items = mem_resize(p->items, p->room, sizeof *p->items);
	}
	return &p->items[p->count++];
}

static void
put(struct template_vars *p, const char *name, const char *value, enum template_var_kind kind)
{
	struct template_var *old = find_own(p, span_of(name));

	if (!value || !value[0])
		return;
	if (!old) {
		old = add(p);
		*old = (struct template_var){.name = name, .name_len = strlen(name)};
	}
	free(old->value);
	old->value = clean(value, kind);
	old->kind = kind;
}

void
vars_set(struct template_vars *p, const char *name, const char *value)
{
	put(p, name, value, VAR_WORDS);
}

void
vars_print(struct template_vars *p, const char *name, const char *format, ...)
{
	char room[VALUE_MOST];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(room, sizeof room, format, arguments);
	va_end(arguments);
	put(p, name, room, VAR_WORDS);
}

void
vars_path(struct template_vars *p, const char *name, const char *path)
{
	if (path && path[0] == '/')
		put(p, name, path, VAR_PATH);
}

void
vars_lines(struct template_vars *p, const char *name, const char *lines)
{
	put(p, name, lines, VAR_LINES);
}

static void
put_time(struct template_vars *p, const char *name, int64_t ms, const char *format)
{
	char room[WHEN_ROOM];

	if (ms == 0)
		return;
	when_print(ms, format, room);
	vars_set(p, name, room);
}

void
vars_day(struct template_vars *p, const char *name, int64_t ms)
{
	put_time(p, name, ms, "%Y-%m-%d");
}

void
vars_time(struct template_vars *p, const char *name, int64_t ms)
{
	put_time(p, name, ms, "%Y-%m-%d %H:%M");
}

const char *
vars_get(const struct template_vars *p, const char *name)
{
	const struct template_var *var = find(p, span_of(name));

	return var ? var->value : NULL;
}

const char *
vars_own_lines(const struct template_vars *p, struct span line)
{
	const struct template_var *var;

	if (line.len < 3 || line.at[0] != '{' || line.at[line.len - 1] != '}')
		return NULL;
	var = find(p, (struct span){line.at + 1, line.len - 2});
	return var && var->kind == VAR_LINES ? var->value : NULL;
}

static bool
has_only(const char *value, const char *allowed)
{
	return value[0] && value[0] != '-' && value[strspn(value, allowed)] == '\0';
}

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"

static bool
may_enter_command(const struct template_var *var)
{
	if (var->kind == VAR_LINES)
		return true;
	return var->kind == VAR_PATH ? has_only(var->value, NAME_BYTES "/") : safe_in_command(var->value);
}

/* What is being expanded, and what has become of it. */
struct template_output {
	const struct template_vars *vars;
	bool command;
	struct text out;
	bool whole; /* false: a var outside of brackets was unknown */
	bool in_brackets, drop,
		skip; /* drop: a var inside was unknown; skip: the alternative is not needed */
	size_t mark;  /* where the bracket's text begins */
};

static void
put_place(struct template_output *x, struct span name)
{
	const struct template_var *var = find(x->vars, name);

	if (x->skip)
		return;
	if (var && (!x->command || may_enter_command(var)))
		text_put(&x->out, var->value);
	else if (x->in_brackets)
		x->drop = true;
	else
		x->whole = false;
}

/* Behind '|' stands what is said instead. */
static void
end_part(struct template_output *x, bool alternative)
{
	if (x->drop) {
		x->out.len = x->mark;
		x->out.at[x->mark] = '\0';
	}
	x->skip = alternative && !x->drop;
	x->in_brackets = alternative;
	x->drop = false;
}

/* Takes one byte, or a whole {name}, of the pattern; returns how many bytes of it are done. */
static size_t
step(struct template_output *x, struct span pattern)
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
expand(const struct template_vars *p, struct span pattern, bool command)
{
	struct template_output x = {.vars = p, .command = command, .whole = true};

	text_add(&x.out, "", 0);
	while (pattern.len > 0)
		pattern = span_skip(pattern, step(&x, pattern));
	if (x.whole)
		return text_take(&x.out);
	text_free(&x.out);
	return NULL;
}

char *
vars_sentence(const struct template_vars *p, struct span pattern)
{
	return expand(p, pattern, false);
}

char *
vars_command(const struct template_vars *p, struct span pattern)
{
	return expand(p, pattern, true);
}

void
vars_clear(struct template_vars *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->items[i].value);
	free(p->items);
	*p = (struct template_vars){.items = NULL};
}
