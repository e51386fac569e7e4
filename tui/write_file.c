#include "tui/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool
write_all(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool
write_file(const char *path, const struct text *contents, struct fault *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = fd >= 0 && write_all(fd, contents->at, contents->len);

	if (fd >= 0 && close(fd) < 0)
		good = false;
	if (!good)
		fault_set(why, FAULT_FILE, -errno, "%s: %s", path,
			errno == EEXIST ? "is already there: choose another name" : strerror(errno));
	return good;
}
