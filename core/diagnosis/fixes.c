#include "diagnosis/fixes.h"

#include "base/mem.h"
#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

#define NAME_WHOLE 100 /* a name of that many bytes was cut by Sendmail's log: it names nobody */

#define EXEMPTION "access TLS_Srv:{host_key}\tENCR:112"
#define EXEMPTION_COST "Whoever is on the path can pose as this relay and read its mail; it stays encrypted."
#define MAKEMAP "makemap hash /etc/mail/access < /etc/mail/access"

/* How Sendmail writes an address that is a key of the access map: IPv6 in full (IPV6_FULL). */
static void
put_literal(struct places *p, const struct address *a)
{
	char room[ADDRESS_ROOM];
	const unsigned char *b = a->bytes;

	address_print(a, room);
	places_set(p, "ip", room);
	if (a->family == AF_INET)
		places_set(p, "host_key", room);
	else
		places_print(p, "host_key", "IPv6:%x:%x:%x:%x:%x:%x:%x:%x", b[0] << 8 | b[1],
			b[2] << 8 | b[3], b[4] << 8 | b[5], b[6] << 8 | b[7], b[8] << 8 | b[9],
			b[10] << 8 | b[11], b[12] << 8 | b[13], b[14] << 8 | b[15]);
}

/* The domain of a mail host: its name without the first label, when two are left. */
static const char *
domain_of(const char *host)
{
	const char *dot = strchr(host, '.');

	return dot && strchr(dot + 1, '.') ? dot + 1 : host;
}

void
fixes_name_places(struct places *p, const char *host)
{
	struct address a;

	places_set(p, "host", host);
	places_set(p, "name", host);
	if (address_parse(span_of(host), &a)) {
		put_literal(p, &a);
	} else if (strlen(host) < NAME_WHOLE && safe_in_command(host)) {
		/* Of a name that is no name nothing is taken, the harmless end of it neither. */
		places_set(p, "host_key", host);
		places_set(p, "domain", domain_of(host));
	}
}

/* Takes the text over. makemap refuses a map with two entries of one key, and leaves the old one. */
static void
put_typed(struct remedy *r, enum remedy_line_kind kind, char *text)
{
	if (kind == LINE_ACCESS)
		remedy_add(r, LINE_SENTENCE,
			mem_text("In place of an entry with the same key, where there is one:"));
	remedy_add(r, kind, text);
	if (kind == LINE_ACCESS)
		remedy_add(r, LINE_SHELL, mem_text(MAKEMAP));
}

/* What a line of the catalogue begins with says what it is. */
static void
put_line(struct remedy *r, const struct places *p, struct span line)
{
	static const struct {
		const char *text;
		enum remedy_line_kind kind;
	} prefixes[] = {{"$ ", LINE_SHELL}, {"mc ", LINE_MC}, {"access ", LINE_ACCESS}};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		char *text;

		if (!span_starts(line, prefixes[i].text))
			continue;
		text = places_command(p, span_skip(line, strlen(prefixes[i].text)));
		if (text)
			put_typed(r, prefixes[i].kind, text);
		return;
	}
	if (line.len) {
		char *text = places_sentence(p, line);

		if (text)
			remedy_add(r, LINE_SENTENCE, text);
	}
}

/* Puts our own places' lines in; they may name further ones. */
static char *
unfold(const struct places *p, const char *lines)
{
	struct span rest = span_of(lines), line;
	struct text all = {NULL, 0, 0};

	text_put(&all, "");
	while (rest.len) {
		const char *own;

		span_cut(&rest, "\n", &line);
		own = places_own_lines(p, line);
		text_add(&all, own ? own : line.at, own ? strlen(own) : line.len);
		text_put(&all, "\n");
	}
	return text_take(&all);
}

static void
put_lines(struct remedy *r, const struct places *p, const char *lines)
{
	char *once = unfold(p, lines), *twice = unfold(p, once);
	struct span rest = span_of(twice), line;

	while (rest.len) {
		span_cut(&rest, "\n", &line);
		put_line(r, p, line);
	}
	free(once);
	free(twice);
}

/* What has to be at hand for a change to be tried; where the text lacks it, it cannot be done either. */
static bool
may_be_tried(enum remedy_change change, const struct places *p)
{
	static const char *const needed[] = {
		[CHANGE_ADD_ISSUER] = "issuer_file",
		[CHANGE_ADD_ROOT] = "root_file",
		[CHANGE_SYSTEM_STORE] = "system_file",
		[CHANGE_HASH_PATH] = "ca_path",
		[CHANGE_EXEMPT] = "host_key",
		[CHANGE_WITHOUT_CLIENT_CERT] = NULL,
	};

	return !needed[change] || places_get(p, needed[change]);
}

/* Whether there is a line that sets something: what it needs to name may not be known. */
static bool
has_setting(const struct remedy *r)
{
	for (size_t i = 0; i < r->line_count; i++) {
		if (r->lines[i].kind == LINE_MC || r->lines[i].kind == LINE_ACCESS)
			return true;
	}
	return false;
}

/* "For this relay:" and nothing behind it, for want of a place. */
static void
drop_introduction(struct remedy *r)
{
	const char *last = r->line_count ? r->lines[r->line_count - 1].text : "";
	size_t len = strlen(last);

	if (len && r->lines[r->line_count - 1].kind == LINE_SENTENCE && last[len - 1] == ':')
		free(r->lines[--r->line_count].text);
}

struct advice { /* a remedy of the catalogue */
	enum remedy_kind kind;
	const char *title, *lines, *cost; /* lines NULL: there is none; cost NULL: nothing */
	enum remedy_change change;
	bool theirs;
};

static void
put_remedy(struct draft *d, const struct advice *a)
{
	struct remedy *r;

	if (!a->lines)
		return;
	r = finding_remedy(d->finding, a->kind, a->title);
	r->cost = a->cost ? places_sentence(&d->places, span_of(a->cost)) : NULL;
	r->change = may_be_tried(a->change, &d->places) ? a->change : CHANGE_NOTHING;
	put_lines(r, &d->places, a->lines);
	drop_introduction(r);
	if (r->change == CHANGE_LEVEL && !has_setting(r))
		r->change = CHANGE_NOTHING;
	if (r->change == CHANGE_LEVEL)
		r->level = d->level;
	r->theirs = a->theirs;
	if (r->line_count == 0) /* nothing of it could be said */
		finding_drop_remedy(d->finding);
}

static const char *
title_or(const char *title, const char *usual)
{
	return title ? title : usual;
}

/* What usually is theirs and turned out to be ours is nothing to write to them about. */
static bool
is_told(const struct draft *d)
{
	return d->row->says && (d->finding->blame == d->row->blame || d->finding->blame != BLAME_LOCAL);
}

void
fixes_add(struct draft *d)
{
	const struct catalogue_row *row = d->row;
	bool exempt = row->exempt && d->work->verify_demanded;
	const struct advice all[] = {
		{REMEDY_CURE, "TELL THEM", is_told(d) ? row->asks : NULL, NULL, CHANGE_NOTHING, true},
		{REMEDY_CURE, title_or(row->cure_title, "CURE"), row->cure, NULL, row->cure_change, false},
		{REMEDY_HERE, title_or(row->here_title, "HELP IT HERE"), row->here, NULL, row->here_change,
			false},
		{REMEDY_WEAKER, "EXEMPT THIS RELAY", exempt ? EXEMPTION : NULL, EXEMPTION_COST, CHANGE_EXEMPT,
			false},
		{REMEDY_WEAKER, title_or(row->weaker_title, "ACCEPT LESS"), row->weaker, row->cost,
			row->weaker_change, false},
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		put_remedy(d, &all[i]);
}

void
fixes_letter(struct draft *d)
{
	static const char pattern[] =
		"[To: {to}\n]Subject: {host}: {title}\n\n[Since {since}: ]{says}\n{asks}\n\n"
		"[Address: {ip}\n][Seen: {seen}\n][From: {sender}\n]";
	struct places p = {.behind = &d->places};
	char *says, *asks = NULL;
	const char *domain;

	if (!is_told(d))
		return;
	says = places_sentence(&d->places, span_of(d->row->says));
	if (d->row->asks)
		asks = places_sentence(&d->places, span_of(d->row->asks));
	places_set(&p, "title", d->finding->title);
	places_set(&p, "says", says ? says : d->finding->title);
	places_set(&p, "asks", asks ? asks : "Please look into it.");
	domain = places_get(&d->places, "domain");
	d->finding->says_held = domain && safe_in_command(domain) && d->work->by_policy;
	if (domain && safe_in_command(domain))
		places_print(&p, "to", "postmaster@%s%s", domain,
			d->finding->says_held ? " (held here too: send it another way)" : "");
	d->finding->remote_message = places_sentence(&p, span_of(pattern));
	free(says);
	free(asks);
	places_clear(&p);
}
