/* Whose dates are wrong: the server's, an intermediate's, a root's, or our clock. */
#include "diagnosis/rules.h"

#include "base/when.h"
#include "model/codes.h"

#include <stdlib.h>
#include <string.h>

#define CLOCK_OFF (10 * WHEN_MINUTE)
#define SYSTEM_BUNDLE "mc define(`confCACERT', `{system_file}')dnl\n{rebuild}\n{restart}"

static bool
is_expired(const struct certificate *at, int64_t now_ms)
{
	return at->not_after_ms < now_ms;
}

static void
put_date(struct draft *d, const struct certificate *at, int64_t now_ms)
{
	bool expired = is_expired(at, now_ms);
	long long days = (long long)((now_ms - at->not_after_ms) / WHEN_DAY);

	vars_day(&d->vars, "date", expired ? at->not_after_ms : at->not_before_ms);
	vars_print(&d->vars, "days", "%lld day%s", days, PLURAL(days));
}

/* An issuer whose own time ended before it could have signed: the operator sees at once that it was never
 * right. */
static void
compare_with_leaf(struct draft *d, const struct examined_chain *c, const struct certificate *at)
{
	const struct certificate *leaf = chain_at(c, 0);
	char ended[WHEN_ROOM], began[WHEN_ROOM];

	if (at == leaf || at->not_after_ms >= leaf->not_before_ms)
		return;
	when_print(at->not_after_ms, "%Y-%m-%d", ended);
	when_print(leaf->not_before_ms, "%Y-%m-%d", began);
	draft_prove(d, "It expired (%s) before the server's certificate began (%s)", ended, began);
}

static bool
was_sent(const struct examined_chain *c, const struct certificate *at)
{
	for (size_t i = 0; c->o->chain && i < c->o->chain->count; i++) {
		if (strcmp(c->o->chain->certificates[i]->sha256, at->sha256) == 0)
			return true;
	}
	return false;
}

static bool
sends_current(const struct examined_chain *c, const struct certificate *old)
{
	for (size_t i = 1; c->o->chain && i < c->o->chain->count; i++) {
		const struct certificate *at = c->o->chain->certificates[i];

		if (strcmp(at->subject, old->subject) == 0 && !is_expired(at, c->now_ms))
			return true;
	}
	return false;
}

/* An intermediate of our own store: OpenSSL takes it before those that the server sends. Roots are sent by
 * nobody: there it is the server's chain that is old. */
static bool
is_our_intermediate(const struct examined_chain *c, const struct certificate *at)
{
	return at != chain_at(c, 0) && !at->self_signed && is_expired(at, c->now_ms) && !was_sent(c, at);
}

static void
put_ours(struct draft *d, const struct examined_chain *c, const struct certificate *at)
{
	bool current = sends_current(c, at);

	d->finding->blame = BLAME_LOCAL;
	draft_prove(d,
		"%.300s is not what the server sends: it comes from our own CACertFile or CACertPath%s",
		at->subject, current ? ", before the current one that is sent" : "");
	vars_lines(&d->vars, "store_hint",
		current ? "Take it out of CACertFile or CACertPath: the server sends the current one."
			: "Put the current one in its place in CACertFile or CACertPath.");
}

static void
tell_depth(const struct examined_chain *c, const struct peel_step *s, size_t depth)
{
	const struct certificate *at = c->x->path->certificates[depth];
	bool last = depth + 1 == c->x->path->count;
	const char *id = !is_expired(at, c->now_ms) ? "not-yet-valid"
			 : depth == 0               ? "leaf-expired"
			 : last && at->self_signed  ? "root-expired"
						    : "intermediate-expired";
	char day[WHEN_ROOM];
	struct draft d;

	chain_draft(&d, c, id, s);
	chain_vars(&d, c, (int)depth);
	put_date(&d, at, c->now_ms);
	when_print(is_expired(at, c->now_ms) ? at->not_after_ms : at->not_before_ms, "%Y-%m-%d %H:%M", day);
	draft_prove(&d, "Depth %zu, %.300s: %s %s", depth, at->subject,
		is_expired(at, c->now_ms) ? "expired" : "not valid before", day);
	compare_with_leaf(&d, c, at);
	if (is_our_intermediate(c, at))
		put_ours(&d, c, at);
	draft_end(&d);
}

/* The next number of a date; -1 when there is none. */
static int
take_number(struct span *rest, const char *separator)
{
	struct span digits;
	int64_t number;

	span_cut(rest, separator, &digits);
	return span_number(digits, &number) && number >= 0 && number <= 9999 ? (int)number : -1;
}

/* "Nov" as 11; 0 for another word. */
static int
take_month(struct span *rest)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct span name;

	span_cut(rest, " ", &name);
	for (int i = 0; i < 12; i++) {
		if (span_is(name, months[i]))
			return i + 1;
	}
	return 0;
}

/* "+0130" in minutes. */
static bool
take_zone(struct span *rest, int *minutes)
{
	struct span zone;
	int64_t number;

	span_cut(rest, " ", &zone);
	zone = span_trim(zone);
	if (zone.len != 5 || (zone.at[0] != '+' && zone.at[0] != '-') ||
		!span_number(span_skip(zone, 1), &number) || number < 0)
		return false;
	*minutes = (int)(number / 100 * 60 + number % 100) * (zone.at[0] == '-' ? -1 : 1);
	return true;
}

bool
chain_time_off(const char *greeting, int64_t begun_ms, int64_t *off_ms)
{
	const char *comma = greeting ? strrchr(greeting, ',') : NULL;
	struct span rest = span_trim(span_of(comma ? comma + 1 : NULL));
	int day = take_number(&rest, " "), month = take_month(&rest), year = take_number(&rest, " ");
	int hour = take_number(&rest, ":"), minute = take_number(&rest, ":"),
	    second = take_number(&rest, " "
					"");
	int zone;

	/* RFC 5322 section 3.3, as Sendmail's greeting has it at its end */
	if (day < 1 || day > 31 || month == 0 || year < 1970 || hour < 0 || hour > 24 || minute < 0 ||
		second < 0 || !take_zone(&rest, &zone))
		return false;
	*off_ms = when_utc(year, month, day, hour, minute, second) - zone * WHEN_MINUTE - begun_ms;
	return true;
}

static bool
many_fail_for_a_date(const struct evidence *e)
{
	struct host_scan s;

	if (e->scan)
		return host_scan_suspects_clock(e->scan);
	if (!e->history)
		return false;
	host_scan(e->history, &s);
	return host_scan_suspects_clock(&s);
}

/* With the server's clock its certificate would be valid, and many others fail like it. */
static bool
tell_clock(const struct examined_chain *c, const struct peel_step *s)
{
	const struct certificate *leaf = chain_at(c, 0);
	char off[WHEN_ROOM];
	int64_t ms, then;
	struct draft d;

	if (s->answered.depth != 0 || !chain_time_off(c->o->greeting, c->o->begun_ms, &ms) ||
		llabs((long long)ms) < CLOCK_OFF)
		return false;
	then = c->now_ms + ms;
	if (then < leaf->not_before_ms || then > leaf->not_after_ms || !many_fail_for_a_date(c->run->e))
		return false;
	when_length(ms, off);
	chain_draft(&d, c, "clock-wrong", s);
	vars_set(&d.vars, "off", off);
	vars_set(&d.vars, "direction", ms > 0 ? "behind" : "ahead");
	vars_set(&d.vars, "word", s->answered.code == CHAIN_NOT_YET_VALID ? "not yet valid" : "expired");
	draft_prove(&d, "%s greets with a clock that differs from ours by %s; many relays fail for a date",
		c->ip, off);
	draft_end(&d);
	return true;
}

void
chain_time_expired(const struct examined_chain *c, const struct peel_step *s)
{
	if (!c->x->path || tell_clock(c, s))
		return;
	for (size_t i = c->x->path->count; i-- > 0;) {
		const struct certificate *at = c->x->path->certificates[i];

		if (is_expired(at, c->now_ms) || at->not_before_ms > c->now_ms)
			tell_depth(c, s, i);
	}
}

/* The expired CA certificate among what was sent; NULL: none. */
static const struct certificate *
expired_sent(const struct examined_chain *c)
{
	for (size_t i = 1; c->o->chain && i < c->o->chain->count; i++) {
		if (is_expired(c->o->chain->certificates[i], c->now_ms))
			return c->o->chain->certificates[i];
	}
	return NULL;
}

/* Another certificate of the same name in the path that was found instead. */
static const struct certificate *
namesake(const struct examined_chain *c, const struct certificate *of)
{
	for (size_t i = 0; c->x->path && i < c->x->path->count; i++) {
		if (strcmp(c->x->path->certificates[i]->subject, of->subject) == 0)
			return c->x->path->certificates[i];
	}
	return NULL;
}

bool
chain_time_has_renewed(const struct examined_chain *c)
{
	const struct certificate *old = expired_sent(c), *current = old ? namesake(c, old) : NULL;

	return current && strcmp(current->sha256, old->sha256) != 0;
}

/* "mx.example.net <- Issuing CA <- Root"; the caller frees it. */
static char *
path_words(const struct chain *path)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; path && i < path->count && i < PATHS_DEPTH; i++) {
		const struct certificate *c = path->certificates[i];

		text_printf(&t, "%s%.100s", i ? " <- " : "", c->subject_cn[0] ? c->subject_cn : c->subject);
	}
	return text_take(&t);
}

/* Which of the paths the verdict used, and which one is good. */
static void
prove_paths(struct draft *d, const struct examined_chain *c)
{
	char *used = path_words(c->x->judged), *good = path_words(c->x->path);

	draft_prove(d, "Sendmail's OpenSSL used the path %.320s", used);
	if (c->x->peel.last.code == 0)
		draft_prove(d, "The path %.320s is good", good);
	free(used);
	free(good);
}

/* What expired is in our own file, and elsewhere is its successor: in the system's bundle, or with the
 * server. */
static void
tell_stale(const struct examined_chain *c, const struct peel_step *s)
{
	const struct chain *judged = c->x->judged;
	size_t depth = s->answered.depth < 0 ? 0 : (size_t)s->answered.depth;
	const struct certificate *at = judged && depth < judged->count ? judged->certificates[depth] : NULL;
	bool intermediate = at && is_our_intermediate(c, at);
	struct draft d;

	chain_draft(&d, c, intermediate ? "intermediate-expired" : "root-expired", s);
	d.finding->blame = BLAME_LOCAL;
	vars_set(&d.vars, "subject_dn", s->answered.subject);
	if (at) {
		vars_set(&d.vars, "subject", at->subject_cn);
		put_date(&d, at, c->now_ms);
	}
	if (intermediate)
		put_ours(&d, c, at);
	if (s->id == EXPERIMENT_SYSTEM_STORE)
		vars_lines(&d.vars, "system_hint",
			intermediate ? "Or the system's CA bundle, which does without it:\n" SYSTEM_BUNDLE
				     : "The system's CA bundle has its successor:\n" SYSTEM_BUNDLE);
	draft_end(&d);
}

void
chain_time_renewed(const struct examined_chain *c, const struct peel_step *s)
{
	const struct certificate *old = expired_sent(c), *current = old ? namesake(c, old) : NULL;
	bool cross = old && (!current || strcmp(current->issuer, old->issuer) != 0);
	struct draft d;

	if (!old) {
		tell_stale(c, s);
		return;
	}
	chain_draft(&d, c, cross ? "cross-sign-expired" : "intermediate-expired", s);
	vars_set(&d.vars, "subject", old->subject_cn);
	vars_set(&d.vars, "subject_dn", old->subject);
	put_date(&d, old, c->now_ms);
	draft_prove(&d, "%.300s expired; %s", old->subject,
		current ? "one of the same name is current" : "without it the chain reaches an anchor");
	if (cross)
		prove_paths(&d, c);
	draft_end(&d);
}
