#include "probe/dig.h"

#include "base/mem.h"
#include "base/text.h"

#include <ldns/ldns.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void
put_section(struct text *t, const char *title, const ldns_rr_list *rrs)
{
	char *lines = rrs && ldns_rr_list_rr_count(rrs) ? ldns_rr_list2str(rrs) : NULL;

	if (lines)
		text_printf(t, "\n;; %s SECTION:\n%s", title, lines);
	free(lines);
}

static void
put_question(struct text *t, const ldns_pkt *packet)
{
	const ldns_rr_list *rrs = ldns_pkt_question(packet);

	text_put(t, "\n;; QUESTION SECTION:\n");
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		char *line = ldns_rr2str(ldns_rr_list_rr(rrs, i));

		text_printf(t, ";%s", line ? line : "\n");
		free(line);
	}
}

static void
put_header(struct text *t, const ldns_pkt *packet)
{
	ldns_buffer *buffer = ldns_buffer_new(256);
	struct span rest, head;

	if (ldns_pktheader2buffer_str(buffer, packet) == LDNS_STATUS_OK) {
		rest = (struct span){(const char *)ldns_buffer_begin(buffer), ldns_buffer_position(buffer)};
		/* dig's word for it is "status" */
		if (span_cut(&rest, "rcode: ", &head)) {
			text_add(t, head.at, head.len);
			text_put(t, "status: ");
			head = rest;
		}
		text_add(t, head.at, head.len);
	}
	ldns_buffer_free(buffer);
}

static bool
put_packet(struct text *t, const struct answer *a)
{
	ldns_pkt *packet = NULL;

	if (!a->packet || ldns_wire2pkt(&packet, a->packet, a->packet_len) != LDNS_STATUS_OK)
		return false;
	put_header(t, packet);
	put_question(t, packet);
	put_section(t, "ANSWER", ldns_pkt_answer(packet));
	put_section(t, "AUTHORITY", ldns_pkt_authority(packet));
	put_section(t, "ADDITIONAL", ldns_pkt_additional(packet));
	ldns_pkt_free(packet);
	return true;
}

char *
dig_text(const struct answer *a)
{
	struct text t = {NULL, 0, 0};

	text_printf(&t, "; dig %s %s\n", dns_type_word(a->type), a->name);
	if (!put_packet(&t, a))
		text_printf(&t, ";; no answer: %s\n", a->why ? a->why : dns_status_word(a->status));
	text_printf(&t, "\n;; Query time: %" PRId64 " msec\n;; DNSSEC: %s", a->ms,
		dns_status_word(a->status));
	if (a->why)
		text_printf(&t, " (%s)", a->why);
	text_put(&t, "\n");
	return text_take(&t);
}

/* RFC 3597 section 5: what cannot be read is shown as bytes. */
static char *
as_bytes(const struct dns_record *r)
{
	struct text t = {NULL, 0, 0};

	text_printf(&t, "\\# %zu", r->len);
	for (size_t i = 0; i < r->len; i++)
		text_printf(&t, "%s%02x", i ? "" : " ", r->data[i]);
	return text_take(&t);
}

char *
dig_record(const struct answer *a, size_t i)
{
	const struct dns_record *r = &a->records[i];
	struct text t = {NULL, 0, 0};
	ldns_rr *rr = ldns_rr_new();
	size_t at = 0;
	char *text = NULL;
	unsigned char *wire;

	/* ldns reads rdata behind its length. */
	wire = mem_new(r->len + 2, 1);
	wire[0] = (unsigned char)(r->len >> 8);
	wire[1] = (unsigned char)(r->len & 0xff);
	memcpy(wire + 2, r->data, r->len);
	ldns_rr_set_type(rr, (ldns_rr_type)a->type);
	ldns_rr_set_class(rr, LDNS_RR_CLASS_IN);
	if (r->len <= 65535 && ldns_wire2rdf(rr, wire, r->len + 2, &at) == LDNS_STATUS_OK &&
		ldns_rr_rd_count(rr)) {
		for (size_t f = 0; f < ldns_rr_rd_count(rr); f++) {
			char *field = ldns_rdf2str(ldns_rr_rdf(rr, f));

			text_printf(&t, "%s%s", f ? " " : "", field ? field : "");
			free(field);
		}
		text = text_take(&t);
	}
	ldns_rr_free(rr);
	free(wire);
	return text ? text : as_bytes(r);
}
