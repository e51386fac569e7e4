#include "tui/list.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* strcasestr() takes twice as long for short texts, and a table may have many thousand of them. */
bool
list_matches(const char *text, const char *wanted)
{
	const char first = small(*wanted);

	if (!*wanted)
		return true;
	for (; *text; text++) {
		size_t i = 1;

		if (small(*text) != first)
			continue;
		while (wanted[i] && small(text[i]) == small(wanted[i]))
			i++;
		if (!wanted[i])
			return true;
	}
	return false;
}

static size_t
last_top(const struct list *l, const struct list_source *s)
{
	return s->count > l->page ? s->count - l->page : 0;
}

static bool
is_at(const struct list *l, const struct list_source *s, size_t i)
{
	return i < s->count && strcmp(s->key(s->arg, i), l->key) == 0;
}

void
list_update(struct list *l, const struct list_source *s)
{
	if (!l->pager && !l->key)
		l->at = 0;
	if (l->key && s->key && !is_at(l, s, l->at)) {
		for (size_t i = 0; i < s->count; i++) {
			if (is_at(l, s, i)) {
				l->at = i;
				break;
			}
		}
	}
	if (l->at >= s->count)
		l->at = s->count ? s->count - 1 : 0;
}

void
list_fit(struct list *l, const struct list_source *s, size_t rows)
{
	l->page = rows ? rows : 1;
	if (l->pager) {
		if (l->tail || l->at > last_top(l, s))
			l->at = last_top(l, s);
		l->top = l->at;
		return;
	}
	if (l->at < l->top)
		l->top = l->at;
	if (l->at >= l->top + l->page)
		l->top = l->at - l->page + 1;
	if (l->top > last_top(l, s))
		l->top = last_top(l, s);
}

void
list_select(struct list *l, const struct list_source *s, size_t i)
{
	free(l->key);
	l->key = NULL;
	l->at = i;
	if (i < s->count && !l->pager)
		l->key = s->key ? mem_text(s->key(s->arg, i)) : mem_text("");
}

static size_t
moved(const struct list *l, const struct list_source *s, enum action a)
{
	size_t last = l->pager ? last_top(l, s) : s->count - 1;
	size_t page = l->page > 1 ? l->page - 1 : 1;

	switch (a) {
	case ACTION_DOWN:
		return l->at < last ? l->at + 1 : last;
	case ACTION_UP:
		return l->at > 0 ? l->at - 1 : 0;
	case ACTION_PAGE_DOWN:
		return l->at + page < last ? l->at + page : last;
	case ACTION_PAGE_UP:
		return l->at > page ? l->at - page : 0;
	case ACTION_BOTTOM:
		return last;
	default:
		return 0;
	}
}

bool
list_act(struct list *l, const struct list_source *s, enum action a)
{
	if (a != ACTION_DOWN && a != ACTION_UP && a != ACTION_PAGE_DOWN && a != ACTION_PAGE_UP &&
		a != ACTION_TOP && a != ACTION_BOTTOM)
		return false;
	if (s->count == 0)
		return true;
	list_select(l, s, moved(l, s, a));
	l->tail = l->tail && a != ACTION_UP && a != ACTION_PAGE_UP && a != ACTION_TOP;
	return true;
}

bool
list_find(struct list *l, const struct list_source *s, const char *wanted, bool back, bool here)
{
	size_t n = s->count;

	for (size_t step = here ? 0 : 1; step <= n && n > 0; step++) {
		size_t i = back ? (l->at + n - step % n) % n : (l->at + step) % n;

		if (list_matches(s->text(s->arg, i), wanted)) {
			list_select(l, s, i);
			l->tail = false;
			return true;
		}
	}
	return false;
}

void
list_free(struct list *l)
{
	free(l->key);
	l->key = NULL;
}
