/* How bad each finding is, whose it is, and whether it is a cause, an effect or a note: as it was agreed. */
#include "tests/unit/cm.h"

#include "diagnosis/catalogue.h"
#include "diagnosis/template.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *id;
	const char *severity; /* "W+": a warning that becomes an error where mail is held */
	const char *blame, *kind;
} agreed[] = {
	{"ca-options-unset", "error", "local", "cause"},
	{"ca-option-missing", "error", "local", "cause"},
	{"ca-file-unusable", "error", "local", "cause"},
	{"ca-path-unhashed", "error", "local", "cause"},
	{"ca-bundle-stale", "error", "local", "cause"},
	{"system-bundle-old", "error", "local", "cause"},
	{"store-verifies-nobody", "error", "local", "cause"},
	{"anchor-not-root", "W+", "local", "cause"},
	{"seclevel-strict", "W+", "local", "cause"},
	{"cipherlist-narrow", "error", "local", "cause"},
	{"client-cert-rejected", "error", "local", "cause"},
	{"crl-stale", "error", "local", "cause"},
	{"crl-missing", "warning", "local", "cause"},
	{"clock-wrong", "error", "local", "cause"},
	{"key-unsafe", "error", "local", "cause"},
	{"key-mismatch", "error", "local", "cause"},
	{"log-too-quiet", "notice", "local", "note"},
	{"local-submission", "notice", "local", "note"},
	{"missing-intermediate", "W+", "remote", "cause"},
	{"issuer-unknown", "W+", "unknown", "cause"},
	{"unknown-root", "W+", "remote", "cause"},
	{"self-signed", "W+", "remote", "cause"},
	{"leaf-expired", "W+", "remote", "cause"},
	{"intermediate-expired", "W+", "remote", "cause"},
	{"root-expired", "W+", "remote", "cause"},
	{"not-yet-valid", "W+", "remote", "cause"},
	{"weak-key", "W+", "remote", "cause"},
	{"weak-signature", "W+", "remote", "cause"},
	{"revoked", "W+", "remote", "cause"},
	{"wrong-purpose", "W+", "remote", "cause"},
	{"bad-ca", "W+", "remote", "cause"},
	{"path-length", "W+", "remote", "cause"},
	{"name-constraint", "W+", "remote", "cause"},
	{"critical-extension", "W+", "remote", "cause"},
	{"bad-signature", "W+", "remote", "cause"},
	{"verify-error", "W+", "unknown", "cause"},
	{"sni-required", "W+", "remote", "cause"},
	{"name-mismatch", "notice", "remote", "note"},
	{"protocol-too-old", "error", "remote", "cause"},
	{"weak-dh", "error", "remote", "cause"},
	{"no-shared-cipher", "error", "remote", "cause"},
	{"legacy-signature", "error", "remote", "cause"},
	{"legacy-renegotiation", "error", "remote", "cause"},
	{"client-cert-required", "error", "remote", "cause"},
	{"hello-intolerant", "error", "remote", "cause"},
	{"not-tls", "error", "remote", "cause"},
	{"handshake-closed", "error", "unknown", "cause"},
	{"handshake-timeout", "error", "unknown", "cause"},
	{"handshake-failed", "error", "unknown", "cause"},
	{"starttls-not-offered", "W+", "remote", "cause"},
	{"starttls-stripped", "W+", "network", "cause"},
	{"starttls-refused", "W+", "remote", "cause"},
	{"starttls-dropped", "error", "unknown", "cause"},
	{"injected-after-starttls", "warning", "network", "cause"},
	{"greeting-refused", "error", "remote", "cause"},
	{"greeting-busy", "warning", "remote", "cause"},
	{"greeting-slow", "notice", "remote", "note"},
	{"connect-timeout", "error", "network", "cause"},
	{"connect-refused", "error", "remote", "cause"},
	{"unreachable", "error", "network", "cause"},
	{"dns-no-name", "error", "remote", "cause"},
	{"dns-failed", "error", "unknown", "cause"},
	{"policy-deferred", "error", "policy", "effect"},
	{"policy-bounced", "error", "policy", "effect"},
	{"mail-held", "error", "unknown", "effect"},
	{"sent-in-clear", "warning", "unknown", "effect"},
	{"clear-fallback", "warning", "policy", "effect"},
	{"clear-by-us", "notice", "policy", "note"},
	{"one-of-many", "W+", "remote", "cause"},
	{"no-longer-failing", "notice", "remote", "note"},
	{"now-failing", "warning", "remote", "cause"},
	{"cause-not-logged", "notice", "unknown", "note"},
	{"not-this-host", "notice", "local", "note"},
	{"inbound-unverified", "notice", "remote", "note"},
	{"inbound-noise", "notice", "remote", "note"},
	{"cross-sign-expired", "W+", "remote", "cause"},
	{"tls-features-invalid", "error", "local", "cause"},
	{"no-certificate", "warning", "remote", "cause"},
};

static size_t
place_of(const char *id)
{
	size_t i = 0;

	while (i < COUNT(agreed) && strcmp(agreed[i].id, id) != 0)
		i++;
	return i;
}

static void
each_row_is_as_it_was_agreed(void **state)
{
	const struct catalogue_row *row;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		size_t at = place_of(row->id);

		if (at == COUNT(agreed))
			fail_msg("%s is not in agreed[] of " __FILE__, row->id);
		if (strcmp(row->rises ? "W+" : severity_word(row->severity), agreed[at].severity) != 0 ||
			strcmp(blame_word(row->blame), agreed[at].blame) != 0 ||
			strcmp(finding_kind_word(row->kind), agreed[at].kind) != 0)
			fail_msg("%s: %s %s %s", row->id, severity_word(row->severity),
				blame_word(row->blame), finding_kind_word(row->kind));
		assert_true(!row->rises || row->severity == SEVERITY_WARNING);
	}
	for (size_t i = 0; i < COUNT(agreed); i++) {
		if (!catalogue_find(agreed[i].id))
			fail_msg("no %s in the catalogue", agreed[i].id);
	}
}

/* What it says where no value is known, as it is for most relays. */
static char *
brief_of(const struct catalogue_row *row)
{
	struct template_vars none = {.items = NULL};

	return vars_sentence(&none, span_of(row->brief));
}

static void
each_row_has_few_words_of_its_own(void **state)
{
	const struct catalogue_row *row, *other;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		char *brief = row->brief ? brief_of(row) : NULL;

		if (!brief || !brief[0] || strlen(brief) > 15)
			fail_msg("%s: .brief is to say it in 15 columns: \"%s\"", row->id,
				brief ? brief : "");
		for (size_t k = 0; (other = catalogue_row(k)) && k < i; k++) {
			char *words = brief_of(other);

			if (strcmp(brief, words) == 0)
				fail_msg("%s and %s: both say \"%s\"", row->id, other->id, brief);
			free(words);
		}
		free(brief);
	}
}

/* An id that is mistyped would explain nothing, and nobody would notice. */
static void
what_explains_a_row_is_a_row_of_this_hosts(void **state)
{
	const struct catalogue_row *row;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		const struct catalogue_row *by = row->explained_by ? catalogue_find(row->explained_by) : NULL;

		if (row->explained_by && (!by || by->blame != BLAME_LOCAL))
			fail_msg("%s: .explained_by = \"%s\"", row->id, row->explained_by);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_as_it_was_agreed),
		cmocka_unit_test(each_row_has_few_words_of_its_own),
		cmocka_unit_test(what_explains_a_row_is_a_row_of_this_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
