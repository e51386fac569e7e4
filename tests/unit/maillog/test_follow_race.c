/* A writer, a rotator and the follower at once: every line comes out once and in order, whatever falls
 * between. */
#include "followed.h"

#include "base/mem.h"

#include "maillog/reader.h"

#include <pthread.h>

#define ROTATIONS 40
#define FIRST_LINES 3000 /* there before anybody follows */
#define LONGEST 300

struct race {
	struct followed t;
	pthread_mutex_t lock;
	pthread_cond_t seen_more;
	size_t seen;     /* lines that came out; under the lock */
	size_t written;  /* lines; under the lock, which the writer holds while it writes one */
	size_t expected; /* the next number that must come out */
	unsigned random;
	int out;            /* the writer's descriptor */
	bool hold;          /* the writer must wait */
	bool reopen;        /* the rotator's HUP */
	size_t reopened_at; /* lines written when the writer went to the new file */
	bool over;
};

static unsigned
draw(struct race *r, unsigned below)
{
	r->random = r->random * 1664525 + 1013904223;
	return (r->random >> 8) % below;
}

static void
take_line(void *arg, const struct follow_line *line)
{
	struct race *r = arg;
	size_t number = (size_t)strtoul(line->text.at, NULL, 10);

	if (number != r->expected) { /* the threads still run: no way back into cmocka */
		fprintf(stderr, "line %zu came where %zu was due: \"%.*s\"\n", number, r->expected,
			(int)line->text.len, line->text.at);
		abort();
	}
	r->expected++;
	pthread_mutex_lock(&r->lock);
	r->seen++;
	pthread_cond_broadcast(&r->seen_more);
	pthread_mutex_unlock(&r->lock);
}

/* One line of a random length, often in two parts. Only the number tells it from the others: a follower that
 * went by what the lines say could not know them apart. */
static void
write_line(struct race *r, unsigned length, bool parts)
{
	char line[LONGEST + 32];
	size_t len = (size_t)snprintf(line, sizeof line, "%zu %0*d\n", r->written + 1, (int)length, 0);
	size_t first = parts ? len / 2 : len;

	if (write(r->out, line, first) != (ssize_t)first ||
		write(r->out, line + first, len - first) != (ssize_t)(len - first))
		abort();
	r->written++;
}

static int
open_log(const struct race *r)
{
	return open(r->t.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static void *
writer(void *arg)
{
	struct race *r = arg;
	unsigned random = 7;

	pthread_mutex_lock(&r->lock);
	while (!r->over) {
		random = random * 1664525 + 1013904223;
		if (r->reopen) {
			close(r->out);
			r->out = open_log(r);
			r->reopen = false;
			r->reopened_at = r->written;
		}
		write_line(r, (random >> 9) % LONGEST, random & 0x80000000);
		/* Others get their turn; the follower must not fall behind without bound. */
		pthread_mutex_unlock(&r->lock);
		pthread_mutex_lock(&r->lock);
		while (r->hold || r->written - r->seen > 5000)
			pthread_cond_wait(&r->seen_more, &r->lock);
	}
	write_line(r, 0, false); /* wakes the loop, which then sees that all is over */
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* Waits, with the lock, until so many lines came out. */
static void
await(struct race *r, size_t lines)
{
	while (r->seen < lines)
		pthread_cond_wait(&r->seen_more, &r->lock);
}

/* As logrotate does it: the writer goes on in the renamed file until it is told, and has written to the new
 * one before the next rotation. The next one must not come before the follower has seen the new file: who is
 * renamed twice between two looks cannot be found again under his path. */
static void
rotate_by_rename(struct race *r)
{
	if (rename(r->t.log, r->t.old) < 0)
		abort();
	pthread_mutex_lock(&r->lock);
	await(r, r->seen + draw(r, 200)); /* lines that still go to the old file */
	r->reopen = true;
	await(r, r->written + 1);
	while (r->reopen)
		pthread_cond_wait(&r->seen_more, &r->lock);
	await(r, r->reopened_at + 1);
	pthread_mutex_unlock(&r->lock);
}

/* Whatever is written between the copy and the truncation is lost to everybody, and what the follower had not
 * read by then stands only in the copy. No program can help that, so here the writer is held until all is
 * read. */
static void
rotate_by_copy(struct race *r)
{
	pthread_mutex_lock(&r->lock);
	r->hold = true;
	await(r, r->written);
	if (truncate(r->t.log, 0) < 0)
		abort();
	r->hold = false;
	pthread_cond_broadcast(&r->seen_more);
	pthread_mutex_unlock(&r->lock);
}

static void *
rotator(void *arg)
{
	struct race *r = arg;

	for (int i = 0; i < ROTATIONS; i++) {
		pthread_mutex_lock(&r->lock);
		await(r, r->seen + 1 + draw(r, 1000));
		pthread_mutex_unlock(&r->lock);
		if (draw(r, 2))
			rotate_by_rename(r);
		else
			rotate_by_copy(r);
	}
	pthread_mutex_lock(&r->lock);
	r->over = true;
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* The first scan, while the writer is at work already. */
static int64_t
scan(struct race *r, struct log_file *file)
{
	struct block *b = mem_new(1, sizeof *b);
	int64_t end = 0;

	assert_int_equal(log_file_open(r->t.log, file, NULL), 0);
	do {
		assert_int_equal(log_file_block(file, end, end + (int64_t)BLOCK_BYTES, false, b), 0);
		while (b->taken < b->len) {
			block_parse(b);
			for (size_t i = 0; i < b->count; i++)
				take_line(r, &(struct follow_line){.text = b->events[i].line});
		}
		end = b->len ? b->offset + (int64_t)b->len : end;
	} while (b->len);
	free(b);
	assert_true(r->expected > FIRST_LINES);
	return end;
}

static bool
is_over(struct race *r)
{
	bool over;

	pthread_mutex_lock(&r->lock);
	over = r->over;
	pthread_mutex_unlock(&r->lock);
	return over;
}

static void
run_race(unsigned seed, bool poll)
{
	struct race r = {.random = seed, .expected = 1};
	struct log_file file;
	pthread_t threads[2];
	int64_t end;

	followed_begin(&r.t);
	pthread_mutex_init(&r.lock, NULL);
	pthread_cond_init(&r.seen_more, NULL);
	r.t.events.line = take_line;
	r.t.events.arg = &r;
	r.t.pace.poll = poll;
	r.t.pace.poll_ms = 1;
	r.out = open_log(&r);
	while (r.written < FIRST_LINES)
		write_line(&r, 40, false);
	assert_int_equal(pthread_create(&threads[0], NULL, writer, &r), 0);
	end = scan(&r, &file);
	assert_int_equal(pthread_create(&threads[1], NULL, rotator, &r), 0);
	r.t.follow = follow_file(&r.t.loop, r.t.log, &file, end, &r.t.events);
	while (!is_over(&r))
		loop_turn(&r.t.loop);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	while (r.seen < r.written)
		loop_turn(&r.t.loop);
	for (int i = 0; i < 10; i++)
		uv_run(&r.t.loop, UV_RUN_NOWAIT);
	assert_int_equal(r.seen, r.written);
	print_message("  seed %u: %zu lines over %d rotations\n", seed, r.written, ROTATIONS);
	close(r.out);
	followed_end(&r.t);
	pthread_cond_destroy(&r.seen_more);
	pthread_mutex_destroy(&r.lock);
}

static void
no_line_is_lost_and_none_comes_twice_by_inotify(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 3; seed++)
		run_race(seed, false);
}

static void
no_line_is_lost_and_none_comes_twice_by_polling(void **state)
{
	(void)state;
	run_race(4, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_is_lost_and_none_comes_twice_by_inotify),
		cmocka_unit_test(no_line_is_lost_and_none_comes_twice_by_polling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
