#include "diagnosis/fixes.h"

#include "base/mem.h"

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
	} else if (strlen(host) < NAME_WHOLE && places_is_harmless(host)) {
		/* Of a name that is no name nothing is taken, the harmless end of it neither. */
		places_set(p, "host_key", host);
		places_set(p, "domain", domain_of(host));
	}
}

/* Takes the text over. makemap refuses a map with two entries of one key, and leaves the old one. */
static void
put_typed(struct remedy *r, char *text, const char *prefix)
{
	bool access = prefix[0] == 'a';

	if (access)
		remedy_line(r, mem_text("In place of an entry with the same key, where there is one:"));
	if (prefix[0] == '$')
		remedy_command(r, text);
	else
		remedy_line(r, text);
	if (access)
		remedy_command(r, mem_text(MAKEMAP));
}

/* What a line of the catalogue begins with says what it is. */
static void
put_line(struct remedy *r, const struct places *p, struct span line)
{
	static const char *const prefixes[] = {"$ ", "mc ", "access "};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		char *text;

		if (!span_starts(line, prefixes[i]))
			continue;
		text = places_command(p, span_skip(line, strlen(prefixes[i])));
		if (text)
			put_typed(r, text, prefixes[i]);
		return;
	}
	if (line.len) {
		char *text = places_sentence(p, line);

		if (text)
			remedy_line(r, text);
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

static void
free_texts(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

/* A remedy of which no line is left is none. */
static void
drop_empty(struct finding *f)
{
	struct remedy *r = &f->remedies[f->remedy_count - 1];

	if (r->line_count + r->command_count)
		return;
	free(r->title);
	free(r->cost);
	free_texts(r->lines, 0);
	free_texts(r->commands, 0);
	f->remedy_count--;
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

/* The security level that is to be typed; -1: none is. */
static int
typed_level(const struct remedy *r)
{
	static const char word[] = "@SECLEVEL=";

	for (size_t i = 0; i < r->line_count; i++) {
		const char *at = strstr(r->lines[i], word);

		if (at)
			return (int)strtol(at + sizeof word - 1, NULL, 10);
	}
	return -1;
}

/* "For this relay:" and nothing behind it, for want of a place. */
static void
drop_introduction(struct remedy *r)
{
	const char *last = r->line_count && !r->command_count ? r->lines[r->line_count - 1] : "";
	size_t len = strlen(last);

	if (len && last[len - 1] == ':')
		free(r->lines[--r->line_count]);
}

struct advice { /* a remedy of the catalogue */
	enum remedy_kind kind;
	const char *title, *lines, *cost; /* lines NULL: there is none; cost NULL: nothing */
	enum remedy_change change;
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
	if (r->change == CHANGE_LEVEL)
		r->level = typed_level(r);
	if (r->level < 0)
		r->change = CHANGE_NOTHING, r->level = 0;
	drop_empty(d->finding);
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
		{REMEDY_CURE, "TELL THEM", is_told(d) ? row->asks : NULL, NULL, CHANGE_NOTHING},
		{REMEDY_CURE, title_or(row->cure_title, "CURE"), row->cure, NULL, row->cure_change},
		{REMEDY_HERE, title_or(row->here_title, "HELP IT HERE"), row->here, NULL, row->here_change},
		{REMEDY_WEAKER, "EXEMPT THIS RELAY", exempt ? EXEMPTION : NULL, EXEMPTION_COST,
			CHANGE_EXEMPT},
		{REMEDY_WEAKER, title_or(row->weaker_title, "ACCEPT LESS"), row->weaker, row->cost,
			row->weaker_change},
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		put_remedy(d, &all[i]);
}

char *
fixes_letter(const struct draft *d)
{
	static const char pattern[] =
		"[To: {to}\n]Subject: {host}: {title}\n\n[Since {since}: ]{says}\n{asks}\n\n"
		"[Address: {ip}\n][Seen: {seen}\n][From: {sender}\n]";
	struct places p = {.behind = &d->places};
	char *says, *asks = NULL, *letter;
	const char *domain;

	if (!is_told(d))
		return NULL;
	says = places_sentence(&d->places, span_of(d->row->says));
	if (d->row->asks)
		asks = places_sentence(&d->places, span_of(d->row->asks));
	places_set(&p, "title", d->finding->title);
	places_set(&p, "says", says ? says : d->finding->title);
	places_set(&p, "asks", asks ? asks : "Please look into it.");
	domain = places_get(&d->places, "domain");
	if (domain && places_is_harmless(domain))
		places_print(&p, "to", "postmaster@%s%s", domain,
			d->work->by_policy ? " (held here too: send it another way)" : "");
	letter = places_sentence(&p, span_of(pattern));
	free(says);
	free(asks);
	places_clear(&p);
	return letter;
}
