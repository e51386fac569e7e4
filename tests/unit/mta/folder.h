/* folder: a temporary folder with the files of a test. */
#ifndef UNIT_MTA_FOLDER_H
#define UNIT_MTA_FOLDER_H

#include <sys/types.h>

struct folder {
	char path[40];
};

/* A new folder under /tmp. */
void folder_make(struct folder *f);

/* Writes a file of that mode into it. */
void folder_write(const struct folder *f, const char *name, mode_t mode, const char *content);

/* The path of a name in it; the caller frees it. */
char *folder_path(const struct folder *f, const char *name);

/* Removes it and everything in it. */
void folder_remove(const struct folder *f);

#endif
