#include "settings.h"

#include "base/text.h"
#include "fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOTH "O CACertFile={folder}/ca-bundle.crt\nO CACertPath={folder}/certs\n"

/* The lines that are not the same in all; {folder} is the lab's. */
static const struct {
	const char *name, *lines;
} all[] = {
	{"sendmail", BOTH},
	{"unset", ""},
	{"half", "O CACertFile={folder}/ca-bundle.crt\n"},
	{"half-path", "O CACertPath={folder}/certs\n"},
	{"unusable", "O CACertFile={folder}/gone.crt\nO CACertPath={folder}/certs\n"},
	{"not-root", "O CACertFile={folder}/pki/int.pem\nO CACertPath={folder}/certs\n"},
	{"private-int", "O CACertFile={folder}/pki/unknownint.pem\nO CACertPath={folder}/certs\n"},
	{"unhashed", "O CACertFile={folder}/pki/otherroot.pem\nO CACertPath={folder}/unhashed\n"},
	{"strict", BOTH "O CipherList=DEFAULT:@SECLEVEL=3\n"},
	{"narrow", BOTH "O CipherList=ECDHE-ECDSA-AES256-GCM-SHA384\n"},
	{"anonymous", BOTH "O CipherList=ALL:@SECLEVEL=0\n"},
	{"no-tls12", BOTH "O ClientSSLOptions=+SSL_OP_NO_TLSv1_2\n"},
	{"client-cert",
		BOTH "O ClientCertFile={folder}/pki/good.pem\nO ClientKeyFile={folder}/pki/good.key\n"},
	{"crl", BOTH "O CRLFile={folder}/pki/int.crl\n"},
	{"crl-stale", BOTH "O CRLFile={folder}/pki/int-stale.crl\n"},
};

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(path);
		abort();
	}
}

/* The lines that matter of what m4 makes. */
static void
write_cf(const char *folder, const char *name, const char *lines, int log_level)
{
	char *path = text_new("%s/%s.cf", folder, name), *own = fill(lines, "{folder}", folder);
	char *text = text_new("# %s.cf of the lab\n"
			      "V10/Berkeley\n"
			      "Cwlocalhost\n"
			      "Djmail.example.net\n"
			      "DZ8.17.1.9\n"
			      "O LogLevel=%d\n"
			      "O Timeout.starttls=2m\n"
			      "%s",
		name, log_level, own);

	write_file(path, text);
	free(text);
	free(own);
	free(path);
}

/* A folder with the root under a name that OpenSSL does not look for. */
static void
make_unhashed(const char *folder)
{
	char *inside = text_new("%s/unhashed", folder),
	     *link = text_new("%s/unhashed/example-root.pem", folder);
	char *root = text_new("%s/pki/root.pem", folder);

	if (mkdir(inside, 0755) != 0 || symlink(root, link) != 0)
		perror(inside);
	free(inside);
	free(link);
	free(root);
}

void
settings_write(const char *folder, int log_level)
{
	make_unhashed(folder);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		write_cf(folder, all[i].name, all[i].lines, log_level);
}
