/* verifail-lab as a program: what it says, what it leaves behind. */
#include "talk.h"

#include "base/text.h"
#include "tests/unit/loop_turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct child {
	uv_loop_t *loop;
	uv_process_t process;
	uv_pipe_t in, out;
	struct text said;
	bool exited, ended; /* ended: its output did */
	int64_t status;
	int open;
	char room[4096];
};

static void
offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct child *c = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(c->room, sizeof(c->room));
}

static void
said(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
	struct child *c = stream->data;

	if (got > 0)
		text_add(&c->said, buffer->base, (size_t)got);
	c->ended |= got < 0;
}

static void
exited(uv_process_t *process, int64_t status, int signal)
{
	struct child *c = process->data;

	c->exited = true;
	c->status = signal ? 128 + signal : status;
}

static void
closed(uv_handle_t *handle)
{
	struct child *c = handle->data;

	c->open--;
}

/* Starts verifail-lab with up to three arguments; its standard input is a pipe that we hold. */
static void
start_child(struct child *c, uv_loop_t *loop, const char *const arguments[4])
{
	char *list[6] = {LAB_PROGRAM};
	uv_stdio_container_t streams[3] = {
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&c->in},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->out},
		{.flags = UV_INHERIT_FD, .data.fd = 2},
	};
	uv_process_options_t options = {
		.file = LAB_PROGRAM, .args = list, .stdio = streams, .stdio_count = 3, .exit_cb = exited};

	*c = (struct child){.loop = loop, .open = 3};
	for (size_t i = 0; i < 4 && arguments[i]; i++)
		list[i + 1] = (char *)(uintptr_t)arguments[i];
	uv_pipe_init(loop, &c->in, 0);
	uv_pipe_init(loop, &c->out, 0);
	c->in.data = c->out.data = c->process.data = c;
	assert_int_equal(uv_spawn(loop, &c->process, &options), 0);
	uv_read_start((uv_stream_t *)&c->out, offer_room, said);
}

/* Runs until it has said text, or has ended. */
static void
until_said(struct child *c, const char *text)
{
	while (!c->exited && !(c->said.len && strstr(c->said.at, text)))
		loop_turn(c->loop);
}

static void
until_gone(struct child *c)
{
	while (!c->exited || !c->ended)
		loop_turn(c->loop);
}

/* Its standard input ends; waits for its exit status. */
static int64_t
end_child(struct child *c)
{
	uv_close((uv_handle_t *)&c->in, closed);
	until_gone(c);
	uv_close((uv_handle_t *)&c->out, closed);
	uv_close((uv_handle_t *)&c->process, closed);
	while (c->open)
		loop_turn(c->loop);
	text_free(&c->said);
	return c->status;
}

static void
it_serves_until_its_input_ends_and_leaves_nothing(void **state)
{
	static const char *const arguments[4] = {"--serve", "--interval", "0"};
	static const struct talk_step quit = {"QUIT\r\n", "221 2.0.0"};
	struct child children[2]; /* two at the same time */
	char folder[2][200], resolver[64];
	struct stat there;
	uv_loop_t loop;
	unsigned port;

	(void)state;
	uv_loop_init(&loop);
	for (size_t i = 0; i < 2; i++)
		start_child(&children[i], &loop, arguments);
	for (size_t i = 0; i < 2; i++) {
		struct talk *t;
		char *log;

		until_said(&children[i], "\n");
		assert_int_equal(sscanf(children[i].said.at, "port=%u resolver=%63s folder=%199s", &port,
					 resolver, folder[i]),
			3);
		log = text_new("%s/maillog", folder[i]);
		assert_int_equal(stat(log, &there), 0);
		assert_true(there.st_size > 100000);
		free(log);
		t = talk_start(&loop, "127.0.40.2", port, &quit, 1);
		assert_int_equal(talk_wait(t), 0);
		talk_end(t);
	}
	assert_string_not_equal(folder[0], folder[1]);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(end_child(&children[i]), 0);
		assert_int_not_equal(stat(folder[i], &there), 0);
	}
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void
it_ends_by_signal_and_after_its_time(void **state)
{
	static const struct {
		const char *arguments[4];
		int signal;
	} cases[] = {
		{{"--serve", "--interval", "1"}, SIGTERM},
		{{"--serve", "--interval", "1"}, SIGINT},
		{{"--serve", "--seconds", "1"}, 0},
	};
	uv_loop_t loop;

	(void)state;
	uv_loop_init(&loop);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct child c;
		char folder[200];
		struct stat there;

		start_child(&c, &loop, cases[i].arguments);
		until_said(&c, "\n");
		assert_int_equal(sscanf(c.said.at, "port=%*u resolver=%*s folder=%199s", folder), 1);
		if (cases[i].signal)
			uv_process_kill(&c.process, cases[i].signal);
		until_gone(&c);
		assert_int_equal(end_child(&c), 0);
		assert_int_not_equal(stat(folder, &there), 0);
	}
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void
wrong_usage_ends_with_2_and_help_with_0(void **state)
{
	static const struct {
		const char *arguments[4];
		int status;
		const char *says;
	} cases[] = {
		{{"--help"}, 0, "usage: verifail-lab"},
		{{"--list"}, 0, "mx-missing.example.net"},
		{{"--nonsense"}, 2, ""},
		{{"--seconds"}, 2, ""},
		{{"--seconds", "soon"}, 2, ""},
	};
	uv_loop_t loop;

	(void)state;
	uv_loop_init(&loop);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct child c;

		start_child(&c, &loop, cases[i].arguments);
		until_gone(&c);
		assert_int_equal(c.said.len > 0, *cases[i].says != 0);
		if (c.said.len)
			assert_non_null(strstr(c.said.at, cases[i].says));
		assert_int_equal(end_child(&c), cases[i].status);
	}
	assert_int_equal(uv_loop_close(&loop), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_serves_until_its_input_ends_and_leaves_nothing),
		cmocka_unit_test(it_ends_by_signal_and_after_its_time),
		cmocka_unit_test(wrong_usage_ends_with_2_and_help_with_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
