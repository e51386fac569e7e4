/* logs_input: one input of the logs: a file, an archive, a pipe or a command. For logs.c and logs_scan.c
 * alone. */
#ifndef ENGINE_LOGS_INPUT_H
#define ENGINE_LOGS_INPUT_H

#include "maillog/follow.h"

enum input_kind {
	INPUT_FILE, /* also one that is not there, or cannot be opened yet: file.fd is -1 */
	INPUT_ARCHIVE,
	INPUT_PIPE, /* file.fd is open; standard input too */
	INPUT_COMMAND,
};

struct logs;

struct input {
	enum input_kind kind;
	char *name;        /* a path, "standard input", or a command */
	const char *shown; /* of the journal: what the header says; NULL: name */
	struct log_file file;
	struct fault fault;   /* why it could not be opened or read */
	size_t order;         /* as the user gave it */
	int64_t first_ms;     /* of its first line that has a time; 0: none has */
	int64_t reference_ms; /* see maillog_parse() */
	int64_t end;          /* how far it has been read: following begins there */
	unsigned source;      /* what the history calls its file, or the one that is followed now */
	struct follow_events events;
	struct follow *follow; /* NULL: not followed (yet) */
	int64_t resumed_ms;    /* of the journal: the last line before its reader was started again */
	struct logs *logs;
	uint64_t skipped; /* over-long lines that were counted while following */
};

#endif
