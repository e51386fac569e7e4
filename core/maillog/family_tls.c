#include "maillog/families.h"

#include "maillog/field.h"

enum { RELAY, VERSION, VERIFY, CIPHER, BITS, STATUS, WARNING, NAME, ALT_NAME, TLS_KEYS };

/* The relay lines without verify=: warning=, field= and AltName=, 8.17's tlsstate=. */
static void
other_relay_line(struct event *e, const struct span *found)
{
	if (found[WARNING].at) {
		e->kind = EVENT_TLS_WARNING;
		e->message = found[WARNING];
	} else if (found[NAME].at || found[ALT_NAME].at) {
		e->kind = EVENT_TLS_NAME;
		e->message = found[NAME].at ? found[STATUS] : found[ALT_NAME];
	} else if (found[STATUS].at) {
		e->kind = EVENT_TLS_WARNING;
		e->message = found[STATUS];
	}
}

static void
set_bits(struct event *e, struct span bits, struct span rest)
{
	struct span end = {rest.at + rest.len, 0}, first;

	if (!bits.at)
		return;
	e->tail = (struct span){bits.at + bits.len, (size_t)(end.at - bits.at) - bits.len};
	span_cut(&bits, "/", &first);
	e->bits = field_number(first, -1);
}

void
family_tls(struct event *e, struct span rest)
{
	static const struct field_key keys[TLS_KEYS] = {FIELD("relay"), FIELD("version"), FIELD("verify"),
		FIELD("cipher"), FIELD("bits"), FIELD_TO_END("status"), FIELD_TO_END("warning"),
		FIELD("field"), FIELD_TO_END("AltName")};
	struct span found[TLS_KEYS];

	field_find(rest, keys, TLS_KEYS, found);
	field_relay(found[RELAY], &e->relay, &e->address);
	if (!found[VERIFY].at) {
		other_relay_line(e, found);
		return;
	}
	e->kind = EVENT_TLS;
	e->verify_text = found[VERIFY];
	e->verify = verify_from(found[VERIFY]);
	e->version = found[VERSION];
	e->cipher = found[CIPHER];
	e->message = found[STATUS];
	set_bits(e, found[BITS], rest);
}

void
family_certificate(struct event *e, struct span rest)
{
	static const struct field_key keys[] = {
		FIELD("cert-subject"), FIELD("cert-issuer"), FIELD_TO_END("verifymsg")};
	struct span found[3];

	field_find(rest, keys, 3, found);
	e->kind = EVENT_CERTIFICATE;
	e->subject = found[0];
	e->issuer = found[1];
	e->message = found[2];
}

/* The subject is free text: what is known stands to its left and, twice, to its right. */
void
family_cert_verify(struct event *e, struct span rest)
{
	struct span depth;

	e->kind = EVENT_CERT_VERIFY;
	e->message = span_cut_last(&rest, ", reason=");
	span_cut_last(&rest, ", state=");
	span_cut(&rest, " ", &depth);
	e->depth = field_number(depth, -1);
	e->subject = rest;
}
