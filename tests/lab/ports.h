/* ports: one free TCP port for many addresses. */
#ifndef LAB_PORTS_H
#define LAB_PORTS_H

#include <stddef.h>

/* Binds a socket to every address with the same port and returns the port, or 0 when there is none to be had.
 * fds[i] is -1 for an address that this machine does not have, and for NULL. The caller owns the sockets. */
unsigned ports_bind(const char *const *addresses, size_t count, int *fds);

#endif
