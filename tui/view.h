/* view: what a view gives to the app, and what all views have in common. A view holds no facts: it reads the
 * engine anew whenever it is drawn. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "engine/engine.h"
#include "tui/canvas.h"
#include "tui/list.h"
#include "wording/words.h"

struct app;
struct view;

/* What a tone looks like: flags of enum attr. */
unsigned view_attr(enum tone tone);

struct frame { /* one drawing */
	struct canvas *canvas;
	int rows, cols;  /* the view's part of the screen; it begins at 0, 0 */
	int64_t now_ms;  /* the log's now: engine_now() */
	int64_t wall_ms; /* the clock, for looks that go on */
};

struct view_kind {
	enum scope scope;
	size_t size; /* of the view's own struct, which begins with a struct view */
	void (*draw)(struct view *v, const struct frame *f);
	bool (*act)(struct view *v, enum action a); /* false: shared_act() runs it; NULL: it runs all */
	void (*source)(struct view *v,
		struct list_source *s); /* the items of v->list as last drawn; NULL: none */
	void (*command)(struct view *v, struct text *out); /* what a person would have typed; NULL: nothing */
	void (*write)(struct view *v, struct text *out);   /* the contents of `w`; NULL: the command */
	char *(*file)(struct view *v); /* a name for `w` to propose, the caller frees it; NULL: the usual */
	void (*close)(struct view *v); /* frees the view's own; NULL: nothing */
};

struct view {
	const struct view_kind *kind;
	struct app *app;
	struct engine *engine;    /* the app's, once it is pushed */
	enum direction direction; /* the relay it is about; of a list: the selected one */
	char *relay;              /* NULL: none */
	size_t address;           /* which address of its look */
	struct list list;
	char *find, *filter; /* NULL: none */
};

/* A view about the same relay as another one (NULL: about none). */
struct view *view_new(const struct view_kind *kind, struct app *app, const struct view *about);

/* Frees it. NULL does nothing. */
void view_free(struct view *v);

/* Makes it be about a relay; name may be NULL. */
void view_about(struct view *v, enum direction direction, const char *name);

/* Writes what `w` writes of it to a new file; returns what to tell the user of it, the caller frees it. */
char *view_write(struct view *v, const char *path);

/* The relay it is about, as the log has it now; NULL when it has none (any more). */
const struct relay *view_relay_of(const struct view *v);

/* The newest look at that relay, or NULL. */
const struct look *view_look_of(const struct view *v);

/* The address of that look it is about, or NULL. */
const struct look_address *view_address_of(const struct view *v);

#endif
