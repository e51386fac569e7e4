/* actions: the one table of what keys do. The enum, the dispatch, the footer, the help view, --keys and the
 * README's list all come from it. It knows no view: views switch over the enum. */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include "base/text.h"
#include "tui/key.h"

enum scope { /* where a key means something; a view is in exactly one */
	SCOPE_RELAYS = 1 << 0,
	SCOPE_RELAY = 1 << 1,
	SCOPE_CHAIN = 1 << 2,
	SCOPE_CERTIFICATE = 1 << 3,
	SCOPE_DIG = 1 << 4,
	SCOPE_CONNECT = 1 << 5,
	SCOPE_LOG = 1 << 6,
	SCOPE_HELP = 1 << 7,
	SCOPE_FIX = 1 << 8,
	SCOPE_END = 1 << 9,
	SCOPE_EVERYWHERE = SCOPE_END - 1,
	SCOPE_ONE_RELAY = SCOPE_RELAY | SCOPE_CHAIN | SCOPE_DIG | SCOPE_CONNECT | SCOPE_LOG,
	SCOPE_OF_RELAYS = SCOPE_RELAYS | SCOPE_ONE_RELAY,
	SCOPE_INNER = SCOPE_EVERYWHERE & ~SCOPE_RELAYS,
};

#define ACTION_KEYS 10 /* at most so many keys do the same */
#define KEYS(...)           \
	{                   \
		__VA_ARGS__ \
	}

/* name, keys, scopes, weight in the footer (0: not shown; the heaviest stay in a narrow one), label, help.
 * The order is that of the footer, the help view and the README. */
/* clang-format off */
#define ACTIONS(X)                                                                                                 \
	X(OPEN, KEYS(KEYCODE_ENTER, KEYCODE_RIGHT), SCOPE_RELAYS | SCOPE_RELAY | SCOPE_CHAIN, 90, "open",              \
		"open what is selected: the relay, its chain, the certificate")                                   \
	X(VERIFY, KEYS('v', 'r'), SCOPE_OF_RELAYS | SCOPE_FIX, 80, "verify",                                                   \
		"look at this relay now, as Sendmail would, and judge its chain")                                 \
	X(FIX, KEYS('f'), SCOPE_RELAYS | SCOPE_RELAY | SCOPE_CHAIN, 75, "fix",                                     \
		"the fix: what waiting costs, the cure, what helps here")                                         \
	X(HOST, KEYS('a'), SCOPE_RELAYS, 72, "our host",                                                           \
		"the findings for this host: its CA options, its keys, its clock")                                \
	X(CHOOSE, KEYS('1', '2', '3', '4', '5', '6', '7', '8', '9'), SCOPE_FIX, 90, "choose", "go to a remedy")    \
	X(TRY, KEYS('t'), SCOPE_FIX, 88, "try",                                                          \
		"judge this relay, and all others looked at, as if the remedy were applied; nothing is written") \
	X(NEXT_FINDING, KEYS(KEYCODE_TAB, ']'), SCOPE_FIX, 65, "next",                                    \
		"the next finding of this relay or this host")                                                \
	X(LAST_FINDING, KEYS('['), SCOPE_FIX, 0, "previous finding", "the one before")                             \
	X(VERIFY_ALL, KEYS('V'), SCOPE_RELAYS, 20, "all failing", "look at the tagged rows now, or at all failing ones") \
	X(CANCEL, KEYS('x'), SCOPE_OF_RELAYS | SCOPE_FIX, 10, "stop", "stop looking at this relay")                            \
	X(CONNECT, KEYS('c'), SCOPE_OF_RELAYS, 54, "connect", "look again and show the SMTP dialogue as it happens") \
	X(DIG, KEYS('d'), SCOPE_OF_RELAYS, 55, "dig", "ask the DNS for its MX, A and AAAA records now")            \
	X(LOG, KEYS('L'), (SCOPE_OF_RELAYS & ~SCOPE_LOG) | SCOPE_FIX, 70, "log", "the log lines of this relay")                     \
	X(FIND, KEYS('/'), SCOPE_EVERYWHERE, 58, "find", "find a text")                                            \
	X(FIND_NEXT, KEYS('n'), SCOPE_EVERYWHERE, 0, "next", "find it again, downwards")                           \
	X(FIND_BACK, KEYS('N'), SCOPE_EVERYWHERE, 0, "back", "find it again, upwards")                             \
	X(FILTER, KEYS('&'), SCOPE_EVERYWHERE & ~SCOPE_CHAIN & ~SCOPE_RELAY & ~SCOPE_FIX, 15, "filter",                        \
		"show only lines with a text; empty: all")                                                        \
	X(SORT, KEYS('s'), SCOPE_RELAYS, 56, "sort", "next order: state, name, failures, since, last seen")        \
	X(REVERSE, KEYS('I'), SCOPE_RELAYS, 0, "reverse", "reverse the order")                                  \
	X(SWAP, KEYS(KEYCODE_TAB), SCOPE_RELAYS, 30, "in/out", "outbound relays, or the hosts that connect to us")   \
	X(TAG, KEYS(KEYCODE_SPACE), SCOPE_RELAYS, 5, "tag", "tag or untag this row for V")                           \
	X(NEXT_BAD, KEYS('e'), SCOPE_RELAYS, 0, "next failing", "next failing relay")                              \
	X(LAST_BAD, KEYS('E'), SCOPE_RELAYS, 0, "previous failing", "previous failing relay")                      \
	X(PAUSE, KEYS('p'), SCOPE_RELAYS, 8, "pause", "pause the table; p again continues it")                     \
	X(COPY, KEYS('y'), SCOPE_EVERYWHERE & ~SCOPE_HELP, 40, "copy",                                            \
		"copy the command a person would have typed (a certificate: its PEM; a fix: this command or message) to the clipboard")           \
	X(WRITE, KEYS('w'), SCOPE_EVERYWHERE & ~SCOPE_HELP, 35, "write", "write what is shown (in a fix: the message, or the certificate it needs) to a file of your own (mode 0600)") \
	X(DOWN, KEYS('j', KEYCODE_DOWN), SCOPE_EVERYWHERE, 0, "down", "down")                                        \
	X(UP, KEYS('k', KEYCODE_UP), SCOPE_EVERYWHERE, 0, "up", "up")                                                \
	X(PAGE_DOWN, KEYS(KEYCODE_PAGE_DOWN), SCOPE_EVERYWHERE, 0, "page down", "a page down")                       \
	X(PAGE_UP, KEYS(KEYCODE_PAGE_UP), SCOPE_EVERYWHERE, 0, "page up", "a page up")                               \
	X(TOP, KEYS('g', KEYCODE_HOME), SCOPE_EVERYWHERE, 0, "top", "to the top")                                    \
	X(BOTTOM, KEYS('G', KEYCODE_END), SCOPE_EVERYWHERE, 0, "bottom", "to the bottom")                            \
	X(REDRAW, KEYS(KEYCODE_CTRL_L), SCOPE_EVERYWHERE, 0, "redraw", "redraw the screen")                       \
	X(BACK, KEYS(KEYCODE_ESCAPE, 'q', KEYCODE_LEFT), SCOPE_INNER, 95, "back", "back to where you came from")       \
	X(HELP, KEYS('?', KEYCODE_F1), SCOPE_EVERYWHERE & ~SCOPE_HELP, 100, "help", "the keys of this view")         \
	X(QUIT, KEYS('q'), SCOPE_RELAYS, 99, "quit", "quit; Ctrl-C quits everywhere")

/* clang-format on */

#define ACTION_ENUM(name, ...) ACTION_##name,
enum action { ACTION_NONE, ACTIONS(ACTION_ENUM) ACTION_COUNT };

struct action_entry {
	enum action action;
	int keys[ACTION_KEYS]; /* KEYCODE_NONE behind the last */
	unsigned scopes;       /* of enum scope */
	int weight;
	const char *label, *help;
};

/* What a key does in a scope; ACTION_NONE for nothing. */
enum action action_of(int key, enum scope scope);

/* The entry of an action other than ACTION_NONE. Static. */
const struct action_entry *action_entry(enum action action);

/* The footer of a scope for a width in columns: "Enter open  v verify …", cut at whole entries, the lightest
 * left out first. The caller frees it. */
char *actions_footer(enum scope scope, int width);

/* The name of a key: "Enter", "Ctrl-L", "j". The room holds any of them. */
#define ACTION_KEY_ROOM 16
void action_key_name(int key, char room[ACTION_KEY_ROOM]);

/* All keys of an entry: "j Down", and "1-9" for a run of them. Added to *out, with `between` between them. */
void action_keys_put(struct text *out, const struct action_entry *entry, const char *between);

/* The whole table in Markdown: what --keys prints and the README holds. */
void actions_markdown(struct text *out);

#endif
