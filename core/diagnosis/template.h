/* template: the values of the {names} in the catalogue's text, and the rules of what may enter a command.
 * The values come from logs, the DNS, peers and certificates: an attacker writes them. */
#ifndef DIAGNOSIS_TEMPLATE_H
#define DIAGNOSIS_TEMPLATE_H

#include "base/text.h"

enum template_var_kind {
	VAR_WORDS, /* anybody's text: in a command only when every byte of it is harmless */
	VAR_PATH,  /* the same, and may have slashes: of a file that our own settings name */
	VAR_LINES, /* our own text: lines of a remedy, put in whole */
};

struct template_var {
	const char *name; /* static */
	size_t name_len;
	enum template_var_kind kind;
	char *value;
};

struct template_vars {
	struct template_var *items;
	size_t count, room;
	const struct template_vars *behind; /* asked for what these do not have; NULL: nothing */
};

/* Sets a value, instead of an earlier one; control bytes become '?'. NULL and "" leave it unknown. */
void vars_set(struct template_vars *p, const char *name, const char *value);

/* The same with printf. */
void vars_print(struct template_vars *p, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A path; unknown unless it is absolute. */
void vars_path(struct template_vars *p, const char *name, const char *path);

/* Our own lines of a remedy. */
void vars_lines(struct template_vars *p, const char *name, const char *lines);

/* A day, "2026-11-22"; 0 leaves it unknown. */
void vars_day(struct template_vars *p, const char *name, int64_t ms);

/* A point in time to the minute; 0 leaves it unknown. */
void vars_time(struct template_vars *p, const char *name, int64_t ms);

/* The value, or NULL. Borrowed. */
const char *vars_get(const struct template_vars *p, const char *name);

/* The value of our own lines of that name, for a line that is nothing but "{name}"; NULL: there is none.
 * Borrowed. */
const char *vars_own_lines(const struct template_vars *p, struct span line);

/* Expands a sentence: {name} is replaced; what stands between [ and ] is left out when a name in it is
 * unknown, and what stands behind a | there is said instead; NULL when one outside is. The caller frees it.
 */
char *vars_sentence(const struct template_vars *p, struct span pattern);

/* Expands a line that a person will copy into a shell or a file; NULL when a name is unknown, or its value
 * must not stand there. The caller frees it. */
char *vars_command(const struct template_vars *p, struct span pattern);

/* Frees all. */
void vars_clear(struct template_vars *p);

#endif
