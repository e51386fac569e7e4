/* A log of some thousand relays: read, filtered and asked for causes a slice at a time, until all is done. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "tui/relay_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RELAYS 6000
#define SLICE 800  /* rows that one update may read at most */
#define CAUSES 101 /* and causes that one visit may find */

struct many {
	uv_loop_t loop;
	struct engine *engine;
	char path[32];
	struct relay_rows rows;
};

/* Every fifth relay is self-signed, every fifth has expired, the others are good. */
static void
write_log(char *path)
{
	static const struct {
		const char *verify, *message;
	} ends[] = {{"FAIL", "self-signed certificate"}, {"FAIL", "certificate has expired"}, {"OK", "ok"},
		{"OK", "ok"}, {"OK", "ok"}};
	FILE *f;
	int fd;

	fd = mkstemp(path);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_non_null(f);
	for (int i = 0; i < RELAYS; i++) {
		char head[80];

		snprintf(head, sizeof head, "2026-11-22T10:%02d:%02d+00:00 mx1 sm-mta[%d]: STARTTLS=client",
			i / 60 % 60, i % 60, 1000 + i);
		fprintf(f,
			"%s, relay=mx%d.example.net., version=TLSv1.3, verify=%s, cipher=X, bits=256/256\n",
			head, i, ends[i % 5].verify);
		fprintf(f, "%s, cert-subject=/CN=x, cert-issuer=/CN=y, verifymsg=%s\n", head,
			ends[i % 5].message);
	}
	fclose(f);
}

static void
on_read(void *arg, const struct fault *fault)
{
	assert_null(fault);
	uv_stop(arg);
}

static int
open_many(void **state)
{
	struct many *m = calloc(1, sizeof *m);
	const char *logs[] = {m->path};
	const struct engine_options options = {.logs = logs,
		.log_count = 1,
		.port = 25,
		.jobs = 1,
		.pace = 5,
		.timeout_ms = 60000,
		.max_relays = 50000};
	struct fault why;

	snprintf(m->path, sizeof m->path, "/tmp/many-XXXXXX");
	write_log(m->path);
	uv_loop_init(&m->loop);
	m->engine = engine_new(&m->loop, &options, &why);
	assert_non_null(m->engine);
	engine_read(m->engine, on_read, &m->loop);
	uv_run(&m->loop, UV_RUN_DEFAULT);
	while (!engine_policy(m->engine))
		uv_run(&m->loop, UV_RUN_ONCE);
	*state = m;
	return 0;
}

static int
close_many(void **state)
{
	struct many *m = *state;

	relay_rows_free(&m->rows);
	engine_close(m->engine, NULL, NULL);
	uv_run(&m->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&m->loop), 0);
	unlink(m->path);
	free(m);
	return 0;
}

static struct relay_source
source_of(const struct many *m)
{
	return (struct relay_source){
		m->engine, engine_history(m->engine), engine_generation(m->engine), engine_now(m->engine)};
}

static size_t
known_causes(const struct relay_rows *rows)
{
	size_t known = 0;

	for (size_t i = 0; i < rows->all_count; i++)
		known += rows->all[i].cause.who != NULL;
	return known;
}

/* Updates and visits until nothing is left to do; tells how often. */
static size_t
settle(struct many *m, const struct relay_order *order)
{
	const struct relay_source from = source_of(m);
	size_t times = 0;

	do {
		size_t known = known_causes(&m->rows);

		relay_rows_update(&m->rows, &from, order);
		relay_rows_visit(&m->rows, &from);
		assert_in_range(known_causes(&m->rows) - known, 0, CAUSES);
		times++;
	} while (relay_rows_are_behind(&m->rows) && times < 1000);
	return times;
}

static void
rows_are_read_in_slices_until_all_are_there(void **state)
{
	const struct relay_order order = {.sort = SORT_NAME};
	struct many *m = *state;
	const struct relay_source from = source_of(m);
	size_t before = 0, times = 0;

	for (; m->rows.sums.relays < RELAYS && times < 100; times++) {
		assert_true(relay_rows_update(&m->rows, &from, &order));
		assert_in_range(m->rows.sums.relays, before + 1, before + SLICE);
		assert_in_range(m->rows.count, 1,
			m->rows.sums.relays); /* there is something to see at once */
		for (size_t i = 1; i < m->rows.count; i++)
			assert_true(strcmp(relay_rows_at(&m->rows, i - 1)->name,
					    relay_rows_at(&m->rows, i)->name) < 0);
		before = m->rows.sums.relays;
	}
	assert_in_range(times, RELAYS / SLICE, 20);
	assert_int_equal(m->rows.count, RELAYS);
	assert_int_equal(m->rows.sums.verified, RELAYS / 5 * 3);
	assert_false(relay_rows_update(&m->rows, &from, &order));
}

static void
causes_of_rows_that_nobody_sees_are_found_in_the_background(void **state)
{
	const struct relay_order order = {.sort = SORT_STATE};
	struct many *m = *state;
	const struct relay_source from = source_of(m);
	struct list_source s;
	size_t found = 0;

	relay_rows_update(&m->rows, &from, &order);
	relay_rows_visit(&m->rows, &from);
	assert_true(relay_rows_are_behind(&m->rows));
	assert_in_range(relay_rows_progress(&m->rows), 0, 99);
	assert_in_range(settle(m, &order), RELAYS / CAUSES, 999);
	assert_int_equal(relay_rows_progress(&m->rows), 100);
	relay_rows_source(&m->rows, &s);
	for (size_t i = 0; i < s.count; i++)
		found += list_matches(s.text(s.arg, i), "them self-signed Certificate is self-signed");
	assert_int_equal(found, RELAYS / 5);
	assert_int_equal(settle(m, &order), 1);
}

static void
a_filter_and_another_order_take_a_few_pictures(void **state)
{
	static const struct {
		struct relay_order order;
		size_t count;
		const char *first;
	} cases[] = {
		{{.sort = SORT_NAME, .filter = "self-signed"}, RELAYS / 5, "mx0.example.net"},
		{{.sort = SORT_NAME, .filter = "THEM EXPIRED"}, RELAYS / 5, "mx1.example.net"},
		{{.sort = SORT_NAME, .filter = "mx5999."}, 1, "mx5999.example.net"},
		{{.sort = SORT_NAME, .filter = "no such text"}, 0, NULL},
		{{.sort = SORT_NAME, .reversed = true}, RELAYS, "mx999.example.net"},
		{{.sort = SORT_STATE}, RELAYS, "mx0.example.net"},
	};
	struct many *m = *state;

	settle(m, &cases[0].order);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_in_range(settle(m, &cases[i].order), 1, 3);
		assert_int_equal(m->rows.count, cases[i].count);
		if (cases[i].count)
			assert_string_equal(relay_rows_at(&m->rows, 0)->name, cases[i].first);
	}
}

/* What is drawn does not wait for its turn, and its words outlive what they were found from. */
static void
a_row_that_is_drawn_has_its_cause_at_once(void **state)
{
	const struct relay_order order = {.sort = SORT_STATE};
	struct many *m = *state;
	const struct relay_source from = source_of(m);
	const struct relay_row *row;

	relay_rows_update(&m->rows, &from, &order);
	assert_null(relay_rows_at(&m->rows, 3)->cause.who);
	row = relay_rows_see(&m->rows, &from, 3);
	assert_string_equal(row->cause.who, "them");
	assert_true(row->cause.untried);
	assert_null(relay_rows_look(&m->rows, &from, 3));
	relay_rows_hold(&m->rows, true);
	assert_ptr_equal(relay_rows_see(&m->rows, &from, 3), row);
	assert_string_equal(row->cause.who, "them");
	assert_int_equal(known_causes(&m->rows), 1);
}

int
main(void)
{
#define MANY_TEST(f) cmocka_unit_test_setup_teardown(f, open_many, close_many)
	const struct CMUnitTest tests[] = {
		MANY_TEST(rows_are_read_in_slices_until_all_are_there),
		MANY_TEST(causes_of_rows_that_nobody_sees_are_found_in_the_background),
		MANY_TEST(a_filter_and_another_order_take_a_few_pictures),
		MANY_TEST(a_row_that_is_drawn_has_its_cause_at_once),
	};

	return cmocka_run_group_tests_name("many", tests, NULL, NULL);
}
