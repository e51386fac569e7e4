/* Findings as people read them: alone, below the rows of the table, and when many relays share one. */
#include "tests/unit/cm.h"

#include "fill.h"
#include "report/findings_text.h"

/* A chain that lacks its intermediate, mail that waits for it, and a note. */
static struct findings
fill_three(void)
{
	struct findings list = {NULL, 0};
	struct finding *f = fill_finding(&list, "missing-intermediate", FINDING_CAUSE,
		"Server does not send the intermediate Example Issuing CA E1");
	struct remedy *r;

	f->certain = false;
	f->cost = mem_text("Nothing is lost before 2026-11-27 13:06.");
	f->remote_message = mem_text("To: postmaster@example.net\nSubject: your chain\n\nPlease send it.");
	finding_prove(f, EVIDENCE_PROVES, mem_text("stat=Deferred: user@example.org, says\033[2J the peer"));
	r = finding_remedy(f, REMEDY_CURE, "TELL THEM");
	remedy_add(r, LINE_SENTENCE, mem_text("Send the full chain."));
	r = finding_remedy(f, REMEDY_HERE, "HELP IT HERE");
	remedy_add(r, LINE_SENTENCE, mem_text("The intermediate into a hashed CACertPath."));
	remedy_add(r, LINE_MC, mem_text("define(`confCACERT_PATH', `/etc/mail/certs')dnl"));
	remedy_add(r, LINE_SHELL, mem_text("openssl rehash /etc/mail/certs"));
	r = finding_remedy(f, REMEDY_WEAKER, "EXEMPT THIS RELAY");
	r->cost = mem_text("Whoever is on the path can pose as this relay.");
	remedy_add(r, LINE_ACCESS, mem_text("TLS_Srv:mx.example.net\tENCR:112"));
	remedy_add(r, LINE_SHELL, mem_text("makemap hash /etc/mail/access < /etc/mail/access"));
	f = fill_finding(&list, "mail-held", FINDING_EFFECT, "9 messages held");
	f->blame = BLAME_UNKNOWN;
	fill_finding(&list, "local-submission", FINDING_NOTE, "Local submission")->blame = BLAME_LOCAL;
	return list;
}

#define CAUSE "  CAUSE  them: Server does not send the intermediate Example Issuing CA E1 ?\n"
#define PROOF                     \
	"  PROOF  It was seen.\n" \
	"         stat=Deferred: [address], says?[2J the peer\n"
#define WAIT "  WAIT   Nothing is lost before 2026-11-27 13:06.\n"

static void
all_of_it_is_told(void **state)
{
	struct findings list = fill_three();
	struct text out = {NULL, 0, 0};

	(void)state;
	findings_text(&out, &list, false);
	assert_string_equal(out.at, CAUSE PROOF WAIT
		"  FIX    TELL THEM: Send the full chain.\n"
		"  OR     HELP IT HERE: The intermediate into a hashed CACertPath.\n"
		"           define(`confCACERT_PATH', `/etc/mail/certs')dnl\n"
		"           $ openssl rehash /etc/mail/certs\n"
		"  OR     EXEMPT THIS RELAY (weaker): Whoever is on the path can pose as this\n"
		"         relay.\n"
		"           TLS_Srv:mx.example.net   ENCR:112\n"
		"           $ makemap hash /etc/mail/access < /etc/mail/access\n"
		"  EFFECT 9 messages held\n"
		"  PROOF  It was seen.\n"
		"  NOTE   us: Local submission\n"
		"  PROOF  It was seen.\n");
	text_free(&out);
	findings_letter(&out, &list);
	assert_string_equal(out.at, "\nTo: postmaster@example.net\nSubject: your chain\n\nPlease send it.\n");
	text_free(&out);
	findings_clear(&list);
}

static void
below_a_row_the_first_is_told_and_the_others_named(void **state)
{
	struct findings list = fill_three();
	struct text out = {NULL, 0, 0};

	(void)state;
	findings_brief(&out, &list, false);
	findings_remedies(&out, list.items[0]);
	assert_string_equal(out.at, CAUSE PROOF
		"  EFFECT 9 messages held\n"
		"  NOTE   us: Local submission\n" WAIT "  FIX    TELL THEM: Send the full chain.\n"
		"  OR     HELP IT HERE: The intermediate into a hashed CACertPath.\n"
		"           define(`confCACERT_PATH', `/etc/mail/certs')dnl\n"
		"  OR     EXEMPT THIS RELAY (weaker): Whoever is on the path can pose as this\n"
		"         relay.\n"
		"           TLS_Srv:mx.example.net   ENCR:112\n");
	text_free(&out);
	findings_clear(&list);
}

static void
a_second_cause_stands_beside_the_first(void **state)
{
	struct findings list = {NULL, 0};
	struct text out = {NULL, 0, 0};

	(void)state;
	fill_finding(&list, "leaf-expired", FINDING_CAUSE, "Certificate expired")->cost =
		mem_text("It is delivered.");
	fill_finding(&list, "missing-intermediate", FINDING_CAUSE, "Server does not send the intermediate");
	findings_brief(&out, &list, false);
	assert_string_equal(out.at, "  CAUSE  them: Certificate expired\n  PROOF  It was seen.\n"
				    "  ALSO   them: Server does not send the intermediate\n");
	text_free(&out);
	findings_titles(&out, &list, " (see HOST above)", false);
	assert_string_equal(out.at, "  CAUSE  them: Certificate expired (see HOST above)\n"
				    "  CAUSE  them: Server does not send the intermediate\n");
	text_free(&out);
	findings_clear(&list);
}

static void
each_blame_has_its_word(void **state)
{
	static const struct {
		enum blame blame;
		bool certain;
		const char *line;
	} cases[] = {{BLAME_REMOTE, true, "  CAUSE  them: T\n"}, {BLAME_LOCAL, true, "  CAUSE  us: T\n"},
		{BLAME_NETWORK, false, "  CAUSE  net: T ?\n"}, {BLAME_POLICY, true, "  CAUSE  us: T\n"},
		{BLAME_UNKNOWN, false, "  CAUSE  T ?\n"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct findings list = {NULL, 0};
		struct finding *f = fill_finding(&list, "verify-error", FINDING_CAUSE, "T");
		struct text out = {NULL, 0, 0};

		f->blame = cases[i].blame;
		f->certain = cases[i].certain;
		findings_titles(&out, &list, "", false);
		assert_string_equal(out.at, cases[i].line);
		text_free(&out);
		findings_clear(&list);
	}
}

static void
a_cure_of_this_host_needs_no_heading(void **state)
{
	struct findings list = {NULL, 0};
	struct finding *f = fill_finding(&list, "ca-options-unset", FINDING_CAUSE, "No CA store");
	struct remedy *r = finding_remedy(f, REMEDY_CURE, "CURE");
	struct text out = {NULL, 0, 0};

	(void)state;
	f->blame = BLAME_LOCAL;
	remedy_add(r, LINE_SENTENCE, mem_text("In sendmail.mc:"));
	remedy_add(r, LINE_MC, mem_text("define(`confCACERT', `/etc/ssl/cert.pem')dnl"));
	remedy_add(r, LINE_SHELL, mem_text("make -C /etc/mail"));
	findings_host(&out, &list, false);
	assert_string_equal(out.at,
		"HOST     us: No CA store\n  PROOF  It was seen.\n  FIX    In sendmail.mc:\n"
		"           define(`confCACERT', `/etc/ssl/cert.pem')dnl\n"
		"           $ make -C /etc/mail\n");
	text_free(&out);
	free(r->lines[0].text);
	r->lines[0] = r->lines[1];
	r->lines[1] = r->lines[2];
	r->line_count = 2;
	findings_remedies(&out, f);
	assert_string_equal(out.at, "  FIX    CURE\n           define(`confCACERT', `/etc/ssl/cert.pem')dnl\n"
				    "           $ make -C /etc/mail\n");
	text_free(&out);
	findings_clear(&list);
}

static void
addresses_of_people_show_only_in_full(void **state)
{
	struct findings list = fill_three();
	struct text out = {NULL, 0, 0};

	(void)state;
	findings_text(&out, &list, true);
	assert_non_null(strstr(out.at, "stat=Deferred: user@example.org, says?[2J the peer\n"));
	text_free(&out);
	findings_clear(&list);
}

static void
nothing_found_is_nothing_told(void **state)
{
	struct findings none = {NULL, 0};
	struct text out = {NULL, 0, 0};

	(void)state;
	findings_text(&out, &none, false);
	findings_text(&out, NULL, false);
	findings_brief(&out, NULL, true);
	findings_titles(&out, &none, "x", true);
	findings_host(&out, NULL, false);
	findings_letter(&out, &none);
	assert_null(out.at);
	assert_false(findings_are_trouble(NULL));
	assert_false(findings_are_trouble(&none));
	fill_finding(&none, "local-submission", FINDING_NOTE, "Local submission");
	assert_false(findings_are_trouble(&none));
	fill_finding(&none, "leaf-expired", FINDING_CAUSE, "Certificate expired");
	assert_true(findings_are_trouble(&none));
	findings_clear(&none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_told),
		cmocka_unit_test(below_a_row_the_first_is_told_and_the_others_named),
		cmocka_unit_test(a_second_cause_stands_beside_the_first),
		cmocka_unit_test(each_blame_has_its_word),
		cmocka_unit_test(a_cure_of_this_host_needs_no_heading),
		cmocka_unit_test(addresses_of_people_show_only_in_full),
		cmocka_unit_test(nothing_found_is_nothing_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
