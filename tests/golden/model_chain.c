/* The chain of the model's first relay: its intermediate is missing, and something else is sent instead. */
#include "model.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"

static char **
texts(const char *a, const char *b, size_t *count)
{
	char **all = mem_new(2, sizeof *all);

	all[(*count)++] = mem_text(a);
	if (b)
		all[(*count)++] = mem_text(b);
	return all;
}

static struct certificate *
certificate(const char *cn, const char *issuer, const char *sha256)
{
	struct certificate *c = certificate_new();

	c->subject = text_new("/C=XX/CN=%s", cn);
	c->issuer = text_new("/C=XX/CN=%s", issuer);
	c->subject_cn = mem_text(cn);
	c->issuer_cn = mem_text(issuer);
	c->serial = mem_text("7f02c3");
	c->sha256 = mem_text(sha256);
	c->key = mem_text("RSA 2048");
	c->key_bits = 2048;
	c->signature = mem_text("sha256WithRSAEncryption");
	c->not_before_ms = when_utc(2026, 10, 4, 0, 0, 0);
	c->not_after_ms = when_utc(2027, 1, 2, 23, 59, 59);
	return c;
}

struct chain *
model_chain(void)
{
	struct certificate **all = mem_new(2, sizeof *all);
	struct certificate *leaf =
		certificate("mx1.partner.example.net", "Example Issuing CA E1", "aa11bb22");

	leaf->sans = texts("DNS:mx1.partner.example.net", "DNS:evil\x1b[31m.example.net", &leaf->san_count);
	leaf->aia_issuers = texts("http://ca.example.net/e1.der", NULL, &leaf->aia_issuer_count);
	leaf->crls = texts("http://ca.example.net/e1.crl", NULL, &leaf->crl_count);
	leaf->subject_key_id = mem_text("0102ff");
	leaf->key_usage = mem_text("Digital Signature, Key Encipherment");
	leaf->extended_key_usage = mem_text("TLS Web Server Authentication");
	leaf->policies = mem_text("2.23.140.1.2.1");
	leaf->scts = true;
	all[0] = leaf;
	all[1] = certificate("Unrelated CA \xE2\x80\xAEX", "Unrelated Root", "cc33");
	all[1]->ca = true;
	all[1]->path_length = 0;
	all[1]->not_after_ms = when_utc(2026, 11, 20, 0, 0, 0);
	return chain_new(all, 2);
}

/* A path over certificates that it takes over, and where they stand. */
static struct path *
path_over(struct certificate *a, struct certificate *b, struct certificate *c)
{
	struct certificate **all = mem_new(3, sizeof *all);
	struct path *p;

	all[0] = a;
	all[1] = b;
	all[2] = c;
	p = path_new(chain_new(all, c ? 3 : b ? 2 : 1));
	p->items[0].sent = true;
	return p;
}

static struct certificate *
root(const char *cn, const char *sha256)
{
	struct certificate *c = certificate(cn, cn, sha256);

	c->ca = c->self_issued = c->self_signed = true;
	c->not_after_ms = when_utc(2035, 1, 1, 0, 0, 0);
	return c;
}

void
model_paths(struct look_address *a)
{
	struct certificate *leaf = a->observation->chain->certificates[0];
	struct certificate *e1 = certificate("Example Issuing CA E1", "Example Root R1", "dd44");

	e1->not_after_ms = when_utc(2029, 11, 1, 0, 0, 0);
	a->path = path_over(certificate_ref(leaf), NULL, NULL);
	a->path->items[0].code = 20;
	a->repaired = path_over(certificate_ref(leaf), certificate_ref(e1), root("Example Root R1", "ee55"));
	a->repaired->items[0].code = 20;
	a->repaired->items[1].from = mem_text("http://ca.example.net/e1.der");
	a->repaired->items[2].in_store = true;
	a->others = mem_new(1, sizeof *a->others);
	a->others[a->other_count++] = path_over(certificate_ref(leaf), e1, root("Example Root R2", "ff66"));
	a->others[0]->items[1].from = mem_text("the chain of mx2.example.net");
	a->others[0]->items[2].in_store = true;
}
