/* Memory that is there or ends the program, texts that grow in it, tables that hang on it. */
#include "tests/unit/cm.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "random.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
new_memory_is_clear_and_there(void **state)
{
	static const struct {
		size_t count, size;
	} cases[] = {{0, 0}, {0, 8}, {8, 0}, {1, 1}, {7, 13}, {1000, 64}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char *at = mem_new(cases[i].count, cases[i].size);

		assert_non_null(at);
		for (size_t k = 0; k < cases[i].count * cases[i].size; k++)
			assert_int_equal(at[k], 0);
		at = mem_resize(at, cases[i].size, cases[i].count);
		assert_non_null(at);
		free(at);
	}
}

static void
a_copy_has_its_own_end(void **state)
{
	const char bytes[] = {'a', '\0', 'b'};

	(void)state;
	for (size_t len = 0; len <= sizeof bytes; len++) {
		char *copy = mem_copy(len ? bytes : NULL, len);

		assert_memory_equal(copy, bytes, len);
		assert_int_equal(copy[len], '\0');
		free(copy);
	}
	assert_null(mem_text(NULL));
}

static void
leave_quietly(void)
{
	_exit(42);
}

static void
go_on(void)
{
}

/* More than there can be: the terminal is put right first, and nobody goes on without the memory. */
static void
want_of_memory_ends_the_program(void **state)
{
	static const struct {
		void (*hook)(void);
		size_t count, size;
		bool by_signal;
	} cases[] = {{leave_quietly, SIZE_MAX, 2, false}, {leave_quietly, SIZE_MAX / 2 + 2, 2, false},
		{go_on, 3, SIZE_MAX / 2, true}, {NULL, SIZE_MAX, SIZE_MAX, true}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		pid_t child = fork();
		int status = 0;

		assert_true(child >= 0);
		if (child == 0) {
			signal(SIGABRT, SIG_DFL);
			close(STDERR_FILENO);
			mem_on_exhausted(cases[i].hook);
			mem_resize(NULL, cases[i].count, cases[i].size);
			_exit(1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		if (cases[i].by_signal)
			assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
		else
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	}
}

static void
printing_grows_a_text_at_every_length(void **state)
{
	struct text t = {NULL, 0, 0};
	size_t expected = 0;

	(void)state;
	text_printf(&t, "%s", "");
	assert_int_equal(t.len, 0);
	for (int width = 1; width < 400; width++) {
		text_printf(&t, "%0*d", width, width);
		expected += (size_t)width;
		assert_int_equal(t.len, expected);
		assert_int_equal(strlen(t.at), expected);
		assert_int_equal(atoi(t.at + expected - (width < 9 ? 1 : 3)),
			width < 9 ? width : width % 1000);
		assert_true(t.room > t.len);
	}
	text_free(&t);
	assert_true(!t.at && !t.len && !t.room);
}

/* Every way of changing a text, against an array of bytes. */
static void
a_text_is_the_bytes_put_into_it(void **state)
{
	uint64_t seed = 9;
	struct text t = {NULL, 0, 0};
	char model[8192], piece[40];
	size_t have = 0;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		size_t len = random_below(&seed, sizeof piece), kind = random_below(&seed, 4);

		if (kind == 3 || have + len > sizeof model) {
			size_t gone = random_below(&seed, 3) ? len : have + len;

			text_drop(&t, gone);
			gone = gone < have ? gone : have;
			memmove(model, model + gone, have - gone);
			have -= gone;
			len = 0;
		} else {
			random_letters(&seed, "xyz\0", kind ? 3 : 4, piece, sizeof piece);
			memcpy(model + have, piece, len);
			piece[kind ? len : sizeof piece - 1] = '\0';
			if (kind == 0)
				text_add(&t, model + have, len);
			else if (kind == 1)
				text_put(&t, piece);
			else
				text_printf(&t, "%s", piece);
		}
		have += len;
		assert_int_equal(t.len, have);
		assert_true(!t.at || t.at[have] == '\0');
		assert_true(have == 0 || memcmp(t.at, model, have) == 0);
	}
	text_free(&t);
}

static void
a_new_text_is_what_printf_prints(void **state)
{
	static const struct {
		int number;
		const char *words, *text;
	} cases[] = {{0, "", "0 |"}, {-1, "x", "-1 |x"}, {2147483647, "50%s%n", "2147483647 |50%s%n"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = text_new("%d |%s", cases[i].number, cases[i].words);

		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

struct entry {
	int key, value;
	UT_hash_handle hh;
};

/* Grown over many buckets, emptied at random, and nothing is lost or found twice. */
static void
a_table_holds_what_was_not_taken_out(void **state)
{
	enum { KEYS = 3000 };
	struct entry *table = NULL, *e, *next;
	static bool there[KEYS];
	uint64_t seed = 12;
	unsigned count = 0;

	(void)state;
	for (int round = 0; round < 4 * KEYS; round++) {
		int key = (int)random_below(&seed, KEYS);

		HASH_FIND_INT(table, &key, e);
		assert_int_equal(e != NULL, there[key]);
		if (e) {
			assert_int_equal(e->value, 7 * key);
			HASH_DEL(table, e);
			free(e);
		} else {
			e = mem_new(1, sizeof *e);
			*e = (struct entry){.key = key, .value = 7 * key};
			HASH_ADD_INT(table, key, e);
		}
		there[key] = !there[key];
		count += there[key] ? 1 : (unsigned)-1;
		assert_int_equal(HASH_COUNT(table), count);
	}
	HASH_ITER(hh, table, e, next)
	{
		assert_true(there[e->key]);
		HASH_DEL(table, e);
		free(e);
		count--;
	}
	assert_int_equal(count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_memory_is_clear_and_there),
		cmocka_unit_test(a_copy_has_its_own_end),
		cmocka_unit_test(want_of_memory_ends_the_program),
		cmocka_unit_test(printing_grows_a_text_at_every_length),
		cmocka_unit_test(a_text_is_the_bytes_put_into_it),
		cmocka_unit_test(a_new_text_is_what_printf_prints),
		cmocka_unit_test(a_table_holds_what_was_not_taken_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
