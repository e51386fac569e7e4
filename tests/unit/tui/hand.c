#include "hand.h"

#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void
hand_locale(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
}

struct finding *
hand_finding(struct findings *list, const char *id, const char *title, const char *evidence)
{
	struct finding *f = finding_new(id);

	f->title = mem_text(title);
	f->severity = SEVERITY_WARNING;
	f->blame = BLAME_REMOTE;
	f->kind = FINDING_CAUSE;
	f->proof = PROOF_PROBE;
	f->certain = true;
	finding_prove(f, EVIDENCE_PROVES, mem_text(evidence));
	findings_add(list, f);
	return f;
}

struct remedy *
hand_remedy(struct finding *f, enum remedy_kind kind, const char *title, const char *line,
	const char *command)
{
	struct remedy *r = finding_remedy(f, kind, title);

	if (line)
		remedy_add(r, strchr(line, '\t') ? LINE_ACCESS : LINE_SENTENCE, mem_text(line));
	if (command)
		remedy_add(r, LINE_SHELL, mem_text(command));
	return r;
}

struct certificate *
hand_certificate(const char *cn, const char *issuer, int days)
{
	struct certificate *c = certificate_new();

	c->subject = text_new("/CN=%s", cn);
	c->issuer = text_new("/CN=%s", issuer);
	c->subject_cn = mem_text(cn);
	c->issuer_cn = mem_text(issuer);
	c->sha256 = text_new("5a%s", cn);
	c->key = mem_text("RSA 2048");
	c->self_issued = strcmp(cn, issuer) == 0;
	c->not_before_ms = HAND_NOW - 90 * WHEN_DAY;
	c->not_after_ms = HAND_NOW + days * WHEN_DAY;
	return c;
}

struct path *
hand_path(struct certificate *const *certificates)
{
	struct certificate **all;
	size_t count = 0;
	struct path *p;

	while (certificates[count])
		count++;
	all = mem_new(count + 1, sizeof *all);
	for (size_t i = 0; i < count; i++)
		all[i] = certificates[i];
	p = path_new(chain_new(all, count));
	for (size_t i = 0; i < count; i++)
		p->items[i].sent = true;
	return p;
}

char *
hand_lines(const struct pane *p)
{
	struct text out = {NULL, 0, 0};

	text_put(&out, "");
	for (size_t i = 0; i < p->count; i++)
		text_printf(&out, "%s\n", p->at[i].text);
	return text_take(&out);
}

void
hand_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		print_message("wants \"%s\" in:\n%s", part, text);
	assert_non_null(strstr(text, part));
}

void
hand_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		print_message("wants no \"%s\" in:\n%s", part, text);
	assert_null(strstr(text, part));
}
