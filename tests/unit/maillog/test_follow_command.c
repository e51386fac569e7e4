#include "followed.h"

#include <errno.h>
#include <signal.h>

static void
start(struct followed *t, bool once, const char *format, const char *argument)
{
	char command[512];

	snprintf(command, sizeof command, format, argument, argument, argument);
	t->follow = once ? follow_command_once(&t->loop, command, &t->events)
			 : follow_command(&t->loop, command, &t->events);
}

static void
its_output_is_the_log(void **state)
{
	static const struct {
		const char *command, *lines;
		enum follow_state state;
		const char *fault; /* what its text must say; NULL: no fault */
	} cases[] = {
		{"echo one; echo two", "one\ntwo\n", FOLLOW_ENDED, NULL},
		{"printf 'one\\nrest'", "one\nrest\n", FOLLOW_ENDED, NULL},
		{"true", "", FOLLOW_ENDED, NULL},
		{"echo one; exit 4", "one\n", FOLLOW_ENDED, "status 4"},
		{"echo first >&2; echo no entries >&2; exit 3", "", FOLLOW_TROUBLE, "status 3: no entries"},
		{"printf 'half a line' >&2; exit 1", "", FOLLOW_TROUBLE, "status 1: half a line"},
		{"kill -9 $$", "", FOLLOW_TROUBLE, "signal 9"},
		{"/nowhere/at-all", "", FOLLOW_TROUBLE, "not found"},
		/* The shell is gone at once, what it left behind still writes. */
		{"(read x < /proc/self/stat; echo late) &", "late\n", FOLLOW_ENDED, NULL},
		/* A command whose output is closed will never say anything again: it is ended. */
		{"echo one; exec >&-; exec cat \"$STILL\" >/dev/null", "one\n", FOLLOW_ENDED, "signal 15"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct followed t;
		struct fault why;

		followed_begin(&t);
		t.follow = follow_command_once(&t.loop, cases[i].command, &t.events);
		followed_state(&t, cases[i].state);
		follow_state(t.follow, &why);
		assert_string_equal(got(&t), cases[i].lines);
		assert_int_equal(why.kind, cases[i].fault ? FAULT_FILE : FAULT_NONE);
		if (cases[i].fault && !strstr(why.text, cases[i].fault))
			fail_msg("%s: %s", cases[i].command, why.text);
		followed_end(&t);
	}
}

static void
it_is_started_again(void **state)
{
	struct followed t;
	struct fault why;

	(void)state;
	followed_begin(&t);
	start(&t, false, "echo x >> %s; wc -l < %s; echo gone >&2; exit 7", t.log);
	followed_lines(&t, 2);
	followed_state(&t, FOLLOW_RESTART);
	follow_state(t.follow, &why);
	assert_non_null(strstr(why.text, "status 7: gone"));
	followed_lines(&t, 4);
	assert_memory_equal(got(&t), "1\n2\n3\n4\n", 8);
	followed_end(&t);
}

#define RUNS 5

struct pauses {
	struct followed t;
	uint64_t length[RUNS];
	size_t count;
};

static void
find_timer(uv_handle_t *handle, void *arg)
{
	uint64_t *repeat = arg;

	if (uv_handle_get_type(handle) == UV_TIMER && uv_is_active(handle) && uv_has_ref(handle))
		*repeat = uv_timer_get_repeat((uv_timer_t *)handle);
}

static void
note_pause(void *arg)
{
	struct pauses *p = arg;

	if (follow_state(p->t.follow, NULL) == FOLLOW_RESTART && p->count < RUNS)
		uv_walk(&p->t.loop, find_timer, &p->length[p->count++]);
}

/* Not measured with a clock: the timer that waits is asked how long it will. */
static void
pauses_double_unless_it_ran_long(void **state)
{
	static const struct {
		uint64_t steady_ms, pauses[RUNS];
	} cases[] = {{60000, {4, 8, 16, 20, 20}}, {0, {4, 4, 4, 4, 4}}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pauses p = {.count = 0};

		followed_begin(&p.t);
		p.t.pace.restart_ms = 4;
		p.t.pace.restart_most_ms = 20;
		p.t.pace.steady_ms = cases[i].steady_ms;
		p.t.events.state = note_pause;
		p.t.events.arg = &p;
		start(&p.t, false, "echo run", "");
		while (p.count < RUNS)
			loop_turn(&p.t.loop);
		for (size_t k = 0; k < RUNS; k++)
			assert_int_equal(p.length[k], cases[i].pauses[k]);
		followed_end(&p.t);
	}
}

/* The whole group gets SIGTERM, and who does not listen SIGKILL: the loop can only be closed when all is
 * over. */
static void
closing_ends_the_command_and_its_children(void **state)
{
	static const struct {
		const char *command;
		size_t lines; /* that it says when it is as far as it gets */
	} cases[] = {
		{"exec <\"$STILL\"; echo $$; exec cat", 1},
		{"exec <\"$STILL\"; echo $$; cat; true", 1},
		{"exec <\"$STILL\"; echo $$; cat | cat; true", 1},
		{"exec <\"$STILL\"; trap '' TERM; echo $$; cat; true", 1},
		/* The shell listens, what it started does not; and it may be over before it is closed. */
		{"echo $$; (trap '' TERM; exec <\"$STILL\"; echo x; exec cat) & wait", 2},
		{"echo $$; (trap '' TERM; exec <\"$STILL\"; echo x; exec cat >/dev/null) & wait", 2},
		{"echo $$; (trap '' TERM; exec <\"$STILL\"; echo x; exec cat) & true", 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct followed t;
		struct still still;
		pid_t group;

		followed_begin(&t);
		start(&t, false, cases[i].command, "");
		followed_lines(&t, cases[i].lines);
		group = (pid_t)atoi(got(&t));
		assert_true(group > 1);
		assert_true(still_is_read(&t.still));
		still = t.still;
		still.end = dup(t.still.end);
		followed_end(&t);
		still_await_unread(&still);
		close(still.end);
		/* It was waited for: no zombie of ours is left. */
		assert_true(kill(group, 0) < 0 && errno == ESRCH);
	}
}

/* What a run leaves behind in silence would pile up, one a run. */
static void
what_a_run_leaves_behind_ends_with_it(void **state)
{
	struct followed t;

	(void)state;
	followed_begin(&t);
	t.pace.restart_ms = t.pace.restart_most_ms = 3600000;
	start(&t, false, "(exec <\"$STILL\"; echo open; exec cat >/dev/null) & true", "");
	followed_state(&t, FOLLOW_RESTART);
	assert_string_equal(got(&t), "open\n");
	still_await_unread(&t.still);
	followed_end(&t);
}

/* In the pass in which it is started, and in each of those after it. */
static void
closing_in_the_pass_that_starts_it_leaves_nothing(void **state)
{
	(void)state;
	for (int passes = 0; passes < 12; passes++) {
		struct followed t;
		struct still still;

		followed_begin(&t);
		start(&t, false, "exec cat <\"$STILL\" >/dev/null", "");
		for (int i = 0; i < passes; i++)
			uv_run(&t.loop, UV_RUN_NOWAIT);
		still = t.still;
		still.end = dup(t.still.end);
		followed_end(&t);
		still_await_unread(&still);
		close(still.end);
	}
}

static void
closing_before_it_runs_and_in_a_pause(void **state)
{
	struct followed t;

	(void)state;
	followed_begin(&t);
	start(&t, false, "echo never", "");
	followed_end(&t);

	followed_begin(&t);
	t.pace.restart_ms = t.pace.restart_most_ms = 3600000;
	start(&t, false, "exit 1", "");
	followed_state(&t, FOLLOW_RESTART);
	followed_end(&t);
}

/* A command that fails for long and then only waits for news works again. */
static void
a_silent_run_counts_as_working(void **state)
{
	struct followed t;

	(void)state;
	followed_begin(&t);
	/* Silent, but its output stays open: one that closes it is ended at once. */
	start(&t, false, "test -e %s && exec cat \"$STILL\"; echo > %s; exit 1", t.log);
	followed_state(&t, FOLLOW_RESTART);
	followed_state(&t, FOLLOW_READING);
	assert_string_equal(got(&t), "");
	followed_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_output_is_the_log),
		cmocka_unit_test(it_is_started_again),
		cmocka_unit_test(pauses_double_unless_it_ran_long),
		cmocka_unit_test(closing_ends_the_command_and_its_children),
		cmocka_unit_test(what_a_run_leaves_behind_ends_with_it),
		cmocka_unit_test(closing_in_the_pass_that_starts_it_leaves_nothing),
		cmocka_unit_test(closing_before_it_runs_and_in_a_pause),
		cmocka_unit_test(a_silent_run_counts_as_working),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
