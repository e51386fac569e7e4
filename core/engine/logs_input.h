/* logs_input: one input of the logs: a file, an archive, a pipe or a command. For the logs files alone. */
#ifndef ENGINE_LOGS_INPUT_H
#define ENGINE_LOGS_INPUT_H

#include "engine/logs.h"
#include "maillog/follow.h"
#include "model/event.h"

enum input_kind {
	INPUT_FILE, /* also one that is not there, or cannot be opened yet: file.fd is -1 */
	INPUT_ARCHIVE,
	INPUT_PIPE, /* file.fd is open; standard input too */
	INPUT_COMMAND,
};

struct input {
	enum input_kind kind;
	char *name;        /* a path, "standard input", or a command */
	const char *shown; /* of the journal: what the header says; NULL: name */
	struct log_file file;
	struct fault fault; /* why it could not be opened or read */
	size_t order;       /* as the user gave it */
	int64_t first_ms;   /* of its first line that has a time; 0: none has */
	int64_t end;        /* how far it has been read: following begins there */
	struct follow_events events;
	struct follow *follow; /* NULL: not followed (yet) */
	int64_t resumed_ms;    /* of the journal: the last line before its reader was started again */
	struct logs *logs;
	uint64_t skipped; /* over-long lines that were counted while following */
};

/* What the workers need to know of the options. */
struct input_rules {
	struct history_options history;
	int64_t at_ms;
	bool whole; /* the last line counts although it has no end: nobody follows the file */
	int64_t stretch;
};

/* Opens the files among the inputs, finds out when each begins, puts them in the order of their first lines
 * (pipes and commands last) and drops those that are there twice. Blocks: for a worker thread. Returns the
 * new count. */
size_t inputs_open(struct input *inputs, size_t count, int64_t at_ms);

/* Closes and frees what an input owns, but not its follow. */
void input_free(struct input *input);

/* Feeds one line to a history; returns whether it could be read. reference_ms: see maillog_parse(). */
bool input_line(struct history *h, struct span line, int64_t reference_ms);

#endif
