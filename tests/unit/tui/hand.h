/* hand: findings, certificates and paths filled by hand, for tests of what the screen says of them. */
#ifndef UNIT_TUI_HAND_H
#define UNIT_TUI_HAND_H

#include "model/finding.h"
#include "model/path.h"
#include "tui/page.h"

#define HAND_NOW INT64_C(1795357327000) /* 2026-11-22 14:22:07 UTC */

/* UTC and UTF-8, whatever the environment says. */
void hand_locale(void);

/* A finding at the end of a list, which owns it: certain, a cause of theirs by a look, a warning, with one
 * sentence of evidence. */
struct finding *hand_finding(struct findings *list, const char *id, const char *title, const char *evidence);

/* A remedy with a line and a command; NULL: none. */
struct remedy *hand_remedy(struct finding *f, enum remedy_kind kind, const char *title, const char *line,
	const char *command);

/* A certificate of that CN for the next `days` days. */
struct certificate *hand_certificate(const char *cn, const char *issuer, int days);

/* A path over certificates, NULL behind the last; it takes them over. All are sent. */
struct path *hand_path(struct certificate *const *certificates);

/* The lines of a pane with '\n' behind each. The caller frees it. */
char *hand_lines(const struct pane *p);

/* Fails the test, with the text printed, unless it holds (does not hold) a part. */
void hand_has(const char *text, const char *part);
void hand_lacks(const char *text, const char *part);

#endif
