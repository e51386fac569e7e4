/* handshake_rules: why a TLS handshake failed: by OpenSSL's words, the alert, and what second looks show. */
#ifndef DIAGNOSIS_HANDSHAKE_RULES_H
#define DIAGNOSIS_HANDSHAKE_RULES_H

#include "diagnosis/draft.h"

/* Sets {seconds}: how long was waited in vain. */
void handshake_put_seconds(struct draft *d, const struct fault *fault);

/* A handshake that a look saw fail; ip is printed. Second looks that passed name the cause. */
void handshake_rules_look(struct casework *w, const struct observation *o, const char *ip);

/* A session that was lost right after its handshake: TLS 1.3 refuses a client only then. */
void handshake_rules_after(struct casework *w, const struct observation *o, const char *ip);

/* A handshake that the log saw fail. */
void handshake_rules_log(struct casework *w);

/* The next second look that may tell why this handshake failed; SECOND_LOOKS: none. */
enum second_look_kind handshake_next_look(const struct evidence *e, const struct observation *o);

/* The second look of that kind, or NULL. */
const struct second_look *second_find(const struct evidence *e, enum second_look_kind kind);

#endif
