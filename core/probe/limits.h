/* limits: how long a probe may take. */
#ifndef PROBE_LIMITS_H
#define PROBE_LIMITS_H

#include <stdint.h>

struct probe_limits { /* milliseconds; --timeout and its parts */
	int64_t overall, connect, greeting, reply, handshake;
};

#endif
