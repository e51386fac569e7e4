/* The words of every enum: they stand in the JSON that others read, so a changed word is a broken promise. */
#include "tests/unit/cm.h"

#include "base/fault.h"
#include "model/look.h"

#include <ctype.h>
#include <string.h>

static const char *
fault_at(int i)
{
	return fault_word((enum fault_kind)i);
}

static const char *
stage_at(int i)
{
	return stage_word((enum stage)i);
}

static const char *
dns_at(int i)
{
	return dns_status_word((enum dns_status)i);
}

static const char *
source_at(int i)
{
	return policy_source_word((enum policy_source)i);
}

static const char *
verify_at(int i)
{
	return verify_word((enum verify)i);
}

static const struct {
	const char *name;
	const char *(*word)(int i);
	int count;
	const char *words; /* all of them, in the enum's order */
} enums[] = {
	{"fault", fault_at, FAULT_CANCELLED + 1,
		"none file usage dns unreachable refused timeout closed reset reply protocol tls limit cancelled "},
	{"stage", stage_at, STAGES, "none connect greeting ehlo starttls handshake ehlo2 "},
	{"dns", dns_at, DNS_LITERAL + 1, "secure insecure bogus nxdomain nodata failed hosts literal "},
	{"source", source_at, POLICY_SYSTEM + 1, "cf options system "},
	{"verify", verify_at, VERIFY_WORDS,
		" OK FAIL NO NOT TRUSTED DANE_FAIL NONE CLEAR TEMP PROTOCOL SOFTWARE CONFIG FAILURE DANE_NOTLS DANE_TEMP "
		"UNREACHABLE "},
};

static void
every_value_has_its_own_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(enums); i++) {
		char all[512] = "";

		for (int k = 0; k < enums[i].count; k++) {
			strcat(all, enums[i].word(k));
			strcat(all, " ");
			for (int other = 0; other < k; other++)
				assert_string_not_equal(enums[i].word(k), enums[i].word(other));
		}
		if (strcmp(all, enums[i].words) != 0)
			fail_msg("%s: %s", enums[i].name, all);
	}
}

/* Numbers as the DNS has them (RFC 1035, 3596, 6698). */
static void
types_are_named_as_dig_names_them(void **state)
{
	static const struct {
		int type;
		const char *word;
	} cases[] = {{1, "A"}, {5, "CNAME"}, {12, "PTR"}, {15, "MX"}, {16, "TXT"}, {28, "AAAA"}, {52, "TLSA"},
		{0, "?"}, {2, "?"}, {-1, "?"}, {65535, "?"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(dns_type_word(cases[i].type), cases[i].word);
}

/* A log is written by anybody: only the whole word, as Sendmail writes it, counts. */
static void
a_word_is_read_whole_and_in_its_case(void **state)
{
	(void)state;
	for (int v = VERIFY_OK; v < VERIFY_WORDS; v++) {
		const char *word = verify_word((enum verify)v);
		size_t len = strlen(word);
		char changed[32];

		assert_int_equal(verify_from((struct span){word, len}), v);
		assert_int_not_equal(verify_from((struct span){word, len - 1}), v);
		assert_int_equal(verify_from((struct span){word, len + 1}),
			VERIFY_UNKNOWN); /* with its NUL */
		for (size_t i = 0; i < len; i++) {
			strcpy(changed, word);
			changed[i] =
				(char)(isupper((unsigned char)changed[i]) ? tolower((unsigned char)changed[i])
									  : ' ');
			assert_int_equal(verify_from(span_of(changed)), VERIFY_UNKNOWN);
		}
	}
	assert_int_equal(verify_from((struct span){NULL, 0}), VERIFY_UNKNOWN);
}

static void
two_words_alone_are_good(void **state)
{
	(void)state;
	for (int v = VERIFY_UNKNOWN; v < VERIFY_WORDS; v++)
		assert_int_equal(verify_is_good((enum verify)v), v == VERIFY_OK || v == VERIFY_TRUSTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_has_its_own_word),
		cmocka_unit_test(types_are_named_as_dig_names_them),
		cmocka_unit_test(a_word_is_read_whole_and_in_its_case),
		cmocka_unit_test(two_words_alone_are_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
