#include "maillog/follow_kind.h"

#include "base/mem.h"
#include "base/text.h"
#include "maillog/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS 160    /* of the last line on its standard error */
#define SETTLED 5    /* first pauses that a run must last to count as working, when it says nothing */
#define KILL_MS 1000 /* how long it may take to end itself after SIGTERM */
#define REST_MS                                                                                            \
	100 /* and its children after it: short, as one that nobody reaps cannot be told from a living one \
	     */
#define LOOK_MS 10 /* how often it is looked whether they did */

/* One run of the command after another. A run is over when its process has ended and its output too: a
 * process it left behind may still write. */
struct command_follow {
	struct follow base;
	char *command;
	bool once, spawned, running, output_ended, said;
	uint64_t began; /* this run, in loop time */
	uint64_t pause; /* before the next run */
	uint64_t ends;  /* when who has not ended is killed, in loop time */
	int64_t status;
	int signal;
	struct lines *lines, *words;
	char last_words[WORDS];
	struct stream *output, *errors;
	uv_process_t process;
	uv_timer_t timer;
};

static void
take(void *arg, const char *bytes, size_t len)
{
	struct command_follow *f = arg;

	f->said = true;
	follow_set(&f->base, FOLLOW_READING, NULL);
	follow_feed(&f->base, f->lines, bytes, len);
}

static void
take_words(void *arg, const char *bytes, size_t len)
{
	struct command_follow *f = arg;

	lines_feed(f->words, bytes, len);
}

static void
keep_words(void *arg, struct span line)
{
	struct command_follow *f = arg;

	line = span_trim(line);
	if (line.len > 0)
		span_put(line, f->last_words, sizeof f->last_words);
}

/* How the run ended, in words. */
static void
tell_end(const struct command_follow *f, struct fault *why)
{
	char how[64];

	if (!f->spawned)
		snprintf(how, sizeof how, "could not be started: %s", strerror((int)-f->status));
	else if (f->signal)
		snprintf(how, sizeof how, "was ended by signal %d", f->signal);
	else
		snprintf(how, sizeof how, "ended with status %d", (int)f->status);
	fault_set(why, FAULT_FILE, f->status < 0 ? (int)f->status : -EPIPE, "%.60s: %s%s%s", f->command, how,
		f->last_words[0] ? ": " : "", f->last_words);
}

/* The process and all that it started. False: none of them is left. Their group keeps its number from being
 * given to others. */
static bool
signal_group(const struct command_follow *f, int number)
{
	return f->spawned && kill(-uv_process_get_pid(&f->process), number) == 0;
}

/* Starts the timer, whose callback stays the same: a pause, or the time until a silent run counts as working.
 */
static void
set_timer(struct command_follow *f, uint64_t ms)
{
	uv_timer_set_repeat(&f->timer, ms > 0 ? ms : 1);
	uv_timer_again(&f->timer);
}

static void
plan_next_run(struct command_follow *f)
{
	const struct follow_pace *pace = f->base.pace;
	bool steady = uv_now(f->base.loop) - f->began >= pace->steady_ms;

	f->pause = f->pause == 0 || steady ? pace->restart_ms : 2 * f->pause;
	if (f->pause > pace->restart_most_ms)
		f->pause = pace->restart_most_ms;
	set_timer(f, f->pause);
}

/* Called when the process has ended and when its output has. */
static void
check_over(struct command_follow *f)
{
	struct fault why = {.kind = FAULT_NONE};
	bool failed;

	if (f->running && f->output_ended)
		signal_group(f, SIGTERM); /* it will never say anything again */
	if (f->running || !f->output_ended || f->base.closing)
		return;
	/* What it left behind can tell us nothing any more: nobody would ever end it. */
	signal_group(f, SIGTERM);
	/* Its last words may be read only now; its end is not awaited: a left-behind process may hold it
	 * open. */
	if (f->errors)
		stream_drain(f->errors);
	lines_end(f->words);
	stream_close(f->output);
	stream_close(f->errors);
	f->output = f->errors = NULL;
	lines_end(f->lines);
	failed = !f->spawned || f->signal || f->status != 0;
	if (failed || !f->once)
		tell_end(f, &why);
	if (f->once) {
		uv_timer_stop(&f->timer);
		follow_set(&f->base, failed && !f->said ? FOLLOW_TROUBLE : FOLLOW_ENDED, &why);
	} else {
		plan_next_run(f);
		follow_set(&f->base, FOLLOW_RESTART, &why);
	}
}

static void
output_ended(void *arg, int code)
{
	struct command_follow *f = arg;

	(void)code;
	f->output_ended = true;
	check_over(f);
}

static void
errors_ended(void *arg, int code)
{
	(void)arg;
	(void)code;
}

static void
process_closed(uv_handle_t *handle)
{
	struct command_follow *f = uv_handle_get_data(handle);

	f->running = false;
	check_over(f);
	follow_handle_closed(handle);
}

/* While closing: its end and that of its children is awaited, so that neither a zombie stays nor one who does
 * not listen. */
static void
check_ended(struct command_follow *f)
{
	bool runs = uv_is_active((uv_handle_t *)&f->process);

	if (signal_group(f, 0) && uv_now(f->base.loop) < f->ends)
		return;
	signal_group(f, SIGKILL);
	if (!runs)
		follow_close_handle(&f->base, &f->timer);
}

static void
on_look(uv_timer_t *timer)
{
	check_ended(uv_handle_get_data((uv_handle_t *)timer));
}

static void
exited(uv_process_t *process, int64_t status, int number)
{
	struct command_follow *f = uv_handle_get_data((uv_handle_t *)process);

	f->status = status;
	f->signal = number;
	uv_close((uv_handle_t *)process, process_closed);
	if (!f->base.closing)
		return;
	if (f->ends > uv_now(f->base.loop) + REST_MS)
		f->ends = uv_now(f->base.loop) + REST_MS;
	check_ended(f);
}

/* Starts the process with its output and errors going to two descriptors. */
static int
spawn(struct command_follow *f, int output, int errors)
{
	char *args[] = {"/bin/sh", "-c", f->command, NULL};
	uv_stdio_container_t stdio[] = {
		{.flags = UV_IGNORE},
		{.flags = UV_INHERIT_FD, .data.fd = output},
		{.flags = UV_INHERIT_FD, .data.fd = errors},
	};
	uv_process_options_t options = {
		.exit_cb = exited,
		.file = args[0],
		.args = args,
		.flags = UV_PROCESS_DETACHED, /* a process group of its own, and no terminal to prompt on */
		.stdio_count = 3,
		.stdio = stdio,
	};
	int code = uv_spawn(f->base.loop, &f->process, &options);

	follow_handle(&f->base, &f->process);
	f->spawned = code == 0;
	f->running = true;
	if (code < 0)
		uv_close((uv_handle_t *)&f->process, process_closed);
	return code;
}

static void
run(struct command_follow *f)
{
	struct stream_events output = {.bytes = take, .end = output_ended, .arg = f};
	struct stream_events errors = {.bytes = take_words, .end = errors_ended, .arg = f};
	int fds[4] = {-1, -1, -1, -1};

	f->began = uv_now(f->base.loop);
	f->last_words[0] = '\0';
	f->spawned = f->said = f->output_ended = false;
	f->signal = 0;
	if (pipe2(fds, O_CLOEXEC) < 0 || pipe2(fds + 2, O_CLOEXEC) < 0) {
		f->status = -errno;
	} else {
		f->status = spawn(f, fds[1], fds[3]);
		f->output = stream_open(f->base.loop, fds[0], &output);
		f->errors = stream_open(f->base.loop, fds[2], &errors);
		fds[0] = fds[2] = -1;
	}
	for (size_t i = 0; i < 4; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (f->output) {
		set_timer(f, SETTLED * f->base.pace->restart_ms);
		return;
	}
	f->output_ended = true;
	check_over(f);
}

static void
on_timer(uv_timer_t *timer)
{
	struct command_follow *f = uv_handle_get_data((uv_handle_t *)timer);

	uv_timer_stop(timer);
	if (f->output)
		follow_set(&f->base, FOLLOW_READING, NULL);
	else
		run(f);
}

static void
close_command(struct follow *base)
{
	struct command_follow *f = (struct command_follow *)base;
	bool runs = f->running && f->spawned && uv_is_active((uv_handle_t *)&f->process);
	bool left = (runs || f->output) && signal_group(f, SIGTERM);

	stream_close(f->output);
	stream_close(f->errors);
	f->output = f->errors = NULL;
	f->ends = uv_now(base->loop) + (runs ? KILL_MS : REST_MS);
	if (runs || left)
		uv_timer_start(&f->timer, on_look, LOOK_MS, LOOK_MS);
	else
		follow_close_handle(base, &f->timer);
}

static void
free_command(struct follow *base)
{
	struct command_follow *f = (struct command_follow *)base;

	lines_free(f->lines);
	lines_free(f->words);
	free(f->command);
	free(f);
}

static struct follow *
begin(uv_loop_t *loop, const char *command, bool once, const struct follow_events *events)
{
	struct command_follow *f = mem_new(1, sizeof *f);

	follow_begin(&f->base, loop, events);
	f->base.close = close_command;
	f->base.free = free_command;
	f->command = mem_text(command);
	f->once = once;
	f->lines = lines_new(follow_line, &f->base);
	f->words = lines_new(keep_words, f);
	uv_timer_init(loop, &f->timer);
	follow_handle(&f->base, &f->timer);
	uv_timer_start(&f->timer, on_timer, 0, 0);
	return &f->base;
}

struct follow *
follow_command(uv_loop_t *loop, const char *command, const struct follow_events *events)
{
	return begin(loop, command, false, events);
}

struct follow *
follow_command_once(uv_loop_t *loop, const char *command, const struct follow_events *events)
{
	return begin(loop, command, true, events);
}
