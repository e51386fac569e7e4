#include "probe/probe.h"

#include "base/mem.h"
#include "probe/connection.h"
#include "probe/smtp.h"
#include "probe/transcript.h"

#include <stdlib.h>

#define BYTES_LIMIT ((size_t)1024 * 1024) /* from the peer, all in all */
#define QUIT_MS 5000                      /* longest wait for 221: nothing more is learnt from it */

/* ---- how long each stage takes, and may take -------------------------------------------------------- */

struct stages {
	uv_timer_t timer; /* the owner closes it */
	struct probe_limits limits;
	void (*late)(void *arg, const struct fault *why); /* a limit ran out */
	void *arg;
	enum stage waits_for; /* STAGE_NONE: for the answer to QUIT */
	enum stage passed;
	int64_t begun, stage_begun; /* ms of the loop's clock */
	int64_t limit;              /* the one that runs, ms */
	bool limit_is_overall;
};

static int64_t
clock_ms(void)
{
	return (int64_t)(uv_hrtime() / 1000000);
}

static int64_t
limit_of(const struct stages *s, enum stage stage)
{
	switch (stage) {
	case STAGE_CONNECT:
		return s->limits.connect;
	case STAGE_GREETING:
		return s->limits.greeting;
	case STAGE_HANDSHAKE:
		return s->limits.handshake;
	case STAGE_NONE:
		return s->limits.reply < QUIT_MS ? s->limits.reply : QUIT_MS;
	default:
		return s->limits.reply;
	}
}

static int64_t
stages_elapsed(const struct stages *s)
{
	return clock_ms() - s->begun;
}

static void
on_limit(uv_timer_t *timer)
{
	struct stages *s = (struct stages *)timer; /* its first member */
	struct fault why;

	if (s->limit_is_overall) {
		fault_set(&why, FAULT_TIMEOUT, UV_ETIMEDOUT, "over %g s in all",
			(double)s->limits.overall / 1000);
	} else {
		fault_set(&why, FAULT_TIMEOUT, UV_ETIMEDOUT, "no answer in %g s", (double)s->limit / 1000);
		why.waited_ms = s->limit;
	}
	s->late(s->arg, &why);
}

/* Each stage has its limit, however many bytes trickle in meanwhile; the overall one goes across all. */
static void
stages_arm(struct stages *s, enum stage stage)
{
	int64_t left = s->limits.overall - stages_elapsed(s);

	s->waits_for = stage;
	s->limit = limit_of(s, stage);
	s->limit_is_overall = left < s->limit;
	if (s->limit_is_overall)
		s->limit = left > 0 ? left : 0;
	/* The loop's idea of now may be as old as its pass. */
	uv_update_time(s->timer.loop);
	uv_timer_start(&s->timer, on_limit, (uint64_t)s->limit, 0);
}

static void
stages_start(struct stages *s, uv_loop_t *loop)
{
	s->begun = s->stage_begun = clock_ms();
	uv_timer_init(loop, &s->timer);
	stages_arm(s, STAGE_CONNECT);
}

/* False when it waits for that stage already, whose limit goes on running. */
static bool
stages_wait_for(struct stages *s, enum stage stage)
{
	if (stage == s->waits_for)
		return false;
	stages_arm(s, stage);
	return true;
}

/* Notes how long each stage took that was passed since the last call, up to o->reached. */
static void
stages_pass(struct stages *s, struct observation *o)
{
	int64_t now = clock_ms();

	while (s->passed < o->reached) {
		s->passed++;
		o->stage_ms[s->passed] = now - s->stage_begun;
		s->stage_begun = now;
	}
}

/* ---- the probe -------------------------------------------------------------------------------------- */

struct probe {
	struct connection connection;
	struct stages stages;
	struct probe_events events;
	struct tls_config *config;
	char *sni;
	struct observation *o;
	struct transcript transcript;
	struct smtp *smtp;
	struct tls_session *tls; /* from the 220 to STARTTLS on */
	bool inside;             /* its handshake is done */
	size_t bytes;
	bool ended;
	int handles;
};

static void
add_line(void *arg, char mark, struct span line)
{
	struct probe *p = arg;
	int64_t at = stages_elapsed(&p->stages);

	if (transcript_add(&p->transcript, at, mark, line) && p->events.line)
		p->events.line(p->events.arg, at, mark, line);
}

static void
remark(struct probe *p, const char *text)
{
	add_line(p, '*', span_of(text));
}

/* ---- the end ---------------------------------------------------------------------------------------- */

static void
handle_closed(struct probe *p)
{
	if (--p->handles)
		return;
	p->events.done(p->events.arg, p->o);
	smtp_free(p->smtp);
	tls_session_free(p->tls);
	tls_config_unref(p->config);
	observation_unref(p->o);
	free(p->sni);
	free(p);
}

static void
on_connection_closed(void *arg)
{
	handle_closed(arg);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	handle_closed(handle->data);
}

static void
keep_certificates(struct probe *p)
{
	const unsigned char *der;
	size_t len, count = 0;

	if (p->o->sent)
		return;
	while (tls_session_certificate(p->tls, count, &der, &len))
		count++;
	p->o->sent = mem_new(count, sizeof *p->o->sent);
	for (size_t i = 0; i < count && tls_session_certificate(p->tls, i, &der, &len); i++)
		p->o->sent[p->o->sent_count++] = (struct sent_certificate){mem_copy(der, len), len};
}

static void
flush_tls(struct probe *p)
{
	struct text out = {NULL, 0, 0};

	tls_session_output(p->tls, &out);
	connection_send(&p->connection, out.at, out.len);
	text_free(&out);
}

/* The one way out: whatever happens first comes here, once. */
static void
finish(struct probe *p)
{
	if (p->ended)
		return;
	p->ended = true;
	if (p->tls) {
		tls_session_end(p->tls);
		flush_tls(p);
		tls_session_facts(p->tls, &p->o->tls);
		keep_certificates(p);
	}
	if (p->o->fault.kind != FAULT_NONE)
		remark(p, p->o->fault.text);
	connection_close(&p->connection);
	uv_close((uv_handle_t *)&p->stages.timer, on_timer_closed);
}

static void
lost(struct probe *p, const struct fault *how)
{
	if (p->ended)
		return;
	if (p->o->reached >= STAGE_CONNECT)
		smtp_closed(p->smtp, how);
	else
		p->o->fault = *how;
	finish(p);
}

static void
on_late(void *arg, const struct fault *why)
{
	lost(arg, why);
}

/* ---- the dialogue ----------------------------------------------------------------------------------- */

static void
wait_for(struct probe *p, enum stage stage)
{
	if (stages_wait_for(&p->stages, stage) && stage != STAGE_NONE && p->events.waits)
		p->events.waits(p->events.arg, stage);
}

static void
flush(struct probe *p)
{
	struct span out = smtp_output(p->smtp);
	struct fault why;

	if (out.len == 0)
		return;
	if (!p->inside) {
		connection_send(&p->connection, out.at, out.len);
	} else if (tls_session_write(p->tls, out.at, out.len, &why)) {
		flush_tls(p);
	} else {
		lost(p, &why);
		return;
	}
	smtp_sent(p->smtp, out.len);
}

static void
begin_tls(struct probe *p)
{
	struct fault why;

	if (p->o->injected)
		remark(p, "bytes came in clear behind the 220: dropped");
	p->tls = tls_session_new(p->config, p->sni);
	if (tls_session_feed(p->tls, NULL, 0, &why) == TLS_FAILED)
		lost(p, &why);
	else
		flush_tls(p);
}

static void
follow(struct probe *p, enum smtp_wish wish)
{
	stages_pass(&p->stages, p->o);
	flush(p);
	if (p->ended)
		return;
	if (wish == SMTP_CLOSE) {
		finish(p);
		return;
	}
	wait_for(p, smtp_waits_for(p->smtp));
	if (wish == SMTP_TLS)
		begin_tls(p);
}

static void
remark_session(struct probe *p)
{
	const struct observation_tls *tls = &p->o->tls;
	char *text = text_new("%s %s, %zu certificate%s%s", tls->version, tls->cipher, p->o->sent_count,
		p->o->sent_count == 1 ? "" : "s",
		tls->client_cert == CLIENT_CERT_NONE ? "" : "; asks for a client certificate");

	remark(p, text);
	free(text);
}

static void
shaken(struct probe *p)
{
	p->inside = true;
	tls_session_facts(p->tls, &p->o->tls);
	keep_certificates(p);
	remark_session(p);
	follow(p, smtp_tls_done(p->smtp));
}

static void
read_inside(struct probe *p)
{
	struct text plain = {NULL, 0, 0};
	struct fault how;
	enum tls_wish wish = tls_session_read(p->tls, &plain, &how);

	flush_tls(p); /* a key update, or an alert of ours */
	if (plain.len)
		follow(p, smtp_feed(p->smtp, plain.at, plain.len));
	text_free(&plain);
	if (wish == TLS_CLOSED)
		fault_set(&how, FAULT_CLOSED, 0, "TLS session closed");
	if (wish != TLS_READ)
		lost(p, &how);
}

static void
feed_tls(struct probe *p, const char *bytes, size_t len)
{
	struct fault why;
	enum tls_wish wish = tls_session_feed(p->tls, bytes, len, &why);

	flush_tls(p);
	if (wish == TLS_FAILED)
		lost(p, &why);
	else if (wish == TLS_READY)
		shaken(p);
	if (p->inside && !p->ended)
		read_inside(p);
}

/* ---- what the connection tells ---------------------------------------------------------------------- */

static void
on_opened(void *arg)
{
	struct probe *p = arg;

	p->o->reached = STAGE_CONNECT;
	stages_pass(&p->stages, p->o);
	remark(p, "TCP connected");
	wait_for(p, STAGE_GREETING);
}

static void
on_came(void *arg, const char *bytes, size_t len)
{
	struct probe *p = arg;
	struct fault why;

	p->bytes += len;
	if (p->bytes > BYTES_LIMIT) {
		fault_set(&why, FAULT_LIMIT, 0, "more than %zu KiB came", BYTES_LIMIT / 1024);
		lost(p, &why);
	} else if (p->tls) {
		feed_tls(p, bytes, len);
	} else {
		follow(p, smtp_feed(p->smtp, bytes, len));
	}
}

static void
on_broke(void *arg, const struct fault *how)
{
	struct probe *p = arg;
	struct fault words = *how;

	/* In Sendmail's words, which the same end of a handshake has in its log. */
	if (p->tls && !p->inside && how->kind == FAULT_CLOSED)
		fault_set(&words, FAULT_CLOSED, how->code, "unexpected eof while reading");
	lost(p, &words);
}

/* ---- begin ------------------------------------------------------------------------------------------ */

static struct probe *
make(const struct probe_settings *settings, const struct probe_events *events)
{
	struct probe *p = mem_new(1, sizeof *p);
	struct smtp_settings smtp = {settings->helo_name, true};

	p->events = *events;
	p->stages.limits = settings->limits;
	p->stages.late = on_late;
	p->stages.arg = p;
	p->config = tls_config_ref(settings->config);
	p->sni = mem_text(settings->sni);
	p->o = observation_new();
	p->o->address = settings->address;
	p->o->port = settings->port;
	p->o->begun_ms = settings->now_ms;
	p->transcript.o = p->o;
	p->smtp = smtp_new(&smtp, p->o);
	smtp_on_line(p->smtp, add_line, p);
	p->connection.opened = on_opened;
	p->connection.came = on_came;
	p->connection.broke = on_broke;
	p->connection.closed = on_connection_closed;
	p->connection.arg = p;
	return p;
}

struct probe *
probe_start(uv_loop_t *loop, const struct probe_settings *settings, const struct probe_events *events)
{
	struct probe *p = make(settings, events);
	struct fault why;
	int code;

	p->handles = 2;
	stages_start(&p->stages, loop);
	p->stages.timer.data = p;
	code = connection_open(&p->connection, loop, &settings->address, settings->port);
	if (code < 0) {
		connection_fault(code, &why);
		p->events.line = NULL; /* nothing is told from inside here; the transcript has it */
		lost(p, &why);
	}
	return p;
}

void
probe_cancel(struct probe *p)
{
	struct fault why;

	if (p->ended)
		return;
	fault_set(&why, FAULT_CANCELLED, 0, "cancelled");
	p->events.line = NULL;
	p->events.waits = NULL;
	if (p->o->reached >= STAGE_CONNECT && p->o->fault.kind == FAULT_NONE && !smtp_is_quitting(p->smtp)) {
		p->o->fault = why;
		/* QUIT goes out as far as the socket takes it at once; its answer is not awaited. */
		if (smtp_quit(p->smtp) == SMTP_READ)
			flush(p);
	}
	lost(p, &why);
}
