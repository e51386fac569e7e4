/* The SMTP dialogue: every case is fed whole, byte by byte and in random pieces, with equal results. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "probe/smtp.h"

#include <stdlib.h>
#include <string.h>

#define HELLO "220 mx.example.net ESMTP\r\n"
#define OFFERS "250-mx.example.net\r\n250-PIPELINING\r\n250 STARTTLS\r\n"
#define READY "220 2.0.0 go ahead\r\n"
#define SAID_EHLO "EHLO mail.example.org\r\n"
#define SAID_TLS SAID_EHLO "STARTTLS\r\n"
#define UP_TO_TLS HELLO OFFERS READY

struct expected {
	enum smtp_wish wish;
	enum stage reached;
	int code;
	enum fault_kind fault;
	bool offered, sent, injected, helo, cut_short;
};

struct dialogue {
	const char *title, *plain, *inside; /* inside NULL: no handshake */
	const char *said;
	struct expected expected;
	bool closed; /* the peer hangs up at the end */
};

/* One run of a dialogue, with all it left behind. */
struct run {
	struct observation *o;
	struct text said, lines;
	enum smtp_wish wish;
	struct smtp *smtp;
};

static void
note_line(void *arg, char mark, struct span line)
{
	struct run *run = arg;

	text_printf(&run->lines, "%c", mark);
	text_add(&run->lines, line.at, line.len);
	text_put(&run->lines, "\n");
}

static void
collect(struct run *run)
{
	struct span out = smtp_output(run->smtp);

	text_add(&run->said, out.at, out.len);
	smtp_sent(run->smtp, out.len);
}

/* step 0: whole, 1: byte by byte, else random pieces from that seed */
static void
feed(struct run *run, const char *bytes, unsigned step)
{
	size_t len = strlen(bytes), at = 0;
	unsigned seed = step;

	while (at < len) {
		size_t piece = step == 0 ? len : step == 1 ? 1 : 1 + (size_t)rand_r(&seed) % 40;
		char *exact;

		piece = piece < len - at ? piece : len - at;
		exact = malloc(piece); /* so that ASan sees a read past its end */
		memcpy(exact, bytes + at, piece);
		run->wish = smtp_feed(run->smtp, exact, piece);
		free(exact);
		collect(run);
		at += piece;
	}
}

static struct run
play(const struct dialogue *d, unsigned step)
{
	static const struct fault hung_up = {FAULT_CLOSED, -4095, "end of file", 0};
	static const struct smtp_settings settings = {"mail.example.org", true};
	struct run run = {.o = observation_new()};

	run.smtp = smtp_new(&settings, run.o);
	smtp_on_line(run.smtp, note_line, &run);
	feed(&run, d->plain, step);
	if (d->inside) {
		assert_int_equal(run.wish, SMTP_TLS);
		run.wish = smtp_tls_done(run.smtp);
		collect(&run);
		feed(&run, d->inside, step);
	}
	if (d->closed)
		smtp_closed(run.smtp, &hung_up);
	smtp_free(run.smtp);
	text_put(&run.said, "");
	text_put(&run.lines, "");
	return run;
}

static void
forget(struct run *run)
{
	observation_unref(run->o);
	text_free(&run->said);
	text_free(&run->lines);
}

static const struct dialogue dialogues[] = {
	{"all goes well", UP_TO_TLS, OFFERS "221 bye\r\n", SAID_TLS SAID_EHLO "QUIT\r\n",
		{SMTP_CLOSE, STAGE_EHLO2, 220, FAULT_NONE, true, true, false, false, false}, false},
	{"the whole greeting is awaited", "220-first\r\n220-second\r\n", NULL, "",
		{SMTP_READ, STAGE_NONE, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"a greeting of three lines", "220-a\r\n220-b\r\n220 c\r\n", NULL, SAID_EHLO,
		{SMTP_READ, STAGE_GREETING, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"the greeting refuses", "554 5.7.1 no mail from you\r\n", NULL, "QUIT\r\n",
		{SMTP_READ, STAGE_NONE, 554, FAULT_REPLY, false, false, false, false, false}, false},
	{"the greeting is busy", "421 4.3.2 come back later\r\n", NULL, "",
		{SMTP_CLOSE, STAGE_NONE, 421, FAULT_REPLY, false, false, false, false, false}, false},
	{"a greeting of 354", "354 what?\r\n", NULL, "QUIT\r\n",
		{SMTP_READ, STAGE_NONE, 354, FAULT_REPLY, false, false, false, false, false}, false},
	{"HELO after a refused EHLO", HELLO "502 what?\r\n250 mx\r\n221 bye\r\n", NULL,
		SAID_EHLO "HELO mail.example.org\r\nQUIT\r\n",
		{SMTP_CLOSE, STAGE_EHLO, 502, FAULT_NONE, false, false, false, true, false}, false},
	{"HELO is refused too", HELLO "500 what?\r\n550 go away\r\n", NULL,
		SAID_EHLO "HELO mail.example.org\r\nQUIT\r\n",
		{SMTP_READ, STAGE_GREETING, 550, FAULT_REPLY, false, false, false, true, false}, false},
	{"EHLO is put off", HELLO "451 not now\r\n", NULL, SAID_EHLO "QUIT\r\n",
		{SMTP_READ, STAGE_GREETING, 451, FAULT_REPLY, false, false, false, false, false}, false},
	{"421 to EHLO", HELLO "421 too many\r\n", NULL, SAID_EHLO,
		{SMTP_CLOSE, STAGE_GREETING, 421, FAULT_REPLY, false, false, false, false, false}, false},
	{"STARTTLS is not offered", HELLO "250-mx\r\n250 8BITMIME\r\n221 bye\r\n", NULL, SAID_EHLO "QUIT\r\n",
		{SMTP_CLOSE, STAGE_EHLO, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"STARTTLS is overwritten", HELLO "250-mx\r\n250 XXXXXXXA\r\n", NULL, SAID_EHLO "QUIT\r\n",
		{SMTP_READ, STAGE_EHLO, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"the server's name is no keyword", HELLO "250 STARTTLS\r\n", NULL, SAID_EHLO "QUIT\r\n",
		{SMTP_READ, STAGE_EHLO, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"a keyword is a whole word", HELLO "250-mx\r\n250-STARTTLSX\r\n250 XSTARTTLS\r\n", NULL,
		SAID_EHLO "QUIT\r\n",
		{SMTP_READ, STAGE_EHLO, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"a keyword in small letters", HELLO "250-mx\r\n250-starttls \r\n250 HELP\r\n", NULL, SAID_TLS,
		{SMTP_READ, STAGE_EHLO, 0, FAULT_NONE, true, true, false, false, false}, false},
	{"STARTTLS is put off", HELLO OFFERS "454 4.3.3 TLS not available\r\n221 bye\r\n", NULL,
		SAID_TLS "QUIT\r\n",
		{SMTP_CLOSE, STAGE_EHLO, 454, FAULT_NONE, true, true, false, false, false}, false},
	{"STARTTLS is refused", HELLO OFFERS "554-5.7.3 no\r\n554 TLS\r\n", NULL, SAID_TLS "QUIT\r\n",
		{SMTP_READ, STAGE_EHLO, 554, FAULT_NONE, true, true, false, false, false}, false},
	{"250 to STARTTLS", HELLO OFFERS "250 ok\r\n", NULL, SAID_TLS "QUIT\r\n",
		{SMTP_READ, STAGE_EHLO, 250, FAULT_NONE, true, true, false, false, false}, false},
	{"421 to STARTTLS", HELLO OFFERS "421 bye\r\n", NULL, SAID_TLS,
		{SMTP_CLOSE, STAGE_EHLO, 421, FAULT_REPLY, true, true, false, false, false}, false},
	{"lost before the answer to STARTTLS", HELLO OFFERS, NULL, SAID_TLS,
		{SMTP_READ, STAGE_EHLO, 0, FAULT_CLOSED, true, true, false, false, false}, true},
	{"injected bytes are dropped", UP_TO_TLS "250 injected\r\n", OFFERS, SAID_TLS SAID_EHLO "QUIT\r\n",
		{SMTP_READ, STAGE_EHLO2, 220, FAULT_NONE, true, true, true, false, false}, false},
	{"half a line is injected", UP_TO_TLS "2", "", SAID_TLS SAID_EHLO,
		{SMTP_READ, STAGE_HANDSHAKE, 220, FAULT_NONE, true, true, true, false, false}, false},
	{"lost in EHLO inside TLS", UP_TO_TLS, "250-mx\r\n", SAID_TLS SAID_EHLO,
		{SMTP_READ, STAGE_HANDSHAKE, 220, FAULT_CLOSED, true, true, false, false, true}, true},
	{"EHLO inside TLS is refused", UP_TO_TLS, "500 what?\r\n250 mx\r\n",
		SAID_TLS SAID_EHLO "HELO mail.example.org\r\nQUIT\r\n",
		{SMTP_READ, STAGE_EHLO2, 220, FAULT_NONE, true, true, false, false, false}, false},
	{"421 inside TLS", UP_TO_TLS, "421 bye\r\n", SAID_TLS SAID_EHLO,
		{SMTP_CLOSE, STAGE_HANDSHAKE, 421, FAULT_REPLY, true, true, false, false, false}, false},
	{"hung up instead of 221", UP_TO_TLS, OFFERS, SAID_TLS SAID_EHLO "QUIT\r\n",
		{SMTP_READ, STAGE_EHLO2, 220, FAULT_NONE, true, true, false, false, false}, true},
	{"bare LF ends a line", "220 mx\n250-mx\n250 STARTTLS\n220 go\n", "", SAID_TLS SAID_EHLO,
		{SMTP_READ, STAGE_HANDSHAKE, 220, FAULT_NONE, true, true, false, false, false}, false},
	{"the last line's code counts", "220-mx\r\n554 no\r\n", NULL, "QUIT\r\n",
		{SMTP_READ, STAGE_NONE, 554, FAULT_REPLY, false, false, false, false, false}, false},
	{"junk between the lines is passed over",
		"hello\r\n\r\n220-mx\r\n22 x\r\n099 y\r\n2200 z\r\n220 mx\r\n", NULL, SAID_EHLO,
		{SMTP_READ, STAGE_GREETING, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"a code alone is a reply", "220\r\n", NULL, SAID_EHLO,
		{SMTP_READ, STAGE_GREETING, 0, FAULT_NONE, false, false, false, false, false}, false},
	{"another protocol", "SSH-2.0-server\r\n", NULL, "",
		{SMTP_READ, STAGE_NONE, 0, FAULT_PROTOCOL, false, false, false, false, false}, true},
	{"another protocol without a line end", "* OK IMAP4", NULL, "",
		{SMTP_READ, STAGE_NONE, 0, FAULT_PROTOCOL, false, false, false, false, false}, true},
	{"hung up in the first code", "22", NULL, "",
		{SMTP_READ, STAGE_NONE, 0, FAULT_CLOSED, false, false, false, false, false}, true},
	{"hung up without a word", "", NULL, "",
		{SMTP_READ, STAGE_NONE, 0, FAULT_CLOSED, false, false, false, false, false}, true},
	{"bytes after 221 are nothing", UP_TO_TLS, OFFERS "221 bye\r\n500 more\r\n",
		SAID_TLS SAID_EHLO "QUIT\r\n",
		{SMTP_CLOSE, STAGE_EHLO2, 220, FAULT_NONE, true, true, false, false, false}, true},
	{"bytes above 127 stay", "220 \xff\xfe\x1b[31m\r\n", NULL, SAID_EHLO,
		{SMTP_READ, STAGE_GREETING, 0, FAULT_NONE, false, false, false, false, false}, false},
};

static void
check(const struct dialogue *d, const struct run *run)
{
	const struct expected *e = &d->expected;
	const struct observation *o = run->o;
	struct expected got = {d->plain[0] ? run->wish : e->wish, o->reached, o->reply_code, o->fault.kind,
		o->starttls_offered, o->starttls_sent, o->injected, o->helo, o->cut_short};

	if (strcmp(run->said.at, d->said) != 0)
		fail_msg("%s: said \"%s\"", d->title, run->said.at);
	if (got.wish != e->wish || got.reached != e->reached || got.code != e->code || got.fault != e->fault)
		fail_msg("%s: wish %d reached %d code %d fault %d %s", d->title, (int)got.wish,
			(int)got.reached, got.code, (int)got.fault, o->fault.text);
	if (got.offered != e->offered || got.sent != e->sent || got.injected != e->injected ||
		got.helo != e->helo || got.cut_short != e->cut_short)
		fail_msg("%s: offered %d sent %d injected %d helo %d cut short %d", d->title, got.offered,
			got.sent, got.injected, got.helo, got.cut_short);
}

static void
dialogues_end_as_sendmail_would_end_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dialogues); i++) {
		struct run run = play(&dialogues[i], 0);

		check(&dialogues[i], &run);
		forget(&run);
	}
}

static void
pieces_make_no_difference(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dialogues); i++) {
		struct run whole = play(&dialogues[i], 0);

		for (unsigned step = 1; step < 30; step++) {
			struct run run = play(&dialogues[i], step);

			check(&dialogues[i], &run);
			assert_string_equal(run.lines.at, whole.lines.at);
			assert_string_equal(run.o->fault.text, whole.o->fault.text);
			forget(&run);
		}
		forget(&whole);
	}
}

static void
texts_are_kept_without_codes_and_replies_with_them(void **state)
{
	static const struct dialogue d = {
		.plain = "220-mx.example.net\r\n220 hello\r\n" OFFERS "454-4.3.3 TLS\r\n454 not now\r\n"};
	struct run run = play(&d, 3);

	(void)state;
	assert_string_equal(run.o->greeting, "mx.example.net\nhello");
	assert_string_equal(run.o->capabilities, "mx.example.net\nPIPELINING\nSTARTTLS");
	assert_string_equal(run.o->reply, "454-4.3.3 TLS\n454 not now");
	assert_string_equal(run.lines.at,
		"<220-mx.example.net\n<220 hello\n>EHLO mail.example.org\n"
		"<250-mx.example.net\n<250-PIPELINING\n<250 STARTTLS\n>STARTTLS\n<454-4.3.3 TLS\n<454 not now\n"
		">QUIT\n");
	forget(&run);
}

static void
faults_say_what_was_awaited(void **state)
{
	static const struct {
		struct dialogue d;
		const char *text;
	} cases[] = {
		{{.plain = "", .closed = true}, "end of file, waiting for the greeting"},
		{{.plain = HELLO "25", .closed = true}, "end of file, waiting for the answer to EHLO"},
		{{.plain = HELLO OFFERS, .closed = true}, "end of file, waiting for the answer to STARTTLS"},
		{{.plain = UP_TO_TLS, .closed = true}, "end of file"},
		{{.plain = UP_TO_TLS, .inside = "", .closed = true},
			"end of file, waiting for the answer to EHLO inside TLS"},
		{{.plain = "SSH-2.0-server\r\n", .closed = true},
			"end of file; for the greeting came no SMTP: \"SSH-2.0-server\""},
		{{.plain = "554-5.7.1 go\r\n554 away\r\n"}, "554-5.7.1 go"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct run run = play(&cases[i].d, 0);

		assert_string_equal(run.o->fault.text, cases[i].text);
		forget(&run);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialogues_end_as_sendmail_would_end_them),
		cmocka_unit_test(pieces_make_no_difference),
		cmocka_unit_test(texts_are_kept_without_codes_and_replies_with_them),
		cmocka_unit_test(faults_say_what_was_awaited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
