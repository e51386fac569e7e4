#include "followed.h"

#include "base/mem.h"
#include "maillog/reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#define LINES 5000

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
	int lines;
};

static void
take_line(void *arg, struct span line)
{
	struct count *c = arg;

	assert_int_equal(atoi(line.at), ++c->lines);
}

/* Reads to the end in pieces; returns the last answer. */
static int
unpack(const char *path, uint64_t most, struct count *c, uint64_t *bytes, struct fault *why)
{
	struct log_archive *a = log_archive_open(path, why);
	struct log_piece piece = {.most = most};
	int more;

	assert_non_null(a);
	*bytes = 0;
	do {
		uint64_t before = piece.position;

		more = log_archive_read(a, &piece, take_line, c, why);
		assert_true(piece.position >= before);
		assert_int_equal(piece.skipped, 0);
		*bytes += piece.bytes;
	} while (more > 0);
	log_archive_close(a);
	return more;
}

static void
every_packing_is_known_by_its_content(void **state)
{
	size_t len;
	char *bytes = numbered(&len);

	(void)state;
	for (size_t i = 0; i < COUNT(packings); i++) {
		const uint64_t sizes[] = {UINT64_MAX, 100000, 1};
		struct followed t;
		struct log_file file;

		followed_begin(&t);
		pack(t.log, &packings[i], bytes, len);
		assert_int_equal(log_file_open(t.log, &file, NULL), 0);
		assert_true(file.archive);
		for (size_t k = 0; k < COUNT(sizes); k++) {
			struct count c = {0};
			struct fault why;
			uint64_t taken;

			assert_int_equal(unpack(t.log, sizes[k], &c, &taken, &why), 0);
			assert_int_equal(c.lines, LINES);
			assert_int_equal(taken, len);
		}
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
		assert_int_equal(unpack(t.log, 1000, &c, &taken, &why), -EIO);
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
		assert_int_equal(unpack(t.log, 1000, &c, &taken, &why), 0);
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
	struct log_piece piece = {.most = 1000};
	struct count c = {0};
	struct fault why = {.kind = FAULT_NONE};

	(void)state;
	followed_begin(&t);
	put(t.log, 0, "\x28\xb5\x2f\xfd is no frame at all, whatever it says");
	a = log_archive_open(t.log, &why);
	if (a)
		assert_int_equal(log_archive_read(a, &piece, take_line, &c, &why), -EIO);
	assert_int_equal(why.code, -EIO);
	log_archive_close(a);
	followed_end(&t);
}

/* A small file that unpacks to very much: one line of it takes no more room than any other. */
static void
a_bomb_is_skipped_in_bounded_memory(void **state)
{
	struct followed t;
	size_t len = 64 << 20;
	char *zeros = mem_new(1, len);
	struct log_archive *a;
	struct log_piece piece = {.most = 1 << 20};
	struct count c = {0};
	uint64_t bytes = 0, skipped = 0;
	struct fault why;
	int more;

	(void)state;
	followed_begin(&t);
	pack(t.log, &packings[3], zeros, len);
	free(zeros);
	a = log_archive_open(t.log, &why);
	assert_non_null(a);
	do {
		more = log_archive_read(a, &piece, take_line, &c, &why);
		assert_true(piece.bytes <= 2 << 20);
		bytes += piece.bytes;
		skipped += piece.skipped;
	} while (more > 0);
	assert_int_equal(more, 0);
	assert_int_equal(bytes, len);
	assert_int_equal(skipped, 1);
	assert_int_equal(c.lines, 0);
	log_archive_close(a);
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
