#include "relays/run.h"

struct run
run_of(enum verify word, int64_t time_ms)
{
	struct run r = {.any = true, .first = word, .last = word, .first_ms = time_ms};

	if (verify_is_good(word))
		r.last_ok_ms = time_ms;
	else
		r.first_fail_ms = time_ms;
	return r;
}

static void
join_change(struct run *both, const struct run *older, const struct run *newer)
{
	both->changed = older->changed || older->last != newer->first;
	if (older->last == newer->first) {
		both->before = older->before;
		both->since_ms = older->since_ms;
	} else {
		both->before = older->last;
		both->since_ms = newer->first_ms;
	}
}

struct run
run_join(const struct run *older, const struct run *newer)
{
	struct run both = *newer;

	if (!older->any || !newer->any)
		return newer->any ? *newer : *older;
	both.first = older->first;
	both.first_ms = older->first_ms;
	if (!newer->changed)
		join_change(&both, older, newer);
	if (!newer->last_ok_ms) {
		both.last_ok_ms = older->last_ok_ms;
		if (older->first_fail_ms)
			both.first_fail_ms = older->first_fail_ms;
	}
	return both;
}
