#include "delivery.h"

#include "base/text.h"
#include "base/when.h"

#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* How a message to a relay ends. */
struct ending {
	const char *dsn, *stat; /* %s: the relay */
	bool held;
};

static const struct ending sent = {"2.0.0", "Sent (2.0.0 accepted by the lab)", false};
static const struct ending handshake_failed = {"4.7.0", "Deferred: 454 4.7.0 TLS handshake failed.", true};

/* What the access map asks of some relays, and since when they fail: the rest fails as long as the log goes.
 */
static const struct {
	const char *host;
	const char *reject; /* of ruleset=tls_server; NULL: nothing is asked */
	struct ending ending;
	int good_until_min; /* it was good up to so many minutes ago; 0: never */
} histories[] = {
	{"mx-missing.example.net", "454 4.7.0 authentication failed",
		{"4.7.0", "Deferred: 454 4.7.0 authentication failed", true}, 35},
	{"mx-private.example.net", "503 5.7.0 authentication failed", {"5.7.0", "Service unavailable", false},
		0},
	{"mx-expired.example.net", NULL, {NULL, NULL, false}, 12},
};

/* The reason= of a handshake that fails, as OpenSSL 3.0 gives it. */
static const struct {
	enum behaviour behaviour;
	enum tls_kind tls;
	const char *reason;
	int ssl_error, number, retry;
} reasons[] = {
	{PLAYS_WELL, TLS_10, "legacy sigalg disallowed or unsupported", 1, 0, -1},
	{PLAYS_WELL, TLS_ANONYMOUS, "sslv3 alert handshake failure", 1, 0, -1},
	{PLAYS_WELL, TLS_WEAK_DH, "dh key too small", 1, 0, -1},
	{PLAYS_WELL, TLS_NULL, "sslv3 alert handshake failure", 1, 0, -1},
	{PLAYS_WELL, TLS_SIGNS_SHA1, "sslv3 alert handshake failure", 1, 0, -1},
	{PLAYS_WELL, TLS_BEFORE_RFC5746, "unsafe legacy renegotiation disabled", 1, 0, -1},
	{FEARS_TLS_13, TLS_ANY, "unexpected eof while reading", 1, 32, -1},
	{PLAYS_WELL, TLS_DEMANDS_CLIENT_CERT_12, "sslv3 alert handshake failure", 1, 0, -1},
	{CLOSES_IN_HANDSHAKE, TLS_ANY, "unexpected eof while reading", 1, 32, -1},
	{RESETS_IN_HANDSHAKE, TLS_ANY, "unknown", 5, 104, -1},
	{HANGS_IN_HANDSHAKE, TLS_ANY, "unknown", 2, 0, 0},
	{ALERTS_INSUFFICIENT, TLS_ANY, "tlsv1 alert insufficient security", 1, 0, -1},
	{ALERTS_IN_HANDSHAKE, TLS_ANY, "tlsv1 alert internal error", 1, 0, -1},
	{PLAIN_AFTER_220, TLS_ANY, "wrong version number", 1, 0, -1},
};

static const struct {
	enum behaviour behaviour;
	struct ending ending;
} unreached[] = {
	{SAYS_NOTHING, {"4.0.0", "Deferred: Connection timed out with %s.", true}},
	{TALKS_FOR_EVER, {"4.0.0", "Deferred: Connection timed out with %s.", true}},
	{REFUSES_CONNECTIONS, {"4.0.0", "Deferred: Connection refused by %s.", true}},
	{NEVER_ACCEPTS, {"4.0.0", "Deferred: Connection timed out with %s.", true}},
	{HAS_NO_ROUTE, {"4.0.0", "Deferred: Network is unreachable", true}},
	{GREETS_421, {"4.3.2", "Deferred: 421 4.3.2 %s Too many connections, try again later", true}},
	{GREETS_554, {"5.0.0", "Service unavailable", false}},
	{TALKS_GARBAGE, {"4.0.0", "Deferred", true}},
};

struct session {
	struct writer *w;
	const struct personality *relay;
	size_t i;
	int64_t at_ms;
	enum verify verify; /* of this session: a relay may have been good once */
	const struct ending *ending;
};

/* sendmail/tls.c xtextify(): what is not '!' to '~', and + \ ( < > ) ", becomes +HH. */
static char *
xtext(const char *name)
{
	struct text t = {0};

	for (; *name; name++)
		if (*name > ' ' && *name <= '~' && !strchr("+\\(<>)\"", *name))
			text_add(&t, name, 1);
		else
			text_printf(&t, "+%02X", (unsigned char)*name);
	return text_take(&t);
}

/* libsm str2prt(): the log doubles a backslash. */
static char *
doubled(const char *name)
{
	struct text t = {0};

	for (; *name; name++)
		text_put(&t, *name == '\\' ? "\\\\" : (char[]){*name, '\0'});
	return text_take(&t);
}

static bool
is_ecdsa(const struct writer *w, const struct personality *relay)
{
	const struct minted *chain[PKI_CHAIN_ROOM];

	pki_chain(w->settings.pki, relay->chain, chain);
	return EVP_PKEY_get_base_id(chain[0]->key) == EVP_PKEY_EC;
}

/* ---- the lines of the handshake ---- */

/* What the line before says of a chain; its subject is not xtext. The caller frees it. */
static char *
refusal(const struct pki *pki, const char *chain)
{
	char subject[512], *printed, *words;
	int depth, code = pki_judge(pki, chain, 2, &depth, subject);

	printed = doubled(subject);
	words = text_new("depth=%d %s, state=0, reason=%s", depth, printed,
		X509_verify_cert_error_string(code));
	free(printed);
	return words;
}

/* tls_verify_cb(): the line before, at LogLevel 14, which alone tells the depth. */
static void
write_depth(struct session *s)
{
	struct held *held = &s->w->held[s->i];

	if (s->verify != VERIFY_FAIL || s->w->settings.log_level < 14)
		return;
	if (!held->refused)
		held->refused = refusal(s->w->settings.pki, s->relay->chain);
	writer_line(s->w, s->at_ms, "sm-mta", "STARTTLS: TLS cert verify: %s", held->refused);
}

/* The session. */
static void
write_main(struct session *s)
{
	bool old = s->relay->tls == TLS_12;
	const char *cipher = !old                       ? "TLS_AES_256_GCM_SHA384"
			     : is_ecdsa(s->w, s->relay) ? "ECDHE-ECDSA-AES256-GCM-SHA384"
							: "ECDHE-RSA-AES256-GCM-SHA384";

	writer_line(s->w, s->at_ms, "sm-mta",
		"STARTTLS=client, relay=%s., version=%s, verify=%s, cipher=%s, bits=256/256", s->relay->host,
		old ? "TLSv1.2" : "TLSv1.3", verify_word(s->verify), cipher);
}

/* Its certificate, at LogLevel 12. */
static void
write_subject(struct session *s)
{
	const struct minted *chain[PKI_CHAIN_ROOM];
	char subject[512], issuer[512];
	char *subject_x, *issuer_x;

	if (s->w->settings.log_level < 12)
		return;
	pki_chain(s->w->settings.pki, s->relay->chain, chain);
	X509_NAME_oneline(X509_get_subject_name(chain[0]->x509), subject, sizeof(subject));
	X509_NAME_oneline(X509_get_issuer_name(chain[0]->x509), issuer, sizeof(issuer));
	subject_x = xtext(subject);
	issuer_x = xtext(issuer);
	writer_line(s->w, s->at_ms, "sm-mta",
		"STARTTLS=client, cert-subject=%s, cert-issuer=%s, verifymsg=%s", subject_x, issuer_x,
		X509_verify_cert_error_string(s->verify == VERIFY_FAIL ? s->relay->code : 0));
	free(subject_x);
	free(issuer_x);
}

static void
write_reject(struct session *s, enum verify word, const char *reject)
{
	writer_line(s->w, s->at_ms, "sm-mta", "ruleset=tls_server, arg1=%s, relay=%s, reject=%s",
		verify_word(word), s->relay->host, reject);
}

/* The server hangs up on a handshake that we hold for done (TLS 1.3). */
static void
write_lost(struct session *s)
{
	static const struct ending lost = {"4.4.2", "Deferred: Connection reset by %s.", true};

	writer_line(s->w, s->at_ms, "sm-mta",
		"STARTTLS: write error=syscall error (-1), errno=104, get_error=error:00000000:lib(0)::reason(0), "
		"retry=99, ssl_err=5");
	s->ending = &lost;
}

/* What the access map makes of the word. */
static void
write_policy(struct session *s)
{
	for (size_t i = 0; i < sizeof(histories) / sizeof(*histories); i++)
		if (strcmp(histories[i].host, s->relay->host) == 0 && histories[i].reject &&
			s->verify == VERIFY_FAIL) {
			write_reject(s, VERIFY_FAIL, histories[i].reject);
			writer_line(s->w, s->at_ms, "sm-mta",
				"STARTTLS: read error=generic SSL error (-1), errno=9, "
				"get_error=error:0A000126:SSL routines::unexpected eof while reading, retry=99, "
				"ssl_err=1");
			s->ending = &histories[i].ending;
		}
}

static void
write_handshake(struct session *s)
{
	if (s->w->settings.log_level >= 14)
		writer_line(s->w, s->at_ms, "sm-mta", "STARTTLS=client, start=ok");
	write_depth(s);
	write_main(s);
	write_subject(s);
	write_policy(s);
	if (s->relay->reached == STAGE_HANDSHAKE)
		write_lost(s);
}

static void
write_failed_handshake(struct session *s)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].behaviour == s->relay->behaviour && reasons[i].tls == s->relay->tls)
			writer_line(s->w, s->at_ms, "sm-mta",
				"STARTTLS=client, error: connect failed=-1, reason=%s, SSL_error=%d, errno=%d, "
				"retry=%d",
				reasons[i].reason, reasons[i].ssl_error, reasons[i].number, reasons[i].retry);
	write_reject(s, VERIFY_SOFTWARE, "454 4.7.0 TLS handshake failed.");
	s->ending = &handshake_failed;
}

/* ---- the lines of the messages ---- */

/* "relay=mx-good.example.net. [127.0.40.1]": IPv6 in full, as Sendmail writes it. */
static const char *
printed_address(const struct personality *relay)
{
	static const struct {
		const char *address, *printed;
	} forms[] = {{"::1", "IPv6:0:0:0:0:0:0:0:1"}, {"ff0e::db8:0:40", "IPv6:ff0e:0:0:0:0:db8:0:40"}};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(relay->address, forms[i].address) == 0)
			return forms[i].printed;
	return relay->address;
}

static void
write_to(struct session *s, const struct mail *mail)
{
	int64_t delay = (s->at_ms - mail->since_ms) / WHEN_SECOND;
	char *before = text_new("%s", s->ending->stat), *stat, *at = strstr(before, "%s");
	const char *domain = strncmp(s->relay->host, "mx-", 3) == 0 ? s->relay->host + 3 : s->relay->host;

	if (at)
		*at = '\0';
	stat = text_new("%s%s%s", before, at ? s->relay->host : "", at ? at + 2 : "");
	writer_line(s->w, s->at_ms, "sm-mta",
		"%s: to=<user%u@%s>, delay=%02d:%02d:%02d, xdelay=00:00:01, mailer=esmtp, pri=%u, relay=%s. [%s], "
		"dsn=%s, stat=%s",
		mail->id, s->w->turn % 50, domain, (int)(delay / 3600), (int)(delay / 60 % 60),
		(int)(delay % 60), 30018 + 90000 * (delay > 0), s->relay->host, printed_address(s->relay),
		s->ending->dsn, stat);
	free(before);
	free(stat);
}

/* A new message is written each time; one that is held waits with the others, up to HELD_ROOM of them. */
static void
write_messages(struct session *s)
{
	struct held *held = &s->w->held[s->i];
	unsigned limit = 1 + (unsigned)s->i % HELD_ROOM;
	struct mail mail = {.since_ms = s->at_ms};

	if (s->ending->held && held->count < limit) {
		writer_queue_id(s->w, s->at_ms, mail.id);
		held->mails[held->count++] = mail;
	}
	for (unsigned n = 0; s->ending->held && n < held->count; n++)
		write_to(s, &held->mails[n]);
	if (!s->ending->held) {
		writer_queue_id(s->w, s->at_ms, mail.id);
		write_to(s, &mail);
	}
}

static enum verify
word_at(const struct writer *w, const struct personality *relay, int64_t at_ms)
{
	for (size_t i = 0; i < sizeof(histories) / sizeof(*histories); i++)
		if (strcmp(histories[i].host, relay->host) == 0 &&
			at_ms < w->settings.now_ms - histories[i].good_until_min * WHEN_MINUTE &&
			histories[i].good_until_min)
			return VERIFY_OK;
	return relay->verify;
}

static void
choose_unreached(struct session *s)
{
	for (size_t i = 0; i < sizeof(unreached) / sizeof(*unreached); i++)
		if (unreached[i].behaviour == s->relay->behaviour)
			s->ending = &unreached[i].ending;
}

void
delivery_write(struct writer *w, size_t i, int64_t at_ms)
{
	static const struct ending protocol = {"4.7.0", "Deferred: 454 4.7.0 STARTTLS failed.", true};
	static const struct ending failure = {"4.0.0", "Deferred", true};
	struct session s = {w, personality_row(i), i, at_ms, VERIFY_UNKNOWN, &sent};

	s.verify = word_at(w, s.relay, at_ms);
	switch (s.verify) {
	case VERIFY_OK:
	case VERIFY_FAIL:
		write_handshake(&s);
		break;
	case VERIFY_SOFTWARE:
		write_failed_handshake(&s);
		break;
	case VERIFY_PROTOCOL:
		write_reject(&s, VERIFY_PROTOCOL, "454 4.7.0 STARTTLS failed.");
		s.ending = &protocol;
		break;
	case VERIFY_FAILURE:
		s.ending = &failure;
		break;
	case VERIFY_UNREACHABLE:
		choose_unreached(&s);
		break;
	default: /* NONE and TEMP: sent in clear, without a word about it */
		break;
	}
	write_messages(&s);
}
