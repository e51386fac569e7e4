/* wrap: text for people in lines of at most 80 columns, each behind a margin. Pure. */
#ifndef REPORT_WRAP_H
#define REPORT_WRAP_H

#include "base/text.h"

#define WRAP_COLUMNS 79

/* Adds hostile text, made harmless, broken at spaces: the first line behind `first`, the others behind as
 * many spaces. A word that is too long stays whole. Line ends in it are kept. */
void wrap_text(struct text *out, const char *first, const char *hostile);

/* The same in one line, however long: what is to be typed or copied as it is. Tabs become spaces. */
void wrap_line(struct text *out, const char *first, const char *hostile);

#endif
