/* The chain as lines: as judged, as repaired, what was not used, and other paths. */
#include "tests/unit/cm.h"

#include "hand.h"

#include "base/mem.h"
#include "tui/chain_page.h"
#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

static const struct verdict fail20 = {.verify = VERIFY_FAIL,
	.code = 20,
	.message = "unable to get local issuer certificate",
	.subject = "/CN=mx"};

static struct path *
path_of(struct certificate *a, struct certificate *b, struct certificate *c)
{
	struct certificate *const all[] = {a, b, c, NULL};

	return hand_path(all);
}

static struct chain *
chain_of(struct certificate *a, struct certificate *b)
{
	struct certificate **all = mem_new(2, sizeof *all);

	all[0] = a;
	all[1] = b;
	return chain_new(all, b ? 2 : 1);
}

/* The lines of a case at 80 columns, which it then frees. */
static char *
lines_of(struct chain_case *c)
{
	struct chain_page page = {.items = NULL};
	char *got;

	c->now_ms = HAND_NOW;
	chain_page_build(&page, c, 80, false);
	got = hand_lines(&page.pane);
	chain_page_free(&page);
	path_unref((struct path *)c->path);
	path_unref((struct path *)c->repaired);
	chain_unref((struct chain *)c->sent);
	for (size_t i = 0; i < c->other_count; i++)
		path_unref(c->others[i]);
	return got;
}

static void
a_repaired_chain_shows_what_was_sent_and_what_was_added(void **state)
{
	struct path *path = path_of(hand_certificate("mx", "CA", 41), NULL, NULL);
	struct path *repaired = path_of(hand_certificate("mx", "CA", 41), hand_certificate("CA", "Root", 900),
		hand_certificate("Root", "Root", 3000));
	struct chain_case c = {.verdict = &fail20, .path = path, .repaired = repaired, .ca_file = "/ca.pem"};
	char *got;

	(void)state;
	path->items[0].code = repaired->items[0].code = 20;
	repaired->items[1] = (struct path_item){.from = mem_text("http://ca.example.net/ca.der")};
	repaired->items[2] = (struct path_item){.in_store = true};
	got = lines_of(&c);
	assert_string_equal(got,
		" unable to get local issuer certificate: /CN=mx\n"
		" ✗ 0 mx                             RSA 2048    41 d left        sent\n"
		" │     issuer not sent, not in /ca.pem\n"
		" + 1 CA                             RSA 2048    2 y left         (not sent)\n"
		" │     from http://ca.example.net/ca.der\n"
		" ✓ 2 Root                           RSA 2048    8 y left         in the store\n");
	free(got);
}

static void
what_is_not_repaired_ends_where_the_issuer_is_missing(void **state)
{
	static const struct {
		const char *issuer;
		bool in_store;
		const char *has, *lacks;
	} cases[] = {
		{"CA", false, " │     issuer not sent, not in the store: /CN=CA\n", "its own issuer"},
		{"mx", false, " │     is its own issuer, and not in the store\n", "issuer not sent"},
		{"CA", true, "sent, in store\n", "│"}, /* an anchor that is no root */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct path *path = path_of(hand_certificate("mx", cases[i].issuer, 41), NULL, NULL);
		struct chain_case c = {.verdict = &fail20, .path = path};
		char *got;

		path->items[0].in_store = cases[i].in_store;
		got = lines_of(&c);
		hand_has(got, cases[i].has);
		hand_lacks(got, cases[i].lacks);
		free(got);
	}
}

/* Each certificate has its own verdict, in the words of the first judgement that met that error. */
static void
every_certificate_tells_its_own_error(void **state)
{
	static const struct verdict expired = {
		.verify = VERIFY_FAIL, .code = 10, .depth = 0, .message = "certificate has expired"};
	struct experiment weak = {
		.verdict = {.verify = VERIFY_FAIL, .code = 67, .message = "CA certificate key too weak"}};
	struct path *path = path_of(hand_certificate("mx", "CA", -3), hand_certificate("CA", "Root", 90),
		hand_certificate("Root", "Root", 900));
	struct chain_case c = {
		.verdict = &expired, .path = path, .experiments = &weak, .experiment_count = 1};
	char *got;

	(void)state;
	path->items[0].code = 10;
	path->items[1].code = 67;
	path->items[2].code = 47;
	path->items[2].in_store = true;
	got = lines_of(&c);
	hand_has(got, " ✗ 0 mx                             RSA 2048    expired 3 d ago  sent\n"
		      " │     error 10: certificate has expired\n");
	hand_has(got, " │     error 67: CA certificate key too weak\n");
	hand_has(got, " │     error 47: see `man verify`\n");
	free(got);
}

static void
what_was_sent_and_not_used_stands_behind_the_path(void **state)
{
	struct certificate *leaf = hand_certificate("mx", "CA", 41),
			   *more = hand_certificate("Cross", "Old", -1);
	struct path *path = path_of(certificate_ref(leaf), NULL, NULL);
	struct chain_case c = {.verdict = &fail20, .path = path, .sent = chain_of(leaf, more)};
	char *got = lines_of(&c);

	(void)state;
	hand_has(got, "\n -   Cross                          RSA 2048    expired 1 d ago  sent, not used\n");
	hand_lacks(got, "-   mx");
	free(got);
}

static void
a_chain_of_which_nothing_could_be_built_is_shown_as_sent(void **state)
{
	struct chain_case c = {.verdict = &fail20,
		.sent = chain_of(hand_certificate("mx", "CA", 41), hand_certificate("Other", "CA", 41))};
	char *got = lines_of(&c);

	(void)state;
	hand_has(got, "   0 mx ");
	hand_has(got, "   1 Other ");
	hand_lacks(got, "not used");
	free(got);
}

/* A repair that leaves out what the verdict went through: an expired cross-sign. */
static void
a_repair_by_another_way_shows_both_ways(void **state)
{
	static const struct verdict expired = {
		.verify = VERIFY_FAIL, .code = 10, .depth = 1, .message = "certificate has expired"};
	struct path *path =
		path_of(hand_certificate("mx", "CA", 41), hand_certificate("Cross", "Old Root", -5), NULL);
	struct path *repaired = path_of(hand_certificate("mx", "CA", 41),
		hand_certificate("New Root", "New Root", 900), NULL);
	struct chain_case c = {.verdict = &expired,
		.path = path,
		.repaired = repaired,
		.in_the_way = "An expired cross-signed certificate is sent and gets in the way"};
	char *got;

	(void)state;
	path->items[1].code = 10;
	repaired->items[1] = (struct path_item){.in_store = true};
	got = lines_of(&c);
	hand_has(got,
		" An expired cross-signed certificate is sent and gets in the way\n as judged:\n ✓ 0 mx");
	hand_has(got, "✗ 1 Cross");
	hand_has(got, " as repaired:\n ✓ 0 mx");
	hand_has(got, "✓ 1 New Root");
	free(got);
}

static void
other_paths_are_shown_beside_the_one_that_the_verdict_used(void **state)
{
	static const struct verdict good = {.verify = VERIFY_OK};
	struct path *others[2];
	struct chain_case c = {.verdict = &good,
		.path = path_of(hand_certificate("mx", "CA", 41), NULL, NULL),
		.others = others,
		.other_count = 2};
	char *got;

	(void)state;
	others[0] = path_of(hand_certificate("mx", "CA", 41), hand_certificate("Root A", "Root A", 9), NULL);
	others[1] = path_of(hand_certificate("mx", "CA", 41), hand_certificate("Root B", "Root B", 9), NULL);
	others[0]->items[1].in_store = others[1]->items[1].in_store = true;
	got = lines_of(&c);
	assert_int_equal(strncmp(got, " the path that the verdict used:\n ✓ 0 mx", 40), 0);
	hand_has(got, " another path to a trust anchor, not used by the verdict:\n ✓ 0 mx");
	hand_has(got, "✓ 1 Root A");
	hand_has(got, "✓ 1 Root B");
	free(got);
}

/* The same certificate may stand on the page several times: each row is another one for the selection. */
static void
every_row_has_a_key_of_its_own_and_holds_its_certificate(void **state)
{
	struct certificate *leaf = hand_certificate("mx", "mx", 41);
	struct path *path = path_of(leaf, certificate_ref(leaf), certificate_ref(leaf));
	struct path *others[] = {path_ref(path), path_ref(path)};
	struct chain_case c = {.verdict = &fail20,
		.path = path,
		.repaired = path,
		.others = others,
		.other_count = 2,
		.now_ms = HAND_NOW};
	struct chain_page page = {.items = NULL};

	(void)state;
	chain_page_build(&page, &c, 80, false);
	for (int i = 0; i < 3; i++)
		path_unref(path); /* the look goes on */
	assert_int_equal(page.count, 9);
	for (size_t i = 0; i < page.count; i++) {
		assert_string_equal(page.items[i].certificate->subject, "/CN=mx");
		assert_true(pane_first(&page.pane, i) < page.pane.count);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(page.items[i].key, page.items[k].key);
	}
	chain_page_free(&page);
}

static void
hostile_names_are_cut_to_their_columns_at_any_width(void **state)
{
	struct certificate *leaf = hand_certificate(
		"evil\033[2J\xE2\x80\xAE name \xFF 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", "CA",
		41);
	struct path *path = path_of(leaf, NULL, NULL);
	struct chain_case c = {.verdict = &fail20, .path = path, .now_ms = HAND_NOW};
	struct chain_page page = {.items = NULL};

	(void)state;
	hand_locale();
	for (int width = 60; width < 140; width += 10) {
		const char *where;
		size_t at;

		chain_page_build(&page, &c, width, false);
		at = pane_first(&page.pane, 0);
		where = strstr(page.pane.at[at].text, "RSA 2048");
		assert_non_null(where);
		assert_int_equal(safe_width((struct span){page.pane.at[at].text,
						    (size_t)(where - page.pane.at[at].text)},
					 false),
			5 +
				(width > 100         ? 48
					: width > 70 ? 30
						     : width / 3) +
				1);
	}
	chain_page_free(&page);
	path_unref(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_repaired_chain_shows_what_was_sent_and_what_was_added),
		cmocka_unit_test(what_is_not_repaired_ends_where_the_issuer_is_missing),
		cmocka_unit_test(every_certificate_tells_its_own_error),
		cmocka_unit_test(what_was_sent_and_not_used_stands_behind_the_path),
		cmocka_unit_test(a_chain_of_which_nothing_could_be_built_is_shown_as_sent),
		cmocka_unit_test(a_repair_by_another_way_shows_both_ways),
		cmocka_unit_test(other_paths_are_shown_beside_the_one_that_the_verdict_used),
		cmocka_unit_test(every_row_has_a_key_of_its_own_and_holds_its_certificate),
		cmocka_unit_test(hostile_names_are_cut_to_their_columns_at_any_width),
	};

	return cmocka_run_group_tests_name("chain_page", tests, NULL, NULL);
}
