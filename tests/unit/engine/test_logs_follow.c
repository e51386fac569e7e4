#include "loop_logs.h"

#include "maillog/block.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define LINES 3000

static void
start(struct loop_logs *t)
{
	logs_make(t);
	assert_int_equal(logs_state(t->logs).state, LOG_NONE);
	logs_follow(t->logs);
	assert_int_equal(logs_state(t->logs).state, LOG_SCANNING);
}

/* Lines are added at every moment of the first scan, also in two halves. */
static void
lines_that_come_while_it_catches_up_count_once(void **state)
{
	(void)state;
	for (int64_t block = 2000; block < 400000; block *= 3) {
		struct loop_logs t;
		int added = LINES, passes = 0;

		logs_begin(&t);
		add_lines(logs_name_one(&t, "mail.log"), 0, LINES);
		add_text(t.paths[0], "2026-11-30T00:00:00+00:00 mail sm-mta[1]: STARTTLS=client, relay=ha");
		t.options.block = block;
		start(&t);
		add_text(t.paths[0], "lf.example.net., version=TLSv1.3, verify=OK, cipher=X, bits=256/256\n");
		while (logs_state(t.logs).state == LOG_SCANNING || added < LINES + 20) {
			if (passes++ < 20) {
				add_lines(t.paths[0], added, added + 1);
				added++;
			}
			if (passes < 20)
				uv_run(&t.loop, UV_RUN_NOWAIT);
			else
				loop_turn(&t.loop);
		}
		logs_await_lines(&t, (uint64_t)added + 1);
		assert_int_equal(history_totals(logs_history(t.logs)).lines, added + 1);
		assert_int_equal(handshakes(&t, "half.example.net"), 1);
		assert_int_equal(handshakes(&t, "mx0.example.net"), (added + 6) / 7);
		assert_int_equal(logs_state(t.logs).state, LOG_LIVE);
		logs_end(&t);
	}
}

/* The log is rotated while it is read for the first time: by rename, and by copytruncate before anything was
 * read. */
static void
a_rotation_during_the_first_scan_loses_nothing(void **state)
{
	(void)state;
	for (int rename_it = 0; rename_it < 2; rename_it++) {
		struct loop_logs t;
		char *old;

		logs_begin(&t);
		old = text_new("%s/mail.log.1", t.folder);
		add_lines(logs_name_one(&t, "mail.log"), 0, LINES);
		t.options.block = 20000;
		start(&t);
		while (logs_state(t.logs).bytes_read == 0)
			loop_turn(&t.loop);
		if (rename_it) {
			assert_int_equal(rename(t.paths[0], old), 0);
			add_lines(t.paths[0], LINES, LINES + 10);
			add_lines(old, LINES + 10, LINES + 20);
		} else {
			logs_await_lines(&t, LINES);
			assert_int_equal(truncate(t.paths[0], 0), 0);
			add_lines(t.paths[0], LINES, LINES + 20);
		}
		logs_await_lines(&t, LINES + 20);
		assert_int_equal(history_totals(logs_history(t.logs)).lines, LINES + 20);
		assert_memory_equal(logs_state(t.logs).note, rename_it ? "rotated" : "truncated", 7);
		free(old);
		logs_end(&t);
	}
}

static void
a_named_file_that_is_not_there_is_waited_for(void **state)
{
	struct loop_logs t;

	(void)state;
	logs_begin(&t);
	logs_name_one(&t, "mail.log");
	start(&t);
	logs_await_state(&t, LOG_WAITING);
	assert_int_equal(logs_state(t.logs).fault.code, -ENOENT);
	assert_non_null(strstr(logs_state(t.logs).fault.text, t.paths[0]));
	add_lines(t.paths[0], 0, 5);
	logs_await_lines(&t, 5);
	logs_await_state(&t, LOG_LIVE);
	assert_int_equal(logs_state(t.logs).fault.kind, FAULT_NONE);
	logs_end(&t);
}

/* An archive, a rotated file, the log itself and one that is not there: the worst state is told. */
static void
several_logs_are_followed_at_once(void **state)
{
	struct loop_logs t;
	char *command;

	(void)state;
	logs_begin(&t);
	add_lines(logs_name_one(&t, "mail.log.2"), 0, 100);
	command = text_new("gzip -q %s", t.paths[0]);
	assert_int_equal(system(command), 0);
	free(command);
	free(t.paths[0]);
	t.paths[0] = text_new("%s/mail.log.2.gz", t.folder);
	add_lines(logs_name_one(&t, "mail.log.1"), 100, 200);
	add_lines(logs_name_one(&t, "mail.log"), 200, 300);
	logs_name_one(&t, "other.log");
	start(&t);
	logs_await_state(&t, LOG_WAITING);
	assert_string_equal(logs_state(t.logs).name, "4 logs");
	assert_int_equal(history_totals(logs_history(t.logs)).lines, 300);
	for (int i = 0; i < 10; i++) {
		add_lines(t.paths[1], 300 + i, 301 + i);
		add_lines(t.paths[2], 400 + i, 401 + i);
		add_lines(t.paths[3], 500 + i, 501 + i);
		logs_await_lines(&t, 300 + 3 * (uint64_t)(i + 1));
	}
	logs_await_state(&t, LOG_LIVE);
	assert_int_equal(history_totals(logs_history(t.logs)).lines, 330);
	logs_end(&t);
}

/* Before all of a long log is read its end is shown, and then replaced. */
static void
the_end_of_a_long_log_is_shown_first(void **state)
{
	struct loop_logs t;
	bool shown = false;

	(void)state;
	logs_begin(&t);
	logs_name_one(&t, "mail.log");
	for (int i = 0; i < 20; i++)
		add_lines(t.paths[0], i * 1000, i * 1000 + 1000);
	t.options.block = 100000;
	start(&t);
	while (logs_state(t.logs).state == LOG_SCANNING) {
		uint64_t lines = history_totals(logs_history(t.logs)).lines;

		shown = shown || (lines > 0 && lines < 20000);
		assert_true(logs_state(t.logs).bytes_read <= logs_state(t.logs).bytes_total);
		loop_turn(&t.loop);
	}
	assert_true(shown);
	assert_int_equal(history_totals(logs_history(t.logs)).lines, 20000);
	logs_end(&t);
}

static void
a_source_is_followed_and_started_again(void **state)
{
	struct loop_logs t;

	(void)state;
	logs_begin(&t);
	t.options.source =
		"echo '2026-11-01T00:00:00+00:00 mail sm-mta[1]: STARTTLS=client, relay=mx0.example.net., "
		"version=TLSv1.3, verify=OK, cipher=X, bits=256/256'; echo gone >&2; exit 5";
	start(&t);
	logs_await_state(&t, LOG_TROUBLE);
	assert_non_null(strstr(logs_state(t.logs).fault.text, "status 5: gone"));
	logs_await_lines(&t, 3);
	assert_true(handshakes(&t, "mx0.example.net") >= 3);
	assert_string_equal(logs_state(t.logs).name, t.options.source);
	logs_end(&t);
}

/* A program in the journal's place ends after each line that it gives; it must not be asked for the same
 * again. */
static void
the_journal_goes_on_where_it_ended(void **state)
{
	static const char *const nowhere[] = {"/nowhere/maillog", NULL};
	struct loop_logs t;
	char *program, *path, *script, *before = mem_text(getenv("PATH"));

	(void)state;
	logs_begin(&t);
	program = text_new("%s/journalctl", t.folder);
	path = text_new("%s:%s", t.folder, before);
	script = text_new(
		"#!/bin/sh\necho \"$*\" >> %s/asked\nn=$(wc -l < %s/asked)\n"
		"echo \"2026-11-01T00:00:0$n.123456+0000 mail sendmail[1]: line $n\"\ntest $n -lt 3 || exec cat "
		"\"$STILL\"\n",
		t.folder, t.folder);
	add_text(program, script);
	assert_int_equal(chmod(program, 0755), 0);
	setenv("PATH", path, 1);
	t.options.usual = nowhere;
	start(&t);
	logs_await_lines(&t, 3);
	assert_int_equal(history_totals(logs_history(t.logs)).lines, 3);
	free(script);
	script = text_new(
		"test $(grep -c -- ' -f --no-tail' %s/asked) = 3 && grep -q -- '--since=@1793491201.124$' "
		"%s/asked && grep -q -- '--since=@1793491202.124$' %s/asked",
		t.folder, t.folder, t.folder);
	assert_int_equal(system(script), 0);
	logs_end(&t);
	setenv("PATH", before, 1);
	free(program);
	free(path);
	free(script);
	free(before);
}

static void
over_long_lines_are_counted_while_following(void **state)
{
	struct loop_logs t;
	char *line = mem_new(LINES_LONGEST + 3, 1);

	(void)state;
	logs_begin(&t);
	add_lines(logs_name_one(&t, "mail.log"), 0, 1);
	start(&t);
	logs_await_state(&t, LOG_LIVE);
	memset(line, 'x', (LINES_LONGEST + 1));
	line[(LINES_LONGEST + 1)] = '\n';
	add_text(t.paths[0], line);
	add_lines(t.paths[0], 1, 3);
	logs_await_lines(&t, 3);
	add_lines(t.paths[0], 3, 4);
	logs_await_lines(&t, 5);
	assert_int_equal(history_totals(logs_history(t.logs)).skipped, 1);
	free(line);
	logs_end(&t);
}

/* A block ends within such a line; the rest of it begins as a line would. */
static void
the_rest_of_an_over_long_line_is_no_line(void **state)
{
	(void)state;
	for (int ended = 0; ended < 2; ended++) {
		struct loop_logs t;
		char *line = mem_new(BLOCK_ROOM + 1, 1);

		struct stat st;

		logs_begin(&t);
		add_lines(logs_name_one(&t, "mail.log"), 0, 1);
		assert_int_equal(stat(t.paths[0], &st), 0);
		memset(line, 'x', BLOCK_ROOM - (size_t)st.st_size);
		add_text(t.paths[0], line);
		add_text(t.paths[0],
			"2026-11-30T00:00:00+00:00 mail sm-mta[1]: STARTTLS=client, relay=forged.example.net., "
			"version=TLSv1.3, verify=OK, cipher=X, bits=256/256");
		if (ended)
			add_text(t.paths[0], "\n");
		start(&t);
		logs_await_state(&t, LOG_LIVE);
		if (!ended)
			add_text(t.paths[0], "\n");
		add_lines(t.paths[0], 1, 2);
		/* One that has no end yet is met twice, and counted twice: when the file is read, and at its
		 * end. */
		logs_await_lines(&t, ended ? 3 : 4);
		assert_int_equal(handshakes(&t, "forged.example.net"), 0);
		assert_int_equal(history_totals(logs_history(t.logs)).lines, ended ? 3 : 4);
		free(line);
		logs_end(&t);
	}
}

/* After so many passes of the loop: before it begins, while files are opened, while they are read, and after.
 */
static void
it_can_be_closed_at_any_moment(void **state)
{
	(void)state;
	for (int passes = -1; passes < 40; passes++)
		for (int live = 0; live < 2; live++) {
			struct loop_logs t;

			logs_begin(&t);
			add_lines(logs_name_one(&t, "mail.log"), 0, 200);
			add_lines(logs_name_one(&t, "other.log"), 0, 200);
			t.options.source = "cat \"$STILL\"";
			t.options.block = 1000;
			logs_make(&t);
			if (passes >= 0 && live)
				logs_follow(t.logs);
			else if (passes >= 0)
				logs_read(t.logs, logs_done);
			for (int i = 0; i < passes; i++)
				uv_run(&t.loop, UV_RUN_NOWAIT);
			logs_end(&t);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_come_while_it_catches_up_count_once),
		cmocka_unit_test(a_rotation_during_the_first_scan_loses_nothing),
		cmocka_unit_test(a_named_file_that_is_not_there_is_waited_for),
		cmocka_unit_test(several_logs_are_followed_at_once),
		cmocka_unit_test(the_end_of_a_long_log_is_shown_first),
		cmocka_unit_test(a_source_is_followed_and_started_again),
		cmocka_unit_test(the_journal_goes_on_where_it_ended),
		cmocka_unit_test(over_long_lines_are_counted_while_following),
		cmocka_unit_test(the_rest_of_an_over_long_line_is_no_line),
		cmocka_unit_test(it_can_be_closed_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
