/* Whatever a caIssuers URL answers: certificates whose facts can be read, or a fault. */
#include "fuzz.h"

#include "trust/issuers.h"

#include <string.h>

static volatile size_t sink;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault why = {.kind = FAULT_NONE};
	struct chain *chain = issuers_from_answer(data, size, &why);

	FUZZ_HOLDS((chain == NULL) == (why.kind != FAULT_NONE));
	FUZZ_HOLDS(!chain || (chain->count > 0 && chain->count <= ISSUERS_MOST));
	for (size_t i = 0; chain && i < chain->count; i++) {
		const struct certificate *c = chain->certificates[i];

		FUZZ_HOLDS(c->der_len > 0 && strlen(c->sha256) == 64);
		for (size_t j = 0; j < i; j++)
			FUZZ_HOLDS(strcmp(chain->certificates[j]->sha256, c->sha256) != 0);
		sink += strlen(c->subject) + strlen(c->issuer) + strlen(c->key);
	}
	chain_unref(chain);
	return 0;
}
