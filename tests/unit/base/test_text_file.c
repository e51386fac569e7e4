#include "base/fault.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/verifail-file-XXXXXX";

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void
a_text_grows_and_is_handed_over(void **state)
{
	struct text t = {0};
	char *taken;

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_printf(&t, "%d,", i);
	assert_int_equal(t.len, 3890);
	assert_memory_equal(t.at, "0,1,2,", 6);
	text_drop(&t, 3886);
	assert_string_equal(t.at, "999,");
	text_drop(&t, 100);
	assert_string_equal(t.at, "");
	text_add(&t, "a\0b", 3);
	assert_int_equal(t.len, 3);
	taken = text_take(&t);
	assert_memory_equal(taken, "a\0b", 4);
	assert_null(t.at);
	free(taken);
	taken = text_take(&t);
	assert_string_equal(taken, "");
	free(taken);
}

static char *
write_file(const char *name, const char *bytes, size_t len)
{
	char *path = text_new("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
	return path;
}

static void
a_file_is_read_whole_or_not_at_all(void **state)
{
	char *path = write_file("some", "0123456789", 10);
	unsigned char *bytes;
	size_t len;

	(void)state;
	assert_int_equal(file_read(path, 10, &bytes, &len), 0);
	assert_int_equal(len, 10);
	assert_string_equal((char *)bytes, "0123456789");
	free(bytes);
	assert_int_equal(file_read(path, 9, &bytes, &len), -EFBIG);
	unlink(path);
	assert_int_equal(file_read(path, 9, &bytes, &len), -ENOENT);
	assert_int_equal(file_read(folder, 9, &bytes, &len), -EISDIR);
	free(path);
}

static void
a_fifo_nobody_writes_does_not_block(void **state)
{
	char *path = text_new("%s/fifo", folder);
	unsigned char *bytes;
	size_t len;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_read(path, 9, &bytes, &len), -EINVAL);
	unlink(path);
	free(path);
}

static void
a_file_fault_says_what_to_do(void **state)
{
	char *path = write_file("secret", "x", 1);
	struct fault why;

	(void)state;
	file_fault("/nowhere/mail.log", -ENOENT, &why);
	assert_int_equal(why.kind, FAULT_FILE);
	assert_string_equal(why.text, "/nowhere/mail.log: No such file or directory");
	chmod(path, 0640);
	file_fault(path, -EACCES, &why);
	assert_non_null(strstr(why.text, "permission denied; group "));
	chmod(path, 0600);
	file_fault(path, -EACCES, &why);
	assert_non_null(strstr(why.text, "permission denied; run as root"));
	unlink(path);
	free(path);
}

static void
every_fault_has_a_word(void **state)
{
	struct fault f;

	(void)state;
	for (int kind = FAULT_NONE; kind <= FAULT_CANCELLED; kind++)
		assert_true(strlen(fault_word((enum fault_kind)kind)) > 2);
	fault_set(&f, FAULT_REPLY, 554, "%0300d", 1);
	assert_int_equal(strlen(f.text), sizeof f.text - 1);
	fault_set(NULL, FAULT_REPLY, 554, "nobody asks");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_grows_and_is_handed_over),
		cmocka_unit_test(a_file_is_read_whole_or_not_at_all),
		cmocka_unit_test(a_fifo_nobody_writes_does_not_block),
		cmocka_unit_test(a_file_fault_says_what_to_do),
		cmocka_unit_test(every_fault_has_a_word),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
