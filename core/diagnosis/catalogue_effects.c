/* What a cause did to the mail, and notes on the log, on time, and on clients of our own server. */
#include "diagnosis/catalogue.h"

#define EFFECT .severity = SEVERITY_ERROR, .kind = FINDING_EFFECT
#define NOTE .severity = SEVERITY_NOTICE, .kind = FINDING_NOTE

const struct catalogue_row catalogue_effects[] = {
	{
		.id = "policy-deferred",
		EFFECT,
		.blame = BLAME_POLICY,
		.exempt = true,
		.brief = "our rule holds",
		.title = "{messages} held: {entry} is not met",
		.cure = "Cure the cause, then:\n$ sendmail -qR{domain} -v",
	},
	{
		.id = "policy-bounced",
		EFFECT,
		.blame = BLAME_POLICY,
		.exempt = true,
		.brief = "refused by us",
		.title = "{messages} returned: {entry} is not met",
		.cure = "Cure the cause; the senders must send again.",
		.here = "TEMP+ instead of PERM+ holds mail instead of returning it:\naccess "
			"{entry_key}\tTEMP+VERIFY",
	},
	{
		.id = "mail-held",
		EFFECT,
		.blame = BLAME_UNKNOWN,
		.brief = "[{deferred}|mail held]",
		.title = "{messages} held by {cause}[; returned from {date}]",
		.cure = "Cure the cause, then:\n$ sendmail -qR{domain} -v",
	},
	{
		.id = "sent-in-clear",
		.severity = SEVERITY_WARNING,
		.kind = FINDING_EFFECT,
		.blame = BLAME_UNKNOWN,
		.brief = "sent in clear",
		.title = "{messages} sent unencrypted",
		.cure = "See the cause. To forbid it (mail is then held):\naccess "
			"TLS_Srv:{host_key}\tENCR:112",
	},
	{
		.id = "clear-fallback",
		.severity = SEVERITY_WARNING,
		.kind = FINDING_EFFECT,
		.blame = BLAME_POLICY,
		.brief = "clear fallback",
		.title = "Sent unencrypted after a failed handshake",
		.cure = "Cure the cause. To forbid it (mail is then held):\n"
			"mc define(`confTLS_FALLBACK_TO_CLEAR', `false')dnl\n{rebuild}\n{restart}",
	},
	{
		.id = "clear-by-us",
		NOTE,
		.blame = BLAME_POLICY,
		.brief = "Try_TLS NO",
		.title = "We switched TLS off: Try_TLS:{host} NO",
		.cure = "Remove the entry when the relay is cured.",
	},
	{
		.id = "no-longer-failing",
		NOTE,
		.blame = BLAME_REMOTE,
		.brief = "works again",
		.title = "Failed[ until {time}]; verifies now",
		.cure = "What waits can go now:\n$ sendmail -qR{domain} -v",
	},
	{
		.id = "now-failing",
		.severity = SEVERITY_WARNING,
		.blame = BLAME_REMOTE,
		.kind = FINDING_CAUSE,
		.brief = "log says OK",
		.title = "Log says OK, fails now",
		.cure = "As the cause says.",
	},
	{
		.id = "cause-not-logged",
		NOTE,
		.blame = BLAME_UNKNOWN,
		.brief = "not logged: v",
		.explained_by = "store-verifies-nobody",
		.title = "FAIL, but LogLevel[ {log_level}] does not log why",
		.cure = "Press v to look now; or log it from now on (12: the message, 14: the depth):\n"
			"mc define(`confLOG_LEVEL', `14')dnl\n{rebuild}\n{restart}",
	},
	{
		.id = "inbound-unverified",
		NOTE,
		.blame = BLAME_REMOTE,
		.brief = "not verified",
		.title = "Client's certificate does not verify: {text}",
		.cure = "Nothing to do unless a TLS_Clt entry asks.",
	},
	{
		.id = "inbound-noise",
		NOTE,
		.blame = BLAME_REMOTE,
		.brief = "no TLS client",
		.title = "Not a TLS mail client: {text}",
		.cure = "Nothing to do.",
	},
	{.id = NULL},
};
