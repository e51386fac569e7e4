/* Certificates in CACertPath that no hash link reaches: what `openssl rehash` would link, and nothing else.
 */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "folder.h"
#include "mta/files.h"
#include "tests/unit/trust/material.h"

#include <stdlib.h>
#include <string.h>

struct file {
	const char *name, *names; /* of the material; NULL: no certificate */
};

static void
write_files(const struct folder *f, const struct file *files)
{
	for (; files->name; files++) {
		char *pem = files->names ? pem_named(files->names) : mem_text("no certificate\n");

		folder_write(f, files->name, 0644, pem);
		free(pem);
	}
}

/* A policy whose hash-named files hold those certificates. */
static struct policy *
policy_with_hashed(const char *names)
{
	struct policy *p = policy_new();

	add_hashed(p, ".", 0, pem_named(names));
	return p;
}

/* The names of what was found, a blank between them; the caller frees it. */
static char *
found_in(const struct policy *p, const struct folder *f)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < p->ca_path_unhashed_count; i++) {
		const struct policy_file *file = &p->ca_path_unhashed[i];

		assert_int_equal(file->code, 0);
		assert_int_equal(file->len, strlen((const char *)file->bytes));
		assert_memory_equal(file->path, f->path, strlen(f->path));
		text_printf(&t, "%s%s", i ? " " : "", file->path + strlen(f->path) + 1);
	}
	return text_take(&t);
}

/* As if CACertPath named that folder. */
static void
read_folder(struct policy *p, const char *folder)
{
	const struct cf_safety safety = {.group_readable_key = false};

	free(p->ca_path);
	p->ca_path = mem_text(folder);
	files_read(p, &safety);
}

static void
only_what_rehash_would_link_is_found(void **state)
{
	static const struct {
		struct file files[6];
		const char *hashed, *found;
	} cases[] = {
		{{{"int.pem", "int"}}, "root", "int.pem"},
		{{{"int.pem", "int"}}, "int", ""},
		{{{"z.crt", "int"}, {"a.cer", "otherint"}, {"M.PEM", "root"}}, "otherroot",
			"M.PEM a.cer z.crt"},
		{{{"int.pem.bak", "int"}, {"int", "int"}, {".pem", "int"}, {"int.txt", "int"}}, "root", ""},
		{{{"bundle.crt", "root otherroot"}, {"README.pem", NULL}}, "int", ""},
		{{{"0a1b2c3d.0", "int"}}, "root", ""},
		{{{NULL, NULL}}, "root", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *p = policy_with_hashed(cases[i].hashed);
		struct folder f;
		char *found;

		folder_make(&f);
		write_files(&f, cases[i].files);
		read_folder(p, f.path);
		found = found_in(p, &f);
		assert_string_equal(found, cases[i].found);
		free(found);
		folder_remove(&f);
		policy_unref(p);
	}
}

static void
what_is_read_is_bounded(void **state)
{
	struct policy *p = policy_new();
	char *pem = pem_named("int"), *large = mem_new(UNHASHED_FILE + 2, 1);
	struct folder f;

	(void)state;
	folder_make(&f);
	memset(large, '\n', UNHASHED_FILE + 1);
	memcpy(large, pem, strlen(pem));
	folder_write(&f, "large.pem", 0644, large);
	/* The same, one byte below the bound. */
	large[UNHASHED_FILE] = '\0';
	folder_write(&f, "small.pem", 0644, large);
	/* So many of the largest that the last are not read. */
	large[0] = '#';
	for (int i = 0; i < (int)(UNHASHED_TOTAL / UNHASHED_FILE); i++) {
		char *name = text_new("%d.pem", i);

		folder_write(&f, name, 0644, large);
		free(name);
	}
	folder_write(&f, "zz.pem", 0644, pem);
	read_folder(p, f.path);
	assert_int_equal(p->ca_path_unhashed_count, 0);
	for (int i = 0; i < 2; i++) {
		char *name = text_new("%d.pem", i);

		folder_write(&f, name, 0644, "");
		free(name);
	}
	read_folder(p, f.path);
	assert_int_equal(p->ca_path_unhashed_count, 2);
	assert_non_null(strstr(p->ca_path_unhashed[0].path, "/small.pem"));
	free(large);
	free(pem);
	folder_remove(&f);
	policy_unref(p);
}

static void
a_folder_that_is_none_has_none(void **state)
{
	struct policy *p = policy_new();

	(void)state;
	read_folder(p, "/nowhere/at/all");
	read_folder(p, "/dev/null");
	assert_int_equal(p->ca_path_unhashed_count, 0);
	policy_unref(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_rehash_would_link_is_found),
		cmocka_unit_test(what_is_read_is_bounded),
		cmocka_unit_test(a_folder_that_is_none_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
