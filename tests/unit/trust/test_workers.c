#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "material.h"

#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <string.h>

enum { WORKERS = 4, ROUNDS = 25 };

static const struct {
	const char *sent;
	int code, depth;
} cases[] = {
	{"ec int", X509_V_OK, -1},
	{"rsa int root", X509_V_OK, -1},
	{"ec", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0},
	{"expired int", X509_V_ERR_CERT_HAS_EXPIRED, 0},
	{"revoked int", X509_V_ERR_CERT_REVOKED, 0},
	{"by-other otherint otherroot", X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2},
};

enum { CASES = sizeof cases / sizeof *cases };

/* What the workers share, all of it only read; each counts what it found wrong. */
struct shared {
	const struct store *store;
	struct chain *sent[CASES];
};

struct worker {
	const struct shared *shared;
	pthread_t thread;
	size_t first;
	unsigned wrong;
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};

	for (size_t i = 0; i < ROUNDS * CASES; i++) {
		size_t at = (w->first + i) % CASES;
		struct verdict v = judge_chain(w->shared->sent[at], w->shared->store, &options);
		struct chain *path = judge_path(w->shared->sent[at], w->shared->store, &options);

		w->wrong += v.code != cases[at].code || v.depth != cases[at].depth || !path;
		chain_unref(path);
	}
	return NULL;
}

static struct store *
store_with_crl(bool when_needed)
{
	struct policy *p = policy_named("root");
	struct store *store;

	p->crl_file = mem_text("/etc/mail/crl.pem");
	fill_file(&p->crl_file_bytes, p->crl_file, crl_pem("int", "revoked", -1, 30));
	store = when_needed ? store_new_when_needed(p) : store_new(p);
	policy_unref(p);
	return store;
}

static void
several_workers_judge_by(struct store *store)
{
	struct shared shared = {.store = store};
	struct worker workers[WORKERS];

	for (size_t i = 0; i < CASES; i++)
		shared.sent[i] = chain_named(cases[i].sent);
	for (size_t i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){.shared = &shared, .first = i};
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (size_t i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int_equal(workers[i].wrong, 0);
	}
	for (size_t i = 0; i < CASES; i++)
		chain_unref(shared.sent[i]);
	store_unref(store);
}

static void
several_workers_judge_by_one_store(void **state)
{
	(void)state;
	several_workers_judge_by(store_with_crl(false));
}

/* The first of them loads it while the others wait. */
static void
a_store_is_loaded_when_the_first_judgement_needs_it(void **state)
{
	struct store *store = store_with_crl(true);

	(void)state;
	assert_int_equal(store_count(store), 0);
	assert_null(store_find(store, "/C=US/O=Example Trust Services/CN=Example Root"));
	several_workers_judge_by(store_ref(store));
	assert_int_equal(store_count(store), 1);
	assert_non_null(store_find(store, "/C=US/O=Example Trust Services/CN=Example Root"));
	store_unref(store);
}

/* Stores are made on workers, too, while others judge. */
static void *
make_store(void *arg)
{
	(void)arg;
	return store_with_crl(false);
}

static void
stores_are_made_at_the_same_time(void **state)
{
	pthread_t threads[WORKERS];

	(void)state;
	material();
	for (size_t i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_store, NULL), 0);
	for (size_t i = 0; i < WORKERS; i++) {
		void *store = NULL;

		pthread_join(threads[i], &store);
		assert_int_equal(store_count(store), 1);
		assert_int_equal(store_state(store), STORE_LOADED);
		store_unref(store);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_workers_judge_by_one_store),
		cmocka_unit_test(a_store_is_loaded_when_the_first_judgement_needs_it),
		cmocka_unit_test(stores_are_made_at_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
