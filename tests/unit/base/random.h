/* random: the same numbers in every run, so that a case that fails can be looked at again. */
#ifndef UNIT_BASE_RANDOM_H
#define UNIT_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Marsaglia's xorshift; *seed is never 0. */
static inline uint64_t
random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A number below `bound`. */
static inline size_t
random_below(uint64_t *seed, size_t bound)
{
	return (size_t)(random_next(seed) % bound);
}

/* len bytes out of `letters`, without a NUL. */
static inline void
random_letters(uint64_t *seed, const char *letters, size_t kinds, char *room, size_t len)
{
	for (size_t i = 0; i < len; i++)
		room[i] = letters[random_below(seed, kinds)];
}

#endif
