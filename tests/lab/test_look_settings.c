/* Sendmail's settings change on disk while the program runs: a client context is made anew for each
 * delivery agent, so the next look is judged by what the files say then. */
#include "look_bench.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A file of the lab's folder. The caller frees the path. */
static char *
put(struct bench *b, const char *name, const char *text)
{
	char *path = lab_file(b->lab, name);

	bench_write(path, text);
	return path;
}

/* The bytes of a file of the lab's folder. The caller frees them. */
static char *
take(struct bench *b, const char *name)
{
	char *path = lab_file(b->lab, name), room[65536];
	FILE *file = fopen(path, "re");
	size_t len;

	assert_non_null(file);
	len = fread(room, 1, sizeof room, file);
	assert_true(len > 0 && len < sizeof room);
	fclose(file);
	free(path);
	return mem_copy(room, len);
}

enum way { IN_PLACE, BY_RENAME, REMOVED };

static void
change(struct bench *b, const char *name, const char *text, enum way way)
{
	char *path = lab_file(b->lab, name), *fresh;

	if (way == REMOVED) {
		assert_int_equal(unlink(path), 0);
	} else if (way == IN_PLACE) {
		bench_write(path, text);
	} else {
		fresh = put(b, "fresh", text);
		assert_int_equal(rename(fresh, path), 0);
		free(fresh);
	}
	free(path);
}

static void
await_store(struct bench *b, const char *words)
{
	while (!strstr(engine_store(b->engine), words))
		bench_turn(b);
}

static void
expect_word(struct bench *b, enum verify verify)
{
	struct look *look = look_whole(b, "mx-good.example.net");

	if (look->verify != verify)
		fail_msg("%s, by %s; expected %s", verify_word(look->verify), look->store,
			verify_word(verify));
	look_unref(look);
}

/* "O CACertFile" and "O CACertPath" of the folder, with the name of the file. The caller frees it. */
static char *
cf_text(struct bench *b, const char *ca_file)
{
	const char *folder = lab_folder(b->lab);

	return text_new("V10/Berkeley\nDjmail.example.net\nO CACertFile=%s/%s\nO CACertPath=%s/certs\n",
		folder, ca_file, folder);
}

/* ---- changes ---- */

static void
a_changed_file_changes_the_next_verdict(void **state)
{
	static const struct {
		const char *file; /* what changes */
		enum way way;
		bool link;    /* the cf names a link to it, as on RHEL */
		bool at_once; /* the look does not wait for the change to settle */
	} cases[] = {
		{"own.cf", BY_RENAME, false, false},
		{"own.pem", IN_PLACE, false, false},
		{"own.pem", BY_RENAME, true, false},
		{"own.pem", BY_RENAME, false, true},
		{"own.cf", IN_PLACE, true, true},
	};
	struct bench *b = *state;
	char *bundle = take(b, "ca-bundle.crt"), *other = take(b, "pki/unknownroot.pem");
	char *good_cf = cf_text(b, "ca-bundle.crt");

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = cf_text(b, cases[i].link ? "link.d/own.pem" : "own.pem"),
		     *cf = put(b, "own.cf", text);
		char *pem = put(b, "own.pem", other), *folder = lab_file(b->lab, "link.d");
		char *link = text_new("%s/own.pem", folder);

		mkdir(folder, 0755);
		unlink(link);
		assert_int_equal(symlink(pem, link), 0);
		bench_usual(b, 6000);
		b->options.cf = cf;
		bench_open(b);
		await_store(b, "1 root");
		expect_word(b, VERIFY_FAIL);
		change(b, cases[i].file, strstr(cases[i].file, ".cf") ? good_cf : bundle, cases[i].way);
		if (cases[i].at_once)
			uv_run(&b->loop, UV_RUN_NOWAIT); /* it is noticed */
		else
			await_store(b, "roots");
		expect_word(b, VERIFY_OK);
		close_engine(b);
		free(text);
		free(cf);
		free(pem);
		free(folder);
		free(link);
	}
	free(bundle);
	free(other);
	free(good_cf);
}

/* Each change follows on the one before, on one engine. */
static void
the_store_says_what_became_of_the_options(void **state)
{
	static const struct {
		const char *file, *text;
		enum way way;
		const char *words;
		bool works;
	} steps[] = {
		{"own.cf", "V10/Berkeley\n", IN_PLACE, "none: CACertFile and CACertPath are unset", false},
		{"own.cf", "V10/Berkeley\nO CACertFile=/nowhere/ca.pem\n", IN_PLACE,
			"none: CACertPath is unset", false},
		{"own.cf", NULL, BY_RENAME, "root", true}, /* as it was */
		{"own.pem", "", IN_PLACE, "it is empty; CACertPath is not used either", false},
		{"own.pem", NULL, REMOVED, "No such file", false},
	};
	struct bench *b = *state;
	char *text = cf_text(b, "own.pem"), *cf = put(b, "own.cf", text);
	char *pem = take(b, "ca-bundle.crt"), *path = put(b, "own.pem", pem);

	bench_usual(b, 6000);
	b->options.cf = cf;
	bench_open(b);
	assert_string_equal(engine_store(b->engine), "");
	assert_false(engine_store_works(b->engine));
	assert_null(engine_policy(b->engine));
	await_store(b, "root");
	for (size_t i = 0; i < COUNT(steps); i++) {
		uint64_t before = engine_generation(b->engine);

		change(b, steps[i].file, steps[i].text ? steps[i].text : text, steps[i].way);
		await_store(b, steps[i].words);
		assert_int_equal(engine_store_works(b->engine), steps[i].works);
		assert_true(engine_generation(b->engine) > before);
	}
	close_engine(b);
	free(text);
	free(cf);
	free(pem);
	free(path);
}

static bool
policy_says(const struct engine *e, const char *words)
{
	const struct policy *p = engine_policy(e);

	for (size_t i = 0; p && i < p->note_count; i++) {
		if (strstr(p->notes[i], words))
			return true;
	}
	return false;
}

/* Reinstalling Sendmail takes the cf away for a moment: it counts again when it is back. */
static void
a_cf_that_goes_away_is_told_and_missed_until_it_is_back(void **state)
{
	struct bench *b = *state;
	char *text = cf_text(b, "ca-bundle.crt"), *cf = put(b, "own.cf", text);

	bench_usual(b, 6000);
	b->options.cf = cf;
	bench_open(b);
	await_store(b, "roots");
	change(b, "own.cf", NULL, REMOVED);
	await_store(b, "none");
	assert_true(policy_says(b->engine, cf));
	expect_word(b, VERIFY_FAIL);
	change(b, "own.cf", text, BY_RENAME);
	await_store(b, "roots");
	assert_false(policy_says(b->engine, cf));
	expect_word(b, VERIFY_OK);
	close_engine(b);
	free(text);
	free(cf);
}

static void
without_a_cf_the_system_store_is_used_and_said(void **state)
{
	struct bench *b = *state;

	if (access("/etc/mail/sendmail.cf", F_OK) == 0)
		skip();
	bench_usual(b, 6000);
	b->options.cf = NULL;
	bench_open(b);
	while (!engine_policy(b->engine))
		bench_turn(b);
	assert_int_equal(engine_policy(b->engine)->source, POLICY_SYSTEM);
	assert_true(policy_says(b->engine, "no sendmail.cf found"));
	assert_true(policy_says(b->engine, "system"));
	expect_word(b, VERIFY_FAIL); /* the lab's root is no public one */
	close_engine(b);
}

static void
options_replace_what_the_cf_says(void **state)
{
	struct bench *b = *state;
	char *pem = lab_file(b->lab, "pki/unknownroot.pem"), *hashed = lab_file(b->lab, "pki/hashed");

	bench_usual(b, 6000);
	b->options.ca_file = pem;
	bench_open(b);
	await_store(b, "1 root");
	assert_int_equal(engine_policy(b->engine)->source, POLICY_OPTIONS);
	expect_word(b, VERIFY_FAIL);
	close_engine(b);
	b->options.ca_path = hashed;
	bench_open(b);
	expect_word(b, VERIFY_OK);
	close_engine(b);
	free(pem);
	free(hashed);
}

/* ---- what cannot be used ---- */

static void
refuse(struct bench *b, const struct engine_options *options, const char *path, const char *words)
{
	struct fault why = {0};

	b->handles = bench_handles(b);
	assert_null(engine_new(&b->loop, options, &why));
	if (why.kind != FAULT_FILE || !strstr(why.text, path) || !strstr(why.text, words))
		fail_msg("%s: '%s' instead of '%s'", path, why.text, words);
	bench_await_handles(b);
}

static void
named_files_that_cannot_be_used_are_refused(void **state)
{
	static const struct {
		const char *name; /* in the lab's folder */
		bool cf, file, path;
		const char *words;
	} cases[] = {
		{"gone", true, true, true, "No such file or directory"},
		{"certs", true, true, false, "Is a directory"},
		{"ca-bundle.crt", false, false, true, "Not a directory"},
		{"ca-bundle.crt/x", true, true, true, "Not a directory"},
		{"loop", true, true, true, "Too many levels of symbolic links"},
		{"fifo", true, true, false, "not a regular file"},
	};
	struct bench *b = *state;
	char *loop = lab_file(b->lab, "loop"), *fifo = lab_file(b->lab, "fifo");

	assert_int_equal(symlink(loop, loop), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *path = lab_file(b->lab, cases[i].name);
		struct engine_options o = {.port = 25, .timeout_ms = 6000, .jobs = 1, .pace = 5};

		if (cases[i].cf)
			refuse(b, &(struct engine_options){.cf = path, .port = 25}, path, cases[i].words);
		o.cf = b->cf;
		o.ca_file = path;
		if (cases[i].file)
			refuse(b, &o, path, cases[i].words);
		o.ca_file = NULL;
		o.ca_path = path;
		if (cases[i].path)
			refuse(b, &o, path, cases[i].words);
		free(path);
	}
	free(loop);
	free(fifo);
}

/* Root may read everything, so somebody else has to try: in a process of its own. */
static void
an_unreadable_cf_is_refused_with_what_to_do(void **state)
{
	struct bench *b = *state;
	char *cf = put(b, "secret.cf", "V10/Berkeley\n");
	struct fault why = {0};
	int status;
	pid_t child;

	assert_int_equal(chmod(cf, 0), 0);
	assert_int_equal(chmod(lab_folder(b->lab), 0711), 0);
	child = fork();
	if (child == 0) {
		struct engine_options options = {.cf = cf};

		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(3);
		if (engine_new(&b->loop, &options, &why))
			_exit(1);
		_exit(strstr(why.text, cf) && strstr(why.text, "run as root") ? 0 : 2);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	free(cf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_file_changes_the_next_verdict),
		cmocka_unit_test(the_store_says_what_became_of_the_options),
		cmocka_unit_test(a_cf_that_goes_away_is_told_and_missed_until_it_is_back),
		cmocka_unit_test(without_a_cf_the_system_store_is_used_and_said),
		cmocka_unit_test(options_replace_what_the_cf_says),
		cmocka_unit_test(named_files_that_cannot_be_used_are_refused),
		cmocka_unit_test(an_unreadable_cf_is_refused_with_what_to_do),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
