#include "mta/policy_read.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "mta/cf.h"
#include "mta/files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CF_LIMIT ((size_t)16 << 20)

/* The host's own name as Sendmail's $j: what gethostname() says, made whole by the resolver when it has no
 * domain. NULL when there is none. The caller frees it. */
static char *
canonical_name(void)
{
	struct addrinfo hints = {
		.ai_flags = AI_CANONNAME, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[HOST_NAME_MAX + 1] = "", *name;

	if (gethostname(host, sizeof host - 1) < 0 || !*host)
		return NULL;
	if (strchr(host, '.') || getaddrinfo(host, NULL, &hints, &found) != 0)
		return mem_text(host);
	name = mem_text(found && found->ai_canonname ? found->ai_canonname : host);
	freeaddrinfo(found);
	return name;
}

struct policy *
policy_from_cf(const char *bytes, size_t len)
{
	return cf_read(bytes, len, NULL, NULL);
}

/* The resolver is asked only when the cf itself does not say the name. */
static struct policy *
policy_of(const char *bytes, size_t len, struct cf_safety *safety)
{
	struct policy *p = cf_read(bytes, len, NULL, safety);
	char *name;

	if (p->helo_name)
		return p;
	name = canonical_name();
	policy_unref(p);
	p = cf_read(bytes, len, name, safety);
	free(name);
	return p;
}

/* Reads the cf that was asked for. NULL with *why when it was named and cannot be read; without a cf at the
 * usual place the policy says so in a note and is otherwise empty. */
static struct policy *
read_cf(const struct policy_request *request, struct cf_safety *safety, struct fault *why)
{
	const char *path = request->cf ? request->cf : POLICY_DEFAULT_CF;
	unsigned char *bytes = NULL;
	size_t len = 0;
	int code = file_read(path, CF_LIMIT, &bytes, &len);
	struct policy *p;
	struct fault fault;

	file_fault(path, code, &fault);
	if (code && request->cf) {
		fault_set(why, FAULT_FILE, code, "%s; without --cf, " POLICY_DEFAULT_CF " is read",
			fault.text);
		return NULL;
	}
	p = policy_of(code ? "" : (const char *)bytes, len, safety);
	free(bytes);
	if (code == -ENOENT)
		policy_note(p,
			text_new("no sendmail.cf found (" POLICY_DEFAULT_CF "): --cf names another place"));
	else if (code)
		policy_note(p, text_new("%s: what this Sendmail is set to is not known", fault.text));
	else
		p->cf = mem_text(path);
	if (p->cf && !p->version)
		policy_note(p, text_new("%s has no V line: is it a sendmail.cf (not .mc)?", path));
	return p;
}

static void
replace(char **option, const char *value)
{
	free(*option);
	*option = mem_text(value);
}

/* What the user names has to be there: the mistake is his, and he is at hand to mend it. */
static bool
options_were_read(const struct policy *p, const struct policy_request *request, struct fault *why)
{
	DIR *folder;

	if (request->ca_file && p->ca_file_bytes.code) {
		file_fault(request->ca_file, p->ca_file_bytes.code, why);
		return false;
	}
	if (!request->ca_path || strchr(request->ca_path, ':'))
		return true;
	folder = opendir(request->ca_path);
	if (!folder)
		file_fault(request->ca_path, -errno, why);
	else
		closedir(folder);
	return folder != NULL;
}

/* Sendmail's both-or-nothing rule is for the options of a cf: what the user names is used as it is. */
static void
apply_options(struct policy *p, const struct policy_request *request)
{
	if (request->ca_file)
		replace(&p->ca_file, request->ca_file);
	if (request->ca_path)
		replace(&p->ca_path, request->ca_path);
	p->source = POLICY_OPTIONS;
	p->both_needed = false;
}

static void
apply_system(struct policy *p)
{
	const char *bundle = policy_system_bundle();

	p->source = POLICY_SYSTEM;
	p->both_needed = false;
	replace(&p->ca_file, bundle);
	policy_note(p,
		bundle ? text_new("judged with the system's CA bundle %s instead of Sendmail's", bundle)
		       : mem_text("no CA bundle of the system found either: --ca-file names one"));
}

struct policy *
policy_read(const struct policy_request *request, struct fault *why)
{
	struct cf_safety safety = {.group_readable_key = false};
	struct policy *p;

	p = read_cf(request, &safety, why);
	if (!p)
		return NULL;
	if (request->ca_file || request->ca_path)
		apply_options(p, request);
	else if (!p->cf)
		apply_system(p);
	files_read(p, &safety);
	if (options_were_read(p, request, why))
		return p;
	policy_unref(p);
	return NULL;
}

struct policy *
policy_read_bundle(const char *bundle)
{
	const struct cf_safety safety = {.group_readable_key = false};
	struct policy *p = policy_new();

	apply_options(p, &(struct policy_request){.ca_file = bundle});
	files_read(p, &safety);
	return p;
}

const char *
policy_system_bundle(void)
{
	static const char *const places[] = {
		"/etc/ssl/certs/ca-certificates.crt",                /* Debian, Arch, Gentoo */
		"/etc/pki/tls/certs/ca-bundle.crt",                  /* RHEL, Fedora */
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* the same, new */
		"/etc/ssl/ca-bundle.pem",                            /* SUSE */
		"/etc/ssl/cert.pem",                                 /* Alpine, FreeBSD, OpenBSD */
		"/usr/local/share/certs/ca-root-nss.crt",            /* FreeBSD's package */
	};

	const char *named = getenv("SSL_CERT_FILE");

	if (named && named[0] == '/' && access(named, R_OK) == 0)
		return named;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (access(places[i], R_OK) == 0)
			return places[i];
	}
	return NULL;
}

void
policy_files(const struct policy *p, void (*each)(void *arg, const char *path), void *arg)
{
	const char *const files[] = {p->cf ? p->cf : POLICY_DEFAULT_CF, p->ca_file, p->crl_file,
		p->client_cert, p->client_key, p->openssl_conf};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (files[i] && *files[i])
			each(arg, files[i]);
	}
	files_folders(p->ca_path, each, arg);
	files_folders(p->crl_path, each, arg);
}
