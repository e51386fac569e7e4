#include "base/file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

static int
read_all(int fd, size_t limit, unsigned char **bytes, size_t *len)
{
	size_t room = 0, have = 0;
	unsigned char *at = NULL;
	ssize_t got;

	do {
		if (have == room) {
			room = room ? 2 * room : 16384;
			at = mem_resize(at, room + 1, 1);
		}
		got = read(fd, at + have, room - have);
		if (got > 0)
			have += (size_t)got;
	} while ((got > 0 && have <= limit) || (got < 0 && errno == EINTR));
	if (got != 0) {
		int code = got < 0 ? -errno : -EFBIG;

		free(at);
		return code;
	}
	at[have] = '\0';
	*bytes = at;
	*len = have;
	return 0;
}

int
file_read(const char *path, size_t limit, unsigned char **bytes, size_t *len)
{
	int fd = file_open(path), code;
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		code = -errno;
	else if (S_ISDIR(st.st_mode))
		code = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		code = -EINVAL;
	else
		code = read_all(fd, limit, bytes, len);
	close(fd);
	return code;
}

void
file_fault(const char *path, int code, struct fault *why)
{
	struct stat st;
	struct group *group = NULL;

	if (code == -EACCES && stat(path, &st) == 0 && (st.st_mode & S_IRGRP))
		group = getgrgid(st.st_gid);
	if (group)
		fault_set(why, FAULT_FILE, code,
			"%s: permission denied; group %s may read it (usermod -aG %s USER, "
			"or run as root)",
			path, group->gr_name, group->gr_name);
	else if (code == -EACCES)
		fault_set(why, FAULT_FILE, code, "%s: permission denied; run as root", path);
	else /* -EINVAL: file_read() of a pipe or device; "Invalid argument" would tell nobody */
		fault_set(why, FAULT_FILE, code, "%s: %s", path,
			code == -EINVAL ? "not a regular file" : strerror(-code));
}
