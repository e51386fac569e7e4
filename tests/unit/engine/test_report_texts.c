/* The report of whole real logs, compared with texts that a person has read: tests/data/reports. */
#include "../cm.h"

#include "base/text.h"
#include "history_help.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EIGHT INT64_C(1795334400000) /* 2026-11-22T08:00:00Z: minutes after the logs */

static char *
expected_text(const char *name)
{
	char *path = text_new("%s/reports/%s.txt", TEST_DATA, name);
	FILE *f = fopen(path, "rb");
	struct text text = {0};
	char bytes[4096];
	size_t len;

	text_put(&text, "");
	while (f && (len = fread(bytes, 1, sizeof bytes, f)) > 0)
		text_add(&text, bytes, len);
	if (f)
		fclose(f);
	free(path);
	return text_take(&text);
}

static bool
reads_as_expected(const char *log)
{
	struct span bytes = help_log(log);
	struct history *h = help_history(bytes);
	char *expected = expected_text(log);
	struct text out = {0};
	bool same;

	report_history_text(&out, h, NULL, &(struct report_options){.now_ms = EIGHT});
	same = strcmp(out.at, expected) == 0;
	if (!same)
		fprintf(stderr, "%s:\n%s\nnot:\n%s\n", log, out.at, expected);
	text_free(&out);
	free(expected);
	history_free(h);
	free((char *)(uintptr_t)bytes.at);
	return same;
}

static void
reports_read_as_a_person_found_them_right(void **state)
{
	static const char *const logs[] = {"daemon-and-queue.iso", "policy-access-map.iso",
		"client-all-loglevel14.iso", "server-side.rfc5424", "msp-local-submission.iso"};
	int wrong = 0;
	(void)state;

	setenv("TZ", "UTC", 1);
	tzset();
	for (size_t i = 0; i < COUNT(logs); i++)
		wrong += !reads_as_expected(logs[i]);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reports_read_as_a_person_found_them_right)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
