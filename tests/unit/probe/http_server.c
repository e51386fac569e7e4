#include "tests/unit/probe/http_server.h"

#include "base/mem.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct guest {
	uv_tcp_t tcp;
	uv_timer_t drip;
	int handles;
	uv_write_cb said; /* on_said(), for what comes before it */
	struct http_server *http;
	struct guest *next;
	struct text request;
	const struct http_row *row; /* NULL: not asked yet */
	char room[4096];
};

static const struct http_row missing = {
	"", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 0, HTTP_CLOSE, NULL};

static void
on_gone(uv_handle_t *handle)
{
	struct guest *g = handle->data;

	if (--g->handles)
		return;
	text_free(&g->request);
	free(g);
}

static void
send_away(struct guest *g)
{
	struct guest **at = &g->http->open;

	while (*at && *at != g)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = g->next;
	uv_close((uv_handle_t *)&g->drip, on_gone);
	if (!g->row || g->row->end != HTTP_RESET || uv_tcp_close_reset(&g->tcp, on_gone) != 0)
		uv_close((uv_handle_t *)&g->tcp, on_gone);
}

struct reply {
	uv_write_t request;
	struct guest *guest;
	char bytes[];
};

static void
say(struct guest *g, const void *bytes, size_t len, uv_write_cb said)
{
	struct reply *r = mem_new(1, sizeof *r + len);
	uv_buf_t buf;

	r->guest = g;
	memcpy(r->bytes, bytes, len);
	buf = uv_buf_init(r->bytes, (unsigned)len);
	if (uv_write(&r->request, (uv_stream_t *)&g->tcp, &buf, 1, said) != 0)
		free(r);
}

static void
on_drip(uv_timer_t *timer)
{
	struct guest *g = timer->data;

	say(g, g->row->more, strlen(g->row->more), g->said);
}

static void
on_said(uv_write_t *request, int status)
{
	struct reply *r = (struct reply *)request;
	struct guest *g = r->guest;
	const char *more = g->row->more;

	if (status == 0 && g->row->end == HTTP_FLOOD)
		say(g, more, strlen(more), on_said);
	else if (status == 0 && g->row->end == HTTP_DRIP)
		uv_timer_start(&g->drip, on_drip, 5, 0);
	else if (status != UV_ECANCELED && g->row->end != HTTP_HANG)
		send_away(g);
	free(r);
}

static void
answer(struct guest *g)
{
	const char *port = g->row->len ? NULL : strstr(g->row->reply, "$PORT");
	struct text t = {NULL, 0, 0};

	if (port)
		text_printf(&t, "%.*s%u%s", (int)(port - g->row->reply), g->row->reply, g->http->port,
			port + 5);
	else
		text_add(&t, g->row->reply, g->row->len ? g->row->len : strlen(g->row->reply));
	say(g, t.at, t.len, on_said);
	text_free(&t);
}

static void
hear(struct guest *g)
{
	struct span rest = {g->request.at, g->request.len}, path;
	struct http_server *h = g->http;
	char room[4096];

	if (g->row || (span_starts(rest, "GET ") && span_find(rest, "\r\n\r\n") < 0))
		return;
	if (!span_starts(rest, "GET ")) { /* a ClientHello */
		g->row = &missing;
		answer(g);
		return;
	}
	text_add(&h->heard, rest.at, rest.len);
	rest = span_skip(rest, strlen("GET "));
	span_cut(&rest, " ", &path);
	g->row = &missing;
	for (size_t i = 0; i < h->count; i++) {
		if (span_is(path, h->rows[i].path))
			g->row = &h->rows[i];
	}
	span_put(path, room, sizeof room);
	if (h->asked)
		h->asked(h->arg, room);
	if (!h->closed)
		answer(g);
}

static void
on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
	struct guest *g = handle->data;

	(void)wanted;
	*buf = uv_buf_init(g->room, sizeof g->room);
}

static void
on_heard(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct guest *g = stream->data;

	if (len < 0) {
		send_away(g);
	} else {
		text_add(&g->request, buf->base, (size_t)len);
		hear(g);
	}
}

static void
on_guest(uv_stream_t *listener, int status)
{
	struct http_server *h = listener->data;
	struct guest *g = mem_new(1, sizeof *g);

	(void)status;
	h->guests++;
	g->http = h;
	g->next = h->open;
	h->open = g;
	uv_tcp_init(listener->loop, &g->tcp);
	uv_timer_init(listener->loop, &g->drip);
	g->handles = 2;
	g->said = on_said;
	g->tcp.data = g->drip.data = g;
	uv_accept(listener, (uv_stream_t *)&g->tcp);
	uv_read_start((uv_stream_t *)&g->tcp, on_room, on_heard);
}

void
http_server_open(struct http_server *h, uv_loop_t *loop, const struct http_row *rows, size_t count)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int len = sizeof at;

	h->rows = rows;
	h->count = count;
	uv_tcp_init(loop, &h->listener);
	h->listener.data = h;
	uv_tcp_bind(&h->listener, (struct sockaddr *)&at, 0);
	uv_listen((uv_stream_t *)&h->listener, 16, on_guest);
	uv_tcp_getsockname(&h->listener, (struct sockaddr *)&at, &len);
	h->port = ntohs(at.sin_port);
}

void
http_server_close(struct http_server *h)
{
	if (h->closed)
		return;
	h->closed = true;
	while (h->open)
		send_away(h->open);
	uv_close((uv_handle_t *)&h->listener, NULL);
}
