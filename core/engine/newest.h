/* newest: the newest look at each target, with the one before it and what was found out about it. */
#ifndef ENGINE_NEWEST_H
#define ENGINE_NEWEST_H

#include "base/hash.h"
#include "engine/inquiry.h"
#include "engine/target.h"

#define NEWEST_MOST 4096 /* targets; the oldest goes */

#define LOOK_KEY_ROOM 300

struct newest {
	char key[LOOK_KEY_ROOM];
	uint64_t serial;            /* of the look; no other one has it */
	struct look *look, *before; /* a reference each; before: NULL: none */
	struct inquiry *inquiry;    /* into the look */
	UT_hash_handle hh;          /* the oldest first */
};

/* What is known of a target, or NULL. */
struct newest *newest_find(struct newest *all, const struct target *target);

/* The same by its key. */
struct newest *newest_find_key(struct newest *all, const char *key);

/* "HOST PORT": the key of a target. */
void newest_put_key(char room[LOOK_KEY_ROOM], const struct target *target);

/* Makes a look, whose reference goes over, the newest one of its target. */
struct newest *newest_put(struct newest **all, const struct target *target, struct look *look,
	const struct inquiry_owner *owner);

/* Forgets all. */
void newest_free(struct newest **all);

#endif
