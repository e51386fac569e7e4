/* pathwatch: wakes who follows a path when the file under it, or its directory, may have changed. It says
 * only that it is time to look, never what happened. For this room alone. */
#ifndef MAILLOG_PATHWATCH_H
#define MAILLOG_PATHWATCH_H

#include "maillog/reader.h"

#include <uv.h>

struct pathwatch {
	char *path, *directory; /* owned */
	uv_fs_event_t on_directory, on_file;
	void (*wake)(void *arg);
	void *arg;
	uint64_t directory_device, directory_inode; /* which one is watched; 0: none */
	uint64_t file_device, file_inode;
	bool near;   /* the watched directory is only an ancestor of the one meant */
	bool failed; /* inotify took no watch: there are too many, or the directory is unreadable */
	bool deaf_directory, deaf_file; /* on a network file system */
	bool blind; /* for one of these reasons, or because of a link, the path must be polled */
};

/* Prepares to watch path. The caller closes the two handles; their data is his. */
void pathwatch_init(struct pathwatch *w, uv_loop_t *loop, const char *path, void (*wake)(void *arg),
	void *arg);

/* Watches the directory of the path as it is now, or the nearest one above it that is there; to be called
 * before each look at the path. Costs two system calls when nothing changed. */
void pathwatch_directory(struct pathwatch *w);

/* Watches the file under the path if it is the given one and not watched yet; NULL: none. To be called before
 * reading on. */
void pathwatch_file(struct pathwatch *w, const struct log_file *file);

/* Frees what it owns, once the handles are closed. */
void pathwatch_free(struct pathwatch *w);

#endif
