#include "mta/loose.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "trust/parse.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct names {
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
list_names(DIR *folder, struct names *n)
{
	struct dirent *entry;

	n->list = mem_new(LOOSE_FILES, sizeof(char *));
	while (n->count < LOOSE_FILES && (entry = readdir(folder))) {
		if (is_candidate(entry->d_name))
			n->list[n->count++] = mem_text(entry->d_name);
	}
}

static int
compare(const void *a, const void *b)
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
take(struct policy *p, const char *folder, const char *name)
{
	struct policy_file file = {.path = text_new("%s/%s", folder, name)};
	size_t len;

	file.code = file_read(file.path, LOOSE_FILE, &file.bytes, &file.len);
	len = file.len;
	if (file.code || is_reached(p, &file) || !has_one_certificate(&file)) {
		free(file.path);
		free(file.bytes);
		return len;
	}
	p->ca_path_loose = mem_resize(p->ca_path_loose, p->ca_path_loose_count + 1, sizeof *p->ca_path_loose);
	p->ca_path_loose[p->ca_path_loose_count++] = file;
	return len;
}

void
loose_read(struct policy *p, const char *folder)
{
	DIR *open = opendir(folder);
	struct names n = {NULL, 0};
	size_t total = 0;

	if (!open)
		return;
	list_names(open, &n);
	closedir(open);
	qsort(n.list, n.count, sizeof *n.list, compare);
	for (size_t i = 0; i < n.count; i++) {
		if (total < LOOSE_TOTAL)
			total += take(p, folder, n.list[i]);
		free(n.list[i]);
	}
	free(n.list);
}
