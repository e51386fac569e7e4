/* ports: one free TCP port for many addresses. */
#ifndef LAB_PORTS_H
#define LAB_PORTS_H

#include <stddef.h>

/* Binds a socket to every address with the same port and returns the port, or 0 when there is none to be had.
 * fds[i] is -1 for an address that this machine does not have, and for NULL. The caller owns the sockets. */
unsigned ports_bind(const char *const *addresses, size_t count, int *fds);

struct ports_full { /* a listening socket whose queue is full: nobody's SYN is answered any more */
	int listener, waiting;
};

/* Makes the socket listen, and fills its queue. Linux drops a SYN then; the client hears nothing. */
struct ports_full ports_fill(int fd);

/* Closes both; a zeroed one is none. */
void ports_release(struct ports_full *full);

#endif
