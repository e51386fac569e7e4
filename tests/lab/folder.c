#include "folder.h"

#include "base/text.h"
#include "personalities.h"
#include "settings.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
write_text(const char *folder, const char *name, const char *text)
{
	char *path = text_new("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(path);
		abort();
	}
	free(path);
}

static void
write_chains(const struct pki *pki, const char *folder)
{
	const struct personality *p;

	for (size_t i = 0; (p = personality_row(i)); i++)
		if (p->chain) {
			char *path = text_new("%s/%s.chain", folder, p->host);

			pki_write_chain(pki, p->chain, path);
			free(path);
		}
}

static void
write_crls(const struct pki *pki, const char *folder)
{
	static const struct {
		const char *name, *issuer, *revoked;
		int from_days, to_days;
	} crls[] = {
		{"int", "int", "revoked", -1, 30},
		{"root", "root", "", -1, 30},
		{"int-stale", "int", "", -60, -30},
	};

	for (size_t i = 0; i < sizeof(crls) / sizeof(*crls); i++) {
		char *path = text_new("%s/%s.crl", folder, crls[i].name);
		X509_CRL *crl =
			pki_crl(pki, crls[i].issuer, crls[i].revoked, crls[i].from_days, crls[i].to_days);

		pki_write_crl(crl, path);
		X509_CRL_free(crl);
		free(path);
	}
}

char *
folder_make(const struct pki *pki, const char *anchor, int log_level)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = text_new("%s/verifail-lab-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	char *inside = NULL;

	if (!mkdtemp(folder)) {
		perror(folder);
		abort();
	}
	inside = text_new("%s/pki", folder);
	mkdir(inside, 0755);
	pki_write(pki, inside);
	write_chains(pki, inside);
	write_crls(pki, inside);
	free(inside);
	inside = text_new("%s/certs", folder);
	mkdir(inside, 0755);
	free(inside);
	inside = text_new("%s/ca-bundle.crt", folder);
	pki_write_bundle(pki, inside);
	free(inside);
	inside = text_new("%s/system.crt", folder);
	pki_write_system(pki, inside);
	free(inside);
	write_text(folder, "trust-anchor", anchor);
	settings_write(folder, log_level);
	return folder;
}

static int
remove_one(const char *path, const struct stat *what, int kind, struct FTW *where)
{
	(void)what;
	(void)kind;
	(void)where;
	return remove(path);
}

void
folder_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
