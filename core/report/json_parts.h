/* json_parts: the pieces that the JSON documents share. Unknown is null. */
#ifndef REPORT_JSON_PARTS_H
#define REPORT_JSON_PARTS_H

#include "base/text.h"
#include "model/certificate.h"
#include "model/verdict.h"

#include <jansson.h>

/* A string made valid UTF-8, or null for NULL and "". All functions give one reference to the caller. */
json_t *json_words(const char *text);

/* The same without mail addresses, unless `full`. */
json_t *json_words_of_mail(const char *text, bool full);

/* A number, or null when it is `unknown`. */
json_t *json_known(int64_t number, int64_t unknown);

/* RFC 3339, or null for 0. */
json_t *json_when(int64_t ms);

/* The word, or null for VERIFY_UNKNOWN. */
json_t *json_verify(enum verify verify);

/* {"verify","code","message","depth","subject"} */
json_t *json_verdict(const struct verdict *v);

/* {"subject","issuer",…} */
json_t *json_certificate(const struct certificate *c);

/* [{"subject","issuer",…}]; NULL gives []. */
json_t *json_chain(const struct chain *c);

/* Adds the document to *out and drops it: indented, or on one line; a line end follows. Pure ASCII, so that a
 * terminal that shows it obeys nothing in it. */
void json_print(struct text *out, json_t *document, bool indented);

#endif
