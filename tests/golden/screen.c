#include "screen.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/shared.h"
#include "tui/views.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void
on_copy(void *arg, const char *text)
{
	struct screen *s = arg;

	free(s->copied);
	s->copied = mem_text(text);
}

static void
on_quit(void *arg)
{
	((struct screen *)arg)->quit = true;
}

static void
on_redraw(void *arg)
{
	(void)arg;
}

void
screen_open(struct screen *s, int rows, int cols, bool ascii)
{
	const struct app_hooks hooks = {
		.copy = on_copy, .quit = on_quit, .redraw = on_redraw, .act = shared_act, .arg = s};

	const struct app_options options = {.port = 25};

	setenv("TZ", "UTC", 1);
	tzset();
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	*s = (struct screen){.quit = false};
	model_fill(&s->engine);
	s->canvas = canvas_new_hidden(rows, cols, ascii);
	assert_non_null(s->canvas);
	s->app = app_new(&s->engine, &options, &hooks);
	app_push(s->app, view_relays_new(s->app));
}

void
screen_play(struct screen *s, const char *keys)
{
	app_draw(s->app, s->canvas, MODEL_NOW);
	for (; *keys && !s->quit; keys++) {
		app_press(s->app, *keys == '<' ? KEYCODE_LEFT : (unsigned char)*keys);
		if (!s->quit)
			app_draw(s->app, s->canvas, MODEL_NOW);
	}
}

char *
screen_text(struct screen *s)
{
	struct text out = {NULL, 0, 0};

	for (int row = 0; row < canvas_rows(s->canvas); row++) {
		char *line = canvas_read(s->canvas, row);

		text_printf(&out, "%s\n", line);
		free(line);
	}
	return text_take(&out);
}

static void
print_differences(const char *name, const char *want, const char *got)
{
	struct span w = span_of(want), g = span_of(got), a, b;

	for (int row = 0; w.len > 0 || g.len > 0; row++) {
		span_cut(&w, "\n", &a);
		span_cut(&g, "\n", &b);
		if (!span_same(a, b))
			printf("%s row %d\n- %.*s\n+ %.*s\n", name, row, (int)a.len, a.at ? a.at : "",
				(int)b.len, b.at ? b.at : "");
	}
}

static void
write_golden(const char *path, const char *picture)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(picture, f);
	fclose(f);
}

void
screen_is(struct screen *s, const char *name)
{
	char *path = text_new("%s/%s.txt", GOLDEN, name), *got = screen_text(s);
	unsigned char *want = NULL;
	size_t len = 0;
	bool same;

	if (getenv("UPDATE"))
		write_golden(path, got);
	if (file_read(path, 1 << 20, &want, &len) < 0)
		printf("%s: cannot be read\n", path);
	same = want && strcmp((char *)want, got) == 0;
	if (want && !same)
		print_differences(name, (char *)want, got);
	free(want);
	free(got);
	free(path);
	assert_true(same);
}

void
screen_close(struct screen *s)
{
	app_free(s->app);
	canvas_free(s->canvas);
	model_free(&s->engine);
	free(s->copied);
}

void
screen_shows(struct screen *s, const char *text)
{
	char *picture = screen_text(s);

	if (!strstr(picture, text))
		print_message("%s", picture);
	assert_non_null(strstr(picture, text));
	free(picture);
}

int
screen_setup(void **state)
{
	struct screen *s = mem_new(1, sizeof *s);

	screen_open(s, 24, 80, false);
	*state = s;
	return 0;
}

int
screen_teardown(void **state)
{
	screen_close(*state);
	free(*state);
	return 0;
}

void
screen_lacks(struct screen *s, const char *text)
{
	char *picture = screen_text(s);

	if (strstr(picture, text))
		print_message("%s", picture);
	assert_null(strstr(picture, text));
	free(picture);
}
