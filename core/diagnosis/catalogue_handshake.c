/* Findings on the way to a certificate: names, TCP, SMTP, the handshake. */
#include "diagnosis/catalogue_tables.h"

#define THEIRS .severity = SEVERITY_ERROR, .blame = BLAME_REMOTE, .kind = FINDING_CAUSE
#define NOBODYS .severity = SEVERITY_ERROR, .blame = BLAME_UNKNOWN, .kind = FINDING_CAUSE
#define PATHS .severity = SEVERITY_ERROR, .blame = BLAME_NETWORK, .kind = FINDING_CAUSE

#define IN_CLEAR                                   \
	.weaker = "access Try_TLS:{host_key}\tNO", \
	.cost = "Mail to this relay then goes in clear text: whoever is on the path reads it."

const struct catalogue_row catalogue_handshake[] = {
	{
		.id = "protocol-too-old",
		THEIRS,
		.title = "Server speaks [{version}|an old TLS] at most",
		.says = "{host} speaks [{version}|an old TLS version] at most; current senders refuse the "
			"handshake.",
		.asks = "Enable TLS 1.2 and 1.3.",
		.weaker_change = CHANGE_LEVEL,
		SETS_LEVEL(0),
		.weaker = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			  "access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT:@SECLEVEL={level_needed}",
		.cost = "This relay's sessions can then be broken by who is on the path.",
	},
	{
		.id = "weak-dh",
		THEIRS,
		.title = "Server's DH key is too small[ ({bits} bits)]",
		.says = "{host} uses a Diffie-Hellman key [of {bits} bits|that is too small]; current "
			"senders refuse the handshake.",
		.asks = "Use ECDHE, or DH parameters of 2048 bits.",
		.here = "Leave DHE out for {host_key} alone: helps when the server has another key exchange (needs "
			"FEATURE(`tls_session_features')):\n"
			"access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT:!DHE",
		.weaker_change = CHANGE_LEVEL,
		SETS_LEVEL(1),
		.weaker = "When it has none, accept its key:\n"
			  "access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT:@SECLEVEL={level_needed}",
		.cost = "This relay's sessions can then be broken by who is on the path.",
	},
	{
		.id = "no-shared-cipher",
		THEIRS,
		.title = "No cipher in common",
		.says = "{host} and current senders have no TLS cipher in common.",
		.asks = "Enable ECDHE with AES-GCM.",
		IN_CLEAR,
	},
	{
		.id = "legacy-signature",
		THEIRS,
		.title = "Server signs the handshake with [{signature}|a weak digest] only",
		.says = "{host} signs the TLS handshake with [{signature}|a weak digest] only, which current "
			"senders refuse.",
		.asks = "Update the TLS library.",
		.weaker_change = CHANGE_LEVEL,
		SETS_LEVEL(0),
		.weaker = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			  "access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT:@SECLEVEL={level_needed}",
		.cost = "This relay's sessions can then be broken by who is on the path.",
	},
	{
		.id = "legacy-renegotiation",
		THEIRS,
		.title = "Server lacks secure renegotiation (RFC 5746)",
		.says = "{host} lacks secure renegotiation (RFC 5746); current TLS libraries refuse the "
			"handshake.",
		.asks = "Update the TLS library.",
		.weaker = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			  "access TLS_Clt_Features:{host_key}\tOptions=SSL_OP_LEGACY_SERVER_CONNECT",
		.cost = "Text can then be put in front of a session with this relay.",
	},
	{
		.id = "client-cert-required",
		THEIRS,
		.title = "Server demands a client certificate; we have none",
		.says = "{host} ends the session because we present no client certificate.",
		.asks = "Stop requiring one of mail servers, or agree with us on one.",
		IN_CLEAR,
	},
	{
		.id = "hello-intolerant",
		THEIRS,
		.title = "Server fails on {feature}",
		.says = "{host} breaks off the handshake because of {feature}.",
		.asks = "Update the TLS library, or the device in front of the server.",
		.here = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			"access TLS_Clt_Features:{host_key}\tOptions=SSL_OP_NO_TLSv1_3",
	},
	{
		.id = "not-tls",
		THEIRS,
		.title = "Server answers 220, then speaks plain text",
		.says = "{host} answers STARTTLS with 220 and then goes on in plain text.",
		.asks = "Repair STARTTLS, or do not offer it.",
		IN_CLEAR,
	},
	{
		.id = "handshake-closed",
		NOBODYS,
		.title = "Connection {closed} during the handshake",
		.says = "{host} closes the connection during the TLS handshake.",
		.asks = "Please look into your log[ of {time}].",
		IN_CLEAR,
	},
	{
		.id = "handshake-timeout",
		NOBODYS,
		.title = "No answer in the handshake[ for {seconds} s]",
		.says = "{host} does not answer our ClientHello.",
		.asks = "Please look into your log[ of {time}].",
		.here = "So that one relay does not hold a queue runner for an hour:\n"
			"mc define(`confTO_STARTTLS', `2m')dnl\n{rebuild}\n{restart}",
		IN_CLEAR,
	},
	{
		.id = "handshake-failed",
		NOBODYS,
		.title = "Handshake refused[: {alert}]",
		.says = "{host} refuses the TLS handshake[ ({alert})].",
		.asks = "Please look into your log[ of {time}].",
		IN_CLEAR,
	},
	{
		.id = "starttls-not-offered",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_REMOTE,
		.kind = FINDING_CAUSE,
		.title = "Server offers no STARTTLS[{refused}]",
		.says = "{host} does not offer STARTTLS.",
		.asks = "Enable it.",
	},
	{
		.id = "starttls-stripped",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_NETWORK,
		.kind = FINDING_CAUSE,
		.title = "STARTTLS is overwritten on the way (250-{keyword})",
		.says = "Between us and {host} the STARTTLS keyword is overwritten with {keyword}.",
		.asks = "If a firewall of yours inspects SMTP, switch that off.",
		.cure = "Switch SMTP inspection off in the firewall (Cisco ASA: no inspect esmtp).",
	},
	{
		.id = "starttls-refused",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_REMOTE,
		.kind = FINDING_CAUSE,
		.title = "Offers STARTTLS, then answers {reply}",
		.says = "{host} offers STARTTLS and then answers: {reply}",
		.asks = "Repair it (often an unreadable key or certificate file).",
	},
	{
		.id = "starttls-dropped",
		NOBODYS,
		.title = "Connection lost right after STARTTLS",
		.says = "{host} closes the connection when we say STARTTLS.",
		.asks = "Please look into your log[ of {time}].",
		IN_CLEAR,
	},
	{
		.id = "injected-after-starttls",
		.severity = SEVERITY_WARNING,
		.blame = BLAME_NETWORK,
		.kind = FINDING_CAUSE,
		.title = "Plain text followed the 220: tampering or broken proxy",
		.says = "After its 220 to STARTTLS {host} sent more plain text before the handshake.",
		.asks = "Look for a proxy in front of the server, or tampering on the path.",
		.cure_title = "HERE",
		.cure = "Trust nothing that comes over this path.",
	},
	{
		.id = "greeting-refused",
		THEIRS,
		.title = "Server refuses us: {reply}",
		.says = "{host} refuses our connection: {reply}",
		.asks = "Tell us what to change.",
		.cure = "Read the text: blocklist, missing PTR record, or rate.",
	},
	{
		.id = "greeting-busy",
		.severity = SEVERITY_WARNING,
		.blame = BLAME_REMOTE,
		.kind = FINDING_CAUSE,
		.title = "Server is busy or limits us: {reply}",
		.cure = "Wait; Sendmail tries again by itself. Do not probe again now.",
	},
	{
		.id = "greeting-slow",
		.severity = SEVERITY_NOTICE,
		.blame = BLAME_REMOTE,
		.kind = FINDING_NOTE,
		.title = "No greeting[ in {seconds} s]; Sendmail waits 5 min",
		.cure = "Look again with a longer --timeout.",
	},
	{
		.id = "connect-timeout",
		PATHS,
		.title = "No answer from [{ip} |it, ]port {port}",
		.cure = "Firewall, or host down: try another network.\n$ nc -vz {ip} {port}",
	},
	{
		.id = "connect-refused",
		THEIRS,
		.title = "[{ip} port|Port] {port} refuses connections",
		.says = "{host}[, {ip},] refuses connections to port {port}.",
		.asks = "Start the mail service, or remove the address from the DNS.",
	},
	{
		.id = "unreachable",
		PATHS,
		.title = "No route to [{ip}|it]",
		.cure = "Routing on this host.\n$ ip route get {ip}",
	},
	{
		.id = "dns-no-name",
		THEIRS,
		.title = "{name} does not exist (NXDOMAIN)",
		.cure = "Check mailertable and MX.\n$ dig {name} MX",
	},
	{
		.id = "dns-failed",
		NOBODYS,
		.title = "DNS for {name}: {reason}",
		.cure = "Theirs if other resolvers get an answer, else our resolver.\n$ dig {name} A +trace",
	},
	{.id = NULL},
};
