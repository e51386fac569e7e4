#include "maillog/families.h"

#include "maillog/field.h"

#include <limits.h>
#include <string.h>

enum { CONNECT, ACCEPT, REASON, SSL_ERROR, ERRNO, RETRY, RELAY, HANDSHAKE_KEYS };

/* "connect failed=-1, reason=…, SSL_error=1, errno=0, retry=-1"; up to 8.14 without reason, errno and retry.
 */
static void
handshake(struct event *e, struct span rest)
{
	static const struct field_key keys[HANDSHAKE_KEYS] = {FIELD("connect failed"), FIELD("accept failed"),
		FIELD("reason"), FIELD("SSL_error"), FIELD("errno"), FIELD("retry"), FIELD_TO_END("relay")};
	struct span found[HANDSHAKE_KEYS];

	field_find(rest, keys, HANDSHAKE_KEYS, found);
	e->kind = EVENT_HANDSHAKE;
	e->message = found[REASON];
	if (!found[CONNECT].at && !found[ACCEPT].at)
		e->message = rest;
	e->ssl_error = field_number(found[SSL_ERROR], INT_MIN);
	e->err = field_number(found[ERRNO], INT_MIN);
	e->retry = field_number(found[RETRY], INT_MIN);
	field_relay(found[RELAY], &e->relay, &e->address);
}

void
family_failure(struct event *e, struct span rest)
{
	static const char *const of_handshake[] = {"connect failed", "accept failed", "SSL_new", "SSL_set_"};

	for (size_t i = 0; i < sizeof of_handshake / sizeof *of_handshake; i++) {
		if (span_starts(rest, of_handshake[i])) {
			handshake(e, rest);
			return;
		}
	}
	family_file(e, rest);
}

/* "read error=timeout" or "read error=syscall error (-1), errno=104, get_error=…, retry=99, ssl_err=5". */
void
family_io_error(struct event *e, struct span rest)
{
	static const struct field_key keys[] = {FIELD("errno"), FIELD("retry"), FIELD("ssl_err")};
	struct span found[3];

	field_find(rest, keys, 3, found);
	e->kind = EVENT_TLS_ERROR;
	span_cut(&rest, ", ", &e->message);
	e->err = field_number(found[0], INT_MIN);
	e->retry = field_number(found[1], INT_MIN);
	e->ssl_error = field_number(found[2], INT_MIN);
}

static bool
take(struct span *s, const char *text, size_t len)
{
	if (s->len < len || memcmp(s->at, text, len) != 0)
		return false;
	*s = span_skip(*s, len);
	return true;
}

/* Takes a literal off the front of *s. */
#define TAKE(s, literal) take(s, literal, sizeof(literal) - 1)

/* "STARTTLS=client: " is off: an entry of OpenSSL's error queue, or a file. */
static void
after_colon(struct event *e, struct span rest)
{
	if (BEGINS(rest, "error:")) {
		e->kind = EVENT_TLS_ERROR;
		e->message = rest;
	} else if (TAKE(&rest, "file ")) {
		family_unsafe_file(e, rest);
	}
}

/* "STARTTLS=client, " is off. */
static void
after_comma(struct event *e, struct span rest)
{
	if (BEGINS(rest, "relay=") || BEGINS(rest, "c_se_id=") || BEGINS(rest, "se_id=")) {
		family_tls(e, rest);
	} else if (BEGINS(rest, "cert-subject=")) {
		family_certificate(e, rest);
	} else if (BEGINS(rest, "start=")) {
		e->kind = EVENT_TLS_START;
		e->message = span_skip(rest, 6);
	} else if (TAKE(&rest, "error: ")) {
		family_failure(e, rest);
	} else if (BEGINS(rest, "get_tls_se_features=")) {
		e->kind = EVENT_TLS_WARNING;
		e->message = rest;
	} else if (BEGINS(rest, "engine=")) {
		family_file(e, rest);
	}
}

/* "STARTTLS: " is off: no side is named. */
static void
without_side(struct event *e, struct span rest)
{
	if (TAKE(&rest, "TLS cert verify: depth=") || TAKE(&rest, "X509 cert verify: depth="))
		family_cert_verify(e, rest);
	else if (BEGINS(rest, "read error=") || BEGINS(rest, "write error="))
		family_io_error(e, rest);
	else if (span_ends(rest, " missing"))
		family_file(e, rest);
}

void
family_starttls(struct event *e)
{
	struct span s = span_skip(e->text, 8), side;
	size_t len = 0;

	if (TAKE(&s, ": ")) {
		without_side(e, s);
		return;
	}
	if (!TAKE(&s, "="))
		return;
	while (len < s.len && len < 16 && s.at[len] != ',' && s.at[len] != ':')
		len++;
	side = (struct span){s.at, len};
	e->direction = span_is(side, "server") ? DIRECTION_SERVER : DIRECTION_CLIENT;
	s = span_skip(s, len);
	if (TAKE(&s, ", "))
		after_comma(e, s);
	else if (TAKE(&s, ": "))
		after_colon(e, s);
}
