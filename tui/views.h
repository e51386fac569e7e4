/* views: how the views are opened. Each is about the relay (and address) of the view it is opened from. */
#ifndef TUI_VIEWS_H
#define TUI_VIEWS_H

#include "tui/view.h"

/* The table of relays: the first view. */
struct view *view_relays_new(struct app *app);

/* One relay: its addresses, each with its stages. */
struct view *view_relay_new(struct app *app, const struct view *about);

/* The chain of one address, as sent and as judged. */
struct view *view_chain_new(struct app *app, const struct view *about);

/* One certificate of a chain; takes a reference. */
struct view *view_certificate_new(struct app *app, const struct view *about, struct certificate *c);

/* What can be done about what is found of the relay, or, without one, of this host. */
struct view *view_fix_new(struct app *app, const struct view *about);

/* What the DNS says of a relay. */
struct view *view_dig_new(struct app *app, const struct view *about);

/* The dialogue with a relay as it happens. */
struct view *view_connect_new(struct app *app, const struct view *about);

/* The log lines of a relay. */
struct view *view_log_new(struct app *app, const struct view *about);

/* The keys of the view it is opened from. */
struct view *view_help_new(struct app *app, const struct view *about);

#endif
