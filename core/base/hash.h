/* hash: uthash, out of memory as everywhere else. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/mem.h"

#include <stdlib.h>

#define uthash_malloc(size) mem_new(1, size)
#define uthash_free(at, size) free(at)
#include <uthash.h>
#include <utlist.h>

#endif
