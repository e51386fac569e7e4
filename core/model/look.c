#include "model/look.h"

#include "base/mem.h"

#include <stdlib.h>

struct look *
look_new(const char *target, unsigned port)
{
	struct look *l = mem_new(1, sizeof *l);

	l->refs = 1;
	l->target = mem_text(target);
	l->port = port;
	l->state = LOOK_QUEUED;
	l->elapsed_ms = -1;
	l->dns_ms = -1;
	return l;
}

struct look *
look_ref(struct look *l)
{
	if (l)
		l->refs++;
	return l;
}

static void
free_address(struct look_address *a)
{
	for (size_t i = 0; i < a->transcript_count; i++)
		free(a->transcript[i].text);
	free(a->transcript);
	free(a->held_back);
	for (size_t i = 0; i < a->other_count; i++)
		path_unref(a->others[i]);
	free(a->others);
	free(a->experiments);
	observation_unref(a->observation);
	path_unref(a->path);
	path_unref(a->repaired);
}

void
look_unref(struct look *l)
{
	if (!l || --l->refs)
		return;
	for (size_t i = 0; i < l->address_count; i++)
		free_address(&l->addresses[i]);
	for (size_t i = 0; i < l->answer_count; i++)
		answer_unref(l->answers[i]);
	free(l->addresses);
	free(l->answers);
	policy_unref(l->policy);
	free(l->target);
	free(l->host);
	free(l->store);
	free(l->dns_why);
	free(l->asks);
	free(l);
}

const struct look_address *
look_deciding(const struct look *l)
{
	for (size_t i = 0; i < l->address_count; i++) {
		const struct look_address *a = &l->addresses[i];

		if (a->observation && a->observation->reached >= STAGE_CONNECT)
			return a;
	}
	return NULL;
}

bool
look_has_ended(const struct look *l)
{
	return l->state == LOOK_DONE || l->state == LOOK_CANCELLED;
}
