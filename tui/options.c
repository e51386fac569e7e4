#include "tui/options.h"

#include "base/when.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum kind {
	KIND_FLAG,
	KIND_TEXT,
	KIND_NUMBER,
	KIND_SIZE,
	KIND_SECONDS,
	KIND_TIME,
	KIND_SINCE,
	KIND_COLOR,
	KIND_COMMAND
};

#define LIVE (1 << COMMAND_LIVE)
#define REPORT (1 << COMMAND_REPORT)
#define VERIFY (1 << COMMAND_VERIFY)
#define AUDIT (1 << COMMAND_AUDIT)
#define CHAIN (1 << COMMAND_CHAIN)
#define LOGS (LIVE | REPORT)
#define PROBES (LIVE | VERIFY)
#define ALL (LIVE | REPORT | VERIFY | AUDIT | CHAIN)

struct row {
	const char *name, *argument; /* argument NULL: none */
	enum kind kind;
	size_t at;      /* offset in struct options; of KIND_COMMAND the command */
	int64_t most;   /* of numbers; the least is 1 */
	unsigned where; /* the commands that it means something to */
	const char *help;
};

#define AT(member) offsetof(struct options, member)

static const struct row rows[] = {
	{"json", NULL, KIND_FLAG, AT(json), 0, ALL & ~LIVE, "JSON alone on standard output"},
	{"since", "TIME", KIND_SINCE, AT(engine.since_ms), 0, LOGS,
		"from then on: RFC 3339, a date, HH:MM, 90m 2h 3d"},
	{"at", "TIME", KIND_TIME, AT(engine.at_ms), 0, ALL, "the now of validity, ages and years (RFC 3339)"},
	{"source", "CMD", KIND_TEXT, AT(engine.source), 0, LOGS, "a command whose standard output is a log"},
	{"max-relays", "N", KIND_SIZE, AT(engine.max_relays), 10000000, LOGS,
		"rows of the table (default 50000); quiet ones go first"},
	{"full", NULL, KIND_FLAG, AT(full), 0, REPORT | VERIFY | LIVE,
		"recipients, senders and queue ids in reports"},
	{"cf", "FILE", KIND_TEXT, AT(engine.cf), 0, ALL,
		"Sendmail's settings (default /etc/mail/sendmail.cf)"},
	{"mc", "FILE", KIND_TEXT, AT(engine.mc), 0, ALL, "the m4 file that the cf is made from"},
	{"access", "FILE", KIND_TEXT, AT(engine.access), 0, ALL, "the access map's text"},
	{"ca-file", "FILE", KIND_TEXT, AT(engine.ca_file), 0, ALL, "instead of CACertFile"},
	{"ca-path", "DIR", KIND_TEXT, AT(engine.ca_path), 0, ALL, "instead of CACertPath"},
	{"resolver", "ADDR[@PORT]", KIND_TEXT, AT(engine.resolver), 0, PROBES,
		"a name server instead of resolv.conf's"},
	{"trust-anchor", "FILE", KIND_TEXT, AT(engine.trust_anchor), 0, PROBES, "the DNSSEC root key"},
	{"port", "N", KIND_NUMBER, AT(engine.port), 65535, PROBES, "connect there (default 25)"},
	{"timeout", "S", KIND_SECONDS, AT(engine.timeout_ms), 86400, PROBES,
		"seconds for one address (default 60)"},
	{"jobs", "N", KIND_NUMBER, AT(engine.jobs), 1000, PROBES, "connections at a time (default 16)"},
	{"pace", "N", KIND_NUMBER, AT(engine.pace), 100000, PROBES,
		"connections to one address in 10 minutes (default 5)"},
	{"auto", NULL, KIND_FLAG, AT(engine.auto_verify), 0, LIVE, "look at failing relays again by itself"},
	{"probe-here", NULL, KIND_FLAG, AT(engine.probe_here), 0, LIVE,
		"probe from here though the log is another host's"},
	{"offline", NULL, KIND_FLAG, AT(engine.offline), 0, PROBES, "SMTP and DNS only, no HTTP"},
	{"allow-private", NULL, KIND_FLAG, AT(engine.allow_private), 0, PROBES,
		"HTTP to private addresses too"},
	{"color", "WHEN", KIND_COLOR, AT(color), 0, ALL, "auto, always or never; NO_COLOR is heeded"},
	{"ascii", NULL, KIND_FLAG, AT(ascii), 0, LIVE, "nothing beyond ASCII on the screen"},
	{"debug", "FILE", KIND_TEXT, AT(engine.debug), 0, ALL, "what it does, to a file (mode 0600)"},
	{"keys", NULL, KIND_COMMAND, COMMAND_KEYS, 0, ALL, "the keys of the live view"},
	{"help", NULL, KIND_COMMAND, COMMAND_HELP, 0, ALL, "this"},
	{"version", NULL, KIND_COMMAND, COMMAND_VERSION, 0, ALL, "the version"},
};

#define ROWS (sizeof rows / sizeof *rows)

static const struct {
	const char *word, *usage, *help;
	enum command command;
	size_t least, most; /* words behind it */
} commands[] = {
	{"", "[LOG...]", "the live view", COMMAND_LIVE, 0, SIZE_MAX},
	{"report", "[--json] [LOG...]", "the relay table and what the log alone proves, once", COMMAND_REPORT,
		0, SIZE_MAX},
	{"verify", "[--json] TARGET...", "look now, as Sendmail would", COMMAND_VERIFY, 1, SIZE_MAX},
	{"audit", "[--json]", "this host's Sendmail TLS configuration and CA stores", COMMAND_AUDIT, 0, 0},
	{"chain", "[--json] FILE.pem", "judge a saved chain, offline", COMMAND_CHAIN, 1, 1},
};

#define COMMANDS (sizeof commands / sizeof *commands)

static bool
take_number(const struct row *row, const char *value, int64_t *number, struct fault *why)
{
	if (span_number(span_of(value), number) && *number >= 1 && *number <= row->most)
		return true;
	fault_set(why, FAULT_USAGE, 0, "--%s takes a number from 1 to %lld, not \"%s\"", row->name,
		(long long)row->most, value);
	return false;
}

static bool
take_color(enum color *color, const char *value, struct fault *why)
{
	static const char *const words[] = {
		[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(value, words[i]) == 0) {
			*color = (enum color)i;
			return true;
		}
	}
	fault_set(why, FAULT_USAGE, 0, "--color takes auto, always or never, not \"%s\"", value);
	return false;
}

static bool
take_time(const struct row *row, const char *value, int64_t now_ms, int64_t *ms, struct fault *why)
{
	bool good = row->kind == KIND_TIME ? when_parse(span_of(value), ms)
					   : when_parse_since(span_of(value), now_ms, ms);

	if (!good)
		fault_set(why, FAULT_USAGE, 0, "--%s: \"%s\" is no time", row->name, value);
	return good;
}

static bool
take(struct options *o, const struct row *row, const char *value, int64_t now_ms, struct fault *why)
{
	void *at = (char *)o + row->at;
	int64_t number = 0;

	switch (row->kind) {
	case KIND_FLAG:
		*(bool *)at = true;
		return true;
	case KIND_TEXT:
		*(const char **)at = value;
		return true;
	case KIND_COLOR:
		return take_color(at, value, why);
	case KIND_TIME:
	case KIND_SINCE:
		return take_time(row, value, now_ms, at, why);
	default:
		break;
	}
	if (!take_number(row, value, &number, why))
		return false;
	if (row->kind == KIND_SECONDS)
		*(int64_t *)at = number * WHEN_SECOND;
	else if (row->kind == KIND_SIZE)
		*(size_t *)at = (size_t)number;
	else
		*(unsigned *)at = (unsigned)number;
	return true;
}

/* The values by row, so that --since can be taken after --at, whatever their order. */
static bool
collect(int argc, char **argv, const char *values[ROWS], struct fault *why)
{
	struct option table[ROWS + 1] = {{0}};
	int which;

	for (size_t i = 0; i < ROWS; i++)
		table[i] = (struct option){
			rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, (int)i + 256};
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while ((which = getopt_long(argc, argv, ":", table, NULL)) != -1) {
		if (which == ':') {
			fault_set(why, FAULT_USAGE, 0, "--%s needs a value", rows[optopt - 256].name);
			return false;
		}
		if (which == '?') {
			fault_set(why, FAULT_USAGE, 0, "unknown or wrong option \"%s\"", argv[optind - 1]);
			return false;
		}
		if (optarg && !*optarg) {
			fault_set(why, FAULT_USAGE, 0, "--%s needs a value", rows[which - 256].name);
			return false;
		}
		values[which - 256] = optarg ? optarg : "";
	}
	return true;
}

static size_t
command_of(const char *word)
{
	for (size_t i = 1; i < COMMANDS; i++) {
		if (strcmp(word, commands[i].word) == 0)
			return i;
	}
	return 0;
}

static bool
take_words(struct options *o, char **argv, int count, struct fault *why)
{
	size_t which = count > 0 ? command_of(argv[0]) : 0;

	o->command = commands[which].command;
	o->words = (const char *const *)argv + (which ? 1 : 0);
	o->word_count = (size_t)count - (which ? 1 : 0);
	if (o->word_count >= commands[which].least && o->word_count <= commands[which].most)
		return true;
	fault_set(why, FAULT_USAGE, 0, "usage: verifail %s %s", commands[which].word, commands[which].usage);
	return false;
}

static bool
take_values(struct options *o, const char *values[ROWS], int64_t now_ms, struct fault *why)
{
	unsigned where = 1u << o->command;

	for (size_t i = 0; i < ROWS; i++) {
		if (!values[i] || rows[i].kind == KIND_SINCE)
			continue;
		if (!(rows[i].where & where)) {
			fault_set(why, FAULT_USAGE, 0, "--%s means nothing here", rows[i].name);
			return false;
		}
		if (!take(o, &rows[i], values[i], now_ms, why))
			return false;
	}
	return true;
}

/* --help is answered whatever else stands there. */
static bool
asks_about_itself(struct options *o, const char *const values[ROWS])
{
	for (size_t i = 0; i < ROWS; i++) {
		if (values[i] && rows[i].kind == KIND_COMMAND) {
			o->command = (enum command)rows[i].at;
			return true;
		}
	}
	return false;
}

bool
options_parse(struct options *o, int argc, char **argv, int64_t now_ms, struct fault *why)
{
	const char *values[ROWS] = {NULL};
	int64_t at;

	*o = (struct options){.engine = {.port = 25,
				      .timeout_ms = 60 * WHEN_SECOND,
				      .jobs = 16,
				      .pace = 5,
				      .max_relays = 50000}};
	if (!collect(argc, argv, values, why))
		return false;
	if (asks_about_itself(o, values))
		return true;
	if (!take_words(o, argv + optind, argc - optind, why) || !take_values(o, values, now_ms, why))
		return false;
	at = o->engine.at_ms ? o->engine.at_ms : now_ms;
	for (size_t i = 0; i < ROWS; i++) {
		if (values[i] && rows[i].kind == KIND_SINCE && !take(o, &rows[i], values[i], at, why))
			return false;
	}
	if (o->command == COMMAND_LIVE || o->command == COMMAND_REPORT) {
		o->engine.logs = o->words;
		o->engine.log_count = o->word_count;
	}
	return true;
}

void
options_help(struct text *out)
{
	text_put(out, "verifail: why does Sendmail log verify=FAIL for this relay?\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		text_printf(out, "  verifail %-6s %-20s %s\n", commands[i].word, commands[i].usage,
			commands[i].help);
	text_put(out, "\nLOG: a file, an archive of one, or - for standard input; none: /var/log/maillog, "
		      "/var/log/mail.log or"
		      " the journal.\nTARGET: HOST, HOST:PORT, ADDRESS, [ADDRESS]:PORT.\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		char *left = text_new("--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
			rows[i].argument ? rows[i].argument : "");

		text_printf(out, "  %-24s %s\n", left, rows[i].help);
		free(left);
	}
	text_put(out,
		"\nExit status: 0 all verify, 1 something does not or an error or a warning was found,\n"
		"2 wrong usage or nothing to read, 3 a target could not be reached.\n");
}

bool
options_want_color(const struct options *o, bool terminal, const char *no_color)
{
	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return terminal && (!no_color || !*no_color);
}
