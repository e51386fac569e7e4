#include "model/observation.h"

#include "base/mem.h"

#include <stdlib.h>

struct observation *
observation_new(void)
{
	struct observation *o = mem_new(1, sizeof *o);

	o->refs = 1;
	o->tls.alert = -1;
	for (int i = 0; i < STAGES; i++)
		o->stage_ms[i] = -1;
	return o;
}

struct observation *
observation_ref(struct observation *o)
{
	if (o)
		o->refs++;
	return o;
}

void
observation_unref(struct observation *o)
{
	if (!o || --o->refs)
		return;
	for (size_t i = 0; i < o->transcript_count; i++)
		free(o->transcript[i].text);
	free(o->transcript);
	for (size_t i = 0; i < o->sent_count; i++)
		free(o->sent[i].der);
	free(o->sent);
	free(o->greeting);
	free(o->capabilities);
	free(o->reply);
	free(o->tls.sni);
	chain_unref(o->chain);
	free(o);
}

const char *
stage_word(enum stage stage)
{
	static const char *const words[STAGES] = {
		[STAGE_NONE] = "none",
		[STAGE_CONNECT] = "connect",
		[STAGE_GREETING] = "greeting",
		[STAGE_EHLO] = "ehlo",
		[STAGE_STARTTLS] = "starttls",
		[STAGE_HANDSHAKE] = "handshake",
		[STAGE_EHLO2] = "ehlo2",
	};

	return words[stage];
}
