#include "tui/commands.h"

#include "tui/app.h"
#include "tui/shared.h"
#include "tui/terminal.h"
#include "tui/views.h"

#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FRAME_MS 33 /* at most 30 pictures a second */

struct live {
	const struct options *options;
	struct engine *engine;
	struct terminal *terminal;
	struct canvas *canvas;
	struct app *app;
	uv_loop_t loop;
	uv_prepare_t prepare;
	uv_timer_t frame, tick;
	uint64_t drawn_generation;
	size_t drawn_looks;              /* looks_now() then */
	uint64_t drawn_at, drawing_took; /* of the loop's clock, ms */
	bool dirty;                      /* a key or a new size: draw at once */
	bool anew;                       /* every cell */
	bool ending;
	int signal; /* that ended it; 0: the user */
};

static int64_t
wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
quit(void *arg)
{
	struct live *live = arg;

	live->ending = true;
	uv_stop(&live->loop);
}

static void
on_tick(uv_timer_t *timer)
{
	struct live *live = timer->data;

	live->dirty = true;
}

/* A number that changes whenever a look begins, goes on to its next step, or ends. */
static size_t
looks_now(const struct live *live)
{
	struct engine_activity now = engine_activity(live->engine);

	return now.done * 3 + now.running * 2 + now.queued;
}

static void
draw(uv_timer_t *timer)
{
	struct live *live = timer->data;
	uint64_t begun = uv_hrtime();
	int64_t tick;

	live->drawn_generation = engine_generation(live->engine);
	live->drawn_looks = looks_now(live);
	live->dirty = false;
	app_draw(live->app, live->canvas, wall_ms());
	canvas_show(live->canvas, live->anew);
	live->anew = false;
	live->drawing_took = (uv_hrtime() - begun) / 1000000;
	live->drawn_at = uv_now(&live->loop);
	tick = app_next_tick(live->app);
	uv_timer_stop(&live->tick);
	if (tick > 0)
		uv_timer_start(&live->tick, on_tick, (uint64_t)tick, 0);
}

/* While the table is paused only looks are updated. */
static bool
must_draw(const struct live *live)
{
	if (live->dirty)
		return true;
	if (engine_generation(live->engine) == live->drawn_generation)
		return false;
	return !app_is_still(live->app) || engine_activity(live->engine).running > 0 ||
	       looks_now(live) != live->drawn_looks;
}

/* A table of many thousand rows takes longer to draw; drawing it less often leaves time for reading. */
static void
on_prepare(uv_prepare_t *prepare)
{
	struct live *live = prepare->data;
	uint64_t wait = 4 * live->drawing_took > FRAME_MS ? 4 * live->drawing_took : FRAME_MS;

	if (live->ending || uv_is_active((uv_handle_t *)&live->frame) || !must_draw(live))
		return;
	if (live->dirty && uv_now(&live->loop) - live->drawn_at >= wait)
		wait = 0;
	uv_timer_start(&live->frame, draw, wait, 0);
}

static void
on_key(void *arg, int key)
{
	struct live *live = arg;

	if (live->ending)
		return;
	live->dirty = true;
	app_press(live->app, key);
}

static void
redraw(void *arg)
{
	struct live *live = arg;

	live->dirty = live->anew = true;
}

static void
on_ended(void *arg, int number)
{
	struct live *live = arg;

	live->signal = number == SIGINT ? 0 : number; /* Ctrl-C quits */
	quit(live);
}

static void
copy(void *arg, const char *text)
{
	struct live *live = arg;

	terminal_copy(live->terminal, text);
}

static bool
open_screen(struct live *live, struct fault *why)
{
	const struct terminal_events events = {
		.key = on_key, .resized = redraw, .ended = on_ended, .arg = live};
	const struct app_hooks hooks = {
		.copy = copy, .quit = quit, .redraw = redraw, .act = shared_act, .arg = live};
	const struct app_options options = {.port = live->options->engine.port,
		.full = live->options->full,
		.logs = live->options->engine.logs,
		.log_count = live->options->engine.log_count,
		.source = live->options->engine.source};
	bool ascii = live->options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;

	live->terminal = terminal_new(&live->loop, &events, why);
	if (!live->terminal)
		return false;
	live->canvas = canvas_new(ascii, options_want_color(live->options, true, getenv("NO_COLOR")));
	live->app = app_new(live->engine, &options, &hooks);
	app_push(live->app, view_relays_new(live->app));
	return true;
}

static void
run(struct live *live)
{
	uv_prepare_init(&live->loop, &live->prepare);
	uv_timer_init(&live->loop, &live->frame);
	uv_timer_init(&live->loop, &live->tick);
	live->prepare.data = live->frame.data = live->tick.data = live;
	live->dirty = true;
	uv_prepare_start(&live->prepare, on_prepare);
	engine_follow(live->engine);
	while (!live->ending && uv_run(&live->loop, UV_RUN_DEFAULT)) {
	}
	uv_close((uv_handle_t *)&live->prepare, NULL);
	uv_close((uv_handle_t *)&live->frame, NULL);
	uv_close((uv_handle_t *)&live->tick, NULL);
}

int
command_live(const struct options *o)
{
	struct live live = {.options = o};
	struct fault why = {.kind = FAULT_NONE};
	bool shown;

	uv_loop_init(&live.loop);
	live.engine = engine_new(&live.loop, &o->engine, &why);
	shown = live.engine && open_screen(&live, &why);
	if (shown)
		run(&live);
	app_free(live.app);
	canvas_free(live.canvas);
	terminal_close(live.terminal);
	command_close(&live.loop, live.engine);
	if (!shown)
		return command_refuse(&why);
	if (live.signal) {
		/* End by the signal itself, so that whoever sent it sees that in our exit status. */
		signal(live.signal, SIG_DFL);
		raise(live.signal);
	}
	return 0;
}
