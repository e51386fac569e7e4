/* Certificates that may be a missing issuer: found by name, each once, never more than the bounds. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "engine/issuer_pool.h"

#include <stdlib.h>
#include <string.h>

/* One reference; its fingerprint is its number. */
static struct certificate *
certificate(const char *subject, const char *issuer, unsigned number)
{
	struct certificate *c = certificate_new();

	c->subject = mem_text(subject);
	c->issuer = mem_text(issuer);
	c->sha256 = text_new("%064x", number);
	return c;
}

static void
add(struct issuer_pool *p, const char *subject, const char *issuer, unsigned number)
{
	struct certificate *c = certificate(subject, issuer, number);
	char *from = text_new("from %u", number);

	pool_add(p, c, from);
	certificate_unref(c);
	free(from);
}

static struct chain *
chain_of(const char *subject, const char *issuer)
{
	struct certificate **all = mem_new(1, sizeof *all);

	all[0] = certificate(subject, issuer, 0xffff);
	return chain_new(all, 1);
}

/* Where each of the set came from, blanks between. The caller frees it. */
static char *
found(const struct issuer_pool *p, const char *issuer)
{
	struct chain *chain = chain_of("/CN=leaf", issuer);
	struct issuer_set set = {NULL, 0};
	struct text out = {NULL, 0, 0};

	text_put(&out, "");
	issuer_set_add(&set, p, chain);
	for (size_t i = 0; i < set.count; i++)
		text_printf(&out, "%s%s", i ? ", " : "", set.items[i].from);
	issuer_set_clear(&set);
	assert_null(set.items);
	chain_unref(chain);
	return text_take(&out);
}

static void
issuers_are_found_by_name_up_to_the_root(void **state)
{
	static const struct {
		const char *issuer, *from;
	} cases[] = {
		{"/CN=E1", "from 1, from 2, from 4"}, /* two of that name, and their issuer */
		{"/CN=R1", "from 4"},
		{"/CN=A", "from 5, from 6"}, /* a ring */
		{"/CN=nobody", ""},
		{"", ""},
	};
	struct issuer_pool *p = pool_new();

	(void)state;
	add(p, "/CN=E1", "/CN=R1", 1);
	add(p, "/CN=E1", "/CN=R1", 2);
	add(p, "/CN=E1", "/CN=R1", 1); /* once more */
	add(p, "/CN=E2", "/CN=R1", 3);
	add(p, "/CN=R1", "/CN=R1", 4);
	add(p, "/CN=A", "/CN=B", 5);
	add(p, "/CN=B", "/CN=A", 6);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *from = found(p, cases[i].issuer);

		assert_string_equal(from, cases[i].from);
		free(from);
	}
	pool_free(p);
	pool_free(NULL);
}

static size_t
count_found(const struct issuer_pool *p, const char *issuer)
{
	struct chain *chain = chain_of("/CN=leaf", issuer);
	struct issuer_set set = {NULL, 0};
	size_t count;

	issuer_set_add(&set, p, chain);
	issuer_set_add(&set, NULL, chain);
	count = set.count;
	issuer_set_clear(&set);
	chain_unref(chain);
	return count;
}

/* Relays may send what they like: of one name the newest hundred stay, of all the newest POOL_MOST. */
static void
a_flood_of_certificates_has_its_bounds(void **state)
{
	struct issuer_pool *p = pool_new();
	char *first;

	(void)state;
	for (unsigned i = 0; i < POOL_MOST_NAMED + 5; i++)
		add(p, "/CN=Same", "/CN=Same", i);
	assert_int_equal(count_found(p, "/CN=Same"), POOL_MOST_NAMED);
	first = found(p, "/CN=Same");
	assert_memory_equal(first, "from 5, ", 8);
	free(first);
	for (unsigned i = 0; i < POOL_MOST; i++) {
		char *name = text_new("/CN=%u", i);

		add(p, name, "/CN=Same", 1000 + i);
		free(name);
	}
	assert_int_equal(count_found(p, "/CN=Same"), 0); /* the oldest went */
	assert_int_equal(count_found(p, "/CN=0"), 1);
	assert_int_equal(count_found(p, "/CN=4095"), 1);
	pool_free(p);
}

/* As OpenSSL has it: another key identifier is another issuer, none may be any. */
static void
issuers_have_the_key_identifier_that_is_asked_for(void **state)
{
	static const struct {
		const char *authority; /* NULL: the leaf does not say */
		size_t count;
	} cases[] = {{"0a0b", 2}, {"0c0d", 2}, {"0e0f", 1}, {NULL, 3}};
	static const char *const subjects[] = {"0a0b", "0c0d", NULL};
	struct issuer_pool *p = pool_new();

	(void)state;
	for (unsigned i = 0; i < COUNT(subjects); i++) {
		struct certificate *c = certificate("/CN=E1", "/CN=R1", i);

		c->subject_key_id = subjects[i] ? mem_text(subjects[i]) : NULL;
		pool_add(p, c, "somewhere");
		certificate_unref(c);
	}
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct chain *chain = chain_of("/CN=leaf", "/CN=E1");
		struct issuer_set set = {NULL, 0};

		if (cases[i].authority)
			chain->certificates[0]->authority_key_id = mem_text(cases[i].authority);
		issuer_set_add(&set, p, chain);
		assert_int_equal(set.count, cases[i].count);
		issuer_set_clear(&set);
		chain_unref(chain);
	}
	pool_free(p);
}

/* A long chain of issuers stops at the bound of the set. */
static void
a_set_is_never_larger_than_its_bound(void **state)
{
	struct issuer_pool *p = pool_new();

	(void)state;
	for (unsigned i = 0; i < 2 * SET_MOST; i++) {
		char *name = text_new("/CN=%u", i), *next = text_new("/CN=%u", i + 1);

		add(p, name, next, i);
		free(name);
		free(next);
	}
	assert_int_equal(count_found(p, "/CN=0"), SET_MOST);
	assert_int_equal(count_found(p, "/CN=150"), 2 * SET_MOST - 150);
	pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(issuers_are_found_by_name_up_to_the_root),
		cmocka_unit_test(a_flood_of_certificates_has_its_bounds),
		cmocka_unit_test(issuers_have_the_key_identifier_that_is_asked_for),
		cmocka_unit_test(a_set_is_never_larger_than_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
