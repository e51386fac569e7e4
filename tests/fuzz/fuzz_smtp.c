/* The SMTP dialogue: a peer may say what it likes, in pieces of any size. The first byte sets the pieces. */
#include "fuzz.h"

#include "probe/smtp.h"

static void
on_line(void *arg, char mark, struct span line)
{
	size_t *seen = arg;

	FUZZ_HOLDS(mark == '<' || mark == '>');
	*seen += line.len;
}

/* What is to be sent goes out in two parts. */
static void
send_output(struct smtp *s)
{
	struct span out = smtp_output(s);

	smtp_sent(s, out.len / 2);
	smtp_sent(s, smtp_output(s).len);
	FUZZ_HOLDS(smtp_output(s).len == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fault closed = {.kind = FAULT_CLOSED, .text = "closed"};
	struct observation *o = observation_new();
	struct smtp *s =
		smtp_new(&(struct smtp_settings){.helo_name = "mail.example.net", .starttls = true}, o);
	enum smtp_wish wish = SMTP_READ;
	size_t seen = 0, piece = size ? data[0] % 80 + 1u : 1;

	smtp_on_line(s, on_line, &seen);
	for (size_t i = 1; i < size && wish != SMTP_CLOSE; i += piece) {
		if (wish == SMTP_TLS)
			wish = smtp_tls_done(s);
		send_output(s);
		wish = smtp_feed(s, (const char *)data + i, piece < size - i ? piece : size - i);
	}
	if (wish == SMTP_READ && size % 2)
		wish = smtp_quit(s);
	send_output(s);
	if (wish != SMTP_CLOSE)
		smtp_closed(s, &closed);
	FUZZ_HOLDS(o->reached < STAGES);
	smtp_free(s);
	observation_unref(o);
	return 0;
}
