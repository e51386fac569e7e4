/* options: the command line as a value. One table makes the parser and --help. It opens no file. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include "base/text.h"
#include "engine/engine.h"

enum command {
	COMMAND_LIVE,
	COMMAND_REPORT,
	COMMAND_VERIFY,
	COMMAND_AUDIT,
	COMMAND_CHAIN,
	COMMAND_HELP,
	COMMAND_VERSION,
	COMMAND_KEYS,
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

#define STATUS_USAGE 2 /* the exit status of wrong usage, and of input that cannot be read */

struct options {
	enum command command;
	struct engine_options engine; /* its texts are those of argv */
	const char *const *words;     /* LOG..., TARGET..., FILE: what stands behind the command */
	size_t word_count;
	bool json, full, ascii;
	enum color color;
};

/* Takes a command line; now_ms is the clock, for --since. argv is put in another order and must outlive *o.
 * False with *why for wrong usage. */
bool options_parse(struct options *o, int argc, char **argv, int64_t now_ms, struct fault *why);

/* What --help prints. */
void options_help(struct text *out);

/* Colours: what --color says, else whether it is a terminal and NO_COLOR (no-color.org) is unset or empty. */
bool options_want_color(const struct options *o, bool terminal, const char *no_color);

#endif
