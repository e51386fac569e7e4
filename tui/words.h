/* words: what the facts of a relay and a look are called on the screen. Pure: values in, words out. */
#ifndef TUI_WORDS_H
#define TUI_WORDS_H

#include "base/text.h"
#include "model/finding.h"
#include "model/look.h"
#include "relays/relays.h"

#define WORDS_ROOM 64

/* How bad a relay is, the worst first: the order of the table. */
enum words_rank { RANK_RETURNED, RANK_HELD, RANK_CLEAR, RANK_FAIL, RANK_UNKNOWN, RANK_OK };

/* The rank of a relay by the log alone. */
enum words_rank words_rank(const struct relay *r);

/* Something is wrong with it: its last word is not good, or its mail is held, returned or clear. */
bool words_is_failing(const struct relay *r);

/* How many messages this relay's policy sent back: 0 when nothing was refused for good. */
uint64_t words_returned(const struct relay *r);

/* MAIL: "HELD 9", "RETURNED 2", "CLEAR 12", "sent", "-". */
void words_mail(const struct relay *r, char room[WORDS_ROOM]);

/* LOG: the last word in the log; "-" when there was none. */
const char *words_log(const struct relay *r);

/* A point in time as short as it can be: "13:05" today, "14 Nov" this year, "Nov'25"; "-" for 0. */
void words_since(int64_t ms, int64_t now_ms, char room[WORDS_ROOM]);

/* NOW: the live verdict, or what the look waits for ("220…"); "" without a look. brief: at most 4 columns. */
const char *words_now(const struct look *l, bool brief);

/* A word in at most 4 columns, each different: "SOFT", "LOST", "DOWN". Static. */
const char *words_brief(enum verify verify);

/* What a word deserves: flags of enum paint. */
unsigned words_paint(enum verify verify);

/* CAUSE in Sendmail's own words, of the look when it has ended (NULL: none), else of the log; "" when nothing
 * is wrong. brief shortens the best known messages. The caller frees it. */
char *words_cause(const struct relay *r, const struct look *l, bool brief);

/* The finding that a relay's row tells: the first; of a relay that does well no note but that it does so
 * again. NULL: none. Borrowed. */
const struct finding *words_told(const struct findings *list, const struct relay *r);

/* CAUSE of a finding of a relay: in short, else its title. The caller frees it. */
char *words_found(const struct finding *f, const struct relay *r, bool brief);

/* WHO: whose that finding is: "them", "us", "net", "?"; "" for NULL and where nothing is wrong. Static. */
const char *words_who(const struct finding *f, const struct relay *r);

/* It is a cause that the log alone tells, and no look has tried it: a "?" stands behind it. f may be NULL. */
bool words_is_untried(const struct finding *f, const struct look *l);

/* A finding in at most 20 columns: "no intermediate"; NULL for an id that the catalogue does not have.
 * Static. */
const char *words_short(const char *id);

/* The address that the look's word comes from, or NULL. */
const struct look_address *words_deciding(const struct look *l);

/* How long an address of a look has waited, and how long it will: "12 s of 45 s". Added to *out. */
void words_wait(struct text *out, const struct look_address *a, int64_t wall_ms);

/* What a look waits for: "[192.0.2.77] waits for its 220, 12 s of 45 s". Added to *out; true when
 * that text changes every second. */
bool words_waiting(struct text *out, const struct look *l, int64_t wall_ms);

/* A duration in at most 5 columns: "14ms", "1.2s", "30s"; "" for -1. */
void words_ms(int64_t ms, char room[WORDS_ROOM]);

/* How long a certificate is good from now: "41 d left", "expired 3 d ago", "not valid for 2 h yet". */
void words_left(const struct certificate *c, int64_t now_ms, char room[WORDS_ROOM]);

#endif
