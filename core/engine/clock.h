/* clock: the one place of the engine that asks for the time. */
#ifndef ENGINE_CLOCK_H
#define ENGINE_CLOCK_H

#include <stdint.h>

/* The wall clock in milliseconds since 1970-01-01 UTC. */
int64_t clock_now_ms(void);

#endif
