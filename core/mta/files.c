#include "mta/files.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "mta/hashed.h"
#include "mta/loose.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BUNDLE_LIMIT ((size_t)64 << 20)
#define KEY_LIMIT ((size_t)1 << 20)

static void
fill(struct policy_file *file, const char *path, size_t limit)
{
	file->path = mem_text(path);
	file->code = file_read(path, limit, &file->bytes, &file->len);
}

/* Reads a file; when it cannot be, notes why and what follows from it. */
static void
fill_or_note(struct policy *p, struct policy_file *file, const char *path, size_t limit, const char *what,
	const char *follows)
{
	struct fault why;

	if (!path || !*path)
		return;
	fill(file, path, limit);
	if (!file->code)
		return;
	file_fault(path, file->code, &why);
	policy_note(p, text_new("%s %s: %s", what, why.text, follows));
}

static bool
is_user(const char *name, uid_t uid)
{
	struct passwd entry, *found = NULL;
	char room[4096];

	return *name && getpwnam_r(name, &entry, room, sizeof room, &found) == 0 && found &&
	       found->pw_uid == uid;
}

/* Why Sendmail would call a certificate or key file unsafe, in its own words (libsm/errstring.c); NULL: it
 * would not. Its checks of the folders above are left to the audit. */
static const char *
unsafe_reason(const struct stat *st, bool key, const struct cf_safety *safety)
{
	const struct {
		mode_t mode;
		bool minds;
		const char *reason;
	} rules[] = {
		{S_IWGRP, true, "Group writable file"},
		{S_IWOTH, true, "World writable file"},
		{S_IRGRP, key && !safety->group_readable_key, "Group readable file"},
		{S_IROTH, key, "World readable file"},
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (rules[i].minds && (st->st_mode & rules[i].mode))
			return rules[i].reason;
	}
	if (st->st_uid == 0 || is_user(safety->run_as_user, st->st_uid) ||
		is_user(safety->trusted_user, st->st_uid))
		return NULL;
	return "Permission denied (its owner is neither root nor RunAsUser nor TrustedUser)";
}

/* What Sendmail calls unsafe it does not load: then the probe must not either. */
static void
drop_unsafe(struct policy *p, bool key, const struct cf_safety *safety)
{
	struct policy_file *file = key ? &p->client_key_bytes : &p->client_cert_bytes;
	struct policy_file *unsafe = key ? &p->client_key_unsafe : &p->client_cert_unsafe;
	struct stat st;
	const char *reason;

	if (!file->bytes || stat(file->path, &st) < 0)
		return;
	reason = unsafe_reason(&st, key, safety);
	if (!reason)
		return;
	policy_note(p,
		text_new("client %s %s: %s: Sendmail calls it unsafe and sends no client certificate; nor "
			 "does the probe",
			key ? "key" : "certificate", file->path, reason));
	*unsafe = *file;
	*file = (struct policy_file){.path = mem_text(unsafe->path), .code = -EPERM};
}

static void
read_client(struct policy *p, const struct cf_safety *safety)
{
	static const char follows[] = "the probe sends no client certificate";

	fill_or_note(p, &p->client_cert_bytes, p->client_cert, KEY_LIMIT, "client certificate", follows);
	fill_or_note(p, &p->client_key_bytes, p->client_key, KEY_LIMIT, "client key", follows);
	drop_unsafe(p, false, safety);
	drop_unsafe(p, true, safety);
}

static void
read_ca_file(struct policy *p)
{
	struct stat st;

	fill_or_note(p, &p->ca_file_bytes, p->ca_file, BUNDLE_LIMIT, "CACertFile",
		"without it Sendmail's store is empty");
	if (p->ca_file && stat(p->ca_file, &st) == 0)
		p->ca_changed_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

void
files_folders(const char *path, void (*each)(void *arg, const char *folder), void *arg)
{
	struct span rest = span_of(path), folder;
	bool more = path && *path;

	while (more) {
		char *name;

		more = span_cut(&rest, ":", &folder);
		if (!folder.len)
			continue;
		name = span_copy(folder);
		each(arg, name);
		free(name);
	}
}

/* A list of hash-named files that folders are added to. */
struct collecting {
	struct policy *policy;
	const char *option, *mark; /* option NULL: trouble with the folder is known already */
	struct policy_file **files;
	size_t *count;
};

static void
collect(void *arg, const char *folder)
{
	struct collecting *c = arg;
	char *trouble = hashed_read(folder, c->mark, c->files, c->count);

	if (trouble && c->option)
		policy_note(c->policy, text_new("%s %s: %s", c->option, folder, trouble));
	free(trouble);
}

static void
collect_loose(void *arg, const char *folder)
{
	loose_read(arg, folder);
}

void
files_read(struct policy *p, const struct cf_safety *safety)
{
	struct collecting ca = {p, "CACertPath", ".", &p->ca_path_files, &p->ca_path_count};
	struct collecting crl = {p, "CRLPath", ".r", &p->crl_path_files, &p->crl_path_count};

	read_ca_file(p);
	files_folders(p->ca_path, collect, &ca);
	files_folders(p->ca_path, collect_loose, p);
	fill_or_note(p, &p->crl_file_bytes, p->crl_file, BUNDLE_LIMIT, "CRLFile", "no CRL of it is checked");
	files_folders(p->crl_path, collect, &crl);
	/* OpenSSL keeps one list of folders: once CRLs are checked, it looks for them in CACertPath too. */
	crl.option = NULL;
	if ((p->crl_file || p->crl_path) && p->ca_path &&
		(!p->crl_path || strcmp(p->ca_path, p->crl_path) != 0))
		files_folders(p->ca_path, collect, &crl);
	read_client(p, safety);
}
