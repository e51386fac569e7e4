/* The fix view in the hands of a user: choosing, trying, copying, writing, and going from finding to finding.
 */
#include "screen.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void
numbers_choose_and_t_tries_the_chosen_one(void **state)
{
	static const struct {
		const char *keys;
		size_t remedy; /* of the finding */
		const char *mark;
	} cases[] = {
		{"2t", 1, "▸2 HELP IT HERE"},
		{"3t", 2, "▸3 EXEMPT THIS RELAY"},
		/* What cannot be tried hands on to the next that can. */
		{"1t", 1, "▸2 HELP IT HERE"},
		{"gt", 1, "▸2 HELP IT HERE"},
		/* Any line of a choice is the choice. */
		{"3jjt", 2, "▸3 EXEMPT THIS RELAY"},
	};
	struct screen *s = *state;

	screen_play(s, "jf");
	for (size_t i = 0; i < COUNT(cases); i++) {
		s->engine.tried = NULL;
		screen_play(s, cases[i].keys);
		assert_ptr_equal(s->engine.tried, s->engine.found[0].items[0]);
		assert_int_equal(s->engine.tried_remedy, cases[i].remedy);
		screen_shows(s, cases[i].mark);
	}
}

static void
what_came_of_a_trial_is_shown_as_it_comes(void **state)
{
	struct screen *s = *state;

	screen_play(s, "jf2");
	screen_lacks(s, "tried");
	s->engine.trial = (struct trial){.state = TRIAL_RUNNING};
	screen_play(s, "t");
	screen_shows(s, "   being tried…");
	s->engine.trial = (struct trial){.state = TRIAL_DONE,
		.before = {.verify = VERIFY_FAIL, .code = 20},
		.after = {.verify = VERIFY_OK},
		.relays = 7,
		.better = 2,
		.worse = 1};
	screen_play(s, "");
	screen_is(s, "fix_tried");
	screen_play(s, "3");
	s->engine.trial = (struct trial){.state = TRIAL_NOT_POSSIBLE, .words = "no handshake came about"};
	screen_play(s, "t");
	screen_shows(s, "cannot be tried in memory: no handshake came about");
	screen_lacks(s, "tried in memory: FAIL");
}

static void
what_changes_no_judgement_cannot_be_tried(void **state)
{
	struct screen *s = *state;

	screen_play(s, "jf\tt");
	screen_shows(s, "nothing to try in memory");
	assert_null(s->engine.tried);
	screen_play(s, "7");
	screen_shows(s, "there is no choice 7");
}

/* About no relay a remedy is tried on all that were looked at. */
static void
a_finding_of_this_host_is_tried_without_a_relay(void **state)
{
	struct screen *s = *state;

	s->engine.trial = (struct trial){.state = TRIAL_DONE, .relays = 12, .better = 11};
	screen_play(s, "af");
	screen_shows(s, "fix  this host");
	screen_play(s, "1t");
	assert_ptr_equal(s->engine.tried, s->engine.host_found.items[0]);
	screen_shows(s, "   tried in memory: 11 of 12 relays looked at become good.");
	screen_play(s, "y");
	assert_string_equal(s->copied, "chmod 600 /etc/mail/certs/key.pem");
}

static void
tab_and_brackets_go_round_all_findings(void **state)
{
	static const struct {
		const char *key, *shows;
	} steps[] = {
		{"", "1 of 4: Tab  (theirs)"},
		{"\t", "2 of 4: Tab  (our own rule)"},
		{"]", "3 of 4: Tab  (the network's)"},
		{"]", "4 of 4: Tab  (ours)"},
		{"\t", "1 of 4: Tab  (theirs)"},
		{"[", "CAUSE  error: this host: /etc/mail/certs/key.pem"},
		{"[", "CAUSE  warning: no route to 2001:db8::10"},
	};
	struct screen *s = *state;

	screen_play(s, "jf");
	for (size_t i = 0; i < COUNT(steps); i++) {
		screen_play(s, steps[i].key);
		screen_shows(s, steps[i].shows);
	}
}

/* A finding that is gone makes room for what is first now; the view outlives its relay, too. */
static void
a_finding_that_is_cured_gives_way(void **state)
{
	struct screen *s = *state;
	struct findings *found = &s->engine.found[0];

	screen_play(s, "jf\t");
	screen_shows(s, "EFFECT error: 9 messages held");
	finding_unref(found->items[1]);
	found->items[1] = found->items[2];
	found->count = 2;
	screen_play(s, "");
	screen_shows(s, "CAUSE  error: server does not send the intermediate");
	findings_clear(found);
	findings_clear(&s->engine.host_found);
	screen_play(s, "2tyGg");
	screen_shows(s, "nothing is found here");
	s->engine.history.count = 0;
	s->engine.history.generation++;
	screen_play(s, "t\t[3yv");
	screen_play(s, "\033");
}

static void
f_opens_nothing_where_nothing_is_found(void **state)
{
	struct screen *s = *state;

	findings_clear(&s->engine.host_found);
	screen_play(s, "/smtp.ok\rf");
	screen_shows(s, "nothing to fix was found");
	screen_shows(s, "VERIFIED");
}

static void
f_leads_to_the_same_fix_from_table_relay_and_chain(void **state)
{
	static const char *const ways[] = {"f", "\rf", "\r\rf"};
	struct screen *s = *state;

	screen_play(s, "j");
	for (size_t i = 0; i < COUNT(ways); i++) {
		screen_play(s, ways[i]);
		screen_shows(s, "fix  mx1.partner.example.net ");
		screen_shows(s, "CAUSE  error: server does not send");
		screen_play(s, "<<<");
	}
	screen_shows(s, "VERIFIED");
}

static void
each_command_is_copied_and_a_letter_whole(void **state)
{
	static const struct {
		const char *keys, *copied, *said;
	} cases[] = {
		{"1y",
			"To: postmaster@partner.example.net\nSubject: mx1.partner.example.net: Server does not "
			"send the intermediate Example Issuing CA E1\n\nSince 2026-11-22 13:05: "
			"mx1.partner.example.net sends its certificate (serial 7f02c3) without the "
			"intermediate certificate of its issuer.\nSend the full chain.\n\nAddress: 192.0.2.10\n",
			"copied: 7 lines"},
		{"2y", "install -m 644 intermediate.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs",
			"copied: install -m 644 intermediate.pem"},
		{"3jjjy", "TLS_Srv:mx1.partner.example.net\tENCR:112", "copied: TLS_Srv:mx1.partner"},
		{"jy", "makemap hash /etc/mail/access < /etc/mail/access", "copied: makemap hash"},
		{"jy", "sendmail -qRpartner.example.net -v", "copied: sendmail -qR"},
	};
	struct screen *s = *state;

	screen_play(s, "jf");
	for (size_t i = 0; i < COUNT(cases); i++) {
		screen_play(s, cases[i].keys);
		assert_non_null(s->copied);
		assert_string_equal(s->copied, cases[i].copied);
		screen_shows(s, cases[i].said);
	}
}

/* No terminal takes a clipboard of any size. */
static void
what_is_too_long_is_not_copied(void **state)
{
	struct screen *s = *state;
	struct finding *f = s->engine.found[0].items[0];

	free(f->remote_message);
	f->remote_message = mem_new(1 << 17, 1);
	memset(f->remote_message, 'x', (1 << 17) - 1);
	screen_play(s, "jf1y");
	assert_null(s->copied);
	screen_shows(s, "too long for the clipboard");
}

static void
v_says_what_it_does_and_not_what_y_copies(void **state)
{
	struct screen *s = *state;

	screen_play(s, "jf2v");
	assert_int_equal(s->engine.asked_count, 1);
	screen_shows(s, "looking at mx1.partner.example.net");
	screen_lacks(s, "$ install -m 644 intermediate.pem /etc/mail/certs/ && openssl reh…");
}

/* ---- what is written --------------------------------------------------------------------------------------
 */

static void
w_writes_the_letter_the_certificate_or_all(void **state)
{
	static const struct {
		const char *keys, *proposed, *has, *lacks;
	} cases[] = {
		{"1", "write to file: postmaster-mx1.partner.example.net.txt",
			"To: postmaster@partner.example.net\nSubject: ", "CAUSE"},
		{"2", "write to file: intermediate.pem", "-----BEGIN CERTIFICATE-----\n", "CAUSE"},
		{"3", "write to file: fix-mx1.partner.example.net.txt", " CAUSE  error: server does not send",
			"BEGIN CERTIFICATE"},
		{"g", "write to file: fix-mx1.partner.example.net.txt", " PROOF  192.0.2.10: FAIL 20",
			"BEGIN"},
	};
	struct screen *s = *state;
	char folder[] = "/tmp/verifail-golden-XXXXXX", *path, *keys;

	assert_non_null(mkdtemp(folder));
	path = text_new("%s/fix", folder);
	keys = text_new("\025%s\r", path);
	screen_play(s, "jf");
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char *got = NULL;
		struct stat st;
		size_t len;

		screen_play(s, cases[i].keys);
		screen_play(s, "w");
		screen_shows(s, cases[i].proposed);
		screen_play(s, keys);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_int_equal(file_read(path, 1 << 20, &got, &len), 0);
		assert_non_null(strstr((char *)got, cases[i].has));
		assert_null(strstr((char *)got, cases[i].lacks));
		free(got);
		unlink(path);
	}
	rmdir(folder);
	free(path);
	free(keys);
}

/* A relay's name that must not enter a command does not enter a file's name either, nor its letter a
 * terminal. */
static void
a_hostile_relay_is_written_harmless(void **state)
{
	struct screen *s = *state;
	char folder[] = "/tmp/verifail-golden-XXXXXX", *path, *keys;
	unsigned char *got = NULL;
	size_t len;

	assert_non_null(mkdtemp(folder));
	path = text_new("%s/letter", folder);
	keys = text_new("\025%s\r", path);
	screen_play(s, "/evil\rf1w");
	screen_shows(s, "write to file: postmaster-host.txt");
	screen_play(s, keys);
	assert_int_equal(file_read(path, 1 << 20, &got, &len), 0);
	assert_string_equal((char *)got, "Subject: evil?[2J?: expired\n\nRenew it.\n");
	free(got);
	unlink(path);
	rmdir(folder);
	free(path);
	free(keys);
}

/* A carriage return from a log line would send what follows it to the shell that it is pasted into. */
static void
evidence_of_a_peer_is_copied_as_one_harmless_line(void **state)
{
	struct screen *s = *state;

	screen_play(s, "/evil\rf/verifymsg\ry");
	assert_non_null(s->copied);
	assert_string_equal(s->copied, "verifymsg=?[31m certificate has expired?rm x");
	screen_play(s, "1y");
	assert_string_equal(s->copied, "Subject: evil?[2J?: expired\n\nRenew it.\n");
}

int
main(void)
{
#define FIX_TEST(f) cmocka_unit_test_setup_teardown(f, screen_setup, screen_teardown)
	const struct CMUnitTest tests[] = {
		FIX_TEST(numbers_choose_and_t_tries_the_chosen_one),
		FIX_TEST(what_came_of_a_trial_is_shown_as_it_comes),
		FIX_TEST(what_changes_no_judgement_cannot_be_tried),
		FIX_TEST(a_finding_of_this_host_is_tried_without_a_relay),
		FIX_TEST(tab_and_brackets_go_round_all_findings),
		FIX_TEST(a_finding_that_is_cured_gives_way),
		FIX_TEST(f_opens_nothing_where_nothing_is_found),
		FIX_TEST(f_leads_to_the_same_fix_from_table_relay_and_chain),
		FIX_TEST(each_command_is_copied_and_a_letter_whole),
		FIX_TEST(what_is_too_long_is_not_copied),
		FIX_TEST(v_says_what_it_does_and_not_what_y_copies),
		FIX_TEST(w_writes_the_letter_the_certificate_or_all),
		FIX_TEST(a_hostile_relay_is_written_harmless),
		FIX_TEST(evidence_of_a_peer_is_copied_as_one_harmless_line),
	};

	return cmocka_run_group_tests_name("fix", tests, NULL, NULL);
}
