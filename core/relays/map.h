/* map: from a 64-bit number to a pointer, by open addressing: one cache line a lookup. Several entries may
 * have the same number: who looks a name up by its hash compares the names. */
#ifndef RELAYS_MAP_H
#define RELAYS_MAP_H

#include "base/span.h"

#define MAP_NONE SIZE_MAX

struct map_entry {
	uint64_t key;
	void *value; /* NULL: a free place */
};

struct map {
	struct map_entry *entries;
	size_t count, room; /* room is 0 or a power of two */
};

/* A number for some bytes; `seed` tells kinds of the same bytes apart. */
uint64_t map_hash(struct span bytes, uint64_t seed);

/* Where the first entry of a key is, or MAP_NONE. */
size_t map_first(const struct map *m, uint64_t key);

/* The next one of the same key behind i, or MAP_NONE. */
size_t map_next(const struct map *m, size_t i);

/* Adds an entry; the value is not NULL. */
void map_add(struct map *m, uint64_t key, void *value);

/* Takes out the entry of that key and value, which is there. */
void map_remove(struct map *m, uint64_t key, const void *value);

/* Frees what it holds, but no value, and leaves it empty. */
void map_free(struct map *m);

#endif
