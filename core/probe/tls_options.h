/* tls_options: what ClientSSLOptions says, as OpenSSL's option bits. Pure; for probe/tls_*.c only. */
#ifndef PROBE_TLS_OPTIONS_H
#define PROBE_TLS_OPTIONS_H

#include "base/text.h"

/* The bits of SSL_CTX_set_options() as Sendmail computes them: its own default, then each word of `words`
 * (blanks or commas between; "+NAME", "-NAME", "0x…") added or taken away. Words that Sendmail does not know
 * are said in *notes (may be NULL) and passed over. words may be NULL. */
uint64_t tls_options_read(const char *words, struct text *notes);

#endif
