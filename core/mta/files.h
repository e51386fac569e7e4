/* files: the files that a policy names, read into its bytes. Blocking. Private to mta. */
#ifndef MTA_FILES_H
#define MTA_FILES_H

#include "mta/cf.h"

/* Reads everything that the policy names. What cannot be read, and what Sendmail itself would not use,
 * becomes a note. */
void files_read(struct policy *p, const struct cf_safety *safety);

/* Calls each(arg, folder) for the folders of a CACertPath or CRLPath, which ":" separates; NULL has none. */
void files_folders(const char *path, void (*each)(void *arg, const char *folder), void *arg);

#endif
