/* commands: what verifail does, one function each; they return the exit status.
 * Messages go to standard error. */
#ifndef TUI_COMMANDS_H
#define TUI_COMMANDS_H

#include "tui/options.h"

/* The live view; 0 when the user quits. */
int command_live(const struct options *o);

/* Reads the logs once and reports. */
int command_report(const struct options *o);

/* Looks at each target; reports each as it ends. */
int command_verify(const struct options *o);

/* Not built yet: says so. */
int command_audit(const struct options *o);

/* Judges a saved chain. */
int command_chain(const struct options *o);

/* Says why on standard error; returns STATUS_USAGE. */
int command_refuse(const struct fault *why);

/* Prints to standard output; returns status, or STATUS_USAGE when it could not be written. */
int command_print(struct text *out, int status);

/* Closes an engine and its loop after the last callback. */
void command_close(uv_loop_t *loop, struct engine *e);

#endif
