#include "folder.h"

#include "base/text.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
folder_make(struct folder *f)
{
	strcpy(f->path, "/tmp/verifail-mta-XXXXXX");
	if (!mkdtemp(f->path))
		abort();
}

char *
folder_path(const struct folder *f, const char *name)
{
	return text_new("%s/%s", f->path, name);
}

void
folder_write(const struct folder *f, const char *name, mode_t mode, const char *content)
{
	char *path = folder_path(f, name);
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, content, strlen(content)) != (ssize_t)strlen(content) || fchmod(fd, mode) < 0)
		abort();
	close(fd);
	free(path);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

void
folder_remove(const struct folder *f)
{
	nftw(f->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
