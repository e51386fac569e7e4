#include "diagnosis/facts.h"

#include "base/when.h"

#include <stdio.h>
#include <string.h>

#define SUBMISSION "sm-msp-queue"

bool
facts_is_of(const struct history *h, const struct history_fact *f, const struct relay *r)
{
	if (f->pid < 0 || (r->last.pid >= 0 && f->pid != r->last.pid))
		return false;
	return history_logged_by(h, r, f->tag, f->pid);
}

bool
facts_may_be_of(const struct history *h, const struct history_fact *f, const struct relay *r)
{
	return r ? history_logged_by(h, r, f->tag, -1) : strcmp(f->tag, SUBMISSION) != 0;
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
