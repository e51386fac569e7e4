/* sendmail: what Sendmail says in a message, once the syslog frame is off: picks the family of lines and
 * takes off the queue id. Pure. */
#ifndef MAILLOG_SENDMAIL_H
#define MAILLOG_SENDMAIL_H

#include "model/event.h"

/* Fills *e from e->text; EVENT_OTHER when it is nothing that we read. */
void sendmail_parse(struct event *e);

#endif
