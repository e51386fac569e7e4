#include "guest.h"

#include "base/mem.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct sending {
	uv_write_t request;
	char bytes[];
};

/* ---- closing ---- */

static void
handle_closed(uv_handle_t *handle)
{
	struct guest *c = handle->data;
	struct hatch *hatch = c->server->hatch;

	c->handles--;
	if (c->handles == 0) {
		DL_DELETE(c->server->guests, c);
		c->server->seen.open--;
		SSL_free(c->ssl);
		text_free(&c->lines);
		free(c);
	}
	hatch_closed(hatch);
}

void
guest_close(struct guest *c)
{
	if (!uv_is_closing((uv_handle_t *)&c->timer))
		uv_close((uv_handle_t *)&c->timer, handle_closed);
	if (!uv_is_closing((uv_handle_t *)&c->tcp))
		uv_close((uv_handle_t *)&c->tcp, handle_closed);
}

void
guest_reset(struct guest *c)
{
	if (!uv_is_closing((uv_handle_t *)&c->tcp))
		uv_tcp_close_reset(&c->tcp, handle_closed);
	guest_close(c);
}

void
guest_end(struct guest *c)
{
	c->last = true;
	if (uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0)
		guest_close(c);
}

/* ---- sending ---- */

static void
sent(uv_write_t *request, int status)
{
	struct guest *c = request->handle->data;

	free(request->data);
	if (status < 0)
		guest_close(c);
	else if (!c->last)
		dialogue_sent(c);
	else if (uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0)
		guest_close(c);
}

void
guest_send(struct guest *c, const void *bytes, size_t len)
{
	struct sending *s = mem_new(1, sizeof(*s) + len);
	uv_buf_t buffer = uv_buf_init(s->bytes, (unsigned)len);

	memcpy(s->bytes, bytes, len);
	s->request.data = s;
	if (uv_is_closing((uv_handle_t *)&c->tcp) ||
		uv_write(&s->request, (uv_stream_t *)&c->tcp, &buffer, 1, sent) != 0)
		free(s);
}

/* What OpenSSL wants to say goes out. */
static void
flush(struct guest *c)
{
	char *bytes;
	long len = BIO_get_mem_data(c->out, &bytes);

	if (len > 0)
		guest_send(c, bytes, (size_t)len);
	(void)BIO_reset(c->out);
}

void
guest_say(struct guest *c, const char *text)
{
	size_t len = strlen(text);

	if (!c->ssl || c->handshaking) {
		guest_send(c, text, len);
		return;
	}
	ERR_clear_error();
	SSL_write(c->ssl, text, (int)len);
	flush(c);
}

/* ---- taking ---- */

/* Hands over the whole lines, until one of them begins TLS or ends it all. */
static void
take_lines(struct guest *c)
{
	char *end;

	while (c->lines.len && !c->last && (end = memchr(c->lines.at, '\n', c->lines.len))) {
		size_t len = (size_t)(end - c->lines.at);
		char *line = mem_copy(c->lines.at, len > 0 && end[-1] == '\r' ? len - 1 : len);

		text_drop(&c->lines, len + 1);
		dialogue_line(c, line);
		free(line);
	}
}

static void
handshake_done(struct guest *c)
{
	X509 *shown = SSL_get1_peer_certificate(c->ssl);

	c->handshaking = false;
	c->server->seen.handshakes++;
	c->server->seen.client_certs += shown != NULL;
	X509_free(shown);
	if (c->server->settings.personality->behaviour == DROPS_AFTER_HANDSHAKE)
		guest_close(c);
}

/* Goes on with the handshake. False: it waits, or has failed. */
static bool
shake(struct guest *c)
{
	int result, error;

	ERR_clear_error();
	result = SSL_do_handshake(c->ssl);
	error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(c->ssl, result);
	flush(c);
	if (result == 1) {
		handshake_done(c);
		return !uv_is_closing((uv_handle_t *)&c->tcp);
	}
	if (error != SSL_ERROR_WANT_READ)
		guest_end(c);
	return false;
}

static void
take_tls(struct guest *c, const char *bytes, size_t len)
{
	char room[4096];
	int got;

	BIO_write(c->in, bytes, (int)len);
	if (c->handshaking && !shake(c))
		return;
	ERR_clear_error();
	while ((got = SSL_read(c->ssl, room, sizeof(room))) > 0)
		text_add(&c->lines, room, (size_t)got);
	if (SSL_get_error(c->ssl, got) != SSL_ERROR_WANT_READ)
		guest_end(c);
	else
		take_lines(c);
	flush(c);
}

void
guest_start_tls(struct guest *c)
{
	c->ssl = SSL_new(c->server->context);
	c->in = BIO_new(BIO_s_mem());
	c->out = BIO_new(BIO_s_mem());
	BIO_set_mem_eof_return(c->in, -1);
	BIO_set_mem_eof_return(c->out, -1);
	SSL_set_bio(c->ssl, c->in, c->out);
	SSL_set_accept_state(c->ssl);
	c->handshaking = true;
	text_free(&c->lines); /* RFC 3207 section 4.2: what came before TLS is forgotten */
}

static void
offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct guest *c = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(c->room, sizeof(c->room));
}

static void
took(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
	struct guest *c = stream->data;

	if (got < 0) {
		guest_close(c);
	} else if (got == 0 || c->last) {
		return;
	} else if (c->awaits_hello) {
		c->awaits_hello = false;
		if (dialogue_hello(c, buffer->base, (size_t)got)) {
			guest_start_tls(c);
			take_tls(c, buffer->base, (size_t)got);
		}
	} else if (c->ssl) {
		take_tls(c, buffer->base, (size_t)got);
	} else {
		text_add(&c->lines, buffer->base, (size_t)got);
		take_lines(c);
	}
}

static void
waited(uv_timer_t *timer)
{
	dialogue_greet(timer->data);
}

void
guest_wait(struct guest *c, unsigned ms)
{
	uv_timer_start(&c->timer, waited, ms, 0);
}

void
guest_accept(struct server *s)
{
	struct guest *c = mem_new(1, sizeof(*c));
	uv_loop_t *loop = s->listener.loop;

	c->server = s;
	uv_tcp_init(loop, &c->tcp);
	uv_timer_init(loop, &c->timer);
	hatch_opened(s->hatch);
	hatch_opened(s->hatch);
	c->handles = 2;
	c->tcp.data = c;
	c->timer.data = c;
	DL_APPEND(s->guests, c);
	s->seen.connections++;
	s->seen.open++;
	if (uv_accept((uv_stream_t *)&s->listener, (uv_stream_t *)&c->tcp) != 0 ||
		uv_tcp_nodelay(&c->tcp, 1) != 0 /* Nagle and delayed acknowledgements cost 40 ms a reply */
		|| uv_read_start((uv_stream_t *)&c->tcp, offer_room, took) != 0)
		guest_close(c);
	else
		dialogue_begin(c);
}
