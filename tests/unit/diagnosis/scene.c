#include "scene.h"

#include "base/mem.h"

#include <stdio.h>

void
scene_begin(struct scene *s, const char *anchors)
{
	*s = (struct scene){.policy = policy_named(anchors)};
	s->look = look_new(SCENE_HOST, 25);
	s->look->state = LOOK_DONE;
	s->look->begun_ms = NOW_MS;
	s->policy->cf = mem_text("/etc/mail/sendmail.cf");
	s->policy->source = POLICY_CF;
	s->evidence = (struct evidence){.look = s->look,
		.policy = s->policy,
		.system_bundle = SCENE_BUNDLE,
		.own_host = "mail.example.org",
		.now_ms = NOW_MS};
}

struct observation *
scene_observation(const char *sent, int level)
{
	struct observation *o = observation_new();

	o->reached = STAGE_EHLO2;
	o->begun_ms = NOW_MS;
	o->port = 25;
	o->starttls_offered = o->starttls_sent = true;
	o->capabilities = mem_text(SCENE_HOST "\nSTARTTLS");
	o->tls.level = level;
	o->tls.alert = -1;
	snprintf(o->tls.version, sizeof o->tls.version, "TLSv1.3");
	snprintf(o->tls.cipher, sizeof o->tls.cipher, "TLS_AES_256_GCM_SHA384");
	if (sent)
		o->chain = chain_named(sent);
	return o;
}

void
scene_address(struct scene *s, struct observation *o)
{
	struct look *look = s->look;
	const unsigned char bytes[4] = {192, 0, 2, (unsigned char)(10 + look->address_count)};
	struct look_address *a;

	look->addresses = mem_resize(look->addresses, look->address_count + 1, sizeof *look->addresses);
	a = &look->addresses[look->address_count++];
	*a = (struct look_address){.state = LOOK_DONE, .observation = o};
	if (!o->address.family)
		address_from_bytes(bytes, sizeof bytes, &o->address);
	a->address = o->address;
}

void
scene_system(struct scene *s, const char *names)
{
	s->system = store_named(names);
}

void
scene_issuers(struct scene *s, const char *names, const char *from)
{
	s->issuer_chain = chain_named(names);
	for (size_t i = 0; i < s->issuer_chain->count; i++)
		s->issuers[s->issuer_count++] =
			(struct issuer){.certificate = s->issuer_chain->certificates[i], .from = from};
}

void
scene_asked(struct scene *s, const char *url, bool reachable, const char *why)
{
	s->asked[s->asked_count++] = (struct aia_outcome){.url = url, .reachable = reachable, .why = why};
}

void
scene_second(struct scene *s, enum second_look_kind kind, struct observation *o)
{
	s->second_observations[s->second_count] = o;
	s->seconds[s->second_count++] = (struct second_look){.kind = kind, .observation = o};
}

static void
examine_one(struct scene *s, const struct observation *o, struct examination *out)
{
	const char *asked[4] = {NULL};
	const struct examine_material m = {.observation = o,
		.store = s->store,
		.system = s->system,
		.system_path = SCENE_BUNDLE,
		.issuers = s->issuers,
		.issuer_count = s->issuer_count,
		.asked = asked,
		.asked_count = s->asked_count,
		.now_ms = NOW_MS};

	for (size_t i = 0; i < s->asked_count; i++)
		asked[i] = s->asked[i].url;
	examine(&m, out);
}

void
scene_ready(struct scene *s)
{
	struct look *look = s->look;

	s->store = store_new(s->policy);
	for (size_t i = 0; i < look->address_count; i++) {
		struct look_address *a = &look->addresses[i];

		a->verdict = judge_observation(a->observation, s->store, NOW_MS);
		examine_one(s, a->observation, &s->examinations[i]);
		if (look->verify == VERIFY_UNKNOWN && a->observation->reached >= STAGE_CONNECT)
			look->verify = a->verdict.verify;
	}
	for (size_t i = 0; i < s->second_count; i++) {
		s->seconds[i].verdict = judge_observation(s->seconds[i].observation, s->store, NOW_MS);
		if (s->seconds[i].kind != SECOND_SNI)
			continue;
		examine_one(s, s->seconds[i].observation, &s->second_examinations[i]);
		s->seconds[i].examination = &s->second_examinations[i];
	}
	s->evidence.examinations = s->examinations;
	s->evidence.asked = s->asked;
	s->evidence.asked_count = s->asked_count;
	s->evidence.seconds = s->seconds;
	s->evidence.second_count = s->second_count;
	s->evidence.store = store_state(s->store);
}

void
scene_end(struct scene *s)
{
	for (size_t i = 0; i < s->look->address_count; i++)
		examination_clear(&s->examinations[i]);
	for (size_t i = 0; i < s->second_count; i++)
		examination_clear(&s->second_examinations[i]);
	for (size_t i = 0; i < s->second_count; i++)
		observation_unref(s->second_observations[i]);
	look_unref(s->look);
	policy_unref(s->policy);
	store_unref(s->store);
	store_unref(s->system);
	chain_unref(s->issuer_chain);
}
