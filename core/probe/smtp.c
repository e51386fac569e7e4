#include "probe/smtp.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- one reply -------------------------------------------------------------------------------------- */

/* A reply (RFC 5321 section 4.2), gathered line by line as Sendmail's reply() does: a line that is no reply
 * is passed over, the last line's code counts, a bare LF ends a line too. */
struct reply {
	struct text line;  /* the line that is being gathered, without its end */
	struct text lines; /* the lines of the reply with their codes, '\n' between them */
	struct text junk;  /* the first line that was no reply; empty: none */
	size_t bytes;      /* how many were taken for this reply, junk included */
	int code;          /* the last line's; 0: none yet */
	bool line_ended;   /* line is whole: the next byte begins another */
};

/* The code of a line "250 …", "250-…" or "250" alone, or 0. */
static int
code_of(struct span line)
{
	int code = 0;

	if (line.len < 3 || (line.len > 3 && line.at[3] != ' ' && line.at[3] != '-'))
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (line.at[i] < '0' || line.at[i] > '9')
			return 0;
		code = code * 10 + (line.at[i] - '0');
	}
	return code;
}

static void
add_clean(struct text *line, struct span bytes)
{
	size_t from = line->len;
	char *nul;

	text_add(line, bytes.at, bytes.len);
	while ((nul = memchr(line->at + from, '\0', line->len - from)))
		*nul = '?';
}

/* Takes bytes up to the end of one line from *bytes. True when r->line is whole now; false when more is
 * needed. NUL bytes become '?', so that what is kept can be a C string. */
static bool
reply_take_line(struct reply *r, struct span *bytes)
{
	struct span piece;
	size_t before = bytes->len;

	if (r->line_ended)
		text_drop(&r->line, r->line.len);
	r->line_ended = span_cut(bytes, "\n", &piece);
	add_clean(&r->line, piece);
	r->bytes += before - bytes->len;
	if (r->line_ended && r->line.len && r->line.at[r->line.len - 1] == '\r')
		r->line.at[--r->line.len] = '\0';
	return r->line_ended;
}

/* Takes r->line into the reply. True when that was its last line. */
static bool
reply_add_line(struct reply *r)
{
	struct span line = {r->line.at ? r->line.at : "", r->line.len};
	int code = code_of(line);

	/* Sendmail takes codes below 100 as remarks and passes them over like junk. */
	if (code < 100) {
		if (r->junk.len == 0)
			text_add(&r->junk, line.at, line.len);
		return false;
	}
	if (r->lines.len)
		text_put(&r->lines, "\n");
	text_add(&r->lines, line.at, line.len);
	r->code = code;
	return line.len == 3 || line.at[3] != '-';
}

/* What the lines say without their codes, '\n' between them. The caller frees it. */
static char *
reply_text(const struct reply *r)
{
	struct span rest = {r->lines.at, r->lines.len}, line;
	struct text out = {NULL, 0, 0};
	bool more;

	do {
		more = span_cut(&rest, "\n", &line);
		line = span_skip(line, 4);
		text_add(&out, line.at, line.len);
		if (more)
			text_put(&out, "\n");
	} while (more);
	return text_take(&out);
}

static void
reply_reset(struct reply *r)
{
	text_drop(&r->line, r->line.len);
	text_drop(&r->lines, r->lines.len);
	text_drop(&r->junk, r->junk.len);
	r->bytes = 0;
	r->code = 0;
	r->line_ended = false;
}

static void
reply_free(struct reply *r)
{
	text_free(&r->line);
	text_free(&r->lines);
	text_free(&r->junk);
}

/* ---- the dialogue ----------------------------------------------------------------------------------- */

enum step {
	STEP_GREETING,
	STEP_EHLO,
	STEP_HELO,
	STEP_STARTTLS,
	STEP_TLS, /* the caller does the handshake */
	STEP_EHLO2,
	STEP_HELO2,
	STEP_QUIT,
	STEP_OVER,
};

struct smtp {
	char *helo_name;
	bool starttls;
	enum step step;
	struct observation *o;
	struct reply reply;
	struct text out;
	void (*each)(void *arg, char mark, struct span line);
	void *arg;
};

static const struct {
	enum stage stage;
	const char *what;
} steps[] = {
	[STEP_GREETING] = {STAGE_GREETING, "the greeting"},
	[STEP_EHLO] = {STAGE_EHLO, "the answer to EHLO"},
	[STEP_HELO] = {STAGE_EHLO, "the answer to HELO"},
	[STEP_STARTTLS] = {STAGE_STARTTLS, "the answer to STARTTLS"},
	[STEP_TLS] = {STAGE_HANDSHAKE, "the TLS handshake"},
	[STEP_EHLO2] = {STAGE_EHLO2, "the answer to EHLO inside TLS"},
	[STEP_HELO2] = {STAGE_EHLO2, "the answer to HELO inside TLS"},
	[STEP_QUIT] = {STAGE_NONE, "the answer to QUIT"},
	[STEP_OVER] = {STAGE_NONE, "nothing"},
};

/* The name comes from a configuration file: what would end the line and begin another command is cut off. */
static char *
clean_name(const char *name)
{
	size_t len = 0;

	while (name && name[len] > ' ' && name[len] < 0x7f)
		len++;
	return len ? mem_copy(name, len) : mem_text("localhost");
}

struct smtp *
smtp_new(const struct smtp_settings *settings, struct observation *o)
{
	struct smtp *s = mem_new(1, sizeof *s);

	s->helo_name = clean_name(settings->helo_name);
	s->starttls = settings->starttls;
	s->o = o;
	return s;
}

static void
tell(struct smtp *s, char mark, const struct text *line)
{
	if (s->each)
		s->each(s->arg, mark, (struct span){line->at ? line->at : "", line->len});
}

static enum smtp_wish
say(struct smtp *s, enum step step, const char *verb, const char *argument)
{
	struct text line = {NULL, 0, 0};

	text_printf(&line, argument ? "%s %s" : "%s", verb, argument);
	tell(s, '>', &line);
	text_add(&s->out, line.at, line.len);
	text_put(&s->out, "\r\n");
	text_free(&line);
	s->step = step;
	return SMTP_READ;
}

static enum smtp_wish
say_quit(struct smtp *s)
{
	return say(s, STEP_QUIT, "QUIT", NULL);
}

static enum smtp_wish
end(struct smtp *s)
{
	s->step = STEP_OVER;
	return SMTP_CLOSE;
}

static void
pass(struct smtp *s, enum stage stage)
{
	s->o->reached = stage;
}

static void
keep_reply(struct smtp *s)
{
	free(s->o->reply);
	s->o->reply = mem_copy(s->reply.lines.at, s->reply.lines.len);
	s->o->reply_code = s->reply.code;
}

/* A reply that ends the dialogue before its time. After 421 the server closes: QUIT would meet nobody. */
static enum smtp_wish
refused(struct smtp *s)
{
	struct span rest = {s->reply.lines.at, s->reply.lines.len}, first;

	span_cut(&rest, "\n", &first);
	keep_reply(s);
	fault_set(&s->o->fault, FAULT_REPLY, s->reply.code, "%.*s", first.len > 200 ? 200 : (int)first.len,
		first.at);
	return s->reply.code == 421 ? end(s) : say_quit(s);
}

/* Is this line of EHLO's answer the keyword STARTTLS? Sendmail's helo_options() cuts at a blank or '='. */
static bool
is_starttls(struct span line)
{
	static const char keyword[] = "STARTTLS";
	size_t len = sizeof keyword - 1;

	return line.len >= len && strncasecmp(line.at, keyword, len) == 0 &&
	       (line.len == len || line.at[len] == ' ' || line.at[len] == '=' || line.at[len] == '\t');
}

/* The first line of EHLO's answer is the server's name, whatever it says. */
static bool
offers_starttls(const char *capabilities)
{
	struct span rest = span_of(capabilities), line;
	bool more = span_cut(&rest, "\n", &line);

	while (more) {
		more = span_cut(&rest, "\n", &line);
		if (is_starttls(line))
			return true;
	}
	return false;
}

static enum smtp_wish
greeted(struct smtp *s)
{
	if (s->reply.code / 100 != 2)
		return refused(s);
	s->o->greeting = reply_text(&s->reply);
	pass(s, STAGE_GREETING);
	return say(s, STEP_EHLO, "EHLO", s->helo_name);
}

static enum smtp_wish
ehlo_answered(struct smtp *s)
{
	if (s->reply.code / 100 == 5) {
		keep_reply(s);
		s->o->helo = true;
		return say(s, STEP_HELO, "HELO", s->helo_name);
	}
	if (s->reply.code / 100 != 2)
		return refused(s);
	pass(s, STAGE_EHLO);
	s->o->capabilities = reply_text(&s->reply);
	s->o->starttls_offered = offers_starttls(s->o->capabilities);
	if (!s->o->starttls_offered || !s->starttls)
		return say_quit(s);
	s->o->starttls_sent = true;
	return say(s, STEP_STARTTLS, "STARTTLS", NULL);
}

static enum smtp_wish
helo_answered(struct smtp *s)
{
	if (s->reply.code / 100 != 2)
		return refused(s);
	pass(s, STAGE_EHLO);
	return say_quit(s);
}

/* Whatever is not 220 decides the word (TEMP, NONE, PROTOCOL), but Sendmail goes on in clear: no fault. */
static enum smtp_wish
starttls_answered(struct smtp *s)
{
	keep_reply(s);
	if (s->reply.code != 220)
		return say_quit(s);
	pass(s, STAGE_STARTTLS);
	s->step = STEP_TLS;
	return SMTP_TLS;
}

static enum smtp_wish
ehlo2_answered(struct smtp *s)
{
	if (s->reply.code / 100 == 5 && s->step == STEP_EHLO2)
		return say(s, STEP_HELO2, "HELO", s->helo_name);
	if (s->reply.code / 100 != 2)
		return refused(s);
	pass(s, STAGE_EHLO2);
	return say_quit(s);
}

static enum smtp_wish
answered(struct smtp *s)
{
	if (s->step == STEP_QUIT)
		return end(s);
	if (s->reply.code == 421)
		return refused(s);
	switch (s->step) {
	case STEP_GREETING:
		return greeted(s);
	case STEP_EHLO:
		return ehlo_answered(s);
	case STEP_HELO:
		return helo_answered(s);
	case STEP_STARTTLS:
		return starttls_answered(s);
	default:
		return ehlo2_answered(s);
	}
}

static enum smtp_wish
too_long(struct smtp *s)
{
	if (s->step != STEP_QUIT)
		fault_set(&s->o->fault, FAULT_LIMIT, 0, "%s is longer than %d KiB", steps[s->step].what,
			SMTP_REPLY_LIMIT / 1024);
	return end(s);
}

enum smtp_wish
smtp_feed(struct smtp *s, const char *bytes, size_t len)
{
	struct span rest = {bytes, len};

	while (rest.len && s->step != STEP_TLS && s->step != STEP_OVER) {
		bool whole = reply_take_line(&s->reply, &rest), last;

		if (s->reply.bytes > SMTP_REPLY_LIMIT)
			return too_long(s);
		if (!whole)
			break;
		tell(s, '<', &s->reply.line);
		last = reply_add_line(&s->reply);
		if (last) {
			answered(s);
			reply_reset(&s->reply);
		}
	}
	if (s->step == STEP_OVER)
		return SMTP_CLOSE;
	if (s->step != STEP_TLS)
		return SMTP_READ;
	/* RFC 3207 section 4.2: nothing the server said in clear may survive into TLS (CVE-2011-0411). */
	if (rest.len)
		s->o->injected = true;
	return SMTP_TLS;
}

enum smtp_wish
smtp_tls_done(struct smtp *s)
{
	pass(s, STAGE_HANDSHAKE);
	return say(s, STEP_EHLO2, "EHLO", s->helo_name);
}

/* A stream of junk ends in silence or in a hang-up; what it was says more than that. What TLS says stays as
 * it is: those are the words of Sendmail's log. */
static void
fault_how(struct smtp *s, const struct fault *how)
{
	struct fault *f = &s->o->fault;

	if (s->step == STEP_TLS || how->kind == FAULT_TLS || how->kind == FAULT_CANCELLED)
		*f = *how;
	else if (s->reply.code == 0 && s->reply.junk.len)
		fault_set(f, FAULT_PROTOCOL, how->code, "%.80s; for %s came no SMTP: \"%.60s\"", how->text,
			steps[s->step].what, s->reply.junk.at);
	else
		fault_set(f, how->kind, how->code, "%.160s, waiting for %s", how->text, steps[s->step].what);
}

/* What came of a last line without an end is shown; three bytes or less may be the begin of a reply. */
static void
take_rest(struct smtp *s)
{
	if (s->reply.line.len == 0 || s->reply.line_ended)
		return;
	tell(s, '<', &s->reply.line);
	if (s->reply.line.len > 3)
		reply_add_line(&s->reply);
}

void
smtp_closed(struct smtp *s, const struct fault *how)
{
	take_rest(s);
	if (s->step != STEP_QUIT && s->step != STEP_OVER && s->o->fault.kind == FAULT_NONE) {
		fault_how(s, how);
		s->o->cut_short =
			how->kind != FAULT_CANCELLED && (s->step == STEP_EHLO2 || s->step == STEP_HELO2);
	}
	s->step = STEP_OVER;
}

enum smtp_wish
smtp_quit(struct smtp *s)
{
	/* Nobody may speak before the greeting (RFC 5321 section 4.3.1), nor in clear once TLS has begun. */
	if (s->step == STEP_GREETING || s->step == STEP_TLS || s->step == STEP_OVER)
		return end(s);
	return s->step == STEP_QUIT ? SMTP_READ : say_quit(s);
}

struct span
smtp_output(const struct smtp *s)
{
	return (struct span){s->out.at, s->out.len};
}

void
smtp_sent(struct smtp *s, size_t n)
{
	text_drop(&s->out, n);
}

enum stage
smtp_waits_for(const struct smtp *s)
{
	return steps[s->step].stage;
}

bool
smtp_is_quitting(const struct smtp *s)
{
	return s->step == STEP_QUIT;
}

void
smtp_on_line(struct smtp *s, void (*each)(void *arg, char mark, struct span line), void *arg)
{
	s->each = each;
	s->arg = arg;
}

void
smtp_free(struct smtp *s)
{
	if (!s)
		return;
	reply_free(&s->reply);
	text_free(&s->out);
	free(s->helo_name);
	free(s);
}
