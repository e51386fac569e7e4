/* findings: what the program is to find out of each relay of the lab: the findings in the order in which they
 * are told, and the changes with which the chain is good. Data for tests. */
#ifndef LAB_FINDINGS_H
#define LAB_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

struct expected {
	const char *target;
	const char *after;    /* this one was looked at before it, in the same run; NULL: none */
	const char *cf;       /* which of settings.h; NULL: "sendmail" */
	const char *ids;      /* the first one is the one to act on; notes come last; "": none */
	const char *cured_by; /* the changes of the first judgement that is OK: "add-issuers no-time"; "":
			       * none is; NULL: there is nothing to judge */
	const char
		*says; /* in the title, the evidence or the fix of the first finding; NULL: nothing special */
	bool uncertain; /* of the first finding */
	bool slow;      /* silence has to be waited for: a short time-out is given */
};

/* The i-th row; NULL after the last. */
const struct expected *findings_expected(size_t i);

#endif
