#include "probe/connection.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void
connection_fault(int code, struct fault *f)
{
	static const struct {
		int code;
		enum fault_kind kind;
	} kinds[] = {
		{UV_ECONNREFUSED, FAULT_REFUSED},
		{UV_ETIMEDOUT, FAULT_TIMEOUT},
		{UV_EOF, FAULT_CLOSED},
		{UV_ECONNRESET, FAULT_RESET},
		{UV_EPIPE, FAULT_RESET},
		{UV_ECONNABORTED, FAULT_RESET},
	};
	enum fault_kind kind = FAULT_UNREACHABLE;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i].code == code)
			kind = kinds[i].kind;
	}
	fault_set(f, kind, code, "%s", code == UV_EOF ? "connection closed" : uv_strerror(code));
}

static void
broken(struct connection *c, int code)
{
	struct fault how;

	if (c->closing)
		return;
	connection_fault(code, &how);
	c->broke(c->arg, &how);
}

static void
on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
	struct connection *c = handle->data;

	(void)wanted;
	*buf = uv_buf_init(c->room, sizeof c->room);
}

/* libuv (1.44) says UV_EOF of a connection that was reset right behind the last bytes; the socket still
 * knows. */
static int
why_it_ended(struct connection *c)
{
	socklen_t size = sizeof(int);
	int error = 0;
	uv_os_fd_t fd;

	if (uv_fileno((const uv_handle_t *)&c->tcp, &fd) == 0 &&
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error)
		return uv_translate_sys_error(error);
	return UV_EOF;
}

static void
on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct connection *c = stream->data;

	if (len > 0 && !c->closing)
		c->came(c->arg, buf->base, (size_t)len);
	else if (len < 0)
		broken(c, len == UV_EOF ? why_it_ended(c) : (int)len);
}

static void
on_connected(uv_connect_t *request, int status)
{
	struct connection *c = request->data;

	if (status == 0 && !c->closing) {
		uv_tcp_nodelay(&c->tcp, 1); /* the last flight and EHLO are two writes */
		status = uv_read_start((uv_stream_t *)&c->tcp, on_room, on_read);
	}
	if (status < 0)
		broken(c, status);
	else if (!c->closing)
		c->opened(c->arg);
}

int
connection_open(struct connection *c, uv_loop_t *loop, const struct address *address, unsigned port)
{
	struct sockaddr_storage to;

	address_sockaddr(address, port, &to);
	uv_tcp_init(loop, &c->tcp);
	c->tcp.data = c;
	c->connect.data = c;
	return uv_tcp_connect(&c->connect, &c->tcp, (const struct sockaddr *)&to, on_connected);
}

struct send {
	uv_write_t request;
	struct connection *c;
	char bytes[];
};

static void
on_sent(uv_write_t *request, int status)
{
	struct send *send = (struct send *)request;

	/* The same comes to on_read() when the peer is gone, with what it said before: that goes first. */
	if (status < 0 && status != UV_EPIPE && status != UV_ECONNRESET)
		broken(send->c, status);
	free(send);
}

void
connection_send(struct connection *c, const void *bytes, size_t len)
{
	struct send *send;
	uv_buf_t buf;

	if (len == 0 || c->closing)
		return;
	send = mem_new(1, sizeof *send + len);
	send->c = c;
	memcpy(send->bytes, bytes, len);
	buf = uv_buf_init(send->bytes, (unsigned)len);
	if (uv_write(&send->request, (uv_stream_t *)&c->tcp, &buf, 1, on_sent) < 0)
		free(send);
}

static void
on_closed(uv_handle_t *handle)
{
	struct connection *c = handle->data;

	c->closed(c->arg);
}

void
connection_close(struct connection *c)
{
	c->closing = true;
	uv_close((uv_handle_t *)&c->tcp, on_closed);
}
