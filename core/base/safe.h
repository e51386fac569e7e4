/* safe: text that strangers wrote (the log, the DNS, the SMTP peer, its certificates) made fit to be shown,
 * and how many columns a text takes. Whatever is printed or drawn goes through here. Pure. */
#ifndef BASE_SAFE_H
#define BASE_SAFE_H

#include "base/text.h"

#include <wchar.h>

/* ---- characters ---- */

/* Decodes the UTF-8 character at the head of s, which is not empty, as RFC 3629 section 4 has it: shortest
 * forms alone, no surrogates, nothing above U+10FFFF. Its length in bytes, or 0 when there is none. */
size_t safe_decode(struct span s, uint32_t *character);

/* True for what a terminal obeys instead of showing it and for what nobody sees: controls (C0, DEL, C1), line
 * separators, characters that turn the text round (UAX #9), zero-width, tag and other invisible ones. */
bool safe_is_hostile(uint32_t character);

/* Whether a name may stand in a command, in m4 or in the access map as it is: only [A-Za-z0-9._:-], no '-' at
 * its head, and no empty label, which would name more than one host ("TLS_Srv:." is everybody's entry). */
bool safe_in_command(const char *name);

/* ---- text to be printed ---- */

/* Adds `hostile` as valid UTF-8: bytes that are none become U+FFFD. NULL adds nothing. */
void safe_utf8(struct text *out, const char *hostile);

/* The same for people: hostile characters become '?', but for those in `kept` ("\n"). */
void safe_put(struct text *out, const char *hostile);
void safe_put_but(struct text *out, const char *hostile, const char *kept);

/* A copy in which mail addresses are replaced by "[address]"; the caller frees it. NULL gives NULL. */
char *safe_without_addresses(const char *text);

#define SAFE_COLUMNS 79 /* of a line that is printed */

/* Adds hostile text for people in lines of at most SAFE_COLUMNS columns, broken at blanks: the first line
 * behind `first`, the others behind as many blanks. A word that is too long stays whole; line ends are kept.
 */
void safe_wrap(struct text *out, const char *first, const char *hostile);

/* The same in one line, however long: what is to be typed or copied as it is. Tabs become blanks. */
void safe_line(struct text *out, const char *first, const char *hostile);

/* ---- columns of a screen ---- */

#define SAFE_GLYPH_ROOM 4

struct safe_glyph {
	wchar_t at[SAFE_GLYPH_ROOM]; /* one character, or its ASCII stand-in of up to three */
	int count;
	int width; /* columns */
};

/* Takes the next character off *rest as a terminal can be given it; false at its end. Hostile characters and
 * bytes that are no UTF-8 become U+FFFD ("?" in ASCII), tabs a blank. With ascii whatever is not ASCII
 * becomes its stand-in ("│" "|", "→" "->"), or "?". Widths by wcwidth(), so of the locale. */
bool safe_next(struct span *rest, bool ascii, struct safe_glyph *g);

/* The columns that s takes. */
int safe_width(struct span s, bool ascii);

/* How many bytes of s fit into width columns; at least one character when there is one, so that whoever goes
 * on with the rest comes to an end. */
size_t safe_fit(struct span s, int width, bool ascii);

/* As safe_fit(), but a line ends behind a blank, or behind a colon of a fingerprint (not of a URL), when
 * there is one in its second half. */
size_t safe_fit_line(struct span s, int width, bool ascii);

/* Adds s, or as much of it as fits into width columns with an ellipsis behind; the columns that it takes. */
int safe_cut(struct text *out, struct span s, int width, bool ascii);

/* The same, but what is too long loses its middle: the head keeps twice as much as the tail. */
int safe_cut_middle(struct text *out, struct span s, int width, bool ascii);

/* Adds s cut or filled up with blanks to exactly width columns. */
void safe_cell(struct text *out, const char *s, int width, bool ascii);

#endif
