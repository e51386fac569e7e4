/* relays: what the log says of each relay: the part of a history that others read. Facts only; nothing here
 * interprets. Rows stay where they are until the history is freed, merged or evicts them: look them up again
 * by key after each change of the history's generation. */
#ifndef RELAYS_RELAYS_H
#define RELAYS_RELAYS_H

#include "base/address.h"
#include "model/event.h"

struct history;

#define RELAY_MINUTES 60 /* the minutes of the sparkline */
#define RELAY_HOURS 24

struct relay_deliveries {
	uint64_t sent;       /* includes unverified and clear */
	uint64_t unverified; /* sent over TLS with a verify word that is neither OK nor TRUSTED */
	uint64_t clear;      /* sent without TLS, where the log proves it */
	uint64_t deferred;   /* to= lines with stat=Deferred */
	uint64_t bounced;    /* messages given up, whoever refused them; see below */
	uint64_t waiting;    /* distinct queue ids whose last stat= is Deferred */
};

/* The texts that a relay's lines left last; NULL: none. */
#define RELAY_TEXTS(TEXT)                                                                                   \
	TEXT(verifymsg)     /* of the last STARTTLS line; the log does not say below LogLevel 12 */         \
	TEXT(depth_subject) /* of the certificate that failed */                                            \
	TEXT(subject)       /* of the leaf, decoded from xtext */                                           \
	TEXT(issuer)        /* likewise */                                                                  \
	TEXT(tail)          /* what the STARTTLS line says after bits= (", pubkey_fp=…") */               \
	TEXT(reason)        /* of the last failed handshake */                                              \
	TEXT(reject)        /* of the last ruleset reject that was not cured */                             \
	TEXT(stat)          /* of the last delivery */                                                      \
	TEXT(try_tls) /* of the last ruleset=try_tls: TLS is switched off by us, and was not tried since */ \
	TEXT(warning) /* of the last STARTTLS line with warning= */                                         \
	TEXT(alert)   /* of the last TLS error that names an alert, in the last session that tried TLS */

#define RELAY_TEXT_KIND(name) RELAY_TEXT_##name,
#define RELAY_TEXT_MEMBER(name) char *name;
enum relay_text { RELAY_TEXTS(RELAY_TEXT_KIND) RELAY_TEXT_COUNT };

struct relay_last { /* the last STARTTLS line and what belongs to it */
	int64_t time_ms;
	enum verify verify; /* VERIFY_SOFTWARE etc. when the last attempt did not get that far */
	char verify_text[17];
	int64_t pid; /* of the process whose session that word is of, as in history_fact; -1 unknown */
	char version[17], cipher[65];
	int bits;  /* -1 unknown */
	int depth; /* of the certificate that failed; -1: the log does not say (LogLevel below 14) */
	int ssl_error, err,
		retry; /* of the last failed handshake: SSL_error=, errno=, retry=; INT_MIN: not said */
	union {        /* the same texts, by name and by number */
		struct {
			RELAY_TEXTS(RELAY_TEXT_MEMBER)
		};
		char *texts[RELAY_TEXT_COUNT];
	};
};

struct relay_address { /* what the log says of one address of a relay */
	enum verify
		verify;  /* the word of the session of the last delivery there; VERIFY_UNKNOWN: none, clear */
	int64_t time_ms; /* of that delivery */
};

struct relay_held {        /* mail that waits for this relay */
	int64_t oldest_ms; /* when the oldest waiting message was first seen, by its delay=; 0: nothing waits
			    */
};

struct relay {
	enum direction direction;
	char *name;                    /* as the STARTTLS line has it, lower-case, no trailing dot */
	uint64_t counts[VERIFY_WORDS]; /* verify= of STARTTLS lines; [VERIFY_UNKNOWN]: words Sendmail does not
					  have */
	uint64_t handshake_failures;   /* one per session */
	struct relay_deliveries deliveries;
	struct relay_last last;
	struct relay_held held;
	int64_t first_ms, last_ms; /* the first and last line of this relay */
	int64_t since_ms;   /* since when the last word is what it is (LOG, SINCE); 0 unknown: all along */
	enum verify before; /* the word before since_ms; VERIFY_UNKNOWN: none */
	int64_t last_ok_ms, first_fail_ms;   /* last_ok_ms: 0 never; the first word that is not good after the
						last good one */
	uint64_t rejects_temp, rejects_perm; /* ruleset rejects by reply code, cured ones not counted */
	struct address *addresses;           /* as seen in to= lines, the latest first, at most 16 */
	struct relay_address *seen;          /* as many, in the same order */
	size_t address_count;
	uint64_t generation; /* another one after every change of what is said here; never one twice */
};

/* A number that is another one after every change. */
uint64_t history_generation(const struct history *h);

/* How many relays there are. */
size_t history_relay_count(const struct history *h);

/* The i-th relay, in the order they were first seen; i is below the count. */
const struct relay *history_relay(const struct history *h, size_t i);

/* The relay of that key, or NULL. */
const struct relay *history_find(const struct history *h, enum direction direction, const char *name);

struct kept_line {        /* where a log line of a relay is to be had */
	int64_t offset;   /* in its file; -1: it cannot be read again */
	size_t len;       /* without its end */
	unsigned source;  /* which file, as whoever fed the history numbers them */
	struct span text; /* of a line that cannot be read again; empty when it was forgotten since */
};

/* Where the newest log lines of a relay are, the newest last: calls each(arg, line) for at most `most`. */
void history_lines(const struct history *h, const struct relay *r, size_t most,
	void (*each)(void *arg, const struct kept_line *line), void *arg);

/* Whether one of the newest lines of a relay was logged under that tag; pid: by that process; -1: by any. */
bool history_logged_by(const struct history *h, const struct relay *r, const char *tag, int64_t pid);

/* STARTTLS outcomes of one relay (NULL: of all outbound ones) per minute before last_ms, oldest first. */
struct relay_minute {
	uint32_t good, bad; /* verify OK or TRUSTED; every other word and failed handshakes */
};
void history_minutes(const struct history *h, const struct relay *r, struct relay_minute out[RELAY_MINUTES]);

/* The same summed over the 24 hours before the history's last line. */
struct relay_minute history_day(const struct history *h, const struct relay *r);

struct history_totals {
	uint64_t lines, bytes, skipped; /* skipped: lines that could not be read */
	uint64_t earlier;               /* lines from before the time that counting begins at */
	int64_t first_ms, last_ms; /* the first line that counts, and the last of all; 0: none had a time */
	uint64_t evicted;          /* relays dropped because the table was full */
	const char *host;          /* who logged the last Sendmail line; "" unknown */
	size_t host_count;         /* how many different hosts logged */
	const char *version;       /* of the last "starting daemon (…)"; "" unknown */
	int64_t daemon_start_ms;   /* 0 unknown */
	uint64_t fact_lines;       /* lines about this host's own files */
	uint64_t fact_news;        /* of these, the lines that repeat no fact that is known */
};

struct history_fact { /* a line about this host's own files (sendmail/tls.c, inittls()) */
	enum direction direction;
	char *host, *tag; /* who said it; "" unknown */
	char *option;     /* CACertFile, ClientKeyFile, …; "" not said */
	char *file;       /* the file named; "" not said */
	char *message;    /* the reason; "" not said */
	char *text;       /* the whole message */
	int64_t pid;      /* of the last process that said so: ties it to that process's relays */
	int64_t first_ms, last_ms;
	uint64_t count;
};

/* How many facts about this host the log tells, at most 128. */
size_t history_fact_count(const struct history *h);

/* The i-th fact, the latest last; lives as long as the history is not changed. */
const struct history_fact *history_fact(const struct history *h, size_t i);

/* The whole log in numbers; its texts live as long as the history is not changed. */
struct history_totals history_totals(const struct history *h);

#endif
