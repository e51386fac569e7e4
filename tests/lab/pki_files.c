#include "pki.h"

#include "base/text.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static FILE *
create(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file) {
		perror(path);
		abort();
	}
	return file;
}

static void
write_row(const struct minted *m, const char *folder)
{
	char *pem = text_new("%s/%s.pem", folder, m->spec->name);
	char *key = text_new("%s/%s.key", folder, m->spec->name);
	FILE *file = create(pem);

	PEM_write_X509(file, m->x509);
	fclose(file);
	file = create(key);
	fchmod(fileno(file), 0600); /* Sendmail does not use a key that others may read */
	PEM_write_PKCS8PrivateKey(file, m->key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	free(pem);
	free(key);
}

/* HASH.0, or the next number that is free, as `openssl rehash` names them. */
static void
write_hashed(const struct minted *m, const char *folder)
{
	unsigned long hash = X509_subject_name_hash(m->x509);
	struct stat there;
	char *path = text_new("%s/%08lx.0", folder, hash);
	FILE *file;

	for (int n = 1; stat(path, &there) == 0; n++) {
		free(path);
		path = text_new("%s/%08lx.%d", folder, hash, n);
	}
	file = create(path);
	PEM_write_X509(file, m->x509);
	fclose(file);
	free(path);
}

void
pki_write(const struct pki *p, const char *folder)
{
	char *hashed = text_new("%s/hashed", folder);
	const struct minted *m;

	mkdir(hashed, 0755);
	for (size_t i = 0; (m = pki_anchor(p, i)); i++)
		write_hashed(m, hashed);
	for (size_t i = 0; (m = pki_row(p, i)); i++)
		if (m == pki_find(p, m->spec->name)) /* of copies the first */
			write_row(m, folder);
	free(hashed);
}

void
pki_write_bundle(const struct pki *p, const char *path)
{
	FILE *file = create(path);
	const struct minted *m;

	for (size_t i = 0; (m = pki_anchor(p, i)); i++)
		PEM_write_X509(file, m->x509);
	fclose(file);
}

void
pki_write_system(const struct pki *p, const char *path)
{
	FILE *file = create(path);
	const struct minted *m;

	for (size_t i = 0; (m = pki_row(p, i)); i++)
		if (m->spec->in_system)
			PEM_write_X509(file, m->x509);
	fclose(file);
}

void
pki_write_chain(const struct pki *p, const char *names, const char *path)
{
	const struct minted *chain[PKI_CHAIN_ROOM];
	size_t count = pki_chain(p, names, chain);
	FILE *file = create(path);

	for (size_t i = 0; i < count; i++)
		PEM_write_X509(file, chain[i]->x509);
	fclose(file);
}

void
pki_write_crl(const X509_CRL *crl, const char *path)
{
	FILE *file = create(path);

	PEM_write_X509_CRL(file, crl);
	fclose(file);
}

static X509_STORE *
store_of(const struct pki *p)
{
	X509_STORE *store = X509_STORE_new();
	const struct minted *m;

	for (size_t i = 0; (m = pki_anchor(p, i)); i++)
		X509_STORE_add_cert(store, m->x509);
	return store;
}

int
pki_judge(const struct pki *p, const char *names, int level, int *depth, char subject[512])
{
	const struct minted *chain[PKI_CHAIN_ROOM];
	size_t count = pki_chain(p, names, chain);
	STACK_OF(X509) *sent = sk_X509_new_null();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_STORE *store = store_of(p);
	X509 *at;
	int code;

	for (size_t i = 0; i < count; i++)
		sk_X509_push(sent, chain[i]->x509);
	X509_STORE_CTX_init(context, store, chain[0]->x509, sent);
	X509_STORE_CTX_set_default(context, "ssl_server");
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), level);
	X509_verify_cert(context);
	code = X509_STORE_CTX_get_error(context);
	at = X509_STORE_CTX_get_current_cert(context);
	*depth = code ? X509_STORE_CTX_get_error_depth(context) : -1;
	subject[0] = '\0';
	if (code && at)
		X509_NAME_oneline(X509_get_subject_name(at), subject, 512);
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	sk_X509_free(sent);
	return code;
}
