#include "trust/issuers.h"

#include "base/mem.h"
#include "base/span.h"
#include "trust/x509.h"
#include "trust/parse.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct issuers {
	struct certificate *found[ISSUERS_MOST];
	size_t count;
	size_t read;        /* also those that came twice: reading is what costs */
	struct fault fault; /* kind FAULT_NONE: none */
};

/* Whether one more certificate may be read. */
static bool
count_one(struct issuers *all)
{
	if (all->read++ < ISSUERS_MOST)
		return true;
	fault_set(&all->fault, FAULT_LIMIT, 0, "more than %d certificates", ISSUERS_MOST);
	return false;
}

/* Takes over the reference. */
static void
add(struct issuers *all, struct certificate *c)
{
	for (size_t i = 0; i < all->count; i++) {
		if (strcmp(all->found[i]->sha256, c->sha256) == 0) {
			certificate_unref(c);
			return;
		}
	}
	all->found[all->count++] = c;
}

/* Whatever of a PKCS#7 may be missing; sk_X509_num() says -1 of NULL. */
static void
add_bag(struct issuers *all, const PKCS7 *bag)
{
	const STACK_OF(X509) *certificates = NULL;

	if (PKCS7_type_is_signed(bag) && bag->d.sign)
		certificates = bag->d.sign->cert;
	for (int i = 0; i < sk_X509_num(certificates) && count_one(all); i++)
		add(all, certificate_of_x509(sk_X509_value(certificates, i)));
}

/* One certificate, or one PKCS#7, and nothing more; false when the bytes are neither. */
static bool
read_der(struct issuers *all, const unsigned char *bytes, size_t len)
{
	const unsigned char *at = bytes;
	X509 *x = x509_from_der(bytes, len);
	PKCS7 *bag = x || len > LONG_MAX ? NULL : d2i_PKCS7(NULL, &at, (long)len);
	bool good = x || (bag && at == bytes + len);

	if (x && count_one(all))
		add(all, certificate_of_x509(x));
	else if (good && bag)
		add_bag(all, bag);
	X509_free(x);
	PKCS7_free(bag);
	return good;
}

static bool
is_wanted(const char *block)
{
	static const char *const names[] = {PEM_STRING_X509, PEM_STRING_X509_OLD, PEM_STRING_PKCS7,
		PEM_STRING_PKCS7_SIGNED, PEM_STRING_CMS};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(block, names[i]) == 0)
			return true;
	}
	return false;
}

/* Reads the next block. False at the end, or when the fault is set. An encrypted block stays as it is: the
 * calls that would decrypt it ask for a passphrase on the terminal. */
static bool
read_block(struct issuers *all, BIO *in)
{
	char *name = NULL, *header = NULL;
	unsigned char *bytes = NULL;
	long len = 0;

	if (!PEM_read_bio(in, &name, &header, &bytes, &len)) {
		if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
			fault_set(&all->fault, FAULT_PROTOCOL, 0,
				"PEM that cannot be read: its text is damaged");
		return false;
	}
	if (is_wanted(name) && !read_der(all, bytes, (size_t)len))
		fault_set(&all->fault, FAULT_PROTOCOL, 0,
			"PEM block \"%s\" is no certificate: its bytes are damaged", name);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(bytes);
	return all->fault.kind == FAULT_NONE;
}

static void
read_pem(struct issuers *all, const void *bytes, size_t len)
{
	BIO *in = x509_reader(bytes, len);

	ERR_clear_error();
	while (in && read_block(all, in))
		continue;
	BIO_free(in);
}

/* A web page is what a server sends that has lost the file but not its manners. */
static void
say_none(struct issuers *all, struct span answer)
{
	struct span text = span_trim(answer);

	if (answer.len == 0)
		fault_set(&all->fault, FAULT_PROTOCOL, 0, "an empty answer");
	else if (span_starts(text, "<"))
		fault_set(&all->fault, FAULT_PROTOCOL, 0, "a web page, no certificate");
	else
		fault_set(&all->fault, FAULT_PROTOCOL, 0, "no certificate in %zu bytes", answer.len);
}

struct chain *
issuers_from_answer(const void *bytes, size_t len, struct fault *why)
{
	struct issuers *all = mem_new(1, sizeof *all);
	struct chain *chain = NULL;

	if (len && !read_der(all, bytes, len))
		read_pem(all, bytes, len);
	ERR_clear_error();
	if (all->fault.kind == FAULT_NONE && all->count == 0)
		say_none(all, (struct span){bytes, len});
	if (all->fault.kind == FAULT_NONE)
		chain = chain_new(mem_copy(all->found, all->count * sizeof *all->found), all->count);
	else if (why)
		*why = all->fault;
	for (size_t i = 0; !chain && i < all->count; i++)
		certificate_unref(all->found[i]);
	free(all);
	return chain;
}
