#include "talk.h"

#include "base/address.h"
#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/loop_turn.h"

#include <stdlib.h>
#include <string.h>

#define GUARD_MS 10000

struct talk {
	uv_loop_t *loop;
	uv_tcp_t tcp;
	uv_timer_t guard;
	uv_connect_t connect;
	const struct talk_step *steps;
	size_t count, step, from; /* heard from there on since the step began */
	struct text heard;
	bool over;
	int open, status;
	char room[4096];
};

static void
finish(struct talk *t, int status)
{
	if (t->over)
		return;
	t->over = true;
	t->status = status;
}

static void
said(uv_write_t *request, int status)
{
	if (status < 0)
		finish(request->data, status);
	free(request);
}

/* Says what the step says; its bytes are the test's own and live on. */
static void
begin_step(struct talk *t)
{
	const char *say = t->steps[t->step].say;
	uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)say, (unsigned)strlen(say));
	uv_write_t *request;

	t->from = t->heard.len;
	if (!buffer.len)
		return;
	request = mem_new(1, sizeof(*request));
	request->data = t;
	if (uv_write(request, (uv_stream_t *)&t->tcp, &buffer, 1, said) != 0)
		free(request);
}

static void
offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct talk *t = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(t->room, sizeof(t->room));
}

static void
heard(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
	struct talk *t = stream->data;
	const char *until;

	if (got > 0)
		text_add(&t->heard, buffer->base, (size_t)got);
	if (got < 0)
		finish(t, (int)got);
	until = t->over ? NULL : t->steps[t->step].until;
	if (!until || !t->heard.at || !strstr(t->heard.at + t->from, until))
		return;
	if (++t->step == t->count)
		finish(t, 0);
	else
		begin_step(t);
}

static void
connected(uv_connect_t *request, int status)
{
	struct talk *t = request->handle->data;

	if (status < 0) {
		finish(t, status);
		return;
	}
	uv_read_start(request->handle, offer_room, heard);
	begin_step(t);
}

static void
too_late(uv_timer_t *timer)
{
	finish(timer->data, UV_ETIMEDOUT);
}

static void
closed(uv_handle_t *handle)
{
	struct talk *t = handle->data;

	t->open--;
}

struct talk *
talk_start(uv_loop_t *loop, const char *address, unsigned port, const struct talk_step *steps, size_t count)
{
	struct talk *t = mem_new(1, sizeof(*t));
	struct sockaddr_storage at;
	struct address parsed;

	t->loop = loop;
	t->steps = steps;
	t->count = count;
	t->open = 2;
	address_parse(span_of(address), &parsed);
	address_sockaddr(&parsed, port, &at);
	uv_tcp_init(loop, &t->tcp);
	uv_timer_init(loop, &t->guard);
	t->tcp.data = t->guard.data = t;
	uv_timer_start(&t->guard, too_late, GUARD_MS, 0);
	uv_tcp_connect(&t->connect, &t->tcp, (struct sockaddr *)&at, connected);
	return t;
}

int
talk_wait(struct talk *t)
{
	while (!t->over)
		loop_turn(t->loop);
	return t->status;
}

const char *
talk_heard(const struct talk *t)
{
	return t->heard.at ? t->heard.at : "";
}

void
talk_end(struct talk *t)
{
	uv_close((uv_handle_t *)&t->tcp, closed);
	uv_close((uv_handle_t *)&t->guard, closed);
	while (t->open)
		loop_turn(t->loop);
	text_free(&t->heard);
	free(t);
}
