/* connection_rules: findings of a connection that did not come to a certificate, or not beyond it: names,
 * TCP, SMTP, STARTTLS. */
#ifndef DIAGNOSIS_CONNECTION_RULES_H
#define DIAGNOSIS_CONNECTION_RULES_H

#include "diagnosis/draft.h"

/* Tells what ended a connection before its time, and what was odd about one that went on. others_answer:
 * another address of the same target did better, so nobody waits for this one. */
void connection_rules(struct casework *w, const struct observation *o, bool others_answer);

/* Tells why there is no address at all. */
void connection_rules_dns(struct casework *w);

#endif
