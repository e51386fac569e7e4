/* shell_command: the commands that a person would have typed for what verifail just did. Names come from
 * logs, the DNS and certificates: they enter a command only if safe_in_command() says so. Pure. */
#ifndef TUI_SHELL_COMMAND_H
#define TUI_SHELL_COMMAND_H

#include "base/text.h"
#include "model/look.h"

#define SHELL_COMMAND_REFUSED "(name not printable in a command)"

/* A relay's name without the brackets of a literal ("[ipv6:2001:db8::25]" → "2001:db8::25"). The caller
 * frees. */
char *shell_command_host(const char *relay);

/* openssl s_client as Sendmail would connect: no SNI, the CA options of the policy (NULL: none). host is a
 * name or an address. */
void shell_command_s_client(struct text *out, const char *host, unsigned port, const struct policy *policy);

/* The dig commands for what `d` asks of a name or a literal. */
void shell_command_dig(struct text *out, const char *relay);

/* grep for a relay in logs: files, archives, "-", or a command (logs of 0 words: none). */
struct shell_command_logs {
	const char *const *paths;
	size_t count;
	const char *source; /* a command whose output is a log; NULL: none */
};
void shell_command_grep(struct text *out, const char *relay, const struct shell_command_logs *logs);

#endif
