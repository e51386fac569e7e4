#include "engine/target.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Cuts ":PORT" off *host. An IPv6 address without brackets has colons of its own and names no port. */
static bool
cut_port(struct span *host, unsigned *port)
{
	struct span rest = *host, number;
	int64_t value;

	if (rest.len && rest.at[0] == '[') {
		ptrdiff_t close = span_find(rest, "]");

		if (close < 0)
			return false;
		number = span_skip(rest, (size_t)close + 1);
		*host = (struct span){rest.at, (size_t)close + 1};
		if (number.len == 0)
			return true;
		if (number.at[0] != ':')
			return false;
		number = span_skip(number, 1);
	} else {
		struct span head;

		if (!span_cut(&rest, ":", &head) || span_find(rest, ":") >= 0)
			return true;
		*host = head;
		number = rest;
	}
	if (!span_number(number, &value) || value < 1 || value > 65535)
		return false;
	*port = (unsigned)value;
	return true;
}

/* A name that may be asked of the DNS: RFC 1035's lengths, no empty label, no blank and no control character.
 */
static bool
is_name(struct span s)
{
	if (s.len == 0 || s.len > 253 || s.at[0] == '-' || s.at[0] == '.' || span_find(s, "..") >= 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if (c <= ' ' || c == 0x7f || strchr("[]:/@,;\"'", c))
			return false;
	}
	return true;
}

static void
put_name(struct span name, char *room, size_t size)
{
	span_put(name, room, size);
	for (char *c = room; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

bool
target_parse(const char *text, unsigned default_port, struct target *target, struct fault *why)
{
	struct span host = span_trim(span_of(text));

	*target = (struct target){.port = default_port};
	if (!cut_port(&host, &target->port)) {
		fault_set(why, FAULT_USAGE, 0,
			"%.80s: no target: HOST, HOST:PORT, ADDRESS or [ADDRESS]:PORT, with a "
			"port from 1 to 65535",
			text);
		return false;
	}
	if (address_parse(host, &target->address)) {
		address_print(&target->address, target->host);
		return true;
	}
	target->address.family = 0;
	if (host.len >= 2 && host.at[0] == '[')
		host = (struct span){host.at + 1, host.len - 2};
	if (host.len > 1 && host.at[host.len - 1] == '.')
		host.len--;
	if (!is_name(host)) {
		fault_set(why, FAULT_USAGE, 0, "%.80s: neither a host name nor an address", text);
		return false;
	}
	put_name(host, target->host, sizeof target->host);
	return true;
}
