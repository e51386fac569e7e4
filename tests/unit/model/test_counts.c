/* Who holds what: every kind of value with a count, full of all that it can own. What is not given back, or
 * given back twice, the sanitized build reports. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "model/look.h"

#include <stdlib.h>
#include <string.h>

static void
own_texts(char ***list, size_t *count, size_t most)
{
	*list = mem_new(most, sizeof **list);
	while (*count < most) {
		(*list)[*count] = text_new("http://ca.example.net/%zu", *count);
		(*count)++;
	}
}

static struct certificate *
full_certificate(void)
{
	struct certificate *c = certificate_new();
	char **const texts[] = {&c->subject, &c->issuer, &c->subject_cn, &c->issuer_cn, &c->serial,
		&c->sha256, &c->key, &c->signature, &c->subject_key_id, &c->authority_key_id, &c->key_usage,
		&c->extended_key_usage, &c->policies, &c->unknown_critical};

	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = mem_text("/CN=mx.example.net");
	c->der = mem_copy("\x30\x03", 2);
	own_texts(&c->sans, &c->san_count, 3);
	own_texts(&c->aia_issuers, &c->aia_issuer_count, 1);
	own_texts(&c->ocsp, &c->ocsp_count, 2);
	own_texts(&c->crls, &c->crl_count, 4);
	return c;
}

static struct chain *
full_chain(void)
{
	struct certificate **list = mem_new(2, sizeof *list);

	list[0] = full_certificate();
	list[1] = full_certificate();
	return chain_new(list, 2);
}

static struct path *
full_path(void)
{
	struct path *p = path_new(full_chain());

	p->items[1] = (struct path_item){.code = 20, .in_store = true};
	return p;
}

static struct answer *
full_answer(void)
{
	struct answer *a = answer_new("mx.example.net", DNS_MX);

	a->why = mem_text("SERVFAIL");
	a->canonical = mem_text("mx1.example.net");
	a->packet = mem_copy("\0\1", 2);
	a->count = 2;
	a->records = mem_new(2, sizeof *a->records);
	for (size_t i = 0; i < 2; i++)
		a->records[i] = (struct dns_record){mem_copy("\xC0\x00\x02\x01", 4), 4};
	return a;
}

static struct transcript_line *
full_transcript(size_t *count)
{
	struct transcript_line *lines = mem_new(2, sizeof *lines);

	lines[0] = (struct transcript_line){1, '<', mem_text("220 mx.example.net ESMTP")};
	lines[1] = (struct transcript_line){2, '>', mem_text("EHLO mail.example.org")};
	*count = 2;
	return lines;
}

static struct observation *
full_observation(void)
{
	struct observation *o = observation_new();

	o->greeting = mem_text("220 mx.example.net ESMTP");
	o->capabilities = mem_text("STARTTLS\nSIZE");
	o->reply = mem_text("220 go ahead");
	o->tls.sni = mem_text("mx.example.net");
	o->sent = mem_new(1, sizeof *o->sent);
	o->sent[o->sent_count++] = (struct sent_certificate){mem_copy("\x30", 1), 1};
	o->chain = full_chain();
	o->transcript = full_transcript(&o->transcript_count);
	return o;
}

static struct policy_file
full_file(const char *path)
{
	return (struct policy_file){mem_text(path), 0, mem_copy("PEM", 3), 3};
}

static struct policy *
full_policy(void)
{
	struct policy *p = policy_new();
	char **const texts[] = {&p->cf, &p->version, &p->ca_file, &p->ca_path, &p->crl_file, &p->crl_path,
		&p->cipher_list, &p->cipher_suites, &p->ssl_options, &p->client_cert, &p->client_key,
		&p->openssl_conf, &p->helo_name};
	struct policy_file *const files[] = {&p->ca_file_bytes, &p->crl_file_bytes, &p->client_cert_bytes,
		&p->client_key_bytes, &p->client_cert_unsafe, &p->client_key_unsafe};

	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = mem_text("/etc/mail/x");
	for (size_t i = 0; i < COUNT(files); i++)
		*files[i] = full_file("/etc/mail/x");
	p->ca_path_files = mem_new(1, sizeof *p->ca_path_files);
	p->ca_path_files[p->ca_path_count++] = full_file("/etc/mail/certs/0a1b2c3d.0");
	p->ca_path_unhashed = mem_new(1, sizeof *p->ca_path_unhashed);
	p->ca_path_unhashed[p->ca_path_unhashed_count++] = full_file("/etc/mail/certs/int.pem");
	p->crl_path_files = mem_new(1, sizeof *p->crl_path_files);
	p->crl_path_files[p->crl_path_count++] = full_file("/etc/mail/certs/0a1b2c3d.r0");
	policy_note(p, mem_text("client key /etc/mail/x: Permission denied"));
	return p;
}

static struct look *
full_look(void)
{
	struct look *l = look_new("[192.0.2.1]", 25);

	l->host = mem_text("192.0.2.1");
	l->store = mem_text("144 roots");
	l->dns_why = mem_text("bogus");
	l->policy = full_policy();
	l->answers = mem_new(1, sizeof(struct answer *));
	l->answers[l->answer_count++] = full_answer();
	l->address_count = 2; /* the second is still being probed */
	l->addresses = mem_new(2, sizeof *l->addresses);
	l->addresses[0].observation = full_observation();
	l->addresses[0].path = full_path();
	l->addresses[1].held_back = mem_text("--pace: next in 4 min");
	l->addresses[1].transcript = full_transcript(&l->addresses[1].transcript_count);
	return l;
}

/* The same for all kinds: COUNTED(x) makes functions on void pointers of those of x. */
#define COUNTED(kind)                                   \
	static void *kind##_full(void)                  \
	{                                               \
		return full_##kind();                   \
	}                                               \
	static void *kind##_again(void *at)             \
	{                                               \
		return kind##_ref(at);                  \
	}                                               \
	static void kind##_less(void *at)               \
	{                                               \
		kind##_unref(at);                       \
	}                                               \
	static unsigned kind##_counts(const void *at)   \
	{                                               \
		return ((const struct kind *)at)->refs; \
	}

COUNTED(certificate)
COUNTED(chain)
COUNTED(path)
COUNTED(answer)
COUNTED(observation)
COUNTED(policy)
COUNTED(look)

static const struct {
	const char *name;
	void *(*make)(void);
	void *(*ref)(void *at);
	void (*unref)(void *at);
	unsigned (*refs)(const void *at);
} kinds[] = {
#define ROW(kind)                                                            \
	{                                                                    \
#kind, kind##_full, kind##_again, kind##_less, kind##_counts \
	}
	ROW(certificate),
	ROW(chain),
	ROW(path),
	ROW(answer),
	ROW(observation),
	ROW(policy),
	ROW(look),
};

static void
the_last_reference_frees_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		void *value = kinds[i].make();

		print_message("%s\n", kinds[i].name);
		assert_int_equal(kinds[i].refs(value), 1);
		for (unsigned k = 2; k < 10; k++) {
			assert_ptr_equal(kinds[i].ref(value), value);
			assert_int_equal(kinds[i].refs(value), k);
		}
		for (unsigned k = 9; k > 1; k--) {
			kinds[i].unref(value);
			assert_int_equal(kinds[i].refs(value), k - 1);
		}
		kinds[i].unref(value);
	}
}

static void
nothing_counts_for_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		assert_null(kinds[i].ref(NULL));
		kinds[i].unref(NULL);
	}
}

/* Certificates are in the chain of the observation and in the path of the verdict. */
static void
what_is_shared_outlives_each_of_its_holders(void **state)
{
	struct certificate *leaf = full_certificate(), **list = mem_new(1, sizeof(struct certificate *));
	struct chain *sent, *built;
	struct path *p;

	(void)state;
	list[0] = certificate_ref(leaf);
	sent = chain_new(list, 1);
	list = mem_new(1, sizeof(struct certificate *));
	list[0] = certificate_ref(leaf);
	built = chain_new(list, 1);
	p = path_new(chain_ref(built));
	assert_int_equal(leaf->refs, 3);
	chain_unref(built);
	assert_int_equal(leaf->refs, 3);
	path_unref(p);
	assert_int_equal(leaf->refs, 2);
	certificate_unref(leaf);
	assert_string_equal(sent->certificates[0]->subject, "/CN=mx.example.net");
	chain_unref(sent);
}

static void
a_new_value_knows_nothing_yet(void **state)
{
	struct certificate *c = certificate_new();
	struct observation *o = observation_new();
	struct policy *p = policy_new();
	struct look *l = look_new("mx.example.net", 587);
	struct answer *a = answer_new("mx.example.net", DNS_TLSA);

	(void)state;
	assert_int_equal(c->path_length, -1);
	assert_int_equal(o->tls.alert, -1);
	for (int stage = 0; stage < STAGES; stage++)
		assert_int_equal(o->stage_ms[stage], -1);
	assert_true(o->reached == STAGE_NONE && o->fault.kind == FAULT_NONE && !o->chain);
	assert_true(p->both_needed && p->log_level == 9 && p->source == POLICY_CF && p->note_count == 0);
	assert_true(l->state == LOOK_QUEUED && l->elapsed_ms == -1 && l->dns_ms == -1 && l->port == 587);
	assert_true(l->verify == VERIFY_UNKNOWN && !l->policy && !l->address_count);
	assert_true(a->type == DNS_TLSA && !a->records && !a->packet);
	certificate_unref(c);
	observation_unref(o);
	policy_unref(p);
	look_unref(l);
	answer_unref(a);
}

/* A path has an item a certificate, all good until its maker says otherwise; an empty one can be made, too.
 */
static void
a_path_is_as_long_as_its_chain(void **state)
{
	(void)state;
	for (size_t count = 0; count < 5; count++) {
		struct certificate **list = count ? mem_new(count, sizeof *list) : NULL;
		struct path *p;

		for (size_t i = 0; i < count; i++)
			list[i] = certificate_new();
		p = path_new(chain_new(list, count));
		assert_int_equal(p->chain->count, count);
		for (size_t i = 0; i < count; i++)
			assert_true(!p->items[i].code && !p->items[i].in_store && !p->items[i].sent);
		path_unref(p);
	}
}

static void
notes_keep_their_order(void **state)
{
	struct policy *p = policy_new();

	(void)state;
	for (size_t i = 0; i < 50; i++)
		policy_note(p, text_new("note %zu", i));
	assert_int_equal(p->note_count, 50);
	for (size_t i = 0; i < 50; i++) {
		char *expected = text_new("note %zu", i);

		assert_string_equal(p->notes[i], expected);
		free(expected);
	}
	policy_unref(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_reference_frees_all),
		cmocka_unit_test(nothing_counts_for_nothing),
		cmocka_unit_test(what_is_shared_outlives_each_of_its_holders),
		cmocka_unit_test(a_new_value_knows_nothing_yet),
		cmocka_unit_test(a_path_is_as_long_as_its_chain),
		cmocka_unit_test(notes_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
