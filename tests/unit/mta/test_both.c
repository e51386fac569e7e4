/* Sendmail's both-or-nothing rule, and folders of hash-named files: what becomes of each of them. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "folder.h"
#include "mta/files.h"
#include "mta/policy_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { UNSET, EMPTY, RELATIVE, THERE, MISSING, KINDS };

/* The value of an option in the folder, as the cf has it; NULL: the cf does not have it. */
static char *
value_of(const struct folder *f, enum kind kind, const char *there)
{
	switch (kind) {
	case UNSET:
		return NULL;
	case EMPTY:
		return mem_text("");
	case RELATIVE:
		return mem_text("no-such/relative");
	case THERE:
		return folder_path(f, there);
	default:
		return folder_path(f, "missing");
	}
}

static size_t
notes_with(const struct policy *p, const char *part)
{
	size_t count = 0;

	for (size_t i = 0; i < p->note_count; i++)
		count += strstr(p->notes[i], part) != NULL;
	return count;
}

static void
assert_text(const char *got, const char *expected)
{
	assert_string_equal(got ? got : "NULL", expected && *expected ? expected : "NULL");
}

struct both {
	enum kind file, path;
	bool own_file, own_path;
};

/* What policy_read() must make of one combination. */
static void
check_policy(const struct both *b, const struct policy_request *request, const char *file, const char *path)
{
	const char *final_file = b->own_file ? request->ca_file : file,
		   *final_path = b->own_path ? request->ca_path : path;
	bool own = b->own_file || b->own_path, read = b->own_file || b->file == THERE;
	bool listed = b->own_path || b->path == THERE;
	struct fault why = {.kind = FAULT_NONE};
	struct policy *p = policy_read(request, &why);

	assert_non_null(p);
	assert_int_equal(why.kind, FAULT_NONE);
	assert_int_equal(p->source, own ? POLICY_OPTIONS : POLICY_CF);
	assert_int_equal(p->both_needed, !own);
	assert_text(p->ca_file, final_file);
	assert_text(p->ca_path, final_path);
	assert_text(p->cf, request->cf);
	assert_text((char *)p->ca_file_bytes.bytes, read ? (b->own_file ? "own" : "cf's") : NULL);
	assert_int_equal(p->ca_path_count, listed ? 1 : 0);
	assert_int_equal(p->ca_changed_ms > 0, read);
	assert_int_equal(notes_with(p, "CACertFile"), !read && final_file && *final_file);
	assert_int_equal(notes_with(p, "CACertPath"), !listed && final_path && *final_path);
	policy_unref(p);
}

static void
check_both(const struct folder *f, const struct both *b)
{
	char *file = value_of(f, b->file, "cf.pem"), *path = value_of(f, b->path, "hashes");
	char *own_file = folder_path(f, "own.pem"), *own_path = folder_path(f, "own"),
	     *cf = folder_path(f, "sendmail.cf");
	struct policy_request request = {cf, b->own_file ? own_file : NULL, b->own_path ? own_path : NULL};
	char *text = text_new("V10/Berkeley\nDjmx.example.net\n%s%s%s%s%s%s", file ? "O CACertFile=" : "",
		file ? file : "", file ? "\n" : "", path ? "O CACertPath=" : "", path ? path : "",
		path ? "\n" : "");

	folder_write(f, "sendmail.cf", 0644, text);
	check_policy(b, &request, file, path);
	free(text);
	free(cf);
	free(own_path);
	free(own_file);
	free(path);
	free(file);
}

static void
make_sub_folder(const struct folder *f, const char *name, const char *inside)
{
	char *path = folder_path(f, name);

	assert_int_equal(mkdir(path, 0755), 0);
	folder_write(f, inside, 0644, "hashed");
	free(path);
}

static void
each_pair_of_options_has_its_policy(void **state)
{
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_write(&f, "cf.pem", 0644, "cf's");
	folder_write(&f, "own.pem", 0644, "own");
	make_sub_folder(&f, "hashes", "hashes/0a1b2c3d.0");
	make_sub_folder(&f, "own", "own/0a1b2c3d.0");
	for (unsigned i = 0; i < KINDS * KINDS * 4; i++) {
		struct both b = {(enum kind)(i / 4 % KINDS), (enum kind)(i / 4 / KINDS), i & 1, i & 2};

		check_both(&f, &b);
	}
	folder_remove(&f);
}

/* Whatever can stand in a folder under a hashed name. */
static void
make_entries(const struct folder *f)
{
	static const char *const links[][2] = {{"00000003.0", "00000000.0"}, {"00000004.0", "gone"}};
	char *folder = folder_path(f, "00000001.0"), *fifo = folder_path(f, "00000002.0");
	char *big = mem_new(((size_t)1 << 20) + 2, 1);

	memset(big, 'x', ((size_t)1 << 20) + 1);
	folder_write(f, "00000000.0", 0644, "pem");
	folder_write(f, "00000005.0", 0644, big);
	folder_write(f, "00000006.0", 0644, "");
	folder_write(f, "00000007.007", 0644, "pem");
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	for (size_t i = 0; i < COUNT(links); i++) {
		char *path = folder_path(f, links[i][0]), *target = folder_path(f, links[i][1]);

		assert_int_equal(symlink(target, path), 0);
		free(target);
		free(path);
	}
	free(big);
	free(fifo);
	free(folder);
}

static void
hashed_names_may_be_anything(void **state)
{
	static const struct {
		const char *name;
		int code;
		size_t len;
	} cases[] = {{"00000000.0", 0, 3}, {"00000001.0", -EISDIR, 0}, {"00000002.0", -EINVAL, 0},
		{"00000003.0", 0, 3}, {"00000004.0", -ENOENT, 0}, {"00000005.0", -EFBIG, 0},
		{"00000006.0", 0, 0}, {"00000007.007", 0, 3}};
	struct policy *p = policy_new();
	struct folder f;

	(void)state;
	folder_make(&f);
	make_entries(&f);
	p->ca_path = mem_text(f.path);
	files_read(p, &(struct cf_safety){.group_readable_key = false});
	assert_int_equal(p->note_count, 0);
	assert_int_equal(p->ca_path_count, COUNT(cases));
	for (size_t i = 0; i < p->ca_path_count; i++) {
		const struct policy_file *file = &p->ca_path_files[i];

		assert_string_equal(strrchr(file->path, '/') + 1, cases[i].name);
		assert_int_equal(file->code, cases[i].code);
		assert_int_equal(file->len, cases[i].len);
	}
	policy_unref(p);
	folder_remove(&f);
}

static void
folders_that_cannot_be_listed_say_why(void **state)
{
	static const char *const cases[][2] = {
		{"/nowhere/at/all", "CACertPath /nowhere/at/all: No such file or directory"},
		{"/dev/null", "CACertPath /dev/null: Not a directory"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *p = policy_new();

		p->ca_path = mem_text(cases[i][0]);
		files_read(p, &(struct cf_safety){.group_readable_key = false});
		assert_int_equal(p->note_count, 1);
		assert_string_equal(p->notes[0], cases[i][1]);
		assert_int_equal(p->ca_path_count, 0);
		policy_unref(p);
	}
}

static void
add_name(void *arg, const char *name)
{
	text_printf(arg, "<%s>", name);
}

static void
a_path_is_a_list_of_folders(void **state)
{
	static const char *const cases[][2] = {{"/a", "</a>"}, {"/a:/b", "</a></b>"}, {"", ""}, {":", ""},
		{"::/a::", "</a>"}, {"/a:relative:/c d", "</a><relative></c d>"}, {"/a/", "</a/>"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text seen = {NULL, 0, 0};

		text_put(&seen, "");
		files_folders(cases[i][0], add_name, &seen);
		assert_string_equal(seen.at, cases[i][1]);
		text_free(&seen);
	}
	files_folders(NULL, add_name, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair_of_options_has_its_policy),
		cmocka_unit_test(hashed_names_may_be_anything),
		cmocka_unit_test(folders_that_cannot_be_listed_say_why),
		cmocka_unit_test(a_path_is_a_list_of_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
