#include "trust/judge.h"

#include "base/mem.h"
#include "trust/parse.h"
#include "trust/x509.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a judgement costs. OpenSSL goes 100 certificates deep at most, finds the issuer among n sent by names
 * and key identifiers alone (n comparisons a link), and checks signatures, one a link, only when the chain
 * ends at an anchor: a stranger cannot make us check his. Measured: 100 certificates of two names that all
 * may have issued one another, none with a key identifier, 22 ms (OpenSSL 3.0), nearly all of it reading
 * them; and no chain is longer than CHAIN_CERTIFICATES. */

static void
add_some(STACK_OF(X509) * all, const struct chain *chain, size_t from, size_t most)
{
	for (size_t i = from; i < chain->count && i < most; i++) {
		X509 *x = certificate_x509(chain->certificates[i]);

		if (x)
			sk_X509_push(all, x);
	}
}

/* The untrusted certificates of a judgement, the leaf first; the stack borrows them. */
static STACK_OF(X509) * untrusted(const struct chain *sent, const struct judge_options *options)
{
	STACK_OF(X509) *all = sk_X509_new_null();

	add_some(all, sent, 0, 1);
	/* In front of what else was sent, as if they lay in CACertPath, where OpenSSL looks first: of two
	 * issuers of one name it takes the first and never comes back. */
	if (options->add)
		add_some(all, options->add, 0, CHAIN_CERTIFICATES);
	add_some(all, sent, 1, options->changes & JUDGE_DROP_SENT ? 1 : CHAIN_CERTIFICATES);
	return all;
}

/* What libssl does in a client before X509_verify_cert() (ssl_verify_cert_chain()): the whole chain as sent
 * is untrusted, the defaults are "ssl_server", the security level is the connection's. */
static bool
prepare(X509_STORE_CTX *context, X509_STORE *store, STACK_OF(X509) * sent,
	const struct judge_options *options)
{
	static const struct {
		unsigned change;
		unsigned long flag;
	} flags[] = {{JUDGE_PARTIAL_CHAIN, X509_V_FLAG_PARTIAL_CHAIN},
		{JUDGE_NO_TIME, X509_V_FLAG_NO_CHECK_TIME},
		{JUDGE_IGNORE_CRITICAL, X509_V_FLAG_IGNORE_CRITICAL}};
	X509_VERIFY_PARAM *parameters;

	if (!X509_STORE_CTX_init(context, store, sk_X509_value(sent, 0), sent))
		return false;
	X509_STORE_CTX_set_default(context, "ssl_server");
	parameters = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_auth_level(parameters, options->level);
	/* A time that was set counts more than the flag that says not to look at it. */
	if (!(options->changes & JUDGE_NO_TIME))
		X509_VERIFY_PARAM_set_time(parameters, (time_t)(options->now_ms / 1000));
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (options->changes & flags[i].change)
			X509_VERIFY_PARAM_set_flags(parameters, flags[i].flag);
	}
	if (options->changes & JUDGE_ANY_PURPOSE)
		X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY);
	if (options->changes & JUDGE_WITHOUT_CRL)
		X509_VERIFY_PARAM_clear_flags(parameters, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	return true;
}

static struct verdict
verdict_of(int code)
{
	struct verdict v = {.verify = code == X509_V_OK ? VERIFY_OK : VERIFY_FAIL, .code = code, .depth = -1};

	snprintf(v.message, sizeof v.message, "%s", X509_verify_cert_error_string(code));
	return v;
}

static struct verdict
verdict_from(X509_STORE_CTX *context)
{
	struct verdict v = verdict_of(X509_STORE_CTX_get_error(context));
	X509 *at = X509_STORE_CTX_get_current_cert(context);

	if (v.code == X509_V_OK)
		return v;
	v.depth = X509_STORE_CTX_get_error_depth(context);
	if (at)
		X509_NAME_oneline(X509_get_subject_name(at), v.subject, sizeof v.subject);
	return v;
}

/* What a judgement is made of. */
struct material {
	STACK_OF(X509) * untrusted;
	const struct chain *sent, *add; /* the certificates of untrusted */
	const struct store *store;      /* NULL: judged as by an empty one */
	X509_STORE *anchors;
};

static struct certificate *
find_in(const struct chain *chain, const X509 *x)
{
	for (size_t i = 0; chain && i < chain->count; i++) {
		if (certificate_x509(chain->certificates[i]) == x)
			return chain->certificates[i];
	}
	return NULL;
}

/* The certificate of an object that OpenSSL put into a path: it took the objects that it was given. */
static struct certificate *
certificate_of(const struct material *m, X509 *x)
{
	struct certificate *c = find_in(m->sent, x);

	if (!c)
		c = find_in(m->add, x);
	if (!c && m->store)
		c = store_certificate(m->store, x);
	return c ? certificate_ref(c) : certificate_of_x509(x);
}

static struct chain *
path_from(X509_STORE_CTX *context, const struct material *m)
{
	STACK_OF(X509) *built = X509_STORE_CTX_get0_chain(context);
	int count = built ? sk_X509_num(built) : 0;
	struct certificate **path;

	if (count <= 0)
		return NULL;
	path = mem_new((size_t)count, sizeof(struct certificate *));
	for (int i = 0; i < count; i++)
		path[i] = certificate_of(m, sk_X509_value(built, i));
	return chain_new(path, (size_t)count);
}

/* What is wanted of a judgement besides the verdict; each may be NULL. */
struct wanted {
	struct chain *path; /* when with_path: the chain that was built, also when it did not pass */
	bool with_path;
	struct judged_certificate *each; /* the first error at each depth; then no error ends the judgement */
	size_t room;
	STACK_OF(X509) * top; /* given: trusted instead of what the store has; NULL: the store counts */
};

/* A verify callback that notes the first error of each depth and goes on. */
static int
note_and_go_on(int ok, X509_STORE_CTX *context)
{
	struct wanted *w = X509_STORE_CTX_get_app_data(context);
	int depth = X509_STORE_CTX_get_error_depth(context), code = X509_STORE_CTX_get_error(context);

	if (!ok && code != X509_V_ERR_UNABLE_TO_GET_CRL && depth >= 0 && (size_t)depth < w->room &&
		!w->each[depth].code)
		w->each[depth].code = code;
	return 1;
}

static struct verdict
verify(const struct material *m, const struct judge_options *options, struct wanted *w)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	struct verdict v = verdict_of(X509_V_ERR_UNSPECIFIED);

	if (context && prepare(context, m->anchors, m->untrusted, options)) {
		X509_STORE_CTX_set_app_data(context, w);
		if (w->top)
			X509_STORE_CTX_set0_trusted_stack(context, w->top);
		if (w->each)
			X509_STORE_CTX_set_verify_cb(context, note_and_go_on);
		X509_verify_cert(context);
		v = verdict_from(context);
		if (w->with_path)
			w->path = path_from(context, m);
	}
	X509_STORE_CTX_free(context);
	ERR_clear_error();
	return v;
}

/* Whatever is topmost of the path that the store leads to counts as an anchor, self-signed or not. */
static struct verdict
verify_with_top(const struct material *m, const struct judge_options *options, struct wanted *w)
{
	struct judge_options how = *options;
	struct wanted built = {.with_path = true};
	struct verdict v;

	verify(m, options, &built);
	w->top = sk_X509_new_null();
	if (built.path)
		sk_X509_push(w->top, certificate_x509(built.path->certificates[built.path->count - 1]));
	how.changes |= JUDGE_PARTIAL_CHAIN;
	v = verify(m, &how, w);
	sk_X509_free(w->top);
	w->top = NULL;
	chain_unref(built.path);
	return v;
}

/* No store judges like an empty one. */
static struct verdict
judge(const struct chain *sent, const struct store *store, const struct judge_options *options,
	struct wanted *w)
{
	struct material m = {.sent = sent, .add = options->add, .store = store};
	struct verdict v = verdict_of(X509_V_OK);

	if (!sent)
		return v;
	m.untrusted = untrusted(sent, options);
	m.anchors = store ? store_x509(store) : X509_STORE_new();
	if (sk_X509_num(m.untrusted) > 0)
		v = options->changes & JUDGE_TRUST_TOP ? verify_with_top(&m, options, w)
						       : verify(&m, options, w);
	if (!store)
		X509_STORE_free(m.anchors);
	sk_X509_free(m.untrusted);
	return v;
}

struct verdict
judge_chain(const struct chain *sent, const struct store *store, const struct judge_options *options)
{
	struct wanted w = {.path = NULL};

	return judge(sent, store, options, &w);
}

struct chain *
judge_path(const struct chain *sent, const struct store *store, const struct judge_options *options)
{
	struct wanted w = {.with_path = true};

	judge(sent, store, options, &w);
	return w.path;
}

size_t
judge_each(const struct chain *sent, const struct store *store, const struct judge_options *options,
	struct judged_certificate *each, size_t room)
{
	struct wanted w = {.with_path = true, .each = each, .room = room};
	size_t count = 0;

	for (size_t i = 0; i < room; i++)
		each[i] = (struct judged_certificate){X509_V_OK, false};
	judge(sent, store, options, &w);
	for (; w.path && count < w.path->count && count < room; count++)
		each[count].in_store = store && store_has(store, w.path->certificates[count]);
	chain_unref(w.path);
	return count;
}

int
judge_level(const char *cipher_list)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	int level;

	if (!context)
		return 1; /* OpenSSL's own default before 3.2 */
	/* A list that cannot be applied may have set the level all the same: OpenSSL reads it on the way. */
	if (cipher_list)
		SSL_CTX_set_cipher_list(context, cipher_list);
	level = SSL_CTX_get_security_level(context);
	SSL_CTX_free(context);
	ERR_clear_error();
	return level;
}

/* ---- an observation --------------------------------------------------------------------------------- */

/* The word of an observation that did not come through its handshake (Sendmail's deliver.c, starttls()). */
static enum verify
word_without_tls(const struct observation *o)
{
	if (o->fault.kind == FAULT_CANCELLED)
		return VERIFY_UNKNOWN;
	if (o->reached < STAGE_EHLO)
		return VERIFY_UNREACHABLE;
	if (o->reached >= STAGE_STARTTLS)
		return VERIFY_SOFTWARE;
	if (!o->starttls_offered && !o->starttls_sent) /* nor does a server that was greeted with HELO */
		return VERIFY_NONE;
	if (!o->starttls_sent || o->reply_code == 0) /* lost before it answered */
		return VERIFY_FAILURE;
	if (o->reply_code / 100 == 4)
		return VERIFY_TEMP;
	return o->reply_code / 100 == 5 ? VERIFY_NONE : VERIFY_PROTOCOL;
}

/* The engine parses what was sent before anyone judges; who did not gets it parsed here. */
static struct verdict
judge_sent(const struct observation *o, const struct store *store, const struct judge_options *options)
{
	struct chain *parsed = o->chain ? NULL : chain_from_sent(o->sent, o->sent_count);
	struct verdict v = judge_chain(o->chain ? o->chain : parsed, store, options);

	if (!o->chain && !parsed)
		v.verify = VERIFY_NO; /* Sendmail always asks for a certificate: never NOT */
	chain_unref(parsed);
	return v;
}

struct verdict
judge_observation(const struct observation *o, const struct store *store, int64_t now_ms)
{
	struct judge_options options = {.level = o->tls.level, .now_ms = now_ms};

	if (o->reached >= STAGE_HANDSHAKE)
		return judge_sent(o, store, &options);
	return (struct verdict){.verify = word_without_tls(o), .depth = -1};
}
