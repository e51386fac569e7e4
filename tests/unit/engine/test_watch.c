#include "base/text.h"
#include "engine/watch.h"
#include "tests/unit/cm.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct bench {
	uv_loop_t loop;
	uv_timer_t guard;
	struct watch *watch;
	char folder[64];
	int changes;
	bool closed;
};

static void
guard_fired(uv_timer_t *timer)
{
	(void)timer;
	fail_msg("the watch never told of the change");
}

static void
changed(void *arg)
{
	struct bench *b = arg;

	b->changes++;
	uv_stop(&b->loop);
}

static void
closed(void *arg)
{
	struct bench *b = arg;

	b->closed = true;
}

static void
open_bench(struct bench *b)
{
	*b = (struct bench){.folder = "/tmp/verifail-watch-XXXXXX"};
	assert_non_null(mkdtemp(b->folder));
	uv_loop_init(&b->loop);
	uv_timer_init(&b->loop, &b->guard);
	uv_timer_start(&b->guard, guard_fired, 20000, 0);
	b->watch = watch_new(&b->loop, changed, b);
}

static void
close_bench(struct bench *b)
{
	watch_close(b->watch, closed, b);
	uv_close((uv_handle_t *)&b->guard, NULL);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_true(b->closed);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	rmdir(b->folder);
}

static char *
write_at(const char *folder, const char *name)
{
	char *path = text_new("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs("x", file);
	fclose(file);
	return path;
}

static char *
write_in(const struct bench *b, const char *name)
{
	return write_at(b->folder, name);
}

static void
remove_and_free(char *path)
{
	unlink(path);
	free(path);
}

static void
a_file_replaced_by_rename_is_noticed_once(void **state)
{
	struct bench b;
	char *cf, *made;

	(void)state;
	open_bench(&b);
	cf = write_in(&b, "sendmail.cf");
	watch_add(b.watch, cf);
	made = write_in(&b, "sendmail.cf.new");
	assert_int_equal(rename(made, cf), 0);
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.changes, 1);
	free(made);
	remove_and_free(cf);
	close_bench(&b);
}

/* The folder of the link itself stays as it is. */
static void
what_a_link_leads_to_is_watched_too(void **state)
{
	char folder[] = "/tmp/verifail-target-XXXXXX", *target, *made, *link;
	struct bench b;

	(void)state;
	open_bench(&b);
	assert_non_null(mkdtemp(folder));
	target = text_new("%s/tls-ca-bundle.pem", folder);
	made = text_new("%s/new", folder);
	link = text_new("%s/ca-bundle.crt", b.folder);
	free(write_at(folder, "tls-ca-bundle.pem"));
	assert_int_equal(symlink(target, link), 0);
	watch_add(b.watch, link);
	free(write_at(folder, "new"));
	assert_int_equal(rename(made, target), 0);
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.changes, 1);
	remove_and_free(link);
	remove_and_free(target);
	free(made);
	rmdir(folder);
	close_bench(&b);
}

/* The log next to the file grows all the time: it must not have the settings read again. */
static void
a_neighbour_that_changes_is_not_told(void **state)
{
	struct bench b;
	char *cf, *log;

	(void)state;
	open_bench(&b);
	cf = text_new("%s/sendmail.cf", b.folder);
	watch_add(b.watch, cf);
	log = write_in(&b, "mail.log");
	for (int i = 0; i < 10; i++)
		uv_run(&b.loop, UV_RUN_NOWAIT);
	assert_int_equal(b.changes, 0);
	free(cf);
	cf = write_in(&b, "sendmail.cf");
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.changes, 1);
	remove_and_free(cf);
	remove_and_free(log);
	close_bench(&b);
}

static void
any_entry_of_a_folder_counts(void **state)
{
	struct bench b;
	char *hash;

	(void)state;
	open_bench(&b);
	watch_add(b.watch, b.folder);
	hash = write_in(&b, "2ae6433e.0");
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.changes, 1);
	watch_clear(b.watch);
	remove_and_free(hash);
	close_bench(&b);
}

/* Who needs the files now does not wait until nothing more happens to them. */
static void
a_change_can_be_told_at_once(void **state)
{
	struct bench b;
	char *cf;

	(void)state;
	open_bench(&b);
	watch_add(b.watch, b.folder);
	watch_flush(b.watch);
	assert_int_equal(b.changes, 0); /* nothing has happened */
	cf = write_in(&b, "sendmail.cf");
	while (!b.changes) {
		uv_run(&b.loop, UV_RUN_NOWAIT);
		watch_flush(b.watch);
	}
	watch_flush(b.watch);
	assert_int_equal(b.changes, 1);
	uv_run(&b.loop, UV_RUN_NOWAIT); /* what changed() stopped */
	remove_and_free(cf);
	close_bench(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_replaced_by_rename_is_noticed_once),
		cmocka_unit_test(what_a_link_leads_to_is_watched_too),
		cmocka_unit_test(a_neighbour_that_changes_is_not_told),
		cmocka_unit_test(any_entry_of_a_folder_counts),
		cmocka_unit_test(a_change_can_be_told_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
