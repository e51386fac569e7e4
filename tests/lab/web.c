#include "web.h"

#include "base/mem.h"
#include "web_answers.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#define REQUEST_ROOM 8192
#define DRIP_MS 100
#define FLOOD_BYTES 65536

struct web {
	uv_tcp_t listener;
	struct hatch *hatch;
	const struct pki *pki; /* NULL: not yet serving */
	struct visit *visits;
	struct text asked;
	char *base;
	unsigned connections, open;
	uint64_t bytes;
};

struct visit { /* one connection */
	uv_tcp_t tcp;
	uv_timer_t timer;
	unsigned handles;
	struct web *web;
	struct visit *prev, *next;
	struct text request;
	bool answered;
	enum web_then then;
	char room[2048];
};

struct sending {
	uv_write_t request;
	char bytes[];
};

/* ---- one connection ---- */

static void
handle_closed(uv_handle_t *handle)
{
	struct visit *v = handle->data;
	struct web *w = v->web;

	if (--v->handles == 0) {
		DL_DELETE(w->visits, v);
		w->open--;
		text_free(&v->request);
		free(v);
	}
	hatch_closed(w->hatch);
}

static void
visit_close(struct visit *v)
{
	if (!uv_is_closing((uv_handle_t *)&v->timer))
		uv_close((uv_handle_t *)&v->timer, handle_closed);
	if (!uv_is_closing((uv_handle_t *)&v->tcp))
		uv_close((uv_handle_t *)&v->tcp, handle_closed);
}

static void
send_bytes(struct visit *v, const void *bytes, size_t len, uv_write_cb sent)
{
	struct sending *s = mem_new(1, sizeof(*s) + len);
	uv_buf_t buffer = uv_buf_init(s->bytes, (unsigned)len);

	memcpy(s->bytes, bytes, len);
	s->request.data = s;
	v->web->bytes += len;
	if (uv_is_closing((uv_handle_t *)&v->tcp) ||
		uv_write(&s->request, (uv_stream_t *)&v->tcp, &buffer, 1, sent) != 0)
		free(s);
}

static void
sent(uv_write_t *request, int status)
{
	static const char zeros[FLOOD_BYTES];
	struct visit *v = request->handle->data;

	if (status < 0 || v->then == WEB_ENDS)
		visit_close(v);
	else if (v->then == WEB_FLOODS)
		send_bytes(v, zeros, sizeof(zeros), request->cb);
	free(request->data);
}

static void
drip(uv_timer_t *timer)
{
	send_bytes(timer->data, "", 1, sent);
}

/* "GET /int.der HTTP/1.1" */
static void
answer(struct visit *v)
{
	char path[256] = "";
	struct text out = {0};

	v->answered = true;
	sscanf(v->request.at, "GET %255s", path);
	text_printf(&v->web->asked, "%s\n", path);
	v->then = web_answer(v->web->pki, v->web->base, path, &out);
	if (v->then == WEB_DRIPS)
		uv_timer_start(&v->timer, drip, DRIP_MS, DRIP_MS);
	if (out.len)
		send_bytes(v, out.at, out.len, sent);
	text_free(&out);
}

static void
offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct visit *v = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(v->room, sizeof(v->room));
}

static void
took(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
	struct visit *v = stream->data;

	if (got > 0 && !v->answered)
		text_add(&v->request, buffer->base, (size_t)got);
	if (got < 0 || v->request.len > REQUEST_ROOM)
		visit_close(v);
	else if (!v->answered && v->request.len && strstr(v->request.at, "\r\n\r\n"))
		answer(v);
}

static void
came(uv_stream_t *listener, int status)
{
	struct web *w = listener->data;
	struct visit *v;

	if (status != 0)
		return;
	v = mem_new(1, sizeof(*v));
	v->web = w;
	uv_tcp_init(listener->loop, &v->tcp);
	uv_timer_init(listener->loop, &v->timer);
	hatch_opened(w->hatch);
	hatch_opened(w->hatch);
	v->handles = 2;
	v->tcp.data = v->timer.data = v;
	DL_APPEND(w->visits, v);
	w->connections++;
	w->open++;
	if (uv_accept(listener, (uv_stream_t *)&v->tcp) != 0 ||
		uv_read_start((uv_stream_t *)&v->tcp, offer_room, took) != 0)
		visit_close(v);
}

/* ---- the server ---- */

struct web *
web_start(uv_loop_t *loop, struct hatch *hatch)
{
	struct web *w = mem_new(1, sizeof(*w));
	struct sockaddr_in at;
	int len = sizeof(at);

	w->hatch = hatch;
	w->listener.data = w;
	uv_ip4_addr(WEB_ADDRESS, 0, &at);
	uv_tcp_init(loop, &w->listener);
	hatch_opened(hatch);
	if (uv_tcp_bind(&w->listener, (struct sockaddr *)&at, 0) != 0 ||
		uv_tcp_getsockname(&w->listener, (struct sockaddr *)&at, &len) != 0)
		abort();
	w->base = text_new("http://" WEB_HOST ":%u", ntohs(at.sin_port));
	return w;
}

const char *
web_base(const struct web *w)
{
	return w->base;
}

void
web_serve(struct web *w, const struct pki *pki)
{
	w->pki = pki;
	if (uv_listen((uv_stream_t *)&w->listener, 64, came) != 0)
		abort();
}

struct web_seen
web_saw(const struct web *w)
{
	return (struct web_seen){w->connections, w->open, w->bytes, w->asked.at ? w->asked.at : ""};
}

static void
listener_closed(uv_handle_t *handle)
{
	struct web *w = handle->data;

	hatch_closed(w->hatch);
}

void
web_close(struct web *w)
{
	struct visit *v;

	uv_close((uv_handle_t *)&w->listener, listener_closed);
	DL_FOREACH(w->visits, v)
	visit_close(v);
}

void
web_free(struct web *w)
{
	if (!w)
		return;
	text_free(&w->asked);
	free(w->base);
	free(w);
}
