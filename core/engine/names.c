#include "engine/names.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "probe/dig.h"

#include <stdlib.h>
#include <string.h>

#define MOST_DIGS 256

struct question {
	struct name *name;
	size_t index;          /* into the dig */
	struct lookup *lookup; /* NULL: answered */
};

struct name {
	struct names *names;
	struct dig dig;
	char key[256];
	struct question questions[8];
	size_t open;
	UT_hash_handle hh;
};

struct names {
	struct resolver *resolver;
	int64_t timeout_ms;
	struct name *table;
	size_t open; /* names with a question under way */
	bool closing;
	void (*changed)(void *arg);
	void *arg;
	void (*closed)(void *arg);
	void *closed_arg;
};

struct names *
names_new(struct resolver *resolver, int64_t timeout_ms, void (*changed)(void *arg), void *arg)
{
	struct names *n = mem_new(1, sizeof *n);

	*n = (struct names){.resolver = resolver, .timeout_ms = timeout_ms, .changed = changed, .arg = arg};
	return n;
}

static void
clear(struct dig *dig)
{
	for (size_t i = 0; i < dig->count; i++) {
		answer_unref(dig->answers[i]);
		free(dig->texts[i]);
	}
	free(dig->name);
	*dig = (struct dig){0};
}

static void
free_names(struct names *n)
{
	struct name *name, *next;

	HASH_ITER(hh, n->table, name, next)
	{
		HASH_DEL(n->table, name);
		clear(&name->dig);
		free(name);
	}
	n->closed(n->closed_arg);
	free(n);
}

static void
answered(void *arg, struct answer *answer)
{
	struct question *q = arg;
	struct name *name = q->name;
	struct names *n = name->names;

	q->lookup = NULL;
	name->dig.answers[q->index] = answer_ref(answer);
	name->dig.texts[q->index] = dig_text(answer);
	if (--name->open == 0)
		n->open--;
	if (!n->closing)
		n->changed(n->arg);
	else if (n->open == 0)
		free_names(n);
}

/* "25.2.0.192.in-addr.arpa" (RFC 1035 section 3.5), or ip6.arpa (RFC 3596 section 2.5). */
static char *
reverse_name(const struct address *a)
{
	struct text t = {0};

	if (a->family == AF_INET)
		return text_new("%u.%u.%u.%u.in-addr.arpa", a->bytes[3], a->bytes[2], a->bytes[1],
			a->bytes[0]);
	for (int i = 15; i >= 0; i--)
		text_printf(&t, "%x.%x.", a->bytes[i] & 15u, a->bytes[i] >> 4u);
	text_put(&t, "ip6.arpa");
	return text_take(&t);
}

static void
drop_answered(struct names *n)
{
	struct name *name, *next;

	HASH_ITER(hh, n->table, name, next)
	{
		if (HASH_COUNT(n->table) < MOST_DIGS)
			return;
		if (name->open)
			continue;
		HASH_DEL(n->table, name);
		clear(&name->dig);
		free(name);
	}
}

static struct name *
find(const struct names *n, const struct target *target)
{
	struct name *name;

	HASH_FIND_STR(n->table, target->host, name);
	return name;
}

static struct name *
find_or_add(struct names *n, const struct target *target)
{
	struct name *name = find(n, target);

	if (name)
		return name;
	drop_answered(n);
	name = mem_new(1, sizeof *name);
	name->names = n;
	memcpy(name->key, target->host, sizeof name->key);
	HASH_ADD_STR(n->table, key, name);
	return name;
}

const struct dig *
names_ask(struct names *n, const struct target *target)
{
	static const int host_types[] = {DNS_MX, DNS_AAAA, DNS_A};
	struct name *name = find_or_add(n, target);
	bool is_address = target->address.family != 0;
	size_t count = is_address ? 1 : sizeof host_types / sizeof *host_types;

	if (name->open)
		return &name->dig;
	clear(&name->dig);
	name->dig.name = is_address ? reverse_name(&target->address) : mem_text(target->host);
	name->dig.count = count;
	name->open = count;
	n->open++;
	for (size_t i = 0; i < count; i++) {
		struct question *q = &name->questions[i];

		name->dig.types[i] = is_address ? DNS_PTR : host_types[i];
		*q = (struct question){.name = name, .index = i};
		q->lookup = resolver_ask(n->resolver, name->dig.name, name->dig.types[i], n->timeout_ms,
			answered, q);
	}
	n->changed(n->arg);
	return &name->dig;
}

const struct dig *
names_find(const struct names *n, const struct target *target)
{
	struct name *name = find(n, target);

	return name ? &name->dig : NULL;
}

void
names_close(struct names *n, void (*closed)(void *arg), void *arg)
{
	n->closing = true;
	n->closed = closed;
	n->closed_arg = arg;
	if (n->open == 0) {
		free_names(n);
		return;
	}
	for (struct name *name = n->table; name; name = name->hh.next) {
		for (size_t i = 0; i < name->dig.count; i++) {
			if (name->questions[i].lookup)
				lookup_cancel(name->questions[i].lookup);
		}
	}
}
