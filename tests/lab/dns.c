#include "dns.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <stdlib.h>

struct dns {
	uv_udp_t udp;
	struct hatch *hatch;
	const struct zones *zones;
	unsigned port, queries;
	char room[65536];
};

static void
offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct dns *d = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(d->room, sizeof(d->room));
}

static void
took(uv_udp_t *udp, ssize_t got, const uv_buf_t *buffer, const struct sockaddr *from, unsigned flags)
{
	struct dns *d = udp->data;
	uint8_t *reply;
	size_t len;

	(void)flags;
	if (got <= 0 || !from)
		return;
	d->queries++;
	if (zones_answer(d->zones, (const uint8_t *)buffer->base, (size_t)got, &reply, &len)) {
		uv_buf_t out = uv_buf_init((char *)reply, (unsigned)len);

		uv_udp_try_send(udp, &out, 1, from); /* a lost answer is asked for again */
		free(reply);
	}
}

struct dns *
dns_start(uv_loop_t *loop, struct hatch *hatch, const struct zones *zones)
{
	struct dns *d = mem_new(1, sizeof(*d));
	struct sockaddr_in at;
	int len = sizeof(at);

	d->hatch = hatch;
	d->zones = zones;
	uv_ip4_addr("127.0.0.1", 0, &at);
	uv_udp_init(loop, &d->udp);
	hatch_opened(hatch);
	d->udp.data = d;
	if (uv_udp_bind(&d->udp, (struct sockaddr *)&at, 0) != 0 ||
		uv_udp_getsockname(&d->udp, (struct sockaddr *)&at, &len) != 0 ||
		uv_udp_recv_start(&d->udp, offer_room, took) != 0)
		abort();
	d->port = ntohs(at.sin_port);
	return d;
}

unsigned
dns_port(const struct dns *d)
{
	return d->port;
}

unsigned
dns_queries(const struct dns *d)
{
	return d->queries;
}

static void
closed(uv_handle_t *handle)
{
	struct dns *d = handle->data;

	hatch_closed(d->hatch);
}

void
dns_close(struct dns *d)
{
	uv_close((uv_handle_t *)&d->udp, closed);
}

void
dns_free(struct dns *d)
{
	free(d);
}
