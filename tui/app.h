/* app: the views on top of each other, the footer with its prompt and questions, and one way to draw it all.
 * It knows neither terminal nor loop: keys come in, a canvas is drawn on. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "tui/view.h"

struct app_hooks {                                 /* what the app cannot do itself */
	void (*copy)(void *arg, const char *text); /* to the clipboard */
	void (*quit)(void *arg);                   /* the user quits */
	void (*redraw)(void *arg);                 /* the next drawing sends every cell */
	void (*act)(struct view *v,
		enum action a); /* an action that the view does not handle: shared_act() */
	void *arg;
};

struct app_options {   /* the command line; texts are borrowed for the life of the app */
	unsigned port; /* that looks connect to */
	bool full;     /* recipients, senders and queue ids in what is written */
	const char *const *logs;
	size_t log_count;   /* 0: the usual place */
	const char *source; /* a command; NULL: none */
};

/* An app without a view; the engine is borrowed. */
struct app *app_new(struct engine *e, const struct app_options *options, const struct app_hooks *hooks);

/* Frees it and its views. NULL does nothing. */
void app_free(struct app *app);

/* ---- for the caller that drives it
 * ----------------------------------------------------------------------------
 */

/* Takes a key: a code point or an enum keycode. */
void app_press(struct app *app, int key);

/* Draws everything; wall_ms is the clock. */
void app_draw(struct app *app, struct canvas *c, int64_t wall_ms);

/* In how many milliseconds the picture must be drawn again although nothing happened; 0: never. */
int64_t app_next_tick(const struct app *app);

/* The view on top is paused: a change in the log is no reason to draw. */
bool app_is_still(const struct app *app);

/* ---- for views --------------------------------------------------------------------------------------------
 */

/* Its engine. */
struct engine *app_engine(const struct app *app);

/* The port that relays are looked at on. */
unsigned app_port(const struct app *app);

/* What the user asked for. */
const struct app_options *app_options(const struct app *app);

/* The key that started the action, for actions that have several. */
int app_key(const struct app *app);

/* Puts a view on top; the app owns it then. */
void app_push(struct app *app, struct view *v);

/* Says something in the footer until the next key. */
void app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Called while drawing: draw again in ms milliseconds. */
void app_tick(struct app *app, int64_t ms);

/* Copies a text to the clipboard and says so; refuses one that is too long for terminals. */
void app_copy(struct app *app, const char *text);

/* Pauses the views that can be paused, or lets them go on. */
void app_pause(struct app *app, bool paused);

/* Whether they are paused. */
bool app_is_paused(const struct app *app);

/* May the network be asked for that many addresses? When the user must be asked first, this asks, returns
 * false, and a yes runs the action again. */
bool app_may_probe(struct app *app, enum action again, size_t addresses);

/* Asks for a file name; what the top view writes goes there. */
void app_ask_file(struct app *app, const char *proposed);

#endif
