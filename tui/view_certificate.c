/* One certificate: everything in it that an administrator asks for. */
#include "tui/app.h"
#include "tui/view_text.h"
#include "tui/views.h"

#include "base/when.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_WIDE 14 /* the column of names */

struct certificate_view {
	struct view_text text;
	struct certificate *certificate;
};

static const struct certificate *
certificate_of(struct view *v)
{
	return ((struct certificate_view *)v)->certificate;
}

static void
put(struct page *out, const char *name, const char *value)
{
	page_printf(out, PAINT_PLAIN, " %-*s %s", NAMES_WIDE, name, value);
}

static void
put_optional(struct page *out, const char *name, const char *value)
{
	put(out, name, value ? value : "-");
}

static void
put_list(struct page *out, const char *name, char *const *values, size_t count)
{
	if (count == 0)
		put(out, name, "-");
	for (size_t i = 0; i < count; i++)
		put(out, i ? "" : name, values[i]);
}

static void
put_time(struct page *out, const char *name, int64_t ms)
{
	char time[WHEN_ROOM];

	when_format(ms, time);
	put(out, name, time);
}

/* Pairs of digits with colons between them, as openssl x509 -fingerprint prints them. */
static void
put_hex(struct page *out, const char *name, const char *hex)
{
	struct text t = {NULL, 0, 0};

	for (size_t i = 0; hex && hex[i]; i += 2) {
		text_printf(&t, "%s%.2s", i ? ":" : "", hex + i);
		if (!hex[i + 1])
			break;
	}
	put_optional(out, name, t.at);
	text_free(&t);
}

static void
put_names(struct page *out, const struct certificate *c)
{
	put_optional(out, "subject", c->subject);
	put_optional(out, "issuer", c->issuer);
	put_list(out, "names", c->sans, c->san_count);
}

static void
put_validity(struct page *out, const struct certificate *c, int64_t now_ms)
{
	char left[WORDS_ROOM];
	enum tone tone;

	tone = words_left(c, now_ms, false, left);
	put_time(out, "not before", c->not_before_ms);
	put_time(out, "not after", c->not_after_ms);
	page_printf(out, view_paint(tone), " %-*s %s", NAMES_WIDE, "", left);
}

static void
put_constraints(struct page *out, const struct certificate *c)
{
	char *ca = !c->ca               ? text_new("no")
		   : c->path_length < 0 ? text_new("yes")
					: text_new("yes, path length %d", c->path_length);

	put(out, "CA", ca);
	put_optional(out, "key usage", c->key_usage);
	put_optional(out, "extended usage", c->extended_key_usage);
	put_optional(out, "policies", c->policies);
	put(out, "self-signed",
		c->self_signed   ? "yes"
		: c->self_issued ? "no, but issued by its own name"
				 : "no");
	put(out, "CT", c->scts ? "embedded timestamps: a public CA" : "no embedded timestamps");
	free(ca);
}

static void
build(struct view *v, struct page *out, const struct frame *f)
{
	const struct certificate *c = certificate_of(v);

	out->hang = 1 + NAMES_WIDE + 1;
	page_printf(out, PAINT_BOLD, "certificate %s",
		c->subject_cn && *c->subject_cn ? c->subject_cn : c->subject);
	put_names(out, c);
	put_validity(out, c, f->now_ms);
	put_hex(out, "serial", c->serial);
	put_hex(out, "SHA-256", c->sha256);
	put_optional(out, "key", c->key);
	put_optional(out, "signature", c->signature);
	put_hex(out, "key id", c->subject_key_id);
	put_hex(out, "issuer key id", c->authority_key_id);
	put_constraints(out, c);
	put_list(out, "issuer at", c->aia_issuers, c->aia_issuer_count);
	put_list(out, "OCSP", c->ocsp, c->ocsp_count);
	put_list(out, "CRL", c->crls, c->crl_count);
}

static void
put_pem(struct view *v, struct text *out)
{
	char *pem = engine_pem(certificate_of(v));

	text_put(out, pem);
	free(pem);
}

static void
close_view(struct view *v)
{
	certificate_unref(((struct certificate_view *)v)->certificate);
	view_text_close(v);
}

static const struct view_kind certificate = {
	.scope = SCOPE_CERTIFICATE,
	.size = sizeof(struct certificate_view),
	.draw = view_text_draw,
	.source = view_text_source,
	.command = put_pem,
	.write = put_pem,
	.close = close_view,
};

struct view *
view_certificate_new(struct app *app, const struct view *about, struct certificate *c)
{
	struct view *v = view_new(&certificate, app, about);

	view_text_init(v, build);
	((struct certificate_view *)v)->certificate = certificate_ref(c);
	return v;
}
