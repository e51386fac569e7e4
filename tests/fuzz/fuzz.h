/* fuzz: what libFuzzer calls. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* One input; it crashes, or returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold of every input; unlike assert() it stays in a release build. */
#define FUZZ_HOLDS(property) ((property) ? (void)0 : __builtin_trap())

#endif
