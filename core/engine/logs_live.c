#include "engine/logs_parts.h"

#include "base/text.h"
#include "engine/logs_scan.h"

#include <inttypes.h>
#include <stdlib.h>

static int64_t
now_ms(const struct logs *l)
{
	uv_timeval64_t now;

	if (l->options.at_ms != 0 || uv_gettimeofday(&now) < 0)
		return l->options.at_ms;
	return now.tv_sec * 1000 + now.tv_usec / 1000;
}

/* Over-long lines come with no line; they are counted with the next one, or the next change of state. */
static void
count_skipped(struct input *in)
{
	for (; in->skipped < follow_skipped(in->follow); in->skipped++)
		history_count(in->logs->history, 0, true);
}

static void
take_line(void *arg, struct span line)
{
	struct input *in = arg;
	struct logs *l = in->logs;

	count_skipped(in);
	input_line(l->history, line, now_ms(l));
	l->changed(l->arg);
}

static bool
is_over(const struct input *in)
{
	enum follow_state state = in->follow ? follow_state(in->follow, NULL) : FOLLOW_ENDED;

	return state == FOLLOW_ENDED || state == FOLLOW_TROUBLE;
}

static const struct fault *
first_fault(struct logs *l)
{
	for (size_t i = 0; i < l->count; i++) {
		struct input *in = &l->inputs[i];

		/* A command that said something and then failed has been read. */
		if (in->follow && follow_state(in->follow, NULL) == FOLLOW_TROUBLE)
			follow_state(in->follow, &in->fault);
		if (in->fault.kind != FAULT_NONE)
			return &in->fault;
	}
	return NULL;
}

void
logs_check_done(struct logs *l)
{
	void (*done)(void *arg, const struct fault *fault) = l->done;

	if (l->live || !done)
		return;
	for (size_t i = 0; i < l->count; i++)
		if (!is_over(&l->inputs[i]))
			return;
	l->done = NULL;
	done(l->arg, first_fault(l));
}

/* Of the journal the command is known: it can go on where the report ends, and after a restart where the last
 * line stood. */
static struct follow *
begin_command(struct input *in)
{
	struct logs *l = in->logs;
	struct text command = {NULL, 0, 0};
	struct follow *f;

	if (!l->live)
		return follow_command_once(l->loop, in->name, &in->events);
	text_put(&command, in->name);
	if (in->shown)
		text_put(&command, " -f --no-tail");
	if (in->resumed_ms > 0)
		text_printf(&command, " --since=@%" PRId64 ".%03d", (in->resumed_ms + 1) / 1000,
			(int)((in->resumed_ms + 1) % 1000));
	f = follow_command(l->loop, command.at, &in->events);
	text_free(&command);
	return f;
}

/* The journal's reader has ended after it gave us lines: the same command again would give them twice. */
static void
resume_journal(struct input *in)
{
	int64_t last_ms = history_totals(in->logs->history).last_ms;

	if (!in->shown || follow_state(in->follow, NULL) != FOLLOW_RESTART || last_ms <= in->resumed_ms)
		return;
	in->resumed_ms = last_ms;
	in->skipped = 0;
	follow_close(in->follow);
	in->follow = begin_command(in);
}

static void
take_state(void *arg)
{
	struct input *in = arg;
	struct logs *l = in->logs;

	count_skipped(in);
	if (follow_note(in->follow)[0])
		l->noted = in->follow;
	l->changed(l->arg);
	if (l->closing)
		return;
	if (l->live)
		resume_journal(in);
	logs_check_done(l);
}

static struct follow *
begin_file(struct input *in)
{
	struct logs *l = in->logs;

	if (!l->live)
		return NULL;
	in->fault = (struct fault){.kind = FAULT_NONE}; /* from now on the follow knows */
	return follow_file(l->loop, in->name, in->file.fd >= 0 ? &in->file : NULL, in->end, &in->events);
}

void
logs_begin_following(struct input *in)
{
	struct logs *l = in->logs;
	int fd = in->file.fd;

	in->events = (struct follow_events){take_line, take_state, in, l->options.pace};
	if (in->kind == INPUT_COMMAND) {
		in->follow = begin_command(in);
	} else if (in->kind == INPUT_FILE) {
		in->follow = begin_file(in);
	} else if (in->kind == INPUT_PIPE) {
		in->file.fd = -1;
		in->follow = follow_descriptor(l->loop, fd, &in->events);
	}
}

/* ---- what they do now -----------------------------------------------------------------------------------
 */

/* How bad a state is: the worst of all inputs is shown. */
static int
rank(enum log_state state)
{
	static const int ranks[] = {
		[LOG_NONE] = 0,
		[LOG_ENDED] = 1,
		[LOG_LIVE] = 2,
		[LOG_SCANNING] = 3,
		[LOG_WAITING] = 4,
		[LOG_TROUBLE] = 5,
	};

	return ranks[state];
}

static enum log_state
input_state(const struct input *in, struct fault *fault)
{
	static const enum log_state states[] = {
		[FOLLOW_READING] = LOG_LIVE,
		[FOLLOW_WAITING] = LOG_WAITING,
		[FOLLOW_TROUBLE] = LOG_TROUBLE,
		[FOLLOW_ENDED] = LOG_ENDED,
		[FOLLOW_RESTART] = LOG_TROUBLE,
	};

	if (in->follow)
		return states[follow_state(in->follow, fault)];
	*fault = in->fault;
	return in->fault.kind == FAULT_NONE ? LOG_ENDED : LOG_TROUBLE;
}

struct engine_log
logs_state(const struct logs *l)
{
	struct engine_log log = {.state = LOG_NONE, .name = l->name, .note = ""};

	if (l->noted)
		log.note = follow_note(l->noted);
	if (l->scan) {
		log.bytes_read = scan_read(l->scan);
		log.bytes_total = scan_total(l->scan);
	}
	if (l->phase == PHASE_OPENING || l->phase == PHASE_SCANNING)
		log.state = LOG_SCANNING;
	if (l->phase != PHASE_FOLLOWING)
		return log;
	for (size_t i = 0; i < l->count; i++) {
		struct fault fault;
		enum log_state state = input_state(&l->inputs[i], &fault);

		if (rank(state) <= rank(log.state))
			continue;
		log.state = state;
		log.fault = fault;
	}
	return log;
}
