#include "relays/kept.h"

#include "base/mem.h"

#include <string.h>

static const size_t spans[] = {offsetof(struct event, line), offsetof(struct event, host),
	offsetof(struct event, tag), offsetof(struct event, qid), offsetof(struct event, text),
	offsetof(struct event, relay), offsetof(struct event, address), offsetof(struct event, verify_text),
	offsetof(struct event, version), offsetof(struct event, cipher), offsetof(struct event, tail),
	offsetof(struct event, subject), offsetof(struct event, issuer), offsetof(struct event, message),
	offsetof(struct event, ruleset), offsetof(struct event, arg1), offsetof(struct event, arg2),
	offsetof(struct event, reject), offsetof(struct event, to), offsetof(struct event, mailer),
	offsetof(struct event, dsn), offsetof(struct event, stat), offsetof(struct event, reply),
	offsetof(struct event, ctladdr), offsetof(struct event, option), offsetof(struct event, file)};

struct kept *
kept_new(const struct event *e)
{
	struct kept *k = mem_new(1, sizeof *k + e->line.len + 1);
	uintptr_t begin = (uintptr_t)e->line.at, end = begin + e->line.len;

	k->event = *e;
	if (e->line.len)
		memcpy(k->line, e->line.at, e->line.len);
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
		struct span *s = (struct span *)(void *)((char *)&k->event + spans[i]);
		uintptr_t at = (uintptr_t)s->at;

		/* What does not point into the line is worth nothing later. */
		if (s->at && at >= begin && at + s->len <= end)
			s->at = k->line + (at - begin);
		else
			*s = (struct span){NULL, 0};
	}
	return k;
}
