/* ours: which of this host's settings count for what the evidence is about: a log may be another host's. */
#ifndef DIAGNOSIS_OURS_H
#define DIAGNOSIS_OURS_H

#include "diagnosis/evidence.h"

/* Whether the log was written on this host, as far as is known. */
bool ours_is_log(const struct evidence *e);

/* How long mail waits before Sendmail returns it, and before it warns the sender (0: it does not): as our
 * sendmail.cf says where the log is ours; else 5 days and 4 h, as Sendmail's own configuration has them. */
int64_t ours_returns_after(const struct evidence *e);
int64_t ours_warns_after(const struct evidence *e);

/* Whether our Sendmail sends in clear what a failed handshake stops (TLSFallbacktoClear). */
bool ours_falls_back(const struct evidence *e);

#endif
