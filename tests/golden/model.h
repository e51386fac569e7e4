/* model: what the golden screens show, filled by hand: an afternoon in November with every kind of relay. */
#ifndef GOLDEN_MODEL_H
#define GOLDEN_MODEL_H

#include "engine/engine.h"

#define MODEL_NOW INT64_C(1795357327000) /* 2026-11-22 14:22:07 UTC */
#define MODEL_RELAYS 24
#define MODEL_LOOKS 4

struct history { /* the fake's */
	struct relay relays[MODEL_RELAYS];
	struct relay_minute days[MODEL_RELAYS];
	struct relay_minute minutes[RELAY_MINUTES];
	size_t count;
	struct history_totals totals;
	const char *const *lines; /* of the first relay, NULL-terminated */
	uint64_t generation;
};

struct engine { /* the fake's */
	struct history history;
	uint64_t generation;
	struct engine_log log;
	const char *store;
	bool store_works, must_ask;
	struct policy *policy;
	struct look *looks[MODEL_LOOKS];
	size_t look_count;
	struct engine_activity activity;
	struct dig dig;
	bool dug;
	const char *asked[64]; /* relays that were looked at, in order */
	size_t asked_count, cancelled;
	struct findings found[MODEL_RELAYS]; /* of each relay */
	uint64_t found_anew[MODEL_RELAYS];   /* how often that has changed */
	struct findings host_found;
	struct trial trial;          /* what comes of whatever is tried */
	const struct finding *tried; /* the newest one */
	size_t tried_remedy;
};

/* Fills it; freed with model_free(). */
void model_fill(struct engine *e);

/* A relay more, at the end of the table. Borrowed name. */
struct relay *model_relay(struct engine *e, const char *name, enum verify verify);

/* The chain that its first relay sends; one reference. */
struct chain *model_chain(void);

/* The paths of an address that sent it: as judged, as repaired, and another one (model_chain.c). */
void model_paths(struct look_address *a);

/* What is found of its relays and of the host (model_found.c). */
void model_found(struct engine *e);

/* A finding of an id with the catalogue's short words; the caller's. */
struct finding *model_known_finding(const char *id, const char *title);

/* A finding at the end of a relay's list (NULL: of the host's), with one sentence of evidence; the model
 * keeps it, the caller may add to it. */
struct finding *model_finding(struct engine *e, const struct relay *r, const char *id, const char *title,
	const char *evidence);

/* Frees what it holds. */
void model_free(struct engine *e);

#endif
