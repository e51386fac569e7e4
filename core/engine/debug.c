#include "engine/debug.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/when.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct debug {
	FILE *file;
};

struct debug *
debug_open(const char *path, struct fault *why)
{
	/* Not blocking on a pipe that nobody reads. */
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	struct debug *d;

	if (fd < 0) {
		file_fault(path, -errno, why);
		return NULL;
	}
	fcntl(fd, F_SETFL, O_APPEND);
	d = mem_new(1, sizeof *d);
	d->file = fdopen(fd, "a");
	if (!d->file) {
		file_fault(path, -errno, why);
		close(fd);
		free(d);
		return NULL;
	}
	return d;
}

/* A peer's bytes go into a file that somebody will look at in a terminal. */
static void
put_harmless(FILE *file, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c >= 0x7f ||
			c == '\\') /* the backslash, too: what stands there has one meaning */
			fprintf(file, "\\x%02x", c);
		else
			fputc(c, file);
	}
}

void
debug_connection(struct debug *d, const struct observation *o)
{
	char when[WHEN_ROOM], address[ADDRESS_ROOM];

	if (!d)
		return;
	when_format(o->begun_ms, when);
	address_print(&o->address, address);
	fprintf(d->file, "%s connection to %s port %u: reached %s, fault %s %d ", when, address, o->port,
		stage_word(o->reached), fault_word(o->fault.kind), o->fault.code);
	put_harmless(d->file, o->fault.text);
	fputc('\n', d->file);
	for (size_t i = 0; i < o->transcript_count; i++) {
		fprintf(d->file, "%6lld %c ", (long long)o->transcript[i].at_ms, o->transcript[i].mark);
		put_harmless(d->file, o->transcript[i].text);
		fputc('\n', d->file);
	}
	fflush(d->file);
}

void
debug_close(struct debug *d)
{
	if (!d)
		return;
	fclose(d->file);
	free(d);
}
