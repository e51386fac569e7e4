#include "probe/resolver_context.h"

#include "base/address.h"
#include "base/file.h"

#include <stdlib.h>
#include <unbound.h>

#define DEFAULT_ANCHOR "/usr/share/dns/root.key" /* Debian: dns-root-data */
#define ANCHOR_LIMIT 65536

static bool
use_server(struct ub_ctx *ctx, const char *server, struct fault *why)
{
	struct span port = span_of(server), host;
	struct address address;
	int64_t number;
	bool has_port = span_cut(&port, "@", &host);

	if (!address_parse(host, &address) ||
		(has_port && (!span_number(port, &number) || number < 1 || number > 65535))) {
		fault_set(why, FAULT_USAGE, 0, "--resolver %s: not ADDRESS or ADDRESS@PORT", server);
		return false;
	}
	/* The server's own answer counts, not what libunbound thinks of asking this host. */
	if (address_is_loopback(&address))
		ub_ctx_set_option(ctx, "do-not-query-localhost:", "no");
	return ub_ctx_set_fwd(ctx, server) == 0;
}

/* libunbound reads the file by itself, and late; whether that will do is found out here. */
static bool
use_anchor(struct ub_ctx *ctx, const char *path, bool named, struct fault *why)
{
	unsigned char *bytes;
	size_t len;
	int code = file_read(path, ANCHOR_LIMIT, &bytes, &len);

	if (code == 0) {
		free(bytes);
		return ub_ctx_add_ta_file(ctx, path) == 0;
	}
	if (named)
		file_fault(path, code, why);
	return !named; /* without anchors nothing is validated: every answer is insecure */
}

static void
set_options(struct ub_ctx *ctx)
{
	static const char *const options[][2] = {
		{"cache-max-ttl:", "0"}, /* looking again means now */
		{"rrset-roundrobin:",
			"no"}, /* the order of addresses as the server gave it, as Sendmail sees it */
		{"cache-max-negative-ttl:", "0"},
		{"unblock-lan-zones:", "yes"},  /* the names of one's own network are asked too, */
		{"insecure-lan-zones:", "yes"}, /* and need no proof from the root */
		{"use-syslog:", "no"},
		{"verbosity:", "0"},
	};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		ub_ctx_set_option(ctx, options[i][0], options[i][1]);
	ub_ctx_debugout(ctx, NULL); /* it would write across the screen */
	ub_ctx_async(ctx, 1);
}

/* libunbound answers reserved zones by itself; Sendmail's resolver asks them like any other. Finalises ctx:
 * the first call that reads the trust anchors, so the one that fails when they are none. */
static bool
open_zones(struct ub_ctx *ctx)
{
	static const char *const zones[] = {"test.", "invalid.", "onion.", "home.arpa.", "example."};

	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		if (ub_ctx_zone_remove(ctx, zones[i]) != 0)
			return false;
	}
	return true;
}

static bool
configure(struct ub_ctx *ctx, const char *server, const char *trust_anchor, struct fault *why)
{
	const char *anchor = trust_anchor ? trust_anchor : DEFAULT_ANCHOR;

	set_options(ctx);
	if (server && !use_server(ctx, server, why))
		return false;
	if (!server) {
		ub_ctx_resolvconf(ctx, NULL);
		ub_ctx_hosts(ctx, NULL);
	}
	if (!use_anchor(ctx, anchor, trust_anchor != NULL, why))
		return false;
	if (open_zones(ctx))
		return true;
	fault_set(why, FAULT_USAGE, 0, "%s: no trust anchors that libunbound can read", anchor);
	return false;
}

struct ub_ctx *
resolver_context(const char *server, const char *trust_anchor, struct fault *why)
{
	struct ub_ctx *ctx = ub_ctx_create();

	if (!ctx) {
		fault_set(why, FAULT_DNS, 0, "libunbound cannot be started");
		return NULL;
	}
	if (configure(ctx, server, trust_anchor, why))
		return ctx;
	ub_ctx_delete(ctx);
	return NULL;
}
