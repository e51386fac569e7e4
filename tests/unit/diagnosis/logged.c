#include "logged.h"

#include "maillog/parse.h"

#include <string.h>

struct history *
logged(const char *lines)
{
	struct history *h = history_new(&(struct history_options){.max_relays = 0});
	struct span rest = span_of(lines), line;

	while (rest.len) {
		struct event e;

		span_cut(&rest, "\n", &line);
		maillog_parse(line, 0, &e);
		history_feed(h, &e);
	}
	return h;
}

bool
logged_says(const struct finding *f, const char *words)
{
	for (size_t i = 0; f && i < f->evidence_count; i++) {
		if (strstr(f->evidence[i].text, words))
			return true;
	}
	return false;
}
