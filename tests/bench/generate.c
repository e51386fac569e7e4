/* Writes a mail log as a busy host has it, to standard output: generate MEGABYTES [RELAYS [SEED]]. Three
 * lines a message (from=, STARTTLS, to=), the lines of many messages mixed; relays by a skewed choice (the
 * n-th is chosen 1/n as often as the first); pids spread over 50 000 and used again; every third relay
 * unverified; one message in ten deferred and sent later. The same arguments give the same bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PIDS 50000
#define AT_ONCE 64                /* messages whose lines are mixed */
#define RETRIES 4096              /* deferred messages that wait for their next attempt */
#define BEGAN INT64_C(1795910400) /* 2026-11-29T00:00:00Z */
#define DAY_US 86400000000.0

struct message {
	uint64_t number;
	unsigned relay, pid, step; /* step: 0 from=, 1 STARTTLS, 2 to= */
	int64_t came_us;
	int fails; /* this attempt is deferred */
};

static uint64_t seed = 88172645463325252U;
static double *chances; /* of the first relays up to each, added up */
static unsigned relays;
static struct message retries[RETRIES];
static size_t retry_first, retry_count;

/* Marsaglia's xorshift: the same numbers in every run. */
static uint64_t
random_number(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void
weigh_relays(void)
{
	double sum = 0;

	chances = malloc(relays * sizeof *chances);
	if (!chances)
		exit(1);
	for (unsigned i = 0; i < relays; i++)
		chances[i] = sum += 1.0 / (i + 1);
}

static unsigned
choose_relay(void)
{
	double at = (double)(random_number() >> 11) / 9007199254740992.0 * chances[relays - 1];
	unsigned low = 0, high = relays - 1;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (chances[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* As Sendmail's queue ids: eight letters and digits of the time, six digits of the pid. */
static void
queue_id(const struct message *m, char id[16])
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uint64_t number = m->number;

	memcpy(id, "6AT00000", 8);
	for (int i = 7; i > 2; i--) {
		id[i] = digits[number % 60];
		number /= 60;
	}
	snprintf(id + 8, 8, "%06u", (unsigned)(m->number * 7919U % PIDS));
}

static size_t
put_frame(char *at, size_t room, int64_t now_us, unsigned pid)
{
	static time_t known;
	static char text[40];
	time_t second = (time_t)(BEGAN + now_us / 1000000);

	if (second != known) {
		struct tm tm;

		gmtime_r(&second, &tm);
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
		known = second;
	}
	return (size_t)snprintf(at, room, "%s.%06d+00:00 mail sm-mta[%u]: ", text, (int)(now_us % 1000000),
		pid);
}

static size_t
put_from(char *at, size_t room, const struct message *m, const char *id)
{
	return (size_t)snprintf(at, room,
		"%s: from=<user%u@example.net>, size=%u, class=0, nrcpts=1, "
		"msgid=<20261129.%s@mail.example.net>, proto=ESMTPS, daemon=MTA-v4, "
		"relay=client%u.example.com [192.0.2.%u]\n",
		id, (unsigned)(m->number % 977), (unsigned)(400 + m->number % 90000), id,
		(unsigned)(m->number % 40), (unsigned)(m->number % 40));
}

static size_t
put_tls(char *at, size_t room, const struct message *m)
{
	return (size_t)snprintf(at, room,
		"STARTTLS=client, relay=mx%u.mail%u.example.org., version=TLSv1.3, verify=%s, "
		"cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n",
		m->relay % 3, m->relay, m->relay % 3 == 1 ? "FAIL" : "OK");
}

static size_t
put_to(char *at, size_t room, const struct message *m, const char *id, int64_t now_us)
{
	unsigned delay = (unsigned)((now_us - m->came_us) / 1000000);

	return (size_t)snprintf(at, room,
		"%s: to=<someone%u@dest%u.example.org>, delay=%02u:%02u:%02u, xdelay=00:00:01, mailer=esmtp, "
		"pri=%u, relay=mx%u.mail%u.example.org. [198.51.%u.%u], %s\n",
		id, (unsigned)(m->number % 9973), m->relay, delay / 3600, delay / 60 % 60, delay % 60,
		(unsigned)(30000 + m->number % 90000), m->relay % 3, m->relay, m->relay / 256 % 256,
		m->relay % 256,
		m->fails ? "dsn=4.3.0, stat=Deferred: 451 4.3.0 Try again later"
			 : "dsn=2.0.0, stat=Sent (2.0.0 OK: queued)");
}

static size_t
put_line(char *at, size_t room, const struct message *m, int64_t now_us)
{
	size_t len = put_frame(at, room, now_us, m->pid);
	char id[16];

	queue_id(m, id);
	if (m->step == 0)
		return len + put_from(at + len, room - len, m, id);
	if (m->step == 1)
		return len + put_tls(at + len, room - len, m);
	return len + put_to(at + len, room - len, m, id, now_us);
}

/* The next message: a new one, or the second attempt of one that was deferred. */
static struct message
next_message(uint64_t *number, int64_t now_us)
{
	struct message m = {.relay = choose_relay(), .pid = (unsigned)(1000 + random_number() % PIDS)};

	if (retry_count == RETRIES) {
		unsigned pid = m.pid;

		m = retries[retry_first];
		m.pid = pid;
		retry_first = (retry_first + 1) % RETRIES;
		retry_count--;
		return m;
	}
	m.number = (*number)++;
	m.came_us = now_us;
	m.fails = random_number() % 10 == 0;
	return m;
}

static void
keep_for_later(struct message m)
{
	m.fails = 0;
	m.step = 1;
	retries[(retry_first + retry_count++) % RETRIES] = m;
}

int
main(int argc, char **argv)
{
	uint64_t bytes = (argc > 1 ? strtoull(argv[1], NULL, 10) : 1000) * 1000000, written = 0, number = 1;
	double per_byte = DAY_US / (double)(bytes ? bytes : 1);
	struct message open[AT_ONCE];
	char line[1024];

	relays = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 5000;
	if (argc > 3)
		seed += strtoull(argv[3], NULL, 10);
	if (relays == 0)
		return 1;
	weigh_relays();
	for (size_t i = 0; i < AT_ONCE; i++)
		open[i] = next_message(&number, 0);
	while (written < bytes) {
		struct message *m = &open[random_number() % AT_ONCE];
		int64_t now_us = (int64_t)((double)written * per_byte);
		size_t len = put_line(line, sizeof line, m, now_us);

		if (fwrite(line, 1, len, stdout) != len)
			return 1;
		written += len;
		if (++m->step < 3)
			continue;
		if (m->fails)
			keep_for_later(*m);
		*m = next_message(&number, now_us);
	}
	free(chances);
	return fflush(stdout) != 0;
}
