/* hatch: counts the libuv handles of the lab, and says when the last one is closed. */
#ifndef LAB_HATCH_H
#define LAB_HATCH_H

#include <stdbool.h>

struct hatch {
	unsigned open;
	bool closing;
	void (*done)(void *arg); /* called once: the lab closes, and nothing is open any more */
	void *arg;
};

/* A handle was initialised on the loop. */
void hatch_opened(struct hatch *h);

/* A handle's close callback came; may call done, so it is the last thing the callback does. */
void hatch_closed(struct hatch *h);

#endif
