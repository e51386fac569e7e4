#include "engine/logs.h"

#include "base/mem.h"
#include "base/text.h"
#include "engine/logs_scan.h"
#include "maillog/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The tags under which Sendmail logs; times exact enough to go on after the last line. */
#define JOURNAL "journalctl -q --no-pager -o short-iso-precise -t sendmail -t sm-mta -t sm-msp-queue"
#define JOURNAL_SHOWN "the journal (no mail log is there)"

#define SOURCES_OPEN 16 /* files whose lines can be read again: those opened last */

enum phase { PHASE_NEW, PHASE_OPENING, PHASE_SCANNING, PHASE_FOLLOWING };

/* A file whose lines the history knows by their offsets. Its descriptor is kept, so that a rotated file's
 * lines can still be read; not of one that was deleted, which would take room on the disk for ever. */
struct source {
	int fd; /* -1: its lines are gone */
	uint64_t device, inode;
	unsigned rewrites;
};

struct logs {
	uv_loop_t *loop;
	struct logs_options options;
	void (*changed)(void *arg);
	void (*done)(void *arg, const struct fault *fault);
	void *arg;
	enum phase phase;
	bool live, closing;
	struct input *inputs; /* in PHASE_OPENING they belong to a thread */
	size_t count;
	char *name;
	const struct follow *noted; /* whose note is the newest */
	struct history *history;
	uint64_t version; /* of the history: another one when another takes its place */
	struct source *sources;
	size_t source_count;
	uv_work_t opening;
	struct scan *scan; /* in PHASE_SCANNING */
	void (*closed)(void *arg);
	void *closed_arg;
	uv_idle_t last; /* its close callback is the end */
};

/* ---- which logs there are --------------------------------------------------------------------------------
 */

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

/* Adds the inputs that the options name, or the usual ones. */
static bool
add_inputs(struct logs *l, struct fault *why)
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

/* How the inputs are called together: the caller frees it. */
static char *
name_of(const struct logs *l)
{
	const struct input *in = l->inputs;

	return l->count == 1 ? mem_text(in->shown ? in->shown : in->name) : text_new("%zu logs", l->count);
}

static void
input_free(struct input *in)
{
	log_file_close(&in->file);
	free(in->name);
	in->name = NULL;
}

/* ---- opening them: on a thread ---------------------------------------------------------------------------
 */

/* The time of the first line of a log that has one; 0: none in its first block. */
static int64_t
first_time(struct input *in)
{
	struct block *b = mem_new(1, sizeof *b);
	struct log_archive *a = NULL;
	int64_t first_ms = 0;

	if (in->kind == INPUT_FILE)
		log_file_block(&in->file, 0, 65536, true, b);
	else if ((a = log_archive_open(in->name, NULL)))
		log_archive_block(a, b, NULL); /* what is wrong with it the scan will tell, once */
	log_archive_close(a);
	b->reference_ms = in->reference_ms;
	block_parse(b);
	for (size_t i = 0; i < b->count && !first_ms; i++)
		first_ms = b->events[i].kind == EVENT_SKIPPED ? 0 : b->events[i].time_ms;
	free(b);
	return first_ms;
}

static void
open_input(struct input *in, int64_t at_ms)
{
	if (in->kind != INPUT_FILE || log_file_open(in->name, &in->file, &in->fault) < 0)
		return;
	in->reference_ms = at_ms ? at_ms : in->file.changed_ms;
	if (!in->file.archive && !in->file.regular) {
		in->kind = INPUT_PIPE;
	} else {
		in->kind = in->file.archive ? INPUT_ARCHIVE : INPUT_FILE;
		in->first_ms = first_time(in);
	}
	in->first_ms = in->first_ms ? in->first_ms : in->file.changed_ms;
}

static bool
is_stream(const struct input *in)
{
	return in->kind == INPUT_PIPE || in->kind == INPUT_COMMAND;
}

static int
by_first_line(const void *left, const void *right)
{
	const struct input *a = left, *b = right;

	if (is_stream(a) != is_stream(b))
		return is_stream(a) ? 1 : -1;
	if (a->first_ms != b->first_ms)
		return a->first_ms < b->first_ms ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The same file under two names, or one name given twice: its lines must count once. */
static bool
is_known(const struct input *inputs, size_t count, const struct input *in)
{
	for (size_t i = 0; i < count; i++) {
		const struct input *other = &inputs[i];

		if (!strcmp(other->name, in->name)
				? other->kind == in->kind
				: in->file.inode != 0 && other->file.inode == in->file.inode &&
					  other->file.device == in->file.device)
			return true;
	}
	return false;
}

/* Opens the files among the inputs, finds out when each begins, puts them in the order of their first lines
 * (pipes and commands last) and drops those that are there twice. */
static void
open_on_thread(uv_work_t *work)
{
	struct logs *l = work->data;
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		struct input *in = &l->inputs[i];

		open_input(in, l->options.at_ms);
		if (is_known(l->inputs, kept, in))
			input_free(in);
		else
			l->inputs[kept++] = *in;
	}
	l->count = kept;
	qsort(l->inputs, kept, sizeof *l->inputs, by_first_line);
}

/* ---- the files of kept lines -----------------------------------------------------------------------------
 */

static void
close_source(struct source *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* Closes those that are not worth a descriptor: too many, rewritten, or of a file that was deleted. */
static void
close_old_sources(struct logs *l, const struct source *new)
{
	size_t open = 1;

	for (size_t i = l->source_count; i-- > 0;) {
		struct source *s = &l->sources[i];
		struct stat st;

		if (s->fd < 0)
			continue;
		if (++open > SOURCES_OPEN || (s->device == new->device && s->inode == new->inode) ||
			fstat(s->fd, &st) < 0 || st.st_nlink == 0)
			close_source(s);
	}
}

/* A file's number, a new one the first time; its offsets mean the same as long as it is not rewritten. */
static unsigned
source_of(struct logs *l, const struct log_file *file)
{
	struct source new = {.device = file->device, .inode = file->inode, .rewrites = file->rewrites};

	for (size_t i = l->source_count; i-- > 0;) {
		const struct source *s = &l->sources[i];

		if (s->device == new.device && s->inode == new.inode && s->rewrites == new.rewrites)
			return (unsigned)i;
	}
	if (l->source_count > UINT16_MAX / 2)
		return (unsigned)l->source_count - 1;
	close_old_sources(l, &new);
	new.fd = fcntl(file->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	l->sources = mem_resize(l->sources, l->source_count + 1, sizeof *l->sources);
	l->sources[l->source_count] = new;
	return (unsigned)l->source_count++;
}

struct lines_wanted {
	const struct logs *logs;
	void (*each)(void *arg, struct span line);
	void *arg;
};

/* Reads a line again where it stood. It must still be a whole one: the file may have been rewritten since. */
static bool
read_again(const struct logs *l, const struct kept_line *line, char *room)
{
	const struct source *s = line->source < l->source_count ? &l->sources[line->source] : NULL;
	int64_t before = line->offset > 0;
	size_t len = line->len + (size_t)before;

	if (!s || s->fd < 0 || line->len > LINES_LONGEST ||
		pread(s->fd, room, len, line->offset - before) != (ssize_t)len)
		return false;
	return (!before || room[0] == '\n') && !memchr(room + before, '\n', line->len);
}

static void
read_line(void *arg, const struct kept_line *line)
{
	const struct lines_wanted *r = arg;
	char room[LINES_LONGEST + 1];
	struct span text = line->text;

	if (line->offset >= 0 && read_again(r->logs, line, room))
		text = (struct span){room + (line->offset > 0), line->len};
	else if (!text.at)
		text = span_of("(this line is gone: the file it stood in was deleted or rewritten)");
	r->each(r->arg, text);
}

void
logs_lines(const struct logs *l, const struct relay *r, size_t most,
	void (*each)(void *arg, struct span line), void *arg)
{
	history_lines(l->history, r, most, read_line, &(struct lines_wanted){l, each, arg});
}

/* ---- following -------------------------------------------------------------------------------------------
 */

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
	static const struct event skipped = {.kind = EVENT_SKIPPED};

	for (; in->skipped < follow_skipped(in->follow); in->skipped++)
		history_feed(in->logs->history, &skipped);
}

static void
take_line(void *arg, const struct follow_line *line)
{
	struct input *in = arg;
	struct logs *l = in->logs;
	struct event e;

	count_skipped(in);
	maillog_parse(line->text, now_ms(l), &e);
	if (line->file) {
		e.source = source_of(l, line->file);
		e.offset = line->offset;
	}
	history_feed(l->history, &e);
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

/* In a reading to the ends: tells the user, once, when the last end has come. */
static void
check_done(struct logs *l)
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
follow_the_command(struct input *in)
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
	in->follow = follow_the_command(in);
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
	check_done(l);
}

/* Begins to follow an input, or to read a pipe or command to its end, where the scan stopped. */
static void
begin_following(struct input *in)
{
	struct logs *l = in->logs;
	int fd = in->file.fd;

	in->events = (struct follow_events){take_line, take_state, in, l->options.pace};
	if (in->kind == INPUT_COMMAND) {
		in->follow = follow_the_command(in);
	} else if (in->kind == INPUT_PIPE) {
		in->file.fd = -1;
		in->follow = follow_descriptor(l->loop, fd, &in->events);
	} else if (in->kind == INPUT_FILE && l->live) {
		in->fault = (struct fault){.kind = FAULT_NONE}; /* from now on the follow knows */
		in->follow = follow_file(l->loop, in->name, fd >= 0 ? &in->file : NULL, in->end, &in->events);
	}
}

/* ---- the door --------------------------------------------------------------------------------------------
 */

static void
finish_close(struct logs *l)
{
	for (size_t i = 0; i < l->count; i++)
		input_free(&l->inputs[i]);
	for (size_t i = 0; i < l->source_count; i++)
		close_source(&l->sources[i]);
	free(l->sources);
	free(l->inputs);
	free(l->name);
	history_free(l->history);
	if (l->closed)
		l->closed(l->closed_arg);
	free(l);
}

static void
put_history(struct logs *l, struct history *history)
{
	history_free(l->history);
	l->history = history;
	l->version++;
	l->changed(l->arg);
}

static void
scan_previewed(void *arg, struct history *history)
{
	put_history(arg, history);
}

static void
scan_progressed(void *arg)
{
	struct logs *l = arg;

	l->changed(l->arg);
}

static void
scan_done(void *arg, struct history *history)
{
	struct logs *l = arg;

	l->scan = NULL;
	l->phase = PHASE_FOLLOWING;
	if (l->closing) {
		history_free(history);
		finish_close(l);
		return;
	}
	for (size_t i = 0; i < l->count; i++)
		begin_following(&l->inputs[i]);
	put_history(l, history);
	if (!l->closing)
		check_done(l);
}

static struct history_options
history_rules(const struct logs *l)
{
	return (struct history_options){.max_relays = l->options.max_relays, .since_ms = l->options.since_ms};
}

static void
opened(uv_work_t *work, int status)
{
	struct logs *l = work->data;
	const struct scan_rules rules = {
		.history = history_rules(l), .whole = !l->live, .block = l->options.block};
	const struct scan_events events = {scan_previewed, scan_progressed, scan_done, l};

	(void)status;
	if (l->closing) {
		finish_close(l);
		return;
	}
	free(l->name);
	l->name = name_of(l);
	for (size_t i = 0; i < l->count; i++) {
		if (l->inputs[i].kind == INPUT_FILE && l->inputs[i].file.fd >= 0)
			l->inputs[i].source = source_of(l, &l->inputs[i].file);
	}
	l->phase = PHASE_SCANNING;
	l->scan = scan_start(l->loop, l->inputs, l->count, &rules, &events);
	l->changed(l->arg);
}

static void
begin(struct logs *l, bool live)
{
	l->live = live;
	l->phase = PHASE_OPENING;
	l->opening.data = l;
	uv_queue_work(l->loop, &l->opening, open_on_thread, opened);
}

struct logs *
logs_new(uv_loop_t *loop, const struct logs_options *options, void (*changed)(void *arg), void *arg,
	struct fault *why)
{
	struct logs *l = mem_new(1, sizeof *l);
	struct history_options rules;

	l->loop = loop;
	l->options = *options;
	l->changed = changed;
	l->arg = arg;
	rules = history_rules(l);
	l->history = history_new(&rules);
	l->version = 1;
	if (!add_inputs(l, why)) {
		finish_close(l);
		return NULL;
	}
	l->name = name_of(l);
	return l;
}

void
logs_read(struct logs *l, void (*done)(void *arg, const struct fault *fault))
{
	l->done = done;
	begin(l, false);
}

void
logs_follow(struct logs *l)
{
	begin(l, true);
}

const struct history *
logs_history(const struct logs *l)
{
	return l->history;
}

uint64_t
logs_version(const struct logs *l)
{
	return l->version;
}

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

static void
last_closed(uv_handle_t *handle)
{
	finish_close(uv_handle_get_data(handle));
}

void
logs_close(struct logs *l, void (*closed)(void *arg), void *arg)
{
	l->closing = true;
	l->closed = closed;
	l->closed_arg = arg;
	if (l->scan)
		scan_stop(l->scan);
	/* A thread that works for us ends first; its result comes to opened() or scan_done(). */
	if (l->phase == PHASE_OPENING || l->phase == PHASE_SCANNING)
		return;
	for (size_t i = 0; i < l->count; i++)
		follow_close(l->inputs[i].follow);
	uv_idle_init(l->loop, &l->last);
	uv_handle_set_data((uv_handle_t *)&l->last, l);
	uv_close((uv_handle_t *)&l->last, last_closed);
}
