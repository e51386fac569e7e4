/* event: one log line taken apart. Every span points into the line, nothing is allocated, and an event is
 * worth no longer than its line. Every field is optional: what the line did not say is empty, or as below. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/span.h"
#include "model/verify.h"

enum direction { DIRECTION_CLIENT, DIRECTION_SERVER };

/* The lines of Sendmail that verifail reads, and where they are written. */
enum event_kind {
	EVENT_OTHER,       /* any other line: counted, no more */
	EVENT_SKIPPED,     /* a line that could not be read: too long, or no frame fits */
	EVENT_TLS,         /* STARTTLS=client, relay=…, version=…, verify=…, cipher=…, bits=… */
	EVENT_CERTIFICATE, /* STARTTLS=client, cert-subject=…, cert-issuer=…, verifymsg=… */
	EVENT_CERT_VERIFY, /* STARTTLS: TLS cert verify: depth=1 /CN=…, state=0, reason=… */
	EVENT_HANDSHAKE,   /* STARTTLS=…, error: connect failed=-1, reason=… / accept failed=… */
	EVENT_TLS_ERROR, /* STARTTLS=client: error:0A00045C:…; STARTTLS: read error=…, write error=… */
	EVENT_TLS_START, /* STARTTLS=client, start=ok */
	EVENT_TLS_WARNING, /* STARTTLS=client, relay=…, warning=DANE configured in DNS but … */
	EVENT_TLS_NAME,    /* STARTTLS=client, relay=…, field=cn_subject, status=… / AltName=… */
	EVENT_RULESET,    /* [qid: ]ruleset=tls_server, arg1=FAIL, relay=…, reject=… (try_tls: status=) */
	EVENT_FEATURES,   /* tls_clt_features=…, relay=HOST [IP] */
	EVENT_DELIVERY,   /* qid: to=…, mailer=…, relay=HOST [IP], dsn=…, stat=… */
	EVENT_FROM,       /* qid: from=…, relay=… */
	EVENT_QUEUE_DONE, /* qid: done; delay=…, ntries=… */
	EVENT_GIVEN_UP,   /* qid: newqid: sender notify: Cannot send message for 5 days */
	EVENT_DAEMON_START, /* starting daemon (8.17.1.9): SMTP+queueing@00:10:00 */
	EVENT_FILE,         /* STARTTLS: CACertFile missing; STARTTLS=client: file F unsafe: REASON;
			     *      load verify locs …; SSL_CTX_use_… failed: facts about this host */
	EVENT_REPEATED,     /* syslogd's "last message repeated N times": the line before, N times more */
	EVENT_KINDS         /* how many there are */
};

struct event {
	enum event_kind kind;
	int64_t time_ms;  /* 0: the line has no time */
	struct span line; /* the whole line, without its end */
	int64_t offset;   /* where it stands in its file; -1: it cannot be read there again */
	unsigned source;  /* which file, by a number of who reads it */
	struct span host; /* who logged it; empty when the line has no prefix */
	struct span tag;  /* the syslog tag: sm-mta, sendmail, sm-msp-queue, any -L label */
	int64_t pid;      /* -1: none */
	struct span qid;  /* queue id; empty for NOQID lines */
	unsigned repeat;  /* how often the line stands for itself: 1, N of "message repeated N times" */
	struct span text; /* the message without its queue id */

	enum direction direction; /* of TLS kinds: STARTTLS=client or =server */
	struct span relay;        /* as logged, with its trailing dot, without the address */
	struct span address;      /* as logged between the brackets after the relay */

	enum verify verify;      /* EVENT_TLS: verify=; EVENT_RULESET: arg1= of tls_server, tls_client */
	struct span verify_text; /* the same as logged */
	struct span version, cipher;
	int bits;         /* -1: not said; the first number of bits=256/256 */
	struct span tail; /* what EVENT_TLS says after bits=: ", pubkey_fp=…", ", status=…" */

	struct span subject,
		issuer;      /* EVENT_CERTIFICATE: xtext as logged; EVENT_CERT_VERIFY: subject as logged */
	struct span message; /* verifymsg=, or reason= of EVENT_CERT_VERIFY, EVENT_HANDSHAKE and EVENT_FILE,
			      * warning=, status=, the error text of EVENT_TLS_ERROR */
	int depth;           /* EVENT_CERT_VERIFY; -1: not said */
	int ssl_error, err, retry; /* EVENT_HANDSHAKE: SSL_error=, errno=, retry=; INT_MIN: not said */

	struct span ruleset, arg1, arg2, reject; /* EVENT_RULESET; reject is also the status= of try_tls */
	bool rejects;                            /* reject=, not status= */

	struct span to, mailer, dsn, stat, reply, ctladdr; /* EVENT_DELIVERY */
	int64_t delay_s;                                   /* delay=[D+]HH:MM:SS in seconds; -1: not said */
	unsigned recipients;                               /* how many addresses this to= names */
	struct span option; /* EVENT_FILE: CACertFile, ClientKeyFile, …, or the call that failed ("load verify
			     * locs", SSL_CTX_use_PrivateKey_file); EVENT_DAEMON_START: the version */
	struct span file;   /* EVENT_FILE: the file named */
};

#endif
