/* dig: an answer printed as dig prints it (libldns), and the command a person would have typed. Pure. */
#ifndef PROBE_DIG_H
#define PROBE_DIG_H

#include "model/answer.h"

/* The whole answer as text lines: header, question, answer section, time, DNSSEC state. The caller frees it.
 * The names in it are hostile: draw it through canvas. */
char *dig_text(const struct answer *a);

/* One record's data as presented in a zone file ("10 mx1.example.net."). The caller frees it. */
char *dig_record(const struct answer *a, size_t i);

#endif
