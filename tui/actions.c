#include "tui/actions.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ACTION_ENTRY(name, key_list, where, heavy, word, sentence) \
	[ACTION_##name] = {.action = ACTION_##name,                \
		.keys = key_list,                                  \
		.scopes = (where),                                 \
		.weight = (heavy),                                 \
		.label = (word),                                   \
		.help = (sentence)},

static const struct action_entry table[ACTION_COUNT] = {ACTIONS(ACTION_ENTRY)};

static const struct {
	int key;
	const char *name;
} key_names[] = {
	{KEYCODE_ENTER, "Enter"},
	{KEYCODE_TAB, "Tab"},
	{KEYCODE_CTRL_L, "Ctrl-L"},
	{KEYCODE_CTRL_U, "Ctrl-U"},
	{KEYCODE_ESCAPE, "Esc"},
	{KEYCODE_SPACE, "Space"},
	{KEYCODE_UP, "Up"},
	{KEYCODE_DOWN, "Down"},
	{KEYCODE_LEFT, "Left"},
	{KEYCODE_RIGHT, "Right"},
	{KEYCODE_PAGE_UP, "PgUp"},
	{KEYCODE_PAGE_DOWN, "PgDn"},
	{KEYCODE_HOME, "Home"},
	{KEYCODE_END, "End"},
	{KEYCODE_BACKSPACE, "Backspace"},
	{KEYCODE_DELETE, "Delete"},
	{KEYCODE_F1, "F1"},
};

static const struct {
	enum scope scope;
	const char *name;
} scope_names[] = {
	{SCOPE_RELAYS, "relays"},
	{SCOPE_RELAY, "relay"},
	{SCOPE_CHAIN, "chain"},
	{SCOPE_CERTIFICATE, "certificate"},
	{SCOPE_DIG, "dig"},
	{SCOPE_CONNECT, "connect"},
	{SCOPE_LOG, "log"},
	{SCOPE_HELP, "help"},
	{SCOPE_FIX, "fix"},
};

#define SCOPES (sizeof scope_names / sizeof *scope_names)
static_assert(1 << SCOPES == SCOPE_END, "each scope has its name");

enum action
action_of(int key, enum scope scope)
{
	if (key == KEYCODE_NONE)
		return ACTION_NONE;
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		for (int k = 0; k < ACTION_KEYS; k++) {
			if (table[a].keys[k] == key && (table[a].scopes & scope))
				return (enum action)a;
		}
	}
	return ACTION_NONE;
}

const struct action_entry *
action_entry(enum action action)
{
	return &table[action];
}

void
action_key_name(int key, char room[ACTION_KEY_ROOM])
{
	for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++) {
		if (key_names[i].key == key) {
			snprintf(room, ACTION_KEY_ROOM, "%s", key_names[i].name);
			return;
		}
	}
	snprintf(room, ACTION_KEY_ROOM, "%c", key);
}

/* How many keys from number k on follow each other, as 1 to 9 do. */
static int
run_length(const struct action_entry *entry, int k)
{
	int n = 1;

	while (k + n < ACTION_KEYS && entry->keys[k + n] == entry->keys[k] + n)
		n++;
	return n;
}

/* The key of number k, or the run that begins there ("1-9"); returns how many keys that are. */
static int
put_keys(struct text *out, const struct action_entry *entry, int k)
{
	char first[ACTION_KEY_ROOM], last[ACTION_KEY_ROOM];
	int n = run_length(entry, k);

	action_key_name(entry->keys[k], first);
	action_key_name(entry->keys[k + n - 1], last);
	if (n > 2)
		text_printf(out, "%s-%s", first, last);
	else
		text_put(out, first);
	return n > 2 ? n : 1;
}

void
action_keys_put(struct text *out, const struct action_entry *entry, const char *between)
{
	for (int k = 0; k < ACTION_KEYS && entry->keys[k] != KEYCODE_NONE;) {
		text_put(out, k ? between : "");
		k += put_keys(out, entry, k);
	}
}

/* The first key stands for all in the footer. */
static void
put_footer(struct text *out, const struct action_entry *entry)
{
	put_keys(out, entry, 0);
	text_printf(out, " %s", entry->label);
}

static int
footer_width(const struct action_entry *entry)
{
	struct text out = {NULL, 0, 0};
	int width;

	put_footer(&out, entry);
	width = (int)out.len;
	text_free(&out);
	return width;
}

/* The heaviest entry of the scope that was not taken yet; ACTION_NONE when there is none. */
static enum action
heaviest(enum scope scope, const bool taken[ACTION_COUNT])
{
	enum action best = ACTION_NONE;

	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		if (!taken[a] && table[a].weight > 0 && (table[a].scopes & scope) &&
			(best == ACTION_NONE || table[a].weight > table[best].weight))
			best = (enum action)a;
	}
	return best;
}

char *
actions_footer(enum scope scope, int width)
{
	bool taken[ACTION_COUNT] = {false};
	struct text out = {NULL, 0, 0};
	enum action a;
	int used = 0;

	while ((a = heaviest(scope, taken)) != ACTION_NONE) {
		int more = footer_width(&table[a]) + (used ? 2 : 0);

		if (used + more > width)
			break;
		taken[a] = true;
		used += more;
	}
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		if (!taken[i])
			continue;
		text_put(&out, out.len ? "  " : "");
		put_footer(&out, &table[i]);
	}
	return text_take(&out);
}

static void
put_scopes(struct text *out, unsigned scopes)
{
	bool first = true;

	if (scopes == SCOPE_EVERYWHERE) {
		text_put(out, "everywhere");
		return;
	}
	for (size_t i = 0; i < SCOPES; i++) {
		if (scopes & scope_names[i].scope) {
			text_printf(out, "%s%s", first ? "" : ", ", scope_names[i].name);
			first = false;
		}
	}
}

void
actions_markdown(struct text *out)
{
	text_put(out, "| key | what it does | where |\n|---|---|---|\n");
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		text_put(out, "| `");
		action_keys_put(out, &table[a], "` `");
		text_printf(out, "` | %s | ", table[a].help);
		put_scopes(out, table[a].scopes);
		text_put(out, " |\n");
	}
}
