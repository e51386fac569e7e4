/* shared: what the same key does in every view: it acts on the relay that the view is about. */
#ifndef TUI_SHARED_H
#define TUI_SHARED_H

#include "tui/view.h"

/* Runs an action that the view does not handle itself. */
void shared_act(struct view *v, enum action a);

#endif
