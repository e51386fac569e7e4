/* harmless: which characters a terminal must not be given, for all who print what strangers wrote. */
#ifndef BASE_HARMLESS_H
#define BASE_HARMLESS_H

#include "base/span.h"

/* Decodes the UTF-8 character at the head of s, which is not empty, as RFC 3629 section 4 has it: shortest
 * forms alone, no surrogates, nothing above U+10FFFF. Its length in bytes, or 0 when there is none. */
size_t harmless_decode(struct span s, uint32_t *character);

/* True for what a terminal obeys instead of showing it and for what nobody sees: controls (C0, DEL, C1), line
 * separators, characters that turn the text round (UAX #9), zero-width, tag and other invisible ones. */
bool harmless_is_hostile(uint32_t character);

#endif
