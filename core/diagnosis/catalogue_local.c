/* Findings whose cause is on this host: Sendmail's CA options, its trust store, its keys, its clock. */
#include "diagnosis/catalogue.h"

#define OURS .severity = SEVERITY_ERROR, .blame = BLAME_LOCAL, .kind = FINDING_CAUSE

#define WITHOUT_KEY .waiting_host = "Mail is still delivered, without our client certificate."

#define BOTH_CA_OPTIONS                                      \
	"mc define(`confCACERT_PATH', `{system_path}')dnl\n" \
	"mc define(`confCACERT', `{system_file}')dnl\n"      \
	"{rebuild}\n{restart}"

const struct catalogue_row catalogue_local[] = {
	{
		.id = "ca-options-unset",
		OURS,
		.brief = "no CA store",
		.title = "No CA store: CACertFile and CACertPath are both unset",
		.cure_change = CHANGE_SYSTEM_STORE,
		.cure = "In sendmail.mc, before MAILER():\n" BOTH_CA_OPTIONS,
	},
	{
		.id = "ca-option-missing",
		OURS,
		.brief = "one CA option",
		.title = "Only {set_option} is set; Sendmail then loads neither",
		.cure_change = CHANGE_SYSTEM_STORE,
		.cure = "Also set the other one: CACertFile is a loadable PEM file, CACertPath any absolute "
			"directory. In sendmail.mc, before MAILER():\n" BOTH_CA_OPTIONS,
	},
	{
		.id = "ca-file-unusable",
		OURS,
		.brief = "our CA file",
		.title = "CACertFile cannot be loaded[ ({reason})]; CACertPath is ignored too",
		.cure_change = CHANGE_SYSTEM_STORE,
		.cure = "A readable PEM bundle:\n"
			"mc define(`confCACERT', `{system_file}')dnl\n{rebuild}\n{restart}",
	},
	{
		.id = "ca-path-unhashed",
		OURS,
		.brief = "CA not hashed",
		.title = "CACertPath holds [{root}|the root], but no hash link to it",
		.cure_change = CHANGE_HASH_PATH,
		.cure = "No restart is needed.\n$ openssl rehash {ca_path}",
	},
	{
		.id = "ca-bundle-stale",
		OURS,
		.brief = "our CA file old",
		.title = "Sendmail's CA file lacks [{root}|a root]; the system bundle has it",
		.cure_change = CHANGE_SYSTEM_STORE,
		.here_change = CHANGE_SYSTEM_STORE,
		.cure = "Use the bundle that updates keep current:\nmc define(`confCACERT', "
			"`{system_file}')dnl\n"
			"{rebuild}\n{restart}",
		.here = "Or refresh the copy, {ca_file}; no restart is needed.\n$ cp {system_file} {ca_file}",
	},
	{
		.id = "system-bundle-old",
		OURS,
		.brief = "CA bundle old",
		.title = "This host's CA bundle[ ({date})] lacks the public root [{root}|it needs]",
		.cure = "No restart is needed.\n{update_ca}",
	},
	{
		.id = "store-verifies-nobody",
		OURS,
		.brief = "our CA store",
		.title = "No relay verifies (0 of {n}[ since {since}]): our trust store",
		.cure = "See which: press a, or compare the options with the files.\n"
			"$ grep -E '^O (CACertFile|CACertPath)' {cf}",
	},
	{
		.id = "anchor-not-root",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_LOCAL,
		.kind = FINDING_CAUSE,
		.exempt = true,
		.brief = "root missing",
		.title = "Store has [{subject}|an intermediate] but not its root; Sendmail needs the root",
		.cure_change = CHANGE_ADD_ROOT,
		.cure = "Add the root[ {root_dn}] to the store; no restart is needed.\n"
			"{own_path_setup}\n"
			"$ install -m 644 {root_file} {ca_path}/ && openssl rehash {ca_path}",
	},
	{
		.id = "seclevel-strict",
		.severity = SEVERITY_WARNING,
		.rises = true,
		.blame = BLAME_LOCAL,
		.kind = FINDING_CAUSE,
		.brief = "our SECLEVEL",
		.title = "Fails only at our own @SECLEVEL={level}; default is 2",
		.cure_change = CHANGE_LEVEL,
		SETS_LEVEL(2),
		.cure = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			"access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT:@SECLEVEL={level_needed}",
		.weaker_title = "FOR ALL RELAYS",
		.weaker_change = CHANGE_LEVEL,
		.weaker =
			"mc define(`confCIPHER_LIST', `DEFAULT:@SECLEVEL={level_needed}')dnl\n{rebuild}\n{restart}",
		.cost = "Every relay may then use what our own level forbids.",
	},
	{
		.id = "cipherlist-narrow",
		OURS,
		.brief = "our ciphers",
		.title = "Handshake fails only with our {option}",
		.cure = "For {host_key} alone (needs FEATURE(`tls_session_features')):\n"
			"access TLS_Clt_Features:{host_key}\tCipherList=DEFAULT",
	},
	{
		.id = "client-cert-rejected",
		OURS,
		.brief = "our cert",
		.title = "Server refuses our client certificate[ ({alert})]",
		.says = "{host} refuses our client certificate[ with the TLS alert {alert}].",
		.asks = "Do not ask senders for a client certificate, or tell us which CA you accept.",
		.cure_change = CHANGE_WITHOUT_CLIENT_CERT,
		.cure = "Renew our client certificate[, {client_cert}], or send none: confCLIENT_CERT and "
			"confCLIENT_KEY out of sendmail.mc.\n{rebuild}\n{restart}",
	},
	{
		.id = "crl-stale",
		OURS,
		.brief = "our CRL old",
		.title = "CRLFile expired[ {date}]: every certificate of [{issuer}|its CA] fails",
		.cure_change = CHANGE_WITHOUT_CRL,
		.weaker_change = CHANGE_WITHOUT_CRL,
		.cure = "Install the CA's current CRL[ ({issuer_dn})][ as {crl_file}], which Sendmail reads when it starts."
			"\n{restart}",
		.weaker_title = "WITHOUT CRL",
		.weaker = "Take confCRL out of sendmail.mc.\n{rebuild}\n{restart}",
		.cost = "A revoked certificate then counts as verified.",
	},
	{
		.id = "crl-missing",
		.severity = SEVERITY_WARNING,
		.blame = BLAME_LOCAL,
		.kind = FINDING_CAUSE,
		.brief = "our CRL lacks",
		.title = "No CRL for [{issuer}|its CA], and Flags=R demands one",
		.cure = "Install the CRL of [{issuer_dn}|its CA] in CRLPath and hash it.",
		.weaker_title = "WITHOUT CRL",
		.weaker = "Drop R from the Flags of TLS_Clt_Features.",
		.cost = "A revoked certificate then counts as verified.",
	},
	{
		.id = "clock-wrong",
		OURS,
		.brief = "our clock",
		.title = "Our clock is [{off} {direction}|wrong]; valid certificates look {word}",
		.cure = "Repair time synchronisation.\n$ timedatectl status\n$ chronyc tracking",
	},
	{
		.id = "key-unsafe",
		OURS,
		WITHOUT_KEY,
		.brief = "our key unsafe",
		.title = "[{file}|The key file]: {reason}; Sendmail does not use this key",
		.cure_change = CHANGE_CLIENT_KEY,
		.cure = "{key_fix}",
	},
	{
		.id = "key-mismatch",
		OURS,
		WITHOUT_KEY,
		.brief = "our key differs",
		.title = "Key [{file}|file] does not belong to [certificate {certificate}|its certificate]",
		.cure = "Install the matching pair.\n$ openssl pkey -in {file} -pubout\n"
			"$ openssl x509 -in {certificate} -noout -pubkey",
	},
	{
		.id = "log-too-quiet",
		.severity = SEVERITY_NOTICE,
		.blame = BLAME_LOCAL,
		.kind = FINDING_NOTE,
		.brief = "log too quiet",
		.title = "LogLevel[ {log_level}] logs no verify=; clear cannot be told",
		.cure = "mc define(`confLOG_LEVEL', `14')dnl\n{rebuild}\n{restart}",
	},
	{
		.id = "local-submission",
		.severity = SEVERITY_NOTICE,
		.blame = BLAME_LOCAL,
		.kind = FINDING_NOTE,
		.brief = "local mail",
		.title = "Local submission to our own daemon, not a remote relay",
		.cure = "Nothing to do. To silence it, both CA options in submit.mc:\n"
			"mc define(`confCACERT_PATH', `{system_path}')dnl\nmc define(`confCACERT', "
			"`{system_file}')dnl",
	},
	{
		.id = "not-this-host",
		.severity = SEVERITY_NOTICE,
		.blame = BLAME_LOCAL,
		.kind = FINDING_NOTE,
		.brief = "other host",
		.title = "Log is from {log_host}; this probe is from {own_host}",
		.cure = "Run verifail on {log_host}: another address, another CA store, another answer.",
	},
	{
		.id = "tls-features-invalid",
		OURS,
		.brief = "our TLS entry",
		.title = "TLS_Clt_Features for {host} is not valid; Sendmail refuses to deliver",
		.cure = "Correct the access entry TLS_Clt_Features[:{host_key}] (a line before this one in "
			"the log says what is wrong).\n"
			"$ makemap hash /etc/mail/access < /etc/mail/access",
	},
	{.id = NULL},
};
