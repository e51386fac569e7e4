/* places: what stands for the {places} in the catalogue's text, and the rules of what may enter a command.
 * The values come from logs, the DNS, peers and certificates: an attacker writes them. */
#ifndef DIAGNOSIS_PLACES_H
#define DIAGNOSIS_PLACES_H

#include "base/text.h"

enum place_kind {
	PLACE_WORDS, /* anybody's text: in a command only when every byte of it is harmless */
	PLACE_PATH,  /* the same, and may have slashes: of a file that our own settings name */
	PLACE_LINES, /* our own text: lines of a remedy, put in whole */
};

struct place {
	const char *name; /* static */
	size_t name_len;
	enum place_kind kind;
	char *value;
};

struct places {
	struct place *items;
	size_t count, room;
	const struct places *behind; /* asked for what these do not have; NULL: nothing */
};

/* Sets a place, in place of an earlier value; control bytes become '?'. NULL and "" leave it unknown. */
void places_set(struct places *p, const char *name, const char *value);

/* The same with printf. */
void places_print(struct places *p, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A path; unknown unless it is absolute. */
void places_path(struct places *p, const char *name, const char *path);

/* Our own lines of a remedy. */
void places_lines(struct places *p, const char *name, const char *lines);

/* A day, "2026-11-22"; 0 leaves it unknown. */
void places_day(struct places *p, const char *name, int64_t ms);

/* A point in time to the minute; 0 leaves it unknown. */
void places_time(struct places *p, const char *name, int64_t ms);

/* The value, or NULL. Borrowed. */
const char *places_get(const struct places *p, const char *name);

/* A place of our own lines of that name, for a line that is nothing but "{name}"; NULL: there is none.
 * Borrowed. */
const char *places_own_lines(const struct places *p, struct span line);

/* Expands a sentence: {name} is replaced; what stands between [ and ] is left out when a place in it is
 * unknown, and what stands behind a | there is said instead; NULL when one outside is. The caller frees it.
 */
char *places_sentence(const struct places *p, struct span pattern);

/* Expands a line that a person will copy into a shell or a file; NULL when a place is unknown, or its value
 * must not stand there. The caller frees it. */
char *places_command(const struct places *p, struct span pattern);

/* Frees all. */
void places_clear(struct places *p);

#endif
