/* Certificates from DER and PEM: every fact of what parses can be read. */
#include "fuzz.h"

#include "trust/parse.h"

#include <stdlib.h>
#include <string.h>

static volatile size_t sink;

static void
read_facts(const struct certificate *c)
{
	const char *texts[] = {c->subject, c->issuer, c->subject_cn, c->issuer_cn, c->serial, c->sha256,
		c->key, c->signature};
	char *pem = certificate_to_pem(c);

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		sink += strlen(texts[i]);
	for (size_t i = 0; i < c->san_count; i++)
		sink += strlen(c->sans[i]);
	FUZZ_HOLDS(c->der_len > 0 && pem);
	free(pem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate *c = certificate_from_der(data, size);
	struct sent_certificate sent = {(unsigned char *)data, size};
	struct chain *from_sent = chain_from_sent(&sent, 1), *from_pem;
	struct fault why = {.kind = FAULT_NONE};

	FUZZ_HOLDS((c != NULL) == (from_sent != NULL));
	if (c)
		read_facts(c);
	from_pem = chain_from_pem(data, size, &why);
	FUZZ_HOLDS((from_pem == NULL) == (why.kind != FAULT_NONE));
	for (size_t i = 0; from_pem && i < from_pem->count; i++)
		read_facts(from_pem->certificates[i]);
	chain_unref(from_pem);
	chain_unref(from_sent);
	certificate_unref(c);
	return 0;
}
