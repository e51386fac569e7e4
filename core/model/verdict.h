/* verdict: what Sendmail would say of an observation. A value: copy it, nothing to free. */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include "model/verify.h"

struct verdict {
	enum verify verify;
	int code;          /* X509_V_ERR_…, the first error; 0 when the chain is good or none was judged */
	int depth;         /* where in the chain as built; -1 when code is 0 */
	char message[128]; /* X509_verify_cert_error_string(code), as in verifymsg=; "ok" for 0,
			    * "" when no certificate was judged (no TLS) */
	char subject[512]; /* of the certificate at depth, one line; "" when code is 0 */
};

#endif
