#include "base/span.h"

#include "base/mem.h"

#include <string.h>

struct span
span_of(const char *text)
{
	return (struct span){text, text ? strlen(text) : 0};
}

bool
span_same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool
span_is(struct span s, const char *text)
{
	return span_same(s, span_of(text));
}

bool
span_starts(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && span_same((struct span){s.at, len}, (struct span){text, len});
}

bool
span_ends(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && span_same(span_skip(s, s.len - len), (struct span){text, len});
}

struct span
span_skip(struct span s, size_t n)
{
	if (n >= s.len)
		return (struct span){s.at ? s.at + s.len : NULL, 0};
	return (struct span){s.at + n, s.len - n};
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

struct span
span_trim(struct span s)
{
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	while (s.len && is_blank(s.at[0]))
		s = span_skip(s, 1);
	return s;
}

ptrdiff_t
span_find(struct span s, const char *needle)
{
	const char *found = s.len ? memmem(s.at, s.len, needle, strlen(needle)) : NULL;

	return found ? found - s.at : -1;
}

bool
span_cut(struct span *rest, const char *separator, struct span *head)
{
	ptrdiff_t where = span_find(*rest, separator);

	if (where < 0) {
		*head = *rest;
		*rest = span_skip(*rest, rest->len);
		return false;
	}
	*head = (struct span){rest->at, (size_t)where};
	*rest = span_skip(*rest, (size_t)where + strlen(separator));
	return true;
}

struct span
span_cut_last(struct span *head, const char *separator)
{
	size_t len = strlen(separator), end = head->len < len ? 0 : head->len - len + 1;
	const char *found;

	while (end && (found = memrchr(head->at, separator[0], end)) != NULL) {
		size_t where = (size_t)(found - head->at);

		if (memcmp(found, separator, len) == 0) {
			struct span tail = span_skip(*head, where + len);

			head->len = where;
			return tail;
		}
		end = where;
	}
	return (struct span){NULL, 0};
}

bool
span_number(struct span s, int64_t *number)
{
	bool negative = s.len > 1 && s.at[0] == '-';
	int64_t value = 0;

	if (negative)
		s = span_skip(s, 1);
	if (s.len == 0 || s.len > 18)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		value = value * 10 + (s.at[i] - '0');
	}
	*number = negative ? -value : value;
	return true;
}

char *
span_copy(struct span s)
{
	return mem_copy(s.at, s.len);
}

void
span_put(struct span s, char *room, size_t size)
{
	size_t len = s.len < size ? s.len : size - 1;

	if (len)
		memcpy(room, s.at, len);
	room[len] = '\0';
}
