#include "maillog/follow_kind.h"

#include "base/mem.h"
#include "maillog/stream.h"

#include <stdlib.h>
#include <string.h>

struct stream_follow {
	struct follow base;
	struct lines *lines;
	struct stream *stream;
	uv_idle_t idle; /* never started: a follow lives as long as its handles, and needs one */
};

static void
take(void *arg, const char *bytes, size_t len)
{
	struct stream_follow *f = arg;

	follow_feed(&f->base, f->lines, bytes, len);
}

static void
end(void *arg, int code)
{
	struct stream_follow *f = arg;
	struct fault why = {.kind = FAULT_NONE};

	if (code < 0)
		fault_set(&why, FAULT_FILE, code, "standard input cannot be read: %s", strerror(-code));
	lines_end(f->lines);
	follow_set(&f->base, code < 0 ? FOLLOW_TROUBLE : FOLLOW_ENDED, &why);
}

static void
close_stream(struct follow *base)
{
	struct stream_follow *f = (struct stream_follow *)base;

	stream_close(f->stream);
	follow_close_handle(base, &f->idle);
}

static void
free_stream(struct follow *base)
{
	struct stream_follow *f = (struct stream_follow *)base;

	lines_free(f->lines);
	free(f);
}

struct follow *
follow_descriptor(uv_loop_t *loop, int fd, const struct follow_events *events)
{
	struct stream_follow *f = mem_new(1, sizeof *f);
	struct stream_events stream = {.bytes = take, .end = end, .arg = f};

	follow_begin(&f->base, loop, events);
	f->base.close = close_stream;
	f->base.free = free_stream;
	f->lines = lines_new(follow_line, &f->base);
	uv_idle_init(loop, &f->idle);
	follow_handle(&f->base, &f->idle);
	f->stream = stream_open(loop, fd, &stream);
	return &f->base;
}
