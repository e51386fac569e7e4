/* What came of a remedy that was tried in memory. */
#include "wording/words.h"

/* "FAIL 20", "OK". */
static void
put_verdict(struct text *out, const struct verdict *v)
{
	text_put(out, v->verify == VERIFY_UNKNOWN ? "not judged" : verify_word(v->verify));
	if (v->code)
		text_printf(out, " %d", v->code);
}

static void
put_change(struct text *out, const struct trial *t)
{
	bool same = t->before.verify == t->after.verify && t->before.code == t->after.code;

	/* Of this host alone no relay has the word. */
	if (same && t->before.verify == VERIFY_UNKNOWN) {
		if (!t->better && !t->worse)
			text_printf(out, " none of %zu relays looked at changes.", t->relays);
		return;
	}
	text_put(out, " ");
	put_verdict(out, &t->before);
	text_put(out, " → ");
	put_verdict(out, &t->after);
	text_put(out, same ? ": it changes nothing." : ".");
}

static void
put_counts(struct text *out, const struct trial *t)
{
	if (t->worse)
		text_printf(out, " WORSE: %zu that verif%s now would FAIL!", t->worse,
			t->worse == 1 ? "ies" : "y");
	if (t->better)
		text_printf(out, " %zu of %zu relay%s looked at become%s good.", t->better, t->relays,
			t->relays == 1 ? "" : "s", t->better == 1 ? "s" : "");
}

static enum tone
tone_of(const struct trial *t)
{
	if (t->worse)
		return TONE_ALARM;
	if (t->words)
		return TONE_PLAIN;
	return verify_is_good(t->after.verify) || t->better ? TONE_GOOD : TONE_WARN;
}

enum tone
words_trial(struct text *out, const struct trial *t)
{
	switch (t->state) {
	case TRIAL_RUNNING:
		text_put(out, "being tried…");
		return TONE_BUSY;
	case TRIAL_NOT_POSSIBLE:
		text_printf(out, "cannot be tried in memory: %s",
			t->words ? t->words : "no chain is known yet");
		return TONE_WARN;
	case TRIAL_DONE:
		break;
	default:
		return TONE_PLAIN;
	}
	text_put(out, "tried in memory:");
	if (t->words)
		text_printf(out, " %s.", t->words);
	else
		put_change(out, t);
	put_counts(out, t);
	return tone_of(t);
}
