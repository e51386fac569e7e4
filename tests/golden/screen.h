/* screen: an app on a hidden canvas, keys played into it, and its picture compared with a file. */
#ifndef GOLDEN_SCREEN_H
#define GOLDEN_SCREEN_H

#include "model.h"
#include "tui/app.h"

struct screen {
	struct engine engine;
	struct canvas *canvas;
	struct app *app;
	char *copied; /* what went to the clipboard last */
	bool quit;
};

/* Starts one on the filled model, the relays on top. */
void screen_open(struct screen *s, int rows, int cols, bool ascii);

/* Draws, then plays keys, drawing after each. "<" is Left's key: KEYCODE_LEFT, "\r" Enter, "\033" Esc. */
void screen_play(struct screen *s, const char *keys);

/* The picture as text, a line a row. The caller frees it. */
char *screen_text(struct screen *s);

/* Fails the test, with the differences printed, unless the picture is that of the file GOLDEN/name.txt. With
 * UPDATE in the environment the file is written anew. */
void screen_is(struct screen *s, const char *name);

/* Fails the test, with the picture printed, unless the text is on it. */
void screen_shows(struct screen *s, const char *text);

/* Fails the test, with the picture printed, if the text is on it. */
void screen_lacks(struct screen *s, const char *text);

/* For cmocka: *state is a struct screen of 24 rows by 80 columns. */
int screen_setup(void **state);
int screen_teardown(void **state);

/* Frees it all. */
void screen_close(struct screen *s);

#endif
