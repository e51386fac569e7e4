#include "followed.h"

#include "base/mem.h"
#include "maillog/reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#define LINES 30000 /* several blocks */

static const struct packing {
	const char *name;
	int (*add)(struct archive *);
} packings[] = {
	{"gz", archive_write_add_filter_gzip},
	{"bz2", archive_write_add_filter_bzip2},
	{"xz", archive_write_add_filter_xz},
	{"zst", archive_write_add_filter_zstd},
	{"lz4", archive_write_add_filter_lz4},
	{"Z", archive_write_add_filter_compress},
};

/* Packs bytes as gzip and its likes do: one stream, no archive around it. */
static void
pack(const char *path, const struct packing *packing, const char *bytes, size_t len)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(packing->add(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, bytes, len), (la_ssize_t)len);
	archive_entry_free(entry);
	assert_int_equal(archive_write_free(a), ARCHIVE_OK);
}

/* Numbered lines; the last one has no end. */
static char *
numbered(size_t *len)
{
	struct text t = {NULL, 0, 0};

	for (int i = 1; i <= LINES; i++)
		text_printf(&t, "%s%d the quick relay jumps over the lazy queue", i > 1 ? "\n" : "", i);
	*len = t.len;
	return text_take(&t);
}

struct count {
	int lines, skipped;
};

/* Takes the lines of a block; returns its bytes. */
static size_t
take_block(struct count *c, struct block *b)
{
	while (b->taken < b->len) {
		block_parse(b);
		for (size_t i = 0; i < b->count; i++)
			if (b->events[i].line.len <= LINES_LONGEST)
				assert_int_equal(atoi(b->events[i].line.at), ++c->lines);
			else
				c->skipped++;
	}
	return b->len;
}

/* Reads to the end; returns the last answer. */
static int
unpack(const char *path, struct count *c, uint64_t *bytes, struct fault *why)
{
	struct log_archive *a = log_archive_open(path, why);
	struct block *b = mem_new(1, sizeof *b);
	uint64_t before = 0;
	int more;

	assert_non_null(a);
	*bytes = 0;
	do {
		more = log_archive_block(a, b, why);
		assert_true(log_archive_position(a) >= before);
		assert_int_equal(b->offset, -1);
		before = log_archive_position(a);
		*bytes += take_block(c, b);
	} while (more > 0);
	log_archive_close(a);
	free(b);
	return more;
}

static void
every_packing_is_known_by_its_content(void **state)
{
	size_t len;
	char *bytes = numbered(&len);

	(void)state;
	for (size_t i = 0; i < COUNT(packings); i++) {
		struct followed t;
		struct log_file file;
		struct count c = {0};
		struct fault why;
		uint64_t taken;

		followed_begin(&t);
		pack(t.log, &packings[i], bytes, len);
		assert_int_equal(log_file_open(t.log, &file, NULL), 0);
		assert_true(file.archive);
		assert_int_equal(unpack(t.log, &c, &taken, &why), 0);
		assert_int_equal(c.lines, LINES);
		assert_int_equal(taken, len);
		followed_end(&t);
	}
	free(bytes);
}

/* What a full disk, or a rotation that still goes on, leaves behind. */
static void
a_damaged_archive_gives_what_it_has_and_says_so(void **state)
{
	size_t len;
	char *bytes = numbered(&len);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct followed t;
		struct count c = {0};
		struct fault why = {.kind = FAULT_NONE};
		struct stat st;
		uint64_t taken;

		followed_begin(&t);
		pack(t.log, &packings[i], bytes, len);
		assert_int_equal(stat(t.log, &st), 0);
		assert_int_equal(truncate(t.log, st.st_size - 9), 0);
		assert_int_equal(unpack(t.log, &c, &taken, &why), -EIO);
		assert_int_equal(why.kind, FAULT_FILE);
		assert_non_null(strstr(why.text, t.log));
		assert_true(c.lines <= LINES);
		followed_end(&t);
	}
	free(bytes);
}

static void
an_empty_archive_has_no_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct followed t;
		struct count c = {0};
		struct fault why;
		uint64_t taken;

		followed_begin(&t);
		pack(t.log, &packings[i], "", 0);
		assert_int_equal(unpack(t.log, &c, &taken, &why), 0);
		assert_int_equal(c.lines + (int)taken, 0);
		followed_end(&t);
	}
}

/* It looks like an archive, but is none. */
static void
a_false_beginning_is_told(void **state)
{
	struct followed t;
	struct log_archive *a;
	struct block *b = mem_new(1, sizeof *b);
	struct fault why = {.kind = FAULT_NONE};

	(void)state;
	followed_begin(&t);
	put(t.log, 0, "\x28\xb5\x2f\xfd is no frame at all, whatever it says");
	a = log_archive_open(t.log, &why);
	if (a)
		assert_int_equal(log_archive_block(a, b, &why), -EIO);
	assert_int_equal(why.code, -EIO);
	log_archive_close(a);
	free(b);
	followed_end(&t);
}

/* A small file that unpacks to very much: one line of it takes no more room than any other. */
static void
a_bomb_is_skipped_in_bounded_memory(void **state)
{
	struct followed t;
	size_t len = 64 << 20;
	char *zeros = mem_new(1, len);
	struct count c = {0};
	uint64_t bytes = 0;
	struct fault why;

	(void)state;
	followed_begin(&t);
	pack(t.log, &packings[3], zeros, len);
	free(zeros);
	assert_int_equal(unpack(t.log, &c, &bytes, &why), 0);
	assert_int_equal(c.skipped, 1);
	assert_int_equal(c.lines, 0);
	followed_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_packing_is_known_by_its_content),
		cmocka_unit_test(a_damaged_archive_gives_what_it_has_and_says_so),
		cmocka_unit_test(an_empty_archive_has_no_lines),
		cmocka_unit_test(a_false_beginning_is_told),
		cmocka_unit_test(a_bomb_is_skipped_in_bounded_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
