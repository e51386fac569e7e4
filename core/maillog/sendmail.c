#include "maillog/sendmail.h"

#include "maillog/families.h"

#include <string.h>

#define QID_SHORTEST 12 /* 8 characters and the pid: 14 since 8.12, fewer before */
#define QID_LONGEST 32

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The length of the queue id that s begins with, 0: none. It ends with the pid's digits. */
static size_t
qid_length(struct span s)
{
	size_t len = 0;

	while (len < s.len && len <= QID_LONGEST && is_alnum(s.at[len]))
		len++;
	if (len < QID_SHORTEST || len > QID_LONGEST || len == s.len || s.at[len - 1] > '9')
		return 0;
	return s.at[len] == ':' || s.at[len] == '[' ? len : 0;
}

/* "[2]: " of a message that Sendmail split (sm_syslog() in its conf.c), taken off *s; 0: not split, -1: no
 * part of one. */
static int
take_part(struct span *s)
{
	const char *end = s->len > 3 && s->at[0] == '[' ? memchr(s->at, ']', s->len < 6 ? s->len : 6) : NULL;
	int64_t number;

	if (s->len == 0 || s->at[0] != '[')
		return 0;
	if (!end || !span_number((struct span){s->at + 1, (size_t)(end - s->at) - 1}, &number) || number < 1)
		return -1;
	*s = span_skip(*s, (size_t)(end - s->at) + 1);
	return s->len && s->at[0] == ':' ? (int)number : -1;
}

/* Takes "QID: ", "QID[2]: ", "[2]: " off the text; the number of the part, 0 for a whole line. */
static int
take_id(struct event *e)
{
	size_t len = qid_length(e->text);
	struct span rest = span_skip(e->text, len);
	int part = take_part(&rest);

	if (part < 0 || (len == 0 && part == 0))
		return 0;
	e->qid = (struct span){e->text.at, len};
	rest = span_skip(rest, 1);
	e->text = rest.len && rest.at[0] == ' ' ? span_skip(rest, 1) : rest;
	if (part && span_ends(e->text, " ..."))
		e->text.len -= 4;
	return part;
}

static const struct {
	const char *begins;
	unsigned char len;
	void (*read)(struct event *e);
} families[] = {
#define FAMILY(begins, read)                     \
	{                                        \
		begins, sizeof(begins) - 1, read \
	}
	FAMILY("STARTTLS", family_starttls),
	FAMILY("to=", family_delivery),
	FAMILY("from=", family_from),
	FAMILY("ruleset=", family_ruleset),
	FAMILY("done; ", family_done),
	FAMILY("tls_clt_features=", family_features),
	FAMILY("tls_srv_features=", family_features),
	FAMILY("ta_id=", family_delivery),
	FAMILY("starting daemon (", family_daemon),
#undef FAMILY
};

/* "NEWID: sender notify: Cannot send message for 5 days" (savemail.c) of a message that waited too long. */
static bool
is_given_up(struct span s)
{
	size_t len = qid_length(s);

	return len && span_find(span_skip(s, len), ": Cannot send message ") >= 0;
}

void
sendmail_parse(struct event *e)
{
	int part = take_id(e);
	struct span s = e->text;

	if (part > 1) {
		family_delivery(e);
		return;
	}
	if (e->qid.len && is_given_up(s)) {
		e->kind = EVENT_GIVEN_UP;
		return;
	}
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		if (s.len >= families[i].len && s.at[0] == families[i].begins[0] &&
			memcmp(s.at, families[i].begins, families[i].len) == 0) {
			families[i].read(e);
			return;
		}
	}
}
