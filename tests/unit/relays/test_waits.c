/* Recipients that wait: by queue id and host, the last line decides, rows are evicted. */
#include "../cm.h"

#include "relays/waits.h"

#include <stdlib.h>
#include <string.h>

#define HOUR INT64_C(3600000)

enum where { NOWHERE, AT_A, AT_B, IS_DONE };

/* One line: what of whom waits where. */
struct step {
	const char *qid, *to;
	enum where where;
	unsigned host;
	int64_t since_ms;
};

struct waits_case {
	const char *name;
	struct step steps[6];
	uint64_t at_a, at_b;
	int64_t oldest_ms; /* of a */
};

static const struct waits_case cases[] = {
	{"one recipient", {{"Q1", "u", AT_A, 0, 5}}, 1, 0, 5},
	{"one recipient, told thrice",
		{{"Q1", "u", AT_A, 0, 5}, {"Q1", "u", AT_A, 0, 5}, {"Q1", "u", AT_A, 0, 5}}, 1, 0, 5},
	{"two messages, the older counts", {{"Q1", "u", AT_A, 0, 9}, {"Q2", "u", AT_A, 0, 5}}, 2, 0, 5},
	{"a message without a time does not hide another's",
		{{"Q1", "u", AT_A, 0, 0}, {"Q2", "u", AT_A, 0, 7}}, 2, 0, 7},
	{"a list of recipients", {{"Q1", "u,v, w", AT_A, 0, 5}, {"Q1", "v", NOWHERE, 0, 0}}, 1, 0, 5},
	{"blanks after commas do not matter", {{"Q1", "u, v", AT_A, 0, 5}, {"Q1", "v,u", NOWHERE, 0, 0}}, 0,
		0, 0},
	{"one recipient at each relay", {{"Q1", "u", AT_A, 0, 5}, {"Q1", "v", AT_B, 0, 6}}, 1, 1, 5},
	{"it moves to the relay tried last", {{"Q1", "u", AT_A, 0, 5}, {"Q1", "u", AT_B, 0, 5}}, 0, 1, 0},
	{"hosts have queue ids of their own", {{"Q1", "u", AT_A, 0, 5}, {"Q1", "u", NOWHERE, 1, 0}}, 1, 0, 5},
	{"done ends all", {{"Q1", "u", AT_A, 0, 5}, {"Q1", "v", AT_B, 0, 5}, {"Q1", "", IS_DONE, 0, 0}}, 0, 0,
		0},
	{"no queue id, no message", {{"", "u", AT_A, 0, 5}}, 0, 0, 0},
	{"queue ids differ in the first 32 bytes",
		{{"0123456789012345678901234567890A", "u", AT_A, 0, 5},
			{"0123456789012345678901234567890B", "u", AT_A, 0, 5},
			{"0123456789012345678901234567890BC", "u", NOWHERE, 0, 0}},
		1, 0, 5},
};

static void
take(struct waits *w, const struct step *s, struct row *a, struct row *b)
{
	struct wait_line line = {.host = s->host,
		.qid = span_of(s->qid),
		.to = span_of(s->to),
		.row = s->where == AT_A   ? a
		       : s->where == AT_B ? b
					  : NULL,
		.since_ms = s->since_ms};

	if (s->where == IS_DONE)
		waits_done(w, s->host, line.qid, NULL, NULL);
	else
		waits_take(w, &line);
}

static void
expect(const struct waits_case *c, const struct row *a, const struct row *b)
{
	int64_t oldest_ms, of_b;

	if (waits_of(a, &oldest_ms) != c->at_a || waits_of(b, &of_b) != c->at_b || oldest_ms != c->oldest_ms)
		fail_msg("%s: %d since %d and %d", c->name, (int)waits_of(a, &oldest_ms), (int)oldest_ms,
			(int)waits_of(b, &of_b));
}

static void
the_last_line_of_a_recipient_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct waits w = {0};
		struct table t = {0};
		struct row *a = table_row(&t, DIRECTION_CLIENT, span_of("a")),
			   *b = table_row(&t, DIRECTION_CLIENT, span_of("b"));

		for (size_t k = 0; k < COUNT(cases[i].steps) && cases[i].steps[k].qid; k++)
			take(&w, &cases[i].steps[k], a, b);
		expect(&cases[i], a, b);
		assert_int_equal(w.count == 0, cases[i].at_a + cases[i].at_b == 0);
		waits_free(&w);
		table_free(&t);
	}
}

static void
an_evicted_row_is_waited_for_no_more(void **state)
{
	struct waits w = {0};
	struct table t = {0};
	struct row *a = table_row(&t, DIRECTION_CLIENT, span_of("a")),
		   *b = table_row(&t, DIRECTION_CLIENT, span_of("b"));
	int64_t oldest_ms;
	(void)state;

	take(&w, &(struct step){"Q1", "u", AT_A, 0, HOUR}, a, b);
	take(&w, &(struct step){"Q1", "v", AT_B, 0, HOUR}, a, b);
	take(&w, &(struct step){"Q2", "u", AT_A, 0, HOUR}, a, b);
	waits_forget(&w, a);
	assert_int_equal(waits_of(a, &oldest_ms), 0);
	assert_int_equal(oldest_ms, 0);
	assert_int_equal(waits_of(b, &oldest_ms), 1);
	assert_int_equal(oldest_ms, HOUR);
	waits_free(&w);
	table_free(&t);
}

static void
nothing_is_kept_of_delivered_mail(void **state)
{
	struct waits w = {0};
	(void)state;

	take(&w, &(struct step){"Q1", "u,v", NOWHERE, 0, 0}, NULL, NULL);
	take(&w, &(struct step){"Q2", "", IS_DONE, 0, 0}, NULL, NULL);
	assert_int_equal(w.messages.count, 0);
	assert_int_equal(w.count, 0);
	waits_free(&w);
}

static void
count_row(void *arg, struct row *r)
{
	int *counts = arg;

	counts[r->relay.name[0] - 'a']++;
}

static void
a_message_given_up_is_told_once_a_relay(void **state)
{
	struct waits w = {0};
	struct table t = {0};
	struct row *a = table_row(&t, DIRECTION_CLIENT, span_of("a")),
		   *b = table_row(&t, DIRECTION_CLIENT, span_of("b"));
	int counts[2] = {0, 0};
	(void)state;

	take(&w, &(struct step){"Q1", "u,v,w", AT_A, 0, HOUR}, a, b);
	take(&w, &(struct step){"Q1", "x", AT_B, 0, HOUR}, a, b);
	take(&w, &(struct step){"Q2", "x", AT_B, 0, HOUR}, a, b);
	waits_done(&w, 0, span_of("Q1"), count_row, counts);
	waits_done(&w, 0, span_of("Q1"), count_row, counts);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 1);
	assert_int_equal(a->held, 0);
	assert_int_equal(b->held, 1);
	waits_free(&w);
	table_free(&t);
}

/* ---- against the plainest code
 * ------------------------------------------------------------------------------ */

#define MESSAGES 40
#define RECIPIENTS 5

struct model { /* where each recipient's last line left it */
	enum where where[MESSAGES][RECIPIENTS];
	int64_t since_ms[MESSAGES][RECIPIENTS];
};

static uint64_t
count_model(const struct model *m, enum where where, int64_t *oldest_ms)
{
	uint64_t count = 0;

	*oldest_ms = 0;
	for (size_t q = 0; q < MESSAGES; q++) {
		bool waits = false;

		for (size_t u = 0; u < RECIPIENTS; u++) {
			int64_t since_ms = m->since_ms[q][u];

			if (m->where[q][u] != where)
				continue;
			waits = true;
			if (since_ms && (*oldest_ms == 0 || since_ms < *oldest_ms))
				*oldest_ms = since_ms;
		}
		count += waits;
	}
	return count;
}

static void
random_step(struct waits *w, struct model *m, struct row *a, struct row *b)
{
	static uint64_t seed = 88172645463325252u;
	char qid[8] = "Q00", to[2] = "u";
	struct step s = {.qid = qid, .to = to};
	size_t q, u;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	q = seed % MESSAGES;
	u = seed / 64 % RECIPIENTS;
	qid[1] = (char)('0' + q / 10);
	qid[2] = (char)('0' + q % 10);
	to[0] = (char)('u' + u);
	s.where = (enum where)(seed / 1024 % 3);
	s.since_ms = seed / 4096 % 8 ? (int64_t)(seed / 65536 % 500) : 0;
	if (seed / 32768 % 25 == 0)
		s.where = IS_DONE;
	for (size_t each = 0; each < RECIPIENTS; each++) {
		if (each == u || s.where == IS_DONE) {
			m->where[q][each] = s.where;
			m->since_ms[q][each] = s.since_ms;
		}
	}
	take(w, &s, a, b);
}

static void
any_number_waits_as_the_plainest_code_counts(void **state)
{
	struct waits w = {0};
	struct table t = {0};
	struct row *a = table_row(&t, DIRECTION_CLIENT, span_of("a")),
		   *b = table_row(&t, DIRECTION_CLIENT, span_of("b"));
	struct model m = {{{NOWHERE}}, {{0}}};
	uint64_t most = 0;
	(void)state;

	for (int step = 1; step < 20000; step++) {
		int64_t oldest_ms, expected_ms;

		random_step(&w, &m, a, b);
		assert_int_equal(waits_of(a, &oldest_ms), count_model(&m, AT_A, &expected_ms));
		assert_int_equal(oldest_ms, expected_ms);
		assert_int_equal(waits_of(b, &oldest_ms), count_model(&m, AT_B, &expected_ms));
		assert_int_equal(oldest_ms, expected_ms);
		most = a->held > most ? a->held : most;
	}
	assert_true(most > MESSAGES / 2);
	waits_free(&w);
	assert_int_equal(a->held + b->held, 0);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_of_a_recipient_decides),
		cmocka_unit_test(an_evicted_row_is_waited_for_no_more),
		cmocka_unit_test(nothing_is_kept_of_delivered_mail),
		cmocka_unit_test(a_message_given_up_is_told_once_a_relay),
		cmocka_unit_test(any_number_waits_as_the_plainest_code_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
