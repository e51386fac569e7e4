#include "mta/hashed.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Public CAs are some 150; a folder with more than this is no CA folder. */
#define FILES_LIMIT 10000
#define FILE_LIMIT ((size_t)1 << 20)
#define TOTAL_LIMIT ((size_t)128 << 20)

struct hashed_name {
	char *name;
	int64_t number;
};

struct names {
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
compare(const void *a, const void *b)
{
	const struct hashed_name *x = a, *y = b;
	int order = strncmp(x->name, y->name, 8);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* False when there are more than we take. */
static bool
list_folder(DIR *folder, const char *mark, struct names *n)
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
read_names(const char *folder, const struct names *n, struct policy_file **files, size_t *count)
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

char *
hashed_read(const char *folder, const char *mark, struct policy_file **files, size_t *count)
{
	DIR *open = opendir(folder);
	struct names n = {NULL, 0};
	bool whole;

	if (!open)
		return mem_text(strerror(errno));
	whole = list_folder(open, mark, &n);
	closedir(open);
	if (n.count)
		qsort(n.list, n.count, sizeof *n.list, compare);
	whole = read_names(folder, &n, files, count) && whole;
	for (size_t i = 0; i < n.count; i++)
		free(n.list[i].name);
	free(n.list);
	return whole ? NULL : text_new("too many hash-named files; the first %zu were read", *count);
}
