/* rules: from evidence to findings, a file for each subject. Each rule begins a draft, proves it and ends it.
 */
#ifndef DIAGNOSIS_RULES_H
#define DIAGNOSIS_RULES_H

#include "diagnosis/draft.h"

/* ---- a look (rules_look.c) ---- */

/* Tells what the look saw, address by address: first the one that Sendmail would use. */
void look_rules(struct diagnosis_run *w);

/* What was different in the log or in the look before; and whose host looked. */
void look_rules_notes(struct diagnosis_run *w);

/* ---- connection and handshake (rules_handshake.c) ---- */

/* Tells what ended a connection before its time, and what was odd about one that went on. others_answer:
 * another address of the same target did better, so nobody waits for this one. */
void connection_rules(struct diagnosis_run *w, const struct observation *o, bool others_answer);

/* Tells why there is no address at all. */
void connection_rules_dns(struct diagnosis_run *w);

/* A handshake that the log saw fail. */
void handshake_rules_log(struct diagnosis_run *w);

/* The next second look that may tell why this handshake failed; SECOND_LOOKS: none. */
enum second_look_kind handshake_next_look(const struct evidence *e, const struct observation *o);

/* The second look of that kind, or NULL. */
const struct second_look *second_find(const struct evidence *e, enum second_look_kind kind);

/* ---- the chain (rules_chain.c) ---- */

struct examined_chain {
	struct diagnosis_run *run;
	const struct observation *o;
	const struct examination *x;
	const char *ip; /* printed; of a chain from a file "The chain" */
	int64_t now_ms;
};

/* The leaf's facts, and those of the certificate at a depth of the path, as values. */
void chain_vars(struct draft *d, const struct examined_chain *c, int depth);

/* Begins a finding of this chain with its values; the sentence quotes the experiment: step NULL is what is
 * left. */
void chain_draft(struct draft *d, const struct examined_chain *c, const char *id,
	const struct peel_step *step);

/* The certificate of the path at a depth; the last one for a depth behind it. NULL: there is no path. */
const struct certificate *chain_at(const struct examined_chain *c, int depth);

/* Tells the causes of a chain that does not verify, in the order of peeling; nothing for a good one. */
void chain_rules(const struct examined_chain *c);

/* Adds the name-mismatch note where the certificate names another host. */
void chain_rules_name(const struct examined_chain *c);

/* Tells sni-required, then the faults of the chain that SNI brings; false when it is not so, or not proven.
 */
bool sni_rules(const struct examined_chain *c);

/* The second look that would prove it for a chain that fails: SECOND_SNI, then SECOND_REPEAT; SECOND_LOOKS:
 * none. */
enum second_look_kind sni_next_look(const struct evidence *e, const struct observation *o,
	const struct examination *x);

/* ---- dates (rules_time.c) ---- */

/* Codes 9 and 10 that passing over the dates answered: a finding for each certificate that is out of its
 * time, from the root down as OpenSSL looks at them; clock-wrong instead where it is our clock. */
void chain_time_expired(const struct examined_chain *c, const struct peel_step *s);

/* An expired CA certificate in the way of one that is current: cross-signed, renewed, or a renewed root. */
void chain_time_renewed(const struct examined_chain *c, const struct peel_step *s);

/* Whether an expired CA certificate was sent, and another of its name is in the repaired path. */
bool chain_time_has_renewed(const struct examined_chain *c);

/* How far our clock is behind the one in a greeting ("220 … ; Sun, 22 Nov 2026 07:29:11 +0000"), in ms; false
 * when the greeting has no date. */
bool chain_time_off(const char *greeting, int64_t begun_ms, int64_t *off_ms);

/* ---- this host (rules_host.c) ---- */

/* Whether Sendmail has no store at all by its settings, so that nobody verifies. */
bool store_is_broken(const struct evidence *e);

/* Whether an error code (0: not known) is one that a store without the right anchor gives. */
bool store_explains(int code);

/* Tells why there is no store: ca-options-unset, ca-option-missing or ca-file-unusable. `words` is what it
 * explains. */
void store_rules_broken(struct diagnosis_run *w, enum proof proof, bool certain, const char *words);

/* What the log says of the CA options ("STARTTLS: CACertFile missing"), for the relay or for all of the host;
 * true when it explains a failing relay. certain only when the process that said so is the one that failed.
 */
bool store_rules_log(struct diagnosis_run *w);

/* Tells key-unsafe and key-mismatch; of a relay, only what its own program may have said. Returns whether
 * there was something to tell. A key that our policy has loaded by now is not complained of. */
bool key_rules(struct diagnosis_run *w);

/* Tells what all relays together, and the facts about our own files, show. */
void host_rules(struct diagnosis_run *w);

/* ---- the log (log_rules.c, log_errors.c, effect_rules.c) ---- */

/* Tells the causes of an outbound relay by its last lines. */
void log_rules(struct diagnosis_run *w);

/* Tells what an inbound row shows. */
void log_rules_inbound(struct diagnosis_run *w);

/* Tells which of the relay's addresses fail, when others do not. */
void log_rules_addresses(struct diagnosis_run *w);

/* Notes for an outbound relay: what stands beside the cause. */
void log_rules_notes(struct diagnosis_run *w);

/* Tells the cause of a relay whose last word is FAIL. */
void log_errors(struct diagnosis_run *w);

/* Tells what the log says became of the mail for an outbound relay. */
void effect_rules(struct diagnosis_run *w);

#endif
