#include "trust/paths.h"

#include "base/mem.h"
#include "trust/x509.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

#define NODES ((size_t)2 * PATHS_CERTIFICATES) /* the store's come to the others as they are asked for */

enum signs { SIGNS_UNKNOWN, SIGNS_NOT, SIGNS };

struct node { /* a certificate that may be part of a path */
	struct certificate *facts;
	X509 *x509; /* of facts */
	bool stored, anchor;
	bool on_path;
	unsigned char *signed_by; /* an enum signs for each node; NULL: nothing was asked yet */
};

struct search {
	const struct store *store;
	struct node nodes[NODES];
	size_t count;
	size_t path[PATHS_DEPTH], depth; /* the path so far, in nodes */
	size_t turn[PATHS_DEPTH];        /* which issuer is tried next at each depth */
	size_t signatures, steps;
	struct chain **found;
	size_t found_count;
};

static struct node *
find_node(struct search *s, const struct certificate *c)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->nodes[i].facts->sha256, c->sha256) == 0)
			return &s->nodes[i];
	}
	return NULL;
}

/* NULL when it cannot be one: there are too many, or it was not read by OpenSSL. */
static struct node *
add_node(struct search *s, const struct certificate *c)
{
	struct node *node = find_node(s, c);
	X509 *x = node || s->count == NODES ? NULL : certificate_x509(c);

	if (!x)
		return node;
	node = &s->nodes[s->count++];
	*node = (struct node){.facts = (struct certificate *)c, .x509 = x};
	return node;
}

static void
add_chain(struct search *s, const struct chain *chain)
{
	for (size_t i = 0; chain && i < chain->count && s->count < PATHS_CERTIFICATES; i++)
		add_node(s, chain->certificates[i]);
}

/* The store may hold thousands: only those become nodes whose name is asked for. */
static void
add_stored(struct search *s, const char *subject)
{
	const struct certificate *c;
	bool anchor;

	for (size_t i = store_first(s->store, subject); (c = store_at(s->store, i, subject, &anchor)); i++) {
		struct node *node = add_node(s, c);

		if (node) {
			node->stored = true;
			node->anchor |= anchor;
		}
	}
}

/* Names, key identifiers and key usage cost nothing; the signature is counted. */
static bool
is_signed_by(struct search *s, const struct node *child, const struct node *issuer)
{
	unsigned char *known = &child->signed_by[issuer - s->nodes];

	if (*known == SIGNS_UNKNOWN) {
		bool may = X509_check_issued(issuer->x509, child->x509) == X509_V_OK &&
			   s->signatures < PATHS_SIGNATURES;

		s->signatures += may;
		*known = may && X509_verify(child->x509, X509_get0_pubkey(issuer->x509)) == 1 ? SIGNS
											      : SIGNS_NOT;
	}
	return *known == SIGNS;
}

static void
note_path(struct search *s)
{
	struct certificate **list = mem_new(s->depth, sizeof(struct certificate *));

	for (size_t i = 0; i < s->depth; i++)
		list[i] = certificate_ref(s->nodes[s->path[i]].facts);
	s->found[s->found_count++] = chain_new(list, s->depth);
}

static void
put_on_path(struct search *s, size_t at)
{
	struct node *node = &s->nodes[at];

	s->steps++;
	s->turn[s->depth] = 0;
	s->path[s->depth++] = at;
	node->on_path = true;
	if (!node->signed_by) {
		node->signed_by = mem_new(NODES, 1);
		add_stored(s, node->facts->issuer);
	}
	if (node->anchor)
		note_path(s);
}

static void
take_off_path(struct search *s)
{
	s->nodes[s->path[--s->depth]].on_path = false;
}

/* The next issuer of the path's last certificate that was not tried there, those of the store first; NODES:
 * none is left, or it is enough. */
static size_t
next_issuer(struct search *s)
{
	size_t last = s->depth - 1, *turn = &s->turn[last];
	const struct node *child = &s->nodes[s->path[last]];

	if (child->anchor || s->found_count == PATHS_MOST || s->depth == PATHS_DEPTH ||
		s->steps == PATHS_STEPS)
		return NODES;
	while (*turn < 2 * NODES) {
		bool stored = *turn < NODES;
		size_t i = (*turn)++ % NODES;

		if (i < s->count && s->nodes[i].stored == stored && !s->nodes[i].on_path &&
			is_signed_by(s, child, &s->nodes[i]))
			return i;
	}
	return NODES;
}

size_t
judge_paths(const struct chain *sent, const struct store *store, const struct chain *add,
	struct chain *paths[PATHS_MOST])
{
	struct search *s;
	size_t count;

	if (!sent || !sent->count || !store)
		return 0;
	s = mem_new(1, sizeof *s);
	s->store = store;
	s->found = paths;
	add_chain(s, sent);
	add_chain(s, add);
	if (s->count && s->nodes[0].facts == sent->certificates[0])
		put_on_path(s, 0);
	while (s->depth) {
		size_t issuer = next_issuer(s);

		if (issuer < NODES)
			put_on_path(s, issuer);
		else
			take_off_path(s);
	}
	ERR_clear_error();
	count = s->found_count;
	for (size_t i = 0; i < s->count; i++)
		free(s->nodes[i].signed_by);
	free(s);
	return count;
}
