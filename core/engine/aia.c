#include "engine/aia.h"

#include "base/hash.h"
#include "base/mem.h"
#include "trust/issuers.h"

#include <string.h>

struct waiter {
	void (*answered)(void *arg, const struct aia_answer *answer);
	void *arg;
	struct waiter *prev, *next;
};

enum asked_state { ASKED_WAITS, ASKED_FETCHED, ASKED_READ, ASKED_DONE };

struct asked { /* one URL */
	struct aia *aia;
	char *url;
	enum asked_state state;
	struct aia_answer answer;
	uint64_t done_ms;     /* on the loop's clock */
	unsigned char *bytes; /* ASKED_READ: what the worker reads */
	size_t len;
	uv_work_t work;
	struct waiter *waiters;
	UT_hash_handle hh; /* the oldest first */
};

struct aia {
	uv_loop_t *loop;
	struct resolver *resolver;
	bool allow_private;
	struct http_client *http; /* NULL before the first URL */
	struct asked *all;
	size_t under_way;
	uv_idle_t idle;
	uv_idle_cb serve;
	bool closing, idle_is_closed;
	void (*closed)(void *arg);
	void *closed_arg;
};

static void
free_asked(struct aia *a, struct asked *q)
{
	struct waiter *w, *next;

	HASH_DEL(a->all, q);
	DL_FOREACH_SAFE(q->waiters, w, next)
	free(w);
	chain_unref(q->answer.certificates);
	free(q->bytes);
	free(q->url);
	free(q);
}

static void
free_if_closed(struct aia *a)
{
	struct asked *q, *next;

	if (!a->closing || a->under_way || a->http || !a->idle_is_closed)
		return;
	HASH_ITER(hh, a->all, q, next)
	free_asked(a, q);
	a->closed(a->closed_arg);
	free(a);
}

/* Everything that goes on or is told begins in the idle callback: nobody is answered from inside a call. */
static void
conclude(struct asked *q)
{
	struct aia *a = q->aia;

	q->state = ASKED_DONE;
	q->done_ms = uv_now(a->loop);
	a->under_way--;
	if (a->closing)
		free_if_closed(a);
	else
		uv_idle_start(&a->idle, a->serve);
}

static void
read_answer(uv_work_t *work)
{
	struct asked *q = work->data;

	q->answer.certificates = issuers_from_answer(q->bytes, q->len, &q->answer.why);
}

static void
answer_was_read(uv_work_t *work, int status)
{
	struct asked *q = work->data;

	(void)status;
	free(q->bytes);
	q->bytes = NULL;
	conclude(q);
}

static void
fetched(void *arg, const struct http_result *result)
{
	struct asked *q = arg;

	q->answer.reachable = result->status != 0;
	if (result->fault.kind != FAULT_NONE) {
		q->answer.why = result->fault;
		conclude(q);
		return;
	}
	q->state = ASKED_READ;
	q->bytes = mem_copy(result->bytes, result->len);
	q->len = result->len;
	q->work.data = q;
	uv_queue_work(q->aia->loop, &q->work, read_answer, answer_was_read);
}

static bool
open_client(struct aia *a)
{
	if (!a->http)
		a->http = http_client_new(a->loop, a->resolver, &a->allow_private);
	return a->http != NULL;
}

static void
begin(struct asked *q)
{
	struct aia *a = q->aia;

	a->under_way++;
	q->state = ASKED_FETCHED;
	q->answer.why = (struct fault){.kind = FAULT_NONE};
	if (open_client(a)) {
		http_get(a->http, q->url, &HTTP_AIA_LIMITS, fetched, q);
		return;
	}
	fault_set(&q->answer.why, FAULT_LIMIT, 0, "no descriptor is left to ask it");
	conclude(q);
}

static void
tell_waiters(struct asked *q)
{
	struct waiter *w;

	while ((w = q->waiters)) {
		DL_DELETE(q->waiters, w);
		w->answered(w->arg, &q->answer);
		free(w);
	}
}

static void
drop_oldest(struct aia *a)
{
	struct asked *q, *next;

	HASH_ITER(hh, a->all, q, next)
	{
		if (HASH_COUNT(a->all) <= AIA_KEPT)
			return;
		if (q->state == ASKED_DONE && !q->waiters)
			free_asked(a, q);
	}
}

static void
serve(uv_idle_t *idle)
{
	struct aia *a = idle->data;
	struct asked *q, *next;

	uv_idle_stop(idle);
	HASH_ITER(hh, a->all, q, next)
	{
		if (q->state == ASKED_DONE)
			tell_waiters(q);
		else if (q->state == ASKED_WAITS && a->under_way < AIA_AT_ONCE)
			begin(q);
	}
	drop_oldest(a);
}

struct aia *
aia_new(uv_loop_t *loop, struct resolver *resolver, bool allow_private)
{
	struct aia *a = mem_new(1, sizeof *a);

	a->loop = loop;
	a->resolver = resolver;
	a->allow_private = allow_private;
	a->serve = serve;
	uv_idle_init(loop, &a->idle);
	a->idle.data = a;
	return a;
}

static struct asked *
asked_for(struct aia *a, const char *url)
{
	struct asked *q;

	HASH_FIND_STR(a->all, url, q);
	if (q)
		return q;
	q = mem_new(1, sizeof *q);
	q->aia = a;
	q->url = mem_text(url);
	q->answer.url = q->url;
	HASH_ADD_KEYPTR(hh, a->all, q->url, strlen(q->url), q);
	return q;
}

void
aia_ask(struct aia *a, const char *url, void (*answered)(void *arg, const struct aia_answer *answer),
	void *arg)
{
	struct asked *q = asked_for(a, url);
	struct waiter *w = mem_new(1, sizeof *w);

	*w = (struct waiter){.answered = answered, .arg = arg};
	DL_APPEND(q->waiters, w);
	if (q->state == ASKED_DONE && !q->answer.certificates && uv_now(a->loop) - q->done_ms > AIA_AGAIN_MS)
		q->state = ASKED_WAITS;
	uv_idle_start(&a->idle, serve);
}

void
aia_forget(struct aia *a, const void *arg)
{
	struct asked *q, *next;
	struct waiter *w, *following;

	HASH_ITER(hh, a->all, q, next)
	{
		DL_FOREACH_SAFE(q->waiters, w, following)
		{
			if (w->arg != arg)
				continue;
			DL_DELETE(q->waiters, w);
			free(w);
		}
	}
}

static void
http_closed(void *arg)
{
	struct aia *a = arg;

	a->http = NULL;
	free_if_closed(a);
}

static void
idle_closed(uv_handle_t *handle)
{
	struct aia *a = handle->data;

	a->idle_is_closed = true;
	free_if_closed(a);
}

void
aia_close(struct aia *a, void (*closed)(void *arg), void *arg)
{
	a->closing = true;
	a->closed = closed;
	a->closed_arg = arg;
	http_client_close(a->http, http_closed, a);
	uv_close((uv_handle_t *)&a->idle, idle_closed);
}
