/* log_rules: what the log alone proves of a relay, and what it only suggests (certain:false, with what would
 * decide). */
#ifndef DIAGNOSIS_LOG_RULES_H
#define DIAGNOSIS_LOG_RULES_H

#include "diagnosis/draft.h"

/* Tells the causes of an outbound relay by its last lines. */
void log_rules(struct casework *w);

/* Tells what an inbound row shows. */
void log_rules_inbound(struct casework *w);

/* Tells which of the relay's addresses fail, when others do not. */
void log_rules_addresses(struct casework *w);

/* Notes for an outbound relay: what stands beside the cause. */
void log_rules_notes(struct casework *w);

#endif
