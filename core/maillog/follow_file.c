#include "maillog/follow_kind.h"

#include "base/file.h"
#include "base/mem.h"
#include "maillog/pathwatch.h"
#include "maillog/tail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Events and the timer only wake it; what happened is always found out by looking. */
struct file_follow {
	struct follow base;
	struct pathwatch watch;
	struct tail *now;        /* the file under the path, or the last one that was; NULL: none yet */
	struct tail *before;     /* the one that was renamed or deleted, until it stays quiet */
	uint64_t quiet_since;    /* when it last grew, in loop time */
	bool hurry;              /* the next rotation waits for it */
	enum follow_state state; /* what this look found */
	struct fault why;
	uv_timer_t timer;
	uv_idle_t idle;
};

static bool
same_file(const struct stat *st, const struct tail *t)
{
	return t && st->st_dev == t->file.device && st->st_ino == t->file.inode;
}

static void
trouble(struct file_follow *f, int code)
{
	f->state = FOLLOW_TROUBLE;
	file_fault(f->watch.path, code, &f->why);
}

static void
gone(struct file_follow *f)
{
	f->state = FOLLOW_WAITING;
	fault_set(&f->why, FAULT_FILE, -ENOENT,
		f->now ? "%s is gone: waiting for it" : "%s is not there: waiting for it", f->watch.path);
}

static void
take_line(void *arg, struct span line)
{
	const struct tail *t = arg;

	follow_hand_out(t->owner,
		&(struct follow_line){.text = line, .file = &t->file, .offset = lines_offset(t->lines)});
}

static void
go_to(struct file_follow *f, const struct log_file *file)
{
	f->before = f->now;
	f->quiet_since = uv_now(f->base.loop);
	f->now = tail_new(file, 0, take_line, &f->base);
	if (f->before)
		follow_set_note(&f->base, "rotated");
}

static void
open_path(struct file_follow *f)
{
	struct log_file file;

	if (log_file_open(f->watch.path, &file, &f->why) < 0) {
		f->state = f->why.code == -ENOENT ? FOLLOW_WAITING : FOLLOW_TROUBLE;
	} else if (file.archive) {
		f->state = FOLLOW_TROUBLE;
		fault_set(&f->why, FAULT_FILE, -EINVAL, "%s is compressed: it cannot be followed",
			f->watch.path);
	} else if (f->now && file.device == f->now->file.device && file.inode == f->now->file.inode) {
		log_file_close(&file); /* it came back between the two looks */
	} else {
		go_to(f, &file);
	}
}

/* The renamed file was renamed back: its lines are known up to its offset. */
static void
go_back(struct file_follow *f)
{
	struct tail *t = f->before;

	f->before = f->now;
	f->now = t;
	f->quiet_since = uv_now(f->base.loop);
}

/* What stands under the path now? */
static void
look(struct file_follow *f)
{
	struct stat st;

	f->hurry = false;
	f->state = FOLLOW_READING;
	f->why = (struct fault){.kind = FAULT_NONE};
	if (stat(f->watch.path, &st) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			gone(f);
		else
			trouble(f, -errno);
	} else if (S_ISDIR(st.st_mode)) {
		trouble(f, -EISDIR);
	} else if (!S_ISREG(st.st_mode)) {
		f->state = FOLLOW_TROUBLE;
		fault_set(&f->why, FAULT_FILE, -EINVAL, "%s is no regular file any more", f->watch.path);
	} else if (same_file(&st, f->before)) {
		go_back(f);
	} else if (!same_file(&st, f->now)) {
		f->hurry = f->before != NULL;
		if (!f->hurry)
			open_path(f);
	}
}

static void
take(struct file_follow *f, struct tail *t, const char *bytes, size_t len)
{
	tail_take(t, len);
	/* A writer that keeps its offset over a truncation leaves a hole at the head. */
	while (t->blank && len > 0 && *bytes == '\0') {
		bytes++;
		len--;
		lines_begin(t->lines, lines_offset(t->lines) + 1);
	}
	if (len == 0)
		return;
	t->blank = false;
	follow_feed(&f->base, t->lines, bytes, len);
}

/* Reads a slice of the file that was renamed; false at its end. */
static bool
read_before(struct file_follow *f)
{
	const char *bytes;
	ssize_t waits = tail_peek(f->before, &bytes);

	if (waits <= 0)
		return false;
	f->quiet_since = uv_now(f->base.loop);
	take(f, f->before, bytes, (size_t)waits);
	return true;
}

/* Reads a slice; false when there is none for now. The new file is looked at first and taken last: whatever
 * the writer wrote before it went over is in the old file by then, so the order of its lines is kept. */
static bool
read_slice(struct file_follow *f)
{
	const char *bytes = NULL;
	ssize_t waits = f->now ? tail_peek(f->now, &bytes) : 0;

	if (f->before && read_before(f))
		return true;
	if (waits == TAIL_REWRITTEN) {
		tail_restart(f->now);
		follow_set_note(&f->base, "truncated");
		return true;
	}
	if (waits < 0)
		trouble(f, (int)waits);
	if (waits <= 0)
		return false;
	take(f, f->now, bytes, (size_t)waits);
	return true;
}

/* Lets the renamed file go once its writer has surely left it. While nobody writes to the new one he has not,
 * so then it takes much longer; but not for ever: a deleted file that is held open takes room on the disk. */
static void
let_go(struct file_follow *f)
{
	uint64_t linger = f->base.pace->linger_ms;

	if (f->now->offset == 0)
		linger *= 200;
	if (!f->hurry && uv_now(f->base.loop) - f->quiet_since < linger)
		return;
	lines_end(f->before->lines);
	tail_free(f->before);
	f->before = NULL;
}

static void
on_timer(uv_timer_t *timer)
{
	struct file_follow *f = uv_handle_get_data((uv_handle_t *)timer);

	f->watch.wake(f);
}

static void
on_idle(uv_idle_t *idle)
{
	struct file_follow *f = uv_handle_get_data((uv_handle_t *)idle);

	f->watch.wake(f);
}

/* Comes back with the next pass of the loop when there is more to do, and after a while where nothing wakes
 * it. */
static void
arm(struct file_follow *f, bool more)
{
	uint64_t poll = f->base.pace->poll_ms;
	bool tick = f->base.pace->poll || f->watch.blind || f->watch.deaf_file || f->before;

	if (more)
		uv_idle_start(&f->idle, on_idle);
	else
		uv_idle_stop(&f->idle);
	if (!tick)
		uv_timer_stop(&f->timer);
	else if (!uv_is_active((uv_handle_t *)&f->timer))
		uv_timer_start(&f->timer, on_timer, poll, poll);
}

static void
step(void *arg)
{
	struct file_follow *f = arg;
	bool more;

	if (f->base.closing)
		return;
	if (!f->base.pace->poll)
		pathwatch_directory(&f->watch);
	look(f);
	if (!f->base.pace->poll)
		pathwatch_file(&f->watch, f->now ? &f->now->file : NULL);
	do {
		more = read_slice(f);
	} while (more && !f->base.closing && !follow_pass_is_over(f->base.loop));
	if (f->before && !more) {
		more = f->hurry;
		let_go(f);
	}
	follow_set(&f->base, f->state, &f->why);
	if (!f->base.closing)
		arm(f, more);
}

static void
close_file(struct follow *base)
{
	struct file_follow *f = (struct file_follow *)base;

	follow_close_handle(base, &f->watch.on_directory);
	follow_close_handle(base, &f->watch.on_file);
	follow_close_handle(base, &f->timer);
	follow_close_handle(base, &f->idle);
}

static void
free_file(struct follow *base)
{
	struct file_follow *f = (struct file_follow *)base;

	tail_free(f->now);
	tail_free(f->before);
	pathwatch_free(&f->watch);
	free(f);
}

struct follow *
follow_file(uv_loop_t *loop, const char *path, struct log_file *file, int64_t offset,
	const struct follow_events *events)
{
	struct file_follow *f = mem_new(1, sizeof *f);

	follow_begin(&f->base, loop, events);
	f->base.close = close_file;
	f->base.free = free_file;
	pathwatch_init(&f->watch, loop, path, step, f);
	uv_timer_init(loop, &f->timer);
	uv_idle_init(loop, &f->idle);
	follow_handle(&f->base, &f->watch.on_directory);
	follow_handle(&f->base, &f->watch.on_file);
	follow_handle(&f->base, &f->timer);
	follow_handle(&f->base, &f->idle);
	if (file) {
		f->now = tail_new(file, offset, take_line, &f->base);
		file->fd = -1;
	}
	uv_idle_start(&f->idle, on_idle);
	return &f->base;
}
