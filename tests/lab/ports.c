#include "ports.h"

#include "base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define TRIES 50

enum bound { BOUND, TAKEN };

static unsigned
port_of(int fd)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return 0;
	return ntohs(((struct sockaddr_in *)&at)->sin_port); /* at the same place in sockaddr_in6 */
}

/* *fd is -1 when there is no such address here. */
static enum bound
bind_one(const char *text, unsigned port, int *fd)
{
	struct sockaddr_storage at;
	struct address address;
	socklen_t len;
	int yes = 1;

	*fd = -1;
	if (!text || !address_parse(span_of(text), &address))
		return BOUND;
	len = address_sockaddr(&address, port, &at);
	*fd = socket(address.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return BOUND;
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(*fd, (struct sockaddr *)&at, len) == 0)
		return BOUND;
	close(*fd);
	*fd = -1;
	return errno == EADDRINUSE ? TAKEN : BOUND;
}

static unsigned
try_once(const char *const *addresses, size_t count, int *fds)
{
	unsigned port = 0;

	for (size_t i = 0; i < count; i++) {
		if (bind_one(addresses[i], port, &fds[i]) == TAKEN) {
			while (i-- > 0)
				if (fds[i] >= 0)
					close(fds[i]);
			return 0;
		}
		if (fds[i] >= 0 && port == 0)
			port = port_of(fds[i]);
	}
	return port;
}

unsigned
ports_bind(const char *const *addresses, size_t count, int *fds)
{
	unsigned port = 0;

	for (int i = 0; i < TRIES && port == 0; i++)
		port = try_once(addresses, count, fds);
	return port;
}

struct ports_full
ports_fill(int fd)
{
	struct ports_full full = {fd, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	/* A queue of none takes one all the same. */
	if (listen(fd, 0) != 0 || getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
		connect(full.waiting, (struct sockaddr *)&at, len) != 0)
		perror("lab: a full queue");
	return full;
}

void
ports_release(struct ports_full *full)
{
	if (full->listener <= 0)
		return;
	close(full->listener);
	close(full->waiting);
}
