/* chain_text: a chain as lines for people; shared by the look and the saved chain. */
#ifndef REPORT_CHAIN_TEXT_H
#define REPORT_CHAIN_TEXT_H

#include "base/text.h"
#include "model/path.h"
#include "model/verdict.h"

/* One line a certificate: depth, name, key, days left; the one that the verdict blames is marked. NULL chain:
 * nothing. Times are relative to now_ms. */
void chain_text(struct text *out, const struct chain *c, const struct verdict *v, int64_t now_ms);

/* The chain as it would verify, a line a certificate with where it comes from. NULL: nothing. */
void repaired_text(struct text *out, const struct path *p, int64_t now_ms);

/* "FAIL 20 at depth 0: unable to get local issuer certificate (/CN=…)", its first line behind `first`. */
void verdict_text(struct text *out, const char *first, const struct verdict *v);

#endif
