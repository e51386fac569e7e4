/* drafted: one finding made straight from its row of the catalogue, with the places that a test names. */
#ifndef UNIT_DIAGNOSIS_DRAFTED_H
#define UNIT_DIAGNOSIS_DRAFTED_H

#include "diagnosis/diagnosis.h"

#define DRAFTED_HOST "mx.example.net"

struct drafted {
	struct diagnosis diagnosis;
	const struct finding *finding; /* of the diagnosis */
};

/* Drafts a row on the host with that CA bundle. value: of all places that evidence fills, NULL: each has a
 * usual one. verify_demanded: mail is held since the relay does not verify. Freed with drafted_clear(). */
void drafted_row(struct drafted *d, const char *id, const char *bundle, const char *value,
	bool verify_demanded);

/* Frees it. */
void drafted_clear(struct drafted *d);

/* What is to be typed or written into a file, in order, "; " between: "$ …" a command, else a line of
 * sendmail.mc or of the access map; sentences are left out. The caller frees it. */
char *drafted_typed(const struct finding *f);

/* The titles of the remedies, ", " between. The caller frees it. */
char *drafted_heads(const struct finding *f);

/* What its remedies give up, "; " between. The caller frees it. */
char *drafted_costs(const struct finding *f);

/* Whether a line of a remedy is to be copied into a file: neither a command nor a sentence. */
bool drafted_is_setting(const struct remedy_line *line);

#endif
