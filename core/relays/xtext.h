/* xtext: RFC 3461 section 4 as Sendmail's cert-subject and cert-issuer use it. */
#ifndef RELAYS_XTEXT_H
#define RELAYS_XTEXT_H

#include "base/span.h"

/* Replaces *text, which the caller owns, by s decoded: "+20" is a blank; what is no code, a cut one and "+00"
 * stay as they are. NULL when s is not there or empty. */
void xtext_put(char **text, struct span s);

#endif
