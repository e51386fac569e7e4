/* verifail: why does Sendmail log verify=FAIL for this relay, and what to do about it. */
#include "base/file.h"
#include "tui/actions.h"
#include "tui/commands.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int
print_static(enum command command)
{
	struct text out = {NULL, 0, 0};

	if (command == COMMAND_HELP)
		options_help(&out);
	else if (command == COMMAND_KEYS)
		actions_markdown(&out);
	else
		text_put(&out, "verifail " VERIFAIL_VERSION "\n");
	return command_print(&out, 0);
}

static int
dispatch(const struct options *o)
{
	switch (o->command) {
	case COMMAND_LIVE:
		return command_live(o);
	case COMMAND_REPORT:
		return command_report(o);
	case COMMAND_VERIFY:
		return command_verify(o);
	case COMMAND_AUDIT:
		return command_audit(o);
	case COMMAND_CHAIN:
		return command_chain(o);
	default:
		return print_static(o->command);
	}
}

/* A closed descriptor below 3 would be given to the next file, and messages be written into that. */
static void
hold_standard_files(void)
{
	int fd;

	do
		fd = file_open("/dev/null");
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct fault why;

	hold_standard_files();
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	if (!options_parse(&options, argc, argv, (int64_t)time(NULL) * 1000, &why)) {
		command_refuse(&why);
		fputs("try: verifail --help\n", stderr);
		return STATUS_USAGE;
	}
	return dispatch(&options);
}
