#include "trust/crl.h"

#include "trust/x509.h"

#include <openssl/err.h>
#include <openssl/x509.h>

static void
read_crl(X509_CRL *crl, X509 *x, struct crl_facts *out)
{
	X509_REVOKED *entry = NULL;

	*out = (struct crl_facts){.found = true,
		.issued_ms = x509_time_ms(X509_CRL_get0_lastUpdate(crl)),
		.due_ms = x509_time_ms(X509_CRL_get0_nextUpdate(crl))};
	/* 2: removed from an earlier CRL */
	if (X509_CRL_get0_by_cert(crl, &entry, x) == 1)
		out->revoked_ms = x509_time_ms(X509_REVOKED_get0_revocationDate(entry));
}

struct crl_facts
crl_find(const struct store *store, const struct certificate *c)
{
	STACK_OF(X509_OBJECT) *objects = store ? X509_STORE_get0_objects(store_x509(store)) : NULL;
	X509 *x = certificate_x509(c);
	struct crl_facts best = {.found = false};

	for (int i = 0; x && i < sk_X509_OBJECT_num(objects); i++) {
		X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
		struct crl_facts facts;

		if (!crl || X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(x)) != 0)
			continue;
		read_crl(crl, x, &facts);
		if (!best.found || facts.issued_ms > best.issued_ms)
			best = facts;
	}
	ERR_clear_error();
	return best;
}
