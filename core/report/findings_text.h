/* findings_text: findings as lines for people: cause, proof, fix, and what else there is. Pure. */
#ifndef REPORT_FINDINGS_TEXT_H
#define REPORT_FINDINGS_TEXT_H

#include "base/text.h"
#include "model/finding.h"

#include <stdbool.h>

/* All of it: every finding with its proof, what waiting costs, each remedy.
 * Evidence is without mail addresses, unless `full`. NULL: nothing. */
void findings_text(struct text *out, const struct findings *list, bool full);

/* As printed below a row of the table: the first finding with its proof, the others by their titles. */
void findings_brief(struct text *out, const struct findings *list, bool full);

/* What can be done about it: the first remedy whole, of the others what they give up and what is to be
 * written into files. Nothing is added for a finding without a remedy. */
void findings_remedies(struct text *out, const struct finding *f);

/* The titles alone: for a finding that is told in full elsewhere, which `where` says ("above"). */
void findings_titles(struct text *out, const struct findings *list, const char *where, bool full);

/* The letter to their postmaster that the first finding comes with, behind an empty line, to be copied. */
void findings_letter(struct text *out, const struct findings *list);

/* The findings of this host, one after the other, each with proof and fix. */
void findings_host(struct text *out, const struct findings *list, bool full);

/* Any of them is an error or a warning. NULL: none. */
bool findings_are_trouble(const struct findings *list);

#endif
