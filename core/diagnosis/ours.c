#include "diagnosis/ours.h"

#include "base/when.h"

#include <string.h>

bool
ours_is_log(const struct evidence *e)
{
	return !e->log_host || !e->own_host || !e->log_host[0] || strcmp(e->log_host, e->own_host) == 0;
}

static bool
has_cf(const struct evidence *e)
{
	return e->policy && e->policy->cf && ours_is_log(e);
}

int64_t
ours_returns_after(const struct evidence *e)
{
	return has_cf(e) ? e->policy->queue_return_ms : 5 * WHEN_DAY;
}

int64_t
ours_warns_after(const struct evidence *e)
{
	return has_cf(e) ? e->policy->queue_warn_ms : 4 * WHEN_HOUR;
}

bool
ours_falls_back(const struct evidence *e)
{
	return has_cf(e) && e->policy->fallback_to_clear;
}
