/* list: what every list on the screen has in common: a selection that follows its object by key, not by row;
 * scrolling; finding. A pager is a list without a selection: moving scrolls. It draws nothing. */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "tui/actions.h"

struct list_source { /* the items as they are now, in the order shown */
	size_t count;
	const char *(*key)(void *arg,
		size_t i); /* a lasting name of the object; NULL: items are named by their numbers */
	const char *(*text)(void *arg, size_t i); /* what finding looks into */
	void *arg;
};

struct list {
	char *key;   /* of the selected item once the user has chosen; NULL: the top one, whatever it is */
	size_t at;   /* the selected item; of a pager the first row shown */
	size_t top;  /* the first item shown */
	size_t page; /* items shown at the last drawing */
	bool pager;
	bool tail; /* a pager that stays at the end while lines are added */
};

/* Finds the selected object among the items as they are now. If it is gone the selection stays at the same
 * row. */
void list_update(struct list *l, const struct list_source *s);

/* Says how many rows there are to draw on; afterwards the items from top on are to be shown. */
void list_fit(struct list *l, const struct list_source *s, size_t rows);

/* Moves; false when the action is no movement. */
bool list_act(struct list *l, const struct list_source *s, enum action a);

/* Selects an item. */
void list_select(struct list *l, const struct list_source *s, size_t i);

/* Selects the next item with a text, letter case aside, going round; with `here` the one at the selection
 * counts too. False: none. */
bool list_find(struct list *l, const struct list_source *s, const char *wanted, bool back, bool here);

/* Frees what it holds. */
void list_free(struct list *l);

/* Letter case aside, does text hold wanted? (ASCII letters; an empty one is everywhere.) */
bool list_matches(const char *text, const char *wanted);

#endif
