#include "diagnosis/draft.h"

#include "base/mem.h"
#include "base/when.h"
#include "diagnosis/fixes.h"
#include "diagnosis/distro_paths.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What proto.m4's rulesets say when an entry is not met. Their other texts ("TLS handshake failed.",
 * "STARTTLS failed.") need no entry. */
static const struct refusal {
	const char *text;
	const char *entry;
	bool verify; /* an entry without VERIFY would let this relay pass */
} refusals[] = {
	{"authentication failed", "VERIFY", true},
	{"not authenticated", "VERIFY", true},
	{"authentication required", "VERIFY", true},
	{"encryption too weak", "ENCR", false},
	{"other side does not support STARTTLS", "VERIFY or ENCR", false},
	{" does not match ", "CN, CS or CI", false},
	{"not acceptable", "CI", false},
};

static void
read_policy(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	const char *reject = r ? r->last.reject : NULL;

	if (!reject || r->rejects_temp + r->rejects_perm == 0)
		return;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (!strstr(reject, refusals[i].text))
			continue;
		w->by_policy = true;
		w->verify_demanded = refusals[i].verify;
		vars_print(&w->vars, "entry", "access %s %s",
			r->direction == DIRECTION_SERVER ? "TLS_Clt" : "TLS_Srv", refusals[i].entry);
		if (refusals[i].verify && vars_get(&w->vars, "host_key"))
			vars_print(&w->vars, "entry_key", "TLS_Srv:%s", vars_get(&w->vars, "host_key"));
		return;
	}
}

#define SENTENCE_MOST 700

static void
put_relay(struct template_vars *p, const struct relay *r)
{
	char room[ADDRESS_ROOM];

	fixes_name_vars(p, r->name);
	vars_time(p, "since", r->first_fail_ms ? r->first_fail_ms : r->since_ms);
	if (r->address_count && !vars_get(p, "ip")) {
		address_print(&r->addresses[0], room);
		vars_set(p, "ip", room);
	}
}

/* A chain from a file: the only host that it knows is the one that it was issued for. No access entry and no
 * command is made of that. */
static void
put_saved(struct template_vars *p, const struct look *look)
{
	const struct observation *o = look->address_count ? look->addresses[0].observation : NULL;
	const struct certificate *leaf = o && o->chain && o->chain->count ? o->chain->certificates[0] : NULL;

	if (!leaf)
		return;
	vars_set(p, "host", leaf->subject_cn);
	for (size_t i = leaf->san_count; i-- > 0;) {
		if (strncmp(leaf->sans[i], "DNS:", 4) == 0)
			vars_set(p, "host", leaf->sans[i] + 4);
	}
}

static void
put_look(struct template_vars *p, const struct look *look)
{
	if (look->saved) {
		put_saved(p, look);
		return;
	}
	fixes_name_vars(p, look->host ? look->host : look->target);
	vars_print(p, "port", "%u", look->port);
	vars_time(p, "seen", look->begun_ms);
	vars_time(p, "time", look->begun_ms);
}

void
diagnosis_run_begin(struct diagnosis_run *w, const struct evidence *e, struct diagnosis *out)
{
	*w = (struct diagnosis_run){
		.e = e, .log_policy = policy_of_log(e->policy, e->log_host, e->own_host), .out = out};
	distro_paths_set(&w->vars, e->system_bundle, e->policy);
	if (e->relay)
		put_relay(&w->vars, e->relay);
	if (e->look)
		put_look(&w->vars, e->look);
	vars_set(&w->vars, "own_host", e->own_host);
	vars_set(&w->vars, "sender", e->policy && e->policy->helo_name ? e->policy->helo_name : e->own_host);
	vars_set(&w->vars, "log_host", e->log_host);
	if (e->policy)
		vars_print(&w->vars, "log_level", "%d", e->policy->log_level);
	read_policy(w);
}

void
diagnosis_run_end(struct diagnosis_run *w)
{
	vars_clear(&w->vars);
}

void
draft_begin(struct draft *d, struct diagnosis_run *w, const char *id, enum proof proof, bool certain)
{
	*d = (struct draft){.run = w, .row = catalogue_find(id), .vars = {.behind = &w->vars}};
	assert(d->row);
	d->finding = finding_new(d->row->id);
	d->finding->proof = proof;
	d->finding->certain = certain;
	d->finding->kind = d->row->kind;
	d->finding->blame = d->row->blame;
	d->level = d->row->sets_level ? d->row->level : -1;
	d->finding->severity = d->row->rises && w->by_policy ? SEVERITY_ERROR : d->row->severity;
}

static void
add(struct draft *d, enum evidence_kind kind, const char *format, va_list arguments)
{
	char room[SENTENCE_MOST];

	vsnprintf(room, sizeof room, format, arguments);
	finding_prove(d->finding, kind, mem_text(room));
}

void
draft_prove(struct draft *d, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(d, EVIDENCE_PROVES, format, arguments);
	va_end(arguments);
}

void
draft_add(struct draft *d, enum evidence_kind kind, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(d, kind, format, arguments);
	va_end(arguments);
}

static bool
has_evidence(const struct finding *f, const char *sentence)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		if (strcmp(f->evidence[i].text, sentence) == 0)
			return true;
	}
	return false;
}

/* The same cause at a second address, or at a second depth, is one finding with more evidence. */
static bool
joins_another(struct draft *d)
{
	struct findings *list = &d->run->out->findings;

	for (size_t i = 0; i < list->count; i++) {
		struct finding *there = list->items[i];

		if (strcmp(there->id, d->finding->id) != 0)
			continue;
		for (size_t j = 0; j < d->finding->evidence_count; j++) {
			const struct evidence_item *item = &d->finding->evidence[j];

			if (!has_evidence(there, item->text))
				finding_prove(there, item->kind, mem_text(item->text));
		}
		there->certain |= d->finding->certain;
		return true;
	}
	return false;
}

/* A title always says something: what is not known there is a question mark. */
static char *
title_of(const struct draft *d)
{
	struct text without = {NULL, 0, 0};
	char *title = vars_sentence(&d->vars, span_of(d->row->title));

	if (title)
		return title;
	for (const char *at = d->row->title; *at; at++) {
		if (*at != '{') {
			if (*at != '[' && *at != ']')
				text_add(&without, at, 1);
			continue;
		}
		text_put(&without, "?");
		while (at[1] && *at != '}')
			at++;
	}
	return text_take(&without);
}

void
draft_end(struct draft *d)
{
	assert(d->finding->evidence_count > 0);
	if (d->level >= 0)
		vars_print(&d->vars, "level_needed", "%d", d->level);
	if (joins_another(d)) {
		finding_unref(d->finding);
	} else {
		d->finding->title = title_of(d);
		d->finding->brief = vars_sentence(&d->vars, span_of(d->row->brief));
		fixes_add(d);
		fixes_letter(d);
		d->finding->cost = fixes_waiting(d);
		findings_add(&d->run->out->findings, d->finding);
	}
	vars_clear(&d->vars);
}

void
draft_simple(struct diagnosis_run *w, const char *id, enum proof proof, bool certain, const char *sentence)
{
	struct draft d;

	draft_begin(&d, w, id, proof, certain);
	draft_prove(&d, "%s", sentence);
	draft_end(&d);
}
