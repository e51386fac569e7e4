/* shared: what the same key does in every view: it acts on the relay that the view is about. */
#ifndef TUI_SHARED_H
#define TUI_SHARED_H

#include "tui/view.h"

/* Runs an action that the view has left to all. */
void shared_act(struct view *v, enum action a);

/* Looks at the relay of v now, after asking the user what must be asked; `again` is the action that asked.
 * False when it does not (yet) go on. */
bool shared_verify(struct view *v, enum action again);

#endif
