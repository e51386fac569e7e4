/* examine: the part of diagnosis that costs: takes the chain of each observation apart. Pure, over immutable
 * input: for a worker. */
#ifndef DIAGNOSIS_EXAMINE_H
#define DIAGNOSIS_EXAMINE_H

#include "diagnosis/peel.h"
#include "model/observation.h"
#include "model/path.h"
#include "trust/crl.h"
#include "trust/paths.h"

struct issuer {                          /* a certificate that was not sent and may help */
	struct certificate *certificate; /* never changed, its references neither */
	const char *from;                /* "http://…" (AIA), a file, "the chain of mx2.example.net" */
};

struct examine_material { /* borrowed; references are taken on the loop before the worker begins */
	const struct observation *observation;
	const struct verdict *verdict; /* Sendmail's; NULL: it is given here, and the path built */
	const struct path *path;       /* the path of that verdict; NULL: no certificate */
	const struct store *store, *system;
	const char *system_path; /* of the system's bundle; NULL: none */
	const struct issuer *issuers;
	size_t issuer_count;
	const char *const *asked; /* URLs that were asked, whatever came of it: never wanted again */
	size_t asked_count;
	int64_t now_ms;
};

struct examination {
	struct peel peel;
	struct chain *judged; /* as built for Sendmail's verdict; NULL: no certificate. Of the material, where
			       * it has a verdict */
	struct chain *path; /* as built with all kept changes: the repaired chain, or the judged one; NULL: no
			     * certificate */
	bool owns_judged;
	struct judged_certificate
		*each; /* each certificate of path, as judged without changes; path->count of them */
	const struct issuer *used; /* the first issuer that repaired the chain, of the material; NULL: none */
	const struct issuer
		*top; /* the issuer at the top of path, of the material; NULL: it came from elsewhere. One
		       * from a file in CACertPath shows that its hash link is missing */
	struct chain **others; /* further paths from what was sent to an anchor, PATHS_MOST at most
				* (trust/paths.h): neither `judged` nor `path` */
	size_t other_count;
	struct crl_facts crl; /* what the store's CRLs say of the certificate that they made fail */
	char *want_issuer; /* the URL that the last certificate names for its issuer; NULL: not needed, none
			    */
};

/* Examines one observation; without a chain everything stays empty. Freed with examination_clear(); what
 * is of the material lives as long as that. */
void examine(const struct examine_material *material, struct examination *out);

/* Frees what it holds. */
void examination_clear(struct examination *e);

#endif
