/* Every character there is, each in every form in which a stranger could write it. */
#include "tests/unit/cm.h"

#include "base/safe.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

#define LAST 0x10FFFFu

/* The form of `len` bytes, also where a shorter one exists; RFC 3629 section 3. */
static void
encode(uint32_t character, size_t len, char room[4])
{
	static const unsigned char heads[] = {0, 0, 0xC0, 0xE0, 0xF0};

	for (size_t i = len; i-- > 0; character >>= 6)
		room[i] = (char)(i ? 0x80 | (character & 0x3F) : heads[len] | character);
}

static size_t
shortest(uint32_t character)
{
	return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}

static bool
is_surrogate(uint32_t character)
{
	return character >= 0xD800 && character <= 0xDFFF;
}

static void
every_character_is_read_in_its_shortest_form_alone(void **state)
{
	static const uint32_t highest[] = {0, 0x7F, 0x7FF, 0xFFFF, 0x1FFFFF};

	(void)state;
	for (uint32_t c = 0; c <= 0x1FFFFF; c++) {
		for (size_t len = 1; len <= 4; len++) {
			bool good = len == shortest(c) && c <= LAST && !is_surrogate(c);
			uint32_t got = 0xABCDEF;
			char room[4];
			size_t read;

			if (c > highest[len])
				continue;
			encode(c, len, room);
			read = safe_decode((struct span){room, len}, &got);
			if (read != (good ? len : 0) || got != (good ? c : 0xABCDEF))
				fail_msg("U+%04X in %zu bytes: %zu, U+%04X", c, len, read, got);
		}
	}
}

/* Nothing is read behind the end: each piece lies alone in memory of its own size. */
static void
a_character_without_its_end_is_none(void **state)
{
	static const uint32_t characters[] = {0x80, 0x7FF, 0x800, 0x20AC, 0xFFFD, 0x10000, 0x1F4E7, LAST};

	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++) {
		size_t whole = shortest(characters[i]);
		char room[4];

		encode(characters[i], whole, room);
		for (size_t len = 1; len < whole; len++) {
			char *piece = malloc(len);
			uint32_t got = 0;

			assert_non_null(piece);
			memcpy(piece, room, len);
			assert_int_equal(safe_decode((struct span){piece, len}, &got), 0);
			free(piece);
		}
	}
}

static void
a_byte_out_of_its_place_ends_the_character(void **state)
{
	static const unsigned char wrong[] = {0x00, 'a', 0x7F, 0xC0, 0xC2, 0xE2, 0xF0, 0xFF};
	static const uint32_t characters[] = {0x9B, 0x202E, 0xE0001};

	(void)state;
	for (size_t i = 0; i < COUNT(characters) * COUNT(wrong); i++) {
		uint32_t character = characters[i / COUNT(wrong)], got;
		size_t len = shortest(character);
		char room[4];

		for (size_t at = 1; at < len; at++) {
			encode(character, len, room);
			room[at] = (char)wrong[i % COUNT(wrong)];
			assert_int_equal(safe_decode((struct span){room, len}, &got), 0);
		}
	}
}

/* What a stranger could use, by the names Unicode gives them. */
static void
each_kind_of_hostile_character_is_known(void **state)
{
	static const struct {
		uint32_t character;
		const char *name;
	} cases[] = {
		{0x00, "NUL"},
		{0x07, "BEL"},
		{0x08, "BS"},
		{0x09, "TAB"},
		{0x0A, "LF"},
		{0x0D, "CR"},
		{0x0E, "SO"},
		{0x1B, "ESC"},
		{0x7F, "DEL"},
		{0x84, "IND"},
		{0x85, "NEL"},
		{0x8D, "RI"},
		{0x90, "DCS"},
		{0x98, "SOS"},
		{0x9B, "CSI"},
		{0x9C, "ST"},
		{0x9D, "OSC"},
		{0x9E, "PM"},
		{0x9F, "APC"},
		{0xAD, "SOFT HYPHEN"},
		{0x61C, "ARABIC LETTER MARK"},
		{0x200B, "ZERO WIDTH SPACE"},
		{0x200C, "ZERO WIDTH NON-JOINER"},
		{0x200D, "ZERO WIDTH JOINER"},
		{0x200E, "LEFT-TO-RIGHT MARK"},
		{0x200F, "RIGHT-TO-LEFT MARK"},
		{0x2028, "LINE SEPARATOR"},
		{0x2029, "PARAGRAPH SEPARATOR"},
		{0x202A, "LEFT-TO-RIGHT EMBEDDING"},
		{0x202B, "RIGHT-TO-LEFT EMBEDDING"},
		{0x202C, "POP DIRECTIONAL FORMATTING"},
		{0x202D, "LEFT-TO-RIGHT OVERRIDE"},
		{0x202E, "RIGHT-TO-LEFT OVERRIDE"},
		{0x2060, "WORD JOINER"},
		{0x2063, "INVISIBLE SEPARATOR"},
		{0x2066, "LEFT-TO-RIGHT ISOLATE"},
		{0x2067, "RIGHT-TO-LEFT ISOLATE"},
		{0x2068, "FIRST STRONG ISOLATE"},
		{0x2069, "POP DIRECTIONAL ISOLATE"},
		{0xFEFF, "BYTE ORDER MARK"},
		{0xFFF9, "INTERLINEAR ANNOTATION ANCHOR"},
		{0xE0001, "LANGUAGE TAG"},
		{0xE007F, "CANCEL TAG"},
		{0xF0000, "PRIVATE USE, PLANE 15"},
		{LAST, "PRIVATE USE, PLANE 16"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (!safe_is_hostile(cases[i].character))
			fail_msg("%s is let through", cases[i].name);
	}
}

static void
what_people_write_is_let_through(void **state)
{
	static const char *const texts[] = {
		"220 mx.example.net ESMTP [192.0.2.1] ~ \\ \"quoted\" {brace}",
		"K\xC3\xB6ln \xC3\x9F \xC2\xA0 \xC2\xA1",
		"\xCE\x95\xCE\xBB\xCE\xBB\xCE\xAC\xCE\xB4\xCE\xB1",
		"\xD7\xA2\xD7\x91\xD7\xA8\xD7\x99\xD7\xAA",
		"\xD8\xB9\xD8\xB1\xD8\xA8\xD9\x8A",
		"\xE4\xBE\x8B\xE3\x81\x88",
		"\xE2\x80\x93 \xE2\x80\x9Cx\xE2\x80\x9D \xE2\x80\xA6",
		"\xF0\x9F\x93\xA7 \xEF\xBF\xBD",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct span rest = span_of(texts[i]);

		while (rest.len) {
			uint32_t character = 0;
			size_t len = safe_decode(rest, &character);

			assert_true(len > 0);
			assert_false(safe_is_hostile(character));
			rest = span_skip(rest, len);
		}
	}
}

static void
random_bytes_are_walked_to_their_end(void **state)
{
	uint64_t seed = 20261122;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = 1 + random_below(&seed, 24);
		char *bytes = malloc(len);
		struct span rest = {bytes, len};

		assert_non_null(bytes);
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)random_next(&seed);
		while (rest.len) {
			uint32_t character = 0;
			size_t read = safe_decode(rest, &character);
			char room[4];

			assert_true(read <= rest.len && read <= 4);
			if (read) { /* and it is those bytes, written the only way there is */
				assert_int_equal(read, shortest(character));
				encode(character, read, room);
				assert_memory_equal(room, rest.at, read);
			}
			rest = span_skip(rest, read ? read : 1);
		}
		free(bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_is_read_in_its_shortest_form_alone),
		cmocka_unit_test(a_character_without_its_end_is_none),
		cmocka_unit_test(a_byte_out_of_its_place_ends_the_character),
		cmocka_unit_test(each_kind_of_hostile_character_is_known),
		cmocka_unit_test(what_people_write_is_let_through),
		cmocka_unit_test(random_bytes_are_walked_to_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
