/* still: what a command of a test reads that is to stay: `cat "$STILL"` says nothing, costs nothing, and ends
 * with the test, however that ends: nothing outlives a test that fails or is killed. */
#ifndef UNIT_STILL_H
#define UNIT_STILL_H

#include "tests/unit/cm.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct still {
	char path[128];
	int end; /* of the pipe: the one that would write */
};

/* Makes it in a folder, and names it in the environment. */
static inline void
still_begin(struct still *s, const char *folder)
{
	int both;

	snprintf(s->path, sizeof s->path, "%s/still", folder);
	assert_int_equal(mkfifo(s->path, 0644), 0);
	both = open(s->path, O_RDWR | O_CLOEXEC);
	s->end = open(s->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	assert_true(both >= 0 && s->end >= 0);
	close(both);
	setenv("STILL", s->path, 1);
}

/* Waits until nobody has it open any more: whoever did has ended. */
static inline void
still_await_unread(const struct still *s)
{
	struct pollfd p = {.fd = s->end};

	assert_int_equal(poll(&p, 1, 30000), 1);
	assert_true(p.revents & POLLERR);
}

/* Whether somebody has it open. */
static inline bool
still_is_read(const struct still *s)
{
	struct pollfd p = {.fd = s->end};

	return poll(&p, 1, 0) == 0;
}

/* Who still reads it reads its end. */
static inline void
still_end(struct still *s)
{
	close(s->end);
	unsetenv("STILL");
}

#endif
