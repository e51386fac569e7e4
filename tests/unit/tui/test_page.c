/* Pages at every width, the prompt in the footer, files that are written, the clipboard for long texts. */
#include "tests/unit/cm.h"

#include "base/file.h"
#include "base/mem.h"
#include "tui/clipboard.h"
#include "tui/prompt.h"
#include "base/safe.h"
#include "tui/page.h"
#include "tui/write_file.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
assert_pieces(const char *text, int hang, int width, bool ascii, const char *want)
{
	struct page l = {.hang = hang};
	struct text got = {NULL, 0, 0};

	text_put(&got, "");
	page_add(&l, ATTR_MARK, span_of(text));
	page_wrap(&l, 0, width, ascii);
	for (size_t i = 0; i < l.count; i++) {
		text_printf(&got, "%s%s", i ? "|" : "", l.at[i].text);
		assert_int_equal(l.at[i].attr, ATTR_MARK);
	}
	assert_string_equal(got.at, want);
	text_free(&got);
	page_free(&l);
}

static void
long_lines_break_where_they_may_and_hang(void **state)
{
	static const struct {
		const char *text;
		int hang, width;
		bool ascii;
		const char *pieces;
	} cases[] = {
		{"", 0, 20, false, ""},
		{"12345678", 0, 8, false, "12345678"},
		{"123456789", 0, 8, false, "12345678|    9"},
		{"12345 789", 0, 8, false, "12345 |    789"},
		{"1 3456789", 0, 8, false, "1 345678|    9"}, /* too far back to break there */
		{"aa:bb:cc:dd:ee:ff", 2, 8, false, "aa:bb:|  cc:dd:|  ee:ff"},
		{"at http://a/", 2, 10, false, "at http://|  a/"}, /* "http:" is not torn off */
		{"from http://ab.example", 2, 12, false, "from http://|  ab.example"},
		{"look at http://a.b", 1, 13, false, "look at | http://a.b"},
		{"one two", 0, 7, false, "one two"},
		{"one two", 0, 6, false, "one two"}, /* no room for what hangs: canvas cuts it */
		{"one two", 1, 6, false, "one | two"},
		{"漢字漢字漢", 2, 8, false, "漢字漢字|  漢"},
		{"漢字漢字漢", 2, 7, false, "漢字漢|  字漢"},
		{"漢字漢字漢", 2, 4, false, "漢字|  漢|  字|  漢"},
		{"漢字漢字漢字漢字漢", 0, 8, true, "漢字漢字漢字漢字|    漢"},
		{"\033[31m\033[0m and more", 0, 10, false, "\033[31m\033[0m |    and |    more"},
		{"a\xFF\xFE\xFD\xFC\xFB\xFA\xF9z", 2, 6, false, "a\xFF\xFE\xFD\xFC\xFB|  \xFA\xF9z"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_pieces(cases[i].text, cases[i].hang, cases[i].width, cases[i].ascii, cases[i].pieces);
}

/* Nothing is lost, nothing but a character too wide sticks out, and it comes to an end. */
static void
wrapping_keeps_every_byte_at_every_width(void **state)
{
	static const char text[] =
		"/C=XX/O=Ex漢ample, Inc./CN=aa:bb \033[2J\xFF mx.example.net ü 世界世界世界世界";

	(void)state;
	for (int width = -1; width <= 70; width++) {
		for (int hang = 1; hang <= 5; hang += 2) {
			struct page l = {.hang = hang};
			struct text got = {NULL, 0, 0};

			page_add(&l, 0, span_of(text));
			page_wrap(&l, 0, width, false);
			for (size_t i = 0; i < l.count; i++) {
				const char *piece = l.at[i].text + (i ? hang : 0);

				text_put(&got, piece);
				if (l.count > 1 && safe_width(span_of(piece), false) > 2)
					assert_true(safe_width(span_of(l.at[i].text), false) <= width);
			}
			assert_string_equal(got.at, text);
			text_free(&got);
			page_free(&l);
		}
	}
}

static void
a_filter_keeps_the_heading_and_what_matches(void **state)
{
	static const struct {
		size_t keep;
		const char *wanted;
		size_t count;
		const char *last;
	} cases[] = {
		{1, NULL, 4, "verify=FAIL"},
		{1, "", 4, "verify=FAIL"},
		{1, "VERIFY", 3, "verify=FAIL"},
		{1, "ok", 2, "verify=OK"},
		{1, "none of them", 1, "heading"},
		{0, "heading", 1, "heading"},
		{9, "ok", 4, "verify=FAIL"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct page l = {.at = NULL};

		page_block(&l, 0, NULL);
		assert_int_equal(l.count, 0);
		page_block(&l, 0, "heading\r\n\nverify=OK\nverify=FAIL");
		page_filter(&l, cases[i].keep, cases[i].wanted);
		assert_int_equal(l.count, cases[i].count);
		assert_string_equal(l.at[l.count - 1].text, cases[i].last);
		page_free(&l);
		assert_null(l.at);
	}
}

static void
of_a_long_text_the_prompt_shows_what_is_before_the_cursor(void **state)
{
	static const struct {
		const char *typed;
		size_t back; /* presses of Left */
		int cols;
		bool ascii;
		const char *row;
	} cases[] = {
		{"", 0, 20, false, "find:"},
		{"quiet", 0, 20, false, "find: quiet"},
		{"0123456789abcdef", 0, 16, false, "find: 789abcdef"},
		{"0123456789abcdef", 16, 16, false, "find: 012345678…"},
		{"0123456789abcdef", 3, 16, false, "find: 456789abc…"},
		{"漢字漢字漢字", 0, 16, false, "find: 漢字漢字"},
		{"漢字漢字漢字", 0, 16, true, "find: ??????"},
		{"ab\xE2\x80\xAE", 0, 16, false, "find: ab�"},
		{"quiet", 0, 7, false, "find:"},
		{"quiet", 0, 4, false, "fin…"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct frame f = {.rows = 1, .cols = cases[i].cols};
		struct prompt p = {{NULL, 0, 0}, 0};
		char *got;

		f.canvas = canvas_new_hidden(2, f.cols, cases[i].ascii);
		canvas_begin(f.canvas);
		prompt_begin(&p, cases[i].typed);
		for (size_t k = 0; k < cases[i].back; k++)
			prompt_press(&p, KEYCODE_LEFT);
		prompt_draw(&f, "find: ", &p);
		got = canvas_read(f.canvas, 1);
		assert_string_equal(got, cases[i].row);
		free(got);
		prompt_free(&p);
		canvas_free(f.canvas);
	}
}

/* ---- what leaves the program ------------------------------------------------------------------------------
 */

static void
a_file_is_made_anew_for_its_owner_or_not_at_all(void **state)
{
	static const struct {
		const char *name; /* in the folder; made before: */
		int code;
		const char *why;
	} cases[] = {
		{"new", 0, ""},
		{"file", -EEXIST, "is already there: choose another name"},
		{"link", -EEXIST, "is already there: choose another name"},
		{"dangling", -EEXIST, "is already there: choose another name"},
		{"folder", -EEXIST, "is already there: choose another name"},
		{"none/new", -ENOENT, "No such file or directory"},
		{"file/new", -ENOTDIR, "Not a directory"},
		{"loop/new", -ELOOP, "Too many levels of symbolic links"},
		{"", -ENOENT, "No such file or directory"},
	};
	char folder[] = "/tmp/verifail-page-XXXXXX";
	struct text contents = {NULL, 0, 0}, nothing = {NULL, 0, 0};
	mode_t old = umask(0);
	unsigned char *kept = NULL;
	struct fault why;
	size_t len = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	text_put(&contents, "before\n");
	assert_true(write_file("file", &contents, NULL));
	assert_true(write_file("empty", &nothing, NULL));
	assert_int_equal(symlink("file", "link") | symlink("nowhere", "dangling") | symlink("loop", "loop"),
		0);
	assert_int_equal(mkdir("folder", 0700), 0);
	text_put(&contents, "after\n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct stat st;
		char *text;

		why = (struct fault){0};
		assert_int_equal(write_file(cases[i].name, &contents, &why), cases[i].code == 0);
		if (cases[i].code == 0) {
			assert_int_equal(lstat(cases[i].name, &st), 0);
			assert_int_equal(st.st_mode, S_IFREG | 0600);
			assert_int_equal(st.st_size, contents.len);
			continue;
		}
		assert_int_equal(why.kind, FAULT_FILE);
		text = text_new("%s: %s", cases[i].name, cases[i].why);
		assert_int_equal(why.code, cases[i].code);
		assert_string_equal(why.text, text);
		free(text);
	}
	umask(old);
	assert_int_equal(file_read("file", 100, &kept, &len), 0);
	assert_string_equal((char *)kept, "before\n");
	free(kept);
	assert_int_equal(access("nowhere", F_OK), -1);
	assert_int_equal(unlink("file") | unlink("empty") | unlink("new") | unlink("link"), 0);
	assert_int_equal(unlink("dangling") | unlink("loop") | rmdir("folder"), 0);
	assert_int_equal(chdir("/") | rmdir(folder), 0);
	text_free(&contents);
}

/* Whatever is copied, between its frame stand digits of base64 alone, four for three bytes. */
static void
nothing_copied_leaves_the_frame_of_its_sequence(void **state)
{
	static const char hostile[] = "\033]52;c;\a\033\\\x9C\xC2\x9C\r\n$(reboot)\xFF";
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

	(void)state;
	for (size_t len = 0; len < sizeof hostile; len++) {
		char *copied = text_new("%.*s", (int)len, hostile), *got = clipboard_sequence(copied, false);
		size_t kept = len, code = strspn(got + 7, digits);

		while (kept > 0 && strchr("\r\n", hostile[kept - 1]))
			kept--;
		assert_int_equal(strncmp(got, "\033]52;c;", 7), 0);
		assert_int_equal(code, (kept + 2) / 3 * 4);
		assert_string_equal(got + 7 + code, "\a");
		free(copied);
		free(got);
	}
}

static int
set_locale(void **state)
{
	(void)state;
	return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_lines_break_where_they_may_and_hang),
		cmocka_unit_test(wrapping_keeps_every_byte_at_every_width),
		cmocka_unit_test(a_filter_keeps_the_heading_and_what_matches),
		cmocka_unit_test(of_a_long_text_the_prompt_shows_what_is_before_the_cursor),
		cmocka_unit_test(a_file_is_made_anew_for_its_owner_or_not_at_all),
		cmocka_unit_test(nothing_copied_leaves_the_frame_of_its_sequence),
	};

	return cmocka_run_group_tests_name("page", tests, set_locale, NULL);
}
