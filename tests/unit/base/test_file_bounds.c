/* Files at their limits, files that are none, and what is said of those that cannot be read. */
#include "tests/unit/cm.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/verifail-bounds-XXXXXX";

static int
make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

/* A pattern in which every byte tells where it belongs. */
static unsigned char
byte_at(size_t i)
{
	return (unsigned char)(i * 31 + (i >> 8));
}

static void
fill(size_t len)
{
	unsigned char *bytes = mem_new(len, 1);
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	for (size_t i = 0; i < len; i++)
		bytes[i] = byte_at(i);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	free(bytes);
}

static void
the_limit_is_the_last_byte_that_is_taken(void **state)
{
	static const size_t sizes[] = {0, 1, 4095, 16383, 16384, 16385, 32768, 32769, 100000};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *bytes = NULL;
		size_t len = 77;

		fill(sizes[i]);
		for (size_t spare = 0; spare < 2; spare++) {
			assert_int_equal(file_read(path, sizes[i] + spare, &bytes, &len), 0);
			assert_int_equal(len, sizes[i]);
			assert_int_equal(bytes[len], '\0');
			for (size_t k = 0; k < len; k++)
				assert_int_equal(bytes[k], byte_at(k));
			free(bytes);
		}
		bytes = NULL;
		if (sizes[i])
			assert_int_equal(file_read(path, sizes[i] - 1, &bytes, &len), -EFBIG);
		assert_null(bytes);
	}
}

/* /proc says 0 bytes of files that have more, as a file that grows while it is read does. */
static void
the_size_a_folder_tells_is_not_believed(void **state)
{
	unsigned char *bytes = NULL;
	struct stat st;
	size_t len = 0;

	(void)state;
	assert_int_equal(stat("/proc/self/status", &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(file_read("/proc/self/status", 1 << 20, &bytes, &len), 0);
	assert_true(len > 100);
	assert_memory_equal(bytes, "Name:", 5);
	free(bytes);
}

static void
what_is_no_file_is_not_read(void **state)
{
	static const struct {
		const char *path;
		int code;
	} cases[] = {{"/dev/null", -EINVAL}, {"/dev/zero", -EINVAL}, {"/tmp", -EISDIR}, {"/", -EISDIR},
		{"", -ENOENT}, {"/nowhere/at/all", -ENOENT}, {"/dev/null/x", -ENOTDIR}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char *bytes = NULL;
		size_t len = 77;

		assert_int_equal(file_read(cases[i].path, 100, &bytes, &len), cases[i].code);
		assert_null(bytes);
		assert_int_equal(len, 77);
	}
}

static void
an_open_file_is_not_inherited(void **state)
{
	int fd = file_open(path);

	(void)state;
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	close(fd);
	assert_int_equal(file_open("/nowhere"), -ENOENT);
}

/* A link to itself, a name that is too long. */
static void
names_that_lead_nowhere_are_faults(void **state)
{
	char *link = text_new("%s.loop", path), *longest = mem_new(5001, 1);
	struct fault why;

	(void)state;
	assert_int_equal(symlink(link, link), 0);
	assert_int_equal(file_open(link), -ELOOP);
	unlink(link);
	free(link);
	memset(longest, 'x', 5000);
	assert_int_equal(file_open(longest), -ENAMETOOLONG);
	file_fault(longest, -ENAMETOOLONG, &why);
	assert_int_equal(strlen(why.text), sizeof why.text - 1);
	free(longest);
}

static void
a_fault_names_the_way_out(void **state)
{
	const struct group *group = getgrgid(getegid());
	char *member = text_new("group %s may read it", group ? group->gr_name : "?");
	const struct {
		int code;
		mode_t mode;
		const char *says;
	} cases[] = {
		{-EACCES, 0640, group ? member : "run as root"},
		{-EACCES, 0600, "permission denied; run as root"},
		{-EACCES, 0000, "permission denied; run as root"},
		{-EINVAL, 0644, ": not a regular file"},
		{-EISDIR, 0644, ": Is a directory"},
		{-EFBIG, 0644, ": File too large"},
		{-EIO, 0640, ": Input/output error"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault why = {.kind = FAULT_NONE};

		assert_int_equal(chmod(path, cases[i].mode), 0);
		assert_int_equal(chown(path, (uid_t)-1, getegid()), 0);
		file_fault(path, cases[i].code, &why);
		assert_int_equal(why.kind, FAULT_FILE);
		assert_int_equal(why.code, cases[i].code);
		assert_memory_equal(why.text, path, strlen(path));
		if (!strstr(why.text, cases[i].says))
			fail_msg("%s, expected %s", why.text, cases[i].says);
	}
	free(member);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_is_the_last_byte_that_is_taken),
		cmocka_unit_test(the_size_a_folder_tells_is_not_believed),
		cmocka_unit_test(what_is_no_file_is_not_read),
		cmocka_unit_test(an_open_file_is_not_inherited),
		cmocka_unit_test(names_that_lead_nowhere_are_faults),
		cmocka_unit_test(a_fault_names_the_way_out),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
