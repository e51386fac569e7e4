/* files: the files that a policy names, read into its bytes. Blocking. Private to mta. */
#ifndef MTA_FILES_H
#define MTA_FILES_H

#include "mta/cf.h"

#define UNHASHED_FILES 1000              /* of a folder that are looked at; what is behind them is not */
#define UNHASHED_FILE ((size_t)64 << 10) /* bytes of one; a larger one is no certificate */
#define UNHASHED_TOTAL ((size_t)8 << 20) /* bytes that are read of a folder */

/* Reads everything that the policy names. What cannot be read, and what Sendmail itself would not use,
 * becomes a note. */
void files_read(struct policy *p, const struct cf_safety *safety);

/* Calls each(arg, folder) for the folders of a CACertPath or CRLPath, which ":" separates; NULL has none. */
void files_folders(const char *path, void (*each)(void *arg, const char *folder), void *arg);

#endif
