/* target: what a user names to look at, taken apart: HOST, HOST:PORT, ADDRESS, [ADDRESS]:PORT, bare IPv6,
 * [ipv6:…], [HOST]. Pure. */
#ifndef ENGINE_TARGET_H
#define ENGINE_TARGET_H

#include "base/address.h"
#include "base/fault.h"

struct target {
	char host[256]; /* the name, lower-case, no trailing dot; for an address its printed form */
	unsigned port;
	struct address address; /* family 0: host is a name */
};

/* Takes a target apart; default_port is for one that names none. False with *why when it cannot be one. */
bool target_parse(const char *text, unsigned default_port, struct target *target, struct fault *why);

#endif
