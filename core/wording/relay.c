/* What the log says of a relay: the cells of its row, and where the row stands. */
#include "wording/words.h"

#include <stdio.h>
#include <string.h>

uint64_t
words_returned(const struct relay *r)
{
	/* A log may end between a ruleset's refusal and the message's to= line. */
	return r->deliveries.bounced ? r->deliveries.bounced : r->rejects_perm;
}

enum words_rank
words_rank(const struct relay *r)
{
	enum verify verify = r->last.verify;

	if (words_returned(r))
		return RANK_RETURNED;
	if (r->deliveries.waiting)
		return RANK_HELD;
	if (r->deliveries.clear)
		return RANK_CLEAR;
	if (verify_is_good(verify))
		return RANK_GOOD;
	if (verify == VERIFY_FAIL)
		return RANK_FAIL;
	if (r->direction == DIRECTION_SERVER && (verify == VERIFY_NO || verify == VERIFY_NOT))
		return RANK_QUIET;
	if (verify == VERIFY_UNKNOWN && !r->last.verify_text[0] && r->handshake_failures == 0)
		return RANK_QUIET;
	return RANK_BAD;
}

bool
words_is_failing(const struct relay *r)
{
	return words_rank(r) < RANK_QUIET;
}

int64_t
words_order(const struct relay *r)
{
	int64_t waiting = r->deliveries.waiting < UINT32_MAX ? (int64_t)r->deliveries.waiting : UINT32_MAX;

	return ((int64_t)words_rank(r) << 32) - waiting;
}

void
words_mail(const struct relay *r, int columns, char room[WORDS_ROOM])
{
	const struct {
		const char *word, *brief;
		uint64_t count;
	} counts[] = {{"RETURNED", "RETD", words_returned(r)}, {"HELD", "HELD", r->deliveries.waiting},
		{"CLEAR", "CLEAR", r->deliveries.clear}};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		unsigned long long count = counts[i].count;

		if (count == 0)
			continue;
		if (snprintf(room, WORDS_ROOM, "%s %llu", counts[i].word, count) > columns)
			snprintf(room, WORDS_ROOM, "%s %llu", counts[i].brief, count);
		return;
	}
	snprintf(room, WORDS_ROOM, "%s", r->deliveries.sent ? "sent" : "-");
}

const char *
words_log(const struct relay *r)
{
	if (r->last.verify != VERIFY_UNKNOWN)
		return verify_word(r->last.verify);
	return r->last.verify_text[0] ? r->last.verify_text : "-";
}

/* As it is below `most`, else in thousands, else in millions. */
static void
put_number(char *room, size_t size, uint32_t n, uint32_t most)
{
	if (n < most)
		snprintf(room, size, "%u", n);
	else if (n / 1000 < most)
		snprintf(room, size, "%uk", n / 1000);
	else
		snprintf(room, size, "%uM", n / 1000000);
}

void
words_failures(const struct relay *r, const struct relay_minute *day, int columns, char room[WORDS_ROOM])
{
	char bad[16], all[16];

	snprintf(room, WORDS_ROOM, "-");
	if (day->good + day->bad == 0 || words_rank(r) == RANK_QUIET)
		return;
	/* A number that is cut would be read as another one: both are said in fewer digits. */
	for (uint32_t most = 10000; most >= 1000; most /= 10) {
		put_number(bad, sizeof bad, day->bad, most);
		put_number(all, sizeof all, day->good + day->bad, most);
		if (snprintf(room, WORDS_ROOM, "%s/%s", bad, all) <= columns)
			return;
	}
}
