#include "tui/progress.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EVERY_MS 200

struct progress {
	uv_timer_t timer;
	void (*put)(void *arg, struct text *out);
	void *arg;
};

static void
show(uv_timer_t *timer)
{
	struct progress *p = timer->data;
	struct text out = {NULL, 0, 0};

	p->put(p->arg, &out);
	fprintf(stderr, "\r\033[K%s", out.at ? out.at : "");
	text_free(&out);
}

struct progress *
progress_start(uv_loop_t *loop, void (*put)(void *arg, struct text *out), void *arg)
{
	struct progress *p;

	if (!isatty(STDERR_FILENO))
		return NULL;
	p = mem_new(1, sizeof *p);
	p->put = put;
	p->arg = arg;
	uv_timer_init(loop, &p->timer);
	p->timer.data = p;
	uv_timer_start(&p->timer, show, EVERY_MS, EVERY_MS);
	return p;
}

static void
closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
progress_end(struct progress *p)
{
	if (!p)
		return;
	fputs("\r\033[K", stderr);
	uv_close((uv_handle_t *)&p->timer, closed);
}
