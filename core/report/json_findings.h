/* json_findings: findings, and what the experiments made of a chain, as the JSON documents have them. */
#ifndef REPORT_JSON_FINDINGS_H
#define REPORT_JSON_FINDINGS_H

#include "model/finding.h"
#include "model/look.h"

#include <jansson.h>
#include <stdbool.h>

/* [{"id","severity",…}], NULL gives []. Evidence is without mail addresses, unless `full`. All functions give
 * one reference to the caller. */
json_t *json_findings(const struct findings *list, bool full);

/* [{"ids","verify","code","depth"}] in the order in which the verdict was taken apart. */
json_t *json_experiments(const struct look_address *a);

/* Each certificate of a path with its own verdict and where it comes from; NULL gives []. */
json_t *json_path(const struct path *p);

/* The same of several paths, a list of lists. */
json_t *json_paths(struct path *const *paths, size_t count);

#endif
