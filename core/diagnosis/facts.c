#include "diagnosis/facts.h"

#include "base/when.h"

#include <stdio.h>
#include <string.h>

#define LINES_LOOKED_AT 60
#define SUBMISSION "sm-msp-queue"

struct search {
	const char *with, *with_rfc5424; /* "sm-mta[812]", "sm-mta 812 " */
	bool found;
};

static void
look_at(void *arg, struct span line)
{
	struct search *s = arg;

	s->found |=
		span_find(line, s->with) >= 0 || (s->with_rfc5424 && span_find(line, s->with_rfc5424) >= 0);
}

bool
facts_is_of(const struct history *h, const struct history_fact *f, const struct relay *r)
{
	char with[128], rfc5424[128];
	struct search s = {.with = with, .with_rfc5424 = rfc5424};

	if (f->pid < 0 || (r->last.pid >= 0 && f->pid != r->last.pid))
		return false;
	snprintf(with, sizeof with, "%.80s[%lld]", f->tag, (long long)f->pid);
	snprintf(rfc5424, sizeof rfc5424, " %.80s %lld ", f->tag, (long long)f->pid);
	history_lines(h, r, LINES_LOOKED_AT, look_at, &s);
	return s.found;
}

bool
facts_may_be_of(const struct history *h, const struct history_fact *f, const struct relay *r)
{
	char with[128], rfc5424[128];
	struct search s = {.with = with, .with_rfc5424 = rfc5424};

	if (!r)
		return strcmp(f->tag, SUBMISSION) != 0;
	snprintf(with, sizeof with, "%.80s[", f->tag);
	snprintf(rfc5424, sizeof rfc5424, " %.80s ", f->tag);
	history_lines(h, r, LINES_LOOKED_AT, look_at, &s);
	return s.found;
}

void
facts_prove(struct draft *d, const struct history_fact *f)
{
	char time[WHEN_ROOM] = "";

	if (f->last_ms)
		when_print(f->last_ms, "%Y-%m-%d %H:%M:%S ", time);
	draft_prove(d, "%s%.60s[%lld]: %.400s", time, f->tag, (long long)f->pid, f->text);
}

const char *
facts_reason(const struct history *h, const struct history_fact *f)
{
	for (size_t i = 0; f->file[0] && i < history_fact_count(h); i++) {
		const struct history_fact *other = history_fact(h, i);

		if (other != f && strcmp(other->file, f->file) == 0 && other->message[0])
			return other->message;
	}
	return f->message[0] && strncmp(f->message, "failed", 6) != 0 ? f->message : NULL;
}

bool
facts_are_detailed(const struct history *h)
{
	for (size_t i = 0; i < history_fact_count(h); i++) {
		if (strcmp(history_fact(h, i)->message, "missing") == 0)
			return true;
	}
	return false;
}
