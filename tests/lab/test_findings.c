/* The real core against every relay of the lab, once more: what it finds out, and what that costs. */
#include "look_bench.h"

#include "findings.h"

#define CONNECTIONS_MOST 8
#define USUAL_MS 6000
#define SHORT_MS 1500

struct tally {
	size_t rows, right, connections, most;
	struct text wrong;
};

/* The ids of a list, blanks between. The caller frees it. */
static char *
ids_of(const struct findings *list)
{
	struct text ids = {0};

	for (size_t i = 0; i < list->count; i++)
		text_printf(&ids, "%s%s", i ? " " : "", list->items[i]->id);
	return text_take(&ids);
}

/* The changes of the first judgement that was good. The caller frees it. */
static char *
cure_of(const struct look_address *a)
{
	struct text words = {0};

	for (size_t i = 0; i < a->experiment_count && !words.len; i++) {
		const struct experiment *x = &a->experiments[i];

		for (size_t n = 0; x->verdict.code == 0 && n < x->id_count; n++) {
			text_printf(&words, "%s%s", n ? " " : "", experiment_word(x->ids[n]));
			if (x->ids[n] == EXPERIMENT_LEVEL)
				text_printf(&words, "-%d", x->level);
		}
	}
	return text_take(&words);
}

static bool
remedies_say(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->remedy_count; i++)
		for (size_t n = 0; n < f->remedies[i].line_count; n++)
			if (strstr(f->remedies[i].lines[n].text, words))
				return true;
	return false;
}

static bool
says(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strstr(f->evidence[i].text, words))
			return true;
	return strstr(f->title, words) || remedies_say(f, words);
}

/* Everything that a finding must have, whatever it is. */
static void
check_form(const struct findings *list, struct text *wrong)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct finding *f = list->items[i];

		if (f->evidence_count == 0)
			text_printf(wrong, " %s without evidence;", f->id);
		if (strpbrk(f->title, "{}"))
			text_printf(wrong, " a place is left in '%s';", f->title);
	}
}

static void
print_first(const struct finding *f, struct text *out)
{
	text_printf(out, "\n      title: %s", f->title);
	for (size_t i = 0; i < f->evidence_count; i++)
		text_printf(out, "\n      proof: %s", f->evidence[i].text);
}

static void
compare(const struct expected *row, const struct look *look, const struct findings *list, struct text *wrong)
{
	char *ids = ids_of(list), *cure = look->address_count ? cure_of(&look->addresses[0]) : mem_text("");
	const struct finding *first = list->count ? list->items[0] : NULL;

	if (strcmp(ids, row->ids) != 0)
		text_printf(wrong, " finds '%s', not '%s';", ids, row->ids);
	if (row->cured_by && strcmp(cure, row->cured_by) != 0)
		text_printf(wrong, " cured by '%s', not '%s';", cure, row->cured_by);
	if (first && first->certain == row->uncertain)
		text_printf(wrong, " is %scertain;", row->uncertain ? "" : "not ");
	if (first && row->says && !says(first, row->says))
		text_printf(wrong, " does not say '%s';", row->says);
	if (look->connections > CONNECTIONS_MOST)
		text_printf(wrong, " needs %u connections;", look->connections);
	check_form(list, wrong);
	if (wrong->len && first)
		print_first(first, wrong);
	free(ids);
	free(cure);
}

static void
use_settings(struct bench *b, const struct expected *row)
{
	char *name = text_new("%s.cf", row->cf ? row->cf : "sendmail");

	free(b->cf);
	b->cf = lab_file(b->lab, name);
	free(name);
	bench_usual(b, row->slow ? SHORT_MS : USUAL_MS);
	b->options.allow_private = true;
	bench_open(b);
}

/* Each with an engine of its own: what one relay sends is no help for another, unless the row says so. */
static void
run_row(struct bench *b, const struct expected *row, struct tally *tally)
{
	struct text wrong = {0};
	struct look *look;

	use_settings(b, row);
	if (row->after)
		look_unref(look_whole(b, row->after));
	look = look_whole(b, row->target);
	compare(row, look, engine_look_findings(b->engine, look), &wrong);
	printf("%-34s %u connections, %5lld ms%s%s\n", row->target, look->connections,
		(long long)look->elapsed_ms, row->cf ? ", with settings " : "", row->cf ? row->cf : "");
	tally->rows++;
	tally->right += wrong.len == 0;
	tally->connections += look->connections;
	if (look->connections > tally->most)
		tally->most = look->connections;
	if (wrong.len)
		text_printf(&tally->wrong, "\n%s%s%s:%s", row->target, row->cf ? " with " : "",
			row->cf ? row->cf : "", wrong.at);
	text_free(&wrong);
	look_unref(look);
	close_engine(b);
}

static void
each_relay_has_the_findings_of_its_row(void **state)
{
	struct bench *b = *state;
	struct tally tally = {0};
	const struct expected *row;

	for (size_t i = 0; (row = findings_expected(i)); i++)
		if (lab_has_ipv6(b->lab) || strcmp(row->target, "mx-six.example.net") != 0)
			run_row(b, row, &tally);
	printf("personalities %zu/%zu; connections: %.1f a relay, %zu at most\n", tally.right, tally.rows,
		(double)tally.connections / (double)tally.rows, tally.most);
	if (tally.wrong.len)
		puts(tally.wrong.at); /* cmocka's own message has no room for much */
	text_free(&tally.wrong);
	assert_int_equal(tally.right, tally.rows);
}

/* Told elsewhere: with a log, and with hostile URLs. */
static bool
is_elsewhere(const char *host)
{
	return strcmp(host, "mx-clock.example.org") == 0 || strncmp(host, "mx-aia-", strlen("mx-aia-")) == 0;
}

static bool
has_row(const char *host)
{
	const struct expected *row;

	for (size_t i = 0; (row = findings_expected(i)); i++)
		if (strcmp(row->target, host) == 0)
			return true;
	return false;
}

static void
each_relay_of_the_lab_has_a_row(void **state)
{
	const struct personality *p;

	(void)state;
	for (size_t i = 0; (p = personality_row(i)); i++)
		if (!has_row(p->host) && !is_elsewhere(p->host))
			fail_msg("%s has no row", p->host);
}

/* What a look can find, each with a relay, a name or settings that show it. What only a log can show together
 * with a look is told elsewhere; CRLs that are missing are no error unless an access entry says so. */
static void
each_finding_of_a_look_has_a_row(void **state)
{
	static const char *const ids[] = {"ca-options-unset", "ca-option-missing", "ca-file-unusable",
		"ca-path-unhashed", "ca-bundle-stale", "system-bundle-old", "anchor-not-root",
		"seclevel-strict", "cipherlist-narrow", "client-cert-rejected", "crl-stale",
		"missing-intermediate", "issuer-unknown", "unknown-root", "self-signed", "leaf-expired",
		"intermediate-expired", "root-expired", "not-yet-valid", "weak-key", "weak-signature",
		"revoked", "wrong-purpose", "bad-ca", "path-length", "name-constraint", "critical-extension",
		"bad-signature", "verify-error", "sni-required", "name-mismatch", "protocol-too-old",
		"weak-dh", "no-shared-cipher", "legacy-signature", "legacy-renegotiation",
		"client-cert-required", "hello-intolerant", "not-tls", "handshake-closed",
		"handshake-timeout", "handshake-failed", "starttls-not-offered", "starttls-stripped",
		"starttls-refused", "starttls-dropped", "injected-after-starttls", "greeting-refused",
		"greeting-busy", "greeting-slow", "connect-timeout", "connect-refused", "unreachable",
		"dns-no-name", "dns-failed", "one-of-many", "cross-sign-expired", "no-certificate"};
	const struct expected *row;

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		bool first = false;

		for (size_t n = 0; !first && (row = findings_expected(n)); n++)
			first = strncmp(row->ids, ids[i], strcspn(row->ids, " ")) == 0 &&
				strlen(ids[i]) == strcspn(row->ids, " ");
		if (!first)
			fail_msg("nothing shows %s first", ids[i]);
	}
	printf("findings of a look with a row: %zu\n", COUNT(ids));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_relay_of_the_lab_has_a_row),
		cmocka_unit_test(each_finding_of_a_look_has_a_row),
		cmocka_unit_test(each_relay_has_the_findings_of_its_row),
	};

	return cmocka_run_group_tests(tests, bench_start_whole, bench_end);
}
