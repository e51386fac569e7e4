#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static enum behaviour
behaviour_of(const struct guest *c)
{
	return c->server->settings.personality->behaviour;
}

/* Says a reply with the host's name in the place of %s. */
static void
say(struct guest *c, const char *format)
{
	char *reply = text_new("%s\r\n", format);
	char *at = strstr(reply, "%s");

	if (at) {
		char *whole = text_new("%.*s%s%s", (int)(at - reply), reply,
			c->server->settings.personality->host, at + 2);
		guest_say(c, whole);
		free(whole);
	} else {
		guest_say(c, reply);
	}
	free(reply);
}

/* ---- greeting ---- */

/* As Sendmail's own greeting has it, SmtpGreetingMessage's $b (RFC 5322 section 3.3). */
static void
greet_with_date(struct guest *c)
{
	time_t then = time(NULL) + 10 * 86400L + 3600;
	char date[64], greeting[128];
	struct tm at;

	gmtime_r(&then, &at);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &at);
	snprintf(greeting, sizeof(greeting), "220 %%s ESMTP Sendmail 8.17.1.9/8.17.1.9; %s", date);
	say(c, greeting);
}

void
dialogue_greet(struct guest *c)
{
	static const char *const greetings[] = {
		[GREETS_554] = "554 5.7.1 %s No mail from you here",
		[GREETS_421] = "421 4.3.2 %s Too many connections, try again later",
		[TALKS_FOR_EVER] = "220-%s is not yet done",
		[TALKS_GARBAGE] = "\x1b[31mSSH-2.0-lab\x07\x1b]0;title\x07",
		[HAS_NO_ROUTE] = NULL,
	};
	const char *greeting = greetings[behaviour_of(c)];

	if (behaviour_of(c) == HAS_ANOTHER_CLOCK)
		greet_with_date(c);
	else
		say(c, greeting ? greeting : "220 %s ESMTP lab");
	if (greeting && behaviour_of(c) != TALKS_FOR_EVER)
		guest_end(c);
}

void
dialogue_begin(struct guest *c)
{
	if (behaviour_of(c) == GREETS_SLOWLY)
		guest_wait(c, c->server->settings.slow_ms);
	else if (behaviour_of(c) != SAYS_NOTHING)
		dialogue_greet(c);
}

void
dialogue_sent(struct guest *c)
{
	if (behaviour_of(c) == TALKS_FOR_EVER)
		say(c, "220-%s is not yet done");
}

/* ---- commands ---- */

static void
note_name(struct guest *c, const char *argument)
{
	struct server_seen *seen = &c->server->seen;

	snprintf(seen->ehlo, sizeof(seen->ehlo), "%s", argument);
}

static void
on_ehlo(struct guest *c, const char *argument)
{
	enum behaviour b = behaviour_of(c);

	if (b == REFUSES_EHLO) {
		say(c, "502 5.5.1 Command not implemented");
		return;
	}
	note_name(c, argument);
	say(c, "250-%s");
	say(c, "250-8BITMIME");
	if (!c->ssl && b == STARTTLS_STRIPPED)
		say(c, "250-XXXXXXXA");
	else if (!c->ssl && b != OFFERS_NO_STARTTLS)
		say(c, "250-STARTTLS");
	say(c, "250 SIZE 10000000");
}

static void
on_helo(struct guest *c, const char *argument)
{
	note_name(c, argument);
	say(c, "250 %s");
}

enum then { THEN_TLS, THEN_ILL_TREAT, THEN_GO_ON, THEN_END };

struct starttls_answer {
	enum behaviour behaviour;
	const char *reply;
	enum then then;
};

/* What is not in the table says 220 and shakes hands. */
static const struct starttls_answer starttls_answers[] = {
	{OFFERS_NO_STARTTLS, "500 5.5.1 Command unrecognized", THEN_GO_ON},
	{STARTTLS_STRIPPED, "500 5.5.1 Command unrecognized", THEN_GO_ON},
	{REFUSES_EHLO, "500 5.5.1 Command unrecognized", THEN_GO_ON},
	{REFUSES_STARTTLS_454, "454 4.7.0 TLS not available due to local problem", THEN_GO_ON},
	{REFUSES_STARTTLS_554, "554 5.7.3 Unable to initialize security subsystem", THEN_GO_ON},
	{ANSWERS_STARTTLS_334, "334 VGhpcyBpcyBub3QgQVVUSA==", THEN_GO_ON},
	{DROPS_AT_STARTTLS, NULL, THEN_END},
	{CLOSES_IN_HANDSHAKE, "220 2.0.0 Ready to start TLS", THEN_ILL_TREAT},
	{RESETS_IN_HANDSHAKE, "220 2.0.0 Ready to start TLS", THEN_ILL_TREAT},
	{HANGS_IN_HANDSHAKE, "220 2.0.0 Ready to start TLS", THEN_ILL_TREAT},
	{ALERTS_IN_HANDSHAKE, "220 2.0.0 Ready to start TLS", THEN_ILL_TREAT},
	{ALERTS_INSUFFICIENT, "220 2.0.0 Ready to start TLS", THEN_ILL_TREAT},
	{PLAIN_AFTER_220, "220 2.0.0 Ready to start TLS", THEN_ILL_TREAT},
	{FEARS_TLS_13, "220 2.0.0 Ready to start TLS", THEN_ILL_TREAT},
	/* In one packet: a client that keeps the second line takes it for an answer from inside TLS. */
	{INJECTS_AFTER_220, "220 2.0.0 Ready to start TLS\r\n250 2.0.0 injected", THEN_TLS},
	{PLAYS_WELL, "220 2.0.0 Ready to start TLS", THEN_TLS},
};

static const struct starttls_answer *
starttls_answer(enum behaviour b)
{
	size_t i = 0, last = sizeof(starttls_answers) / sizeof(*starttls_answers) - 1;

	while (i < last && starttls_answers[i].behaviour != b)
		i++;
	return &starttls_answers[i];
}

static void
on_starttls(struct guest *c, const char *argument)
{
	const struct starttls_answer *answer = starttls_answer(behaviour_of(c));

	(void)argument;
	if (answer->reply)
		say(c, answer->reply);
	c->awaits_hello = answer->then == THEN_ILL_TREAT;
	if (answer->then == THEN_TLS)
		guest_start_tls(c);
	else if (answer->then == THEN_END)
		guest_end(c);
}

static void
on_mail(struct guest *c, const char *argument)
{
	(void)argument;
	c->server->seen.mails++;
	say(c, "250 2.1.0 ok");
}

static void
on_plain(struct guest *c, const char *argument)
{
	(void)argument;
	say(c, "250 2.1.5 ok");
}

static void
on_data(struct guest *c, const char *argument)
{
	(void)argument;
	c->in_data = true;
	say(c, "354 go ahead");
}

static void
on_quit(struct guest *c, const char *argument)
{
	(void)argument;
	c->server->seen.quits++;
	say(c, "221 2.0.0 %s closing connection");
	guest_end(c);
}

static void
take_data(struct guest *c, const char *line)
{
	if (strcmp(line, ".") != 0)
		return;
	c->in_data = false;
	c->server->seen.delivered++;
	say(c, "250 2.0.0 accepted by the lab");
}

void
dialogue_line(struct guest *c, char *line)
{
	static const struct {
		const char *verb;
		void (*act)(struct guest *c, const char *argument);
	} commands[] = {
		{"EHLO", on_ehlo},
		{"HELO", on_helo},
		{"STARTTLS", on_starttls},
		{"MAIL", on_mail},
		{"RCPT", on_plain},
		{"RSET", on_plain},
		{"NOOP", on_plain},
		{"DATA", on_data},
		{"QUIT", on_quit},
	};
	size_t len = strcspn(line, " ");

	if (behaviour_of(c) == SAYS_NOTHING || behaviour_of(c) == TALKS_FOR_EVER)
		return;
	if (c->in_data) {
		take_data(c, line);
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strlen(commands[i].verb) == len && strncasecmp(line, commands[i].verb, len) == 0) {
			commands[i].act(c, line + len + (line[len] == ' '));
			return;
		}
	say(c, "500 5.5.1 Command unrecognized");
}

/* ---- instead of a handshake ---- */

/* The extension supported_versions (43): who has it offers TLS 1.3 (RFC 8446 section 4.2.1). Its type is
 * looked for anywhere; that two random bytes and a plausible length stand elsewhere is next to impossible. */
static bool
offers_tls13(const char *hello, size_t len)
{
	static const char type[] = {0x00, 0x2b, 0x00};

	return memmem(hello, len, type, sizeof(type)) != NULL;
}

bool
dialogue_hello(struct guest *c, const char *hello, size_t len)
{
	/* Fatal, internal_error or insufficient_security: RFC 8446 section 6. */
	bool weak = behaviour_of(c) == ALERTS_INSUFFICIENT;
	const char alert[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, weak ? 71 : 80};

	switch (behaviour_of(c)) {
	case FEARS_TLS_13:
		if (!offers_tls13(hello, len))
			return true;
		guest_close(c);
		break;
	case CLOSES_IN_HANDSHAKE:
		guest_close(c);
		break;
	case RESETS_IN_HANDSHAKE:
		guest_reset(c);
		break;
	case ALERTS_IN_HANDSHAKE:
	case ALERTS_INSUFFICIENT:
		guest_send(c, alert, sizeof(alert));
		guest_end(c);
		break;
	case PLAIN_AFTER_220:
		say(c, "500 5.5.1 This is not TLS");
		guest_end(c);
		break;
	default: /* HANGS_IN_HANDSHAKE: whatever comes is taken and not answered */
		c->awaits_hello = true;
		break;
	}
	return false;
}
