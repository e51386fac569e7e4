#include "probe/curl_loop.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>

struct curl_loop {
	uv_loop_t *loop;
	uv_timer_t timer;
	CURLM *multi;
	unsigned handles; /* of libuv, that are not closed yet */
	void (*closed)(void *arg);
	void *arg;
};

/* One socket of libcurl's that is waited for. */
struct watch {
	uv_poll_t poll;
	struct curl_loop *loop;
	curl_socket_t socket;
};

/* Told after the call into libcurl, so that whoever is told may add and drop transfers. */
static void
tell_ended(struct curl_loop *l)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(l->multi, &left))) {
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		char *job = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &job);
		curl_multi_remove_handle(l->multi, easy); /* the message is gone with it */
		((struct curl_job *)(void *)job)->ended((struct curl_job *)(void *)job, code);
	}
}

static void
act(struct curl_loop *l, curl_socket_t socket, int events)
{
	int running;

	curl_multi_socket_action(l->multi, socket, events, &running);
	tell_ended(l);
}

static void
on_ready(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0;

	flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
	flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
	act(w->loop, w->socket, flags);
}

static void
on_timer(uv_timer_t *timer)
{
	act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void
on_closed(struct curl_loop *l)
{
	if (--l->handles)
		return;
	l->closed(l->arg);
	free(l);
}

static void
on_watch_closed(uv_handle_t *handle)
{
	struct watch *w = handle->data;

	on_closed(w->loop);
	free(w);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	on_closed(handle->data);
}

static struct watch *
watch(struct curl_loop *l, curl_socket_t socket)
{
	struct watch *w = mem_new(1, sizeof *w);

	w->loop = l;
	w->socket = socket;
	if (uv_poll_init_socket(l->loop, &w->poll, socket) != 0) {
		free(w);
		return NULL;
	}
	w->poll.data = w;
	l->handles++;
	curl_multi_assign(l->multi, socket, w);
	return w;
}

/* libcurl closes the socket right after CURL_POLL_REMOVE: the stop is what libuv must have seen by then. */
static void
unwatch(struct watch *w)
{
	curl_multi_assign(w->loop->multi, w->socket, NULL);
	uv_poll_stop(&w->poll);
	uv_close((uv_handle_t *)&w->poll, on_watch_closed);
}

/* What libcurl wants of a socket. -1 ends the transfer. */
static int
on_socket(CURL *easy, curl_socket_t socket, int what, void *arg, void *known)
{
	struct curl_loop *l = arg;
	struct watch *w = known;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			unwatch(w);
		return 0;
	}
	if (!w)
		w = watch(l, socket);
	if (!w)
		return -1;
	events |= what & CURL_POLL_IN ? UV_READABLE : 0;
	events |= what & CURL_POLL_OUT ? UV_WRITABLE : 0;
	uv_poll_start(&w->poll, events, on_ready);
	return 0;
}

static int
on_wish(CURLM *multi, long timeout_ms, void *arg)
{
	struct curl_loop *l = arg;

	(void)multi;
	uv_timer_stop(&l->timer);
	if (timeout_ms >= 0) {
		uv_update_time(l->loop);
		uv_timer_start(&l->timer, on_timer, (uint64_t)timeout_ms, 0);
	}
	return 0;
}

struct curl_loop *
curl_loop_new(uv_loop_t *loop)
{
	struct curl_loop *l;
	CURLM *multi;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	if (!multi) {
		curl_global_cleanup();
		return NULL;
	}
	l = mem_new(1, sizeof *l);
	*l = (struct curl_loop){.loop = loop, .multi = multi, .handles = 1};
	uv_timer_init(loop, &l->timer);
	l->timer.data = l;
	curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
	curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION, on_wish);
	curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
	return l;
}

void
curl_loop_add(struct curl_loop *l, struct curl_job *job)
{
	curl_easy_setopt(job->easy, CURLOPT_PRIVATE, job);
	curl_multi_add_handle(l->multi, job->easy);
}

void
curl_loop_drop(struct curl_loop *l, struct curl_job *job)
{
	curl_multi_remove_handle(l->multi, job->easy);
}

void
curl_loop_close(struct curl_loop *l, void (*closed)(void *arg), void *arg)
{
	l->closed = closed;
	l->arg = arg;
	/* Its sockets come to on_socket() for the last time from in here. */
	curl_multi_cleanup(l->multi);
	curl_global_cleanup();
	uv_close((uv_handle_t *)&l->timer, on_timer_closed);
}
