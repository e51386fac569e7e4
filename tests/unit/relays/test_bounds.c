/* What a hostile log cannot make grow: rows, processes, sessions, addresses, hosts, facts, waiting
 * recipients. */
#include "../cm.h"

#include "base/text.h"
#include "relays/apply.h"
#include "relays/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct history *
history_of(size_t most)
{
	return history_new(&(struct history_options){.max_relays = most});
}

static void
feed_tls(struct history *h, int64_t pid, const char *relay, enum verify verify)
{
	struct event e = {.kind = EVENT_TLS,
		.time_ms = 1000000 + pid,
		.line = span_of(relay),
		.host = span_of("mx1"),
		.tag = span_of("sm-mta"),
		.pid = pid,
		.repeat = 1,
		.relay = span_of(relay),
		.verify = verify,
		.verify_text = span_of(verify_word(verify)),
		.bits = -1,
		.depth = -1};

	history_feed(h, &e);
}

static void
feed_to(struct history *h, int64_t pid, const char *relay, const char *address, const char *to)
{
	struct event e = {.kind = EVENT_DELIVERY,
		.time_ms = 1000000 + pid,
		.line = span_of(relay),
		.host = span_of("mx1"),
		.tag = span_of("sm-mta"),
		.pid = pid,
		.repeat = 1,
		.qid = span_of("6AM7k1Bx000001"),
		.relay = span_of(relay),
		.address = span_of(address),
		.mailer = span_of("esmtp"),
		.to = span_of(to),
		.dsn = span_of("4.7.0"),
		.stat = span_of("Deferred: no"),
		.delay_s = 60};

	history_feed(h, &e);
}

static void
a_flood_of_names_evicts_the_quiet_ones(void **state)
{
	struct history *h = history_of(100);
	char name[40];
	(void)state;

	for (int i = 0; i < 20; i++)
		feed_tls(h, i, "busy.example.net.", VERIFY_FAIL);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "flood-%d.example.net.", i);
		feed_tls(h, 100 + i, name, VERIFY_OK);
		feed_to(h, 100 + i, name, "192.0.2.1", "u@example.org");
	}
	assert_true(history_relay_count(h) <= 100);
	assert_true(history_relay_count(h) > 80);
	assert_int_equal(history_totals(h).evicted, 5001 - history_relay_count(h));
	assert_int_equal(history_find(h, DIRECTION_CLIENT, "busy.example.net")->counts[VERIFY_FAIL], 20);
	assert_null(history_find(h, DIRECTION_CLIENT, "flood-0.example.net"));
	assert_non_null(history_find(h, DIRECTION_CLIENT, "flood-4999.example.net"));
	history_free(h);
}

static void
pids_and_their_relays_are_bounded(void **state)
{
	struct history *h = history_of(0);
	char name[40];
	const struct process *p;
	(void)state;

	for (int64_t pid = 0; pid < PROCESSES_MOST + 1000; pid++)
		feed_tls(h, pid, "a.example.net.", VERIFY_OK);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "r%d.example.net.", i);
		feed_tls(h, 77777777, name, VERIFY_OK);
	}
	assert_int_equal(h->processes.map.count, PROCESSES_MOST);
	p = processes_take(&h->processes, 0, 77777777);
	assert_int_equal(p->session_count, PROCESS_SESSIONS);
	assert_string_equal(process_sessions(p)[0].row->relay.name, "r199.example.net");
	history_free(h);
}

/* Of more processes than are kept, one that logged lately is not the one that goes. */
static void
a_process_that_logs_stays(void **state)
{
	struct history *h = history_of(0);
	(void)state;

	for (int64_t pid = 1; pid < 5 * PROCESSES_MOST; pid++) {
		feed_tls(h, pid, "a.example.net.", VERIFY_OK);
		if (pid % (PROCESSES_MOST / 4) == 0)
			feed_to(h, 1, "a.example.net.", "192.0.2.1", "u@example.org");
	}
	assert_int_equal(processes_take(&h->processes, 0, 1)->session_count, 1);
	assert_int_equal(processes_take(&h->processes, 0, 2)->session_count, 0);
	history_free(h);
}

static void
put_text(void *arg, const struct kept_line *line)
{
	text_printf(arg, "%.*s|", (int)line->text.len, line->text.at);
}

/* Lines that cannot be read again are copied, so many bytes of them; those of mail that went well do not push
 * out the others. */
static void
copies_of_lines_are_bounded(void **state)
{
	struct history *h = history_of(0);
	char line[1000];
	struct event e = {.kind = EVENT_TLS,
		.time_ms = 1,
		.line = {line, sizeof line},
		.offset = -1,
		.repeat = 1,
		.relay = span_of("bad.example.net."),
		.verify = VERIFY_FAIL};
	struct text bad = {NULL, 0, 0}, good = {NULL, 0, 0};
	(void)state;

	memset(line, 'b', sizeof line);
	history_feed(h, &e);
	memset(line, 'g', sizeof line);
	e.verify = VERIFY_OK;
	e.relay = span_of("first.example.net.");
	history_feed(h, &e);
	e.relay = span_of("good.example.net.");
	for (size_t i = 0; i < 2 * COPIES_ROOM / sizeof line; i++)
		history_feed(h, &e);
	history_lines(h, history_find(h, DIRECTION_CLIENT, "bad.example.net"), 9, put_text, &bad);
	assert_int_equal(bad.len, sizeof line + 1);
	assert_int_equal(bad.at[0], 'b');
	history_lines(h, history_find(h, DIRECTION_CLIENT, "first.example.net"), 9, put_text, &good);
	assert_string_equal(good.at, "|");
	history_lines(h, history_find(h, DIRECTION_CLIENT, "good.example.net"), 2, put_text, &good);
	assert_int_equal(good.len, 1 + 2 * (sizeof line + 1));
	text_free(&bad);
	text_free(&good);
	history_free(h);
}

static void
the_latest_addresses_are_kept(void **state)
{
	struct history *h = history_of(0);
	const struct relay *r;
	char address[40], room[ADDRESS_ROOM];
	(void)state;

	for (int i = 0; i < 40; i++) {
		snprintf(address, sizeof address, "192.0.2.%d", i);
		feed_to(h, 1, "a.example.net.", address, "u@example.org");
	}
	feed_to(h, 1, "a.example.net.", "192.0.2.30", "u@example.org");
	r = history_find(h, DIRECTION_CLIENT, "a.example.net");
	assert_int_equal(r->address_count, 16);
	address_print(&r->addresses[0], room);
	assert_string_equal(room, "192.0.2.30");
	address_print(&r->addresses[1], room);
	assert_string_equal(room, "192.0.2.39");
	history_free(h);
}

static void
recipients_without_number_are_one_message(void **state)
{
	struct history *h = history_of(0);
	struct text to = {0};
	const struct relay *r;
	(void)state;

	for (int i = 0; i < 5000; i++)
		text_printf(&to, "%su%d@example.org", i ? "," : "", i);
	for (int i = 0; i < 20; i++)
		feed_to(h, i, "a.example.net.", "192.0.2.1", to.at);
	r = history_find(h, DIRECTION_CLIENT, "a.example.net");
	assert_int_equal(r->deliveries.waiting, 1);
	assert_int_equal(r->held.oldest_ms, 1000019 - 60000);
	assert_true(h->waits.count <= WAITS_RECIPIENTS);
	text_free(&to);
	history_free(h);
}

static void
hosts_and_facts_without_number_are_bounded(void **state)
{
	struct history *h = history_of(0);
	char text[40];
	(void)state;

	for (int i = 0; i < 1000; i++) {
		struct event e = {.kind = EVENT_FILE, .time_ms = 1000 + i, .pid = 1, .repeat = 1};

		snprintf(text, sizeof text, "host-%d", i);
		e.line = e.host = e.tag = e.text = e.option = span_of(text);
		history_feed(h, &e);
	}
	assert_int_equal(history_totals(h).host_count, HOSTS_MOST + 1);
	assert_int_equal(history_fact_count(h), 128);
	assert_string_equal(history_fact(h, 127)->text, "host-999");
	assert_null(history_fact(h, 128));
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_of_names_evicts_the_quiet_ones),
		cmocka_unit_test(pids_and_their_relays_are_bounded),
		cmocka_unit_test(a_process_that_logs_stays),
		cmocka_unit_test(copies_of_lines_are_bounded),
		cmocka_unit_test(the_latest_addresses_are_kept),
		cmocka_unit_test(recipients_without_number_are_one_message),
		cmocka_unit_test(hosts_and_facts_without_number_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
