/* policy: the TLS settings of this host's Sendmail as a client, and the bytes of the files they name.
 * Immutable once read, reference counted; mta/ makes it. trust/ builds the store from it, probe/ its TLS
 * context. */
#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum policy_source {
	POLICY_CF,      /* a sendmail.cf */
	POLICY_OPTIONS, /* --ca-file, --ca-path replaced what the cf says */
	POLICY_SYSTEM,  /* no sendmail.cf: the system's CA bundle */
};

struct policy_file {
	char *path;
	int code;             /* 0: read; else a negative errno, and there are no bytes */
	unsigned char *bytes; /* NUL-terminated */
	size_t len;
};

struct policy {
	unsigned refs;
	enum policy_source source;
	char *cf;      /* the sendmail.cf that was read; NULL: none */
	char *version; /* Sendmail's version as its cf says (the V or DZ line), NULL: not said */
	char *ca_file, *ca_path, *crl_file, *crl_path; /* the options; NULL: unset */
	bool both_needed; /* Sendmail's rule: no store unless ca_file and ca_path are both absolute paths */
	char *cipher_list, *cipher_suites, *ssl_options; /* CipherList, CipherSuites, ClientSSLOptions */
	char *client_cert, *client_key;
	char *openssl_conf;      /* EOPENSSL_CONF= (8.18); NULL: OpenSSL's own default */
	char *helo_name;         /* HeloName, else the cf's $j; NULL: neither is known */
	bool dane;               /* O DANE=true */
	bool fallback_to_clear;  /* O TLSFallbacktoClear=true */
	int log_level;           /* O LogLevel; 9 when not said */
	int64_t queue_return_ms; /* O Timeout.queuereturn, of normal mail; 5 days when not said */
	int64_t queue_warn_ms;   /* O Timeout.queuewarn, of normal mail; 0: senders are not warned */

	struct policy_file ca_file_bytes, crl_file_bytes, client_cert_bytes, client_key_bytes;
	struct policy_file client_cert_unsafe, client_key_unsafe; /* what Sendmail would load of these, but
								   * for the mode or the owner of the file */
	struct policy_file *ca_path_files; /* only hash-named ones (XXXXXXXX.N), in OpenSSL's order */
	size_t ca_path_count;
	struct policy_file
		*ca_path_unhashed; /* files in CACertPath with one certificate, reached by no hash link */
	size_t ca_path_unhashed_count;
	struct policy_file *crl_path_files; /* XXXXXXXX.rN */
	size_t crl_path_count;
	int64_t ca_changed_ms; /* when the CA file was last changed, 0: not known */

	char **notes; /* what could not be read or applied, one sentence each, for the evidence */
	size_t note_count;
};

/* A new policy with one reference: everything unset, log_level 9, both_needed, queue_return_ms 5 days. */
struct policy *policy_new(void);

/* One more reference; returns its argument. NULL gives NULL. */
struct policy *policy_ref(struct policy *p);

/* One reference less; the last one frees it. NULL does nothing. */
void policy_unref(struct policy *p);

/* Adds a note; takes over the text. For the maker only. */
void policy_note(struct policy *p, char *text);

/* Whether two names are of one host: a log has the short name or the long one, so they are compared up to the
 * first dot. One that is not known (NULL or "") is taken for the same. */
bool policy_same_host(const char *a, const char *b);

/* The policy that counts for what a log says: `own`, unless the log was written on another host: then NULL.
 */
const struct policy *policy_of_log(const struct policy *own, const char *log_host, const char *own_host);

/* How long mail waits before Sendmail returns it, in ms: as the sendmail.cf of the policy says; without one
 * (of_log NULL: the log is another host's) 5 days, as cf/README has it. */
int64_t policy_returns_after(const struct policy *of_log);

/* How long it waits before its sender is warned, in ms; 0: nobody is warned. Without a sendmail.cf 4 hours.
 */
int64_t policy_warns_after(const struct policy *of_log);

/* Whether Sendmail sends in clear what a failed handshake stops (TLSFallbacktoClear). */
bool policy_falls_back(const struct policy *of_log);

/* "cf", "options" or "system". Static. */
const char *policy_source_word(enum policy_source source);

#endif
