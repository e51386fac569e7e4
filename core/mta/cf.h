/* cf: a sendmail.cf taken apart as far as TLS to other hosts goes. Pure. Private to mta.
 * The form of the file: readcf.c's fgetfolded(), translate_dollars() and setoption(). */
#ifndef MTA_CF_H
#define MTA_CF_H

#include "base/span.h"
#include "model/policy.h"

/* What Sendmail lets pass when it looks at a key file. */
struct cf_safety {
	bool group_readable_key;                /* DontBlameSendmail=GroupReadableKeyFile */
	char run_as_user[64], trusted_user[64]; /* may own it besides root; "": not set */
};

/* The options of a cf. canonical is the host's own name, for $j, $w and $m where the cf does not define them;
 * NULL when it is not known: what needs it stays unset. safety may be NULL. The caller has one reference. */
struct policy *cf_read(const char *bytes, size_t len, const char *canonical, struct cf_safety *safety);

#endif
