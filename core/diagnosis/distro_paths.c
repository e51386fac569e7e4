#include "diagnosis/distro_paths.h"

#include <stdlib.h>
#include <string.h>

#define OWN_PATH "/etc/mail/certs"

/* cf/README and the distributions' own documents; the bundle tells which one it is. */
static const struct ways {
	const char *file, *path;
	const char *rebuild, *restart, *update_ca;
} all_ways[] = {
	{"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs", "$ make -C /etc/mail",
		"$ systemctl restart sendmail", "$ update-ca-certificates"},
	{"/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/tls/certs", "$ make -C /etc/mail",
		"$ systemctl restart sendmail", "$ update-ca-trust extract"},
	{"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs", "$ make -C /etc/mail",
		"$ systemctl restart sendmail", "$ update-ca-trust extract"},
	{"/etc/ssl/ca-bundle.pem", "/etc/ssl/certs", "$ make -C /etc/mail", "$ systemctl restart sendmail",
		"$ update-ca-certificates"},
	{"/etc/ssl/cert.pem", "/etc/ssl/certs",
		"FreeBSD: make -C /etc/mail install; Alpine: m4 sendmail.mc > sendmail.cf, in /etc/mail",
		"Then, FreeBSD: make -C /etc/mail restart; Alpine: rc-service sendmail restart",
		"FreeBSD: certctl rehash; Alpine: apk upgrade ca-certificates"},
	{"/usr/local/share/certs/ca-root-nss.crt", "/etc/ssl/certs", "$ make -C /etc/mail install",
		"$ make -C /etc/mail restart", "$ pkg upgrade ca_root_nss"},
};

static const struct ways *
ways_of(const char *system_bundle)
{
	for (size_t i = 0; system_bundle && i < sizeof all_ways / sizeof *all_ways; i++) {
		if (strcmp(all_ways[i].file, system_bundle) == 0)
			return &all_ways[i];
	}
	return NULL;
}

static bool
is_packaged(const char *path)
{
	static const char *const packaged[] = {"/etc/ssl/", "/etc/pki/", "/usr/"};

	for (size_t i = 0; i < sizeof packaged / sizeof *packaged; i++) {
		if (strncmp(path, packaged[i], strlen(packaged[i])) == 0)
			return true;
	}
	return false;
}

/* Additions go into a folder of our own; where CACertPath is the packages', it is to be set first. */
static void
put_own_path(struct template_vars *p, const struct policy *policy)
{
	struct span folders = span_of(policy ? policy->ca_path : NULL), folder;

	while (folders.len) {
		char *name;
		bool own;

		span_cut(&folders, ":", &folder);
		name = span_copy(folder);
		own = name[0] == '/' && !is_packaged(name);
		if (own)
			vars_path(p, "ca_path", name);
		free(name);
		if (own)
			return;
	}
	vars_path(p, "ca_path", OWN_PATH);
	vars_lines(p, "own_path_setup",
		"CACertPath becomes a folder of our own; beside it confCACERT must be set, too.\n"
		"$ mkdir -p " OWN_PATH "\nmc define(`confCACERT_PATH', `" OWN_PATH
		"')dnl\n{rebuild}\n{restart}");
}

void
distro_paths_set(struct template_vars *p, const char *system_bundle, const struct policy *policy)
{
	const struct ways *ways = ways_of(system_bundle);

	vars_path(p, "system_file", system_bundle);
	vars_path(p, "system_path", ways ? ways->path : "/etc/ssl/certs");
	vars_lines(p, "rebuild", ways ? ways->rebuild : "$ make -C /etc/mail");
	vars_lines(p, "restart", ways ? ways->restart : "Then restart Sendmail.");
	vars_lines(p, "update_ca", ways ? ways->update_ca : "Update the CA bundle of this host.");
	put_own_path(p, policy);
	vars_path(p, "cf", policy && policy->cf ? policy->cf : "/etc/mail/sendmail.cf");
	if (!policy)
		return;
	if (policy->ca_file && !is_packaged(policy->ca_file))
		vars_path(p, "ca_file", policy->ca_file);
	vars_path(p, "crl_file", policy->crl_file);
	vars_path(p, "client_cert", policy->client_cert);
}
