#include "engine/settings.h"

#include "base/file.h"
#include "base/mem.h"
#include "engine/watch.h"
#include "trust/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct loaded { /* what one reading made */
	struct policy *policy;
	struct store *store;
	struct tls_config *tls;
	char *store_words;
	struct policy *system_policy;
	struct store *system; /* NULL: there is none, or it is Sendmail's own */
	struct issuer_pool *loose;
	bool was_read; /* false: a named file went away, the policy is an empty one */
};

struct settings {
	uv_loop_t *loop;
	struct policy_request request;
	uint64_t version;
	struct loaded now, next; /* next belongs to the worker while it works */
	uv_work_t work;
	bool working, again, closing;
	struct watch *watch;
	void (*changed)(void *arg);
	void *arg;
	void (*closed)(void *arg);
	void *closed_arg;
};

static int
check_named(const char *path, bool folder)
{
	struct stat st;

	if (access(path, R_OK) < 0 || stat(path, &st) < 0)
		return -errno;
	if (folder)
		return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	return S_ISDIR(st.st_mode) ? -EISDIR : S_ISREG(st.st_mode) ? 0 : -EINVAL;
}

/* A file that the user named and that cannot be used ends the program before it begins. */
static bool
named_files_are_there(const struct policy_request *r, struct fault *why)
{
	const char *const named[] = {r->cf, r->ca_file, r->ca_path};

	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		int code = named[i] ? check_named(named[i], named[i] == r->ca_path) : 0;

		if (code < 0) {
			file_fault(named[i], code, why);
			return false;
		}
	}
	return true;
}

static void
unload(struct loaded *l)
{
	policy_unref(l->policy);
	store_unref(l->store);
	tls_config_unref(l->tls);
	policy_unref(l->system_policy);
	store_unref(l->system);
	pool_free(l->loose);
	free(l->store_words);
	*l = (struct loaded){0};
}

/* The system's bundle is no second opinion where Sendmail's own store is made of it. */
static void
load_system(struct loaded *l)
{
	const char *bundle = policy_system_bundle();
	bool own = store_state(l->store) == STORE_LOADED && bundle && l->policy->ca_file &&
		   strcmp(l->policy->ca_file, bundle) == 0;

	if (!bundle)
		return;
	l->system_policy = policy_read_bundle(bundle);
	if (!own)
		l->system = store_new_when_needed(l->system_policy);
}

static void
load_loose(struct loaded *l)
{
	l->loose = pool_new();
	for (size_t i = 0; i < l->policy->ca_path_unhashed_count; i++) {
		const struct policy_file *file = &l->policy->ca_path_unhashed[i];
		struct chain *chain = chain_from_pem(file->bytes, file->len, NULL);

		for (size_t k = 0; chain && k < chain->count; k++)
			pool_add(l->loose, chain->certificates[k], file->path);
		chain_unref(chain);
	}
}

static void
load(uv_work_t *work)
{
	struct settings *s = work->data;
	struct loaded *l = &s->next;
	struct text notes = {0};
	struct fault why;

	l->policy = policy_read(&s->request, &why);
	l->was_read = l->policy != NULL;
	if (!l->was_read) {
		/* It went away since the program began: an empty store and the reason are better than none.
		 */
		l->policy = policy_new();
		policy_note(l->policy, mem_text(why.text));
	}
	tls_library_init(l->policy->openssl_conf);
	l->store = store_new(l->policy);
	l->tls = tls_config_new(l->policy, &notes);
	l->store_words = store_words(l->store);
	load_system(l);
	load_loose(l);
	if (notes.len)
		policy_note(l->policy, text_take(&notes));
	text_free(&notes);
}

static void
add_watched(void *arg, const char *path)
{
	watch_add(arg, path);
}

/* A policy that could not be read does not say which files it is of: what the user named is awaited too. */
static void
watch_files(struct settings *s)
{
	const char *const named[] = {s->request.cf, s->request.ca_file, s->request.ca_path};

	watch_clear(s->watch);
	policy_files(s->now.policy, add_watched, s->watch);
	for (size_t i = 0; !s->now.was_read && i < sizeof named / sizeof *named; i++) {
		if (named[i])
			watch_add(s->watch, named[i]);
	}
}

static void
free_settings(void *arg)
{
	struct settings *s = arg;

	unload(&s->now);
	s->closed(s->closed_arg);
	free(s);
}

/* Takes over what the worker made, and lets it begin again when a file changed meanwhile. */
static void
loaded(uv_work_t *work, int status)
{
	struct settings *s = work->data;

	(void)status;
	s->working = s->again && !s->closing;
	s->again = false;
	unload(&s->now);
	s->now = s->next;
	s->version++;
	s->next = (struct loaded){0};
	if (!s->closing)
		watch_files(s);
	if (s->closing)
		watch_close(s->watch, free_settings, s);
	else if (s->working)
		uv_queue_work(s->loop, work, load, loaded);
	else
		s->changed(s->arg);
}

static void
start_loading(struct settings *s)
{
	s->working = true;
	s->work.data = s;
	uv_queue_work(s->loop, &s->work, load, loaded);
}

static void
file_changed(void *arg)
{
	struct settings *s = arg;

	if (s->working)
		s->again = true;
	else
		start_loading(s);
}

struct settings *
settings_new(uv_loop_t *loop, const struct policy_request *request, void (*changed)(void *arg), void *arg,
	struct fault *why)
{
	struct settings *s;

	if (!named_files_are_there(request, why))
		return NULL;
	s = mem_new(1, sizeof *s);
	s->loop = loop;
	s->request = *request;
	s->changed = changed;
	s->arg = arg;
	s->watch = watch_new(loop, file_changed, s);
	start_loading(s);
	return s;
}

uint64_t
settings_version(const struct settings *s)
{
	return s->version;
}

bool
settings_are_read(const struct settings *s)
{
	return s->now.policy != NULL;
}

bool
settings_are_being_read(const struct settings *s)
{
	return s->working;
}

void
settings_refresh(struct settings *s)
{
	watch_flush(s->watch);
}

struct policy *
settings_policy(const struct settings *s)
{
	return s->now.policy;
}

struct store *
settings_store(const struct settings *s)
{
	return s->now.store;
}

struct tls_config *
settings_tls(const struct settings *s)
{
	return s->now.tls;
}

struct store *
settings_system_store(const struct settings *s)
{
	return s->now.system;
}

const char *
settings_system_path(const struct settings *s)
{
	return s->now.system_policy ? s->now.system_policy->ca_file : NULL;
}

struct policy *
settings_system_policy(const struct settings *s)
{
	return s->now.system_policy;
}

const struct issuer_pool *
settings_loose(const struct settings *s)
{
	return s->now.loose;
}

const char *
settings_store_words(const struct settings *s)
{
	return s->now.store_words ? s->now.store_words : "";
}

void
settings_close(struct settings *s, void (*closed)(void *arg), void *arg)
{
	s->closing = true;
	s->closed = closed;
	s->closed_arg = arg;
	if (!s->working)
		watch_close(s->watch, free_settings, s);
}
