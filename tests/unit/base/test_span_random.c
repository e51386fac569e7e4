/* Spans of random letters against the plainest code that could do the same. */
#include "tests/unit/cm.h"

#include "base/span.h"
#include "random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 20000

/* Few letters, so that separators are found, found twice and half found. */
static const char letters[] = {'a', 'b', ',', ' ', '\0'};

static const char *const needles[] = {",", ", ", "a", "ab", "aba", "a,a", "  ", "bbbb"};

/* A random span alone in memory of its own size, so that a read behind its end is caught. */
static char *
some_bytes(uint64_t *seed, size_t *len)
{
	char *bytes;

	*len = random_below(seed, 14);
	bytes = malloc(*len ? *len : 1);
	assert_non_null(bytes);
	random_letters(seed, letters, sizeof letters, bytes, *len);
	return bytes;
}

static bool
stands_at(struct span s, size_t at, const char *needle)
{
	for (size_t i = 0; needle[i]; i++) {
		if (at + i >= s.len || s.at[at + i] != needle[i])
			return false;
	}
	return true;
}

static ptrdiff_t
first_of(struct span s, const char *needle)
{
	for (size_t at = 0; at < s.len; at++) {
		if (stands_at(s, at, needle))
			return (ptrdiff_t)at;
	}
	return -1;
}

static ptrdiff_t
last_of(struct span s, const char *needle)
{
	for (size_t at = s.len; at-- > 0;) {
		if (stands_at(s, at, needle))
			return (ptrdiff_t)at;
	}
	return -1;
}

static void
check_cuts(struct span s, const char *needle)
{
	ptrdiff_t first = first_of(s, needle), last = last_of(s, needle);
	struct span rest = s, head = {NULL, 77}, front = s, tail;
	size_t len = strlen(needle);

	assert_int_equal(span_find(s, needle), first);
	assert_int_equal(span_cut(&rest, needle, &head), first >= 0);
	assert_ptr_equal(head.at, s.at);
	assert_int_equal(head.len, first >= 0 ? (size_t)first : s.len);
	assert_int_equal(rest.len, first >= 0 ? s.len - (size_t)first - len : 0);
	assert_ptr_equal(rest.at, s.at + s.len - rest.len);
	tail = span_cut_last(&front, needle);
	assert_ptr_equal(front.at, s.at);
	assert_int_equal(front.len, last >= 0 ? (size_t)last : s.len);
	assert_ptr_equal(tail.at, last >= 0 ? s.at + last + len : NULL);
	assert_int_equal(tail.len, last >= 0 ? s.len - (size_t)last - len : 0);
}

static void
cuts_are_where_the_letters_say(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len;
		char *bytes = some_bytes(&seed, &len);
		const char *needle = needles[random_below(&seed, COUNT(needles))];
		struct span s = {bytes, len};

		check_cuts(s, needle);
		assert_int_equal(span_starts(s, needle), stands_at(s, 0, needle));
		assert_int_equal(span_ends(s, needle),
			len >= strlen(needle) && stands_at(s, len - strlen(needle), needle));
		free(bytes);
	}
}

/* Cut into pieces and put together again, nothing is lost. */
static void
pieces_make_the_whole(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len, have = 0;
		char *bytes = some_bytes(&seed, &len), again[64];
		const char *needle = needles[random_below(&seed, COUNT(needles))];
		struct span rest = {bytes, len}, head;
		bool more = true;

		while (more) {
			more = span_cut(&rest, needle, &head);
			assert_int_equal(first_of(head, needle), -1);
			memcpy(again + have, head.at, head.len);
			have += head.len;
			if (more)
				memcpy(again + have, needle, strlen(needle));
			have += more ? strlen(needle) : 0;
		}
		assert_int_equal(have, len);
		assert_memory_equal(again, bytes, len);
		free(bytes);
	}
}

static bool
is_trimmed(char c)
{
	return c == ' ' || c == '\0';
}

static void
trimming_takes_blanks_at_the_ends_alone(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len, begin = 0, end;
		char *bytes = some_bytes(&seed, &len);
		struct span s = {bytes, len}, t = span_trim(s);

		for (end = len; end > 0 && is_trimmed(bytes[end - 1]); end--)
			;
		while (begin < end && is_trimmed(bytes[begin]))
			begin++;
		assert_int_equal(t.len, end - begin);
		assert_true(t.len == 0 || t.at == bytes + begin);
		assert_true(span_same(t, span_trim(t)));
		free(bytes);
	}
}

static void
spans_are_the_same_byte_for_byte(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char a[4], b[4];
		size_t a_len = random_below(&seed, 4), b_len = random_below(&seed, 4), same = 0;

		random_letters(&seed, letters, 2, a, sizeof a);
		random_letters(&seed, letters, 2, b, sizeof b);
		while (same < a_len && same < b_len && a[same] == b[same])
			same++;
		assert_int_equal(span_same((struct span){a, a_len}, (struct span){b, b_len}),
			a_len == b_len && same == a_len);
		b[b_len < 3 ? b_len : 3] = '\0';
		b_len = strlen(b);
		for (same = 0; same < a_len && same < b_len && a[same] == b[same];)
			same++;
		assert_int_equal(span_is((struct span){a, a_len}, b), a_len == b_len && same == a_len);
	}
}

static void
copies_end_where_their_room_ends(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len, size = 1 + random_below(&seed, 16), kept;
		char *bytes = some_bytes(&seed, &len), *room = malloc(size), *copy;

		assert_non_null(room);
		kept = len < size ? len : size - 1;
		memset(room, 'x', size);
		span_put((struct span){bytes, len}, room, size);
		assert_memory_equal(room, bytes, kept);
		assert_int_equal(room[kept], '\0');
		copy = span_copy((struct span){bytes, len});
		assert_memory_equal(copy, bytes, len);
		assert_int_equal(copy[len], '\0');
		free(copy);
		free(room);
		free(bytes);
	}
}

static void
numbers_survive_being_written(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		int64_t number = (int64_t)(random_next(&seed) >> random_below(&seed, 64)), got = -77;
		char text[32];
		bool fits;

		if (number < 0)
			number = INT64_MAX; /* shifted by nothing */
		if (round % 2)
			number = -number;
		snprintf(text, sizeof text, "%" PRId64, number);
		fits = number < INT64_C(1000000000000000000) && number > -INT64_C(1000000000000000000);
		assert_int_equal(span_number(span_of(text), &got), fits);
		assert_int_equal(got, fits ? number : -77);
		text[random_below(&seed, strlen(text))] = letters[random_below(&seed, sizeof letters)];
		assert_false(span_number((struct span){text, strlen(text) + 1}, &got));
	}
}

static void
an_empty_span_may_be_nowhere(void **state)
{
	const struct span nowhere = {NULL, 0};
	struct span rest = nowhere, head = {"x", 1}, front = nowhere;
	char room[2] = "x", *copy;
	int64_t number = 7;

	(void)state;
	assert_int_equal(span_find(nowhere, "a"), -1);
	assert_false(span_cut(&rest, ",", &head));
	assert_int_equal(head.len + rest.len, 0);
	assert_null(span_cut_last(&front, ",").at);
	assert_int_equal(span_trim(nowhere).len + span_skip(nowhere, 3).len + span_of(NULL).len, 0);
	assert_true(span_is(nowhere, "") && span_starts(nowhere, "") && span_ends(nowhere, ""));
	assert_false(span_is(nowhere, "a") || span_starts(nowhere, "a") || span_ends(nowhere, "a"));
	assert_false(span_number(nowhere, &number));
	span_put(nowhere, room, sizeof room);
	assert_string_equal(room, "");
	copy = span_copy(nowhere);
	assert_string_equal(copy, "");
	free(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_are_where_the_letters_say),
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(trimming_takes_blanks_at_the_ends_alone),
		cmocka_unit_test(spans_are_the_same_byte_for_byte),
		cmocka_unit_test(copies_end_where_their_room_ends),
		cmocka_unit_test(numbers_survive_being_written),
		cmocka_unit_test(an_empty_span_may_be_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
