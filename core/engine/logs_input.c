#include "engine/logs_input.h"

#include "maillog/parse.h"

#include <stdlib.h>
#include <string.h>

#define BEGINNING 65536 /* in which a line with a time is looked for */

struct beginning {
	int64_t reference_ms, first_ms;
};

static void
find_time(void *arg, struct span line)
{
	struct beginning *b = arg;
	struct event e;

	if (b->first_ms == 0 && maillog_parse(line, b->reference_ms, &e))
		b->first_ms = e.time_ms;
}

static void
look_into_file(struct input *in, struct beginning *b)
{
	struct log_stretch stretch = {
		.to = in->file.size < BEGINNING ? in->file.size : BEGINNING, .whole = true};

	log_file_read(&in->file, &stretch, find_time, b);
}

/* Whether it can be unpacked at all is told by the scan, which says it once. */
static void
look_into_archive(struct input *in, struct beginning *b)
{
	struct log_piece piece = {.most = BEGINNING};
	struct log_archive *a = log_archive_open(in->name, NULL);

	if (a)
		log_archive_read(a, &piece, find_time, b, NULL);
	log_archive_close(a);
}

static void
open_input(struct input *in, int64_t at_ms)
{
	struct beginning b = {.reference_ms = at_ms};

	if (in->kind != INPUT_FILE || log_file_open(in->name, &in->file, &in->fault) < 0)
		return;
	if (at_ms == 0)
		b.reference_ms = in->file.changed_ms;
	if (in->file.archive) {
		in->kind = INPUT_ARCHIVE;
		look_into_archive(in, &b);
	} else if (!in->file.regular) {
		in->kind = INPUT_PIPE;
	} else {
		look_into_file(in, &b);
	}
	in->first_ms = b.first_ms ? b.first_ms : in->file.changed_ms;
}

static bool
is_stream(const struct input *in)
{
	return in->kind == INPUT_PIPE || in->kind == INPUT_COMMAND;
}

static int
by_first_line(const void *left, const void *right)
{
	const struct input *a = left, *b = right;

	if (is_stream(a) != is_stream(b))
		return is_stream(a) ? 1 : -1;
	if (a->first_ms != b->first_ms)
		return a->first_ms < b->first_ms ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The same file under two names, or one name given twice: its lines must count once. */
static bool
is_same(const struct input *a, const struct input *b)
{
	if (!strcmp(a->name, b->name))
		return a->kind == b->kind;
	return a->file.inode != 0 && a->file.inode == b->file.inode && a->file.device == b->file.device;
}

static bool
is_known(const struct input *inputs, size_t count, const struct input *in)
{
	for (size_t i = 0; i < count; i++)
		if (is_same(&inputs[i], in))
			return true;
	return false;
}

size_t
inputs_open(struct input *inputs, size_t count, int64_t at_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct input *in = &inputs[i];

		open_input(in, at_ms);
		if (is_known(inputs, kept, in))
			input_free(in);
		else
			inputs[kept++] = *in;
	}
	qsort(inputs, kept, sizeof *inputs, by_first_line);
	return kept;
}

void
input_free(struct input *in)
{
	log_file_close(&in->file);
	free(in->name);
	in->name = NULL;
}

bool
input_line(struct history *h, struct span line, int64_t reference_ms)
{
	struct event e;
	bool readable = maillog_parse(line, reference_ms, &e);

	if (readable)
		history_feed(h, &e);
	history_count(h, line.len + 1, !readable);
	return readable;
}
