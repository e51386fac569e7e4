#include "maillog/families.h"

#include "maillog/field.h"

/* "load verify locs DIRECTORY, FILE failed: 0": which of the two it was, it does not say; the file is named.
 */
static void
load_verify_locs(struct event *e, struct span rest)
{
	struct span message = span_cut_last(&rest, " failed"), directory;

	e->option = (struct span){rest.at, sizeof "load verify locs" - 1};
	rest = span_skip(rest, sizeof "load verify locs " - 1);
	if (span_cut(&rest, ", ", &directory))
		e->file = rest;
	if (message.at)
		e->message = (struct span){message.at - 6, message.len + 6};
}

/* "SSL_CTX_use_PrivateKey_file(F) failed", "SSL_CTX_check_private_key failed(F): 0",
 * "PEM_read_bio_X509_CRL(F)=failed": the call, the file, what became of it. */
static void
call_with_file(struct event *e, struct span rest)
{
	struct span before, after;

	if (!span_cut(&rest, "(", &before)) {
		e->message = before;
		return;
	}
	after = span_cut_last(&rest, ")");
	e->file = rest;
	if (span_ends(before, " failed")) {
		before.len -= 7;
		e->message = (struct span){before.at + before.len + 1, 6};
	} else {
		while (after.len && (after.at[0] == ' ' || after.at[0] == '='))
			after = span_skip(after, 1);
		e->message = after;
	}
	e->option = before;
}

/* "STARTTLS: ClientKeyFile missing": the option says which side. */
static void
missing(struct event *e, struct span rest)
{
	e->option = rest;
	e->message = span_cut_last(&e->option, " ");
	if (span_starts(rest, "Server"))
		e->direction = DIRECTION_SERVER;
}

void
family_file(struct event *e, struct span rest)
{
	e->kind = EVENT_FILE;
	if (span_ends(rest, " missing"))
		missing(e, rest);
	else if (span_starts(rest, "load verify locs "))
		load_verify_locs(e, rest);
	else if (span_starts(rest, "engine="))
		e->message = rest;
	else
		call_with_file(e, rest);
}

void
family_unsafe_file(struct event *e, struct span rest)
{
	struct span message = span_cut_last(&rest, " unsafe: ");

	if (!message.at)
		return;
	e->kind = EVENT_FILE;
	e->file = rest;
	e->message = message;
}

void
family_daemon(struct event *e)
{
	struct span rest = span_skip(e->text, sizeof "starting daemon (" - 1);

	if (span_cut(&rest, ")", &e->option))
		e->kind = EVENT_DAEMON_START;
	else
		e->option = (struct span){NULL, 0};
}
