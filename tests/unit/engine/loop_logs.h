/* loop_logs: logs on a loop of their own, in a folder of their own, with a watchdog for what is waited for in
 * vain. Nothing sleeps: each wait runs the loop. */
#ifndef TEST_LOOP_LOGS_H
#define TEST_LOOP_LOGS_H

#include "tests/unit/cm.h"
#include "tests/unit/loop_turn.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "engine/logs.h"
#include "maillog/follow.h"
#include "tests/unit/still.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCHDOG_MS 60000
#define MOST_PATHS 8

struct loop_logs {
	uv_loop_t loop;
	uv_timer_t watchdog;
	char folder[64];
	char *paths[MOST_PATHS];
	struct still still;
	struct logs_options options;
	struct follow_pace pace;
	struct logs *logs;
	size_t changes, done, closed;
	struct fault fault; /* of done */
};

static inline void
logs_too_long(uv_timer_t *timer)
{
	struct loop_logs *t = uv_handle_get_data((uv_handle_t *)timer);
	struct engine_log log = logs_state(t->logs);

	fail_msg("waited in vain: state %d, %s, %s", (int)log.state, log.name, log.fault.text);
}

static inline void
logs_changed(void *arg)
{
	struct loop_logs *t = arg;

	t->changes++;
}

static inline void
logs_done(void *arg, const struct fault *fault)
{
	struct loop_logs *t = arg;

	t->done++;
	if (fault)
		t->fault = *fault;
}

static inline void
logs_closed(void *arg)
{
	struct loop_logs *t = arg;

	t->closed++;
}

static inline void
logs_begin(struct loop_logs *t)
{
	memset(t, 0, sizeof *t);
	snprintf(t->folder, sizeof t->folder, "/tmp/verifail-logs-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	still_begin(&t->still, t->folder);
	assert_int_equal(uv_loop_init(&t->loop), 0);
	uv_timer_init(&t->loop, &t->watchdog);
	uv_handle_set_data((uv_handle_t *)&t->watchdog, t);
	uv_unref((uv_handle_t *)&t->watchdog);
	uv_timer_start(&t->watchdog, logs_too_long, WATCHDOG_MS, 0);
	t->pace = (struct follow_pace){
		.poll_ms = 5, .linger_ms = 20, .restart_ms = 5, .restart_most_ms = 20, .steady_ms = 60000};
	t->options = (struct logs_options){.paths = (const char *const *)t->paths, .pace = &t->pace};
}

/* Names one more log: a name in the folder, or a whole path, or "-". Returns its path. */
static inline const char *
logs_name_one(struct loop_logs *t, const char *name)
{
	char *path = name[0] == '/' || name[0] == '-' ? mem_text(name) : text_new("%s/%s", t->folder, name);

	assert_true(t->options.count < MOST_PATHS);
	return t->paths[t->options.count++] = path;
}

static inline void
logs_make(struct loop_logs *t)
{
	struct fault why;

	t->logs = logs_new(&t->loop, &t->options, logs_changed, t, &why);
	if (!t->logs)
		fail_msg("%s", why.text);
}

static inline void
logs_read_all(struct loop_logs *t)
{
	logs_make(t);
	logs_read(t->logs, logs_done);
	assert_int_equal(t->done, 0);
	while (!t->done)
		loop_turn(&t->loop);
}

static inline void
logs_await_lines(struct loop_logs *t, uint64_t lines)
{
	while (logs_state(t->logs).state == LOG_SCANNING ||
		history_totals(logs_history(t->logs)).lines < lines)
		loop_turn(&t->loop);
}

static inline void
logs_await_state(struct loop_logs *t, enum log_state state)
{
	while (logs_state(t->logs).state != state)
		loop_turn(&t->loop);
}

static inline int
logs_remove(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

/* Closes the logs and sees that nothing comes after, and that the loop can be closed. */
static inline void
logs_end(struct loop_logs *t)
{
	size_t changes = t->changes, done = t->done;

	if (t->logs)
		logs_close(t->logs, logs_closed, t);
	uv_close((uv_handle_t *)&t->watchdog, NULL);
	assert_int_equal(uv_run(&t->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(t->closed, t->logs ? 1 : 0);
	assert_int_equal(t->changes, changes);
	assert_int_equal(t->done, done);
	assert_int_equal(uv_loop_close(&t->loop), 0);
	for (size_t i = 0; i < t->options.count; i++)
		free(t->paths[i]);
	still_end(&t->still);
	assert_int_equal(nftw(t->folder, logs_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void
add_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Lines of numbered minutes, one relay each of `relays`. */
static inline void
add_lines(const char *path, int from, int to)
{
	struct text t = {NULL, 0, 0};

	for (int i = from; i < to; i++)
		text_printf(&t,
			"2026-11-%02dT%02d:%02d:%02d+00:00 mail sm-mta[%d]: STARTTLS=client, "
			"relay=mx%d.example.net., version=TLSv1.3, verify=%s, cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n",
			1 + i / 86400, i / 3600 % 24, i / 60 % 60, i % 60, 1000 + i % 500, i % 7,
			i % 3 ? "FAIL" : "OK");
	if (t.at)
		add_text(path, t.at);
	text_free(&t);
}

/* STARTTLS lines of a relay of add_lines(), of both words. */
static inline uint64_t
handshakes(const struct loop_logs *t, const char *relay)
{
	const struct relay *r = history_find(logs_history(t->logs), DIRECTION_CLIENT, relay);

	return r ? r->counts[VERIFY_OK] + r->counts[VERIFY_FAIL] : 0;
}

#endif
