#include "relays/names.h"

#include <string.h>

#define KEPT 18 /* shortenstring(): (40 - 3) / 2 bytes of each end */
#define CUT 100 /* tls.c: relay=%.100s */

static struct span
without_user(struct span relay)
{
	struct span host = span_cut_last(&relay, "@");

	return host.at ? host : relay;
}

static size_t
put_lower(struct span s, char room[NAME_ROOM])
{
	size_t len = s.len < NAME_ROOM ? s.len : NAME_ROOM - 1;
	bool literal = len && s.at[0] == '[';

	for (size_t i = 0; i < len; i++) {
		char c = s.at[i];

		if (c == '\0')
			c = '?';
		else if (c >= 'A' && c <= 'Z' && !literal)
			c = (char)(c - 'A' + 'a');
		room[i] = c;
	}
	room[len] = '\0';
	return len;
}

/* A server's relay without a name: "[ip]" from what stood between the brackets. */
static size_t
put_literal(struct span address, char room[NAME_ROOM])
{
	size_t len = address.len < NAME_ROOM - 2 ? address.len : NAME_ROOM - 3;

	if (len == 0)
		return 0;
	room[0] = '[';
	span_put((struct span){address.at, len}, room + 1, NAME_ROOM - 1);
	room[len + 1] = ']';
	room[len + 2] = '\0';
	return len + 2;
}

size_t
name_of(const struct event *e, char room[NAME_ROOM])
{
	struct span relay = span_trim(e->relay);

	if (e->direction == DIRECTION_SERVER)
		relay = without_user(relay);
	if (relay.len && relay.at[relay.len - 1] == '.')
		relay.len--;
	if (span_is(relay, "local"))
		return 0;
	if (relay.len == 0)
		return e->direction == DIRECTION_SERVER ? put_literal(e->address, room) : 0;
	return put_lower(relay, room);
}

bool
name_is_short(const char *name, size_t len)
{
	return (len == NAME_SHORTENED - 2 || len == NAME_SHORTENED - 1) && memcmp(name + KEPT, "...", 3) == 0;
}

bool
name_is_long(size_t len)
{
	return len >= NAME_SHORTENED - 1;
}

bool
name_fits(const char *name, size_t len, const char *shortened, size_t shortened_len)
{
	size_t tail = shortened_len - KEPT - 3;

	if (!name_is_long(len) || memcmp(name, shortened, KEPT) != 0)
		return false;
	/* Of a name cut at 100 bytes the end is not known. */
	return len >= CUT - 1 || memcmp(name + len - tail, shortened + KEPT + 3, tail) == 0;
}
