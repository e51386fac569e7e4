/* draft: one diagnosis under way, and a finding in the making: its evidence and the values of its text; at
 * its end the catalogue's text becomes the finding. */
#ifndef DIAGNOSIS_DRAFT_H
#define DIAGNOSIS_DRAFT_H

#include "diagnosis/catalogue.h"
#include "diagnosis/evidence.h"
#include "diagnosis/template.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")

struct diagnosis_run { /* one diagnosis under way */
	const struct evidence *e;
	const struct policy *log_policy; /* policy_of_log(): NULL where the log is another host's */
	struct diagnosis *out;
	struct template_vars vars; /* of the host and the relay: for every finding */
	bool by_policy; /* mail was held or returned because a rule demands what this relay does not give */
	bool verify_demanded; /* and what it demands is VERIFY */
};

struct draft {
	struct diagnosis_run *run;
	const struct catalogue_row *row;
	struct finding *finding;
	struct template_vars vars; /* of this finding; the run's are asked behind them */
	int level; /* the security level that its remedy sets, {level_needed}; -1: not known */
};

/* Begins: what of the relay and the host is known becomes values for the catalogue's text. Freed with
 * diagnosis_run_end(). */
void diagnosis_run_begin(struct diagnosis_run *w, const struct evidence *e, struct diagnosis *out);

/* Frees what it holds; the diagnosis stays. */
void diagnosis_run_end(struct diagnosis_run *w);

/* Begins a finding; the id is one of the catalogue. Each is ended with draft_end(). */
void draft_begin(struct draft *d, struct diagnosis_run *w, const char *id, enum proof proof, bool certain);

/* Adds a sentence of evidence that proves it. */
void draft_prove(struct draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a sentence of evidence of another kind. */
void draft_add(struct draft *d, enum evidence_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Expands the catalogue's text and adds the finding to the diagnosis. One of that id that is there already
 * takes over the evidence instead. */
void draft_end(struct draft *d);

/* The same without values of its own and with one sentence. */
void draft_simple(struct diagnosis_run *w, const char *id, enum proof proof, bool certain,
	const char *sentence);

#endif
