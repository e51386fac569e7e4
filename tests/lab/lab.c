#include "lab.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "dns.h"
#include "folder.h"
#include "hatch.h"
#include "ports.h"
#include "web.h"
#include "writer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#define USUAL_LOG_LEVEL 14

struct lab {
	struct hatch hatch;
	struct pki *pki;
	struct web *web;
	struct zones *zones;
	struct dns *dns;
	struct writer *writer;   /* NULL: no log */
	struct server **servers; /* one a personality; NULL: not served */
	size_t count;
	struct ports_full full; /* of NEVER_ACCEPTS */
	unsigned port;
	bool ipv6;
	char *resolver, *folder, *maillog;
	char host[256];
};

static size_t
count_rows(void)
{
	size_t count = 0;

	while (personality_row(count))
		count++;
	return count;
}

/* A socket for every row that listens. */
static void
start_servers(struct lab *lab, uv_loop_t *loop, unsigned slow_ms)
{
	const char **addresses = mem_new(lab->count, sizeof(*addresses));
	int *fds = mem_new(lab->count, sizeof(*fds));

	for (size_t i = 0; i < lab->count; i++)
		if (personality_listens(personality_row(i)))
			addresses[i] = personality_row(i)->address;
	lab->port = ports_bind(addresses, lab->count, fds);
	if (lab->port == 0) {
		fputs("lab: no port is free on all of 127.0.40.1 to 127.0.40.147\n", stderr);
		abort();
	}
	for (size_t i = 0; i < lab->count; i++) {
		struct server_settings settings = {personality_row(i), lab->pki, slow_ms, fds[i]};

		if (fds[i] >= 0 && settings.personality->behaviour == NEVER_ACCEPTS)
			lab->full = ports_fill(fds[i]);
		else if (fds[i] >= 0)
			lab->servers[i] = server_start(loop, &lab->hatch, &settings);
		if (fds[i] >= 0 && addresses[i][0] == ':')
			lab->ipv6 = true;
	}
	free(addresses);
	free(fds);
}

static void
start_writer(struct lab *lab, uv_loop_t *loop, const struct lab_options *options, int log_level)
{
	struct writer_settings settings = {.pki = lab->pki,
		.path = lab->maillog,
		.host = lab->host,
		.iso = !options->rfc3164,
		.log_level = log_level,
		.history_min = options->history_min,
		.interval_ms = options->interval_ms};
	struct timeval now;

	gettimeofday(&now, NULL);
	settings.now_ms = (int64_t)now.tv_sec * WHEN_SECOND + now.tv_usec / 1000;
	lab->writer = writer_start(loop, &lab->hatch, &settings);
}

static void
all_closed(void *arg)
{
	struct lab *lab = arg;

	for (size_t i = 0; i < lab->count; i++)
		server_free(lab->servers[i]);
	free(lab->servers);
	writer_free(lab->writer);
	dns_free(lab->dns);
	zones_free(lab->zones);
	web_free(lab->web);
	ports_release(&lab->full);
	pki_free(lab->pki);
	folder_remove(lab->folder);
	free(lab->folder);
	free(lab->resolver);
	free(lab->maillog);
	free(lab);
}

struct lab *
lab_start(uv_loop_t *loop, const struct lab_options *options)
{
	struct lab *lab = mem_new(1, sizeof(*lab));
	int log_level = options->log_level ? options->log_level : USUAL_LOG_LEVEL;
	size_t host_room = sizeof(lab->host), count;
	const struct cert_spec *specs = personality_certificates(&count);
	char *anchor;

	signal(SIGPIPE, SIG_IGN); /* a client that hangs up early is no reason to die */
	lab->hatch.done = all_closed;
	lab->hatch.arg = lab;
	lab->count = count_rows();
	lab->servers = mem_new(lab->count, sizeof(struct server *));
	lab->web = web_start(loop, &lab->hatch);
	lab->pki = pki_new_naming(specs, count, time(NULL), web_base(lab->web));
	web_serve(lab->web, lab->pki);
	lab->zones = zones_new(lab->pki);
	anchor = zones_trust_anchor(lab->zones);
	lab->folder = folder_make(lab->pki, anchor, log_level);
	lab->maillog = lab_file(lab, "maillog");
	free(anchor);
	if (options->host)
		snprintf(lab->host, sizeof(lab->host), "%s", options->host);
	else if (uv_os_gethostname(lab->host, &host_room) != 0)
		snprintf(lab->host, sizeof(lab->host), "mail");
	start_servers(lab, loop, options->slow_ms);
	lab->dns = dns_start(loop, &lab->hatch, lab->zones);
	lab->resolver = text_new("127.0.0.1@%u", dns_port(lab->dns));
	if (options->history_min)
		start_writer(lab, loop, options, log_level);
	return lab;
}

void
lab_close(struct lab *lab)
{
	lab->hatch.closing = true;
	for (size_t i = 0; i < lab->count; i++)
		if (lab->servers[i])
			server_close(lab->servers[i]);
	if (lab->writer)
		writer_close(lab->writer);
	dns_close(lab->dns);
	web_close(lab->web);
}

unsigned
lab_port(const struct lab *lab)
{
	return lab->port;
}

const char *
lab_resolver(const struct lab *lab)
{
	return lab->resolver;
}

const char *
lab_folder(const struct lab *lab)
{
	return lab->folder;
}

char *
lab_file(const struct lab *lab, const char *name)
{
	return text_new("%s/%s", lab->folder, name);
}

const struct pki *
lab_pki(const struct lab *lab)
{
	return lab->pki;
}

const struct server_seen *
lab_saw(const struct lab *lab, size_t i)
{
	return i < lab->count && lab->servers[i] ? server_saw(lab->servers[i]) : NULL;
}

bool
lab_has_ipv6(const struct lab *lab)
{
	return lab->ipv6;
}

unsigned
lab_queries(const struct lab *lab)
{
	return dns_queries(lab->dns);
}

struct web_seen
lab_web(const struct lab *lab)
{
	return web_saw(lab->web);
}
