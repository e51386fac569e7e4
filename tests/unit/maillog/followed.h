/* followed: a follow on a loop of its own, in a folder of its own: what it hands out is collected, and a
 * watchdog ends a test that waits in vain. Nothing sleeps: each wait runs the loop until what is waited for
 * is there. */
#ifndef TEST_FOLLOWED_H
#define TEST_FOLLOWED_H

#include "tests/unit/cm.h"

#include "base/text.h"
#include "maillog/follow.h"
#include "tests/unit/loop_turn.h"
#include "tests/unit/still.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCHDOG_MS 30000

struct followed {
	uv_loop_t loop;
	uv_timer_t watchdog;
	struct follow *follow;
	struct text got; /* each line with a newline behind it */
	size_t lines;
	char folder[64], log[96], old[96];
	struct still still;
	struct follow_pace pace;
	struct follow_events events;
};

static inline void
followed_line(void *arg, const struct follow_line *line)
{
	struct followed *t = arg;

	text_add(&t->got, line->text.at, line->text.len);
	text_put(&t->got, "\n");
	t->lines++;
}

static inline void
followed_too_long(uv_timer_t *timer)
{
	struct followed *t = uv_handle_get_data((uv_handle_t *)timer);

	fail_msg("waited in vain; state %d, note \"%s\", got \"%.200s\"", follow_state(t->follow, NULL),
		follow_note(t->follow), t->got.at ? t->got.at : "");
}

static inline void
followed_begin(struct followed *t)
{
	memset(t, 0, sizeof *t);
	snprintf(t->folder, sizeof t->folder, "/tmp/verifail-follow-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	assert_int_equal(chmod(t->folder, 0755), 0); /* also for a test that is somebody else */
	still_begin(&t->still, t->folder);
	snprintf(t->log, sizeof t->log, "%s/mail.log", t->folder);
	snprintf(t->old, sizeof t->old, "%s/mail.log.1", t->folder);
	assert_int_equal(uv_loop_init(&t->loop), 0);
	uv_timer_init(&t->loop, &t->watchdog);
	uv_handle_set_data((uv_handle_t *)&t->watchdog, t);
	uv_unref((uv_handle_t *)&t->watchdog);
	uv_timer_start(&t->watchdog, followed_too_long, WATCHDOG_MS, 0);
	t->pace = (struct follow_pace){
		.poll_ms = 5, .linger_ms = 20, .restart_ms = 5, .restart_most_ms = 20, .steady_ms = 60000};
	t->events = (struct follow_events){.line = followed_line, .arg = t, .pace = &t->pace};
}

static inline int
followed_remove(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

/* Closes all; that the loop can be closed proves that no handle was forgotten. */
static inline void
followed_end(struct followed *t)
{
	follow_close(t->follow);
	uv_close((uv_handle_t *)&t->watchdog, NULL);
	assert_int_equal(uv_run(&t->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&t->loop), 0);
	text_free(&t->got);
	still_end(&t->still);
	assert_int_equal(nftw(t->folder, followed_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void
followed_start(struct followed *t)
{
	t->follow = follow_file(&t->loop, t->log, NULL, 0, &t->events);
}

/* Runs the loop until at least so many lines have come. */
static inline void
followed_lines(struct followed *t, size_t lines)
{
	while (t->lines < lines)
		loop_turn(&t->loop);
}

static inline void
followed_state(struct followed *t, enum follow_state state)
{
	while (follow_state(t->follow, NULL) != state)
		loop_turn(&t->loop);
}

/* The note begins with a word. */
static inline void
followed_note(struct followed *t, const char *word)
{
	while (strncmp(follow_note(t->follow), word, strlen(word)) != 0)
		loop_turn(&t->loop);
}

static inline void
put(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Appends, as a syslog daemon does. */
static inline void
append(const char *path, const char *text)
{
	put(path, O_APPEND, text);
}

static inline const char *
got(const struct followed *t)
{
	return t->got.at ? t->got.at : "";
}

#endif
