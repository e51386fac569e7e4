#include "engine/newest.h"

#include <stdio.h>

void
newest_put_key(char room[LOOK_KEY_ROOM], const struct target *target)
{
	snprintf(room, LOOK_KEY_ROOM, "%s %u", target->host, target->port);
}

struct newest *
newest_find_key(struct newest *all, const char *key)
{
	struct newest *n;

	HASH_FIND_STR(all, key, n);
	return n;
}

struct newest *
newest_find(struct newest *all, const struct target *target)
{
	char key[LOOK_KEY_ROOM];

	newest_put_key(key, target);
	return newest_find_key(all, key);
}

static void
forget(struct newest **all, struct newest *n)
{
	HASH_DEL(*all, n);
	inquiry_free(n->inquiry);
	look_unref(n->look);
	look_unref(n->before);
	free(n);
}

static void
drop_oldest(struct newest **all)
{
	struct newest *n, *next;

	HASH_ITER(hh, *all, n, next)
	{
		if (HASH_COUNT(*all) < NEWEST_MOST)
			return;
		if (look_has_ended(n->look))
			forget(all, n);
	}
}

struct newest *
newest_put(struct newest **all, const struct target *target, struct look *look,
	const struct inquiry_owner *owner)
{
	struct newest *n = newest_find(*all, target);

	if (n) {
		inquiry_free(n->inquiry);
		look_unref(n->before);
		n->before = n->look;
	} else {
		drop_oldest(all);
		n = mem_new(1, sizeof *n);
		newest_put_key(n->key, target);
		HASH_ADD_STR(*all, key, n);
	}
	n->look = look;
	n->inquiry = inquiry_new(owner, look);
	return n;
}

void
newest_free(struct newest **all)
{
	while (*all)
		forget(all, *all);
}
