/* draft: a finding in the making: its evidence and its places; at its end the catalogue's text becomes the
 * finding. */
#ifndef DIAGNOSIS_DRAFT_H
#define DIAGNOSIS_DRAFT_H

#include "diagnosis/casework.h"

/* Begins: what of the relay and the host is known becomes places. Freed with casework_end(). */
void casework_begin(struct casework *w, const struct evidence *e, struct diagnosis *out);

/* Frees what it holds; the diagnosis stays. */
void casework_end(struct casework *w);

/* Begins a finding; the id is one of the catalogue. Each is ended with draft_end(). */
void draft_begin(struct draft *d, struct casework *w, const char *id, enum proof proof, bool certain);

/* Adds a sentence of evidence that proves it. */
void draft_prove(struct draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a sentence of evidence of another kind. */
void draft_add(struct draft *d, enum evidence_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Expands the catalogue's text and adds the finding to the diagnosis. One of that id that is there already
 * takes over the evidence instead. */
void draft_end(struct draft *d);

/* The same without a place of its own and with one sentence. */
void draft_simple(struct casework *w, const char *id, enum proof proof, bool certain, const char *sentence);

/* Whether a finding of that id is there. */
bool casework_has(const struct casework *w, const char *id);

#endif
