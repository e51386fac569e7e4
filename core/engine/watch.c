#include "engine/watch.h"

#include "base/hash.h"
#include "base/mem.h"

#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SETTLE_MS 300 /* update-ca-certificates rewrites hundreds of links: wait for the last */

struct watched {
	uv_fs_event_t event;
	struct watch *watch;
	char *entry; /* the directory's entry that counts; NULL: every one */
	struct watched *prev, *next;
};

struct watch {
	uv_loop_t *loop;
	uv_timer_t timer;
	struct watched *watched;
	size_t open; /* handles whose close callback is still to come, the timer among them */
	bool closing;
	void (*changed)(void *arg);
	void *arg;
	void (*closed)(void *arg);
	void *closed_arg;
};

static void
settled(uv_timer_t *timer)
{
	struct watch *w = timer->data;

	w->changed(w->arg);
}

struct watch *
watch_new(uv_loop_t *loop, void (*changed)(void *arg), void *arg)
{
	struct watch *w = mem_new(1, sizeof *w);

	w->loop = loop;
	w->changed = changed;
	w->arg = arg;
	w->open = 1;
	uv_timer_init(loop, &w->timer);
	w->timer.data = w;
	return w;
}

static void
happened(uv_fs_event_t *event, const char *name, int events, int status)
{
	struct watched *d = event->data;

	(void)events;
	if (status < 0 || (d->entry && name && strcmp(d->entry, name) != 0))
		return;
	uv_timer_start(&d->watch->timer, settled, SETTLE_MS, 0);
	uv_unref((uv_handle_t *)&d->watch->timer);
}

static void
one_closed(struct watch *w)
{
	if (--w->open || !w->closing)
		return;
	w->closed(w->closed_arg);
	free(w);
}

static void
watched_closed(uv_handle_t *handle)
{
	struct watched *d = handle->data;
	struct watch *w = d->watch;

	free(d->entry);
	free(d);
	one_closed(w);
}

static void
timer_closed(uv_handle_t *handle)
{
	one_closed(handle->data);
}

static void
add_one(struct watch *w, const char *path)
{
	struct watched *d = mem_new(1, sizeof *d);
	char *folder = mem_text(path), *name = mem_text(path);
	struct stat st;
	bool is_folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	d->watch = w;
	d->entry = is_folder ? NULL : mem_text(basename(name));
	uv_fs_event_init(w->loop, &d->event);
	d->event.data = d;
	/* Where this fails (no such directory, no inotify watch left) the settings stay as they were read. */
	uv_fs_event_start(&d->event, happened, is_folder ? path : dirname(folder), 0);
	uv_unref((uv_handle_t *)&d->event);
	DL_APPEND(w->watched, d);
	w->open++;
	free(folder);
	free(name);
}

/* A link to a file is watched at both ends: RHEL's update-ca-trust writes what its ca-bundle.crt is a link
 * to. */
void
watch_add(struct watch *w, const char *path)
{
	char *target = realpath(path, NULL);

	add_one(w, path);
	if (target && strcmp(target, path) != 0)
		add_one(w, target);
	free(target);
}

void
watch_flush(struct watch *w)
{
	if (!uv_is_active((uv_handle_t *)&w->timer))
		return;
	uv_timer_stop(&w->timer);
	w->changed(w->arg);
}

void
watch_clear(struct watch *w)
{
	struct watched *d, *next;

	DL_FOREACH_SAFE(w->watched, d, next)
	uv_close((uv_handle_t *)&d->event, watched_closed);
	w->watched = NULL;
}

void
watch_close(struct watch *w, void (*closed)(void *arg), void *arg)
{
	w->closing = true;
	w->closed = closed;
	w->closed_arg = arg;
	watch_clear(w);
	uv_close((uv_handle_t *)&w->timer, timer_closed);
}
