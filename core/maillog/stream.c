#include "maillog/stream.h"

#include "base/file.h"
#include "base/mem.h"
#include "maillog/follow_kind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE 32768

struct stream {
	struct stream_events events;
	uv_loop_t *loop;
	int fd;
	bool polled; /* wakes by poll, else by idle: what poll cannot wait for is always ready */
	bool ended, closing;
	unsigned handles;
	uv_poll_t poll;
	uv_idle_t idle;
	char room[SLICE];
};

static void
stop(struct stream *s)
{
	uv_idle_stop(&s->idle);
	if (s->polled)
		uv_poll_stop(&s->poll);
}

/* Reads until nothing waits, or this pass of the loop is used up. */
static void
read_on(struct stream *s)
{
	ssize_t got;

	do {
		got = read(s->fd, s->room, sizeof s->room);
		if (got > 0)
			s->events.bytes(s->events.arg, s->room, (size_t)got);
	} while (!s->closing && ((got > 0 && !follow_pass_is_over(s->loop)) || (got < 0 && errno == EINTR)));
	if (s->closing || got > 0 || (got < 0 && errno == EAGAIN))
		return;
	stop(s);
	s->ended = true;
	s->events.end(s->events.arg, got < 0 ? -errno : 0);
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	(void)status; /* read() says what is wrong */
	(void)events;
	read_on(uv_handle_get_data((uv_handle_t *)poll));
}

static void
on_idle(uv_idle_t *idle)
{
	read_on(uv_handle_get_data((uv_handle_t *)idle));
}

/* Another description of the same pipe or terminal: O_NONBLOCK on the one we were given would stay with the
 * user's shell. What has a position (a regular file) or cannot be opened (a socket) is used as it is. */
static int
own_description(int fd)
{
	struct stat st;
	char path[32];
	int own;

	if (fstat(fd, &st) < 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) || S_ISSOCK(st.st_mode))
		return fd;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	own = file_open(path);
	if (own < 0)
		return fd;
	close(fd);
	return own;
}

struct stream *
stream_open(uv_loop_t *loop, int fd, const struct stream_events *events)
{
	struct stream *s = mem_new(1, sizeof *s);

	s->events = *events;
	s->loop = loop;
	s->fd = own_description(fd);
	uv_idle_init(loop, &s->idle);
	uv_handle_set_data((uv_handle_t *)&s->idle, s);
	s->polled = uv_poll_init(loop, &s->poll, s->fd) == 0;
	s->handles = s->polled ? 2 : 1;
	if (s->polled) {
		uv_handle_set_data((uv_handle_t *)&s->poll, s);
		uv_poll_start(&s->poll, UV_READABLE | UV_DISCONNECT, on_poll);
	} else {
		uv_idle_start(&s->idle, on_idle);
	}
	return s;
}

void
stream_drain(struct stream *s)
{
	if (!s->ended && !s->closing)
		read_on(s);
}

static void
handle_closed(uv_handle_t *handle)
{
	struct stream *s = uv_handle_get_data(handle);

	if (--s->handles == 0)
		free(s);
}

void
stream_close(struct stream *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	stop(s);
	uv_close((uv_handle_t *)&s->idle, handle_closed);
	if (s->polled)
		uv_close((uv_handle_t *)&s->poll, handle_closed);
	close(s->fd);
}
