#include "maillog/follow_kind.h"

#include "base/when.h"

#include <stdio.h>
#include <string.h>

#define PASS_MS 3 /* of the 5 ms that a pass of the loop may take */

static const struct follow_pace usual_pace = {
	.poll_ms = 1000,
	.linger_ms = 3000,
	.restart_ms = 1000,
	.restart_most_ms = 60000,
	.steady_ms = 60000,
};

void
follow_begin(struct follow *f, uv_loop_t *loop, const struct follow_events *events)
{
	f->loop = loop;
	f->events = *events;
	f->pace = events->pace ? events->pace : &usual_pace;
}

void
follow_handle(struct follow *f, void *handle)
{
	uv_handle_set_data(handle, f);
	f->handles++;
}

void
follow_handle_closed(uv_handle_t *handle)
{
	struct follow *f = uv_handle_get_data(handle);

	if (--f->handles == 0)
		f->free(f);
}

void
follow_close_handle(struct follow *f, void *handle)
{
	uv_handle_set_data(handle, f);
	uv_close(handle, follow_handle_closed);
}

void
follow_hand_out(struct follow *f, const struct follow_line *line)
{
	if (!f->closing)
		f->events.line(f->events.arg, line);
}

void
follow_line(void *arg, struct span line)
{
	follow_hand_out(arg, &(struct follow_line){.text = line});
}

void
follow_feed(struct follow *f, struct lines *lines, const char *bytes, size_t len)
{
	uint64_t before = lines_skipped(lines);

	f->bytes += len;
	lines_feed(lines, bytes, len);
	f->skipped += lines_skipped(lines) - before;
}

static void
tell(struct follow *f)
{
	if (!f->closing && f->events.state)
		f->events.state(f->events.arg);
}

void
follow_set(struct follow *f, enum follow_state state, const struct fault *why)
{
	static const struct fault none;

	if (!why)
		why = &none;
	if (f->closing ||
		(f->state == state && f->fault.code == why->code && !strcmp(f->fault.text, why->text)))
		return;
	f->state = state;
	f->fault = *why;
	tell(f);
}

void
follow_set_note(struct follow *f, const char *what)
{
	char at[WHEN_ROOM] = "";
	uv_timeval64_t now;

	if (uv_gettimeofday(&now) == 0)
		when_print(now.tv_sec * WHEN_SECOND, "%H:%M", at);
	snprintf(f->note, sizeof f->note, "%s %s", what, at);
	tell(f);
}

bool
follow_pass_is_over(const uv_loop_t *loop)
{
	/* uv_now() is when this pass began. */
	return uv_hrtime() / 1000000 >= uv_now(loop) + PASS_MS;
}

enum follow_state
follow_state(const struct follow *f, struct fault *fault)
{
	if (fault)
		*fault = f->fault;
	return f->state;
}

const char *
follow_note(const struct follow *f)
{
	return f->note;
}

uint64_t
follow_bytes(const struct follow *f)
{
	return f->bytes;
}

uint64_t
follow_skipped(const struct follow *f)
{
	return f->skipped;
}

void
follow_close(struct follow *f)
{
	if (!f || f->closing)
		return;
	f->closing = true;
	f->close(f);
}
