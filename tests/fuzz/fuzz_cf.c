/* sendmail.cf: any bytes give a policy. */
#include "fuzz.h"

#include "mta/policy_read.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy *p = policy_from_cf((const char *)data, size);
	const char *texts[] = {p->ca_file, p->ca_path, p->crl_file, p->crl_path, p->cipher_list,
		p->cipher_suites, p->ssl_options, p->client_cert, p->client_key, p->openssl_conf,
		p->helo_name, p->version};
	size_t len = 0;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		len += texts[i] ? strlen(texts[i]) : 0;
	/* $j may be made of macros, so a name may be longer than the file; nothing grows without bound. */
	FUZZ_HOLDS(len <= 64 * (size + 4096));
	policy_unref(p);
	return 0;
}
