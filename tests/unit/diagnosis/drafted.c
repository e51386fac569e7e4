#include "drafted.h"

#include "base/mem.h"
#include "diagnosis/draft.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

/* What evidence fills, whichever rule does. Paths are those that the chain and the log name. */
static const struct usual {
	const char *name, *value;
	bool path;
} usual[] = {
	{"issuer", "Example E1", false},
	{"issuer_dn", "/O=Example/CN=Example E1", false},
	{"subject", "Example CA", false},
	{"subject_dn", "/O=Example/CN=Example CA", false},
	{"root", "Example Root", false},
	{"root_dn", "/O=Example/CN=Example Root", false},
	{"serial", "04A7", false},
	{"aia", "not reachable", false},
	{"sha256", "5f0c", false},
	{"key", "RSA 1024", false},
	{"signature", "SHA1", false},
	{"usage", "clientAuth", false},
	{"oid", "1.2.3.4.5", false},
	{"name", "mx.example.net", false},
	{"names", "www.example.org", false},
	{"level", "2", false},
	{"date", "2026-11-20", false},
	{"days", "1 day", false},
	{"code", "28", false},
	{"depth", "1", false},
	{"text", "certificate rejected", false},
	{"cipher", "ADH-AES256-SHA", false},
	{"version", "TLSv1", false},
	{"bits", "1024", false},
	{"option", "CipherList", false},
	{"alert", "unknown ca", false},
	{"feature", "a large ClientHello", false},
	{"closed", "reset", false},
	{"time", "2026-11-22 07:00", false},
	{"seconds", "20", false},
	{"keyword", "XXXXXXXA", false},
	{"reply", "454 4.3.0 no", false},
	{"reason", "No such file or directory", false},
	{"set_option", "CACertFile", false},
	{"cause", "DNS", false},
	{"entry", "access TLS_Srv VERIFY", false},
	{"entry_key", "TLS_Srv:mx.example.net", false},
	{"k", "1", false},
	{"n", "3", false},
	{"messages", "3 messages", false},
	{"off", "2 h", false},
	{"direction", "behind", false},
	{"word", "expired", false},
	{"since", "2026-11-19 10:00", false},
	{"log_host", "mx1", false},
	{"log_level", "9", false},
	{"port", "25", false},
	{"ip", "192.0.2.10", false},
	{"file", "/etc/mail/k.key", true},
	{"certificate", "/etc/mail/k.crt", true},
	{"client_cert", "/etc/mail/k.crt", true},
	{"issuer_file", "/var/tmp/e1.pem", true},
	{"root_file", "/var/tmp/root.pem", true},
	{"ca_file", "/etc/mail/ca.crt", true},
	{"crl_file", "/etc/mail/crl.pem", true},
};

static void
put_places(struct template_vars *p, const char *value)
{
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		if (!value)
			(usual[i].path ? vars_path : vars_set)(p, usual[i].name, usual[i].value);
		else if (usual[i].path)
			vars_print(p, usual[i].name, "/%s", value);
		else
			vars_set(p, usual[i].name, value);
	}
}

void
drafted_row(struct drafted *d, const char *id, const char *bundle, const char *value, bool verify_demanded)
{
	struct relay r = {.direction = DIRECTION_CLIENT,
		.last = {.verify = VERIFY_FAIL, .depth = -1},
		.first_fail_ms = NOW_MS};
	struct evidence e = {
		.relay = &r, .system_bundle = bundle, .own_host = "mail.example.org", .now_ms = NOW_MS};
	struct diagnosis_run w;
	struct draft draft;

	*d = (struct drafted){.finding = NULL};
	r.name = mem_text(value ? value : DRAFTED_HOST);
	if (verify_demanded) {
		r.rejects_temp = 1;
		r.last.reject = mem_text("454 4.7.0 authentication failed");
	}
	diagnosis_run_begin(&w, &e, &d->diagnosis);
	draft_begin(&draft, &w, id, PROOF_PROBE, true);
	put_places(&draft.vars, value);
	if (!draft.row->sets_level)
		draft.level = 1;
	draft_prove(&draft, "as the test says");
	draft_end(&draft);
	diagnosis_run_end(&w);
	d->finding = findings_find(&d->diagnosis.findings, id);
	free(r.name);
	free(r.last.reject);
}

void
drafted_clear(struct drafted *d)
{
	diagnosis_clear(&d->diagnosis);
}

bool
drafted_is_setting(const struct remedy_line *line)
{
	return line->kind == LINE_MC || line->kind == LINE_ACCESS;
}

static void
join(struct text *t, const char *between, const char *in_front, const char *words)
{
	text_printf(t, "%s%s%s", t->len ? between : "", in_front, words);
}

char *
drafted_typed(const struct finding *f)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];

		for (size_t j = 0; j < r->line_count; j++) {
			if (r->lines[j].kind != LINE_SENTENCE)
				join(&t, "; ", r->lines[j].kind == LINE_SHELL ? "$ " : "", r->lines[j].text);
		}
	}
	return text_take(&t);
}

char *
drafted_heads(const struct finding *f)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < f->remedy_count; i++)
		join(&t, ", ", "", f->remedies[i].title);
	return text_take(&t);
}

char *
drafted_costs(const struct finding *f)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < f->remedy_count; i++) {
		if (f->remedies[i].cost)
			join(&t, "; ", "", f->remedies[i].cost);
	}
	return text_take(&t);
}
