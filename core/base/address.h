/* address: an IPv4 or IPv6 address without a port. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/span.h"

#include <sys/socket.h>

#define ADDRESS_ROOM 64 /* what a printed address takes */

struct address {
	int family; /* AF_INET, AF_INET6; 0: none */
	unsigned char bytes[16];
};

/* "192.0.2.1", "2001:db8::25", "[192.0.2.1]", "[ipv6:2001:db8::25]", "IPv6:2001:db8:0:0:0:0:0:25"; upper and
 * lower case (RFC 5321 section 4.1.3). False when it is none. */
bool address_parse(struct span s, struct address *a);

/* From the bytes of an A (4) or AAAA (16) record; false for another length. */
bool address_from_bytes(const void *bytes, size_t len, struct address *a);

/* As text, IPv6 compressed (RFC 5952); "" for none. */
void address_print(const struct address *a, char room[ADDRESS_ROOM]);

/* As a socket address with a port in host order; returns its length. */
socklen_t address_sockaddr(const struct address *a, unsigned port, struct sockaddr_storage *out);

/* Same family and bytes. */
bool address_same(const struct address *a, const struct address *b);

/* 127.0.0.0/8, ::1, and 127.0.0.0/8 mapped into IPv6. */
bool address_is_loopback(const struct address *a);

/* Not to be asked over HTTP without the user's leave: loopback, private (RFC 1918, RFC 4193), link-local,
 * shared (RFC 6598), multicast, unspecified, IPv4 ones of these mapped into IPv6, and all of Teredo and 6to4
 * (RFC 4380, RFC 3056), which lead to IPv4 ones. */
bool address_is_private(const struct address *a);

/* In the same /24 (IPv4) or /48 (IPv6). */
bool address_same_net(const struct address *a, const struct address *b);

#endif
