/* All that can be done about a finding, line by line, and what each line copies. */
#include "tests/unit/cm.h"

#include "hand.h"

#include "base/mem.h"
#include "tui/fix_page.h"
#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

struct bench { /* what a page is made from */
	struct findings of_relay, of_host;
	struct finding_list list;
	struct relay relay;
	struct trial trials[40];
	struct fix_case c;
	struct fix_page page;
};

static char *
built(struct bench *s, size_t at, int width)
{
	finding_list_join(&s->list, &s->of_relay, &s->of_host);
	s->c = (struct fix_case){
		.all = &s->list, .at = at, .relay = &s->relay, .look = s->c.look, .trials = s->trials};
	fix_page_build(&s->page, &s->c, width, false);
	return hand_lines(&s->page.pane);
}

static int
set_up(void **state)
{
	struct bench *s = mem_new(1, sizeof *s);

	hand_locale();
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *s = *state;

	fix_page_free(&s->page);
	findings_clear(&s->of_relay);
	findings_clear(&s->of_host);
	free(s);
	return 0;
}

/* What `y` copies on the line that begins so; NULL: nothing, or there is no such line. */
static const char *
copied_at(struct bench *s, const char *begins)
{
	for (size_t i = 0; i < s->page.pane.count; i++) {
		const char *text = s->page.pane.at[i].text;

		if (strncmp(text + strspn(text, " "), begins, strlen(begins)) == 0)
			return fix_page_piece(&s->page, i)->copied;
	}
	print_message("no line begins with \"%s\"\n", begins);
	return NULL;
}

static struct finding *
missing(struct bench *s)
{
	struct finding *f = hand_finding(&s->of_relay, "missing-intermediate",
		"Server does not send the intermediate CA", "FAIL 20 at depth 0");
	struct remedy *r;

	f->remote_message = mem_text("To: postmaster@example.net\nSubject: s\n\nSend it.\n");
	f->cost = mem_text("Nothing is lost before Friday.");
	r = hand_remedy(f, REMEDY_WEAKER, "EXEMPT THIS RELAY", "TLS_Srv:mx.example.net\tENCR:112",
		"makemap hash /etc/mail/access < /etc/mail/access");
	r->change = CHANGE_EXEMPT;
	r->cost = mem_text("Whoever is on the path can read it.");
	hand_remedy(f, REMEDY_CURE, "TELL THEM", "Send the full chain.", NULL)->theirs = true;
	hand_remedy(f, REMEDY_HERE, "SUPPLY IT HERE", "No restart.", "openssl rehash /etc/mail/certs")
		->change = CHANGE_ADD_ISSUER;
	return f;
}

static void
choices_stand_in_their_order_whatever_order_they_were_made_in(void **state)
{
	struct bench *s = *state;
	char *got;

	missing(s);
	got = built(s, 0, 80);
	assert_string_equal(got,
		" CAUSE  warning: server does not send the intermediate CA\n"
		" WAIT?  Nothing is lost before Friday.\n"
		" 1 TELL THEM              the cure                                  [w] [y]\n"
		"   To: postmaster@example.net\n"
		"   Subject: s\n"
		"   \n"
		"   Send it.\n"
		" 2 SUPPLY IT HERE         helps on this host                        [t] [y]\n"
		"   No restart.\n"
		"   $ openssl rehash /etc/mail/certs\n"
		" 3 EXEMPT THIS RELAY      WEAKER                                    [t] [y]\n"
		"   WEAKER: Whoever is on the path can read it.\n"
		"   TLS_Srv:mx.example.net\tENCR:112\n"
		"   $ makemap hash /etc/mail/access < /etc/mail/access\n"
		" SEE    this relay's next line in the log (L), or look again (v)\n"
		" PROOF  FAIL 20 at depth 0\n");
	free(got);
	assert_int_equal(s->page.choice_count, 3);
	assert_int_equal(s->page.choices[0].remedy, FIX_NONE);
	assert_int_equal(s->page.choices[1].remedy, 2);
	assert_int_equal(s->page.choices[2].remedy, 0);
	assert_int_equal(fix_page_line_of(&s->page, 1), 7);
	assert_int_equal(fix_page_line_of(&s->page, 9), 0);
	assert_null(fix_page_piece(&s->page, s->page.pane.count));
}

static void
each_line_copies_what_it_shows_and_a_heading_the_first_command(void **state)
{
	static const struct {
		const char *line, *copied;
	} cases[] = {
		{"WAIT?", "Nothing is lost before Friday."},
		{"1 TELL", "To: postmaster@example.net\nSubject: s\n\nSend it.\n"},
		{"Subject:", "To: postmaster@example.net\nSubject: s\n\nSend it.\n"},
		{"2 SUPPLY", "openssl rehash /etc/mail/certs"},
		{"$ openssl", "openssl rehash /etc/mail/certs"},
		{"TLS_Srv", "TLS_Srv:mx.example.net\tENCR:112"},
		{"$ makemap", "makemap hash /etc/mail/access < /etc/mail/access"},
		{"PROOF", "FAIL 20 at depth 0"},
		{"SEE", NULL},
	};
	struct bench *s = *state;

	missing(s);
	free(built(s, 0, 80));
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *copied = copied_at(s, cases[i].line);

		assert_int_equal(copied != NULL, cases[i].copied != NULL);
		if (copied)
			assert_string_equal(copied, cases[i].copied);
	}
}

/* A command in three rows is copied as the one line that it is. */
static void
a_wrapped_command_is_copied_whole(void **state)
{
	static const char command[] =
		"install -m 644 intermediate.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs";
	struct bench *s = *state;
	struct finding *f = hand_finding(&s->of_relay, "x", "X", "E");
	size_t rows = 0;

	hand_remedy(f, REMEDY_CURE, "CURE", NULL, command);
	free(built(s, 0, 40));
	for (size_t i = 0; i < s->page.pane.count; i++) {
		const char *copied = fix_page_piece(&s->page, i)->copied;

		rows += copied && strcmp(copied, command) == 0;
	}
	assert_int_equal(rows, 1 + 3); /* the heading, and the command's own */
}

static void
held_mail_needs_another_way_for_the_message(void **state)
{
	static const char hint[] = "Mail to them is held here too: send it another way.";
	struct bench *s = *state;
	struct finding *f = missing(s);
	char *got;

	s->relay.deliveries.waiting = 9;
	got = built(s, 0, 80);
	hand_has(got, hint);
	free(got);
	/* A message that says so itself needs no second hint. */
	free(f->remote_message);
	f->remote_message = mem_text("To: postmaster@example.net (held here too: send it another way)\n");
	f->says_held = true;
	got = built(s, 0, 80);
	hand_lacks(got, hint);
	free(got);
	s->relay.deliveries.waiting = 0;
	free(f->remote_message);
	f->remote_message = mem_text("To: x\n");
	got = built(s, 0, 80);
	hand_lacks(got, hint);
	free(got);
}

static void
what_comes_after_is_the_queue_run_of_the_effect(void **state)
{
	struct bench *s = *state;
	struct finding *held, *clear;
	char *got;

	missing(s);
	held = hand_finding(&s->of_relay, "mail-held", "2 messages held by it", "stat=Deferred");
	held->kind = FINDING_EFFECT;
	hand_remedy(held, REMEDY_CURE, "CURE", "Cure the cause, then:", "sendmail -qRexample.net -v");
	clear = hand_finding(&s->of_relay, "sent-in-clear", "3 messages sent unencrypted", "E");
	clear->kind = FINDING_EFFECT;
	hand_remedy(clear, REMEDY_CURE, "CURE", NULL, "makemap hash /etc/mail/access");
	hand_finding(&s->of_host, "key-unsafe", "Key is readable", "E");
	got = built(s, 0, 80);
	hand_has(got, " AFTER  sendmail -qRexample.net -v\n");
	hand_lacks(got, "AFTER  makemap");
	hand_has(got, " ALSO   warning: 2 messages held by it\n"
		      "        warning: 3 messages sent unencrypted\n"
		      "        warning: this host: key is readable\n");
	assert_string_equal(copied_at(s, "AFTER"), "sendmail -qRexample.net -v");
	free(got);
	/* The effect has it as its own choice, and the host's key has nothing to do with this mail. */
	for (size_t at = 1; at < 4; at += 2) {
		got = built(s, at, 80);
		hand_lacks(got, "AFTER");
		hand_lacks(got, "SEE");
		free(got);
	}
}

static void
trials_stand_below_their_remedy(void **state)
{
	struct bench *s = *state;
	char *got;

	missing(s);
	s->trials[2] = (struct trial){.state = TRIAL_DONE,
		.before = {.verify = VERIFY_FAIL, .code = 20},
		.after = {.verify = VERIFY_OK},
		.relays = 1,
		.better = 1};
	s->trials[0] = (struct trial){.state = TRIAL_RUNNING};
	got = built(s, 0, 80);
	hand_has(got, "   $ openssl rehash /etc/mail/certs\n   tried in memory: FAIL 20 → OK.");
	hand_has(got, "< /etc/mail/access\n   being tried…\n");
	free(got);
}

static void
what_is_not_certain_says_so(void **state)
{
	struct bench *s = *state;
	struct finding *f = missing(s);
	struct look looked = {.state = LOOK_DONE};
	char *got;

	f->proof = PROOF_LOG;
	got = built(s, 0, 100);
	hand_has(got, "intermediate CA   ? (from the log, not yet tried)\n");
	free(got);
	f->certain = false;
	got = built(s, 0, 100);
	hand_has(got, "intermediate CA   ? (not certain)\n");
	free(got);
	f->certain = true;
	s->c.look = &looked;
	got = built(s, 0, 100);
	hand_has(got, "intermediate CA\n");
	free(got);
}

/* Whatever the width, every word of a finding is on the page, and no line is wider than the screen. */
static void
nothing_is_cut_at_any_width(void **state)
{
	static const char *const words[] = {"evidence01", "evidence39", "line01", "line29", "command07",
		"hostile", "postmaster", "end-of-letter", "end-of-cost"};
	struct bench *s = *state;
	struct finding *f = hand_finding(&s->of_relay, "x",
		"A title that is hostile \033[2J\xE2\x80\xAE 漢字", "evidence00 \xFF\xC2\x9B");
	struct remedy *r = hand_remedy(f, REMEDY_CURE, "CURE", NULL, NULL);

	for (int i = 1; i < 40; i++)
		finding_prove(f, EVIDENCE_PROVES,
			text_new("evidence%02d is a sentence of some length that is to be wrapped", i));
	for (int i = 0; i < 30; i++)
		remedy_add(r, LINE_SENTENCE,
			text_new("line%02d is another one that goes on for quite a while, too", i));
	for (int i = 0; i < 8; i++)
		remedy_add(r, LINE_SHELL, text_new("command%02d --with=many --options=to --be=wrapped", i));
	f->remote_message =
		mem_text("To: postmaster@example.net\n\nA long line that ends with end-of-letter\n");
	f->cost = mem_text("A cost that is told in more words than fit, end-of-cost");
	for (int width = 30; width < 150; width += 7) {
		char *got = built(s, 0, width);

		for (size_t i = 0; i < COUNT(words); i++)
			hand_has(got, words[i]);
		for (size_t i = 0; i < s->page.pane.count; i++)
			assert_true(safe_width(span_of(s->page.pane.at[i].text), false) <= width);
		free(got);
	}
}

static void
more_remedies_than_keys_are_still_shown(void **state)
{
	struct bench *s = *state;
	struct finding *f = hand_finding(&s->of_relay, "x", "X", "E");
	char title[16], *got;

	for (int i = 0; i < 15; i++) {
		snprintf(title, sizeof title, "REMEDY %d", i);
		hand_remedy(f, REMEDY_HERE, title, "do it", NULL);
	}
	got = built(s, 0, 80);
	hand_has(got, " 9 REMEDY 8 ");
	hand_has(got, " 15 REMEDY 14 ");
	assert_int_equal(s->page.choice_count, 15);
	free(got);
}

/* The file that the commands name: the first certificate that was fetched, or the top of the chain. */
static void
the_certificate_to_write_is_the_missing_one(void **state)
{
	static const struct {
		enum remedy_change change;
		bool fetched;
		const char *cn; /* NULL: none */
	} cases[] = {
		{CHANGE_ADD_ISSUER, true, "CA"},
		{CHANGE_ADD_ISSUER, false, NULL},
		{CHANGE_ADD_ROOT, true, "Root"},
		{CHANGE_NOTHING, true, NULL},
		{CHANGE_EXEMPT, true, NULL},
	};
	struct look_address a = {.verdict = {.verify = VERIFY_FAIL, .code = 20}};
	struct look l = {.addresses = &a, .address_count = 1, .verify = VERIFY_FAIL, .state = LOOK_DONE};

	(void)state;
	a.observation = observation_new();
	a.observation->reached = STAGE_EHLO2;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct certificate *const all[] = {hand_certificate("mx", "CA", 9),
			hand_certificate("CA", "Root", 9), hand_certificate("Root", "Root", 9), NULL};
		struct remedy r = {.change = cases[i].change};
		const struct certificate *got;

		a.repaired = hand_path(all);
		a.repaired->items[1] = (struct path_item){
			.from = cases[i].fetched ? mem_text("http://ca.example.net/") : NULL};
		a.repaired->items[2] = (struct path_item){.in_store = true};
		got = fix_certificate(&r, &l);
		assert_int_equal(got != NULL, cases[i].cn != NULL);
		if (got)
			assert_string_equal(got->subject_cn, cases[i].cn);
		path_unref(a.repaired);
	}
	a.repaired = NULL;
	assert_null(fix_certificate(&(struct remedy){.change = CHANGE_ADD_ROOT}, &l));
	assert_null(fix_certificate(&(struct remedy){.change = CHANGE_ADD_ROOT}, NULL));
	observation_unref(a.observation);
}

int
main(void)
{
#define PAGE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		PAGE_TEST(choices_stand_in_their_order_whatever_order_they_were_made_in),
		PAGE_TEST(each_line_copies_what_it_shows_and_a_heading_the_first_command),
		PAGE_TEST(a_wrapped_command_is_copied_whole),
		PAGE_TEST(held_mail_needs_another_way_for_the_message),
		PAGE_TEST(what_comes_after_is_the_queue_run_of_the_effect),
		PAGE_TEST(trials_stand_below_their_remedy),
		PAGE_TEST(what_is_not_certain_says_so),
		PAGE_TEST(nothing_is_cut_at_any_width),
		PAGE_TEST(more_remedies_than_keys_are_still_shown),
		cmocka_unit_test(the_certificate_to_write_is_the_missing_one),
	};

	return cmocka_run_group_tests_name("fix_page", tests, NULL, NULL);
}
