/* words: the facts of the log and of looks in words: each cell of the table, each state, each time is made
 * here, so that the live table, the report and its JSON cannot disagree. (A finding's own words are
 * diagnosis'.) Pure: values in, words out. What is added to a text may be hostile: who prints it makes it
 * safe. */
#ifndef WORDING_WORDS_H
#define WORDING_WORDS_H

#include "base/text.h"
#include "model/finding.h"
#include "model/look.h"
#include "model/trial.h"
#include "relays/relays.h"

#define WORDS_ROOM 64 /* what a cell takes */

/* How good or bad something is; how a tone looks is the printer's business. */
enum tone {
	TONE_PLAIN,
	TONE_GOOD,
	TONE_WARN,
	TONE_BAD,
	TONE_ALARM, /* as bad, and it must be seen */
	TONE_BUSY,  /* still going on */
};

/* ---- a relay, by the log alone ---- */

/* How bad a relay is, the worst first. */
enum words_rank {
	RANK_RETURNED, /* messages were given up */
	RANK_HELD,     /* messages wait */
	RANK_CLEAR,    /* messages went out without TLS */
	RANK_FAIL,     /* verify=FAIL */
	RANK_BAD,      /* every other word that is neither OK nor TRUSTED; failed handshakes */
	RANK_QUIET,    /* no word yet, or a client without a certificate (NO, NOT), as it should be */
	RANK_GOOD,
};
enum words_rank words_rank(const struct relay *r);

/* Whether something is wrong: its last word is bad, or its mail is held, returned or went out in clear. */
bool words_is_failing(const struct relay *r);

/* The order of the table: smaller stands higher. By rank; within a rank more held messages first. Ties: the
 * more failures in 24 hours, then the name. */
int64_t words_order(const struct relay *r);

/* RETURNED: how many messages were given up, whoever refused them. */
uint64_t words_returned(const struct relay *r);

/* MAIL: "RETURNED 2", "HELD 9", "CLEAR 12", "sent", "-". In fewer than 13 columns: "RETD 2". */
void words_mail(const struct relay *r, int columns, char room[WORDS_ROOM]);

/* LOG: the last word in the log; "-" when there was none. Lives as long as the relay. */
const char *words_log(const struct relay *r);

/* FAIL/24h: "3/120"; in so few columns that they do not fit "3/10k"; "-" where nothing was tried, and for
 * clients without a certificate, which is no failure. */
void words_failures(const struct relay *r, const struct relay_minute *day, int columns,
	char room[WORDS_ROOM]);

/* CAUSE in Sendmail's own words, of the look once it has ended (NULL: none), else of the log: for a relay of
 * which diagnosis finds nothing. "" when nothing is wrong. brief: in few columns. The caller frees it. */
char *words_cause(const struct relay *r, const struct look *l, bool brief);

/* ---- what is found of a relay ---- */

/* The finding that a relay's row tells: the first; of a relay that does well only a note that it does so
 * again. NULL: none. Borrowed. */
const struct finding *words_told(const struct findings *list, const struct relay *r);

/* CAUSE of a finding: its short words, else its title. The caller frees it. */
char *words_found(const struct finding *f, bool brief);

/* WHO is to act: "them", "us", "net", "?"; "" for NULL and where nothing is wrong. Static. */
const char *words_who(const struct finding *f, const struct relay *r);

/* Whether a "?" stands behind a finding: it is not certain, or only the log tells it and no look has tried
 * it. */
bool words_is_open(const struct finding *f, const struct look *l);

/* The same in the table: of a cause that only the log tells. f may be NULL. */
bool words_is_untried(const struct finding *f, const struct look *l);

/* A title behind a colon begins small, but for names and what is written in capitals: "server does not send
 * …". Added to *out. */
void words_title(struct text *out, const char *title);

/* "theirs", "ours", "the network's", "not known whose": for the head of a view. Static. */
const char *words_whose(enum blame blame);

struct words_host {             /* what is found of this host, in few words */
	char store[WORDS_ROOM]; /* what is wrong with the trust store; "": nothing */
	char other[WORDS_ROOM]; /* the first of what else is wrong; "": nothing */
	size_t others;          /* how many that are */
};

/* Sums up the findings of this host. */
struct words_host words_host(const struct findings *found);

/* ---- a look ---- */

/* A verify word in at most 5 columns, each different: "SOFT", "LOST", "DOWN". Static. */
const char *words_brief(enum verify verify);

/* Good, bad, or plain for no word. */
enum tone words_tone(enum verify verify);

/* NOW: the word of a look that has ended, else what it waits for ("220…"); "" without a look. brief: at most
 * 5 columns. Static. */
const char *words_now(const struct look *l, bool brief);

/* What a look that goes on waits for: "[192.0.2.77] waits for its 220, 12 s of 45 s". Added to *out; true
 * when that text changes every second. wall_ms is the clock. */
bool words_waiting(struct text *out, const struct look *l, int64_t wall_ms);

/* How long an address of a look has waited, and how long it will: "12 s of 45 s". Added to *out. */
void words_wait(struct text *out, const struct look_address *a, int64_t wall_ms);

/* The same of one address in one cell: "handshake… 12 s", "waits for its turn". Added to *out; true when that
 * text changes every second. */
bool words_progress(struct text *out, const struct look_address *a, int64_t wall_ms);

/* What ended a connection before its time, in a few words where there are such: "refused", "reset by peer".
 * Lives as long as the observation. */
const char *words_failure(const struct observation *o);

/* What Sendmail does when a connection comes to this word without a certificate to judge; NULL where the
 * verdict or the fault says it. Static. */
const char *words_consequence(enum verify verify, const struct observation *o);

/* What to do about a fault; NULL: nothing. Static. */
const char *words_advice(enum fault_kind kind);

/* The same of a connection that ended before its time. Static. */
const char *words_advice_for(const struct observation *o);

/* "no client certificate asked for", … Static. */
const char *words_client_cert(enum client_cert asked);

/* What came of a remedy that was tried in memory: "tried in memory: FAIL 20 → OK. 1 of 12 relays becomes
 * good." Added to *out; nothing when it was not tried. */
enum tone words_trial(struct text *out, const struct trial *t);

/* ---- times ---- */

/* A point in time as short as it can be: "13:05" today, "14 Nov" within 300 days, else "Nov'25"; "-" for 0.
 */
void words_since(int64_t ms, int64_t now_ms, char room[WORDS_ROOM]);

/* A point in time to the second: "13:05:12" today, else "3 Nov 13:05:12". */
void words_time(int64_t ms, int64_t now_ms, char room[WORDS_ROOM]);

/* A duration in at most 5 columns: "14ms", "1.2s", "30s"; "" for -1. */
void words_ms(int64_t ms, char room[WORDS_ROOM]);

/* How long a certificate is good from now: "41 d left", "expired 3 d ago", "not valid for 2 h yet"; brief:
 * "41 d", "expired", "not yet". TONE_GOOD, or TONE_BAD when it is not valid now. */
enum tone words_left(const struct certificate *c, int64_t now_ms, bool brief, char room[WORDS_ROOM]);

#endif
