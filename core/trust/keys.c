#include "trust/keys.h"

#include "trust/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

/* For an encrypted key: without this OpenSSL would ask on the terminal. */
static int
no_passphrase(char *room, int size, int writing, void *arg)
{
	(void)room;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static BIO *
reader_of(const struct policy_file *file)
{
	return file->bytes && !file->code ? x509_reader(file->bytes, file->len) : NULL;
}

static void
say_unreadable(struct fault *why, const struct policy_file *file, const char *what)
{
	fault_set(why, FAULT_FILE, file->code, "%s%s%s", file->path ? file->path : "", file->path ? ": " : "",
		file->code ? strerror(-file->code) : what);
}

static void
compare(X509 *certificate, EVP_PKEY *key, bool *match, struct fault *why)
{
	*match = X509_check_private_key(certificate, key) == 1;
	if (!*match)
		fault_set(why, FAULT_USAGE, 0, "the key is not the certificate's");
}

bool
keys_match(const struct policy_file *certificate, const struct policy_file *key, struct fault *why)
{
	BIO *from = reader_of(certificate), *secret = reader_of(key);
	X509 *x = from ? PEM_read_bio_X509(from, NULL, no_passphrase, NULL) : NULL;
	EVP_PKEY *k = secret ? PEM_read_bio_PrivateKey(secret, NULL, no_passphrase, NULL) : NULL;
	bool match = false;

	if (!x)
		say_unreadable(why, certificate, "no certificate in it");
	else if (!k)
		say_unreadable(why, key, "no key in it, or an encrypted one");
	else
		compare(x, k, &match, why);
	X509_free(x);
	EVP_PKEY_free(k);
	BIO_free(from);
	BIO_free(secret);
	ERR_clear_error();
	return match;
}
