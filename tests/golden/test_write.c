/* What `w` writes, and where. */
#include "screen.h"

#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void
a_file_is_written_for_its_owner_alone_and_never_over_another(void **state)
{
	struct screen *s = *state;
	char folder[] = "/tmp/verifail-golden-XXXXXX";
	char *path, *keys;
	struct stat st;

	assert_non_null(mkdtemp(folder));
	path = text_new("%s/report", folder);
	keys = text_new("w\025%s\r", path);
	screen_play(s, keys);
	screen_shows(s, "written: ");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(st.st_size > 100);
	screen_play(s, keys);
	screen_shows(s, "is already there");
	unlink(path);
	rmdir(folder);
	free(path);
	free(keys);
}

static char *
written_by(struct screen *s, const char *path, const char *keys)
{
	char *all = text_new("%sw\025%s\r", keys, path);
	unsigned char *contents = NULL;
	size_t len;

	unlink(path);
	screen_play(s, all);
	free(all);
	assert_int_equal(file_read(path, 1 << 20, &contents, &len), 0);
	return (char *)contents;
}

/* What a log line of an attacker, or about our users, becomes when it is sent to somebody. */
static void
log_lines_are_written_whole_harmless_and_without_who_wrote_to_whom(void **state)
{
	struct screen *s = *state;
	char folder[] = "/tmp/verifail-golden-XXXXXX", *path, *got;

	assert_non_null(mkdtemp(folder));
	path = text_new("%s/lines", folder);
	got = written_by(s, path, "jL");
	assert_non_null(strstr(got, "mx1 sm-mta[812]: [id]: to=<a?[[address]>, delay=00:00:02, stat="));
	assert_non_null(strstr(got,
		"version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n"));
	assert_null(strstr(got, "@example.net"));
	assert_null(strstr(got, "6AM7k1Bx000812"));
	assert_null(strchr(got, '\033'));
	free(got);
	s->engine.dig.texts[1] = (char *)"evil\033]0;x\a.\t300\tIN\tA\t192.0.2.10\n";
	got = written_by(s, path, "\033d");
	assert_non_null(strstr(got, "192.0.2.10"));
	assert_null(strchr(got, '\033'));
	free(got);
	unlink(path);
	rmdir(folder);
	free(path);
}

int
main(void)
{
#define WRITE_TEST(f) cmocka_unit_test_setup_teardown(f, screen_setup, screen_teardown)
	const struct CMUnitTest tests[] = {
		WRITE_TEST(a_file_is_written_for_its_owner_alone_and_never_over_another),
		WRITE_TEST(log_lines_are_written_whole_harmless_and_without_who_wrote_to_whom),
	};

	return cmocka_run_group_tests_name("write", tests, NULL, NULL);
}
