/* examine_job: judging, for libuv's pool: the path that a verdict was given on, and the examination of all
 * chains of a look with all that is known then. A job is made on the loop and run on a worker. */
#ifndef ENGINE_EXAMINE_JOB_H
#define ENGINE_EXAMINE_JOB_H

#include "engine/issuer_pool.h"
#include "engine/settings.h"
#include "model/look.h"

/* The chain that OpenSSL builds for an observation's verdict, with what each certificate is worth; NULL when
 * the observation has none. The caller has one reference. For a worker. */
struct path *examine_job_path(const struct observation *o, const struct store *store, int64_t now_ms);

struct judged { /* one connection: a reference to what it saw and to the path of its verdict; NULL: none */
	struct observation *observation;
	struct path *path;
	struct verdict verdict;
};

struct examine_job {                  /* owns what its examinations point to */
	struct store *store, *system; /* Sendmail's; the system's own, NULL: none, or the same */
	char *system_path;
	struct issuer_set issuers;
	const char *const *asked; /* URLs; borrowed */
	size_t asked_count;
	struct judged *judged;
	struct examination *examinations; /* of each, in the same order */
	size_t count;
	int64_t now_ms;
};

/* A job with the settings in force, and what so many connections came to. Issuers are looked for in a pool
 * and among the files of the settings. */
struct examine_job *examine_job_new(const struct settings *settings, const struct issuer_pool *pool,
	const struct look_address *const *connections, size_t count);

/* Takes them apart. For a worker. */
void examine_job_run(struct examine_job *job);

/* What everybody may see of the i-th examination: experiments, the repaired chain, further paths; takes the
 * place of what the address had. On the loop. */
void examine_job_show(const struct examine_job *job, size_t i, struct look_address *a);

/* Frees it. NULL does nothing. */
void examine_job_free(struct examine_job *job);

#endif
