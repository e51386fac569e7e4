#include "tui/shared.h"

#include "base/safe.h"
#include "tui/app.h"
#include "tui/finding_list.h"
#include "tui/shell_command.h"
#include "tui/views.h"

#include <stdlib.h>

static void
say_typed(struct view *v, const struct look *l)
{
	struct text out = {NULL, 0, 0};

	/* In the fix view the command is that of the remedy, not of this look. */
	if (v->kind->command && v->kind->scope != SCOPE_FIX)
		v->kind->command(v, &out);
	if (out.len)
		app_say(v->app, "$ %s", out.at);
	else
		app_say(v->app, "looking at %s", l->target);
	text_free(&out);
}

/* Looks at the relay of v now. If the user must be asked first, returns false; a yes runs the action `again`.
 */
static bool
shared_verify(struct view *v, enum action again)
{
	const struct relay *r = view_relay_of(v);
	struct fault why;
	struct look *l;

	if (!r) {
		app_say(v->app, "no relay is selected");
		return false;
	}
	if (r->direction == DIRECTION_SERVER) {
		app_say(v->app, "this host connects to us: only relays that we deliver to can be looked at");
		return false;
	}
	if (!app_may_probe(v->app, again, r->address_count ? r->address_count : 1))
		return false;
	l = engine_look_relay(app_engine(v->app), r, &why);
	if (!l) {
		app_say(v->app, "%s", why.text);
		return false;
	}
	say_typed(v, l);
	return true;
}

static void
cancel(struct view *v)
{
	const struct look *l = view_look_of(v);

	if (!l || look_has_ended(l)) {
		app_say(v->app, "no look is going on");
		return;
	}
	engine_cancel(app_engine(v->app), l);
	app_say(v->app, "stopped");
}

static void
open_connect(struct view *v)
{
	if (shared_verify(v, ACTION_CONNECT) && v->kind->scope != SCOPE_CONNECT)
		app_push(v->app, view_connect_new(v->app, v));
}

static void
open_dig(struct view *v)
{
	if (!v->relay)
		return;
	engine_dig(app_engine(v->app), v->relay);
	if (v->kind->scope != SCOPE_DIG)
		app_push(v->app, view_dig_new(v->app, v));
}

static void
open_fix(struct view *v)
{
	struct finding_list found = {.count = 0};
	const struct relay *r = view_relay_of(v);

	if (r || !v->relay)
		finding_list_read(&found, app_engine(v->app), r);
	if (found.count)
		app_push(v->app, view_fix_new(v->app, v));
	else
		app_say(v->app, "nothing to fix was found: press v to look at it");
}

static void
copy(struct view *v)
{
	struct text out = {NULL, 0, 0};

	if (v->kind->command)
		v->kind->command(v, &out);
	if (out.len)
		app_copy(v->app, out.at);
	else
		app_say(v->app, "there is nothing to copy yet");
	text_free(&out);
}

static void
ask_file(struct view *v)
{
	char *proposed;

	if (v->kind->file)
		proposed = v->kind->file(v);
	else if (v->kind->scope == SCOPE_CERTIFICATE || v->kind->scope == SCOPE_CHAIN)
		proposed = text_new("%s.pem", v->relay && safe_in_command(v->relay) ? v->relay : "chain");
	else
		proposed = text_new("verifail-%s.txt",
			v->relay && v->kind->scope != SCOPE_RELAYS && safe_in_command(v->relay) ? v->relay
												: "report");
	app_ask_file(v->app, proposed);
	free(proposed);
}

void
shared_act(struct view *v, enum action a)
{
	switch (a) {
	case ACTION_VERIFY:
		shared_verify(v, a);
		break;
	case ACTION_CANCEL:
		cancel(v);
		break;
	case ACTION_CONNECT:
		open_connect(v);
		break;
	case ACTION_DIG:
		open_dig(v);
		break;
	case ACTION_FIX:
		open_fix(v);
		break;
	case ACTION_LOG:
		if (v->relay)
			app_push(v->app, view_log_new(v->app, v));
		break;
	case ACTION_HELP:
		app_push(v->app, view_help_new(v->app, v));
		break;
	case ACTION_COPY:
		copy(v);
		break;
	case ACTION_WRITE:
		ask_file(v);
		break;
	default:
		break;
	}
}
