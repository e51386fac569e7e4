/* story: short hand-written logs and what they must tell, one table row a story. A log line is written as
 * "12:00:01 7 text": the time, the pid and the message of mx1's sm-mta on 2026-11-18; a line that does not
 * begin with a time stands for itself. */
#ifndef TEST_STORY_H
#define TEST_STORY_H

#include "relays/history.h"

struct story {
	const char *name;
	const char *log;
	/* All rows in their order, as "c:name OK=1 sent=1", counters that are 0 left out; under each the
	 * facts to look at, as " key=value", "-" when there is none. */
	const char *facts;
};

#define STORY_NOON INT64_C(1795003200000) /* 2026-11-18T12:00:00Z */

#define Q1 "6AM7k1Bx000001"
#define Q2 "6AM7k1Bx000002"
#define Q3 "6AM7k1Bx000003"

#define CAME(qid) qid ": from=<a@example.net>, size=400, class=0, nrcpts=1, relay=root@localhost\n"
#define FIRST "12:00:00 99 " CAME("6AM7k1Bx000099") /* the log has begun before what follows */
#define TLS(relay, word) \
	"STARTTLS=client, relay=" relay ", version=TLSv1.3, verify=" word ", cipher=C, bits=256/256\n"
#define TO_WHOM(qid, to, relay, end)                                                              \
	qid ": to=" to ", delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30400, relay=" relay \
	    " [192.0.2.1], " end "\n"
#define TO(qid, relay, end) TO_WHOM(qid, "<u@example.org>", relay, end)
#define SENT "dsn=2.0.0, stat=Sent (ok)"
#define DEFERRED "dsn=4.7.0, stat=Deferred: 454 4.7.0 authentication failed"
#define UNAVAILABLE "dsn=5.7.0, stat=Service unavailable"
#define REJECT(word, relay, text) "ruleset=tls_server, arg1=" word ", relay=" relay ", reject=" text "\n"
#define CONNECT_FAILED \
	"STARTTLS=client, error: connect failed=-1, reason=wrong version number, SSL_error=1, errno=0, retry=-1\n"
#define CERTIFICATE(subject, issuer, text) \
	"STARTTLS=client, cert-subject=" subject ", cert-issuer=" issuer ", verifymsg=" text "\n"
#define CERT_VERIFY(depth, subject, text) \
	"STARTTLS: TLS cert verify: depth=" depth " " subject ", state=0, reason=" text "\n"
#define LATER_TLS \
	"12:59:59 98 " TLS("later.example.net.", "OK") /* the daemon's LogLevel shows STARTTLS lines */
#define LATER "c:later.example.net OK=1\n"

/* Reads each story; fails with the names of those that tell other facts. since_ms: as in history_options. */
void story_check(const struct story *stories, size_t count, int64_t since_ms);

#endif
