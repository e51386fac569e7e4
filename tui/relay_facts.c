#include "tui/relay_facts.h"

#include "base/mem.h"
#include "base/when.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

#define LABEL 8 /* " MAIL   " */

/* Takes over the text; an empty one makes no fact. */
static void
add(struct relay_facts *facts, const char *label, unsigned attr, struct text *text)
{
	if (text->len && facts->count < RELAY_FACTS)
		facts->at[facts->count++] = (struct relay_fact){label, attr, text_take(text), 1};
	else
		text_free(text);
}

static void
put_time(struct text *out, int64_t ms, int64_t now_ms)
{
	char room[WORDS_ROOM];

	words_time(ms, now_ms, room);
	text_put(out, room);
}

/* ---- MAIL, RULE -------------------------------------------------------------------------------------------
 */

static void
put_held(struct text *out, const struct relay_case *c)
{
	const struct relay *r = c->relay;
	int64_t after = policy_returns_after(c->policy);
	char length[WHEN_ROOM], end[WHEN_ROOM];

	text_printf(out, "%llu message%s held", (unsigned long long)r->deliveries.waiting,
		r->deliveries.waiting == 1 ? "" : "s");
	if (r->held.oldest_ms == 0)
		return;
	when_length(c->now_ms - r->held.oldest_ms, length);
	when_print(r->held.oldest_ms + after, "%e %b %H:%M", end);
	text_printf(out, ", oldest %s; Sendmail returns it %s", length, end + strspn(end, " "));
	when_length(after, length);
	text_printf(out, " (%s)", length);
}

static void
add_mail(struct relay_facts *facts, const struct relay_case *c)
{
	const struct relay_deliveries *d = &c->relay->deliveries;
	const struct {
		uint64_t count;
		const char *what;
	} counts[] = {{words_returned(c->relay), "returned"}, {d->clear, "sent in clear"},
		{d->unverified, "sent unverified"}};
	struct text out = {NULL, 0, 0};

	if (d->waiting)
		put_held(&out, c);
	else
		text_printf(&out, "%llu sent", (unsigned long long)d->sent);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		if (counts[i].count)
			text_printf(&out, ", %llu %s", (unsigned long long)counts[i].count, counts[i].what);
	}
	add(facts, "MAIL", d->waiting || words_returned(c->relay) ? ATTR_BAD : ATTR_PLAIN, &out);
}

/* Our rule that holds or returns the mail, "access TLS_Srv VERIFY"; NULL when none is known. */
static const char *
rule_of(const struct finding_list *found)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i]->rule)
			return found->items[i]->rule;
	}
	return NULL;
}

static void
add_rule(struct relay_facts *facts, const struct relay_case *c)
{
	const struct relay *r = c->relay;
	const char *rule = rule_of(c->found);
	struct text out = {NULL, 0, 0};

	if (r->last.try_tls)
		text_put(&out, r->last.try_tls);
	add(facts, "RULE", ATTR_WARN, &out);
	if (r->last.warning)
		text_put(&out, r->last.warning);
	add(facts, "WARN", ATTR_WARN, &out);
	if (r->last.reject && rule)
		text_printf(&out, "%s is not met   (%s)", rule, r->last.reject);
	else if (r->last.reject)
		text_printf(&out, "%llu refused by our rulesets: %s",
			(unsigned long long)(r->rejects_temp + r->rejects_perm), r->last.reject);
	add(facts, "RULE", ATTR_WARN, &out);
}

/* ---- CAUSE, PROOF -----------------------------------------------------------------------------------------
 */

static bool
has_verdict(const struct look *l)
{
	return l && (l->state == LOOK_DONE || l->state == LOOK_EXAMINING);
}

static const struct finding *
first_of(const struct finding_list *found)
{
	return found->count > found->hosts ? found->items[0] : NULL;
}

static const char *
label_of(const struct finding *f, const struct relay *r)
{
	if (f->kind == FINDING_EFFECT)
		return "EFFECT";
	return f->kind == FINDING_NOTE && verify_is_good(r->last.verify) ? "NOTE" : "CAUSE";
}

/* If nothing was found, Sendmail's own words are shown. */
static void
add_words(struct relay_facts *facts, const struct relay_case *c)
{
	char *cause = words_cause(c->relay, c->look, false);
	struct text out = {NULL, 0, 0};

	if (*cause)
		text_put(&out, cause);
	else if (has_verdict(c->look) && verify_is_good(c->look->verify))
		text_put(&out, "none: it verifies now");
	add(facts, "CAUSE", *cause ? ATTR_BOLD : ATTR_GOOD, &out);
	free(cause);
}

/* What would turn the `?` into an answer. */
static void
put_decider(struct text *out, const struct relay_case *c)
{
	const struct relay_last *last = &c->relay->last;

	if (has_verdict(c->look)) {
		text_put(out, "not certain: the look could not decide");
		return;
	}
	text_put(out, "from the log, not yet tried");
	if (c->relay->direction == DIRECTION_CLIENT)
		text_put(out, ": press v");
	if (last->verify != VERIFY_FAIL)
		return;
	if (!last->verifymsg)
		text_put(out, "; LogLevel 12 would log the message, 14 the depth");
	else if (last->depth < 0)
		text_put(out, "; LogLevel 14 would log the depth");
}

static void
add_searching(struct relay_facts *facts, const struct relay_case *c)
{
	struct text out = {NULL, 0, 0};

	if (c->look && c->look->state == LOOK_EXAMINING)
		text_printf(&out, "searching for the cause: %s",
			c->look->asks ? c->look->asks : "judging again with one thing changed");
	add(facts, "SEARCH", ATTR_MARK, &out);
}

static void
add_cause(struct relay_facts *facts, const struct relay_case *c)
{
	const struct finding *f = first_of(c->found);
	bool searched = c->look && c->look->state == LOOK_EXAMINING;
	struct text out = {NULL, 0, 0};

	if (!f) {
		add_words(facts, c);
		return;
	}
	text_printf(&out, "%s: ", blame_who(f->blame));
	words_title(&out, f->title);
	if (searched)
		text_put(&out, "   (so far)");
	else if (words_is_open(f, c->look))
		text_put(&out, "   ?");
	add(facts, label_of(f, c->relay), ATTR_BOLD, &out);
	if (words_is_open(f, c->look) && !searched)
		put_decider(&out, c);
	add(facts, "?", ATTR_DIM, &out);
}

static void
put_evidence(struct text *out, const struct finding *f, bool changes)
{
	for (size_t i = 0; f && i < f->evidence_count; i++) {
		if ((f->evidence[i].kind == EVIDENCE_CHANGED) == changes)
			text_printf(out, "%s%s", out->len ? "\n" : "", f->evidence[i].text);
	}
}

static void
add_proof(struct relay_facts *facts, const struct relay_case *c)
{
	struct text out = {NULL, 0, 0};

	put_evidence(&out, first_of(c->found), false);
	add(facts, "PROOF", ATTR_PLAIN, &out);
}

/* ---- CHANGE, CERT, ALSO -----------------------------------------------------------------------------------
 */

static void
put_failing_since(struct text *out, const struct relay_case *c)
{
	const struct relay *r = c->relay;

	if (r->last_ok_ms)
		put_time(out, r->last_ok_ms, c->now_ms);
	text_put(out, r->last_ok_ms ? " last OK" : "never OK in this log");
	if (r->first_fail_ms) {
		text_put(out, ";  ");
		put_time(out, r->first_fail_ms, c->now_ms);
		text_printf(out, " first %s", words_log(r));
	}
}

/* When the log's word changed, and whether the certificate is another one than at the look before. */
static void
add_change(struct relay_facts *facts, const struct relay_case *c)
{
	const struct relay *r = c->relay;
	bool good = verify_is_good(r->last.verify);
	struct text out = {NULL, 0, 0};

	if (r->last.verify != VERIFY_UNKNOWN && !good) {
		put_failing_since(&out, c);
	} else if (r->since_ms && r->before != VERIFY_UNKNOWN) {
		put_time(&out, r->since_ms, c->now_ms);
		text_printf(&out, " %s → %s", verify_word(r->before), words_log(r));
	}
	put_evidence(&out, first_of(c->found), true);
	add(facts, "CHANGE", ATTR_PLAIN, &out);
}

static void
add_certificate(struct relay_facts *facts, const struct relay_case *c)
{
	const struct relay_last *last = &c->relay->last;
	struct text out = {NULL, 0, 0};

	if (last->subject)
		text_printf(&out, "%s, issued by %s", last->subject, last->issuer ? last->issuer : "?");
	add(facts, "CERT", ATTR_PLAIN, &out);
}

/* The findings of one severity, of the relay or of the host, that have not been shown yet. */
static void
put_others(struct text *out, const struct relay_case *c, enum severity severity, bool hosts)
{
	const struct finding_list *found = c->found;
	bool rule = rule_of(found) != NULL && c->relay->last.reject;

	for (size_t i = 0; i < found->count; i++) {
		const struct finding *f = found->items[i];

		if (f->severity != severity || finding_list_is_hosts(found, i) != hosts ||
			f == first_of(found) || (rule && f->rule))
			continue;
		text_put(out, out->len ? "\n" : "");
		finding_list_put(found, i, out);
	}
}

static void
add_also(struct relay_facts *facts, const struct relay_case *c)
{
	struct text out = {NULL, 0, 0};

	for (int hosts = 0; hosts < 2; hosts++) {
		for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTICE; severity--)
			put_others(&out, c, (enum severity)severity, hosts);
	}
	add(facts, "ALSO", ATTR_PLAIN, &out);
}

void
relay_facts_read(struct relay_facts *facts, const struct relay_case *c)
{
	facts->count = 0;
	add_mail(facts, c);
	add_rule(facts, c);
	add_cause(facts, c);
	add_searching(facts, c);
	add_proof(facts, c);
	add_change(facts, c);
	add_certificate(facts, c);
	facts->also = facts->count;
	add_also(facts, c);
}

static void
wrap(struct pane *p, const struct relay_fact *fact, int width, bool ascii)
{
	pane_begin(p, width - LABEL, ascii);
	pane_put(p, PANE_NOBODY, fact->attr, 2, fact->text);
}

void
relay_facts_share(struct relay_facts *facts, int rows, int width, bool ascii)
{
	size_t needs[RELAY_FACTS] = {0};
	int left = rows - (int)facts->count;
	struct pane p = {.at = NULL};

	for (size_t i = 0; i < facts->count; i++) {
		wrap(&p, &facts->at[i], width, ascii);
		needs[i] = p.count;
		facts->at[i].rows = 1;
	}
	pane_free(&p);
	for (bool gave = true; gave && left > 0;) {
		gave = false;
		for (size_t i = 0; i < facts->count && left > 0; i++) {
			if (facts->at[i].rows >= needs[i])
				continue;
			facts->at[i].rows++;
			left--;
			gave = true;
		}
	}
}

/* A line of a fact. The last line that there is room for gets a part of the next one, so that it ends with an
 * ellipsis. */
static char *
line_of(const struct relay_fact *fact, const struct pane *whole, size_t line)
{
	bool cut = line + 1 == fact->rows && line + 1 < whole->count;
	struct span more = span_trim(span_of(cut ? whole->at[line + 1].text : ""));
	struct span text = span_of(whole->at[line].text);

	while (text.len > 0 && text.at[text.len - 1] == ' ')
		text.len--;
	return text_new(" %-*s%.*s%s%.*s", LABEL - 1, line ? "" : fact->label, (int)text.len, text.at,
		cut ? " " : "", (int)more.len, more.at ? more.at : "");
}

void
relay_facts_put(const struct relay_facts *facts, size_t from, size_t end, struct pane *p)
{
	struct pane whole = {.at = NULL};

	for (size_t i = from; i < end; i++) {
		const struct relay_fact *fact = &facts->at[i];

		wrap(&whole, fact, p->width, p->ascii);
		for (size_t line = 0; line < whole.count && line < fact->rows; line++)
			pane_add(p, i, fact->attr, line_of(fact, &whole, line));
	}
	pane_free(&whole);
}

void
relay_facts_free(struct relay_facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		free(facts->at[i].text);
	facts->count = 0;
}
