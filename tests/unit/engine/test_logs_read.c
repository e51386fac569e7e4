#include "loop_logs.h"

#include <errno.h>

#define LINES 7000

static void
the_result_is_the_same_however_it_is_cut(void **state)
{
	static const int64_t blocks[] = {0, 1, 333, 4096, 100000};

	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		struct loop_logs t;
		int lines = blocks[i] == 1 ? 7 : LINES;
		struct stat st;

		logs_begin(&t);
		add_lines(logs_name_one(&t, "mail.log"), 0, lines);
		assert_int_equal(stat(t.paths[0], &st), 0);
		t.options.block = blocks[i];
		logs_read_all(&t);
		assert_int_equal(t.fault.kind, FAULT_NONE);
		assert_int_equal(history_totals(logs_history(t.logs)).lines, lines);
		assert_int_equal(history_totals(logs_history(t.logs)).bytes, st.st_size);
		assert_int_equal(history_totals(logs_history(t.logs)).skipped, 0);
		assert_int_equal(history_relay_count(logs_history(t.logs)), 7);
		assert_int_equal(handshakes(&t, "mx3.example.net"), lines / 7);
		assert_int_equal(logs_state(t.logs).state, LOG_ENDED);
		assert_string_equal(logs_state(t.logs).name, t.paths[0]);
		logs_end(&t);
	}
}

static void
compress(const char *path)
{
	char *command = text_new("gzip -q %s", path);

	assert_int_equal(system(command), 0);
	free(command);
}

/* Given in the wrong order, one of them compressed under a name that does not say so. */
static void
several_files_are_one_history_in_the_order_of_their_lines(void **state)
{
	struct loop_logs t;
	char *packed;

	(void)state;
	logs_begin(&t);
	add_lines(logs_name_one(&t, "mail.log"), 2000, 3000);
	add_lines(logs_name_one(&t, "mail.log.2"), 0, 1000);
	add_lines(logs_name_one(&t, "mail.log.1"), 1000, 2000);
	compress(t.paths[1]);
	packed = text_new("%s.gz", t.paths[1]);
	assert_int_equal(rename(packed, t.paths[1]), 0);
	free(packed);
	t.options.block = 5000;
	logs_read_all(&t);
	assert_int_equal(t.fault.kind, FAULT_NONE);
	assert_string_equal(logs_state(t.logs).name, "3 logs");
	assert_int_equal(history_totals(logs_history(t.logs)).lines, 3000);
	/* The last word is of the newest line, wherever its file was named. */
	assert_int_equal(history_find(logs_history(t.logs), DIRECTION_CLIENT, "mx3.example.net")->last.verify,
		2995 % 3 ? VERIFY_FAIL : VERIFY_OK);
	assert_int_equal(history_totals(logs_history(t.logs)).last_ms -
				 history_totals(logs_history(t.logs)).first_ms,
		2999 * 1000);
	logs_end(&t);
}

static void
the_same_file_counts_once(void **state)
{
	struct loop_logs t;

	(void)state;
	logs_begin(&t);
	add_lines(logs_name_one(&t, "mail.log"), 0, 10);
	logs_name_one(&t, "mail.log");
	assert_int_equal(link(t.paths[0], logs_name_one(&t, "again.log")), 0);
	logs_read_all(&t);
	assert_int_equal(history_totals(logs_history(t.logs)).lines, 10);
	assert_string_equal(logs_state(t.logs).name, t.paths[0]);
	logs_end(&t);
}

static void
what_is_no_log_is_counted_or_told(void **state)
{
	static const struct {
		const char *text; /* NULL: there is no file */
		size_t times;
		uint64_t lines, skipped;
		int code;
	} cases[] = {
		{NULL, 0, 1, 0, -ENOENT},
		{"", 0, 1, 0, 0},
		{"\x01\x02\xff\xfe\n", 5, 6, 5, 0},
		{"0123456789abcdef", 65536, 2, 1, 0}, /* one line of a megabyte, without an end */
		{"\x28\xb5\x2f\xfd is no frame at all, whatever it says", 1, 1, 0, -EIO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct loop_logs t;
		struct text bytes = {NULL, 0, 0};

		logs_begin(&t);
		add_lines(logs_name_one(&t, "good.log"), 0, 1);
		logs_name_one(&t, "bad.log");
		for (size_t k = 0; k < cases[i].times; k++)
			text_put(&bytes, cases[i].text);
		if (cases[i].text)
			add_text(t.paths[1], bytes.at ? bytes.at : "");
		t.options.block = 100000;
		logs_read_all(&t);
		assert_int_equal(t.fault.code, cases[i].code);
		assert_int_equal(logs_state(t.logs).state, cases[i].code ? LOG_TROUBLE : LOG_ENDED);
		if (cases[i].code)
			assert_non_null(strstr(t.fault.text, t.paths[1]));
		assert_int_equal(history_totals(logs_history(t.logs)).lines, cases[i].lines);
		assert_int_equal(history_totals(logs_history(t.logs)).skipped, cases[i].skipped);
		assert_int_equal(handshakes(&t, "mx0.example.net"), 1);
		text_free(&bytes);
		logs_end(&t);
	}
}

static void
a_last_line_without_its_end_counts(void **state)
{
	struct loop_logs t;

	(void)state;
	logs_begin(&t);
	add_lines(logs_name_one(&t, "mail.log"), 0, 1);
	add_text(t.paths[0],
		"2026-11-01T00:00:09+00:00 mail sm-mta[1]: STARTTLS=client, relay=mx0.example.net., "
		"version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256");
	logs_read_all(&t);
	assert_int_equal(handshakes(&t, "mx0.example.net"), 2);
	logs_end(&t);
}

static void
since_leaves_out_what_is_older(void **state)
{
	struct loop_logs t;

	(void)state;
	logs_begin(&t);
	add_lines(logs_name_one(&t, "mail.log"), 0, 70);
	assert_true(when_parse(span_of("2026-11-01T00:00:35+00:00"), &t.options.since_ms));
	logs_read_all(&t);
	assert_int_equal(handshakes(&t, "mx0.example.net"), 5);
	logs_end(&t);
}

/* Standard input from a pipe and from a file, and a command. */
static void
streams_are_read_to_their_ends(void **state)
{
	static const char *const commands[] = {NULL, "cat", "cat /nowhere; exit 3"};
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

	(void)state;
	for (size_t i = 0; i < COUNT(commands); i++) {
		struct loop_logs t;
		char *path, *command;
		int fd;

		logs_begin(&t);
		path = text_new("%s/mail.log", t.folder);
		command = text_new("%s %s", commands[i] ? commands[i] : "", path);
		add_lines(path, 0, 1000);
		fd = open(path, O_RDONLY);
		assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
		close(fd);
		if (!commands[i])
			logs_name_one(&t, "-");
		else
			t.options.source = command;
		logs_read_all(&t);
		assert_int_equal(history_totals(logs_history(t.logs)).lines, i < 2 ? 1000 : 0);
		assert_int_equal(t.fault.kind, i < 2 ? FAULT_NONE : FAULT_FILE);
		assert_string_equal(logs_state(t.logs).name, commands[i] ? command : "standard input");
		logs_end(&t);
		free(command);
		free(path);
	}
	dup2(kept, STDIN_FILENO);
	close(kept);
}

static void
standard_input_is_named_once(void **state)
{
	struct loop_logs t;
	struct fault why;

	(void)state;
	logs_begin(&t);
	logs_name_one(&t, "-");
	logs_name_one(&t, "-");
	assert_null(logs_new(&t.loop, &t.options, logs_changed, &t, &why));
	assert_int_equal(why.kind, FAULT_USAGE);
	logs_end(&t);
}

/* The first usual place that is there, else the journal: here a program of that name. */
static void
without_a_name_the_usual_places_are_tried(void **state)
{
	static const char *const there[] = {"maillog", "mail.log", NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(there); i++) {
		struct loop_logs t;
		char *first, *second, *program, *path, *before = mem_text(getenv("PATH"));
		const char *usual[3] = {NULL};

		logs_begin(&t);
		usual[0] = first = text_new("%s/maillog", t.folder);
		usual[1] = second = text_new("%s/mail.log", t.folder);
		program = text_new("%s/journalctl", t.folder);
		path = text_new("%s:%s", t.folder, before);
		add_text(program, "#!/bin/sh\necho \"2026-11-01T00:00:00+0000 mail sendmail[1]: $*\"\n");
		assert_int_equal(chmod(program, 0755), 0);
		setenv("PATH", path, 1);
		if (there[i])
			add_lines(i == 0 ? first : second, 0, 20);
		t.options.usual = usual;
		logs_read_all(&t);
		assert_int_equal(history_totals(logs_history(t.logs)).lines, there[i] ? 20 : 1);
		if (there[i])
			assert_string_equal(logs_state(t.logs).name, i == 0 ? first : second);
		else
			assert_non_null(strstr(logs_state(t.logs).name, "journal"));
		logs_end(&t);
		setenv("PATH", before, 1);
		free(first);
		free(second);
		free(program);
		free(path);
		free(before);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_result_is_the_same_however_it_is_cut),
		cmocka_unit_test(several_files_are_one_history_in_the_order_of_their_lines),
		cmocka_unit_test(the_same_file_counts_once),
		cmocka_unit_test(what_is_no_log_is_counted_or_told),
		cmocka_unit_test(a_last_line_without_its_end_counts),
		cmocka_unit_test(since_leaves_out_what_is_older),
		cmocka_unit_test(streams_are_read_to_their_ends),
		cmocka_unit_test(standard_input_is_named_once),
		cmocka_unit_test(without_a_name_the_usual_places_are_tried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
