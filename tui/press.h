/* press: keys as numbers: a Unicode code point, or one of these for keys that have none. */
#ifndef TUI_PRESS_H
#define TUI_PRESS_H

enum press {
	PRESS_NONE = 0,
	PRESS_TAB = 9,
	PRESS_CTRL_L = 12,
	PRESS_CTRL_U = 21,
	PRESS_ENTER = 13,
	PRESS_ESCAPE = 27,
	PRESS_SPACE = 32,
	PRESS_UP = 0x110000, /* the first number behind Unicode */
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_BACKSPACE,
	PRESS_DELETE,
	PRESS_F1,
};

#endif
