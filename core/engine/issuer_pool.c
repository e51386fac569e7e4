#include "engine/issuer_pool.h"

#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

struct pooled {
	struct certificate *certificate;
	char *from;
	UT_hash_handle hh;          /* by fingerprint, the oldest first */
	struct pooled *prev, *next; /* of the same name */
};

struct name {
	const char *subject; /* of its first certificate */
	struct pooled *first;
	size_t count;
	UT_hash_handle hh;
};

struct issuer_pool {
	struct pooled *all;
	struct name *names;
};

struct issuer_pool *
pool_new(void)
{
	return mem_new(1, sizeof(struct issuer_pool));
}

static struct name *
find_name(const struct issuer_pool *p, const char *subject)
{
	struct name *name;

	HASH_FIND_STR(p->names, subject, name);
	return name;
}

static void
drop(struct issuer_pool *p, struct pooled *old)
{
	struct name *name = find_name(p, old->certificate->subject);

	HASH_DEL(p->all, old);
	/* The key is a text of the certificate that goes. */
	HASH_DEL(p->names, name);
	DL_DELETE(name->first, old);
	name->count--;
	if (name->first) {
		name->subject = name->first->certificate->subject;
		HASH_ADD_KEYPTR(hh, p->names, name->subject, strlen(name->subject), name);
	} else {
		free(name);
	}
	certificate_unref(old->certificate);
	free(old->from);
	free(old);
}

static struct name *
name_for(struct issuer_pool *p, const char *subject)
{
	struct name *name = find_name(p, subject);

	if (name)
		return name;
	name = mem_new(1, sizeof *name);
	name->subject = subject;
	HASH_ADD_KEYPTR(hh, p->names, name->subject, strlen(name->subject), name);
	return name;
}

void
pool_add(struct issuer_pool *p, struct certificate *c, const char *from)
{
	struct pooled *new;
	struct name *name;

	HASH_FIND_STR(p->all, c->sha256, new);
	if (new)
		return;
	name = find_name(p, c->subject);
	if (name && name->count >= POOL_MOST_NAMED)
		drop(p, name->first);
	else if (HASH_COUNT(p->all) >= POOL_MOST)
		drop(p, p->all);
	new = mem_new(1, sizeof *new);
	new->certificate = certificate_ref(c);
	new->from = mem_text(from);
	HASH_ADD_KEYPTR(hh, p->all, c->sha256, strlen(c->sha256), new);
	name = name_for(p, new->certificate->subject);
	DL_APPEND(name->first, new);
	name->count++;
}

void
pool_free(struct issuer_pool *p)
{
	while (p && p->all)
		drop(p, p->all);
	free(p);
}

static bool
has(const struct issuer_set *set, const struct certificate *c)
{
	for (size_t i = 0; i < set->count; i++) {
		if (strcmp(set->items[i].certificate->sha256, c->sha256) == 0)
			return true;
	}
	return false;
}

/* OpenSSL takes no issuer with another key identifier: whoever sends a hundred of a good CA's name makes the
 * judgements of other relays no slower. */
static bool
may_have_issued(const struct certificate *issuer, const struct certificate *c)
{
	return !issuer->subject_key_id || !c->authority_key_id ||
	       strcmp(issuer->subject_key_id, c->authority_key_id) == 0;
}

static void
add_issuers(struct issuer_set *set, const struct issuer_pool *p, const struct certificate *c)
{
	const struct name *name = find_name(p, c->issuer);
	const struct pooled *one = name ? name->first : NULL;

	for (; one && set->count < SET_MOST; one = one->next) {
		if (has(set, one->certificate) || !may_have_issued(one->certificate, c))
			continue;
		set->items = mem_resize(set->items, set->count + 1, sizeof *set->items);
		set->items[set->count++] = (struct issuer){
			.certificate = certificate_ref(one->certificate), .from = mem_text(one->from)};
	}
}

void
issuer_set_add(struct issuer_set *set, const struct issuer_pool *p, const struct chain *chain)
{
	for (size_t i = 0; p && i < chain->count; i++)
		add_issuers(set, p, chain->certificates[i]);
	/* What was added has issuers, too; the set grows while it is read. */
	for (size_t i = 0; p && i < set->count; i++)
		add_issuers(set, p, set->items[i].certificate);
}

void
issuer_set_clear(struct issuer_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		certificate_unref(set->items[i].certificate);
		free((char *)set->items[i].from);
	}
	free(set->items);
	*set = (struct issuer_set){.items = NULL};
}
