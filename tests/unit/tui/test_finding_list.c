/* What is found of a relay and of this host, in one order. */
#include "tests/unit/cm.h"

#include "hand.h"

#include "tui/finding_list.h"

#include <stdlib.h>
#include <string.h>

/* "a b | c": the ids in order, those of the host alone behind the bar. */
static char *
ids_of(const struct finding_list *list)
{
	struct text out = {NULL, 0, 0};

	text_put(&out, "");
	for (size_t i = 0; i < list->count; i++)
		text_printf(&out, "%s%s%s", i ? " " : "", finding_list_is_hosts(list, i) ? "|" : "",
			list->items[i]->id);
	return text_take(&out);
}

static void
the_hosts_findings_come_last_and_each_once(void **state)
{
	static const struct {
		const char *relay[3], *host[3];
		const char *order;
	} cases[] = {
		{{"leaf-expired"}, {"key-unsafe", "clock-wrong"}, "leaf-expired |key-unsafe |clock-wrong"},
		/* The same finding on both sides is one. */
		{{"clock-wrong", "leaf-expired"}, {"key-unsafe", "clock-wrong"},
			"clock-wrong leaf-expired |key-unsafe"},
		{{NULL}, {"key-unsafe", "log-too-quiet"}, "|key-unsafe |log-too-quiet"},
		{{"leaf-expired"}, {NULL}, "leaf-expired"},
		{{NULL}, {NULL}, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct findings of_relay = {NULL, 0}, of_host = {NULL, 0};
		struct finding_list list;
		char *got;

		for (int k = 0; k < 3 && cases[i].relay[k]; k++)
			hand_finding(&of_relay, cases[i].relay[k], "T", "E");
		for (int k = 0; k < 3 && cases[i].host[k]; k++)
			hand_finding(&of_host, cases[i].host[k], "T", "E");
		finding_list_join(&list, &of_relay, &of_host);
		got = ids_of(&list);
		assert_string_equal(got, cases[i].order);
		free(got);
		findings_clear(&of_relay);
		findings_clear(&of_host);
	}
}

static void
without_a_relay_there_are_the_hosts_findings_and_never_too_many(void **state)
{
	static char ids[200][8];
	struct findings of_host = {NULL, 0};
	struct finding_list list;

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		snprintf(ids[i], sizeof ids[i], "id%zu", i);
		hand_finding(&of_host, ids[i], "T", "E");
	}
	finding_list_join(&list, NULL, &of_host);
	assert_int_equal(list.count, FINDINGS_MOST);
	assert_int_equal(list.hosts, FINDINGS_MOST);
	assert_int_equal(finding_list_find(&list, "id63"), 63);
	assert_int_equal(finding_list_find(&list, "id64"), 0);
	assert_int_equal(finding_list_find(&list, NULL), 0);
	findings_clear(&of_host);
}

static void
a_line_names_severity_and_host(void **state)
{
	struct findings of_relay = {NULL, 0}, of_host = {NULL, 0};
	struct finding_list list;
	struct text out = {NULL, 0, 0};

	(void)state;
	hand_finding(&of_relay, "self-signed", "Certificate is self-signed", "E")->severity = SEVERITY_NOTICE;
	hand_finding(&of_host, "key-unsafe", "Key is readable", "E")->severity = SEVERITY_ERROR;
	finding_list_join(&list, &of_relay, &of_host);
	for (size_t i = 0; i < list.count; i++) {
		finding_list_put(&list, i, &out);
		text_put(&out, "\n");
	}
	assert_string_equal(out.at,
		"notice: certificate is self-signed\nerror: this host: key is readable\n");
	text_free(&out);
	findings_clear(&of_relay);
	findings_clear(&of_host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hosts_findings_come_last_and_each_once),
		cmocka_unit_test(without_a_relay_there_are_the_hosts_findings_and_never_too_many),
		cmocka_unit_test(a_line_names_severity_and_host),
	};

	return cmocka_run_group_tests_name("finding_list", tests, NULL, NULL);
}
