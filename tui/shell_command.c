#include "tui/shell_command.h"

#include "base/address.h"
#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"

/* Paths are the user's own and may have any name: they are quoted for the shell. */
static void
put_quoted(struct text *out, const char *path)
{
	if (*path && path[strspn(path, LETTERS "/")] == '\0') {
		text_put(out, path);
		return;
	}
	text_put(out, "'");
	for (; *path; path++) {
		if (*path == '\'')
			text_put(out, "'\\''");
		else
			text_add(out, path, 1);
	}
	text_put(out, "'");
}

char *
shell_command_host(const char *relay)
{
	struct address a;
	char room[ADDRESS_ROOM];
	size_t len = strlen(relay);

	if (address_parse(span_of(relay), &a)) {
		address_print(&a, room);
		return text_new("%s", room);
	}
	if (len > 2 && relay[0] == '[' && relay[len - 1] == ']')
		return text_new("%.*s", (int)len - 2, relay + 1);
	return text_new("%s", relay);
}

void
shell_command_s_client(struct text *out, const char *host, unsigned port, const struct policy *policy)
{
	if (!safe_in_command(host)) {
		text_put(out, SHELL_COMMAND_REFUSED);
		return;
	}
	text_printf(out,
		strchr(host, ':') ? "openssl s_client -starttls smtp -connect '[%s]:%u' -noservername"
				  : "openssl s_client -starttls smtp -connect %s:%u -noservername",
		host, port);
	if (policy && policy->ca_file) {
		text_put(out, " -CAfile ");
		put_quoted(out, policy->ca_file);
	}
	if (policy && policy->ca_path) {
		text_put(out, " -CApath ");
		put_quoted(out, policy->ca_path);
	}
	text_put(out, " -verify_return_error -showcerts </dev/null");
}

void
shell_command_dig(struct text *out, const char *relay)
{
	struct address a;
	char *host = shell_command_host(relay);

	if (!safe_in_command(host))
		text_put(out, SHELL_COMMAND_REFUSED);
	else if (address_parse(span_of(host), &a))
		text_printf(out, "dig +dnssec -x %s", host);
	else
		text_printf(out, "dig +dnssec %s MX %s A %s AAAA", host, host, host);
	free(host);
}

static bool
is_archive(const char *path)
{
	static const char *const ends[] = {".gz", ".bz2", ".xz", ".zst"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (span_ends(span_of(path), ends[i]))
			return true;
	}
	return false;
}

void
shell_command_grep(struct text *out, const char *relay, const struct shell_command_logs *logs)
{
	char *host = shell_command_host(relay);
	bool archives = false;

	for (size_t i = 0; i < logs->count; i++)
		archives = archives || is_archive(logs->paths[i]);
	if (!safe_in_command(host)) {
		text_put(out, SHELL_COMMAND_REFUSED);
		free(host);
		return;
	}
	if (logs->source)
		text_printf(out, "%s | ", logs->source);
	text_printf(out, "%s -%sF %s", archives ? "zgrep" : "grep", logs->count > 1 ? "h" : "", host);
	for (size_t i = 0; i < logs->count; i++) {
		text_put(out, *logs->paths[i] == '-' && logs->paths[i][1] ? " ./" : " ");
		put_quoted(out, logs->paths[i]);
	}
	free(host);
}
