#include "diagnosis/asked.h"

#include <string.h>
#include <strings.h>

#define TOLD_MOST 4 /* URLs of one certificate that evidence names */

static const struct asked_issuer *
find_asked(const struct evidence *e, const char *url)
{
	for (size_t i = 0; i < e->asked_count; i++) {
		if (strcmp(e->asked[i].url, url) == 0)
			return &e->asked[i];
	}
	return NULL;
}

/* What is known of a URL; the further down, the more it says. */
enum answer_kind { NONE_NAMED, NOT_HTTP, NOT_ASKED, OFFLINE, NOT_REACHABLE, NO_ISSUER, ANSWERED };

static enum answer_kind
kind_of(const struct evidence *e, const char *url)
{
	const struct asked_issuer *asked = find_asked(e, url);

	if (asked)
		return !asked->why ? ANSWERED : asked->reachable ? NO_ISSUER : NOT_REACHABLE;
	if (strncasecmp(url, "http://", 7) != 0)
		return NOT_HTTP;
	return e->offline ? OFFLINE : NOT_ASKED;
}

static void
prove(struct draft *d, const char *url)
{
	const struct asked_issuer *asked = find_asked(d->work->e, url);
	const char *why = asked && asked->why ? asked->why : "";

	switch (kind_of(d->work->e, url)) {
	case ANSWERED:
		draft_add(d, EVIDENCE_ASKED,
			"%.300s was asked for the issuer: what it answered leads to no anchor here", url);
		break;
	case NO_ISSUER:
		draft_add(d, EVIDENCE_ASKED, "%.300s was asked for the issuer, and has none: %.200s", url,
			why);
		break;
	case NOT_REACHABLE:
		draft_add(d, EVIDENCE_ASKED,
			"%.300s was asked for the issuer: %.200s; whether it has one is not known", url,
			why[0] ? why : "not reachable");
		break;
	case OFFLINE:
		draft_add(d, EVIDENCE_LEFT_OUT, "%.300s would be asked for the issuer, but for --offline",
			url);
		break;
	case NOT_HTTP:
		draft_add(d, EVIDENCE_LEFT_OUT, "%.300s is not asked for the issuer: only http:// is", url);
		break;
	default:
		draft_add(d, EVIDENCE_LEFT_OUT, "%.300s was not asked for the issuer", url);
	}
}

static const char *
words_of(enum answer_kind kind, const struct asked_issuer *asked)
{
	static const char *const words[] = {
		[NONE_NAMED] = "none named",
		[NOT_HTTP] = "none over http",
		[NOT_ASKED] = "not asked",
		[OFFLINE] = "not asked: --offline",
		[NOT_REACHABLE] = "not reachable",
		[ANSWERED] = "leads no further",
	};

	return kind == NO_ISSUER && asked ? asked->why : words[kind];
}

void
asked_tell(struct draft *d, const struct certificate *of)
{
	const struct evidence *e = d->work->e;
	const char *best = NULL;
	enum answer_kind kind = NONE_NAMED;

	for (size_t i = 0; i < of->aia_issuer_count; i++) {
		enum answer_kind this = kind_of(e, of->aia_issuers[i]);

		if (i < TOLD_MOST)
			prove(d, of->aia_issuers[i]);
		if (this > kind) {
			kind = this;
			best = of->aia_issuers[i];
		}
	}
	if (of->aia_issuer_count == 0)
		draft_add(d, EVIDENCE_ASKED, "%.250s names no URL for its issuer (AIA)", of->subject);
	places_set(&d->places, "aia", words_of(kind, best ? find_asked(e, best) : NULL));
}
