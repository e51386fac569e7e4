#include "tui/terminal.h"

#include "base/mem.h"
#include "tui/clipboard.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum { WATCH_WINCH, WATCH_CONT, WATCH_TSTP, WATCH_INT, WATCH_TERM, WATCH_HUP, WATCH_QUIT, WATCHES };

static const int watched[WATCHES] = {SIGWINCH, SIGCONT, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

struct terminal {
	struct terminal_events events;
	uv_poll_t poll;
	uv_signal_t signals[WATCHES];
	int open; /* handles whose close callback is still to come */
	FILE *in; /* the terminal once more: polling makes it non-blocking, and the shell's must stay blocking
		   */
	SCREEN *screen;
	WINDOW *pad; /* keys are read through it: wgetch() refreshes its window, and a pad has nothing to
			refresh */
	bool closed;
};

/* What a crash needs to put the terminal right without curses, and without anything a signal may not do. */
static struct {
	bool armed;
	struct termios before;
	char bytes[256];
	size_t len;
} rescue;

static void
rescue_add(const char *capability)
{
	const char *sequence = tigetstr(capability);
	size_t len = sequence && sequence != (char *)-1 ? strlen(sequence) : 0;

	if (len == 0 || rescue.len + len > sizeof rescue.bytes)
		return;
	memcpy(rescue.bytes + rescue.len, sequence, len);
	rescue.len += len;
}

static void
rescue_now(void)
{
	if (!rescue.armed)
		return;
	rescue.armed = false;
	if (write(STDOUT_FILENO, rescue.bytes, rescue.len) < 0)
		return;
	tcsetattr(STDOUT_FILENO, TCSANOW, &rescue.before);
}

static void
on_fatal(int number)
{
	rescue_now();
	raise(number); /* SA_RESETHAND: this time for good */
}

static void
rescue_arm(void)
{
	struct sigaction action = {.sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND | SA_NODEFER}, old;

	rescue.len = 0;
	rescue_add("sgr0");
	rescue_add("rmkx");
	rescue_add("rmcup");
	rescue_add("cnorm");
	rescue.armed = true;
	/* The handlers of a sanitizer are kept: they print a report. */
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
		if (sigaction(fatal[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(fatal[i], &action, NULL);
	}
	mem_on_exhausted(rescue_now);
}

static const struct {
	int curses;
	int ours;
} keys[] = {
	{KEY_UP, KEYCODE_UP},
	{KEY_DOWN, KEYCODE_DOWN},
	{KEY_LEFT, KEYCODE_LEFT},
	{KEY_RIGHT, KEYCODE_RIGHT},
	{KEY_PPAGE, KEYCODE_PAGE_UP},
	{KEY_NPAGE, KEYCODE_PAGE_DOWN},
	{KEY_HOME, KEYCODE_HOME},
	{KEY_END, KEYCODE_END},
	{KEY_BACKSPACE, KEYCODE_BACKSPACE},
	{KEY_DC, KEYCODE_DELETE},
	{KEY_ENTER, KEYCODE_ENTER},
	{KEY_F(1), KEYCODE_F1},
};

static int
key_of(int result, wint_t got)
{
	if (result == KEY_CODE_YES) {
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
			if (keys[i].curses == (int)got)
				return keys[i].ours;
		}
		return KEYCODE_NONE;
	}
	switch (got) {
	case '\n':
		return KEYCODE_ENTER;
	case 0x08:
	case 0x7F:
		return KEYCODE_BACKSPACE;
	default:
		return (int)got;
	}
}

static bool
is_dead(const struct terminal *t)
{
	struct pollfd p = {.fd = fileno(t->in), .events = POLLIN};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct terminal *t = poll->data;
	wint_t got;
	int result;

	(void)events;
	while (!t->closed && status == 0 && (result = wget_wch(t->pad, &got)) != ERR) {
		int key = key_of(result, got);

		if (key != KEYCODE_NONE)
			t->events.key(t->events.arg, key);
	}
	if (!t->closed && (status < 0 || is_dead(t))) {
		uv_poll_stop(&t->poll);
		t->events.ended(t->events.arg, SIGHUP);
	}
}

static void
fit_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
}

/* curses ignores SIGTSTP while it draws, so a Ctrl-Z at that moment would be lost: it is handled here. */
static void
stop(struct terminal *t, uv_signal_t *handle, uv_signal_cb again)
{
	endwin();
	uv_signal_stop(handle); /* what the signal does by itself is to stop us */
	kill(getpid(), SIGTSTP);
	uv_signal_start(handle, again, SIGTSTP);
	def_shell_mode(); /* the settings that the user has made meanwhile */
	fit_size();
	t->events.resized(t->events.arg);
}

static void
on_signal(uv_signal_t *handle, int number)
{
	struct terminal *t = handle->data;

	if (t->closed)
		return;
	if (number == SIGTSTP) {
		stop(t, handle, on_signal);
	} else if (number == SIGWINCH || number == SIGCONT) {
		fit_size();
		t->events.resized(t->events.arg);
	} else {
		t->events.ended(t->events.arg, number);
	}
}

static void
on_closed(uv_handle_t *handle)
{
	struct terminal *t = handle->data;

	if (--t->open > 0)
		return;
	fclose(t->in);
	free(t);
}

static bool
can_be_drawn_on(struct fault *why)
{
	const char *term = getenv("TERM");
	int error;

	if (!isatty(STDOUT_FILENO)) {
		fault_set(why, FAULT_USAGE, 0, "standard output is no terminal: use \"verifail report\"");
		return false;
	}
	if (!term || !*term || setupterm(term, STDOUT_FILENO, &error) == ERR || !tigetstr("cup") ||
		tigetstr("cup") == (char *)-1) {
		fault_set(why, FAULT_USAGE, 0,
			"this terminal (TERM=%s) cannot be drawn on: use \"verifail report\"",
			term ? term : "");
		return false;
	}
	del_curterm(cur_term); /* newterm() makes its own */
	return true;
}

static FILE *
open_again(struct fault *why)
{
	const char *path = ttyname(STDOUT_FILENO);
	int fd = open(path ? path : "/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	FILE *in = fd >= 0 ? fdopen(fd, "r+") : NULL;

	if (!in) {
		fault_set(why, FAULT_FILE, -errno, "cannot open the terminal: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return in;
}

static void
set_modes(struct terminal *t)
{
	cbreak();
	noecho();
	nonl();
	set_escdelay(25);
	t->pad = newpad(1, 1);
	keypad(t->pad, TRUE);
	nodelay(t->pad, TRUE);
}

/* A shell without job control ignores it: if we stopped, nothing would continue us. */
static bool
is_ignored(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

/* SIGWINCH and SIGTSTP are watched before newterm(), which would take them for itself. */
static void
watch_signals(struct terminal *t, uv_loop_t *loop)
{
	for (int i = 0; i < WATCHES; i++) {
		uv_signal_init(loop, &t->signals[i]);
		t->signals[i].data = t;
		if (watched[i] != SIGTSTP || !is_ignored(SIGTSTP))
			uv_signal_start(&t->signals[i], on_signal, watched[i]);
		t->open++;
	}
}

struct terminal *
terminal_new(uv_loop_t *loop, const struct terminal_events *events, struct fault *why)
{
	struct terminal *t;
	FILE *in;

	if (!can_be_drawn_on(why) || !(in = open_again(why)))
		return NULL;
	t = mem_new(1, sizeof *t);
	t->events = *events;
	t->in = in;
	tcgetattr(STDOUT_FILENO, &rescue.before);
	watch_signals(t, loop);
	t->screen = newterm(NULL, stdout, in);
	if (!t->screen) {
		fault_set(why, FAULT_USAGE, 0, "curses cannot use this terminal: use \"verifail report\"");
		terminal_close(t);
		return NULL;
	}
	set_modes(t);
	rescue_arm();
	uv_poll_init(loop, &t->poll, fileno(in));
	t->poll.data = t;
	t->open++;
	uv_poll_start(&t->poll, UV_READABLE | UV_DISCONNECT, on_readable);
	return t;
}

void
terminal_close(struct terminal *t)
{
	if (!t || t->closed)
		return;
	t->closed = true;
	rescue.armed = false;
	mem_on_exhausted(NULL);
	if (t->screen) {
		endwin();
		delwin(t->pad);
		delscreen(t->screen);
		uv_close((uv_handle_t *)&t->poll, on_closed);
	}
	for (int i = 0; i < WATCHES; i++)
		uv_close((uv_handle_t *)&t->signals[i], on_closed);
}

void
terminal_copy(struct terminal *t, const char *text)
{
	char *sequence = clipboard_sequence(text, getenv("TMUX") != NULL);

	if (!t->closed) {
		fputs(sequence, stdout);
		fflush(stdout);
	}
	free(sequence);
}
