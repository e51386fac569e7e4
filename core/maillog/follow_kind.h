/* follow_kind: what the kinds of follow (a file, a descriptor, a command) share. For this room alone. */
#ifndef MAILLOG_FOLLOW_KIND_H
#define MAILLOG_FOLLOW_KIND_H

#include "maillog/follow.h"

#define FOLLOW_NOTE 64

/* The head of every kind. */
struct follow {
	uv_loop_t *loop;
	struct follow_events events;
	const struct follow_pace *pace;
	enum follow_state state;
	struct fault fault;
	char note[FOLLOW_NOTE];
	uint64_t bytes, skipped;
	bool closing;
	unsigned handles;                /* that are not closed yet */
	void (*close)(struct follow *f); /* closes the handles with follow_close_handle() */
	void (*free)(struct follow *f);  /* frees what the kind owns, and f, after the last of them */
};

/* Fills the head; everything else is zero already. */
void follow_begin(struct follow *f, uv_loop_t *loop, const struct follow_events *events);

/* Counts a handle that was initialised; its data is f from then on. */
void follow_handle(struct follow *f, void *handle);

/* A uv_close_cb for a counted handle whose data is f: the last one takes f with it. */
void follow_handle_closed(uv_handle_t *handle);

/* Closes a counted handle with follow_handle_closed(). */
void follow_close_handle(struct follow *f, void *handle);

/* A lines_cb whose arg is a struct follow: hands a line that cannot be read again to the user, unless he has
 * closed. */
void follow_line(void *arg, struct span line);

/* The same for any line. */
void follow_hand_out(struct follow *f, const struct follow_line *line);

/* Feeds bytes to a cutter that calls follow_line(), and counts them. */
void follow_feed(struct follow *f, struct lines *lines, const char *bytes, size_t len);

/* Sets the state and why (NULL: no fault), and tells the user if anything is another than before. */
void follow_set(struct follow *f, enum follow_state state, const struct fault *why);

/* Notes what happened, with the time of day, and tells the user. */
void follow_set_note(struct follow *f, const char *what);

/* True once this pass of the loop has used what reading may take of it. Always after at least one slice, so
 * that of several logs none starves. */
bool follow_pass_is_over(const uv_loop_t *loop);

#endif
