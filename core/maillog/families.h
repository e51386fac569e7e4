/* families: one reader a family of Sendmail's lines (SENDMAIL.md A); each fills the event whose text it is
 * given, or leaves it EVENT_OTHER. Only sendmail.c calls them. Pure. */
#ifndef MAILLOG_FAMILIES_H
#define MAILLOG_FAMILIES_H

#include "model/event.h"

/* "STARTTLS=…" and "STARTTLS: …": A.1 to A.7. */
void family_starttls(struct event *e);

/* Of those, "STARTTLS=client, " is off `rest`: the session's parameters, A.1 and the relay lines of A.4, A.7. */
void family_tls(struct event *e, struct span rest);

/* cert-subject=…: A.2. */
void family_certificate(struct event *e, struct span rest);

/* "TLS cert verify: depth=…": A.3. */
void family_cert_verify(struct event *e, struct span rest);

/* "error: …" and other failures of a handshake or after it: A.4 to A.6. */
void family_failure(struct event *e, struct span rest);

/* "read error=…" and "write error=…": A.5. */
void family_io_error(struct event *e, struct span rest);

/* Files and options: A.7; rest begins behind "error: ", or is "CACertFile missing". */
void family_file(struct event *e, struct span rest);

/* "file F unsafe: REASON": A.7. */
void family_unsafe_file(struct event *e, struct span rest);

/* "starting daemon (8.17.1.9): …". */
void family_daemon(struct event *e);

/* "ruleset=…": A.9. */
void family_ruleset(struct event *e);

/* "tls_clt_features=…" and "tls_srv_features=…": A.8. */
void family_features(struct event *e);

/* "to=…" (A.10), "from=…", "done; …" behind a queue id. A part of a split line (A.0) may begin anywhere. */
void family_delivery(struct event *e);
void family_from(struct event *e);
void family_done(struct event *e);

#endif
