#include "tests/unit/probe/trial.h"

#include "base/mem.h"
#include "tests/unit/cm.h"

const struct probe_limits trial_patient = {20000, 20000, 20000, 20000, 20000};

static void
on_line(void *arg, int64_t at_ms, char mark, struct span line)
{
	struct trial *t = arg;

	assert_true(at_ms >= 0);
	text_printf(&t->lines, "%c", mark);
	text_add(&t->lines, line.at, line.len);
	text_put(&t->lines, "\n");
}

void
trial_cancel(struct trial *t)
{
	bool was_outside = t->outside;

	t->outside = false;
	probe_cancel(t->probe);
	probe_cancel(t->probe);
	t->outside = was_outside;
}

static void
on_waits(void *arg, enum stage stage)
{
	struct trial *t = arg;

	text_printf(&t->waits, "%s ", stage_word(stage));
	if (stage == t->cancel_at)
		trial_cancel(t);
}

void
trial_done(void *arg, struct observation *o)
{
	struct trial *t = arg;

	assert_true(t->outside);
	t->done++;
	t->o = observation_ref(o);
	host_close(&t->host);
}

void
trial_start(struct trial *t, const struct pki *pki, const struct host_script *script,
	const struct probe_limits *limits)
{
	struct policy *policy = policy_new();
	struct probe_settings settings = {.helo_name = "mail.example.org", .limits = *limits, .now_ms = 42};
	struct probe_events events = {on_line, on_waits, trial_done, t};

	uv_loop_init(&t->loop);
	host_open(&t->host, &t->loop, pki, script);
	address_parse(span_of("127.0.0.1"), &settings.address);
	settings.port = t->host.port;
	settings.config = tls_config_new(policy, NULL);
	t->probe = probe_start(&t->loop, &settings, &events);
	assert_int_equal(t->done, 0);
	t->outside = true;
	tls_config_unref(settings.config);
	policy_unref(policy);
}

void
trial_finish(struct trial *t)
{
	uv_run(&t->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&t->loop), 0);
	assert_int_equal(t->done, 1);
	text_put(&t->lines, "");
	text_put(&t->waits, "");
	text_put(&t->host.heard, "");
}

void
trial_forget(struct trial *t)
{
	observation_unref(t->o);
	text_free(&t->lines);
	text_free(&t->waits);
	text_free(&t->host.heard);
}
