#include "tui/relay_cause.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

static bool
same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Where diagnosis has nothing to say, Sendmail's own words are better than none. */
static char *
in_words(const struct finding *f, const struct relay *r, const struct look *l, bool brief)
{
	return f ? words_found(f, brief) : words_cause(r, l, brief);
}

bool
relay_cause_take(struct relay_cause *c, const struct findings *found, const struct relay *r,
	const struct look *l)
{
	const struct finding *f = words_told(found, r);
	struct relay_cause now = {.who = words_who(f, r),
		.brief = in_words(f, r, l, true),
		.title = in_words(f, r, l, false),
		.untried = words_is_untried(f, l),
		.look_begun = l ? l->begun_ms : 0,
		.look_state = l ? l->state : LOOK_QUEUED};
	bool changed = !c->who || !same(c->who, now.who) || !same(c->brief, now.brief) ||
		       !same(c->title, now.title) || c->untried != now.untried;

	relay_cause_free(c);
	*c = now;
	return changed;
}

bool
relay_cause_knows(const struct relay_cause *c, const struct look *l)
{
	return l ? c->look_begun == l->begun_ms && c->look_state == l->state : c->look_begun == 0;
}

void
relay_cause_free(struct relay_cause *c)
{
	free(c->brief);
	free(c->title);
	*c = (struct relay_cause){.who = NULL};
}
