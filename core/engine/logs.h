/* logs: the inputs and the history: finds the logs, reads them once on libuv's pool, follows them on the
 * loop. What the lines say is for the history; nothing here interprets. */
#ifndef ENGINE_LOGS_H
#define ENGINE_LOGS_H

#include "engine/engine.h"
#include "relays/history.h"

struct follow_pace;
struct logs;

struct logs_options {             /* borrowed until logs_close() */
	const char *const *paths; /* "-" is standard input */
	size_t count;
	const char *source;      /* a command whose standard output is a log; NULL: none */
	int64_t at_ms, since_ms; /* 0: the clock; 0: all */
	size_t max_relays;
	const char *const
		*usual; /* where a log is when none is named, ending with NULL; NULL: the usual places */
	const struct follow_pace *pace; /* for tests; NULL: as maillog/follow.h says */
	int64_t block;                  /* bytes of a file that are a block, for tests; 0: BLOCK_BYTES */
};

/* changed(arg) is called on the loop after anything below has changed. NULL with *why when usage is wrong. */
struct logs *logs_new(uv_loop_t *loop, const struct logs_options *options, void (*changed)(void *arg),
	void *arg, struct fault *why);

/* Reads all inputs once to their ends; done gets the arg of logs_new(), and NULL or the first fault, when all
 * are read: what could be read is in the history also then. */
void logs_read(struct logs *l, void (*done)(void *arg, const struct fault *fault));

/* Reads all inputs, and follows them from then on. While a long log is read the history is that of its end
 * alone. */
void logs_follow(struct logs *l);

/* What the inputs do now; the texts live until the next change. */
struct engine_log logs_state(const struct logs *l);

/* What the logs say; never NULL; it changes only on the loop, another one may take its place. */
const struct history *logs_history(const struct logs *l);

/* Another number each time that logs_history() is another one. */
uint64_t logs_version(const struct logs *l);

/* The newest log lines of a relay, the newest last, read again from their files: calls each(arg, line) for at
 * most `most`. Of a line whose file is gone it says that instead. */
void logs_lines(const struct logs *l, const struct relay *r, size_t most,
	void (*each)(void *arg, struct span line), void *arg);

/* Ends everything; no callback but closed(arg), which comes on the loop when the memory is gone. closed may
 * be NULL; l may not. */
void logs_close(struct logs *l, void (*closed)(void *arg), void *arg);

#endif
