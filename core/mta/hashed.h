/* hashed: a folder of hash-named certificates or CRLs, as `openssl rehash` makes it. Blocking. Private to
 * mta. */
#ifndef MTA_HASHED_H
#define MTA_HASHED_H

#include "model/policy.h"

/* Adds the files of a folder whose names are eight digits of lower-case hex, the mark ("." for certificates,
 * ".r" for CRLs) and a number, in OpenSSL's order: by hash, then number. Others are not looked at. A file
 * that cannot be read is added with its code. Returns NULL, or what went wrong in words that the caller
 * frees. */
char *hashed_read(const char *folder, const char *mark, struct policy_file **files, size_t *count);

#endif
