/* families: one reader a family of Sendmail's lines; each fills the event whose text it is
 * given, or leaves it EVENT_OTHER. Only sendmail.c calls them. Pure. */
#ifndef MAILLOG_FAMILIES_H
#define MAILLOG_FAMILIES_H

#include "model/event.h"

/* "STARTTLS=…" and "STARTTLS: …". */
void family_starttls(struct event *e);

/* Of those, "STARTTLS=client, " is off `rest`: the session's parameters, and the other lines that begin with
 * relay=. */
void family_tls(struct event *e, struct span rest);

/* cert-subject=…. */
void family_certificate(struct event *e, struct span rest);

/* "TLS cert verify: depth=…". */
void family_cert_verify(struct event *e, struct span rest);

/* "error: …" and other failures of a handshake or after it. */
void family_failure(struct event *e, struct span rest);

/* "read error=…" and "write error=…". */
void family_io_error(struct event *e, struct span rest);

/* Files and options; rest begins behind "error: ", or is "CACertFile missing". */
void family_file(struct event *e, struct span rest);

/* "file F unsafe: REASON". */
void family_unsafe_file(struct event *e, struct span rest);

/* "starting daemon (8.17.1.9): …". */
void family_daemon(struct event *e);

/* "ruleset=…". */
void family_ruleset(struct event *e);

/* "tls_clt_features=…" and "tls_srv_features=…". */
void family_features(struct event *e);

/* "to=…", "from=…", "done; …" behind a queue id. A part of a split line may begin anywhere. */
void family_delivery(struct event *e);
void family_from(struct event *e);
void family_done(struct event *e);

#endif
