#include "trust/load.h"

#include "base/span.h"
#include "trust/openssl_store.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

/* Given for an encrypted block: without one OpenSSL would ask on the terminal. Never written to. */
static char no_passphrase[] = "";

size_t
load_file(X509_STORE *to, const struct policy_file *file)
{
	BIO *in = file->bytes ? openssl_reader(file->bytes, file->len) : NULL;
	/* The same call as X509_load_cert_crl_file(): one damaged block spoils the file, keys are passed
	 * over. */
	STACK_OF(X509_INFO) *found = in ? PEM_X509_INFO_read_bio(in, NULL, NULL, no_passphrase) : NULL;
	size_t count = 0;

	for (int i = 0; found && i < sk_X509_INFO_num(found); i++) {
		const X509_INFO *info = sk_X509_INFO_value(found, i);

		count += info->x509 && X509_STORE_add_cert(to, info->x509);
		count += info->crl && X509_STORE_add_crl(to, info->crl);
	}
	sk_X509_INFO_pop_free(found, X509_INFO_free);
	BIO_free(in);
	ERR_clear_error();
	return count;
}

/* What the name of a hash-named file says. */
struct hashed {
	struct span folder;
	unsigned long hash;
	int64_t number;
};

/* Takes "FOLDER/0a1b2c3d.4" or "FOLDER/0a1b2c3d.r4" apart; mark is "." or ".r". */
static bool
hashed_parse(const char *path, const char *mark, struct hashed *h)
{
	struct span name = span_of(path), base, digits;
	char text[9];

	h->folder = name;
	base = span_cut_last(&h->folder, "/");
	if (!base.at) {
		base = name;
		h->folder = span_of("");
	}
	span_put(base, text, sizeof text);
	if (strspn(text, "0123456789abcdef") != 8 || !span_starts(span_skip(base, 8), mark))
		return false;
	h->hash = strtoul(text, NULL, 16);
	digits = span_skip(base, 8 + strlen(mark));
	/* OpenSSL prints the number with %d: it never asks for "01". */
	return (digits.len == 1 || !span_starts(digits, "0")) && span_number(digits, &h->number);
}

/* Certificates or CRLs: the mark in their names, and how one file is loaded (load: how many it added). */
struct hashed_kind {
	const char *mark;
	size_t (*load)(X509_STORE *to, const struct policy_file *file, unsigned long hash);
};

/* A link to nowhere: stat() fails on it, and X509_LOOKUP_hash_dir takes that for the end of the row. */
static bool
is_missing(const struct policy_file *file)
{
	return file->code == -ENOENT || file->code == -ELOOP;
}

/* Walks hash-named files the way X509_LOOKUP_hash_dir opens them: .0, .1, … of a hash until one is missing;
 * what is numbered after a gap is never seen. One that is there but cannot be loaded is passed over
 * (measured, 3.0). */
static size_t
walk(X509_STORE *to, const struct policy_file *files, size_t count, const struct hashed_kind *kind)
{
	struct hashed last = {{NULL, 0}, 0, -1}, h;
	int64_t expected = 0;
	size_t added = 0;

	for (size_t i = 0; i < count; i++) {
		if (!hashed_parse(files[i].path, kind->mark, &h))
			continue;
		if (h.hash != last.hash || last.number < 0 || !span_same(h.folder, last.folder))
			expected = 0;
		last = h;
		if (h.number != expected || is_missing(&files[i])) {
			expected = -1;
			continue;
		}
		added += kind->load(to, &files[i], h.hash);
		expected++;
	}
	ERR_clear_error();
	return added;
}

static int
compare_names(const X509_NAME *const *a, const X509_NAME *const *b)
{
	return X509_NAME_cmp(*a, *b);
}

static STACK_OF(X509_NAME) * subjects_of(X509_STORE *store)
{
	STACK_OF(X509_NAME) *names = sk_X509_NAME_new(compare_names);
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

		if (x)
			sk_X509_NAME_push(names, X509_get_subject_name(x));
	}
	sk_X509_NAME_sort(names);
	return names;
}

/* The certificates of one hash-named file whose subject has that hash. OpenSSL would see another one only
 * once it looked for a name of this hash, so a misnamed file counts for nothing here. */
static size_t
load_certificates(X509_STORE *to, const struct policy_file *file, unsigned long hash)
{
	BIO *in = file->bytes ? openssl_reader(file->bytes, file->len) : NULL;
	size_t added = 0;
	X509 *x;

	while (in && (x = PEM_read_bio_X509_AUX(in, NULL, NULL, no_passphrase))) {
		if (X509_NAME_hash_ex(X509_get_subject_name(x), NULL, NULL, NULL) == hash)
			added += (size_t)X509_STORE_add_cert(to, x);
		X509_free(x);
	}
	BIO_free(in);
	return added;
}

static void
add_more(X509_STORE *to, const struct chain *more)
{
	for (size_t i = 0; more && i < more->count; i++) {
		X509 *x = openssl_certificate(more->certificates[i]->der, more->certificates[i]->der_len);

		if (x)
			X509_STORE_add_cert(to, x);
		X509_free(x);
	}
}

/* OpenSSL asks the folder only for names that it has nothing for, so a subject that the CA file has is never
 * looked up there: the folder is read into a store of its own, and only other names are taken over. */
size_t
load_hashed(X509_STORE *to, const struct policy_file *files, size_t count, const struct chain *more)
{
	static const struct hashed_kind kind = {".", load_certificates};
	X509_STORE *folder = X509_STORE_new();
	STACK_OF(X509_NAME) *known = subjects_of(to);
	STACK_OF(X509_OBJECT) * objects;
	size_t added = 0;

	walk(folder, files, count, &kind);
	add_more(folder, more);
	objects = X509_STORE_get0_objects(folder);
	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

		if (x && sk_X509_NAME_find(known, X509_get_subject_name(x)) < 0)
			added += (size_t)X509_STORE_add_cert(to, x);
	}
	sk_X509_NAME_free(known);
	X509_STORE_free(folder);
	return added;
}

bool
load_crl_file(X509_STORE *to, const struct policy_file *file)
{
	BIO *in = file->bytes ? openssl_reader(file->bytes, file->len) : NULL;
	X509_CRL *crl = in ? PEM_read_bio_X509_CRL(in, NULL, NULL, no_passphrase) : NULL;
	bool added = crl && X509_STORE_add_crl(to, crl);

	X509_CRL_free(crl);
	BIO_free(in);
	ERR_clear_error();
	return added;
}

static size_t
load_crls(X509_STORE *to, const struct policy_file *file, unsigned long hash)
{
	BIO *in = file->bytes ? openssl_reader(file->bytes, file->len) : NULL;
	size_t added = 0;
	X509_CRL *crl;

	while (in && (crl = PEM_read_bio_X509_CRL(in, NULL, NULL, no_passphrase))) {
		if (X509_NAME_hash_ex(X509_CRL_get_issuer(crl), NULL, NULL, NULL) == hash)
			added += (size_t)X509_STORE_add_crl(to, crl);
		X509_CRL_free(crl);
	}
	BIO_free(in);
	return added;
}

size_t
load_hashed_crls(X509_STORE *to, const struct policy_file *files, size_t count)
{
	static const struct hashed_kind kind = {".r", load_crls};

	return walk(to, files, count, &kind);
}
