#include "trust/store.h"

#include "base/mem.h"
#include "base/text.h"
#include "trust/load.h"
#include "trust/openssl_store.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

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

/* SSL_CTX_load_verify_locations(): the file first; when it fails the folder is not looked at. */
static enum store_state
load_anchors(X509_STORE *to, const struct policy *policy, const struct chain *more)
{
	enum store_state state = state_of_options(policy, more);
	bool path = is_set(policy, policy->ca_path);

	if (state != STORE_LOADED)
		return state;
	if (is_set(policy, policy->ca_file) && !load_file(to, &policy->ca_file_bytes))
		return STORE_FILE_UNUSABLE;
	load_hashed(to, policy->ca_path_files, path ? policy->ca_path_count : 0, more);
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

/* CRLs are loaded whatever became of the anchors. A CRLFile without a CRL switches no check on; once it is
 * on, OpenSSL looks through the hash-named ones as well. */
static void
load_crls(X509_STORE *to, const struct policy *policy)
{
	bool check = policy->crl_file && load_crl_file(to, &policy->crl_file_bytes);

	if (!check && !(policy->crl_path && policy->crl_path[0]))
		return;
	load_hashed_crls(to, policy->crl_path_files, policy->crl_path_count);
	X509_STORE_set_flags(to, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	X509_STORE_set_verify_cb(to, pass_missing_crl);
}

/* One object of the store on its way to the list. */
struct listed {
	struct certificate *certificate;
	bool anchor;
};

static int
compare_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int order = strcmp(x->certificate->subject, y->certificate->subject);

	return order ? order : (int)y->anchor - (int)x->anchor;
}

/* A chain can end at a self-signed certificate, and at one whose TRUSTED CERTIFICATE block says that it is
 * trusted for servers. */
static bool
is_anchor(X509 *x, const struct certificate *c)
{
	return X509_check_trust(x, X509_TRUST_SSL_SERVER, X509_TRUST_NO_SS_COMPAT) == X509_TRUST_TRUSTED ||
	       (c->self_signed && X509_check_trust(x, X509_TRUST_SSL_SERVER, 0) != X509_TRUST_REJECTED);
}

/* Lists what the store holds; returns how many of it are anchors. */
static size_t
list_certificates(struct store *s)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(s->x509);
	size_t room = (size_t)sk_X509_OBJECT_num(objects), anchors = 0;
	struct listed *list = mem_new(room + 1, sizeof *list);

	for (size_t i = 0; i < room; i++) {
		X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, (int)i));
		struct certificate *c = x ? openssl_certificate_facts(x) : NULL;

		if (c)
			list[s->count++] = (struct listed){c, is_anchor(x, c)};
	}
	qsort(list, s->count, sizeof *list, compare_listed);
	s->certificates = mem_new(s->count + 1, sizeof(struct certificate *));
	s->anchors = mem_new(s->count + 1, sizeof *s->anchors);
	for (size_t i = 0; i < s->count; i++) {
		s->certificates[i] = list[i].certificate;
		s->anchors[i] = list[i].anchor;
		anchors += list[i].anchor;
	}
	free(list);
	ERR_clear_error();
	return anchors;
}

static char *
loaded_words(const struct store *s, size_t anchors, const struct policy *policy)
{
	struct text t = {NULL, 0, 0};
	bool empty_path = !is_set(policy, policy->ca_file) && s->count == 0;

	if (empty_path)
		text_printf(&t, "none: no hash-named certificate in %s (openssl rehash names them)",
			policy->ca_path);
	else
		text_printf(&t, "%zu root%s", anchors, anchors == 1 ? "" : "s");
	if (s->count > anchors)
		text_printf(&t, ", %zu other certificate%s", s->count - anchors,
			s->count - anchors == 1 ? "" : "s");
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
words_of(const struct store *s, size_t anchors, const struct policy *policy)
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
		return loaded_words(s, anchors, policy);
	}
}

struct store *
store_new_with(const struct policy *policy, const struct chain *more)
{
	struct store *s = mem_new(1, sizeof *s);
	size_t anchors;

	s->refs = 1;
	s->x509 = X509_STORE_new();
	s->state = (int)load_anchors(s->x509, policy, more);
	load_crls(s->x509, policy);
	anchors = list_certificates(s);
	s->words = words_of(s, anchors, policy);
	return s;
}

struct store *
store_new(const struct policy *policy)
{
	return store_new_with(policy, NULL);
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
	for (size_t i = 0; i < s->count; i++)
		certificate_unref(s->certificates[i]);
	free(s->certificates);
	free(s->anchors);
	free(s->words);
	X509_STORE_free(s->x509);
	free(s);
}

enum store_state
store_state(const struct store *s)
{
	return (enum store_state)s->state;
}

size_t
store_count(const struct store *s)
{
	return s->count;
}

size_t
store_first(const struct store *s, const char *subject)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(s->certificates[middle]->subject, subject) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct certificate *
store_find(const struct store *s, const char *subject)
{
	size_t first = store_first(s, subject);

	/* Anchors stand first among certificates of one name. */
	if (first == s->count || !s->anchors[first] || strcmp(s->certificates[first]->subject, subject) != 0)
		return NULL;
	return s->certificates[first];
}

char *
store_words(const struct store *s)
{
	return mem_text(s->words);
}
