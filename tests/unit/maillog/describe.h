/* describe: an event as one line of text that names every field that is not at its default; so a table of
 * lines and texts proves what is there and what is not. */
#ifndef TEST_DESCRIBE_H
#define TEST_DESCRIBE_H

#include "base/text.h"
#include "model/event.h"

#include <limits.h>

static void
describe_span(struct text *t, const char *name, struct span s)
{
	if (s.at)
		text_printf(t, " %s<%.*s>", name, (int)s.len, s.at);
}

static void
describe_number(struct text *t, const char *name, int64_t number, int64_t unset)
{
	if (number != unset)
		text_printf(t, " %s=%lld", name, (long long)number);
}

static void
describe_texts(struct text *t, const struct event *e)
{
	const struct {
		const char *name;
		struct span value;
	} spans[] = {{"qid", e->qid.len ? e->qid : (struct span){NULL, 0}}, {"relay", e->relay},
		{"address", e->address}, {"verify", e->verify_text}, {"version", e->version},
		{"cipher", e->cipher}, {"tail", e->tail.len ? e->tail : (struct span){NULL, 0}},
		{"subject", e->subject}, {"issuer", e->issuer}, {"message", e->message},
		{"ruleset", e->ruleset}, {"arg1", e->arg1}, {"arg2", e->arg2}, {"reject", e->reject},
		{"to", e->to}, {"ctladdr", e->ctladdr}, {"mailer", e->mailer}, {"dsn", e->dsn},
		{"reply", e->reply}, {"stat", e->stat}, {"option", e->option}, {"file", e->file}};

	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
		describe_span(t, spans[i].name, spans[i].value);
}

static inline char *
describe(const struct event *e)
{
	static const char *const kinds[] = {"other", "skipped", "tls", "certificate", "cert_verify",
		"handshake", "tls_error", "tls_start", "tls_warning", "tls_name", "ruleset", "features",
		"delivery", "from", "done", "given_up", "daemon", "file", "repeated"};
	struct text t = {NULL, 0, 0};

	_Static_assert(sizeof kinds / sizeof *kinds == EVENT_KINDS, "a name for each kind of event");
	text_put(&t, kinds[e->kind]);
	if (e->direction == DIRECTION_SERVER)
		text_put(&t, " server");
	describe_texts(&t, e);
	if (verify_word(e->verify)[0])
		text_printf(&t, " %s", verify_word(e->verify));
	describe_number(&t, "bits", e->bits, -1);
	describe_number(&t, "depth", e->depth, -1);
	describe_number(&t, "ssl", e->ssl_error, INT_MIN);
	describe_number(&t, "errno", e->err, INT_MIN);
	describe_number(&t, "retry", e->retry, INT_MIN);
	describe_number(&t, "delay", e->delay_s, -1);
	describe_number(&t, "recipients", e->recipients, 0);
	describe_number(&t, "repeat", e->repeat, 1);
	if (e->rejects)
		text_put(&t, " rejects");
	return text_take(&t);
}

#endif
