#include "tests/unit/probe/names.h"

#include "base/mem.h"

#include <ldns/ldns.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct names_row *
find(const struct names *n, const ldns_rr *question)
{
	char *name = ldns_rdf2str(ldns_rr_owner(question));
	const struct names_row *found = NULL;

	for (size_t i = 0; i < n->count && !found; i++) {
		if (strcasecmp(n->rows[i].name, name) == 0)
			found = &n->rows[i];
	}
	free(name);
	return found;
}

static bool
is_wanted(const ldns_rr *rr, ldns_rr_type type)
{
	ldns_rr_type is = ldns_rr_get_type(rr);

	if (is == LDNS_RR_TYPE_RRSIG)
		is = ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr));
	return is == type || is == LDNS_RR_TYPE_CNAME;
}

static void
add_records(const struct names_row *row, ldns_rr_type type, ldns_pkt *answer)
{
	for (size_t i = 0; i < 4 && row->lines[i]; i++) {
		ldns_rr *rr = NULL;

		if (ldns_rr_new_frm_str(&rr, row->lines[i], 60, NULL, NULL) != LDNS_STATUS_OK) {
			fprintf(stderr, "names: %s\n", row->lines[i]);
			abort();
		}
		if (is_wanted(rr, type))
			ldns_pkt_push_rr(answer, LDNS_SECTION_ANSWER, rr);
		else
			ldns_rr_free(rr);
	}
}

/* Negative answers need an SOA to be believed. */
static void
add_soa(ldns_pkt *answer)
{
	ldns_rr *soa = NULL;

	ldns_rr_new_frm_str(&soa, ". 60 IN SOA ns.example.net. root.example.net. 1 60 60 60 60", 60, NULL,
		NULL);
	ldns_pkt_push_rr(answer, LDNS_SECTION_AUTHORITY, soa);
}

static ldns_pkt *
answer_to(const struct names *n, ldns_pkt *query)
{
	ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0);
	const struct names_row *row = find(n, question);
	ldns_pkt *answer = ldns_pkt_new();

	ldns_pkt_set_id(answer, ldns_pkt_id(query));
	ldns_pkt_set_qr(answer, true);
	ldns_pkt_set_rd(answer, true);
	ldns_pkt_set_ra(answer, true);
	ldns_pkt_push_rr(answer, LDNS_SECTION_QUESTION, ldns_rr_clone(question));
	ldns_pkt_set_rcode(answer, (uint8_t)(row ? row->rcode : LDNS_RCODE_NXDOMAIN));
	if (row)
		add_records(row, ldns_rr_get_type(question), answer);
	if (ldns_pkt_ancount(answer) == 0)
		add_soa(answer);
	return answer;
}

static void
on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
	struct names *n = handle->data;

	(void)wanted;
	*buf = uv_buf_init(n->room, sizeof n->room);
}

static void
reply(struct names *n, ldns_pkt *query, const struct sockaddr *to)
{
	const struct names_row *row = find(n, ldns_rr_list_rr(ldns_pkt_question(query), 0));
	ldns_pkt *answer = row && row->rcode < 0 ? NULL : answer_to(n, query);
	uint8_t *wire = NULL;
	size_t len = 0;
	uv_buf_t buf;

	if (!answer)
		return;
	if (ldns_pkt2wire(&wire, answer, &len) == LDNS_STATUS_OK) {
		buf = uv_buf_init((char *)wire, (unsigned)len);
		uv_udp_try_send(&n->udp, &buf, 1, to);
	}
	free(wire);
	ldns_pkt_free(answer);
}

static void
on_query(uv_udp_t *udp, ssize_t len, const uv_buf_t *buf, const struct sockaddr *from, unsigned flags)
{
	struct names *n = udp->data;
	ldns_pkt *query = NULL;

	(void)flags;
	if (len <= 0 || !from)
		return;
	n->asked++;
	if (ldns_wire2pkt(&query, (uint8_t *)buf->base, (size_t)len) == LDNS_STATUS_OK)
		reply(n, query, from);
	ldns_pkt_free(query);
}

void
names_open(struct names *n, uv_loop_t *loop, const struct names_row *rows, size_t count)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int len = sizeof at;

	*n = (struct names){.rows = rows, .count = count};
	uv_udp_init(loop, &n->udp);
	n->udp.data = n;
	uv_udp_bind(&n->udp, (struct sockaddr *)&at, 0);
	uv_udp_getsockname(&n->udp, (struct sockaddr *)&at, &len);
	uv_udp_recv_start(&n->udp, on_room, on_query);
	snprintf(n->address, sizeof n->address, "127.0.0.1@%u", ntohs(at.sin_port));
}

void
names_close(struct names *n)
{
	uv_close((uv_handle_t *)&n->udp, NULL);
}
