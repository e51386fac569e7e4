#include "diagnosis/draft.h"

#include "base/mem.h"
#include "base/when.h"
#include "diagnosis/fixes.h"
#include "diagnosis/here.h"
#include "diagnosis/policies.h"
#include "diagnosis/waiting.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_MOST 700

static void
put_relay(struct places *p, const struct relay *r)
{
	char room[ADDRESS_ROOM];

	fixes_name_places(p, r->name);
	places_time(p, "since", r->first_fail_ms ? r->first_fail_ms : r->since_ms);
	if (r->address_count && !places_get(p, "ip")) {
		address_print(&r->addresses[0], room);
		places_set(p, "ip", room);
	}
}

/* A chain from a file: the only host that it knows is the one that it was issued for. No access entry and no
 * command is made of that. */
static void
put_saved(struct places *p, const struct look *look)
{
	const struct observation *o = look->address_count ? look->addresses[0].observation : NULL;
	const struct certificate *leaf = o && o->chain && o->chain->count ? o->chain->certificates[0] : NULL;

	if (!leaf)
		return;
	places_set(p, "host", leaf->subject_cn);
	for (size_t i = leaf->san_count; i-- > 0;) {
		if (strncmp(leaf->sans[i], "DNS:", 4) == 0)
			places_set(p, "host", leaf->sans[i] + 4);
	}
}

static void
put_look(struct places *p, const struct look *look)
{
	if (look->saved) {
		put_saved(p, look);
		return;
	}
	fixes_name_places(p, look->host ? look->host : look->target);
	places_print(p, "port", "%u", look->port);
	places_time(p, "seen", look->begun_ms);
	places_time(p, "time", look->begun_ms);
}

void
casework_begin(struct casework *w, const struct evidence *e, struct diagnosis *out)
{
	*w = (struct casework){
		.e = e, .log_policy = policy_of_log(e->policy, e->log_host, e->own_host), .out = out};
	here_places(&w->places, e->system_bundle, e->policy);
	if (e->relay)
		put_relay(&w->places, e->relay);
	if (e->look)
		put_look(&w->places, e->look);
	places_set(&w->places, "own_host", e->own_host);
	places_set(&w->places, "sender",
		e->policy && e->policy->helo_name ? e->policy->helo_name : e->own_host);
	places_set(&w->places, "log_host", e->log_host);
	if (e->policy)
		places_print(&w->places, "log_level", "%d", e->policy->log_level);
	policies_read(w);
}

void
casework_end(struct casework *w)
{
	places_clear(&w->places);
}

bool
casework_has(const struct casework *w, const char *id)
{
	return findings_find(&w->out->findings, id) != NULL;
}

void
draft_begin(struct draft *d, struct casework *w, const char *id, enum proof proof, bool certain)
{
	*d = (struct draft){.work = w, .row = catalogue_find(id), .places = {.behind = &w->places}};
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
	struct findings *list = &d->work->out->findings;

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
	char *title = places_sentence(&d->places, span_of(d->row->title));

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
		places_print(&d->places, "level_needed", "%d", d->level);
	if (joins_another(d)) {
		finding_unref(d->finding);
	} else {
		d->finding->title = title_of(d);
		d->finding->brief = places_sentence(&d->places, span_of(d->row->brief));
		fixes_add(d);
		fixes_letter(d);
		d->finding->cost = waiting_costs(d);
		findings_add(&d->work->out->findings, d->finding);
	}
	places_clear(&d->places);
}

void
draft_simple(struct casework *w, const char *id, enum proof proof, bool certain, const char *sentence)
{
	struct draft d;

	draft_begin(&d, w, id, proof, certain);
	draft_prove(&d, "%s", sentence);
	draft_end(&d);
}
