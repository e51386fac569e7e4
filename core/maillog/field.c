#include "maillog/field.h"

#include <limits.h>
#include <string.h>

#define QUOTED_LONGEST 512

/* A quote that was escaped in the address does not count. syslog text doubles each backslash (str2prt() in
 * Sendmail's libsm/util.c), so two of them stand for one. */
static bool
is_escaped(const char *begin, const char *quote)
{
	size_t backslashes = 0;

	while (quote - backslashes > begin && quote[-(ptrdiff_t)backslashes - 1] == '\\')
		backslashes++;
	return backslashes % 2 == 1 || backslashes % 4 == 2;
}

/* Where a quotation that opens at s[from] is closed; s.len when it never is. No address is longer than
 * QUOTED_LONGEST: a hostile line full of quotes is not searched to its end for each of them. */
static size_t
closing_quote(struct span s, size_t from)
{
	size_t end = s.len - from > QUOTED_LONGEST ? from + QUOTED_LONGEST : s.len;

	for (size_t i = from + 1; i < end; i++) {
		const char *quote = memchr(s.at + i, '"', end - i);

		if (!quote)
			break;
		i = (size_t)(quote - s.at);
		if (!is_escaped(s.at + from + 1, quote))
			return i;
	}
	return s.len;
}

/* Where the next ", " outside quotes stands at or after `from`; s.len when there is none. */
static size_t
separator(struct span s, size_t from)
{
	for (size_t i = from; i < s.len;) {
		const char *comma = memchr(s.at + i, ',', s.len - i);
		size_t end = comma ? (size_t)(comma - s.at) : s.len;
		const char *quote = memchr(s.at + i, '"', end - i);
		size_t closed = quote ? closing_quote(s, (size_t)(quote - s.at)) : s.len;

		if (closed < s.len)
			i = closed + 1;
		else if (end + 1 >= s.len || s.at[end + 1] == ' ')
			return end;
		else
			i = end + 1;
	}
	return s.len;
}

static size_t
key_index(struct span name, const struct field_key *keys, size_t count)
{
	size_t i = 0;

	while (i < count && !(keys[i].len == name.len && memcmp(keys[i].name, name.at, name.len) == 0))
		i++;
	return i;
}

void
field_find(struct span text, const struct field_key *keys, size_t count, struct span *found)
{
	size_t i = 0;

	memset(found, 0, count * sizeof *found);
	while (i < text.len) {
		size_t end = separator(text, i);
		const char *equals = memchr(text.at + i, '=', end - i);

		if (equals) {
			struct span name = {text.at + i, (size_t)(equals - text.at) - i};
			size_t key = key_index(name, keys, count);

			if (key < count && keys[key].to_end)
				end = text.len;
			if (key < count && !found[key].at)
				found[key] = (struct span){equals + 1, end - i - name.len - 1};
		}
		i = end + 2;
	}
}

int
field_number(struct span s, int otherwise)
{
	int64_t number;

	if (!span_number(s, &number) || number > INT_MAX || number <= INT_MIN)
		return otherwise;
	return (int)number;
}

void
field_relay(struct span s, struct span *name, struct span *address)
{
	struct span host = s, inside = span_cut_last(&host, " [");
	const char *end = inside.len ? memchr(inside.at, ']', inside.len) : NULL;

	*address = (struct span){NULL, 0};
	*name = s;
	if (!inside.at)
		return;
	*name = host;
	if (end)
		*address = (struct span){inside.at, (size_t)(end - inside.at)};
}
