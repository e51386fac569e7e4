#include "followed.h"

#include <errno.h>
#include <grp.h>
#include <sys/wait.h>

/* What happens to a log, step by step, and what must have come out after each step. */
enum act {
	END,
	APPEND, /* text, opening the file anew */
	WRITE,  /* text, through the descriptor that is held since HOLD */
	HOLD,
	RENAME,  /* to mail.log.1 */
	BACK,    /* and back */
	CUT,     /* to no bytes */
	REWRITE, /* cut, and at once new text */
	DELETE,
	COPY_CUT, /* copied to mail.log.1, then cut */
	SEE,      /* all that must have come out since the beginning; the loop runs until it has */
	NOTE,     /* what follow_note() begins with */
	WAITING,
	TROUBLE,
	READING,
	FOLDER, /* a directory under the path */
	NO_FOLDER,
	LINK, /* the path becomes a link to mail.log.1 */
};

struct act_case {
	enum act act;
	const char *text;
};

struct story {
	const char *name;
	struct act_case acts[16];
};

static const struct story stories[] = {
	{"lines are handed out as they come", {{APPEND, "one\ntwo\n"}, {SEE, "one\ntwo\n"},
						      {APPEND, "three\n"}, {SEE, "one\ntwo\nthree\n"}}},
	{"a partial line waits for its end",
		{{APPEND, "one\ntw"}, {SEE, "one\n"}, {APPEND, "o\nth"}, {SEE, "one\ntwo\n"},
			{APPEND, "ree\n"}, {SEE, "one\ntwo\nthree\n"}}},
	{"rotation by rename", {{APPEND, "one\n"}, {SEE, "one\n"}, {RENAME, NULL}, {APPEND, "two\n"},
				       {SEE, "one\ntwo\n"}, {NOTE, "rotated"}, {READING, NULL}}},
	{"what was unread at the rename is read first",
		{{APPEND, "one\n"}, {SEE, "one\n"}, {APPEND, "two\n"}, {RENAME, NULL}, {APPEND, "three\n"},
			{SEE, "one\ntwo\nthree\n"}}},
	{"lines written to the old file after the rename",
		{{APPEND, "one\n"}, {HOLD, NULL}, {SEE, "one\n"}, {RENAME, NULL}, {APPEND, ""},
			{NOTE, "rotated"}, {WRITE, "two\n"}, {SEE, "one\ntwo\n"}, {APPEND, "three\n"},
			{SEE, "one\ntwo\nthree\n"}}},
	{"the writer still held the old file when the new one had lines",
		{{APPEND, "one\n"}, {HOLD, NULL}, {SEE, "one\n"}, {RENAME, NULL}, {APPEND, "two\n"},
			{SEE, "one\ntwo\n"}, {WRITE, "three\n"}, {SEE, "one\ntwo\nthree\n"}}},
	{"the unfinished rest of the old file is a line",
		{{APPEND, "one\ntw"}, {SEE, "one\n"}, {RENAME, NULL}, {APPEND, "three\n"},
			{SEE, "one\nthree\ntw\n"}}},
	{"twice", {{APPEND, "one\n"}, {SEE, "one\n"}, {RENAME, NULL}, {APPEND, "two\n"}, {SEE, "one\ntwo\n"},
			  {RENAME, NULL}, {APPEND, "three\n"}, {SEE, "one\ntwo\nthree\n"}}},
	{"renamed and renamed back",
		{{APPEND, "one\n"}, {SEE, "one\n"}, {RENAME, NULL}, {WAITING, NULL}, {BACK, NULL},
			{READING, NULL}, {APPEND, "two\n"}, {SEE, "one\ntwo\n"}}},
	{"the rename back replaced a new file",
		{{APPEND, "one\n"}, {SEE, "one\n"}, {RENAME, NULL}, {APPEND, ""}, {NOTE, "rotated"},
			{BACK, NULL}, {APPEND, "two\n"}, {SEE, "one\ntwo\n"}}},
	{"truncation drops the unfinished line",
		{{APPEND, "one\ntw"}, {SEE, "one\n"}, {CUT, NULL}, {NOTE, "truncated"}, {APPEND, "three\n"},
			{SEE, "one\nthree\n"}}},
	{"rewritten shorter at once",
		{{APPEND, "one\ntwo\n"}, {SEE, "one\ntwo\n"}, {REWRITE, "x\n"}, {SEE, "one\ntwo\nx\n"}}},
	{"rewritten with as many bytes", {{APPEND, "one\n"}, {SEE, "one\n"}, {REWRITE, "two\n"},
						 {SEE, "one\ntwo\n"}, {NOTE, "truncated"}}},
	{"rewritten with more bytes", {{APPEND, "one\n"}, {SEE, "one\n"}, {REWRITE, "two\nthree\nfour\n"},
					      {SEE, "one\ntwo\nthree\nfour\n"}}},
	{"copytruncate", {{APPEND, "one\n"}, {HOLD, NULL}, {SEE, "one\n"}, {COPY_CUT, NULL}, {WRITE, "two\n"},
				 {SEE, "one\ntwo\n"}, {WRITE, "three\n"}, {SEE, "one\ntwo\nthree\n"}}},
	{"deletion and return", {{APPEND, "one\n"}, {SEE, "one\n"}, {DELETE, NULL}, {WAITING, NULL},
					{APPEND, "two\n"}, {SEE, "one\ntwo\n"}, {READING, NULL}}},
	{"a deleted file is read while its writer holds it",
		{{APPEND, "one\n"}, {HOLD, NULL}, {SEE, "one\n"}, {DELETE, NULL}, {WAITING, NULL},
			{WRITE, "two\n"}, {SEE, "one\ntwo\n"}}},
	{"a file not yet there", {{WAITING, NULL}, {APPEND, "one\n"}, {SEE, "one\n"}, {READING, NULL}}},
	{"a directory in its place", {{FOLDER, NULL}, {TROUBLE, NULL}, {NO_FOLDER, NULL}, {WAITING, NULL},
					     {APPEND, "one\n"}, {SEE, "one\n"}}},
	{"a link to another file", {{APPEND, "one\n"}, {RENAME, NULL}, {LINK, NULL}, {SEE, "one\n"},
					   {APPEND, "two\n"}, {SEE, "one\ntwo\n"}}},
	{"an empty file", {{APPEND, ""}, {READING, NULL}, {SEE, ""}}},
};

static void
copy_and_cut(const struct followed *t)
{
	char bytes[4096];
	int from = open(t->log, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(from, bytes, sizeof bytes - 1);

	assert_true(len >= 0);
	close(from);
	bytes[len] = '\0';
	put(t->old, O_TRUNC, bytes);
	assert_int_equal(truncate(t->log, 0), 0);
}

static void
act_on_file(struct followed *t, const struct act_case *a, int *held)
{
	switch (a->act) {
	case APPEND:
		append(t->log, a->text);
		break;
	case HOLD:
		*held = open(t->log, O_WRONLY | O_APPEND | O_CLOEXEC);
		break;
	case WRITE:
		assert_int_equal(write(*held, a->text, strlen(a->text)), (ssize_t)strlen(a->text));
		break;
	case RENAME:
		assert_int_equal(rename(t->log, t->old), 0);
		break;
	case BACK:
		assert_int_equal(rename(t->old, t->log), 0);
		break;
	case CUT:
		assert_int_equal(truncate(t->log, 0), 0);
		break;
	case REWRITE:
		put(t->log, O_TRUNC, a->text);
		break;
	case COPY_CUT:
		copy_and_cut(t);
		break;
	case DELETE:
		assert_int_equal(unlink(t->log), 0);
		break;
	case FOLDER:
		assert_int_equal(mkdir(t->log, 0755), 0);
		break;
	case NO_FOLDER:
		assert_int_equal(rmdir(t->log), 0);
		break;
	case LINK:
		assert_int_equal(symlink(t->old, t->log), 0);
		break;
	default:
		fail();
	}
}

static void
play(struct followed *t, const struct act_case *a, int *held)
{
	switch (a->act) {
	case SEE:
		while (strlen(got(t)) < strlen(a->text))
			loop_turn(&t->loop);
		assert_string_equal(got(t), a->text);
		break;
	case NOTE:
		followed_note(t, a->text);
		break;
	case WAITING:
		followed_state(t, FOLLOW_WAITING);
		break;
	case TROUBLE:
		followed_state(t, FOLLOW_TROUBLE);
		break;
	case READING:
		followed_state(t, FOLLOW_READING);
		break;
	default:
		act_on_file(t, a, held);
	}
}

static void
tell_story(const struct story *story, bool poll)
{
	struct followed t;
	int held = -1;

	followed_begin(&t);
	t.pace.poll = poll;
	followed_start(&t);
	for (const struct act_case *a = story->acts; a->act != END; a++)
		play(&t, a, &held);
	/* Whatever else there is to come must not be a line. */
	for (int i = 0; i < 3; i++)
		uv_run(&t.loop, UV_RUN_NOWAIT);
	for (const struct act_case *a = story->acts; a->act != END; a++)
		if (a->act == SEE && a[1].act == END)
			assert_string_equal(got(&t), a->text);
	if (held >= 0)
		close(held);
	followed_end(&t);
}

static void
what_happens_to_a_file_is_seen_by_inotify(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stories); i++) {
		print_message("  %s\n", stories[i].name);
		tell_story(&stories[i], false);
	}
}

static void
what_happens_to_a_file_is_seen_by_polling(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stories); i++)
		tell_story(&stories[i], true);
}

static void
missing_folders_are_waited_for(void **state)
{
	struct followed t;
	char deep[128], path[160];

	(void)state;
	followed_begin(&t);
	snprintf(deep, sizeof deep, "%s/a", t.folder);
	snprintf(path, sizeof path, "%s/a/b/mail.log", t.folder);
	t.follow = follow_file(&t.loop, path, NULL, 0, &t.events);
	followed_state(&t, FOLLOW_WAITING);
	assert_int_equal(mkdir(deep, 0755), 0);
	loop_turn(&t.loop);
	snprintf(deep, sizeof deep, "%s/a/b", t.folder);
	assert_int_equal(mkdir(deep, 0755), 0);
	loop_turn(&t.loop);
	append(path, "one\n");
	followed_lines(&t, 1);
	assert_string_equal(got(&t), "one\n");
	followed_end(&t);
}

static void
a_replaced_folder_is_noticed(void **state)
{
	struct followed t;
	char folder[128], aside[128], path[160];

	(void)state;
	followed_begin(&t);
	snprintf(folder, sizeof folder, "%s/log", t.folder);
	snprintf(aside, sizeof aside, "%s/log.old", t.folder);
	snprintf(path, sizeof path, "%s/mail.log", folder);
	for (int round = 1; round <= 3; round++) {
		assert_int_equal(mkdir(folder, 0755), 0);
		append(path, "line\n");
		if (round == 1)
			t.follow = follow_file(&t.loop, path, NULL, 0, &t.events);
		followed_lines(&t, (size_t)round);
		snprintf(aside, sizeof aside, "%s/log.%d", t.folder, round);
		assert_int_equal(rename(folder, aside), 0);
		followed_state(&t, FOLLOW_WAITING);
	}
	followed_end(&t);
}

/* root may read everything: the follower becomes somebody else in a process of its own, whose exit status
 * tells. */
static void
follow_unreadable(const struct followed *parent)
{
	struct followed t = *parent;
	struct fault why;

	assert_int_equal(uv_loop_init(&t.loop), 0);
	uv_timer_init(&t.loop, &t.watchdog);
	uv_handle_set_data((uv_handle_t *)&t.watchdog, &t);
	uv_timer_start(&t.watchdog, followed_too_long, WATCHDOG_MS, 0);
	t.events.arg = &t;
	followed_start(&t);
	followed_state(&t, FOLLOW_TROUBLE);
	follow_state(t.follow, &why);
	assert_int_equal(why.code, -EACCES);
	assert_non_null(strstr(why.text, "group"));
	put(t.old, 0, "seen"); /* tells the parent, who makes it readable */
	followed_lines(&t, 1);
	assert_string_equal(got(&t), "one\n");
	followed_state(&t, FOLLOW_READING);
	_exit(0);
}

static void
permission_denied_names_the_group_and_is_tried_again(void **state)
{
	struct followed t;
	int status;
	pid_t child;

	(void)state;
	followed_begin(&t);
	append(t.log, "one\n");
	if (geteuid() == 0)
		assert_int_equal(chmod(t.folder, 0777), 0);
	assert_int_equal(chmod(t.log, geteuid() == 0 ? 0640 : 0040), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0))
			_exit(3);
		follow_unreadable(&t);
	}
	while (access(t.old, F_OK) < 0 && waitpid(child, &status, WNOHANG) == 0)
		uv_run(&t.loop, UV_RUN_NOWAIT);
	assert_int_equal(chmod(t.log, 0644), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	followed_end(&t);
}

static void
close_at_once(void *arg, const struct follow_line *line)
{
	struct followed *t = arg;

	followed_line(t, line);
	follow_close(t->follow);
}

static void
nothing_comes_after_close(void **state)
{
	struct followed t;

	(void)state;
	followed_begin(&t);
	t.events.line = close_at_once;
	append(t.log, "one\ntwo\nthree\n");
	followed_start(&t);
	followed_lines(&t, 1);
	t.follow = NULL;
	followed_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happens_to_a_file_is_seen_by_inotify),
		cmocka_unit_test(what_happens_to_a_file_is_seen_by_polling),
		cmocka_unit_test(missing_folders_are_waited_for),
		cmocka_unit_test(a_replaced_folder_is_noticed),
		cmocka_unit_test(permission_denied_names_the_group_and_is_tried_again),
		cmocka_unit_test(nothing_comes_after_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
