#include "server.h"

#include "base/mem.h"
#include "guest.h"

#include <stdlib.h>
#include <utlist.h>

static void
came(uv_stream_t *listener, int status)
{
	if (status == 0)
		guest_accept(listener->data);
}

static void
closed(uv_handle_t *handle)
{
	struct server *s = handle->data;

	hatch_closed(s->hatch);
}

struct server *
server_start(uv_loop_t *loop, struct hatch *hatch, const struct server_settings *settings)
{
	const struct personality *p = settings->personality;
	struct server *s = mem_new(1, sizeof(*s));

	s->settings = *settings;
	s->hatch = hatch;
	s->listener.data = s;
	if (p->chain) {
		s->context = context_new(p, p->chain, settings->pki);
		context_watch_sni(s->context, s);
	}
	if (p->sni_chain)
		s->sni_context = context_new(p, p->sni_chain, settings->pki);
	uv_tcp_init(loop, &s->listener);
	hatch_opened(hatch);
	if (uv_tcp_open(&s->listener, settings->fd) != 0 ||
		uv_listen((uv_stream_t *)&s->listener, 512, came) != 0)
		abort();
	return s;
}

const struct server_seen *
server_saw(const struct server *s)
{
	return &s->seen;
}

void
server_close(struct server *s)
{
	struct guest *c;

	uv_close((uv_handle_t *)&s->listener, closed);
	DL_FOREACH(s->guests, c)
	guest_close(c);
}

void
server_free(struct server *s)
{
	if (!s)
		return;
	SSL_CTX_free(s->context);
	SSL_CTX_free(s->sni_context);
	free(s);
}
