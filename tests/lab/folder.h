/* folder: the lab's files: a sendmail.cf and what it names, certificates for a real Sendmail, a trust anchor.
 */
#ifndef LAB_FOLDER_H
#define LAB_FOLDER_H

#include "pki.h"

/* Makes the folder in TMPDIR (or /tmp) and fills it; anchor is the zone's DNSKEY. The caller frees the path.
 */
char *folder_make(const struct pki *pki, const char *anchor, int log_level);

/* Removes it with all that is in it. */
void folder_remove(const char *path);

#endif
