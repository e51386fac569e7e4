#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

bool
address_parse(struct span s, struct address *a)
{
	char room[ADDRESS_ROOM];

	if (s.len >= 2 && s.at[0] == '[' && s.at[s.len - 1] == ']')
		s = (struct span){s.at + 1, s.len - 2};
	if (s.len > 5 && strncasecmp(s.at, "ipv6:", 5) == 0)
		s = span_skip(s, 5);
	if (s.len == 0 || s.len >= sizeof room || memchr(s.at, '\0', s.len))
		return false;
	span_put(s, room, sizeof room);
	*a = (struct address){.family = strchr(room, ':') ? AF_INET6 : AF_INET};
	return inet_pton(a->family, room, a->bytes) == 1;
}

bool
address_from_bytes(const void *bytes, size_t len, struct address *a)
{
	if (len != 4 && len != 16)
		return false;
	*a = (struct address){.family = len == 4 ? AF_INET : AF_INET6};
	memcpy(a->bytes, bytes, len);
	return true;
}

void
address_print(const struct address *a, char room[ADDRESS_ROOM])
{
	if (a->family == 0 || !inet_ntop(a->family, a->bytes, room, ADDRESS_ROOM))
		room[0] = '\0';
}

socklen_t
address_sockaddr(const struct address *a, unsigned port, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof *out);
	if (a->family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)out;

		in->sin_family = AF_INET;
		in->sin_port = htons((uint16_t)port);
		memcpy(&in->sin_addr, a->bytes, 4);
		return sizeof *in;
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons((uint16_t)port);
	memcpy(&in6->sin6_addr, a->bytes, 16);
	return sizeof *in6;
}

static size_t
size_of(const struct address *a)
{
	return a->family == AF_INET ? 4 : 16;
}

bool
address_same(const struct address *a, const struct address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, size_of(a)) == 0;
}

/* The IPv4 bytes of an address, also of one mapped into IPv6 (RFC 4291 section 2.5.5.2), or NULL. */
static const unsigned char *
as_ipv4(const struct address *a)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (a->family == AF_INET)
		return a->bytes;
	if (a->family == AF_INET6 && memcmp(a->bytes, mapped, sizeof mapped) == 0)
		return a->bytes + 12;
	return NULL;
}

static bool
in_net(const unsigned char *bytes, const unsigned char *net, unsigned bits)
{
	for (; bits >= 8; bits -= 8) {
		if (*bytes++ != *net++)
			return false;
	}
	return bits == 0 || ((*bytes ^ *net) >> (8 - bits)) == 0;
}

bool
address_is_loopback(const struct address *a)
{
	static const unsigned char one[16] = {[15] = 1};
	const unsigned char *v4 = as_ipv4(a);

	return v4 ? v4[0] == 127 : a->family == AF_INET6 && memcmp(a->bytes, one, 16) == 0;
}

bool
address_is_private(const struct address *a)
{
	static const struct {
		unsigned char net[4];
		unsigned bits;
	} v4_nets[] = {{{0}, 8}, {{10}, 8}, {{100, 64}, 10}, {{127}, 8}, {{169, 254}, 16}, {{172, 16}, 12},
		{{192, 168}, 16}, {{192, 0, 0}, 24}, {{198, 18}, 15}, {{224}, 3}};
	static const struct {
		unsigned char net[16];
		unsigned bits;
	} v6_nets[] = {{{0}, 8}, {{0xfc}, 7}, {{0xfe, 0x80}, 9}, {{0xff}, 8}, {{0x20, 0x01}, 32},
		{{0x20, 0x02}, 16}};
	const unsigned char *v4 = as_ipv4(a);

	if (v4) {
		for (size_t i = 0; i < sizeof v4_nets / sizeof *v4_nets; i++) {
			if (in_net(v4, v4_nets[i].net, v4_nets[i].bits))
				return true;
		}
		return false;
	}
	for (size_t i = 0; i < sizeof v6_nets / sizeof *v6_nets; i++) {
		if (in_net(a->bytes, v6_nets[i].net, v6_nets[i].bits))
			return true;
	}
	return false;
}

bool
address_same_net(const struct address *a, const struct address *b)
{
	return a->family == b->family && in_net(a->bytes, b->bytes, a->family == AF_INET ? 24 : 48);
}
