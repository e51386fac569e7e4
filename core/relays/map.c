#include "relays/map.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Odd numbers with bits all over, from xxHash. */
#define MIX_1 UINT64_C(0x9E3779B185EBCA87)
#define MIX_2 UINT64_C(0xC2B2AE3D27D4EB4F)

static uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * MIX_1;
	return hash ^ hash >> 32;
}

uint64_t
map_hash(struct span s, uint64_t seed)
{
	uint64_t hash = mix(MIX_2, s.len ^ seed << 32), word;

	for (; s.len >= sizeof word; s.at += sizeof word, s.len -= sizeof word) {
		memcpy(&word, s.at, sizeof word);
		hash = mix(hash, word);
	}
	word = 0;
	if (s.len)
		memcpy(&word, s.at, s.len);
	return mix(mix(hash, word), MIX_2);
}

static size_t
home(const struct map *m, uint64_t key)
{
	return (size_t)((key ^ key >> 32) * MIX_1 >> 20) & (m->room - 1);
}

static size_t
search(const struct map *m, uint64_t key, size_t i)
{
	for (; m->entries[i].value; i = (i + 1) & (m->room - 1)) {
		if (m->entries[i].key == key)
			return i;
	}
	return MAP_NONE;
}

size_t
map_first(const struct map *m, uint64_t key)
{
	return m->count ? search(m, key, home(m, key)) : MAP_NONE;
}

size_t
map_next(const struct map *m, size_t i)
{
	return search(m, m->entries[i].key, (i + 1) & (m->room - 1));
}

static void
put(struct map *m, uint64_t key, void *value)
{
	size_t i = home(m, key);

	while (m->entries[i].value)
		i = (i + 1) & (m->room - 1);
	m->entries[i] = (struct map_entry){key, value};
	m->count++;
}

static void
grow(struct map *m)
{
	struct map old = *m;

	m->room = old.room ? 2 * old.room : 16;
	m->entries = mem_new(m->room, sizeof *m->entries);
	m->count = 0;
	for (size_t i = 0; i < old.room; i++) {
		if (old.entries[i].value)
			put(m, old.entries[i].key, old.entries[i].value);
	}
	free(old.entries);
}

void
map_add(struct map *m, uint64_t key, void *value)
{
	if (m->count >= m->room / 2)
		grow(m);
	put(m, key, value);
}

void
map_remove(struct map *m, uint64_t key, const void *value)
{
	size_t hole = map_first(m, key), mask = m->room - 1;

	while (hole != MAP_NONE && m->entries[hole].value != value)
		hole = map_next(m, hole);
	assert(hole != MAP_NONE);
	/* What was put behind its home because this place was taken moves up. */
	for (size_t i = (hole + 1) & mask; m->entries[i].value; i = (i + 1) & mask) {
		if (((i - home(m, m->entries[i].key)) & mask) < ((i - hole) & mask))
			continue;
		m->entries[hole] = m->entries[i];
		hole = i;
	}
	m->entries[hole].value = NULL;
	m->count--;
}

void
map_free(struct map *m)
{
	free(m->entries);
	*m = (struct map){0};
}
