/* policy_read: Sendmail's client TLS settings of this host: sendmail.cf, and the files that it names.
 * Blocking: for a worker, or before the loop runs. */
#ifndef MTA_POLICY_READ_H
#define MTA_POLICY_READ_H

#include "base/fault.h"
#include "model/policy.h"

#define POLICY_DEFAULT_CF "/etc/mail/sendmail.cf"

struct policy_request {
	const char *cf;      /* --cf; NULL: POLICY_DEFAULT_CF, and none is no error */
	const char *ca_file; /* --ca-file; NULL: as the cf says */
	const char *ca_path; /* --ca-path; NULL: as the cf says */
};

/* Reads the policy. NULL with *why only when a named cf, --ca-file or --ca-path cannot be read. --ca-file or
 * --ca-path lift the both-or-nothing rule (both_needed), which is for a cf's own options. The caller has one
 * reference. */
struct policy *policy_read(const struct policy_request *request, struct fault *why);

/* A policy of nothing but a CA bundle, as a store of its own. The caller has one reference. */
struct policy *policy_read_bundle(const char *bundle);

/* The options of a sendmail.cf alone, from its bytes: pure. The caller has one reference. */
struct policy *policy_from_cf(const char *bytes, size_t len);

/* Where the system's CA bundle is: what SSL_CERT_FILE names when that can be read, else the first readable of
 * Debian's, RHEL's, Alpine's and FreeBSD's places; NULL: none. Borrowed; lives as long as the environment is
 * not changed. */
const char *policy_system_bundle(void);

/* The files and directories whose change means reading it again: calls each(arg, path). */
void policy_files(const struct policy *p, void (*each)(void *arg, const char *path), void *arg);

#endif
