#include "probe/resolver.h"

#include "base/address.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unbound.h>

#define DEFAULT_ANCHOR "/usr/share/dns/root.key" /* Debian: dns-root-data */
#define ANCHOR_LIMIT 65536

struct resolver {
	uv_loop_t *loop;
	struct ub_ctx *ctx; /* NULL: closed */
	uv_poll_t poll;
	struct lookup *lookups; /* those whose callback is still to come */
	bool poll_closed;
};

struct lookup {
	struct lookup *next;
	struct resolver *resolver;
	uv_timer_t timer; /* the deadline; then, at once, the callback outside of everything */
	resolver_cb *done;
	void *arg;
	struct answer *answer;
	uint64_t begun; /* uv_hrtime() */
	int id;         /* libunbound's */
	bool asked;     /* libunbound works on it */
	bool settled;   /* the answer is as it will be told */
	int64_t timeout_ms;
};

/* ---- libunbound set up ------------------------------------------------------------------------------ */

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

/* A context as Sendmail's resolver would see the world, ready to be asked. NULL with *why when the options
 * cannot be used. */
static struct ub_ctx *
new_context(const char *server, const char *trust_anchor, struct fault *why)
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

/* ---- answers ---------------------------------------------------------------------------------------- */

static void
settle(struct lookup *l, enum dns_status status, char *why)
{
	l->answer->status = status;
	l->answer->why = why;
	l->answer->ms = (int64_t)((uv_hrtime() - l->begun) / 1000000);
	l->settled = true;
}

static const char *
rcode_word(int rcode)
{
	static const char *const words[] = {
		"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};

	return rcode >= 0 && rcode < (int)(sizeof words / sizeof *words) ? words[rcode] : "an error";
}

/* A forwarder that strips DNSSEC makes everything look forged: then the root's own keys do not come, or come
 * without signatures. That is no fault of the name that was asked. */
static bool
is_stripped(const char *why)
{
	return why && strstr(why, "trust anchor") &&
	       (strstr(why, "no DNSKEY") || strstr(why, "no signatures") || strstr(why, "DNSSEC"));
}

static enum dns_status
status_of(const struct ub_result *r)
{
	const unsigned char *packet = r->answer_packet;

	if (r->bogus && !is_stripped(r->why_bogus))
		return DNS_BOGUS;
	/* Only what libunbound answers by itself is authoritative: /etc/hosts and localhost. */
	if (r->havedata && packet && r->answer_len > 2 && (packet[2] & 0x04))
		return DNS_HOSTS;
	if (r->havedata)
		return r->secure ? DNS_SECURE : DNS_INSECURE;
	if (r->nxdomain)
		return DNS_NXDOMAIN;
	return r->rcode == 0 ? DNS_NODATA : DNS_FAILED;
}

static char *
why_of(const struct ub_result *r, enum dns_status status)
{
	if (is_stripped(r->why_bogus))
		return text_new("our resolver strips DNSSEC (%s)", r->why_bogus);
	if (status == DNS_BOGUS)
		return mem_text(r->why_bogus ? r->why_bogus : "validation failed");
	return status == DNS_FAILED ? mem_text(rcode_word(r->rcode)) : NULL;
}

static void
copy_records(const struct ub_result *r, struct answer *a)
{
	size_t count = 0;

	while (r->data && r->data[count])
		count++;
	a->records = mem_new(count, sizeof *a->records);
	for (size_t i = 0; i < count; i++) {
		size_t len = r->len[i] > 0 ? (size_t)r->len[i] : 0;

		a->records[i] = (struct dns_record){mem_copy(r->data[i], len), len};
	}
	a->count = count;
}

/* The name at the end of the CNAMEs without its dot, or NULL when there was none. */
static char *
canonical_of(const struct ub_result *r, const char *asked)
{
	size_t len = r->canonname ? strlen(r->canonname) : 0;

	if (len > 1 && r->canonname[len - 1] == '.')
		len--;
	if (len == 0 || (len == strlen(asked) && strncasecmp(r->canonname, asked, len) == 0))
		return NULL;
	return mem_copy(r->canonname, len);
}

static void
copy_result(struct lookup *l, const struct ub_result *r)
{
	struct answer *a = l->answer;
	enum dns_status status = status_of(r);

	a->rcode = r->rcode;
	copy_records(r, a);
	a->canonical = canonical_of(r, a->name);
	if (r->answer_packet && r->answer_len > 0) {
		a->packet_len = (size_t)r->answer_len;
		a->packet = mem_copy(r->answer_packet, a->packet_len);
	}
	settle(l, status, why_of(r, status));
}

/* ---- one look-up ------------------------------------------------------------------------------------ */

static void
free_resolver(struct resolver *r)
{
	if (!r->ctx && r->poll_closed && !r->lookups)
		free(r);
}

static void
on_lookup_closed(uv_handle_t *handle)
{
	struct lookup *l = handle->data;

	answer_unref(l->answer);
	free(l);
}

static void
unlink_lookup(struct lookup *l)
{
	struct lookup **at = &l->resolver->lookups;

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
}

/* libunbound forgets it: its callback will not come any more. */
static void
abandon(struct lookup *l)
{
	if (l->asked && l->resolver->ctx)
		ub_cancel(l->resolver->ctx, l->id);
	l->asked = false;
}

static void
on_timer(uv_timer_t *timer)
{
	struct lookup *l = timer->data;
	struct resolver *r = l->resolver;

	if (!l->settled) {
		abandon(l);
		settle(l, DNS_FAILED, text_new("no answer in %g s", (double)l->timeout_ms / 1000));
	}
	unlink_lookup(l);
	l->done(l->arg, l->answer);
	uv_close((uv_handle_t *)&l->timer, on_lookup_closed);
	free_resolver(r);
}

/* The callback comes with the loop's next pass. */
static void
tell_soon(struct lookup *l)
{
	uv_timer_start(&l->timer, on_timer, 0, 0);
}

static void
on_result(void *arg, int error, struct ub_result *result)
{
	struct lookup *l = arg;

	l->asked = false;
	if (!l->settled && error)
		settle(l, DNS_FAILED, mem_text(ub_strerror(error)));
	else if (!l->settled)
		copy_result(l, result);
	ub_resolve_free(result);
	tell_soon(l);
}

/* Names come from logs and from the DNS itself. What no mail host can be called is not asked: bytes outside
 * of printable ASCII, escapes, empty labels (RFC 1035 section 2.3.4 for the lengths). */
static bool
is_name(const char *name)
{
	size_t len = strlen(name), label = 0;

	if (len > 0 && name[len - 1] == '.')
		len--;
	if (len == 0 || len > 253)
		return false;
	for (size_t i = 0; i <= len; i++) {
		if (i == len || name[i] == '.') {
			if (label == 0 || label > 63)
				return false;
			label = 0;
		} else if (name[i] <= ' ' || name[i] > '~' || name[i] == '\\' || name[i] == '"') {
			return false;
		} else {
			label++;
		}
	}
	return true;
}

/* A name that is no name never reaches libunbound. */
static void
ask(struct lookup *l, const char *name, int type)
{
	int error;

	if (!is_name(name)) {
		settle(l, DNS_FAILED, mem_text("not a host name"));
		return;
	}
	if (!l->resolver->ctx) {
		settle(l, DNS_FAILED, mem_text("cancelled"));
		return;
	}
	error = ub_resolve_async(l->resolver->ctx, name, type, 1, l, on_result, &l->id);
	if (error)
		settle(l, DNS_FAILED, mem_text(ub_strerror(error)));
	else
		l->asked = true;
}

struct lookup *
resolver_ask(struct resolver *r, const char *name, int type, int64_t timeout_ms, resolver_cb *done, void *arg)
{
	struct lookup *l = mem_new(1, sizeof *l);
	size_t len = strlen(name);
	char *plain = mem_copy(name, len > 1 && name[len - 1] == '.' ? len - 1 : len);

	*l = (struct lookup){
		.next = r->lookups, .resolver = r, .done = done, .arg = arg, .timeout_ms = timeout_ms};
	r->lookups = l;
	l->begun = uv_hrtime();
	l->answer = answer_new(plain, type);
	l->answer->asked_ms = (int64_t)time(NULL) * 1000;
	uv_timer_init(r->loop, &l->timer);
	l->timer.data = l;
	uv_update_time(r->loop);
	ask(l, plain, type);
	uv_timer_start(&l->timer, on_timer, l->settled || timeout_ms < 0 ? 0 : (uint64_t)timeout_ms, 0);
	free(plain);
	return l;
}

void
lookup_cancel(struct lookup *l)
{
	if (l->settled)
		return;
	abandon(l);
	settle(l, DNS_FAILED, mem_text("cancelled"));
	tell_soon(l);
}

/* ---- the resolver ----------------------------------------------------------------------------------- */

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct resolver *r = poll->data;

	(void)status;
	(void)events;
	ub_process(r->ctx);
}

struct resolver *
resolver_new(uv_loop_t *loop, const struct resolver_options *options, struct fault *why)
{
	struct ub_ctx *ctx = new_context(options->server, options->trust_anchor, why);
	struct resolver *r;

	if (!ctx)
		return NULL;
	r = mem_new(1, sizeof *r);
	r->loop = loop;
	r->ctx = ctx;
	uv_poll_init(loop, &r->poll, ub_fd(ctx));
	r->poll.data = r;
	uv_poll_start(&r->poll, UV_READABLE, on_readable);
	return r;
}

static void
on_poll_closed(uv_handle_t *handle)
{
	struct resolver *r = handle->data;

	r->poll_closed = true;
	free_resolver(r);
}

void
resolver_close(struct resolver *r)
{
	if (!r || !r->ctx)
		return;
	for (struct lookup *l = r->lookups; l; l = l->next)
		lookup_cancel(l);
	uv_close((uv_handle_t *)&r->poll, on_poll_closed);
	/* Joins libunbound's thread; its callbacks do not come any more. */
	ub_ctx_delete(r->ctx);
	r->ctx = NULL;
}
