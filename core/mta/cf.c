#include "mta/cf.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"

#include <ctype.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- lines ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts the next logical line off *rest: lines that begin with a blank or tab belong to the one before. The
 * line keeps the line ends inside it, and ends before a NUL, as C strings do. False when nothing is left. */
static bool
cf_line(struct span *rest, struct span *line)
{
	size_t end = 0;

	if (!rest->len)
		return false;
	for (;;) {
		const char *newline = memchr(rest->at + end, '\n', rest->len - end);

		end = newline ? (size_t)(newline - rest->at) + 1 : rest->len;
		if (end == rest->len || !is_blank(rest->at[end]))
			break;
	}
	*line = (struct span){rest->at, end};
	if (memchr(line->at, '\0', line->len))
		line->len = strnlen(line->at, line->len);
	*rest = span_skip(*rest, end);
	return true;
}

/* How many bytes of a comment begin at s[i]: up to the end of its physical line. 0: none begins there. */
static size_t
comment_at(struct span s, size_t i)
{
	const char *newline;

	if (i == 0 || s.at[i] != '#' || s.at[i - 1] == '$' || s.at[i - 1] == '\\')
		return 0;
	newline = memchr(s.at + i, '\n', s.len - i);
	return newline ? (size_t)(newline - s.at) - i : s.len - i;
}

/* A copy of a line as translate_dollars() leaves it, macros apart: without the comment behind it, "\#" as
 * "#", no blanks at the end. The caller frees it. */
static char *
cf_clean(struct span line)
{
	char *clean = mem_new(line.len + 1, 1);
	size_t len = 0, comment;

	for (size_t i = 0; i < line.len; i++) {
		comment = comment_at(line, i);
		if (comment) {
			while (len && is_blank(clean[len - 1]))
				len--;
			i += comment - 1;
			continue;
		}
		if (line.at[i] == '#' && i && line.at[i - 1] == '\\')
			len--;
		clean[len++] = line.at[i];
	}
	while (len && isspace((unsigned char)clean[len - 1]))
		len--;
	clean[len] = '\0';
	return clean;
}

/* ---- macros: D lines ---- */

/* A real cf has some fifty; more than this are not remembered. */
#define MACROS_LIMIT 500

struct macro {
	char *line;       /* the bytes that the spans point into */
	struct span name; /* "j", or "client_name" of D{client_name} */
	struct span value;
};

struct macros {
	struct macro list[MACROS_LIMIT];
	size_t count;
	const char *canonical; /* the host's own name, or NULL */
};

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

/* The value of a macro, unexpanded; empty with at == NULL when the cf does not define it. */
static struct span
macros_find(const struct macros *m, struct span name)
{
	for (size_t i = 0; i < m->count; i++) {
		if (span_same(m->list[i].name, name))
			return m->list[i].value;
	}
	return (struct span){NULL, 0};
}

/* Takes over a line "Dxvalue" or "D{name}value" and notes what it defines; the last definition counts. */
static void
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

/* A value with its macros replaced, also inside their values; undefined ones are empty, as in Sendmail. The
 * caller frees it. NULL when it needs the host's name, which is not known, or is out of all proportion. */
static char *
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

static void
macros_free(struct macros *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->list[i].line);
}

/* ---- lengths of time ---- */

#define PERIOD_MOST (3650 * WHEN_DAY)

static int64_t
unit_ms(char unit)
{
	switch (unit) {
	case 'w':
		return 7 * WHEN_DAY;
	case 'h':
		return WHEN_HOUR;
	case 'm':
		return WHEN_MINUTE;
	case 's':
		return WHEN_SECOND;
	default:
		return WHEN_DAY;
	}
}

/* "3d12h" in milliseconds, as Sendmail's convtime.c reads it: a number without one of w, d, h, m, s behind it
 * counts in `unit`; "now" and what is negative give 0; ten years are the most. */
static int64_t
period_ms(const char *text, char unit)
{
	int64_t all = 0;

	if (strcasecmp(text, "now") == 0 || *text == '-')
		return 0;
	while (*text) {
		int64_t number = 0;

		for (; isdigit((unsigned char)*text); text++)
			number = number < PERIOD_MOST ? number * 10 + (*text - '0') : number;
		/* Sendmail complains of another letter, and takes the usual unit. */
		number = number < PERIOD_MOST / WHEN_SECOND ? number : PERIOD_MOST / WHEN_SECOND;
		all += number * unit_ms(*text && strchr("wdhms", *text) ? *text : unit);
		all = all < PERIOD_MOST ? all : PERIOD_MOST;
		text += *text != '\0';
	}
	return all;
}

/* ---- options: O lines ---- */

/* What is known of a cf while it is read. */
struct cf_reading {
	struct policy *policy;
	struct cf_safety safety;
	struct macros macros;
	char *helo_name; /* O HeloName as written */
	char *level;     /* the V line */
};

static char **
policy_text(struct policy *p, size_t offset)
{
	return (char **)((char *)p + offset);
}

/* readcf.c, SET_STRING_EXP: the value with its macros; an empty one counts as unset. */
static void
set_text(struct cf_reading *r, size_t offset, const char *value)
{
	char **text = policy_text(r->policy, offset);

	free(*text);
	*text = macros_expand(&r->macros, span_of(value));
	if (*text && !**text) {
		free(*text);
		*text = NULL;
	}
}

/* "file1,file2" is a second pair of certificate and key for the other kind of key; the first is used here. */
static void
set_first(struct cf_reading *r, size_t offset, const char *value)
{
	char *first = mem_copy(value, strcspn(value, ","));

	set_text(r, offset, first);
	free(first);
}

/* Each line of SSL options changes what the ones before made. */
static void
add_list(struct cf_reading *r, size_t offset, const char *value)
{
	char **text = policy_text(r->policy, offset), *all;

	if (!*value)
		return;
	all = *text ? text_new("%s,%s", *text, value) : mem_text(value);
	free(*text);
	*text = all;
}

/* Sendmail's atobool(): nothing, and what begins with t or y, is true. */
static void
set_bool(struct cf_reading *r, size_t offset, const char *value)
{
	bool set = *value == '\0' || strchr("tTyY", *value);

	memcpy((char *)r->policy + offset, &set, sizeof set);
}

static void
set_log_level(struct cf_reading *r, size_t offset, const char *value)
{
	long level = strtol(value, NULL, 10);

	(void)offset;
	r->policy->log_level = level < 0 ? 0 : level > 100 ? 100 : (int)level;
}

static void
set_helo_name(struct cf_reading *r, size_t offset, const char *value)
{
	(void)offset;
	free(r->helo_name);
	r->helo_name = *value ? mem_text(value) : NULL;
}

static void
set_run_as(struct cf_reading *r, size_t offset, const char *value)
{
	(void)offset;
	/* USER or USER:GROUP; Sendmail ends it at "." too, but a name may have one. */
	span_put((struct span){value, strcspn(value, ":/")}, r->safety.run_as_user,
		sizeof r->safety.run_as_user);
}

static void
set_trusted(struct cf_reading *r, size_t offset, const char *value)
{
	(void)offset;
	span_put(span_of(value), r->safety.trusted_user, sizeof r->safety.trusted_user);
}

static void
set_blame(struct cf_reading *r, size_t offset, const char *value)
{
	(void)offset;
	if (strcasestr(value, "GroupReadableKeyFile"))
		r->safety.group_readable_key = true;
}

static void
set_return(struct cf_reading *r, size_t offset, const char *value)
{
	(void)offset;
	r->policy->queue_return_ms = period_ms(value, 'd');
}

static void
set_warn(struct cf_reading *r, size_t offset, const char *value)
{
	(void)offset;
	r->policy->queue_warn_ms = period_ms(value, 'h');
}

/* "5d/4h" */
static void
set_return_and_warn(struct cf_reading *r, size_t offset, const char *value)
{
	char *returned = mem_copy(value, strcspn(value, "/"));

	if (strchr(value, '/'))
		set_warn(r, offset, strchr(value, '/') + 1);
	set_return(r, offset, returned);
	free(returned);
}

static const struct option {
	const char *name;
	void (*set)(struct cf_reading *r, size_t offset, const char *value);
	size_t offset;
} options[] = {
	{"CACertFile", set_text, offsetof(struct policy, ca_file)},
	{"CACertPath", set_text, offsetof(struct policy, ca_path)},
	{"CRLFile", set_text, offsetof(struct policy, crl_file)},
	{"CRLPath", set_text, offsetof(struct policy, crl_path)},
	{"CipherList", set_text, offsetof(struct policy, cipher_list)},
	{"CipherSuites", set_text, offsetof(struct policy, cipher_suites)},
	{"ClientSSLOptions", add_list, offsetof(struct policy, ssl_options)},
	{"ClientCertFile", set_first, offsetof(struct policy, client_cert)},
	{"ClientKeyFile", set_first, offsetof(struct policy, client_key)},
	{"DANE", set_bool, offsetof(struct policy, dane)},
	{"TLSFallbacktoClear", set_bool, offsetof(struct policy, fallback_to_clear)},
	{"LogLevel", set_log_level, 0},
	{"HeloName", set_helo_name, 0},
	{"RunAsUser", set_run_as, 0},
	{"TrustedUser", set_trusted, 0},
	{"DontBlameSendmail", set_blame, 0},
	{"Timeout.queuereturn", set_return, 0},
	{"Timeout.queuereturn.*", set_return, 0},
	{"Timeout.queuereturn.normal", set_return, 0},
	{"Timeout.queuewarn", set_warn, 0},
	{"Timeout.queuewarn.*", set_warn, 0},
	{"Timeout.queuewarn.normal", set_warn, 0},
	{"QueueTimeout", set_return_and_warn, 0},
};

/* "O Name=value", blanks allowed around "="; the name in any case. */
static void
read_option(struct cf_reading *r, char *text)
{
	char *equals = strchr(text, '=');
	struct span name = span_trim((struct span){text, equals ? (size_t)(equals - text) : strlen(text)});
	const char *value = equals ? equals + 1 : "";

	value += strspn(value, " ");
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		const struct option *o = &options[i];

		if (name.len == strlen(o->name) && strncasecmp(name.at, o->name, name.len) == 0)
			o->set(r, o->offset, value);
	}
}

/* 8.18 names the OpenSSL configuration file here; an empty name means OpenSSL's own. */
static void
read_environment(struct cf_reading *r, const char *text)
{
	static const char name[] = "OPENSSL_CONF=";

	if (strncmp(text, name, sizeof name - 1) != 0)
		return;
	free(r->policy->openssl_conf);
	r->policy->openssl_conf = text[sizeof name - 1] ? mem_text(text + sizeof name - 1) : NULL;
}

static void
read_line(struct cf_reading *r, char *line)
{
	switch (line[0]) {
	case 'O':
		if (line[1] == ' ')
			read_option(r, line + 2);
		else if (line[1] == 'T') /* the way of the last century, still read by all of them */
			set_return_and_warn(r, 0, line + 2);
		break;
	case 'E':
		read_environment(r, line + 1);
		break;
	case 'V':
		free(r->level);
		r->level = mem_text(line);
		break;
	}
}

/* Macros first: in Sendmail, too, a value is expanded with what was defined when it is used. */
static void
read_macros(struct macros *m, struct span rest)
{
	struct span line;

	while (cf_line(&rest, &line)) {
		if (span_starts(line, "D"))
			macros_define(m, cf_clean(line));
	}
}

/* The name that Sendmail says in EHLO: HeloName, else $j. */
static void
finish(struct cf_reading *r)
{
	struct span version = macros_find(&r->macros, span_of("Z"));

	r->policy->helo_name = macros_expand(&r->macros, span_of(r->helo_name ? r->helo_name : "$j"));
	r->policy->version = version.len ? span_copy(version) : mem_text(r->level);
	free(r->helo_name);
	free(r->level);
	macros_free(&r->macros);
}

struct policy *
cf_read(const char *bytes, size_t len, const char *canonical, struct cf_safety *safety)
{
	struct cf_reading r = {.policy = policy_new(), .safety = {.group_readable_key = false}};
	struct span rest = {bytes, len}, line;

	r.macros.canonical = canonical;
	read_macros(&r.macros, rest);
	while (cf_line(&rest, &line)) {
		char *clean;

		if (!line.len || !strchr("OEV", line.at[0]) || !line.at[0])
			continue;
		clean = cf_clean(line);
		read_line(&r, clean);
		free(clean);
	}
	finish(&r);
	if (safety)
		*safety = r.safety;
	return r.policy;
}
