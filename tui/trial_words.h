/* trial_words: what came of a remedy that was tried in memory, as one text. Pure. */
#ifndef TUI_TRIAL_WORDS_H
#define TUI_TRIAL_WORDS_H

#include "base/text.h"
#include "engine/engine.h"

/* "FAIL 20", "OK": a verdict in a few columns, added to *out. */
void trial_verdict(struct text *out, const struct verdict *v);

/* "tried in memory: FAIL 20 → OK. 1 of 12 relays becomes good.", added to *out; nothing when it was not
 * tried. Returns what it deserves: flags of enum paint. */
unsigned trial_words(struct text *out, const struct trial *t);

#endif
