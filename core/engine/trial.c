#include "engine/trial.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/look_table.h"
#include "engine/settings.h"
#include "engine/state.h"
#include "trust/judge.h"
#include "trust/keys.h"
#include "trust/parse.h"
#include "trust/store.h"

#include <ctype.h>
#include <string.h>

#define TRIALS_KEPT 32

struct trial_chain {
	const struct observation *observation;
	bool own; /* of the relay that the remedy is for */
	struct verdict before, after;
};

struct trial_change { /* borrowed */
	enum remedy_change change;
	int level;
	const struct store *store;            /* in force */
	const struct policy *policy, *system; /* Sendmail's; of the system's bundle, NULL: none */
	const struct chain *more;             /* certificates that the remedy adds; NULL: none */
	int64_t now_ms;
};

struct entry { /* one remedy of one relay's finding */
	char *key;
	struct trials *owner;
	struct look *look;              /* a reference: what it was tried on */
	struct policy *policy, *system; /* a reference each */
	struct store *store;            /* a reference */
	struct chain *more;
	struct trial_change change;
	struct trial_chain *chains;
	struct look **looks; /* the chains' */
	size_t count;
	struct trial trial;
	char *words;
	uv_work_t work;
	struct entry *prev, *next;
};

struct trials {
	uv_loop_t *loop;
	struct settings *settings;
	struct look_table *looks;
	void (*changed)(void *arg);
	void *arg;
	struct entry *entries; /* the oldest first */
	size_t running;
	bool closing;
	void (*closed)(void *arg);
	void *closed_arg;
};

struct trials *
trials_new(uv_loop_t *loop, struct settings *settings, struct look_table *looks, void (*changed)(void *arg),
	void *arg)
{
	struct trials *t = mem_new(1, sizeof *t);

	*t = (struct trials){
		.loop = loop, .settings = settings, .looks = looks, .changed = changed, .arg = arg};
	return t;
}

/* ---- what it is tried on ----------------------------------------------------------------------------------
 */

static void
add_chain(void *arg, const struct look *look)
{
	struct entry *e = arg;
	const struct look_address *a = look->saved ? NULL : look_deciding(look);

	if (!a || a->verdict.verify == VERIFY_UNKNOWN)
		return;
	e->chains = mem_resize(e->chains, e->count + 1, sizeof *e->chains);
	e->looks = mem_resize(e->looks, e->count + 1, sizeof(struct look *));
	e->looks[e->count] = look_ref((struct look *)look);
	e->chains[e->count++] = (struct trial_chain){
		.observation = a->observation, .own = look == e->look, .before = a->verdict};
}

/* The certificates that the remedy installs: those of the repaired chain that were neither sent nor in the
 * store; an anchor only where the remedy is to trust it. */
static struct chain *
added_chain(const struct look_address *a, enum remedy_change change)
{
	const struct path *path = a->repaired ? a->repaired : a->path;
	struct certificate **all;
	size_t count = 0;

	if (!path)
		return NULL;
	all = mem_new(path->chain->count + 1, sizeof(struct certificate *));
	for (size_t i = 0; i < path->chain->count; i++) {
		struct certificate *c = path->chain->certificates[i];
		bool is_top = i + 1 == path->chain->count;
		bool is_missing = !path->items[i].sent && !path->items[i].in_store && !c->self_signed;

		if (change == CHANGE_ADD_ROOT ? is_top || is_missing : is_missing)
			all[count++] = certificate_ref(c);
	}
	return chain_new(all, count);
}

/* ---- what no judgement shows ------------------------------------------------------------------------------
 */

static const struct second_look *
find_second(const struct trial_request *r, enum second_look_kind kind)
{
	for (size_t i = 0; i < r->second_count; i++) {
		if (r->seconds[i].kind == kind)
			return &r->seconds[i];
	}
	return NULL;
}

static void
conclude(struct entry *e, enum trial_state state, char *words)
{
	e->trial.state = state;
	e->words = words;
	e->trial.words = words;
}

/* An entry that asks for encryption alone is met by any session of that strength. */
static void
try_exemption(struct entry *e, const struct trial_request *r, const struct observation *o)
{
	const char *reject = r->relay->last.reject ? r->relay->last.reject : "";

	if (o->tls.bits < 112)
		conclude(e, TRIAL_NOT_POSSIBLE,
			mem_text("the look came to no encryption of 112 bits: the entry would "
				 "refuse this relay too"));
	else if (isdigit((unsigned char)reject[0]))
		conclude(e, TRIAL_DONE,
			text_new("%.3s → accepted, encrypted (%d bits)", reject, o->tls.bits));
	else
		conclude(e, TRIAL_DONE, text_new("accepted, encrypted (%d bits)", o->tls.bits));
}

static void
try_client_key(struct entry *e)
{
	const struct policy *p = e->policy;
	const struct policy_file *certificate =
		p->client_cert_bytes.bytes ? &p->client_cert_bytes : &p->client_cert_unsafe;
	const struct policy_file *key =
		p->client_key_bytes.bytes ? &p->client_key_bytes : &p->client_key_unsafe;
	struct fault why;

	if (!certificate->bytes || !key->bytes)
		conclude(e, TRIAL_NOT_POSSIBLE,
			mem_text("the client certificate or its key could not be read here"));
	else if (keys_match(certificate, key, &why))
		conclude(e, TRIAL_DONE,
			mem_text("Sendmail uses its client certificate again: key and certificate belong "
				 "together"));
	else
		conclude(e, TRIAL_NOT_POSSIBLE,
			text_new("Sendmail would still not use the key: %s", why.text));
}

/* A failed handshake has no chain to judge: a second look that was made with this very change tells. */
static void
try_handshake(struct entry *e, const struct trial_request *r, enum second_look_kind kind)
{
	const struct second_look *s = find_second(r, kind);

	if (!s) {
		conclude(e, TRIAL_NOT_POSSIBLE, mem_text("only a second connection can tell: v makes it"));
		return;
	}
	e->trial.after = s->verdict;
	e->trial.relays = e->count;
	e->trial.better = verify_is_good(s->verdict.verify) ? 1 : 0;
	conclude(e, TRIAL_DONE, NULL);
}

/* ---- on the worker ----------------------------------------------------------------------------------------
 */

/* What a rehashed CACertPath would bring. The certificates are the worker's own: their counts may change. */
static struct chain *
unhashed_chain(const struct policy *p)
{
	struct certificate **all = NULL;
	size_t count = 0;

	for (size_t i = 0; i < p->ca_path_unhashed_count; i++) {
		struct chain *chain =
			chain_from_pem(p->ca_path_unhashed[i].bytes, p->ca_path_unhashed[i].len, NULL);

		for (size_t k = 0; chain && k < chain->count; k++) {
			all = mem_resize(all, count + 1, sizeof(struct certificate *));
			all[count++] = certificate_ref(chain->certificates[k]);
		}
		chain_unref(chain);
	}
	return chain_new(all, count);
}

/* A store made for the trial; NULL: it is judged with the one in force. */
static struct store *
changed_store(const struct trial_change *c)
{
	struct chain *unhashed;
	struct store *store;

	switch (c->change) {
	case CHANGE_ADD_ISSUER:
	case CHANGE_ADD_ROOT:
		return store_new_with(c->store, c->policy, c->more);
	case CHANGE_HASH_PATH:
		unhashed = unhashed_chain(c->policy);
		store = store_new_with(c->store, c->policy, unhashed);
		chain_unref(unhashed);
		return store;
	case CHANGE_SYSTEM_STORE:
		return store_new(c->system);
	default:
		return NULL;
	}
}

static void
judge_chains(const struct trial_change *c, struct trial_chain *chains, size_t count)
{
	struct store *changed = changed_store(c);
	const struct store *store = changed ? changed : c->store;

	for (size_t i = 0; i < count; i++) {
		const struct observation *o = chains[i].observation;
		struct judge_options how = {.level = o->tls.level,
			.now_ms = c->now_ms,
			.changes = c->change == CHANGE_WITHOUT_CRL ? JUDGE_WITHOUT_CRL : 0};

		chains[i].after = chains[i].before;
		if (c->change == CHANGE_LEVEL && !chains[i].own)
			continue; /* TLS_Clt_Features is of one host */
		if (c->change == CHANGE_LEVEL)
			how.level = c->level;
		if (o->reached >= STAGE_HANDSHAKE && o->chain)
			chains[i].after = judge_chain(o->chain, store, &how);
	}
	store_unref(changed);
}

static void
judge_on_worker(uv_work_t *work)
{
	struct entry *e = work->data;

	judge_chains(&e->change, e->chains, e->count);
}

static void
count_changes(struct entry *e)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct trial_chain *c = &e->chains[i];
		bool was = verify_is_good(c->before.verify), is = verify_is_good(c->after.verify);

		e->trial.better += is && !was;
		e->trial.worse += was && !is;
		if (c->own)
			e->trial.after = c->after;
	}
	e->trial.relays = e->count;
	e->trial.state = TRIAL_DONE;
}

static void
drop(struct trials *t, struct entry *e)
{
	DL_DELETE(t->entries, e);
	for (size_t i = 0; i < e->count; i++)
		look_unref(e->looks[i]);
	free(e->looks);
	free(e->chains);
	chain_unref(e->more);
	policy_unref(e->policy);
	policy_unref(e->system);
	store_unref(e->store);
	look_unref(e->look);
	free(e->words);
	free(e->key);
	free(e);
}

static void
free_if_closed(struct trials *t)
{
	if (!t->closing || t->running)
		return;
	while (t->entries)
		drop(t, t->entries);
	t->closed(t->closed_arg);
	free(t);
}

static void
judged(uv_work_t *work, int status)
{
	struct entry *e = work->data;
	struct trials *t = e->owner;

	(void)status;
	t->running--;
	count_changes(e);
	t->changed(t->arg);
	free_if_closed(t);
}

static void
judge_again(struct trials *t, struct entry *e, const struct trial_request *r)
{
	const struct remedy *remedy = &r->finding->remedies[r->remedy];

	if (remedy->change == CHANGE_SYSTEM_STORE && !e->system) {
		conclude(e, TRIAL_NOT_POSSIBLE, mem_text("no CA bundle of the system was found here"));
		return;
	}
	e->more = e->look ? added_chain(look_deciding(e->look), remedy->change) : NULL;
	e->change = (struct trial_change){.change = remedy->change,
		.level = remedy->level,
		.store = e->store,
		.policy = e->policy,
		.system = e->system,
		.more = e->more,
		.now_ms = r->now_ms};
	e->trial.state = TRIAL_RUNNING;
	e->work.data = e;
	t->running++;
	uv_queue_work(t->loop, &e->work, judge_on_worker, judged);
}

/* ---- the door ---------------------------------------------------------------------------------------------
 */

static char *
key_of(const struct trial_request *r)
{
	return text_new("%d %s %s %zu", r->relay ? (int)r->relay->direction : -1,
		r->relay ? r->relay->name : "", r->finding->id, r->remedy);
}

static struct entry *
find(const struct trials *t, const struct trial_request *r)
{
	char *key = key_of(r);
	struct entry *e;

	DL_FOREACH(t->entries, e)
	{
		if (strcmp(e->key, key) == 0)
			break;
	}
	free(key);
	return e;
}

static bool
still_holds(const struct trials *t, const struct entry *e, const struct trial_request *r)
{
	return e->look == r->look && e->policy == settings_policy(t->settings);
}

/* Remedies that are tried on the relay itself, of which there must be a look. False: the chains of all tell.
 */
static bool
try_on_relay(struct entry *e, const struct trial_request *r, const struct look_address *a)
{
	const struct remedy *remedy = &r->finding->remedies[r->remedy];

	switch (remedy->change) {
	case CHANGE_EXEMPT:
		try_exemption(e, r, a->observation);
		return true;
	case CHANGE_WITHOUT_CLIENT_CERT:
		try_handshake(e, r, SECOND_NO_CLIENT_CERT);
		return true;
	case CHANGE_LEVEL:
		if (a->observation->reached >= STAGE_HANDSHAKE)
			return false;
		try_handshake(e, r, remedy->level ? SECOND_LEVEL_1 : SECOND_LEVEL_0_TLS10);
		return true;
	default:
		return false;
	}
}

static void
begin(struct trials *t, struct entry *e, const struct trial_request *r)
{
	const struct look_address *a = r->look && look_has_ended(r->look) ? look_deciding(r->look) : NULL;
	enum remedy_change change = r->finding->remedies[r->remedy].change;

	look_table_each(t->looks, add_chain, e);
	if (a)
		e->trial.before = e->trial.after = a->verdict;
	if (change == CHANGE_CLIENT_KEY)
		try_client_key(e);
	else if (change == CHANGE_NOTHING)
		conclude(e, TRIAL_NOT_POSSIBLE, mem_text("nothing that a judgement here would show"));
	else if (r->relay ? !a : e->count == 0)
		conclude(e, TRIAL_NOT_POSSIBLE, mem_text("nothing was looked at yet to try it on: v looks"));
	else if (!a || !try_on_relay(e, r, a))
		judge_again(t, e, r);
}

static void
make_room(struct trials *t)
{
	const struct entry *e;
	size_t count;

	DL_COUNT(t->entries, e, count);
	if (count >= TRIALS_KEPT && t->entries->trial.state != TRIAL_RUNNING)
		drop(t, t->entries);
}

struct trial
trials_begin(struct trials *t, const struct trial_request *r)
{
	struct entry *e = find(t, r);

	if (e && e->trial.state == TRIAL_RUNNING)
		return e->trial;
	if (e)
		drop(t, e);
	make_room(t);
	e = mem_new(1, sizeof *e);
	e->key = key_of(r);
	e->owner = t;
	e->look = look_ref((struct look *)r->look);
	e->policy = policy_ref(settings_policy(t->settings));
	e->store = store_ref(settings_store(t->settings));
	e->system = policy_ref(settings_system_policy(t->settings));
	DL_APPEND(t->entries, e);
	begin(t, e, r);
	t->changed(t->arg);
	return e->trial;
}

struct trial
trials_find(const struct trials *t, const struct trial_request *r)
{
	const struct entry *e = find(t, r);

	return e && still_holds(t, e, r) ? e->trial : (struct trial){.state = TRIAL_NONE};
}

void
trials_close(struct trials *t, void (*closed)(void *arg), void *arg)
{
	t->closing = true;
	t->closed = closed;
	t->closed_arg = arg;
	free_if_closed(t);
}

/* ---- the engine's door ------------------------------------------------------------------------------------
 */

static struct trial_request
request_of(const struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	struct evidence evidence = {.seconds = NULL};
	const struct look *look = relay ? engine_look_of(e, relay) : NULL;

	if (look)
		look_table_put_evidence(e->looks, look, &evidence);
	return (struct trial_request){.relay = relay,
		.look = look,
		.finding = finding,
		.remedy = remedy,
		.seconds = evidence.seconds,
		.second_count = evidence.second_count,
		.now_ms = engine_now(e)};
}

struct trial
engine_try(struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	struct trial_request request = request_of(e, relay, finding, remedy);

	if (!settings_are_read(e->settings))
		return (struct trial){.state = TRIAL_NONE};
	return trials_begin(e->trials, &request);
}

struct trial
engine_trial(const struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	struct trial_request request = request_of(e, relay, finding, remedy);

	return trials_find(e->trials, &request);
}
