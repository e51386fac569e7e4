/* All paths from what was sent to an anchor, and what keeps a stranger's certificates from costing more. */
#include "trust/paths.h"

#include "base/mem.h"
#include "base/text.h"
#include "material.h"
#include "tests/unit/cm.h"
#include "trust/parse.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name in the material of the certificate that was minted so; "?" none. */
static const char *
name_in(const struct pki *pki, const struct certificate *c)
{
	const struct minted *row;

	for (size_t i = 0; (row = pki_row(pki, i)); i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(row->x509, &der);
		bool same = (size_t)len == c->der_len && memcmp(der, c->der, c->der_len) == 0;

		OPENSSL_free(der);
		if (same)
			return row->spec->name;
	}
	return "?";
}

/* "leaf int root | leaf cross otherroot"; the caller frees it. */
static char *
paths_words(const struct pki *pki, struct chain **paths, size_t count)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < count; i++) {
		text_put(&t, i ? " |" : "");
		for (size_t j = 0; j < paths[i]->count; j++)
			text_printf(&t, "%s%s", t.len ? " " : "", name_in(pki, paths[i]->certificates[j]));
		chain_unref(paths[i]);
	}
	return text_take(&t);
}

static void
every_path_to_an_anchor_is_found(void **state)
{
	static const struct {
		const char *sent, *anchors, *add, *paths;
	} cases[] = {
		{"ec int", "root", NULL, "ec int root"},
		{"ec", "root", NULL, ""},
		{"ec", "root", "int", "ec int root"},
		{"ec", "root int", NULL, "ec int root"},
		{"ec int root", "root", NULL, "ec int root"},
		{"ec root int", "root", NULL, "ec int root"},
		{"ec int cross", "root otherroot", NULL, "ec int root | ec cross otherroot"},
		{"ec cross", "root otherroot int", NULL, "ec int root | ec cross otherroot"},
		{"ec int", "root root-before", "cross", "ec int root | ec int root-before"},
		{"ec cross int-before", "root otherroot", "int",
			"ec cross otherroot | ec int-before root | ec int root"},
		/* the same name, another key: it signed nothing */
		{"ec int", "namesake", NULL, ""},
		{"ec int", "root namesake", NULL, "ec int root"},
		{"tampered int", "root", NULL, ""},
		/* dates, purposes and levels do not count */
		{"expired int", "root", NULL, "expired int root"},
		{"client-only int", "root", NULL, "client-only int root"},
		/* one that is an anchor itself */
		{"self", "self", NULL, "self"},
		{"self", "root", NULL, ""},
		/* an intermediate in the store is no anchor */
		{"ec int", "int", NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct store *store = store_named(cases[i].anchors);
		struct chain *sent = chain_named(cases[i].sent);
		struct chain *add = cases[i].add ? chain_named(cases[i].add) : NULL;
		struct chain *paths[PATHS_MOST];
		char *words = paths_words(material(), paths, judge_paths(sent, store, add, paths));

		if (strcmp(words, cases[i].paths) != 0)
			fail_msg("%s, %s in the store: \"%s\"", cases[i].sent, cases[i].anchors, words);
		free(words);
		chain_unref(sent);
		chain_unref(add);
		store_unref(store);
	}
}

static void
nothing_leads_nowhere(void **state)
{
	struct chain *sent = chain_named("ec int"), *none = chain_new(mem_new(1, sizeof(void *)), 0);
	struct store *store = store_named("root");
	struct chain *paths[PATHS_MOST];

	(void)state;
	assert_int_equal(judge_paths(NULL, store, NULL, paths), 0);
	assert_int_equal(judge_paths(none, store, NULL, paths), 0);
	assert_int_equal(judge_paths(sent, NULL, NULL, paths), 0);
	chain_unref(sent);
	chain_unref(none);
	store_unref(store);
}

#define MANY 100
#define SUBJECT "/O=Crowd/CN=Same Name"

/* Rows: "root", then MANY CAs, then "leaf", which the last of them issued. */
static const struct pki *
crowd(bool one_key)
{
	static struct pki *minted[2];
	static struct cert_spec specs[2][MANY + 2];
	static char names[MANY][16];
	struct cert_spec *rows = specs[one_key];

	if (minted[one_key])
		return minted[one_key];
	rows[0] = (struct cert_spec){.name = "root", .subject = "/O=Crowd/CN=Root", .kind = CERT_CA};
	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "same%zu", i);
		/* With one key each of them has signed every other: a ring of any length. */
		rows[i + 1] = (struct cert_spec){.name = names[i],
			.subject = SUBJECT,
			.kind = CERT_CA,
			.key = one_key && i ? "=same0" : NULL,
			.issuer = i + 1 == MANY ? "root" : NULL};
	}
	rows[MANY + 1] = (struct cert_spec){
		.name = "leaf", .issuer = names[MANY - 1], .subject = "/CN=leaf.example.net"};
	minted[one_key] = pki_new(rows, MANY + 2, (time_t)NOW);
	return minted[one_key];
}

static struct certificate *
crowd_row(const struct pki *pki, size_t i)
{
	unsigned char *der = NULL;
	int len = i2d_X509(pki_row(pki, i)->x509, &der);
	struct certificate *c = certificate_from_der(der, (size_t)len);

	OPENSSL_free(der);
	return c;
}

/* The leaf, and behind it the first `count` of the crowd, from behind when `last_first`. */
static struct chain *
crowd_sent(const struct pki *pki, size_t count, bool last_first)
{
	struct certificate **list = mem_new(count + 1, sizeof(struct certificate *));

	list[0] = crowd_row(pki, MANY + 1);
	for (size_t i = 0; i < count; i++)
		list[i + 1] = crowd_row(pki, last_first ? MANY - i : i + 1);
	return chain_new(list, count + 1);
}

static struct store *
crowd_store(const struct pki *pki)
{
	struct certificate *root = crowd_row(pki, 0);
	struct policy *p = policy_new();
	struct store *s;

	p->ca_file = mem_text("/etc/mail/ca.crt");
	p->ca_path = mem_text("/etc/mail/certs");
	fill_file(&p->ca_file_bytes, p->ca_file, certificate_to_pem(root));
	s = store_new(p);
	policy_unref(p);
	certificate_unref(root);
	return s;
}

/* Whatever is sent, it ends; the path is still found among a hundred keys of one name. */
static void
crowds_and_rings_are_bounded(void **state)
{
	static const struct {
		bool one_key, last_first;
		size_t sent, least;
	} cases[] = {
		{false, false, MANY, 1},
		{false, true, MANY, 1},
		{false, false, MANY - 1, 0},
		{true, true, MANY, 1},
		{true, false, MANY, 0}, /* a ring of 99 stands in front: it may not be got through */
		{true, false, MANY - 1, 0},
		{true, false, 3, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct pki *pki = crowd(cases[i].one_key);
		struct chain *sent = crowd_sent(pki, cases[i].sent, cases[i].last_first);
		struct store *store = crowd_store(pki);
		struct chain *paths[PATHS_MOST];
		size_t count = judge_paths(sent, store, NULL, paths);

		assert_in_range(count, cases[i].least, PATHS_MOST);
		for (size_t j = 0; j < count; j++) {
			assert_in_range(paths[j]->count, 3, PATHS_DEPTH);
			assert_string_equal(paths[j]->certificates[paths[j]->count - 1]->subject,
				"/O=Crowd/CN=Root");
			chain_unref(paths[j]);
		}
		chain_unref(sent);
		store_unref(store);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_to_an_anchor_is_found),
		cmocka_unit_test(nothing_leads_nowhere),
		cmocka_unit_test(crowds_and_rings_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
