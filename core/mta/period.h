/* period: a length of time as a cf has it: convtime.c of Sendmail. Pure. Private to mta. */
#ifndef MTA_PERIOD_H
#define MTA_PERIOD_H

#include <stdint.h>

/* "3d12h" in milliseconds; a number without one of w, d, h, m, s behind it counts in `unit`. "now" and what
 * is negative give 0; ten years are the most. */
int64_t period_ms(const char *text, char unit);

#endif
