/* scene: a look that was made at one address, and the material that its chain was examined with. */
#ifndef UNIT_DIAGNOSIS_SCENE_H
#define UNIT_DIAGNOSIS_SCENE_H

#include "diagnosis/diagnosis.h"
#include "tests/unit/trust/material.h"

#define SCENE_HOST "mx.example.net"
#define SCENE_BUNDLE "/etc/ssl/certs/ca-certificates.crt"
#define SCENE_PATH "/etc/mail/certs"

struct scene {
	struct look *look;
	struct policy *policy;
	struct store *store, *system;
	struct chain *issuer_chain;
	struct issuer issuers[8];
	size_t issuer_count;
	struct examination examinations[4];
	struct aia_outcome asked[4];
	size_t asked_count;
	struct second_look seconds[8];
	size_t second_count;
	struct observation *second_observations[8];
	struct examination second_examinations[8]; /* of those with SNI */
	struct evidence evidence;
};

/* A look at SCENE_HOST, one address; the policy names both CA options, with these names in CACertFile. */
void scene_begin(struct scene *s, const char *anchors);

/* An observation of a whole session that sent that chain. One reference. */
struct observation *scene_observation(const char *sent, int level);

/* Adds the next address, 192.0.2.10 and up, with what was seen there; takes the reference. */
void scene_address(struct scene *s, struct observation *o);

/* The system's bundle holds these names. */
void scene_system(struct scene *s, const char *names);

/* These issuers are known, from that place ("http://…" or a file). */
void scene_issuers(struct scene *s, const char *names, const char *from);

/* That URL was asked for an issuer; why as in evidence.h. */
void scene_asked(struct scene *s, const char *url, bool reachable, const char *why);

/* A second look; takes the reference. */
void scene_second(struct scene *s, enum second_look_kind kind, struct observation *o);

/* Judges and examines all; the evidence is ready. */
void scene_ready(struct scene *s);

/* Frees it. */
void scene_end(struct scene *s);

#endif
