#include "mta/files.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "trust/parse.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

/* ---- folders of hash-named certificates or CRLs, as `openssl rehash` makes them ---- */

/* Public CAs are some 150; a folder with more than this is no CA folder. */
#define FILES_LIMIT 10000
#define FILE_LIMIT ((size_t)1 << 20)
#define TOTAL_LIMIT ((size_t)128 << 20)

struct hashed_name {
	char *name;
	int64_t number;
};

struct hashed_names {
	struct hashed_name *list;
	size_t count;
};

static bool
is_hashed(const char *name, const char *mark, int64_t *number)
{
	struct span digits;

	if (strspn(name, "0123456789abcdef") != 8 || strncmp(name + 8, mark, strlen(mark)) != 0)
		return false;
	digits = span_of(name + 8 + strlen(mark));
	return strspn(digits.at, "0123456789") == digits.len && span_number(digits, number);
}

static int
compare_hashed(const void *a, const void *b)
{
	const struct hashed_name *x = a, *y = b;
	int order = strncmp(x->name, y->name, 8);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* False when there are more than we take. */
static bool
list_folder(DIR *folder, const char *mark, struct hashed_names *n)
{
	struct dirent *entry;
	int64_t number;

	while ((entry = readdir(folder))) {
		if (!is_hashed(entry->d_name, mark, &number))
			continue;
		if (n->count == FILES_LIMIT)
			return false;
		if ((n->count & (n->count + 1)) == 0)
			n->list = mem_resize(n->list, 2 * (n->count + 1), sizeof *n->list);
		n->list[n->count++] = (struct hashed_name){mem_text(entry->d_name), number};
	}
	return true;
}

/* Reads the files in their order; false when they are too many bytes in all. */
static bool
read_names(const char *folder, const struct hashed_names *n, struct policy_file **files, size_t *count)
{
	size_t total = 0;

	*files = mem_resize(*files, *count + n->count + 1, sizeof **files);
	for (size_t i = 0; i < n->count && total <= TOTAL_LIMIT; i++) {
		struct policy_file *f = &(*files)[(*count)++];

		*f = (struct policy_file){.path = text_new("%s/%s", folder, n->list[i].name)};
		f->code = file_read(f->path, FILE_LIMIT, &f->bytes, &f->len);
		total += f->len;
	}
	return total <= TOTAL_LIMIT;
}

/* Adds the files of a folder whose names are eight digits of lower-case hex, the mark ("." for certificates,
 * ".r" for CRLs) and a number, in OpenSSL's order: by hash, then number. Others are not looked at. A file
 * that cannot be read is added with its code. Returns NULL, or what went wrong in words that the caller
 * frees. */
static char *
hashed_read(const char *folder, const char *mark, struct policy_file **files, size_t *count)
{
	DIR *open = opendir(folder);
	struct hashed_names n = {NULL, 0};
	bool whole;

	if (!open)
		return mem_text(strerror(errno));
	whole = list_folder(open, mark, &n);
	closedir(open);
	if (n.count)
		qsort(n.list, n.count, sizeof *n.list, compare_hashed);
	whole = read_names(folder, &n, files, count) && whole;
	for (size_t i = 0; i < n.count; i++)
		free(n.list[i].name);
	free(n.list);
	return whole ? NULL : text_new("too many hash-named files; the first %zu were read", *count);
}

/* ---- certificates that were put into CACertPath and never hashed: OpenSSL does not find them there ---- */

struct name_list {
	char **list;
	size_t count;
};

static bool
is_candidate(const char *name)
{
	static const char *const ends[] = {".pem", ".crt", ".cer"};
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (len > 4 && strcasecmp(name + len - 4, ends[i]) == 0)
			return true;
	}
	return false;
}

static void
list_names(DIR *folder, struct name_list *n)
{
	struct dirent *entry;

	n->list = mem_new(UNHASHED_FILES, sizeof(char *));
	while (n->count < UNHASHED_FILES && (entry = readdir(folder))) {
		if (is_candidate(entry->d_name))
			n->list[n->count++] = mem_text(entry->d_name);
	}
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Links and copies alike: what counts is what OpenSSL would read. */
static bool
is_reached(const struct policy *p, const struct policy_file *file)
{
	for (size_t i = 0; i < p->ca_path_count; i++) {
		const struct policy_file *hashed = &p->ca_path_files[i];

		if (hashed->len == file->len && memcmp(hashed->bytes, file->bytes, file->len) == 0)
			return true;
	}
	return false;
}

static bool
has_one_certificate(const struct policy_file *file)
{
	struct chain *chain = chain_from_pem(file->bytes, file->len, NULL);
	bool one = chain && chain->count == 1;

	chain_unref(chain);
	return one;
}

/* Returns how many bytes were read. */
static size_t
take_unhashed(struct policy *p, const char *folder, const char *name)
{
	struct policy_file file = {.path = text_new("%s/%s", folder, name)};
	size_t len;

	file.code = file_read(file.path, UNHASHED_FILE, &file.bytes, &file.len);
	len = file.len;
	if (file.code || is_reached(p, &file) || !has_one_certificate(&file)) {
		free(file.path);
		free(file.bytes);
		return len;
	}
	p->ca_path_unhashed =
		mem_resize(p->ca_path_unhashed, p->ca_path_unhashed_count + 1, sizeof *p->ca_path_unhashed);
	p->ca_path_unhashed[p->ca_path_unhashed_count++] = file;
	return len;
}

/* Adds to the policy's ca_path_unhashed the files of a folder that `openssl rehash` would link and did not:
 * named .pem, .crt or .cer, with exactly one certificate, and no hash-named file of ca_path_files is the
 * same. By name. A folder that cannot be listed has none. */
static void
unhashed_read(struct policy *p, const char *folder)
{
	DIR *open = opendir(folder);
	struct name_list n = {NULL, 0};
	size_t total = 0;

	if (!open)
		return;
	list_names(open, &n);
	closedir(open);
	qsort(n.list, n.count, sizeof *n.list, compare_names);
	for (size_t i = 0; i < n.count; i++) {
		if (total < UNHASHED_TOTAL)
			total += take_unhashed(p, folder, n.list[i]);
		free(n.list[i]);
	}
	free(n.list);
}

/* ---- all that a policy names ---- */

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
collect_unhashed(void *arg, const char *folder)
{
	unhashed_read(arg, folder);
}

void
files_read(struct policy *p, const struct cf_safety *safety)
{
	struct collecting ca = {p, "CACertPath", ".", &p->ca_path_files, &p->ca_path_count};
	struct collecting crl = {p, "CRLPath", ".r", &p->crl_path_files, &p->crl_path_count};

	read_ca_file(p);
	files_folders(p->ca_path, collect, &ca);
	files_folders(p->ca_path, collect_unhashed, p);
	fill_or_note(p, &p->crl_file_bytes, p->crl_file, BUNDLE_LIMIT, "CRLFile", "no CRL of it is checked");
	files_folders(p->crl_path, collect, &crl);
	/* OpenSSL keeps one list of folders: once CRLs are checked, it looks for them in CACertPath too. */
	crl.option = NULL;
	if ((p->crl_file || p->crl_path) && p->ca_path &&
		(!p->crl_path || strcmp(p->ca_path, p->crl_path) != 0))
		files_folders(p->ca_path, collect, &crl);
	read_client(p, safety);
}
