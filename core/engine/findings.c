#include "engine/findings.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/when.h"
#include "diagnosis/diagnosis.h"
#include "engine/logs.h"
#include "engine/look_table.h"
#include "engine/settings.h"
#include "engine/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_NS UINT64_C(3000000)       /* a pass of the loop may take 5 ms: one diagnosis more fits in */
#define REST_RELAYS 1000                 /* with more, a walk that only compares costs something: */
#define REST_TIMES 9                     /* so long, times what it took, until the next one, */
#define REST_MOST_NS UINT64_C(500000000) /* but half a second at most */
#define KEY_ROOM 320
#define PER_CLOCK 64 /* relays that are compared between two readings of the clock */

struct kept { /* what is kept of one relay */
	char *key;
	char *target;     /* the key of looks at it; NULL: there can be none */
	uint64_t relay;   /* the generation of the row that it was diagnosed from; 0: not yet */
	uint64_t look;    /* the version of the look, */
	uint64_t common;  /* and of what all relays have in common */
	uint64_t counted; /* the generation of the row that `marks` are of */
	unsigned marks;   /* what the host's counts have of it */
	uint64_t walk;    /* the last walk that met it */
	uint64_t version; /* of the findings; 0: there are none yet */
	struct findings findings;
	UT_hash_handle hh;
};

struct inputs { /* what there is to be diagnosed, by numbers that are never used twice for something else */
	uint64_t log, rows, looks, settings;
	int64_t hour; /* findings say how old things are: in hours at the finest */
};

/* A walk goes once around all relays, from wherever the last one stopped: so under steady changes the last
 * relays get their turn, too. */
struct walk {
	size_t at, left;
};

struct findings_table {
	struct engine *e;
	uv_idle_t idle;   /* at work while a walk goes on */
	uv_timer_t timer; /* until the next one may begin */
	struct kept *all;
	struct kept **rows; /* by the relay's place in the history, as it was last time */
	size_t row_count;
	struct inputs seen;
	uint64_t log;       /* the version of the log that `rows` and `counted` are of */
	uint64_t fact_news; /* of the host, as when `common` changed last */
	int64_t daemon_start_ms;
	char log_host[256];
	struct walk count, diagnose;
	bool walks, again; /* a walk goes on; something has changed since it began */
	uint64_t spent_ns, rest_until_ns;
	unsigned open;                    /* handles */
	uint64_t walk;                    /* the number of the counting walk */
	uint64_t common;                  /* another one after every change of what concerns all relays */
	uint64_t versions;                /* the last one that was given to findings */
	struct host_scan scan, host_scan; /* as counted; as the host was diagnosed from */
	uint64_t host_common, host_fact_lines;
	bool host_is_known;
	struct findings host, other; /* of this host; of what was asked for and is no relay of the log */
	void (*closed)(void *arg);
	void *closed_arg;
};

/* ---- evidence ---------------------------------------------------------------------------------------------
 */

/* Without a sendmail.cf and CA options nothing is known of the Sendmail that wrote the log: it was another
 * host's. A look is judged all the same, by the system's own store. */
static void
put_settings(const struct findings_table *t, struct evidence *evidence)
{
	const struct settings *s = t->e->settings;
	const struct policy *policy = settings_policy(s);

	evidence->store = STORE_LOADED;
	if (!policy || (policy->source == POLICY_SYSTEM && !evidence->look))
		return;
	evidence->policy = policy;
	evidence->store = store_state(settings_store(s));
	evidence->system_bundle = settings_system_path(s);
}

/* Of a look, of a relay and perhaps a look at it, or of this host. */
static struct evidence
evidence_of(const struct findings_table *t, const struct relay *relay, const struct look *look)
{
	const struct engine *e = t->e;
	const struct history *h = logs_history(e->logs);
	struct evidence evidence = {.history = h,
		.relay = relay,
		.of_host = relay ? &t->host : NULL,
		.scan = &t->scan,
		.offline = e->options.offline,
		.log_host = history_totals(h).host,
		.own_host = e->own_host,
		.now_ms = engine_now(e)};

	if (look)
		look_table_put_evidence(e->looks, look, &evidence);
	put_settings(t, &evidence);
	return evidence;
}

static void
diagnose(const struct evidence *evidence, struct findings *out)
{
	struct diagnosis d;

	findings_clear(out);
	if (evidence->relay || evidence->look)
		diagnose_relay(evidence, &d);
	else
		diagnose_host(evidence, &d);
	*out = d.findings;
	d.findings = (struct findings){.items = NULL};
	diagnosis_clear(&d);
}

static void
diagnose_row(const struct findings_table *t, const struct relay *r, struct findings *out)
{
	struct evidence evidence = evidence_of(t, r, engine_look_of(t->e, r));

	diagnose(&evidence, out);
}

/* ---- what is kept -----------------------------------------------------------------------------------------
 */

/* Names of relays are shorter than 256 bytes. */
static void
put_key(const struct relay *r, char key[KEY_ROOM])
{
	snprintf(key, KEY_ROOM, "%c%s", r->direction == DIRECTION_SERVER ? 's' : 'c', r->name);
}

static struct kept *
find(const struct findings_table *t, const struct relay *r)
{
	char key[KEY_ROOM];
	struct kept *k;

	put_key(r, key);
	HASH_FIND_STR(t->all, key, k);
	return k;
}

static struct kept *
find_or_add(struct findings_table *t, const struct relay *r)
{
	struct kept *k = find(t, r);
	char key[KEY_ROOM];

	if (k)
		return k;
	put_key(r, key);
	k = mem_new(1, sizeof *k);
	k->key = mem_text(key);
	HASH_ADD_KEYPTR(hh, t->all, k->key, strlen(k->key), k);
	return k;
}

static void
forget(struct findings_table *t, struct kept *k)
{
	HASH_DEL(t->all, k);
	host_scan_count(&t->scan, k->marks, -1);
	findings_clear(&k->findings);
	free(k->target);
	free(k->key);
	free(k);
}

/* What is kept of the i-th relay: mostly what was kept of the i-th one before. */
static struct kept *
kept_of(struct findings_table *t, size_t i, const struct relay *r)
{
	const struct kept *guess = t->rows[i];

	if (!guess || (guess->key[0] == 's') != (r->direction == DIRECTION_SERVER) ||
		strcmp(guess->key + 1, r->name) != 0)
		t->rows[i] = find_or_add(t, r);
	return t->rows[i];
}

static uint64_t
look_version(const struct findings_table *t, const struct kept *k)
{
	return k->target ? look_table_version_of(t->e->looks, k->target) : 0;
}

static bool
is_outdated(const struct findings_table *t, const struct kept *k, const struct relay *r)
{
	return k->relay != r->generation || k->common != t->common || k->look != look_version(t, k);
}

static void
renew(struct findings_table *t, struct kept *k, const struct relay *r)
{
	struct target target;

	free(k->target);
	k->target = r->direction == DIRECTION_CLIENT && engine_relay_target(t->e, r, &target, NULL)
			    ? look_table_key(&target)
			    : NULL;
	k->relay = r->generation;
	k->common = t->common;
	k->look = look_version(t, k);
	k->version = ++t->versions;
	diagnose_row(t, r, &k->findings);
}

/* ---- refreshing
 * -------------------------------------------------------------------------------------------- */

/* Rows that another log's history has, or whose store was loaded anew by a daemon that began since, are to be
 * counted anew. */
static void
count_all_again(struct findings_table *t)
{
	size_t count = history_relay_count(logs_history(t->e->logs));

	for (struct kept *k = t->all; k; k = k->hh.next)
		k->counted = 0;
	free(t->rows);
	t->rows = mem_new(count + 1, sizeof(struct kept *));
	t->row_count = count;
}

static void
make_room(struct findings_table *t, size_t count)
{
	if (count > t->row_count) {
		t->rows = mem_resize(t->rows, 2 * count, sizeof(struct kept *));
		memset(t->rows + t->row_count, 0, (2 * count - t->row_count) * sizeof(struct kept *));
		t->row_count = 2 * count;
	}
}

/* What concerns all relays; the host's own findings do so, too: see diagnose_this_host(). */
static void
note_common(struct findings_table *t, const struct inputs *now)
{
	const struct history *h = logs_history(t->e->logs);
	struct history_totals totals = history_totals(h);
	bool other_log = t->log != now->log, restarted = t->daemon_start_ms != totals.daemon_start_ms;

	if (t->common && !other_log && !restarted && t->fact_news == totals.fact_news &&
		t->seen.settings == now->settings && t->seen.hour == now->hour &&
		strcmp(t->log_host, totals.host) == 0)
		return;
	t->common++;
	t->log = now->log;
	t->fact_news = totals.fact_news;
	t->daemon_start_ms = totals.daemon_start_ms;
	span_put(span_of(totals.host), t->log_host, sizeof t->log_host);
	if (other_log || restarted)
		count_all_again(t);
}

static bool
time_is_up(uint64_t end_ns)
{
	return uv_hrtime() >= end_ns;
}

/* Counts each relay that has changed for the host's findings. False: there is more to do. */
static bool
count_some(struct findings_table *t, const struct history *h, uint64_t end_ns)
{
	size_t count = history_relay_count(h);

	for (; t->count.left > 0; t->count.left--) {
		size_t i = t->count.at = t->count.at + 1 < count ? t->count.at + 1 : 0;
		const struct relay *r = history_relay(h, i);
		struct kept *k = kept_of(t, i, r);

		k->walk = t->walk;
		if (k->counted != r->generation) {
			host_scan_count(&t->scan, k->marks, -1);
			k->marks = host_scan_marks(r, t->daemon_start_ms);
			host_scan_count(&t->scan, k->marks, 1);
			k->counted = r->generation;
		}
		if (t->count.left % PER_CLOCK == 0 && time_is_up(end_ns))
			return false;
	}
	return true;
}

/* Relays that the table of the log dropped. False: there are more. */
static bool
forget_the_gone(struct findings_table *t, const struct history *h, uint64_t end_ns)
{
	struct kept *k, *next;
	size_t gone = 0;

	if (HASH_COUNT(t->all) == history_relay_count(h))
		return true;
	memset(t->rows, 0, t->row_count * sizeof(struct kept *));
	HASH_ITER(hh, t->all, k, next)
	{
		if (k->walk == t->walk)
			continue;
		forget(t, k);
		if (++gone % PER_CLOCK == 0 && time_is_up(end_ns))
			return false;
	}
	return true;
}

static bool
are_same(const struct findings *a, const struct findings *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = strcmp(a->items[i]->id, b->items[i]->id) == 0 &&
		       strcmp(a->items[i]->title, b->items[i]->title) == 0;
	return same;
}

/* What is wrong with this host may explain a relay: another finding of the host outdates all relays. */
static bool
diagnose_this_host(struct findings_table *t, const struct history *h)
{
	struct evidence evidence = evidence_of(t, NULL, NULL);
	struct findings before = t->host;
	struct history_totals totals = history_totals(h);

	t->scan.since_ms = t->daemon_start_ms ? t->daemon_start_ms : totals.first_ms;
	if (t->host_is_known && t->host_common == t->common && t->host_fact_lines == totals.fact_lines &&
		memcmp(&t->scan, &t->host_scan, sizeof t->scan) == 0)
		return false;
	t->host = (struct findings){.items = NULL};
	diagnose(&evidence, &t->host);
	t->versions++;
	t->host_scan = t->scan;
	t->host_fact_lines = totals.fact_lines;
	t->host_is_known = true;
	if (!are_same(&t->host, &before))
		t->common++;
	t->host_common = t->common;
	findings_clear(&before);
	return true;
}

static bool
diagnose_some(struct findings_table *t, const struct history *h, uint64_t end_ns, bool *changed)
{
	size_t count = history_relay_count(h);

	for (; t->diagnose.left > 0; t->diagnose.left--) {
		size_t i = t->diagnose.at = t->diagnose.at + 1 < count ? t->diagnose.at + 1 : 0;
		const struct relay *r = history_relay(h, i);
		struct kept *k = kept_of(t, i, r);
		bool outdated = is_outdated(t, k, r);

		if (outdated)
			renew(t, k, r);
		*changed = *changed || outdated;
		if ((outdated || t->diagnose.left % PER_CLOCK == 0) && time_is_up(end_ns))
			return false;
	}
	return true;
}

/* A part of the walk. The host first: what is found of it may explain its relays. True at the end. */
static bool
walk_on(struct findings_table *t, uint64_t end_ns)
{
	const struct history *h = logs_history(t->e->logs);
	size_t count = history_relay_count(h); /* rows may have come or gone since it began */
	bool changed, done;

	make_room(t, count);
	t->count.left = t->count.left < count ? t->count.left : count;
	t->diagnose.left = t->diagnose.left < count ? t->diagnose.left : count;
	if (!count_some(t, h, end_ns) || !forget_the_gone(t, h, end_ns))
		return false;
	changed = diagnose_this_host(t, h);
	done = diagnose_some(t, h, end_ns, &changed);
	if (changed)
		t->e->generation++;
	return done;
}

static void
on_idle(uv_idle_t *idle)
{
	struct findings_table *t = idle->data;
	uint64_t begun_ns = uv_hrtime(), rest_ns;
	bool done = walk_on(t, begun_ns + SLICE_NS);
	uint64_t now_ns = uv_hrtime();

	t->spent_ns += now_ns - begun_ns;
	if (!done)
		return;
	rest_ns = HASH_COUNT(t->all) > REST_RELAYS ? REST_TIMES * t->spent_ns : 0;
	t->rest_until_ns = now_ns + (rest_ns < REST_MOST_NS ? rest_ns : REST_MOST_NS);
	t->walks = false;
	uv_idle_stop(idle);
	if (t->again)
		findings_refresh(t);
	if (!t->walks && !uv_is_active((uv_handle_t *)&t->timer))
		engine_found_all(t->e);
}

static void
begin_walk(struct findings_table *t)
{
	size_t count = history_relay_count(logs_history(t->e->logs));

	t->again = false;
	t->walks = true;
	t->spent_ns = 0;
	t->walk++;
	t->count.left = t->diagnose.left = count;
	uv_idle_start(&t->idle, on_idle);
}

static void
has_rested(uv_timer_t *timer)
{
	findings_refresh(timer->data);
}

struct findings_table *
findings_new(struct engine *e)
{
	struct findings_table *t = mem_new(1, sizeof *t);

	t->e = e;
	uv_idle_init(e->loop, &t->idle);
	t->idle.data = t;
	uv_timer_init(e->loop, &t->timer);
	t->timer.data = t;
	t->open = 2;
	return t;
}

void
findings_refresh(struct findings_table *t)
{
	const struct engine *e = t->e;
	const struct history *h = logs_history(e->logs);
	const struct inputs now = {.log = logs_version(e->logs),
		.rows = history_generation(h),
		.looks = look_table_version(e->looks),
		.settings = settings_version(e->settings),
		.hour = engine_now(e) / WHEN_HOUR};

	uint64_t now_ns = uv_hrtime();

	if (t->closed || e->is_reading || !settings_are_read(e->settings) ||
		memcmp(&now, &t->seen, sizeof now) == 0)
		return;
	if (t->walks) {
		t->again = true;
		return;
	}
	if (now_ns < t->rest_until_ns) {
		if (!uv_is_active((uv_handle_t *)&t->timer))
			uv_timer_start(&t->timer, has_rested, (t->rest_until_ns - now_ns) / 1000000 + 1, 0);
		return;
	}
	make_room(t, history_relay_count(h));
	note_common(t, &now);
	t->seen = now;
	begin_walk(t);
}

static void
handle_closed(uv_handle_t *handle)
{
	struct findings_table *t = handle->data;

	if (--t->open)
		return;
	while (t->all)
		forget(t, t->all);
	findings_clear(&t->host);
	findings_clear(&t->other);
	free(t->rows);
	t->closed(t->closed_arg);
	free(t);
}

void
findings_close(struct findings_table *t, void (*closed)(void *arg), void *arg)
{
	t->closed = closed;
	t->closed_arg = arg;
	uv_close((uv_handle_t *)&t->idle, handle_closed);
	uv_close((uv_handle_t *)&t->timer, handle_closed);
}

/* ---- the engine's door ------------------------------------------------------------------------------------
 */

const struct findings *
engine_findings(struct engine *e, const struct relay *relay)
{
	struct findings_table *t = e->findings;
	const struct history *h = logs_history(e->logs);
	struct kept *k;

	findings_refresh(t); /* an hour may have passed */
	if (history_find(h, relay->direction, relay->name) != relay) {
		diagnose_row(t, relay, &t->other);
		return &t->other;
	}
	k = find_or_add(t, relay);
	if (!k->version)
		renew(t, k, relay);
	return &k->findings;
}

uint64_t
engine_findings_version(const struct engine *e, const struct relay *relay)
{
	const struct kept *k = relay ? find(e->findings, relay) : NULL;

	if (!relay)
		return e->findings->versions;
	return k ? k->version : 0;
}

const struct findings *
engine_look_findings(struct engine *e, const struct look *look)
{
	struct evidence evidence = evidence_of(e->findings, NULL, look);

	diagnose(&evidence, &e->findings->other);
	return &e->findings->other;
}

const struct findings *
engine_host_findings(struct engine *e)
{
	findings_refresh(e->findings);
	return &e->findings->host;
}
