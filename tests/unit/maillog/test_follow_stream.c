#include "followed.h"

#include <errno.h>
#include <sys/socket.h>

static int
a_pipe(int *write_end)
{
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	*write_end = fds[1];
	return fds[0];
}

static int
a_socket(int *write_end)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	*write_end = fds[1];
	return fds[0];
}

static void
what_comes_in_pieces_is_cut_into_lines(void **state)
{
	int (*const kinds[])(int *) = {a_pipe, a_socket};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct followed t;
		int out;

		followed_begin(&t);
		t.follow = follow_descriptor(&t.loop, kinds[i](&out), &t.events);
		uv_run(&t.loop, UV_RUN_NOWAIT);
		assert_int_equal(write(out, "one\ntw", 6), 6);
		followed_lines(&t, 1);
		assert_string_equal(got(&t), "one\n");
		assert_int_equal(follow_state(t.follow, NULL), FOLLOW_READING);
		assert_int_equal(write(out, "o\nrest", 6), 6);
		close(out);
		followed_state(&t, FOLLOW_ENDED);
		assert_string_equal(got(&t), "one\ntwo\nrest\n");
		assert_int_equal(follow_bytes(t.follow), 12);
		followed_end(&t);
	}
}

static void
files_and_devices_that_poll_refuses_are_read(void **state)
{
	static const struct {
		const char *path; /* NULL: a file with the text */
		const char *text;
	} cases[] = {{NULL, "one\ntwo\n"}, {NULL, "one\nrest"}, {NULL, ""}, {"/dev/null", ""}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct followed t;
		char wanted[32];

		followed_begin(&t);
		append(t.log, cases[i].text);
		t.follow = follow_descriptor(&t.loop,
			open(cases[i].path ? cases[i].path : t.log, O_RDONLY | O_CLOEXEC), &t.events);
		followed_state(&t, FOLLOW_ENDED);
		snprintf(wanted, sizeof wanted, "%s%s", cases[i].text,
			strstr(cases[i].text, "rest") ? "\n" : "");
		assert_string_equal(got(&t), wanted);
		followed_end(&t);
	}
}

/* As a shell does with `(head -1; verifail -) < log`. */
static void
a_regular_file_is_read_from_where_it_stands(void **state)
{
	struct followed t;
	int fd;

	(void)state;
	followed_begin(&t);
	append(t.log, "one\ntwo\n");
	fd = open(t.log, O_RDONLY | O_CLOEXEC);
	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	t.follow = follow_descriptor(&t.loop, fd, &t.events);
	followed_state(&t, FOLLOW_ENDED);
	assert_string_equal(got(&t), "two\n");
	followed_end(&t);
}

static void
a_directory_cannot_be_read(void **state)
{
	struct followed t;
	struct fault why;

	(void)state;
	followed_begin(&t);
	t.follow = follow_descriptor(&t.loop, open(t.folder, O_RDONLY | O_CLOEXEC), &t.events);
	followed_state(&t, FOLLOW_TROUBLE);
	follow_state(t.follow, &why);
	assert_int_equal(why.code, -EISDIR);
	followed_end(&t);
}

static void
a_fifo_waits_for_its_writer(void **state)
{
	struct followed t;
	struct log_file file;
	int out;

	(void)state;
	followed_begin(&t);
	assert_int_equal(mkfifo(t.log, 0600), 0);
	assert_int_equal(log_file_open(t.log, &file, NULL), 0);
	assert_false(file.regular);
	t.follow = follow_descriptor(&t.loop, file.fd, &t.events);
	for (int i = 0; i < 5; i++)
		uv_run(&t.loop, UV_RUN_NOWAIT);
	assert_int_equal(follow_state(t.follow, NULL), FOLLOW_READING);
	out = open(t.log, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(out, "one\n", 4), 4);
	followed_lines(&t, 1);
	close(out);
	followed_state(&t, FOLLOW_ENDED);
	assert_string_equal(got(&t), "one\n");
	followed_end(&t);
}

/* O_NONBLOCK belongs to the description that our parent uses too. */
static void
the_pipe_of_others_stays_blocking(void **state)
{
	struct followed t;
	int out, in, kept;

	(void)state;
	followed_begin(&t);
	in = a_pipe(&out);
	kept = fcntl(in, F_DUPFD_CLOEXEC, 0);
	t.follow = follow_descriptor(&t.loop, in, &t.events);
	assert_int_equal(write(out, "one\n", 4), 4);
	followed_lines(&t, 1);
	assert_int_equal(fcntl(kept, F_GETFL) & O_NONBLOCK, 0);
	close(kept);
	close(out);
	followed_end(&t);
}

/* Longer than what one pass of the loop takes, and than a pipe holds. */
static void
much_is_taken_in_slices(void **state)
{
	struct followed t;
	size_t count = 200000, passes = 0;
	FILE *file;

	(void)state;
	followed_begin(&t);
	file = fopen(t.log, "we");
	for (size_t i = 0; i < count; i++)
		fprintf(file, "line %zu of many that fill the file\n", i);
	fclose(file);
	t.follow = follow_descriptor(&t.loop, open(t.log, O_RDONLY | O_CLOEXEC), &t.events);
	while (follow_state(t.follow, NULL) != FOLLOW_ENDED) {
		uv_run(&t.loop, UV_RUN_NOWAIT);
		passes++;
	}
	assert_int_equal(t.lines, count);
	assert_true(passes > 2);
	followed_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_in_pieces_is_cut_into_lines),
		cmocka_unit_test(files_and_devices_that_poll_refuses_are_read),
		cmocka_unit_test(a_regular_file_is_read_from_where_it_stands),
		cmocka_unit_test(a_directory_cannot_be_read),
		cmocka_unit_test(a_fifo_waits_for_its_writer),
		cmocka_unit_test(the_pipe_of_others_stays_blocking),
		cmocka_unit_test(much_is_taken_in_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
