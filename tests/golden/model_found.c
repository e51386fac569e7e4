/* What is found of the model's relays, in the words that diagnosis has for them. */
#include "model.h"

#include "base/mem.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct found {
	size_t relay; /* in the order of the table's making */
	const char *id;
	enum severity severity;
	enum blame blame;
	enum finding_kind kind;
	enum proof proof;
	bool certain;
	const char *title, *evidence, *cost;
};

#define HOSTS SIZE_MAX

static const struct found all[] = {
	{0, "missing-intermediate", SEVERITY_ERROR, BLAME_REMOTE, FINDING_CAUSE, PROOF_PROBE, true,
		"Server does not send the intermediate Example Issuing CA E1",
		"192.0.2.10: FAIL 20 at depth 0: unable to get local issuer certificate",
		"Nothing is lost before 2026-11-27 13:06, when Sendmail returns the oldest of 9 messages (5 "
		"days). Senders are warned after 4 h."},
	{0, "policy-deferred", SEVERITY_ERROR, BLAME_POLICY, FINDING_EFFECT, PROOF_LOG, true,
		"9 messages held: access TLS_Srv VERIFY is not met",
		"reject=454 4.7.0 authentication failed (9 for now, 0 for good)", NULL},
	{0, "unreachable", SEVERITY_WARNING, BLAME_NETWORK, FINDING_CAUSE, PROOF_PROBE, true,
		"No route to 2001:db8::10", "2001:db8::10: no route to host", NULL},
	{1, "protocol-too-old", SEVERITY_ERROR, BLAME_REMOTE, FINDING_CAUSE, PROOF_LOG, false,
		"Server speaks an old TLS at most", "reason=unsupported protocol", NULL},
	{2, "sent-in-clear", SEVERITY_WARNING, BLAME_UNKNOWN, FINDING_EFFECT, PROOF_LOG, true,
		"12 messages sent unencrypted",
		"12 messages sent without a STARTTLS line, by a daemon that logs them", NULL},
	{3, "self-signed", SEVERITY_WARNING, BLAME_REMOTE, FINDING_CAUSE, PROOF_LOG, true,
		"Certificate is self-signed", "verifymsg=self-signed certificate, depth 0",
		"Mail is still delivered: verify=FAIL alone never stops it."},
	{4, "cause-not-logged", SEVERITY_NOTICE, BLAME_UNKNOWN, FINDING_NOTE, PROOF_LOG, true,
		"FAIL, but LogLevel 9 does not log why", "verify=FAIL without verifymsg=", NULL},
	{6, "leaf-expired", SEVERITY_WARNING, BLAME_REMOTE, FINDING_CAUSE, PROOF_LOG, false,
		"Certificate of \033]0;x\a\xE2\x80\xAE expired",
		"verifymsg=\033[31m certificate has expired\rrm x", NULL},
	{8, "leaf-expired", SEVERITY_ERROR, BLAME_REMOTE, FINDING_CAUSE, PROOF_LOG, true,
		"Certificate expired", "verifymsg=certificate has expired, depth 0", NULL},
	{HOSTS, "key-unsafe", SEVERITY_ERROR, BLAME_LOCAL, FINDING_CAUSE, PROOF_LOG, true,
		"/etc/mail/certs/key.pem: readable file; Sendmail does not use this key",
		"file /etc/mail/certs/key.pem unsafe: Group readable file", NULL},
};

static struct remedy *
remedy(struct finding *f, enum remedy_kind kind, enum remedy_change change, const char *title,
	const char *line)
{
	struct remedy *r = finding_remedy(f, kind, title);

	r->change = change;
	r->theirs = strcmp(title, "TELL THEM") == 0;
	remedy_add(r, strchr(line, '\t') ? LINE_ACCESS : LINE_SENTENCE, mem_text(line));
	return r;
}

static void
fill_partner(struct findings *list)
{
	struct finding *f = list->items[0];
	struct remedy *r;

	finding_prove(f, EVIDENCE_PROVES,
		mem_text("OK once /C=XX/CN=Example Issuing CA E1 is added, from "
			 "http://ca.example.net/e1.der"));
	finding_prove(f, EVIDENCE_CHANGED,
		mem_text("Another certificate than at 2026-11-22 13:01: serial 049a11, now 7f02c3; "
			 "issuer the same; valid to 2026-12-24, now 2027-01-02"));
	f->remote_message = mem_text(
		"To: postmaster@partner.example.net\nSubject: mx1.partner.example.net: Server does not send "
		"the intermediate Example Issuing CA E1\n\nSince 2026-11-22 13:05: mx1.partner.example.net "
		"sends its certificate (serial 7f02c3) without the intermediate certificate of its issuer.\n"
		"Send the full chain.\n\nAddress: 192.0.2.10\n");
	remedy(f, REMEDY_CURE, CHANGE_NOTHING, "TELL THEM", "Send the full chain.");
	r = remedy(f, REMEDY_HERE, CHANGE_ADD_ISSUER, "HELP IT HERE",
		"The intermediate into a hashed CACertPath: no new trust, the root is still required. No "
		"restart is needed.");
	remedy_add(r, LINE_SHELL,
		mem_text("install -m 644 intermediate.pem /etc/mail/certs/ && openssl rehash "
			 "/etc/mail/certs"));
	r = remedy(f, REMEDY_WEAKER, CHANGE_EXEMPT, "EXEMPT THIS RELAY",
		"TLS_Srv:mx1.partner.example.net\tENCR:112");
	r->cost = mem_text("Whoever is on the path can pose as this relay and read its mail; it stays "
			   "encrypted.");
	remedy_add(r, LINE_SHELL, mem_text("makemap hash /etc/mail/access < /etc/mail/access"));
	r = remedy(list->items[1], REMEDY_CURE, CHANGE_NOTHING, "CURE", "Cure the cause, then:");
	remedy_add(r, LINE_SHELL, mem_text("sendmail -qRpartner.example.net -v"));
}

/* Of a name that must not enter a command. */
static void
fill_hostile(struct finding *f)
{
	remedy(f, REMEDY_CURE, CHANGE_NOTHING, "TELL THEM", "Renew it.");
	f->remote_message = mem_text("Subject: evil\033[2J\xE2\x80\xAE: expired\n\nRenew it.\n");
}

void
model_found(struct engine *e)
{
	struct remedy *r;

	for (size_t i = 0; i < COUNT(all); i++) {
		const struct found *a = &all[i];
		struct finding *f = model_finding(e, a->relay == HOSTS ? NULL : &e->history.relays[a->relay],
			a->id, a->title, a->evidence);

		f->severity = a->severity;
		f->blame = a->blame;
		f->kind = a->kind;
		f->proof = a->proof;
		f->certain = a->certain;
		f->cost = a->cost ? mem_text(a->cost) : NULL;
	}
	e->found[0].items[1]->rule = mem_text("access TLS_Srv VERIFY");
	fill_partner(&e->found[0]);
	fill_hostile(e->found[6].items[0]);
	r = finding_remedy(e->host_found.items[0], REMEDY_CURE, "CURE");
	r->change = CHANGE_CLIENT_KEY;
	remedy_add(r, LINE_SHELL, mem_text("chmod 600 /etc/mail/certs/key.pem"));
}
