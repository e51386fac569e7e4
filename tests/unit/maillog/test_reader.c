#include "followed.h"

#include "base/mem.h"
#include "maillog/reader.h"

#include <errno.h>

#define BIG (80 << 20)

struct sum {
	struct text lines;
	size_t count, longest;
};

/* Every line of a block; returns how many were over-long. */
static uint64_t
add_block(struct sum *sum, struct block *b)
{
	uint64_t skipped = 0;

	while (b->taken < b->len) {
		block_parse(b);
		for (size_t i = 0; i < b->count; i++) {
			struct span line = b->events[i].line;

			if (line.len > LINES_LONGEST) {
				skipped++;
				continue;
			}
			sum->count++;
			sum->longest = line.len > sum->longest ? line.len : sum->longest;
			text_add(&sum->lines, line.at, line.len);
			text_put(&sum->lines, "\n");
		}
	}
	return skipped;
}

static void
a_log_is_what_its_bytes_say(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool archive;
	} cases[] = {
		{"Nov 22 07:42:22 mail sm-mta[1]: x\n", 34, false},
		{"", 0, false},
		{"\x1f", 1, false},
		{"\x1f\x8b\x08", 3, true},
		{"BZh9", 4, true},
		{"\xfd"
		 "7zXZ\0",
			6, true},
		{"\x28\xb5\x2f\xfd", 4, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct followed t;
		struct log_file file;
		FILE *out;

		followed_begin(&t);
		out = fopen(t.log, "we");
		fwrite(cases[i].bytes, 1, cases[i].len, out);
		fclose(out);
		assert_int_equal(log_file_open(t.log, &file, NULL), 0);
		assert_int_equal(file.archive, cases[i].archive);
		assert_int_equal(file.fd < 0, cases[i].archive);
		assert_true(file.regular);
		assert_int_equal(file.size, cases[i].len);
		assert_true(file.changed_ms > 0 && file.inode != 0);
		log_file_close(&file);
		log_file_close(&file);
		followed_end(&t);
	}
}

static void
what_cannot_be_opened_is_told(void **state)
{
	struct followed t;
	struct log_file file;
	struct fault why;

	(void)state;
	followed_begin(&t);
	assert_int_equal(log_file_open(t.log, &file, &why), -ENOENT);
	assert_non_null(strstr(why.text, t.log));
	assert_int_equal(log_file_open(t.folder, &file, &why), -EISDIR);
	assert_int_equal(file.fd, -1);
	assert_null(log_archive_open(t.log, &why));
	assert_int_equal(why.code, -ENOENT);
	followed_end(&t);
}

/* Reads a file in blocks cut at every multiple of `step`. Each line stands where its event says. */
static void
read_in_steps(const struct log_file *file, int64_t step, struct sum *sum, uint64_t *skipped)
{
	struct block *b = mem_new(1, sizeof *b);

	*skipped = 0;
	for (int64_t from = 0; from < file->size; from += step) {
		char there[16];

		assert_int_equal(log_file_block(file, from, from + step, true, b), 0);
		*skipped += add_block(sum, b);
		for (size_t i = 0; i < b->count && b->count < 10; i++) {
			size_t len =
				b->events[i].line.len < sizeof there ? b->events[i].line.len : sizeof there;

			assert_int_equal(pread(file->fd, there, len, b->events[i].offset), (ssize_t)len);
			assert_memory_equal(there, b->events[i].line.at, len);
		}
	}
	free(b);
}

static void
neighbours_share_no_line_and_lose_none(void **state)
{
	static const char *const texts[] = {
		"", "one\n", "one", "\n\n\n", "one\ntwo\nthree\nfour\nrest", "a\r\nb\r\n\r\nc"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (int64_t step = 1; step < 30; step++) {
			struct followed t;
			struct sum whole = {.count = 0}, cut = {.count = 0};
			struct log_file file;
			uint64_t skipped;

			followed_begin(&t);
			append(t.log, texts[i]);
			assert_int_equal(log_file_open(t.log, &file, NULL), 0);
			read_in_steps(&file, (int64_t)BLOCK_BYTES, &whole, &skipped);
			read_in_steps(&file, step, &cut, &skipped);
			assert_int_equal(skipped, 0);
			assert_int_equal(cut.count, whole.count);
			assert_string_equal(cut.lines.at ? cut.lines.at : "",
				whole.lines.at ? whole.lines.at : "");
			text_free(&cut.lines);
			text_free(&whole.lines);
			log_file_close(&file);
			followed_end(&t);
		}
}

static void
a_line_without_its_end_is_left_for_who_follows(void **state)
{
	static const struct {
		const char *text;
		bool whole;
		int64_t end;
		const char *lines;
	} cases[] = {
		{"one\ntwo\n", false, 8, "one\ntwo\n"},
		{"one\ntw", false, 4, "one\n"},
		{"one\ntw", true, 6, "one\ntw\n"},
		{"on", false, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct followed t;
		struct log_file file;
		struct sum sum = {.count = 0};
		struct block *b = mem_new(1, sizeof *b);

		followed_begin(&t);
		append(t.log, cases[i].text);
		assert_int_equal(log_file_open(t.log, &file, NULL), 0);
		assert_int_equal(log_file_block(&file, 0, 1000, cases[i].whole, b), 0);
		assert_int_equal(b->offset + (int64_t)b->len, cases[i].end);
		add_block(&sum, b);
		free(b);
		assert_string_equal(sum.lines.at ? sum.lines.at : "", cases[i].lines);
		text_free(&sum.lines);
		log_file_close(&file);
		followed_end(&t);
	}
}

static void
write_big_line(const char *path, char byte, size_t len)
{
	FILE *out = fopen(path, "ae");
	char *block = mem_new(1, 1 << 20);

	memset(block, byte, 1 << 20);
	for (size_t done = 0; done < len; done += 1 << 20)
		assert_int_equal(fwrite(block, 1, 1 << 20, out), 1 << 20);
	fclose(out);
	free(block);
}

/* The stand-in for a line of a gigabyte: in blocks most of which lie inside of it. */
static void
an_endless_line_is_skipped_once(void **state)
{
	static const int64_t steps[] = {(int64_t)BLOCK_BYTES, LINES_LONGEST, 100003};
	struct followed t;
	struct log_file file;

	(void)state;
	followed_begin(&t);
	append(t.log, "one\n");
	write_big_line(t.log, 'x', BIG);
	append(t.log, "\ntwo\n");
	assert_int_equal(log_file_open(t.log, &file, NULL), 0);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct sum sum = {.count = 0};
		uint64_t skipped;

		read_in_steps(&file, steps[i], &sum, &skipped);
		assert_int_equal(skipped, 1);
		assert_string_equal(sum.lines.at, "one\ntwo\n");
		text_free(&sum.lines);
	}
	log_file_close(&file);
	followed_end(&t);
}

static void
an_endless_line_is_skipped_while_following(void **state)
{
	struct followed t;

	(void)state;
	followed_begin(&t);
	append(t.log, "one\n");
	write_big_line(t.log, '\0', BIG);
	followed_start(&t);
	followed_lines(&t, 1);
	append(t.log, "\ntwo\n");
	followed_lines(&t, 2);
	assert_string_equal(got(&t), "one\ntwo\n");
	assert_int_equal(follow_skipped(t.follow), 1);
	assert_int_equal(follow_bytes(t.follow), BIG + 9);
	followed_end(&t);
}

static void
binary_bytes_are_lines_of_bounded_length(void **state)
{
	struct followed t;
	struct sum sum = {.count = 0};
	struct log_file file;
	uint64_t skipped;
	FILE *out;
	uint32_t random = 1;

	(void)state;
	followed_begin(&t);
	out = fopen(t.log, "we");
	for (int i = 0; i < 1 << 20; i++) {
		random = random * 1664525 + 1013904223;
		fputc((int)(random >> 24), out);
	}
	fclose(out);
	assert_int_equal(log_file_open(t.log, &file, NULL), 0);
	read_in_steps(&file, (int64_t)BLOCK_BYTES, &sum, &skipped);
	assert_true(sum.count > 2000 && sum.longest <= LINES_LONGEST);
	assert_int_equal(skipped, 0);
	text_free(&sum.lines);
	log_file_close(&file);
	followed_end(&t);
}

/* A file that is cut while it is read ends early, and says where. */
static void
a_file_that_shrinks_ends_early(void **state)
{
	struct followed t;
	struct log_file file;
	struct sum sum = {.count = 0};
	struct block *b = mem_new(1, sizeof *b);

	(void)state;
	followed_begin(&t);
	append(t.log, "one\ntwo\nsix\n");
	assert_int_equal(log_file_open(t.log, &file, NULL), 0);
	assert_int_equal(truncate(t.log, 6), 0); /* "one\ntw" */
	assert_int_equal(log_file_block(&file, 0, 12, false, b), 0);
	add_block(&sum, b);
	free(b);
	assert_string_equal(sum.lines.at, "one\n");
	text_free(&sum.lines);
	log_file_close(&file);
	followed_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_is_what_its_bytes_say),
		cmocka_unit_test(what_cannot_be_opened_is_told),
		cmocka_unit_test(neighbours_share_no_line_and_lose_none),
		cmocka_unit_test(a_line_without_its_end_is_left_for_who_follows),
		cmocka_unit_test(an_endless_line_is_skipped_once),
		cmocka_unit_test(an_endless_line_is_skipped_while_following),
		cmocka_unit_test(binary_bytes_are_lines_of_bounded_length),
		cmocka_unit_test(a_file_that_shrinks_ends_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
