#include "maillog/frame.h"

#include "maillog/field.h"
#include "maillog/stamp.h"

#include <string.h>

#define TAG_LONGEST 64 /* Sendmail's -L takes 32; others are longer */

/* Takes what stands before the next blank off *s, and the blank. */
static struct span
take_word(struct span *s)
{
	const char *blank = s->len ? memchr(s->at, ' ', s->len) : NULL;
	struct span word = {s->at, blank ? (size_t)(blank - s->at) : s->len};

	*s = span_skip(*s, word.len + 1);
	return word;
}

static struct span
skip_blanks(struct span s)
{
	while (s.len && s.at[0] == ' ')
		s = span_skip(s, 1);
	return s;
}

/* "<22>", or FreeBSD's "<mail.info>" behind the time. */
static struct span
skip_priority(struct span s)
{
	const char *end;

	if (s.len < 3 || s.at[0] != '<')
		return s;
	end = memchr(s.at, '>', s.len < 24 ? s.len : 24);
	return end ? skip_blanks(span_skip(s, (size_t)(end - s.at) + 1)) : s;
}

/* "sm-mta[917]" to tag and pid; a tag may have brackets of its own. */
static void
set_tag(struct event *e, struct span word)
{
	struct span name = word, pid;
	int64_t number;

	e->tag = word;
	if (word.len < 3 || word.at[word.len - 1] != ']')
		return;
	name.len--;
	pid = span_cut_last(&name, "[");
	if (!span_number(pid, &number) || number < 0)
		return;
	e->pid = number;
	e->tag = name;
}

static bool
is_tag(struct span word)
{
	return word.len >= 2 && word.len <= TAG_LONGEST && word.at[word.len - 1] == ':';
}

/* A number, then text: takes both off *s. */
static bool
take_count(struct span *s, const char *text, unsigned *count)
{
	struct span rest = *s, digits = take_word(&rest);
	int64_t number;

	if (digits.len > 9 || !span_number(digits, &number) || number < 1 || !span_starts(rest, text))
		return false;
	*count = (unsigned)number;
	*s = span_skip(rest, strlen(text));
	return true;
}

/* rsyslog's "message repeated 3 times: [ text]" and syslogd's "last message repeated 3 times". */
static void
unfold_repeats(struct event *e)
{
	struct span s = e->text;

	if (s.len < 20 || (s.at[0] != 'm' && s.at[0] != 'l'))
		return;
	if (BEGINS(s, "last message repeated ")) {
		s = span_skip(s, 22);
		if (take_count(&s, "time", &e->repeat))
			e->kind = EVENT_REPEATED;
	} else if (BEGINS(s, "message repeated ")) {
		s = span_skip(s, 17);
		if (take_count(&s, "times: [", &e->repeat)) {
			e->text = skip_blanks(s);
			if (span_ends(e->text, "]"))
				e->text.len--;
		}
	}
}

/* Solaris puts "[ID 702911 mail.notice] " before the text. */
static struct span
skip_solaris(struct span s)
{
	const char *end;

	if (s.len < 4 || s.at[0] != '[' || !BEGINS(s, "[ID "))
		return s;
	end = memchr(s.at, ']', s.len < 48 ? s.len : 48);
	return end ? skip_blanks(span_skip(s, (size_t)(end - s.at) + 1)) : s;
}

static void
set_text(struct event *e, struct span s)
{
	e->text = skip_solaris(skip_blanks(s));
	unfold_repeats(e);
}

/* "mail sm-mta[917]: text", "sm-mta[917]: text" or, of syslogd itself, "mail last message repeated …". */
static void
host_and_tag(struct event *e, struct span s)
{
	struct span rest, word;

	s = skip_priority(s);
	rest = s;
	word = take_word(&rest);
	if (!is_tag(word) && !BEGINS(s, "last message repeated ")) {
		e->host = word;
		s = rest = skip_blanks(rest);
		word = take_word(&rest);
	}
	if (is_tag(word)) {
		word.len--;
		set_tag(e, word);
		s = rest;
	}
	set_text(e, s);
}

/* Structured data, RFC 5424 section 6.3: "-", or "[id name=\"value\"]…" with \", \\ and \] inside values. */
static struct span
skip_structured_data(struct span s)
{
	bool quoted = false;
	size_t i = 0;

	if (s.len && s.at[0] == '-')
		return span_skip(s, 1);
	while (i < s.len && s.at[i] == '[') {
		for (i++; i < s.len && (quoted || s.at[i] != ']'); i++) {
			if (quoted && s.at[i] == '\\')
				i++;
			else if (s.at[i] == '"')
				quoted = !quoted;
		}
		i++;
	}
	return span_skip(s, i);
}

static struct span
nil(struct span word)
{
	return span_is(word, "-") ? span_skip(word, 1) : word;
}

/* RFC 5424 section 6: "1 TIME HOST APP PROCID MSGID SD MSG", each of which may be "-". */
static bool
rfc5424(struct event *e, struct span s)
{
	static const char bom[] = "\xEF\xBB\xBF";
	struct span host, tag, pid;
	int64_t ms = 0;

	if (s.len < 16 || s.at[0] != '1' || s.at[1] != ' ')
		return false;
	s = span_skip(s, 2);
	if (!stamp_take(&s, 0, &ms) && !span_is(take_word(&s), "-"))
		return false;
	host = take_word(&s);
	tag = take_word(&s);
	pid = take_word(&s);
	take_word(&s);
	if (s.len == 0 || (s.at[0] != '-' && s.at[0] != '['))
		return false;
	e->time_ms = ms;
	e->host = nil(host);
	e->tag = nil(tag);
	if (!span_number(pid, &e->pid) || e->pid < 0)
		e->pid = -1;
	s = skip_blanks(skip_structured_data(s));
	if (span_starts(s, bom))
		s = span_skip(s, 3);
	set_text(e, s);
	return true;
}

bool
frame_take_tag(struct event *e)
{
	struct span rest = e->text, word = take_word(&rest);

	if (!is_tag(word))
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (word.at[i] <= ' ' || word.at[i] > '~')
			return false;
	}
	word.len--;
	set_tag(e, word);
	set_text(e, rest);
	return true;
}

/* No time: "sendmail[28450]: text" is a log line all the same. */
static bool
bare(struct event *e, struct span s)
{
	struct event tagged = *e;

	e->text = s;
	tagged.text = s;
	if (frame_take_tag(&tagged) && tagged.pid >= 0) {
		*e = tagged;
		return true;
	}
	unfold_repeats(e);
	return e->kind == EVENT_REPEATED;
}

bool
frame_parse(struct event *e, int64_t reference_ms)
{
	struct span s = skip_priority(span_trim(e->line));

	if (stamp_take(&s, reference_ms, &e->time_ms)) {
		host_and_tag(e, s);
		return true;
	}
	return rfc5424(e, s) || bare(e, s);
}
