/* key: keys as numbers: a Unicode code point, or one of these for keys that have none. */
#ifndef TUI_KEYCODE_H
#define TUI_KEYCODE_H

enum keycode {
	KEYCODE_NONE = 0,
	KEYCODE_TAB = 9,
	KEYCODE_CTRL_L = 12,
	KEYCODE_CTRL_U = 21,
	KEYCODE_ENTER = 13,
	KEYCODE_ESCAPE = 27,
	KEYCODE_SPACE = 32,
	KEYCODE_UP = 0x110000, /* the first number behind Unicode */
	KEYCODE_DOWN,
	KEYCODE_LEFT,
	KEYCODE_RIGHT,
	KEYCODE_PAGE_UP,
	KEYCODE_PAGE_DOWN,
	KEYCODE_HOME,
	KEYCODE_END,
	KEYCODE_BACKSPACE,
	KEYCODE_DELETE,
	KEYCODE_F1,
};

#endif
