#include "hatch.h"

void
hatch_opened(struct hatch *h)
{
	h->open++;
}

void
hatch_closed(struct hatch *h)
{
	h->open--;
	if (h->open == 0 && h->closing)
		h->done(h->arg);
}
