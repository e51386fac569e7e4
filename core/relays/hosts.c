#include "relays/hosts.h"

#include <string.h>

static bool
is(const char *name, size_t len, struct span s)
{
	return len == s.len && (len == 0 || memcmp(name, s.at, len) == 0);
}

unsigned
hosts_host(struct hosts *h, struct span name)
{
	unsigned i = h->last_host;

	if (i < h->host_count && is(h->hosts[i].name, h->hosts[i].len, name))
		return i;
	for (i = 0; i < h->host_count && i < HOSTS_MOST; i++) {
		if (is(h->hosts[i].name, h->hosts[i].len, name))
			return h->last_host = i;
	}
	if (i == HOSTS_MOST)
		name = (struct span){"", 0};
	if (i == h->host_count) {
		h->hosts = mem_resize(h->hosts, ++h->host_count, sizeof *h->hosts);
		h->hosts[i] = (struct host){.name = span_copy(name), .len = name.len};
	}
	return h->last_host = i;
}

unsigned
hosts_daemon(struct hosts *h, unsigned host, struct span tag)
{
	unsigned i = h->last_daemon;

	if (i < h->daemon_count && h->daemons[i].host == host &&
		is(h->daemons[i].tag, h->daemons[i].len, tag))
		return i;
	for (i = 0; i < h->daemon_count && i < HOSTS_MOST; i++) {
		if (h->daemons[i].host == host && is(h->daemons[i].tag, h->daemons[i].len, tag))
			return h->last_daemon = i;
	}
	if (i == HOSTS_MOST)
		tag = (struct span){"", 0};
	if (i == h->daemon_count) {
		h->daemons = mem_resize(h->daemons, ++h->daemon_count, sizeof *h->daemons);
		h->daemons[i] = (struct daemon){.host = host, .tag = span_copy(tag), .len = tag.len};
	}
	return h->last_daemon = i;
}

void
hosts_evict(struct hosts *h)
{
	for (unsigned i = 0; i < h->host_count; i++) {
		if (h->hosts[i].last.row && h->hosts[i].last.row->gone)
			h->hosts[i].last = (struct last_line){0};
	}
}

void
hosts_free(struct hosts *h)
{
	for (unsigned i = 0; i < h->host_count; i++)
		free(h->hosts[i].name);
	for (unsigned i = 0; i < h->daemon_count; i++)
		free(h->daemons[i].tag);
	free(h->hosts);
	free(h->daemons);
	*h = (struct hosts){0};
}
