/* cases: what the tests of diagnosis try: tables of chains, connections and logs, each with the findings it
 * is to give. One program tries each table; another collects the ids that all of them gave. */
#ifndef UNIT_DIAGNOSIS_CASES_H
#define UNIT_DIAGNOSIS_CASES_H

#include "diagnosis/diagnosis.h"

struct tried {
	const char *label;
	const char *expected;       /* the ids in order; "?" behind one: not certain */
	struct diagnosis diagnosis; /* to be cleared */
};

/* Try the i-th case of a table; false behind the last. */
bool cases_chain(size_t i, struct tried *t);
bool cases_connection(size_t i, struct tried *t);
bool cases_relay_log(size_t i, struct tried *t);
bool cases_host_log(size_t i, struct tried *t);

/* The ids of findings in order, as `expected` has them. The caller frees it. */
char *cases_ids(const struct findings *list);

/* Fails with the label when the ids are not those expected; clears the diagnosis. */
void cases_check(struct tried *t);

#endif
