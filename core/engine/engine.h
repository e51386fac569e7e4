/* engine: the one door to the core. It reads and follows the logs, looks at relays again, and keeps what it
 * found. Everything happens on the caller's loop, long work on libuv's pool; nothing here knows a screen. The
 * caller is told that something has changed by one number, engine_generation(), and then reads everything
 * anew.
 *
 * The words of all rooms:
 *   event        one log line taken apart (model/event.h)
 *   session      the STARTTLS line of one connection and the lines that belong to it: same host, program,
 * process, direction and relay relay        a host that our Sendmail talks to, one row of the table;
 * direction and name are its key (relays/relays.h) history      all that the logs say: relays, counts a
 * minute, facts about the host that logs policy       Sendmail's TLS options, as sendmail.cf and its files
 * say (model/policy.h); with the store of CA certificates and the TLS context made from it: the settings
 *   target       what a user names to look at: a host or an address, perhaps with a port
 *   look         one look at a target: its addresses, and for each of them an observation and a verdict
 *                (model/look.h)
 *   observation  all that one connection saw (model/observation.h)
 *   verdict      what Sendmail would say of it: its verify= word, the first error and its depth
 * (model/verdict.h) experiment   a judgement with one thing changed; an examination is all of them that one
 * chain needed (diagnosis/examine.h) second look  one more connection, which differs from Sendmail's in one
 * thing want         what would decide more: an issuer's certificate from its URL, or a second look evidence
 * all that is known of a relay, handed to diagnosis as one value (diagnosis/evidence.h) finding      a named
 * cause, effect or note, with its proof and its remedies (model/finding.h) trial        a remedy tried in
 * memory on chains that were seen (model/trial.h) */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/fault.h"
#include "model/finding.h"
#include "model/look.h"
#include "model/trial.h"
#include "relays/relays.h"

#include <uv.h>

struct engine_options { /* as on the command line; texts are borrowed for the engine's life; NULL: default */
	const char *const *logs; /* paths, "-" for standard input */
	size_t log_count;
	const char *source; /* --source CMD */
	const char *cf, *mc, *access, *ca_file, *ca_path;
	const char *resolver, *trust_anchor;
	unsigned port;       /* 25 */
	int64_t timeout_ms;  /* overall per address: 60 s; the steps scale down with it */
	unsigned jobs, pace; /* 16, 5 */
	bool auto_verify, probe_here, offline, allow_private;
	int64_t at_ms, since_ms; /* 0: the clock; 0: all */
	size_t max_relays;       /* 50000; 0: no bound, which a flood of names should not meet */
	const char *debug;       /* a file, mode 0600 */
};

struct engine;

/* An engine on a loop. NULL with *why when the options cannot be used (a named --cf that is not there, …). */
struct engine *engine_new(uv_loop_t *loop, const struct engine_options *options, struct fault *why);

/* Ends everything that goes on; closed(arg) comes when the last handle is closed and the memory is gone.
 * closed may be NULL. */
void engine_close(struct engine *e, void (*closed)(void *arg), void *arg);

/* Another number after every change of anything that can be read below. */
uint64_t engine_generation(const struct engine *e);

/* The now of validity, ages and years: --at, else the clock. */
int64_t engine_now(const struct engine *e);

/* ---- the log ------------------------------------------------------------------------------------------- */

/* Reads the logs once to their ends; done(arg, fault) is called when all are read and diagnosed, by
 * Sendmail's settings too, with NULL, or with what made it fail. */
void engine_read(struct engine *e, void (*done)(void *arg, const struct fault *fault), void *arg);

/* Reads the logs and follows them from then on; the history grows while it goes on. */
void engine_follow(struct engine *e);

enum log_state { LOG_NONE, LOG_SCANNING, LOG_LIVE, LOG_WAITING, LOG_TROUBLE, LOG_ENDED };

struct engine_log {                       /* the logs together, for the header and the status line */
	enum log_state state;             /* the worst of all */
	const char *name;                 /* "/var/log/mail.log", "2 logs", "journalctl -f …" */
	uint64_t bytes_read, bytes_total; /* while scanning */
	const char *note;                 /* "rotated 14:02"; "" nothing */
	struct fault fault;               /* of LOG_TROUBLE and LOG_WAITING */
};

/* What the logs do now; its texts live until the next change. */
struct engine_log engine_log(const struct engine *e);

/* What the logs say; never NULL; it changes only on the loop. */
const struct history *engine_history(const struct engine *e);

/* The newest log lines of a relay, the newest last, as they stand in the log: calls each(arg, line) for at
 * most `most`. Of a line that is not there any more it says so. Reads them from the log's files. */
void engine_lines(const struct engine *e, const struct relay *relay, size_t most,
	void (*each)(void *arg, struct span line), void *arg);

/* ---- looking again --------------------------------------------------------------------------------------
 */

/* Sendmail's settings in force; NULL until they are read. Borrowed. */
const struct policy *engine_policy(const struct engine *e);

/* The same where it counts for what the log says: NULL, too, when another host wrote the log. */
const struct policy *engine_log_policy(const struct engine *e);

/* The trust store in one sentence: "144 roots", "CACertPath is unset: …". Lives until the next change. */
const char *engine_store(const struct engine *e);

/* True when the store was loaded and holds something. */
bool engine_store_works(const struct engine *e);

/* The host that wrote the log is not this one and nobody said yes to that: ask before the first probe. */
bool engine_must_ask(const struct engine *e);

/* The user's answer. */
void engine_allow_probes(struct engine *e);

/* Looks at a relay of the log, or at a target of the command line (HOST, HOST:PORT, ADDRESS, …); what the
 * user asks goes first. While a look at the same host goes on, that one is returned. NULL with *why for a
 * target that cannot be. The look is borrowed: it lives until a newer one of the same target takes its place;
 * take a reference to keep it. */
struct look *engine_look(struct engine *e, const char *target, struct fault *why);

/* As engine_look() for a relay's row: its name, or its address when the name was cut. */
struct look *engine_look_relay(struct engine *e, const struct relay *relay, struct fault *why);

/* The newest look at a relay, or NULL. Borrowed. */
const struct look *engine_look_of(const struct engine *e, const struct relay *relay);

/* ---- the cause ------------------------------------------------------------------------------------------
 */

/* What is found of a relay: causes, effects, notes; the first is the one to act on. From the log, and from
 * the newest look at it. It is kept and found anew in slices on the loop after each change, the generation
 * moving with it; only a relay that nothing was found of yet is diagnosed by this call (some 50 µs). Never
 * NULL; borrowed until the loop runs again. */
const struct findings *engine_findings(struct engine *e, const struct relay *relay);

/* Another number each time that the above is found anew; 0: it was not found yet. NULL: of all relays and of
 * this host together. */
uint64_t engine_findings_version(const struct engine *e, const struct relay *relay);

/* What is found by a look alone, as the log knows nothing of its target. Diagnosed by each call; borrowed
 * until the next one. */
const struct findings *engine_look_findings(struct engine *e, const struct look *look);

/* What is found of this host: its settings, and what the log says of all relays together. Kept as the above;
 * empty until they were all counted. */
const struct findings *engine_host_findings(struct engine *e);

/* Tries a remedy of a relay's finding in memory: the verdict of its chain, and of every other relay's newest
 * chain, with the change applied; nothing is written, nobody is asked. `remedy` counts from 0; relay may be
 * NULL for a finding of the host. */
struct trial engine_try(struct engine *e, const struct relay *relay, const struct finding *finding,
	size_t remedy);

/* What came of the newest one of that relay, finding and remedy; TRIAL_NONE: it was not tried, or what it was
 * tried on has changed. */
struct trial engine_trial(const struct engine *e, const struct relay *relay, const struct finding *finding,
	size_t remedy);

/* Ends a look early; it becomes LOOK_CANCELLED. */
void engine_cancel(struct engine *e, const struct look *look);

/* How many looks wait and go on, for the status line; *first is the one that goes on longest, or NULL. */
struct engine_activity {
	size_t queued, running, done;
	const struct look *first;
};
struct engine_activity engine_activity(const struct engine *e);

/* ---- names ----------------------------------------------------------------------------------------------
 */

struct dig { /* the questions of one `d` */
	char *name;
	struct answer *answers[8]; /* MX, A, AAAA, PTR as far as they make sense; NULL: still asked */
	char *texts[8];            /* as dig prints them; NULL: still asked */
	size_t count;
	int types[8];
};

/* Asks the names of a host anew; the dig lives until the next one of the same name. */
const struct dig *engine_dig(struct engine *e, const char *name);

/* The newest dig of a name, or NULL. */
const struct dig *engine_dig_of(const struct engine *e, const char *name);

/* ---- chains ---------------------------------------------------------------------------------------------
 */

/* Judges a saved chain and takes the verdict apart, offline; runs the loop until Sendmail's settings are
 * read, so never call it from a callback. A look with one address whose observation has nothing but the
 * chain, for engine_look_findings(); the caller has one reference. NULL with *why when the file cannot be
 * read. */
struct look *engine_judge_file(struct engine *e, const char *path, struct fault *why);

/* The PEM text of a certificate. The caller frees it. */
char *engine_pem(const struct certificate *c);

#endif
