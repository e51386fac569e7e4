#include "tests/unit/probe/host.h"

#include "base/mem.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct guest {
	uv_tcp_t tcp;
	uv_timer_t timer;
	struct host *host;
	struct tls_peer tls;
	bool inside, closing;
	size_t step;
	struct text line;
	const char *again; /* what it floods with */
	int handles;
	char room[4096];
};

static void
on_gone(uv_handle_t *handle)
{
	struct guest *g = handle->data;

	if (--g->handles)
		return;
	if (g->inside)
		tls_peer_close(&g->tls);
	text_free(&g->line);
	free(g);
}

static void
send_away(struct guest *g, bool reset)
{
	if (g->closing)
		return;
	g->closing = true;
	g->host->guest = NULL;
	if (!reset || uv_tcp_close_reset(&g->tcp, on_gone) != 0)
		uv_close((uv_handle_t *)&g->tcp, on_gone);
	uv_close((uv_handle_t *)&g->timer, on_gone);
}

struct reply {
	uv_write_t request;
	struct guest *guest;
	char bytes[];
};

static void reply(struct guest *g, const char *bytes, size_t len);

static void
on_replied(uv_write_t *request, int status)
{
	struct reply *r = (struct reply *)request;
	struct guest *g = r->guest;

	if (status == 0 && g->again && !g->closing)
		reply(g, g->again, strlen(g->again));
	free(r);
}

static void
reply(struct guest *g, const char *bytes, size_t len)
{
	struct reply *r = mem_new(1, sizeof *r + len);
	uv_buf_t buf;

	r->guest = g;
	memcpy(r->bytes, bytes, len);
	buf = uv_buf_init(r->bytes, (unsigned)len);
	if (uv_write(&r->request, (uv_stream_t *)&g->tcp, &buf, 1, on_replied) != 0)
		free(r);
}

static void
say(struct guest *g, const char *text)
{
	struct text out = {NULL, 0, 0};

	if (!g->inside) {
		reply(g, text, strlen(text));
		return;
	}
	tls_peer_say(&g->tls, text, &out);
	reply(g, out.at, out.len);
	text_free(&out);
}

static void
on_drip(uv_timer_t *timer)
{
	struct guest *g = timer->data;

	if (!g->closing)
		say(g, g->host->script->steps[g->step + 1]);
}

static void
play(struct guest *g)
{
	const char *step = g->step < HOST_STEPS ? g->host->script->steps[g->step] : NULL;

	if (!step)
		return;
	if (strcmp(step, "!close") == 0 || strcmp(step, "!reset") == 0) {
		send_away(g, step[1] == 'r');
	} else if (strcmp(step, "!flood") == 0) {
		g->again = g->host->script->steps[g->step + 1];
		reply(g, g->again, strlen(g->again));
	} else if (strcmp(step, "!drip") == 0) {
		uv_timer_start(&g->timer, on_drip, 0, 1);
	} else {
		say(g, step);
		step = g->host->script->steps[++g->step];
		if (step && strcmp(step, "!tls") == 0) {
			tls_peer_open(&g->tls, g->host->pki, &g->host->script->tls);
			g->inside = true;
			g->step++;
		}
	}
}

static void
hear(struct guest *g, const char *bytes, size_t len)
{
	struct span rest, line;

	text_add(&g->line, bytes, len);
	text_add(&g->host->heard, bytes, len);
	if (g->host->script->by_read) {
		play(g);
		return;
	}
	rest = (struct span){g->line.at, g->line.len};
	while (!g->closing && span_find(rest, "\n") >= 0) {
		span_cut(&rest, "\n", &line);
		play(g);
	}
	text_drop(&g->line, g->line.len - rest.len);
}

static void
hear_inside(struct guest *g, const char *bytes, size_t len)
{
	struct text out = {NULL, 0, 0}, plain = {NULL, 0, 0};

	tls_peer_feed(&g->tls, bytes, len, &out);
	tls_peer_read(&g->tls, &plain, &out);
	if (out.len)
		reply(g, out.at, out.len);
	if (g->tls.failed)
		send_away(g, false);
	else if (plain.len)
		hear(g, plain.at, plain.len);
	/* the demand for a client certificate in TLS 1.3 fails after the handshake, in the first read */
	if (!g->closing && g->tls.ready && SSL_get_shutdown(g->tls.ssl) & SSL_SENT_SHUTDOWN)
		send_away(g, false);
	text_free(&out);
	text_free(&plain);
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

	if (len < 0)
		send_away(g, false);
	else if (len > 0 && !g->closing && g->inside)
		hear_inside(g, buf->base, (size_t)len);
	else if (len > 0 && !g->closing)
		hear(g, buf->base, (size_t)len);
}

static void
on_guest(uv_stream_t *listener, int status)
{
	struct host *h = listener->data;
	struct guest *g = mem_new(1, sizeof *g);

	assert(status == 0);
	g->host = h;
	g->handles = 2;
	uv_tcp_init(listener->loop, &g->tcp);
	uv_timer_init(listener->loop, &g->timer);
	g->tcp.data = g->timer.data = g;
	h->guest = g;
	uv_accept(listener, (uv_stream_t *)&g->tcp);
	uv_read_start((uv_stream_t *)&g->tcp, on_room, on_heard);
	play(g);
}

void
host_open(struct host *h, uv_loop_t *loop, const struct pki *pki, const struct host_script *script)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int len = sizeof at;

	*h = (struct host){.script = script, .pki = pki, .open = true};
	uv_tcp_init(loop, &h->listener);
	h->listener.data = h;
	uv_tcp_bind(&h->listener, (struct sockaddr *)&at, 0);
	uv_listen((uv_stream_t *)&h->listener, 4, on_guest);
	uv_tcp_getsockname(&h->listener, (struct sockaddr *)&at, &len);
	h->port = ntohs(at.sin_port);
}

void
host_close(struct host *h)
{
	if (!h->open)
		return;
	h->open = false;
	if (h->guest)
		send_away(h->guest, false);
	uv_close((uv_handle_t *)&h->listener, NULL);
}
