/* harmless: text from the network, the log and certificates made fit to print: valid UTF-8 without anything
 * that moves a terminal's cursor or turns its text around, and, unless asked for, without addresses. Pure. */
#ifndef REPORT_HARMLESS_H
#define REPORT_HARMLESS_H

#include "base/text.h"

/* Adds `hostile` as valid UTF-8: bytes that are none become U+FFFD (RFC 3629: overlong forms, surrogates and
 * what lies beyond U+10FFFF too). NULL adds nothing. */
void harmless_utf8(struct text *out, const char *hostile);

/* The same for people: what harmless_is_hostile() (base/harmless.h) becomes '?'. */
void harmless_text(struct text *out, const char *hostile);

/* A copy in which mail addresses are replaced by "[address]"; the caller frees it. NULL gives NULL. */
char *harmless_without_addresses(const char *text);

#endif
