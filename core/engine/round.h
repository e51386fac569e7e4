/* round: takes the chains of a look apart once, with all that is known then: made on the loop, run on a
 * worker. It owns what its examinations point to. */
#ifndef ENGINE_ROUND_H
#define ENGINE_ROUND_H

#include "engine/issuer_pool.h"
#include "engine/settings.h"
#include "model/look.h"

struct round {
	struct store *store, *system; /* Sendmail's; the system's own, NULL: none, or the same */
	char *system_path;
	struct issuer_set issuers;
	const char *const *asked; /* URLs; borrowed */
	size_t asked_count;
	struct observation **observations; /* NULL for what saw nothing */
	struct examination *examinations;  /* one an observation */
	size_t count;
	int64_t now_ms;
};

/* A round with the settings in force, and count observations (NULL among them) of which references are taken.
 * Issuers are looked for in a pool and among the files of the settings. */
struct round *round_new(const struct settings *settings, const struct issuer_pool *pool,
	struct observation *const *observations, size_t count);

/* Takes them apart. For a worker. */
void round_run(struct round *r);

/* What everybody may see of the i-th examination: experiments, the repaired chain, further paths; takes the
 * place of what the address had. On the loop. */
void round_show(const struct round *r, size_t i, struct look_address *a);

/* Frees it. NULL does nothing. */
void round_free(struct round *r);

#endif
