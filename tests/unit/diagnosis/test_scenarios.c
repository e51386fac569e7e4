/* Real logs of real faults: tests/data/logs/scenarios.json, each with the finding that comes first. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "diagnosis/diagnosis.h"
#include "maillog/parse.h"
#include "relays/history.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define AT INT64_C(1795910400000) /* 2026-11-29 */

/* The first finding: of the relay, else of the host; "" for a control that must show none. "?": not certain;
 * where the log cannot tell two causes apart, the one that it names has a "?", and `cause` says which of them
 * it was. */
static const struct expected {
	const char *id, *finding;
} expected[] = {
	{"good-both", ""},
	{"only-cacertfile", "ca-option-missing"},
	{"neither", "ca-options-unset"},
	{"path-hashed", ""},
	{"path-unhashed", "unknown-root?"}, /* the same lines as the next: an audit tells */
	{"cafile-unrelated", "unknown-root?"},
	{"missing-intermediate", "missing-intermediate?"},
	{"self-signed", "self-signed"},
	{"expired-leaf", "leaf-expired"},
	{"weak-leaf-768", "weak-key"},
	{"md5-leaf", "weak-signature"},
	{"cafile-unsafe", ""}, /* Sendmail warns, and uses it all the same */
	{"cafile-missing", "ca-file-unusable"},
	{"clientkey-ok", ""},
	{"clientkey-groupreadable", "key-unsafe"},
	{"clientkey-worldreadable", "key-unsafe"},
	{"tls10-only", "protocol-too-old"},
	{"tls12-only", ""},
	{"dh1024", "weak-dh"},
	{"aes128sha", ""},
	{"anon", "handshake-failed?"}, /* alert 40 is all that the log has */
	{"server-requires-client-cert", "client-cert-required"},
	{"pix", "log-too-quiet?"}, /* no line says that there was no STARTTLS */
	{"policy-verify-goodchain", ""},
	{"policy-verify-selfsigned", "self-signed"},
	{"policy-temp-verify-goodchain", ""},
	{"policy-temp-verify-selfsigned", "self-signed"},
	{"policy-perm-verify-goodchain", ""},
	{"policy-encr256-goodchain", "policy-deferred"},
	{"policy-encr256-selfsigned", "self-signed"},
	{"policy-verify-cn-selfsigned", "self-signed"},
	{"try-tls-no-goodchain", "clear-by-us"},
	{"try-tls-no-selfsigned", "clear-by-us"},
	{"policy-verify-nostarttls", "starttls-not-offered?"},
};

static const char *
expected_of(const char *id)
{
	for (size_t i = 0; i < COUNT(expected); i++) {
		if (strcmp(expected[i].id, id) == 0)
			return expected[i].finding;
	}
	return "(no such scenario)";
}

static struct history *
history_of(const json_t *lines)
{
	struct history *h = history_new(&(struct history_options){.max_relays = 0});
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		struct event e;

		if (maillog_parse(span_of(json_string_value(line)), AT, &e))
			history_feed(h, &e);
	}
	return h;
}

/* The first finding as `expected` has it. */
static char *
first_of(const struct history *h)
{
	struct evidence e = {.history = h, .now_ms = AT};
	struct diagnosis relay, host;
	const struct findings *list;
	char *first;

	e.relay = history_relay_count(h) ? history_relay(h, 0) : NULL;
	diagnose_relay(&e, &relay);
	e.relay = NULL;
	diagnose_host(&e, &host);
	list = relay.findings.count ? &relay.findings : &host.findings;
	first = list->count ? text_new("%s%s", list->items[0]->id, list->items[0]->certain ? "" : "?")
			    : text_new("%s", "");
	diagnosis_clear(&relay);
	diagnosis_clear(&host);
	return first;
}

static void
real_logs_name_the_right_finding_first(void **state)
{
	json_error_t error;
	json_t *all = json_load_file(TEST_DATA "/logs/scenarios.json", 0, &error), *scenario;
	size_t i, right = 0;

	(void)state;
	assert_non_null(all);
	json_array_foreach(all, i, scenario)
	{
		const char *id = json_string_value(json_object_get(scenario, "id"));
		struct history *h = history_of(json_object_get(scenario, "lines"));
		char *first = first_of(h);

		if (strcmp(first, expected_of(id)) == 0)
			right++;
		else
			print_message("%s (%s): \"%s\", expected \"%s\"\n", id,
				json_string_value(json_object_get(scenario, "cause")), first,
				expected_of(id));
		free(first);
		history_free(h);
	}
	print_message("scenarios %zu/%zu\n", right, json_array_size(all));
	assert_int_equal(right, json_array_size(all));
	assert_int_equal(right, COUNT(expected));
	json_decref(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_logs_name_the_right_finding_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
