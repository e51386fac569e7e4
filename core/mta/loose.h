/* loose: certificates that were put into CACertPath and never hashed: OpenSSL does not find them there.
 * Blocking. Private to mta. */
#ifndef MTA_LOOSE_H
#define MTA_LOOSE_H

#include "model/policy.h"

#define LOOSE_FILES 1000              /* of a folder that are looked at; what is behind them is not */
#define LOOSE_FILE ((size_t)64 << 10) /* bytes of one; a larger one is no certificate */
#define LOOSE_TOTAL ((size_t)8 << 20) /* bytes that are read of a folder */

/* Adds to the policy's ca_path_loose the files of a folder that `openssl rehash` would link and did not:
 * named .pem, .crt or .cer, with exactly one certificate, and no hash-named file of ca_path_files is the
 * same. By name. A folder that cannot be listed has none. */
void loose_read(struct policy *p, const char *folder);

#endif
