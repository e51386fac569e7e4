#include "trust/judge.h"
#include "trust/parse.h"

/* Which word an observation earns that did not come through its handshake (Sendmail's
 * deliver.c, starttls()). The first rule that holds decides. */

static bool
was_cancelled(const struct observation *o)
{
	return o->fault.kind == FAULT_CANCELLED;
}

static bool
is_unreachable(const struct observation *o)
{
	return o->reached < STAGE_EHLO;
}

static bool
failed_in_handshake(const struct observation *o)
{
	return o->reached >= STAGE_STARTTLS;
}

/* A HELO server has no STARTTLS to offer either. */
static bool
offers_nothing(const struct observation *o)
{
	return !o->starttls_offered && !o->starttls_sent;
}

static bool
was_lost_before_reply(const struct observation *o)
{
	return !o->starttls_sent || o->reply_code == 0;
}

static bool
was_refused_for_now(const struct observation *o)
{
	return o->reply_code / 100 == 4;
}

static bool
was_refused(const struct observation *o)
{
	return o->reply_code / 100 == 5;
}

static bool
answered_oddly(const struct observation *o)
{
	return o->reply_code != 0;
}

static enum verify
word_without_tls(const struct observation *o)
{
	static const struct {
		bool (*holds)(const struct observation *o);
		enum verify word;
	} rules[] = {
		{was_cancelled, VERIFY_UNKNOWN},
		{is_unreachable, VERIFY_UNREACHABLE},
		{failed_in_handshake, VERIFY_SOFTWARE},
		{offers_nothing, VERIFY_NONE},
		{was_lost_before_reply, VERIFY_FAILURE},
		{was_refused_for_now, VERIFY_TEMP},
		{was_refused, VERIFY_NONE},
		{answered_oddly, VERIFY_PROTOCOL},
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (rules[i].holds(o))
			return rules[i].word;
	}
	return VERIFY_UNKNOWN;
}

/* The engine parses what was sent before anyone judges; who did not gets it parsed here. */
static struct verdict
judge_sent(const struct observation *o, const struct store *store, const struct judge_options *options)
{
	struct chain *parsed = o->chain ? NULL : chain_from_sent(o->sent, o->sent_count);
	struct verdict v = judge_chain(o->chain ? o->chain : parsed, store, options);

	if (!o->chain && !parsed)
		v.verify = VERIFY_NO; /* Sendmail always asks for a certificate: never NOT */
	chain_unref(parsed);
	return v;
}

struct verdict
judge_observation(const struct observation *o, const struct store *store, int64_t now_ms)
{
	struct judge_options options = {.level = o->tls.level, .now_ms = now_ms};

	if (o->reached >= STAGE_HANDSHAKE)
		return judge_sent(o, store, &options);
	return (struct verdict){.verify = word_without_tls(o), .depth = -1};
}
