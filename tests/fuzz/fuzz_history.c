/* The relay table: a log read in two halves that are merged tells the same as the log read at once. The first
 * byte says where it is cut. */
#include "fuzz.h"

#include "maillog/lines.h"
#include "maillog/parse.h"
#include "relays/history.h"
#include "report/report.h"

#include <string.h>

static const struct history_options none = {.max_relays = 0};

static void
take(void *arg, struct span line)
{
	struct event e;
	bool read = maillog_parse(line, INT64_C(1795348800000), &e);

	history_count(arg, line.len, !read);
	if (read)
		history_feed(arg, &e);
}

static struct history *
history_of(const char *bytes, size_t size)
{
	struct history *h = history_new(&none);
	struct lines *l = lines_new(take, h);

	lines_feed(l, bytes, size);
	lines_end(l);
	lines_free(l);
	return h;
}

static struct text
told(struct history *h)
{
	struct text t = {NULL, 0, 0};

	history_close(h);
	report_history_json(&t, h, NULL,
		&(struct report_options){.now_ms = INT64_C(1795348800000), .full = true});
	history_free(h);
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1, *end;
	struct text whole, merged;
	size_t cut;

	if (size < 2)
		return 0;
	end = memchr(bytes + (size - 1) * data[0] / 256, '\n', size - 1 - (size - 1) * data[0] / 256);
	cut = end ? (size_t)(end - bytes) + 1 : size - 1;
	whole = told(history_of(bytes, size - 1));
	merged = told(history_merge(history_of(bytes, cut), history_of(bytes + cut, size - 1 - cut)));
	FUZZ_HOLDS(strcmp(whole.at, merged.at) == 0);
	text_free(&whole);
	text_free(&merged);
	return 0;
}
