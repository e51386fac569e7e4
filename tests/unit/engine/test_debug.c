#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/debug.h"
#include "tests/unit/cm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bench {
	char folder[40];
	char *path;
};

static int
start(void **state)
{
	struct bench *b = mem_new(1, sizeof *b);

	strcpy(b->folder, "/tmp/verifail-debug-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	b->path = text_new("%s/debug.log", b->folder);
	*state = b;
	return 0;
}

static int
end(void **state)
{
	struct bench *b = *state;

	unlink(b->path);
	assert_int_equal(rmdir(b->folder), 0);
	free(b->path);
	free(b);
	return 0;
}

/* What a connection that ended with that fault and those lines leaves in the file. The caller frees it. */
static char *
record(const struct bench *b, const char *fault, const char *const *lines, size_t count)
{
	struct fault why = {0};
	struct debug *d = debug_open(b->path, &why);
	struct observation *o = observation_new();
	unsigned char *bytes;
	size_t len;

	if (!d)
		fail_msg("%s", why.text);
	assert_true(address_parse(span_of("2001:db8::25"), &o->address));
	o->port = 25;
	o->begun_ms = INT64_C(1763467200000);
	o->reached = STAGE_GREETING;
	fault_set(&o->fault, FAULT_REPLY, 554, "%s", fault);
	o->transcript = mem_new(count, sizeof *o->transcript);
	o->transcript_count = count;
	for (size_t i = 0; i < count; i++)
		o->transcript[i] = (struct transcript_line){
			.at_ms = (int64_t)i * 7, .mark = '<', .text = mem_text(lines[i])};
	debug_connection(d, o);
	observation_unref(o);
	assert_int_equal(file_read(b->path, 1 << 20, &bytes, &len), 0); /* written before it is closed */
	debug_close(d);
	return (char *)bytes;
}

static void
a_connection_is_recorded_with_its_dialogue(void **state)
{
	static const char *const lines[] = {"220 mx.example.net ESMTP", "250 ok"};
	char *text = record(*state, "it said 554", lines, COUNT(lines));

	assert_non_null(strstr(text,
		" connection to 2001:db8::25 port 25: reached greeting, fault reply 554 it said 554\n"));
	assert_non_null(strstr(text, "\n     0 < 220 mx.example.net ESMTP\n     7 < 250 ok\n"));
	free(text);
}

/* Somebody will look at the file in a terminal. */
static void
a_peers_bytes_are_harmless(void **state)
{
	static const char *const lines[] = {"220 \x1b]0;title\x07 \302\23331m\xe2\x80\xae \r\x7f\ttab",
		"\n forged line", "a\\x1b in letters"};
	char *text = record(*state, "it said \x1b[31m554\nforged", lines, COUNT(lines));

	for (const char *c = text; *c; c++)
		assert_true(*c == '\n' || (*c >= ' ' && *c < 0x7f));
	assert_non_null(strstr(text,
		"< 220 \\x1b]0;title\\x07 \\xc2\\x9b31m\\xe2\\x80\\xae \\x0d\\x7f\\x09tab\n"));
	assert_non_null(strstr(text, "< \\x0a forged line\n"));
	assert_non_null(strstr(text, "< a\\x5cx1b in letters\n"));
	assert_non_null(strstr(text, "it said \\x1b[31m554\\x0aforged\n"));
	free(text);
}

static void
the_file_is_for_its_owner_and_grows(void **state)
{
	struct bench *b = *state;
	mode_t mask = umask(0);
	char *once = record(b, "first", NULL, 0), *twice = record(b, "second", NULL, 0);
	struct stat st;

	umask(mask);
	assert_int_equal(stat(b->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(strncmp(once, twice, strlen(once)), 0);
	assert_non_null(strstr(twice, "second"));
	free(once);
	free(twice);
}

enum obstacle { A_LINK, A_FOLDER, A_PIPE, NO_FOLDER };

static void
what_is_no_file_of_ours_is_refused(void **state)
{
	static const struct {
		enum obstacle obstacle;
		int code;
	} cases[] = {{A_LINK, -ELOOP}, {A_FOLDER, -EISDIR}, {A_PIPE, -ENXIO}, {NO_FOLDER, -ENOENT}};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *path = text_new("%s%s", b->path, cases[i].obstacle == NO_FOLDER ? "/none" : "");
		struct fault why = {0};

		if (cases[i].obstacle == A_LINK)
			assert_int_equal(symlink("/dev/null", b->path), 0);
		else if (cases[i].obstacle == A_FOLDER)
			assert_int_equal(mkdir(b->path, 0700), 0);
		else if (cases[i].obstacle == A_PIPE)
			assert_int_equal(mkfifo(b->path, 0600), 0);
		assert_null(debug_open(path, &why));
		assert_int_equal(why.kind, FAULT_FILE);
		assert_int_equal(why.code, cases[i].code);
		assert_non_null(strstr(why.text, path));
		remove(b->path);
		free(path);
	}
}

static void
without_a_file_nothing_is_recorded(void **state)
{
	struct observation *o = observation_new();

	(void)state;
	debug_connection(NULL, o);
	debug_close(NULL);
	assert_int_equal(o->refs, 1);
	observation_unref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_connection_is_recorded_with_its_dialogue, start, end),
		cmocka_unit_test_setup_teardown(a_peers_bytes_are_harmless, start, end),
		cmocka_unit_test_setup_teardown(the_file_is_for_its_owner_and_grows, start, end),
		cmocka_unit_test_setup_teardown(what_is_no_file_of_ours_is_refused, start, end),
		cmocka_unit_test(without_a_file_nothing_is_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
