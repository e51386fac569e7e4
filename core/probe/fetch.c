#include "probe/fetch.h"

#include "base/mem.h"
#include "base/when.h"
#include "probe/hop.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct fetcher {
	uv_loop_t *loop;
	struct resolver *resolver;
	const struct fetch_options *options;
	struct curl_loop *curl;
	struct fetch *fetches; /* until their timer is closed */
	bool closing;
	void (*closed)(void *arg);
	void *arg;
};

struct fetch {
	struct fetch *next;
	struct fetcher *fetcher;
	uv_timer_t timer; /* the deadline; then, at once, the callback outside of everything */
	struct fetch_limits limits;
	fetch_cb *done;
	void *arg;
	uint64_t begun, deadline; /* by uv_hrtime() */
	bool settled;             /* the result is as it will be told */
	struct fetch_url *url;    /* that is asked now; NULL: not one was good */
	struct hop *hop;          /* NULL: nothing is under way */
	char **asked;
	struct fetch_result result;
	/* What the result points to. */
	unsigned char *bytes;
	char *type, *last;
};

/* ---- the end ------------------------------------------------------------------------------------------- */

static void
on_curl_closed(void *arg)
{
	struct fetcher *r = arg;

	if (r->closed)
		r->closed(r->arg);
	free(r);
}

static void
close_when_idle(struct fetcher *r)
{
	if (r->closing && !r->fetches)
		curl_loop_close(r->curl, on_curl_closed, r);
}

static void
free_fetch(struct fetch *f)
{
	for (size_t i = 0; i < f->result.asked_count; i++)
		free(f->asked[i]);
	free(f->asked);
	free(f->bytes);
	free(f->type);
	free(f->last);
	fetch_url_free(f->url);
	free(f);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct fetch *f = handle->data, **at = &f->fetcher->fetches;
	struct fetcher *r = f->fetcher;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	free_fetch(f);
	close_when_idle(r);
}

static void
on_tell(uv_timer_t *timer)
{
	struct fetch *f = timer->data;

	f->result.ms = (int64_t)((uv_hrtime() - f->begun) / 1000000);
	f->result.url = f->last;
	f->result.type = f->type;
	f->result.bytes = f->bytes;
	f->result.asked = (const char *const *)f->asked;
	f->done(f->arg, &f->result);
	uv_close((uv_handle_t *)&f->timer, on_timer_closed);
}

/* The URL of this hop goes onto the list when a connection to it was tried. */
static void
note_asked(struct fetch *f)
{
	if (!hop_tried(f->hop))
		return;
	f->asked = mem_resize(f->asked, f->result.asked_count + 1, sizeof *f->asked);
	f->asked[f->result.asked_count++] = mem_text(f->url->text);
}

/* The one way out: whatever happens first comes here, once. */
static void
settle(struct fetch *f, const struct fault *fault)
{
	if (f->hop)
		note_asked(f);
	hop_stop(f->hop);
	f->hop = NULL;
	f->settled = true;
	f->result.fault = *fault;
	uv_timer_start(&f->timer, on_tell, 0, 0);
}

static void
on_late(uv_timer_t *timer)
{
	struct fetch *f = timer->data;
	struct fault why;

	fault_set(&why, FAULT_TIMEOUT, 0, "no whole answer in %g s",
		(double)f->limits.timeout_ms / WHEN_SECOND);
	settle(f, &why);
}

/* ---- one URL after the other --------------------------------------------------------------------------- */

static bool
is_asked(const struct fetch *f, const char *url)
{
	for (size_t i = 0; i < f->result.asked_count; i++) {
		if (strcmp(f->asked[i], url) == 0)
			return true;
	}
	return false;
}

/* Makes it the fetch's URL when it may be asked; false with *why when it may not. Its text is told in any
 * case. */
static bool
choose(struct fetch *f, const char *text, struct fault *why)
{
	struct fetch_rules rules = {f->fetcher->options->allow_private, f->limits.allow_https};
	struct fetch_url *url = fetch_url_new(text, f->url, &rules, why);

	free(f->last);
	f->last = mem_text(url ? url->text : text);
	f->result.status = 0;
	if (!url)
		return false;
	fetch_url_free(f->url);
	f->url = url;
	if (!is_asked(f, url->text))
		return true;
	fault_set(why, FAULT_LIMIT, 0, "redirects in a circle");
	return false;
}

static bool
is_redirect(const struct transfer_result *r)
{
	static const int statuses[] = {301, 302, 303, 307, 308};

	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		if (r->status == statuses[i])
			return r->location != NULL;
	}
	return false;
}

static void
keep(struct fetch *f, const struct transfer_result *r)
{
	f->result.status = r->status;
	f->result.date_ms = r->date_ms;
	if (r->fault.kind != FAULT_NONE || r->status != 200)
		return;
	f->bytes = mem_copy(r->bytes, r->len);
	f->result.len = r->len;
	f->type = mem_text(r->type);
}

static void
begin_hop(struct fetch *f, transfer_cb *done)
{
	struct hop_order order = {
		.resolver = f->fetcher->resolver,
		.curl = f->fetcher->curl,
		.url = f->url,
		.deadline = f->deadline,
		.bytes = f->limits.bytes,
		.allow_private = f->fetcher->options->allow_private,
	};

	f->hop = hop_start(&order, done, f);
}

/* True when the answer leads on to a URL that may be asked; false with what came of the fetch. */
static bool
leads_on(struct fetch *f, const struct transfer_result *r, struct fault *end)
{
	*end = r->fault;
	if (end->kind != FAULT_NONE || r->status == 200)
		return false;
	if (!is_redirect(r)) {
		fault_set(end, FAULT_REPLY, r->status, "HTTP status %d", r->status);
		return false;
	}
	if (f->result.asked_count > f->limits.redirects) {
		fault_set(end, FAULT_LIMIT, 0, "more than %u redirect%s", f->limits.redirects,
			f->limits.redirects == 1 ? "" : "s");
		return false;
	}
	return choose(f, r->location, end);
}

static void
on_hop(void *arg, const struct transfer_result *r)
{
	struct fetch *f = arg;
	struct fault end;

	note_asked(f);
	f->hop = NULL;
	keep(f, r);
	if (leads_on(f, r, &end))
		begin_hop(f, on_hop);
	else
		settle(f, &end);
}

/* ---- begin --------------------------------------------------------------------------------------------- */

struct fetcher *
fetcher_new(uv_loop_t *loop, struct resolver *resolver, const struct fetch_options *options)
{
	struct curl_loop *curl = curl_loop_new(loop);
	struct fetcher *r;

	if (!curl)
		return NULL;
	r = mem_new(1, sizeof *r);
	*r = (struct fetcher){.loop = loop, .resolver = resolver, .options = options, .curl = curl};
	return r;
}

struct fetch *
fetcher_get(struct fetcher *r, const char *url, const struct fetch_limits *limits, fetch_cb *done, void *arg)
{
	struct fetch *f = mem_new(1, sizeof *f);
	struct fault why;

	assert(!r->closing && limits->timeout_ms > 0);
	*f = (struct fetch){.next = r->fetches, .fetcher = r, .limits = *limits, .done = done, .arg = arg};
	r->fetches = f;
	f->begun = uv_hrtime();
	f->deadline = f->begun + (uint64_t)limits->timeout_ms * 1000000;
	uv_timer_init(r->loop, &f->timer);
	f->timer.data = f;
	if (!choose(f, url, &why)) {
		settle(f, &why);
		return f;
	}
	uv_update_time(r->loop);
	uv_timer_start(&f->timer, on_late, (uint64_t)limits->timeout_ms, 0);
	begin_hop(f, on_hop);
	return f;
}

void
fetch_cancel(struct fetch *f)
{
	struct fault why;

	if (f->settled)
		return;
	fault_set(&why, FAULT_CANCELLED, 0, "cancelled");
	settle(f, &why);
}

void
fetcher_close(struct fetcher *r, void (*closed)(void *arg), void *arg)
{
	if (!r)
		return;
	r->closed = closed;
	r->arg = arg;
	r->closing = true;
	for (struct fetch *f = r->fetches; f; f = f->next)
		fetch_cancel(f);
	close_when_idle(r);
}
