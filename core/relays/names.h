/* names: relay names as rows show them, and the two ways Sendmail cuts long ones
 * (tls.c at 100 bytes; shortenstring() in deliver.c at 40). Knows no row. */
#ifndef RELAYS_NAMES_H
#define RELAYS_NAMES_H

#include "model/event.h"

#define NAME_ROOM 256     /* a row's name with its NUL: longer ones are cut */
#define NAME_SHORTENED 40 /* deliver.c: shortenstring(host, 40) in to= lines */

/* The name of the row that an event belongs to, into room; its length, or 0 when it names none (no relay,
 * relay=local). Lower-case, no trailing dot; literals stay as written; of a server's relay the user@ goes. */
size_t name_of(const struct event *e, char room[NAME_ROOM]);

/* Whether a name is what a to= line shows of a host name of 40 bytes or more: 18 bytes, "...", 18 bytes with
 * the trailing dot that a row's name lacks. */
bool name_is_short(const char *name, size_t len);

/* Whether such a short form can come from this row's name. */
bool name_fits(const char *name, size_t len, const char *shortened, size_t shortened_len);

/* Whether a row's name is one that to= lines would shorten. */
bool name_is_long(size_t len);

#endif
