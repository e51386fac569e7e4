#include "engine/logs_parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The tags under which Sendmail logs; times exact enough to go on after the last line. */
#define JOURNAL "journalctl -q --no-pager -o short-iso-precise -t sendmail -t sm-mta -t sm-msp-queue"
#define JOURNAL_SHOWN "the journal (no mail log is there)"

static struct input *
add_input(struct logs *l, enum input_kind kind, const char *name)
{
	struct input *in;

	l->inputs = mem_resize(l->inputs, l->count + 1, sizeof *l->inputs);
	in = &l->inputs[l->count];
	*in = (struct input){
		.kind = kind, .name = mem_text(name), .file = {.fd = -1}, .order = l->count, .logs = l};
	l->count++;
	return in;
}

/* Nobody named a log: the first that is there, else the journal. */
static void
add_usual(struct logs *l)
{
	static const char *const usual[] = {"/var/log/maillog", "/var/log/mail.log", NULL};
	const char *const *path = l->options.usual ? l->options.usual : usual;

	while (*path && access(*path, F_OK) < 0)
		path++;
	if (*path)
		add_input(l, INPUT_FILE, *path);
	else
		add_input(l, INPUT_COMMAND, JOURNAL)->shown = JOURNAL_SHOWN;
}

/* Standard input is used through a copy: descriptor 0 stays what it is for the rest of the program. */
static bool
add_standard_input(struct logs *l, struct fault *why)
{
	int fd;

	for (size_t i = 0; i < l->count; i++)
		if (l->inputs[i].kind == INPUT_PIPE) {
			fault_set(why, FAULT_USAGE, 0, "standard input (-) can be read only once");
			return false;
		}
	fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd < 0) {
		fault_set(why, FAULT_FILE, -errno, "standard input: %s", strerror(errno));
		return false;
	}
	add_input(l, INPUT_PIPE, "standard input")->file.fd = fd;
	return true;
}

bool
logs_add_inputs(struct logs *l, struct fault *why)
{
	const struct logs_options *o = &l->options;

	for (size_t i = 0; i < o->count; i++) {
		if (strcmp(o->paths[i], "-") != 0)
			add_input(l, INPUT_FILE, o->paths[i]);
		else if (!add_standard_input(l, why))
			return false;
	}
	if (o->source)
		add_input(l, INPUT_COMMAND, o->source);
	if (l->count == 0)
		add_usual(l);
	return true;
}

char *
logs_name(const struct logs *l)
{
	const struct input *in = l->inputs;

	return l->count == 1 ? mem_text(in->shown ? in->shown : in->name) : text_new("%zu logs", l->count);
}
