/* What a look does, or what it saw. */
#include "wording/words.h"

#include "base/when.h"

#include <assert.h>

/* How a stage that is awaited is called: in the table, in the addresses' rows, in a sentence. */
static const struct {
	const char *brief, *cell, *sentence;
} awaited[] = {
	[STAGE_NONE] = {"tcp…", "connecting", "a connection"},
	[STAGE_CONNECT] = {"tcp…", "connecting", "a connection"},
	[STAGE_GREETING] = {"220…", "220", "its 220"},
	[STAGE_EHLO] = {"EHLO", "EHLO", "its answer to EHLO"},
	[STAGE_STARTTLS] = {"STLS", "STARTTLS", "its answer to STARTTLS"},
	[STAGE_HANDSHAKE] = {"tls…", "handshake", "the TLS handshake"},
	[STAGE_EHLO2] = {"EHLO", "EHLO in TLS", "its answer to EHLO inside TLS"},
};
static_assert(sizeof awaited / sizeof *awaited == STAGES, "each stage has its words");

const char *
words_brief(enum verify verify)
{
	/* Cut to four columns FAILURE would read FAIL: such words have a short form of their own. */
	static const char *const words[VERIFY_WORDS] = {
		[VERIFY_TRUSTED] = "TRST",
		[VERIFY_DANE_FAIL] = "DANE",
		[VERIFY_PROTOCOL] = "PROT",
		[VERIFY_SOFTWARE] = "SOFT",
		[VERIFY_CONFIG] = "CONF",
		[VERIFY_FAILURE] = "LOST",
		[VERIFY_DANE_NOTLS] = "DANE",
		[VERIFY_DANE_TEMP] = "DANE",
		[VERIFY_UNREACHABLE] = "DOWN",
	};

	return words[verify] ? words[verify] : verify_word(verify);
}

enum tone
words_tone(enum verify verify)
{
	if (verify == VERIFY_UNKNOWN)
		return TONE_PLAIN;
	return verify_is_good(verify) ? TONE_GOOD : TONE_BAD;
}

/* ---- while it goes on ---- */

static const struct look_address *
first_probing(const struct look *l)
{
	for (size_t i = 0; i < l->address_count; i++) {
		if (l->addresses[i].state == LOOK_PROBING)
			return &l->addresses[i];
	}
	return NULL;
}

const char *
words_now(const struct look *l, bool brief)
{
	const struct look_address *a;

	if (!l)
		return "";
	switch (l->state) {
	case LOOK_QUEUED:
		return "wait";
	case LOOK_RESOLVING:
		return "dns…";
	case LOOK_PROBING:
		a = first_probing(l);
		return a ? awaited[a->waits_for].brief : "wait";
	case LOOK_JUDGING:
		return "…";
	case LOOK_CANCELLED:
		return "-";
	default:
		return brief ? words_brief(l->verify) : verify_word(l->verify);
	}
}

void
words_wait(struct text *out, const struct look_address *a, int64_t wall_ms)
{
	char time[WHEN_ROOM], most[WHEN_ROOM];

	when_length(wall_ms - a->waits_since_ms, time);
	when_length(a->waits_most_ms, most);
	text_put(out, time);
	if (a->waits_most_ms)
		text_printf(out, " of %s", most);
}

/* Why the first address that may not be connected to yet is held back, when none is being probed. */
static const char *
held_back(const struct look *l)
{
	for (size_t i = 0; i < l->address_count; i++) {
		if (l->addresses[i].held_back && l->addresses[i].state == LOOK_QUEUED)
			return l->addresses[i].held_back;
	}
	return "waits for its turn";
}

bool
words_waiting(struct text *out, const struct look *l, int64_t wall_ms)
{
	const struct look_address *a = first_probing(l);
	char address[ADDRESS_ROOM], time[WHEN_ROOM];

	if (l->state == LOOK_EXAMINING) {
		text_put(out, l->asks ? l->asks : "its chain is taken apart");
		return false;
	}
	if (a) {
		address_print(&a->address, address);
		text_printf(out, "[%s] waits for %s, ", address, awaited[a->waits_for].sentence);
		words_wait(out, a, wall_ms);
		return true;
	}
	if (l->state == LOOK_RESOLVING) {
		when_length(wall_ms - l->begun_ms, time);
		text_printf(out, "asks the DNS, %s", time);
		return true;
	}
	text_put(out, l->state == LOOK_JUDGING ? "is being judged" : held_back(l));
	return false;
}

bool
words_progress(struct text *out, const struct look_address *a, int64_t wall_ms)
{
	static const char *const words[] = {
		[LOOK_QUEUED] = "waits for its turn",
		[LOOK_RESOLVING] = "",
		[LOOK_PROBING] = "",
		[LOOK_JUDGING] = "is being judged",
		[LOOK_EXAMINING] = "is being judged",
		[LOOK_DONE] = "",
		[LOOK_CANCELLED] = "stopped",
	};
	static_assert(sizeof words / sizeof *words == LOOK_CANCELLED + 1, "each state has its words");
	char time[WHEN_ROOM];

	if (a->state == LOOK_PROBING) {
		when_length(wall_ms - a->waits_since_ms, time);
		text_printf(out, "%s… %s", awaited[a->waits_for].cell, time);
		return true;
	}
	text_put(out, a->held_back ? a->held_back : words[a->state]);
	return false;
}

/* ---- when it went wrong ---- */

static const struct {
	const char *brief, *advice;
} faults[] = {
	[FAULT_NONE] = {NULL, NULL},
	[FAULT_DNS] = {NULL, "check the name with dig; Sendmail defers mail to a name that does not resolve"},
	[FAULT_UNREACHABLE] = {"no route", "no route from this host: check the address family and the route"},
	[FAULT_REFUSED] = {"refused",
		"nothing listens on that port: check the port, or ask the remote's postmaster"},
	[FAULT_TIMEOUT] = {NULL, "a firewall drops it, or the server is slow: try a longer --timeout"},
	[FAULT_CLOSED] = {"closed by peer",
		"the server hangs up: see what was said before it, or ask its postmaster"},
	[FAULT_RESET] = {"reset by peer",
		"the server or something on the path resets the connection: ask its postmaster"},
	[FAULT_REPLY] = {NULL, "the server refuses: its reply says why"},
	[FAULT_PROTOCOL] = {NULL,
		"what answers is no mail server with STARTTLS: check the port and the path"},
	[FAULT_TLS] = {NULL,
		"the handshake cannot be agreed: compare TLS versions and ciphers of both sides"},
	[FAULT_LIMIT] = {NULL, "the server sends more than Sendmail takes: ask the remote's postmaster"},
	[FAULT_CANCELLED] = {"stopped", NULL},
};
static_assert(sizeof faults / sizeof *faults == FAULT_CANCELLED + 1, "each kind of fault has its words");

const char *
words_failure(const struct observation *o)
{
	const char *brief = faults[o->fault.kind].brief;

	if (o->fault.kind != FAULT_NONE)
		return brief ? brief : o->fault.text;
	if (!o->starttls_offered && o->reached >= STAGE_EHLO)
		return "no STARTTLS offered";
	return o->reply ? o->reply : "";
}

const char *
words_advice(enum fault_kind kind)
{
	return faults[kind].advice;
}

const char *
words_advice_for(const struct observation *o)
{
	/* A server that demands a client certificate fails as if versions or ciphers did not fit. */
	if (o->fault.kind == FAULT_TLS && o->tls.client_cert == CLIENT_CERT_REQUIRED)
		return "it demands a client certificate: ClientCertFile and ClientKeyFile name ours";
	return words_advice(o->fault.kind);
}

const char *
words_consequence(enum verify verify, const struct observation *o)
{
	if (verify == VERIFY_NONE)
		return o->starttls_offered ? "STARTTLS is refused: Sendmail sends mail in clear"
					   : "STARTTLS is not offered: Sendmail sends mail in clear";
	if (verify == VERIFY_TEMP)
		return "STARTTLS is refused for now: Sendmail sends mail in clear";
	if (verify == VERIFY_PROTOCOL)
		return "neither yes nor no to STARTTLS: Sendmail defers the mail";
	return o->cut_short
		       ? "the certificate is judged, but the server ends the session: Sendmail defers the mail"
		       : NULL;
}

const char *
words_client_cert(enum client_cert asked)
{
	static const char *const words[] = {
		[CLIENT_CERT_NONE] = "no client certificate asked for",
		[CLIENT_CERT_REQUESTED] = "client certificate requested",
		[CLIENT_CERT_REQUIRED] = "client certificate required",
	};
	static_assert(sizeof words / sizeof *words == CLIENT_CERT_REQUIRED + 1, "each case has its words");

	return words[asked];
}
