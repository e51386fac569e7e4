#include "model/certificate.h"

#include "base/mem.h"

#include <stdlib.h>

struct certificate *
certificate_new(void)
{
	struct certificate *c = mem_new(1, sizeof *c);

	c->refs = 1;
	c->path_length = -1;
	return c;
}

struct certificate *
certificate_ref(struct certificate *c)
{
	if (c)
		c->refs++;
	return c;
}

static void
free_texts(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

void
certificate_unref(struct certificate *c)
{
	if (!c || --c->refs)
		return;
	char *texts[] = {c->subject, c->issuer, c->subject_cn, c->issuer_cn, c->serial, c->sha256, c->key,
		c->signature, c->subject_key_id, c->authority_key_id, c->key_usage, c->extended_key_usage,
		c->policies, c->unknown_critical};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	free_texts(c->sans, c->san_count);
	free_texts(c->aia_issuers, c->aia_issuer_count);
	free_texts(c->ocsp, c->ocsp_count);
	free_texts(c->crls, c->crl_count);
	if (c->x509)
		c->x509_free(c->x509);
	free(c->der);
	free(c);
}

struct chain *
chain_new(struct certificate **certificates, size_t count)
{
	struct chain *c = mem_new(1, sizeof *c);

	*c = (struct chain){.refs = 1, .count = count, .certificates = certificates};
	return c;
}

struct chain *
chain_ref(struct chain *c)
{
	if (c)
		c->refs++;
	return c;
}

void
chain_unref(struct chain *c)
{
	if (!c || --c->refs)
		return;
	for (size_t i = 0; i < c->count; i++)
		certificate_unref(c->certificates[i]);
	free(c->certificates);
	free(c);
}
