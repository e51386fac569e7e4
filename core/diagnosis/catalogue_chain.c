/* Findings about the certificate chain that a relay sends: the answers to OpenSSL's error codes. */
#include "diagnosis/catalogue.h"

/* What most of them share: the row's blame, and that mail may go on unverified meanwhile. */
#define THEIRS                                                                                     \
	.severity = SEVERITY_WARNING, .rises = true, .blame = BLAME_REMOTE, .kind = FINDING_CAUSE, \
	.exempt = true

const struct catalogue_row catalogue_chain[] = {
	{
		.id = "missing-intermediate",
		THEIRS,
		.brief = "no intermediate",
		.explained_by = "store-verifies-nobody",
		.title = "Server does not send the intermediate[ {issuer}]",
		.says = "{host} sends its certificate[ (serial {serial})] without the intermediate "
			"certificate of its issuer[, {issuer_dn}]; a sender that does not have it cannot "
			"verify the certificate.",
		.asks = "Send the full chain: Postfix: the intermediate behind the certificate in "
			"smtpd_tls_chain_files or smtpd_tls_cert_file; Exim: tls_certificate = fullchain; "
			"Sendmail: the intermediate in confCACERT or a hashed confCACERT_PATH (a chain in "
			"confSERVER_CERT is not sent).",
		.here_title = "SUPPLY IT HERE",
		.here_change = CHANGE_ADD_ISSUER,
		.here = "The intermediate into a hashed CACertPath: no new trust, the root is still "
			"required. No restart is needed.\n"
			"{own_path_setup}\n"
			"$ install -m 644 {issuer_file} {ca_path}/ && openssl rehash {ca_path}",
	},
	{
		.id = "issuer-unknown",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_UNKNOWN,
		.kind = FINDING_CAUSE,
		.exempt = true,
		.brief = "unknown CA",
		.explained_by = "store-verifies-nobody",
		.title = "Issuer[ {issuer}] is neither sent nor known here[ (AIA {aia})]",
		.says = "The certificate of {host}[ (serial {serial})] was issued by [{issuer_dn}|a CA], "
			"which is neither sent nor known to us.",
		.asks = "Tell us which CA this is; if it is a public one, send its intermediate certificate "
			"along.",
	},
	{
		.id = "unknown-root",
		THEIRS,
		.brief = "private CA",
		.explained_by = "store-verifies-nobody",
		.title = "Signed by a private CA unknown here[: {root}]",
		.says = "The chain of {host} ends at [{root_dn}|a CA], which public trust stores do not "
			"have.",
		.asks = "Use a certificate of a public CA, or tell us the SHA-256 of your root over another "
			"channel.",
		.weaker_title = "TRUST THEIR ROOT",
		.weaker_change = CHANGE_ADD_ROOT,
		.weaker = "Compare [the SHA-256 {sha256} ]with its owner by telephone first.\n"
			  "{own_path_setup}\n"
			  "$ install -m 644 {root_file} {ca_path}/ && openssl rehash {ca_path}",
		.cost = "Whoever holds this CA can then pose as any relay.",
	},
	{
		.id = "self-signed",
		THEIRS,
		.brief = "self-signed",
		.explained_by = "store-verifies-nobody",
		.title = "Certificate is self-signed",
		.says = "{host} presents a self-signed certificate[ (serial {serial})].",
		.asks = "Install a certificate of a public CA (ACME makes it free).",
	},
	{
		.id = "leaf-expired",
		THEIRS,
		.brief = "expired",
		.explained_by = "clock-wrong",
		.title = "Certificate expired[ {date}][ ({days} ago)]",
		.says = "The certificate of {host}[ (serial {serial})] expired[ on {date}].",
		.asks = "Renew it, and reload the mail server so that it sends the new one.",
	},
	{
		.id = "intermediate-expired",
		THEIRS,
		.brief = "CA expired",
		.explained_by = "clock-wrong",
		.title = "Intermediate[ {subject}] expired[ {date}]",
		.says = "{host} sends [the intermediate {subject_dn}|an intermediate certificate], which "
			"expired[ on {date}].",
		.asks = "Install the current intermediate of your CA.",
		.cure = "{store_hint}", /* where it is ours that expired */
		.here_change = CHANGE_SYSTEM_STORE,
		.here = "{system_hint}",
	},
	{
		.id = "root-expired",
		THEIRS,
		.brief = "root expired",
		.explained_by = "clock-wrong",
		.title = "Root[ {subject}] expired[ {date}]",
		.says = "The chain of {host} ends at [{subject_dn}|a root], which expired[ on {date}].",
		.asks = "Send a chain that ends at a current root.",
		.here_change = CHANGE_SYSTEM_STORE,
		.here = "{system_hint}",
	},
	{
		.id = "not-yet-valid",
		THEIRS,
		.brief = "not yet valid",
		.explained_by = "clock-wrong",
		.title = "[Certificate is not valid before {date}|Certificate is not yet valid]",
		.says = "A certificate of {host}[, {subject_dn},] is not yet valid[; it begins on {date}].",
		.asks = "Go back to the previous certificate until then, or have it reissued.",
		.cure_title = "WAIT",
		.cure = "Or wait[ until {date}]: it becomes valid by itself.",
	},
	{
		.id = "weak-key",
		THEIRS,
		.brief = "weak key",
		.title = "[{key}|Its] key is below security level[ {level}]",
		.says = "{host} uses a certificate with a weak key[ ({key})][: {subject_dn}]; current "
			"senders refuse it.",
		.asks = "Reissue with RSA 2048 or EC P-256.",
		.weaker_change = CHANGE_LEVEL,
		.weaker = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			  "access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT:@SECLEVEL={level_needed}",
		.cost = "A certificate that can be forged then counts as verified, for this relay.",
	},
	{
		.id = "weak-signature",
		THEIRS,
		.brief = "weak digest",
		.title = "Signed with [{signature}|a weak digest], below security level[ {level}]",
		.says = "[{subject_dn}|A certificate] in the chain of {host} is signed with [{signature}|a "
			"weak digest], which current senders refuse.",
		.asks = "Reissue with SHA-256.",
		.weaker_change = CHANGE_LEVEL,
		.weaker = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			  "access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT:@SECLEVEL={level_needed}",
		.cost = "A certificate that can be forged then counts as verified, for this relay.",
	},
	{
		.id = "revoked",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_REMOTE,
		.kind = FINDING_CAUSE, /* never exempt: its key may be in other hands */
		.brief = "revoked",
		.title = "Certificate was revoked[ {date}]",
		.says = "The certificate of {host}[ (serial {serial})] was revoked by its CA[ on {date}].",
		.asks = "Replace it, with a new key.",
		.cure_title = "HERE",
		.cure = "Do not exempt this relay: whoever has the old key can pose as it.",
	},
	{
		.id = "wrong-purpose",
		THEIRS,
		.brief = "wrong purpose",
		.title = "Certificate is not for TLS servers[ ({usage})]",
		.says = "The certificate of {host}[ (serial {serial})] is not meant for TLS servers[: "
			"{usage}].",
		.asks = "Reissue with extended key usage serverAuth and key usage digitalSignature.",
	},
	{
		.id = "bad-ca",
		THEIRS,
		.brief = "issuer no CA",
		.title = "Issuer [{subject}|in the chain] is not a CA certificate",
		.says = "In the chain of {host}, [{subject_dn}|an issuer] issued a certificate without being "
			"a CA (basicConstraints).",
		.asks = "Have the certificate issued by a real CA certificate.",
	},
	{
		.id = "path-length",
		THEIRS,
		.brief = "path too long",
		.title = "Chain is longer than [{subject}|a CA] allows",
		.says = "In the chain of {host}, [{subject_dn}|a CA] allows fewer CAs below it than there "
			"are (pathLenConstraint).",
		.asks = "Have the certificate issued by a CA that may issue it.",
	},
	{
		.id = "name-constraint",
		THEIRS,
		.brief = "CA name limit",
		.title = "[{subject}|Its CA] may not issue for [{name}|this name]",
		.says = "In the chain of {host}, [{subject_dn}|a CA] may not issue certificates for "
			"[{name}|this name] (name constraints).",
		.asks = "Have the certificate issued by a CA that may issue for this name.",
	},
	{
		.id = "critical-extension",
		THEIRS,
		.brief = "odd extension",
		.title = "Unknown critical extension[ {oid}]",
		.says = "[{subject_dn}|A certificate] in the chain of {host} has a critical extension[ "
			"({oid})] that mail servers do not know.",
		.asks = "Reissue without it.",
	},
	{
		.id = "bad-signature",
		THEIRS,
		.brief = "bad signature",
		.title = "Signature does not match issuer[ {issuer}] (damaged, or its old key)",
		.says = "The signature of [{subject_dn}|a certificate] in the chain of {host} does not match "
			"its issuer[, {issuer_dn}].",
		.asks = "Install certificate and chain again, as the CA delivers them.",
	},
	{
		.id = "verify-error",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_UNKNOWN,
		.kind = FINDING_CAUSE,
		.exempt = true,
		.brief = "OpenSSL error",
		.explained_by = "store-verifies-nobody",
		.title = "OpenSSL error[ {code}][ at depth {depth}]: {text}",
		.says = "The chain of {host} does not verify:[ error {code}][ at depth {depth}] ({text}).",
		.asks = "Check the certificate chain of this server.",
		.cure = "Press Enter for the chain.",
	},
	{
		.id = "sni-required",
		THEIRS,
		.brief = "needs SNI",
		.title = "Right certificate only with SNI; Sendmail sends none",
		.says = "Without SNI {host} presents another certificate[ ({subject_dn})] than with it; mail "
			"servers need not send SNI (RFC 3207 does not know it).",
		.asks = "Make the certificate of the mail host the default one.",
	},
	{
		.id = "name-mismatch",
		.severity = SEVERITY_NOTICE,
		.blame = BLAME_REMOTE,
		.kind = FINDING_NOTE,
		.brief = "other name",
		.title = "Certificate is for {names}, not {host}",
		.cure = "Nothing to do: Sendmail checks no name unless +CN, DANE-TA or MTA-STS asks.",
	},
	{
		.id = "cross-sign-expired",
		THEIRS,
		.brief = "old cross-sign",
		.title = "An expired cross-signed certificate is sent and gets in the way[ ({subject}, "
			 "{date})]",
		.says = "{host} sends the cross-signed certificate[ {subject_dn}], which expired[ on {date}] "
			"and leads senders away from the current root.",
		.asks = "Send the chain without it.",
	},
	{
		.id = "no-certificate",
		.severity = SEVERITY_WARNING,
		.blame = BLAME_REMOTE,
		.kind = FINDING_CAUSE,
		.brief = "anonymous TLS",
		.title = "Anonymous cipher: no certificate was sent",
		.says = "{host} negotiated an anonymous cipher[ ({cipher})] and sent no certificate.",
		.asks = "Install a certificate.",
		.cure = "CipherList without aNULL.\nmc define(`confCIPHER_LIST', "
			"`DEFAULT')dnl\n{rebuild}\n{restart}",
	},
	{
		.id = "one-of-many",
		THEIRS,
		.brief = "one of many",
		.title = "{k} of {n} addresses fail: {ip}",
		.says = "{k} of the {n} addresses of {host} ({ip}) present another certificate than the "
			"rest, and it does not verify.",
		.asks = "Install the same certificate on every server.",
	},
	{.id = NULL},
};
