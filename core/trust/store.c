#include "trust/store.h"

#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "trust/x509.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct stored {
	X509 *x509; /* the X509_STORE's */
	char *subject;
	bool anchor;                         /* a chain can end at it */
	_Atomic(struct certificate *) facts; /* made when somebody asks for them; NULL: nobody has */
};

struct store {
	unsigned refs;
	struct policy *policy; /* of a store that is loaded when first needed; NULL: loaded from the start */
	CRYPTO_RWLOCK *lock;   /* held while it is loaded */
	atomic_bool loaded;    /* what follows is there and changes no more, whoever judges with it */
	enum store_state state;
	char *words; /* the sentence of store_words() */
	X509_STORE *x509;
	STACK_OF(X509) * of_file; /* those that the CA file brought; borrowed from x509 */
	bool checks_crls;
	struct stored *list; /* all certificates, ordered by subject, anchors first */
	size_t count, anchors;
};

/* ---- files as OpenSSL's own lookups would read them ------------------------------------------------------
 */

/* Given for an encrypted block: without one OpenSSL would ask on the terminal. Never written to. */
static char no_passphrase[] = "";

/* A CA file as X509_LOOKUP_file loads it: certificates with and without trust settings, and CRLs. Returns how
 * many objects it held; 0 means that OpenSSL calls the file unusable and nothing was loaded. */
static size_t
load_file(X509_STORE *to, const struct policy_file *file)
{
	BIO *in = file->bytes ? x509_reader(file->bytes, file->len) : NULL;
	/* X509_load_cert_crl_file() makes the same call: one damaged block spoils the file, keys are passed
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

/* Certificates or CRLs: the mark in their names, and how one file is loaded. */
struct hashed_kind {
	const char *mark;
	void (*load)(X509_STORE *to, const struct policy_file *file, unsigned long hash);
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
static void
walk(X509_STORE *to, const struct policy_file *files, size_t count, const struct hashed_kind *kind)
{
	struct hashed last = {{NULL, 0}, 0, -1}, h;
	int64_t expected = 0;

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
		kind->load(to, &files[i], h.hash);
		expected++;
	}
	ERR_clear_error();
}

/* The certificates of one hash-named file whose subject has that hash. OpenSSL would see another one only
 * once it looked for a name of this hash, so a misnamed file counts for nothing here. */
static void
load_certificates(X509_STORE *to, const struct policy_file *file, unsigned long hash)
{
	BIO *in = file->bytes ? x509_reader(file->bytes, file->len) : NULL;
	X509 *x;

	while (in && (x = PEM_read_bio_X509_AUX(in, NULL, NULL, no_passphrase))) {
		if (X509_NAME_hash_ex(X509_get_subject_name(x), NULL, NULL, NULL) == hash)
			X509_STORE_add_cert(to, x);
		X509_free(x);
	}
	BIO_free(in);
}

/* OpenSSL asks the folder only for names that it has nothing for: a subject that the CA file has is never
 * looked up there. */
static bool
is_hidden_by_file(const struct store *s, const X509 *x)
{
	for (int i = 0; i < sk_X509_num(s->of_file); i++) {
		if (X509_NAME_cmp(X509_get_subject_name(sk_X509_value(s->of_file, i)),
			    X509_get_subject_name(x)) == 0)
			return true;
	}
	return false;
}

static void
add_to_folder(struct store *s, X509 *x)
{
	if (x && !is_hidden_by_file(s, x))
		X509_STORE_add_cert(s->x509, x);
}

static void
add_chain(struct store *s, const struct chain *more)
{
	for (size_t i = 0; more && i < more->count; i++)
		add_to_folder(s, certificate_x509(more->certificates[i]));
}

/* Hash-named certificates as X509_LOOKUP_hash_dir would find them, from files in OpenSSL's order (folder,
 * hash, number). They are read into a store of their own, and those that the CA file does not hide are taken
 * over. */
static void
load_folder(struct store *s, const struct policy_file *files, size_t count)
{
	static const struct hashed_kind kind = {".", load_certificates};
	X509_STORE *folder = X509_STORE_new();
	STACK_OF(X509_OBJECT) * objects;

	walk(folder, files, count, &kind);
	objects = X509_STORE_get0_objects(folder);
	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++)
		add_to_folder(s, X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)));
	X509_STORE_free(folder);
}

/* The first CRL of a CRLFile, which is all that Sendmail reads (tls.c, inittls()); false when there is none
 * in it. */
static bool
load_crl_file(X509_STORE *to, const struct policy_file *file)
{
	BIO *in = file->bytes ? x509_reader(file->bytes, file->len) : NULL;
	X509_CRL *crl = in ? PEM_read_bio_X509_CRL(in, NULL, NULL, no_passphrase) : NULL;
	bool added = crl && X509_STORE_add_crl(to, crl);

	X509_CRL_free(crl);
	BIO_free(in);
	ERR_clear_error();
	return added;
}

static void
load_hashed_crl(X509_STORE *to, const struct policy_file *file, unsigned long hash)
{
	BIO *in = file->bytes ? x509_reader(file->bytes, file->len) : NULL;
	X509_CRL *crl;

	while (in && (crl = PEM_read_bio_X509_CRL(in, NULL, NULL, no_passphrase))) {
		if (X509_NAME_hash_ex(X509_CRL_get_issuer(crl), NULL, NULL, NULL) == hash)
			X509_STORE_add_crl(to, crl);
		X509_CRL_free(crl);
	}
	BIO_free(in);
}

static void
load_hashed_crls(X509_STORE *to, const struct policy_file *files, size_t count)
{
	static const struct hashed_kind kind = {".r", load_hashed_crl};

	walk(to, files, count, &kind);
}

/* Sendmail's SM_IS_DIR_START: an option that is no absolute path counts as not set (tls.c, TLS_OK_F). */
static bool
is_set(const struct policy *policy, const char *option)
{
	return option && (policy->both_needed ? option[0] == '/' : option[0] != '\0');
}

static enum store_state
state_of_options(const struct policy *policy, const struct chain *more)
{
	bool file = is_set(policy, policy->ca_file);
	bool path = is_set(policy, policy->ca_path) || (more && more->count);

	if (!file && !path)
		return STORE_UNSET;
	return policy->both_needed && (!file || !path) ? STORE_HALF : STORE_LOADED;
}

static void
note_certificates_of_file(struct store *s)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(s->x509);

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

		if (x)
			sk_X509_push(s->of_file, x);
	}
}

/* SSL_CTX_load_verify_locations(): the file first; when it fails the folder is not looked at. */
static enum store_state
load_anchors(struct store *s, const struct policy *policy, const struct chain *more)
{
	enum store_state state = state_of_options(policy, more);

	if (state != STORE_LOADED)
		return state;
	if (is_set(policy, policy->ca_file) && !load_file(s->x509, &policy->ca_file_bytes))
		return STORE_FILE_UNUSABLE;
	note_certificates_of_file(s);
	if (is_set(policy, policy->ca_path))
		load_folder(s, policy->ca_path_files, policy->ca_path_count);
	add_chain(s, more);
	return STORE_LOADED;
}

/* Sendmail's x509_verify_cb(): with a CRL option set, a CRL that is not there is no error. */
static int
pass_missing_crl(int ok, X509_STORE_CTX *context)
{
	if (ok || X509_STORE_CTX_get_error(context) != X509_V_ERR_UNABLE_TO_GET_CRL)
		return ok;
	X509_STORE_CTX_set_error(context, X509_V_OK);
	return 1;
}

static void
check_crls(struct store *s)
{
	s->checks_crls = true;
	X509_STORE_set_flags(s->x509, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	X509_STORE_set_verify_cb(s->x509, pass_missing_crl);
}

/* CRLs are loaded whatever became of the anchors. A CRLFile without a CRL switches no check on; once it is
 * on, OpenSSL looks through the hash-named ones as well. */
static void
load_crls(struct store *s, const struct policy *policy)
{
	bool check = policy->crl_file && load_crl_file(s->x509, &policy->crl_file_bytes);

	if (!check && !(policy->crl_path && policy->crl_path[0]))
		return;
	load_hashed_crls(s->x509, policy->crl_path_files, policy->crl_path_count);
	check_crls(s);
}

/* ---- what the store holds --------------------------------------------------------------------------------
 */

/* A chain can end at it: it is self-signed, or a TRUSTED CERTIFICATE block says that it is trusted for
 * servers. Its own signature does not count, as OpenSSL never looks at the one of an anchor. */
static bool
is_anchor(X509 *x)
{
	return X509_check_trust(x, X509_TRUST_SSL_SERVER, 0) == X509_TRUST_TRUSTED;
}

static int
compare_stored(const void *a, const void *b)
{
	const struct stored *x = a, *y = b;
	int order = strcmp(x->subject, y->subject);

	return order ? order : (int)y->anchor - (int)x->anchor;
}

static void
list_certificates(struct store *s)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(s->x509);
	size_t room = (size_t)sk_X509_OBJECT_num(objects);

	s->list = mem_new(room + 1, sizeof *s->list);
	for (size_t i = 0; i < room; i++) {
		X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, (int)i));

		if (!x)
			continue;
		s->list[s->count] = (struct stored){.x509 = x, .anchor = is_anchor(x)};
		s->list[s->count].subject = X509_NAME_oneline(X509_get_subject_name(x), NULL, 0);
		s->anchors += s->list[s->count++].anchor;
	}
	qsort(s->list, s->count, sizeof *s->list, compare_stored);
	/* OpenSSL sorts the objects at the first look-up, under a lock that only it knows: sorted here, they
	 * stay where they are, and several workers may walk them. */
	sk_X509_OBJECT_sort(objects);
	ERR_clear_error();
}

static char *
loaded_words(const struct store *s, const struct policy *policy)
{
	struct text t = {NULL, 0, 0};
	bool empty_path = !is_set(policy, policy->ca_file) && s->count == 0;

	if (empty_path)
		text_printf(&t, "none: no hash-named certificate in %s (openssl rehash names them)",
			policy->ca_path);
	else
		text_printf(&t, "%zu root%s", s->anchors, s->anchors == 1 ? "" : "s");
	if (s->count > s->anchors)
		text_printf(&t, ", %zu other certificate%s", s->count - s->anchors,
			s->count - s->anchors == 1 ? "" : "s");
	return text_take(&t);
}

/* Why the bytes of the CA file brought nothing. */
static const char *
file_trouble(const struct policy_file *file)
{
	if (file->code)
		return strerror(-file->code);
	return file->len ? "no certificate could be read from it" : "it is empty";
}

static const char *
half_words(const struct policy *policy)
{
	if (is_set(policy, policy->ca_file))
		return policy->ca_path && *policy->ca_path
			       ? "none: CACertPath is no absolute path, so Sendmail loads neither"
			       : "none: CACertPath is unset, so Sendmail loads neither";
	return policy->ca_file && *policy->ca_file
		       ? "none: CACertFile is no absolute path, so Sendmail loads neither"
		       : "none: CACertFile is unset, so Sendmail loads neither";
}

static char *
words_of(const struct store *s, const struct policy *policy)
{
	switch (s->state) {
	case STORE_UNSET:
		return mem_text("none: CACertFile and CACertPath are unset");
	case STORE_HALF:
		return mem_text(half_words(policy));
	case STORE_FILE_UNUSABLE:
		return text_new("none: CACertFile %s: %s%s", policy->ca_file,
			file_trouble(&policy->ca_file_bytes),
			is_set(policy, policy->ca_path) ? "; CACertPath is not used either" : "");
	default:
		return loaded_words(s, policy);
	}
}

/* ---- its life ---------------------------------------------------------------------------------------------
 */

static struct store *
new_store(void)
{
	struct store *s = mem_new(1, sizeof *s);

	s->refs = 1;
	s->x509 = X509_STORE_new();
	s->of_file = sk_X509_new_null();
	return s;
}

static void
load(struct store *s, const struct policy *policy, const struct chain *more)
{
	s->state = load_anchors(s, policy, more);
	load_crls(s, policy);
	list_certificates(s);
	s->words = words_of(s, policy);
	atomic_store(&s->loaded, true);
}

struct store *
store_new(const struct policy *policy)
{
	struct store *s = new_store();

	load(s, policy, NULL);
	return s;
}

struct store *
store_new_when_needed(struct policy *policy)
{
	struct store *s = new_store();

	s->policy = policy_ref(policy);
	s->lock = CRYPTO_THREAD_lock_new();
	return s;
}

/* The same certificates and CRLs, not read again: OpenSSL's objects are shared. */
static void
share(struct store *s, const struct store *base)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(base->x509);

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
		X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));

		if (x)
			X509_STORE_add_cert(s->x509, x);
		else if (crl)
			X509_STORE_add_crl(s->x509, crl);
	}
	for (int i = 0; i < sk_X509_num(base->of_file); i++)
		sk_X509_push(s->of_file, sk_X509_value(base->of_file, i));
	if (base->checks_crls)
		check_crls(s);
}

struct store *
store_new_with(const struct store *base, const struct policy *policy, const struct chain *more)
{
	struct store *s = new_store();

	if (!base || base->state != STORE_LOADED) {
		load(s, policy,
			more); /* what was not loaded may be now: with `more` CACertPath counts as set */
		return s;
	}
	share(s, base);
	add_chain(s, more);
	list_certificates(s);
	s->words = words_of(s, policy);
	atomic_store(&s->loaded, true);
	return s;
}

struct store *
store_ref(struct store *s)
{
	if (s)
		s->refs++;
	return s;
}

void
store_unref(struct store *s)
{
	if (!s || --s->refs)
		return;
	for (size_t i = 0; i < s->count; i++) {
		certificate_unref(s->list[i].facts);
		OPENSSL_free(s->list[i].subject);
	}
	free(s->list);
	free(s->words);
	sk_X509_free(s->of_file);
	X509_STORE_free(s->x509);
	CRYPTO_THREAD_lock_free(s->lock);
	policy_unref(s->policy);
	free(s);
}

/* ---- questions --------------------------------------------------------------------------------------------
 */

X509_STORE *
store_x509(const struct store *s)
{
	/* Only this and list's facts change in a store that others see; both are guarded. */
	struct store *mine = (struct store *)s;

	if (atomic_load(&s->loaded))
		return s->x509;
	CRYPTO_THREAD_write_lock(mine->lock);
	if (!atomic_load(&s->loaded))
		load(mine, s->policy, NULL);
	CRYPTO_THREAD_unlock(mine->lock);
	return s->x509;
}

enum store_state
store_state(const struct store *s)
{
	return s->state;
}

size_t
store_count(const struct store *s)
{
	return atomic_load(&s->loaded) ? s->count : 0;
}

/* Two workers may make them at once: the first that is ready counts. */
static struct certificate *
facts_of(struct stored *e)
{
	struct certificate *known = atomic_load(&e->facts), *made;

	if (known)
		return known;
	made = certificate_of_x509(e->x509);
	if (atomic_compare_exchange_strong(&e->facts, &known, made))
		return made;
	certificate_unref(made);
	return known;
}

size_t
store_first(const struct store *s, const char *subject)
{
	size_t low = 0, high = store_count(s);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(s->list[middle].subject, subject) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct certificate *
store_at(const struct store *s, size_t i, const char *subject, bool *anchor)
{
	if (i >= store_count(s) || strcmp(s->list[i].subject, subject) != 0)
		return NULL;
	*anchor = s->list[i].anchor;
	return facts_of(&s->list[i]);
}

const struct certificate *
store_find(const struct store *s, const char *subject)
{
	bool anchor = false;
	/* Anchors stand first among certificates of one name. */
	const struct certificate *c = store_at(s, store_first(s, subject), subject, &anchor);

	return anchor ? c : NULL;
}

struct certificate *
store_certificate(const struct store *s, const X509 *x)
{
	for (size_t i = 0; i < store_count(s); i++) {
		if (s->list[i].x509 == x)
			return facts_of(&s->list[i]);
	}
	return NULL;
}

bool
store_has(const struct store *s, const struct certificate *c)
{
	for (size_t i = store_first(s, c->subject);
		i < store_count(s) && strcmp(s->list[i].subject, c->subject) == 0; i++) {
		if (X509_cmp(s->list[i].x509, certificate_x509(c)) == 0)
			return true;
	}
	return false;
}

char *
store_words(const struct store *s)
{
	return mem_text(s->words);
}
