/* Chains that do not verify, with the codes and depths that real Sendmail was measured to log, alone and
 * together. */
#include "base/mem.h"
#include "cases.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

enum store_kind { BOTH, NO_OPTIONS, NO_PATH, NO_FILE_THERE };

static const struct chain_row {
	const char *label, *sent, *anchors, *system, *issuers, *from;
	int level;
	enum store_kind store;
	const char *expected;
} rows[] = {
	{"good", "ec int", "root", NULL, NULL, NULL, 2, BOTH, ""},
	{"intermediate not sent, fetched", "ec", "root", NULL, "int", "http://aia.example.net/int.der", 2,
		BOTH, "missing-intermediate"},
	{"leaf of a private CA alone", "by-other", "root", NULL, NULL, NULL, 2, BOTH, "issuer-unknown"},
	{"unknown CA, root not sent", "by-other otherint", "root", NULL, NULL, NULL, 2, BOTH,
		"issuer-unknown"},
	{"unknown root sent", "by-other otherint otherroot", "root", NULL, NULL, NULL, 2, BOTH,
		"unknown-root"},
	{"unknown root known from elsewhere", "by-other otherint", "root", NULL, "otherroot",
		"the chain of mx2.example.net", 2, BOTH, "unknown-root"},
	{"public leaf alone", "public", "root", NULL, NULL, NULL, 2, BOTH, "missing-intermediate?"},
	{"public chain, root in no store", "public otherint otherroot", "root", "int", NULL, NULL, 2, BOTH,
		"system-bundle-old?"},
	{"root in the system's bundle alone", "by-other otherint", "root", "otherroot", NULL, NULL, 2, BOTH,
		"ca-bundle-stale"},
	{"root in CACertPath without a hash link", "by-other otherint", "root", NULL, "otherroot",
		SCENE_PATH "/other.pem", 2, BOTH, "ca-path-unhashed"},
	{"intermediate in CACertPath without a hash link", "ec", "root", NULL, "int", SCENE_PATH "/int.pem",
		2, BOTH, "ca-path-unhashed"},
	{"the same in a folder that only begins so", "ec", "root", NULL, "int", SCENE_PATH ".old/int.pem", 2,
		BOTH, "missing-intermediate"},
	{"both in CACertPath without hash links", "by-other", "root", NULL, "otherint otherroot",
		SCENE_PATH "/x.pem", 2, BOTH, "ca-path-unhashed"},
	{"only the intermediate in the store", "ec int", "int", NULL, NULL, NULL, 2, BOTH, "anchor-not-root"},
	{"only the leaf in the store", "ec int", "ec", NULL, NULL, NULL, 2, BOTH, "anchor-not-root"},
	{"no CA option", "ec int", "root", "root", NULL, NULL, 2, NO_OPTIONS, "ca-options-unset"},
	{"no CA option, no bundle of the system", "ec int", "root", NULL, NULL, NULL, 2, NO_OPTIONS,
		"ca-options-unset"},
	{"one CA option", "ec int", "root", "root", NULL, NULL, 2, NO_PATH, "ca-option-missing"},
	{"CACertFile not there", "ec int root", "root", "root", NULL, NULL, 2, NO_FILE_THERE,
		"ca-file-unusable"},
	{"no CA option, and a missing intermediate", "ec", "root", "root", "int",
		"http://aia.example.net/int.der", 2, NO_OPTIONS, "ca-options-unset missing-intermediate"},
	{"no CA option, and self-signed", "self", "root", "root", NULL, NULL, 2, NO_OPTIONS, "self-signed"},
	{"self-signed", "self", "root", NULL, NULL, NULL, 2, BOTH, "self-signed"},
	{"self-signed and expired", "self-expired", "root", NULL, NULL, NULL, 2, BOTH,
		"self-signed "
		"leaf-expired"},
	{"self-signed, 1024 bits and expired", "self-weak-expired", "root", NULL, NULL, NULL, 2, BOTH,
		"weak-key self-signed leaf-expired"},
	{"expired", "expired int", "root", NULL, NULL, NULL, 2, BOTH, "leaf-expired"},
	{"expired, intermediate missing", "expired", "root", NULL, "int", "http://aia.example.net/int.der", 2,
		BOTH, "missing-intermediate leaf-expired"},
	{"expired, of an unknown root, intermediate missing", "old-other", "root", NULL, "otherint otherroot",
		"http://aia.example.org/o.der", 2, BOTH, "missing-intermediate unknown-root leaf-expired"},
	{"expired intermediate", "by-oldint oldint", "root", NULL, NULL, NULL, 2, BOTH,
		"intermediate-expired"},
	{"intermediate expired before the leaf began", "late oldint", "root", NULL, NULL, NULL, 2, BOTH,
		"intermediate-expired"},
	{"both expired", "all-old oldint", "root", NULL, NULL, NULL, 2, BOTH,
		"intermediate-expired "
		"leaf-expired"},
	{"expired root", "by-oldroot", "root oldroot", NULL, NULL, NULL, 2, BOTH, "root-expired"},
	{"expired root, renewed in the system's bundle", "ec int", "root-before", "root", NULL, NULL, 2, BOTH,
		"root-expired"},
	{"renewed intermediate", "ec int-before", "root", NULL, "int", "http://aia.example.net/int.der", 2,
		BOTH, "intermediate-expired"},
	{"expired cross-sign", "ec cross", "root", NULL, "int", "http://aia.example.net/int.der", 2, BOTH,
		"cross-sign-expired"},
	{"not yet valid", "future int", "root", NULL, NULL, NULL, 2, BOTH, "not-yet-valid"},
	{"RSA 1024", "rsa1024 int", "root", NULL, NULL, NULL, 2, BOTH, "weak-key"},
	{"RSA 1024 of an unknown root", "weak-other otherint otherroot", "root", NULL, NULL, NULL, 2, BOTH,
		"weak-key unknown-root"},
	{"SHA-1", "sha1 int", "root", NULL, NULL, NULL, 2, BOTH, "weak-signature"},
	{"RSA 1024 and SHA-1", "weak-sha1 int", "root", NULL, NULL, NULL, 2, BOTH, "weak-key weak-signature"},
	{"SHA-1 and expired", "expired-sha1 int", "root", NULL, NULL, NULL, 2, BOTH,
		"weak-signature "
		"leaf-expired"},
	{"our level 3 refuses RSA 2048", "rsa int", "root", NULL, NULL, NULL, 3, BOTH, "seclevel-strict"},
	{"for clients", "client-only int", "root", NULL, NULL, NULL, 2, BOTH, "wrong-purpose"},
	{"key usage", "bad-usage int", "root", NULL, NULL, NULL, 2, BOTH, "wrong-purpose"},
	{"critical extension", "critical int", "root", NULL, NULL, NULL, 2, BOTH, "critical-extension"},
	{"issuer is no CA", "by-notca notca", "root", NULL, NULL, NULL, 2, BOTH, "bad-ca"},
	{"path length", "deep toolong short", "root", NULL, NULL, NULL, 2, BOTH, "path-length"},
	{"name constraints", "outside constrained", "root", NULL, NULL, NULL, 2, BOTH, "name-constraint"},
	{"damaged signature", "tampered int", "root", NULL, NULL, NULL, 2, BOTH, "bad-signature"},
};

static void
set_options(struct policy *p, enum store_kind kind)
{
	if (kind == NO_OPTIONS || kind == NO_PATH) {
		free(p->ca_path);
		p->ca_path = NULL;
	}
	if (kind == NO_OPTIONS) {
		free(p->ca_file);
		p->ca_file = NULL;
	}
	if (kind == NO_FILE_THERE)
		fill_file(&p->ca_file_bytes, p->ca_file, NULL);
}

/* The name of the host is not what these are about. */
static void
drop_name_note(struct findings *list)
{
	if (list->count && !strcmp(list->items[list->count - 1]->id, "name-mismatch"))
		finding_unref(list->items[--list->count]);
}

bool
cases_chain(size_t i, struct tried *t)
{
	const struct chain_row *row = &rows[i];
	struct scene s;

	if (i >= sizeof rows / sizeof *rows)
		return false;
	scene_begin(&s, row->anchors);
	set_options(s.policy, row->store);
	scene_address(&s, scene_observation(row->sent, row->level));
	if (row->system)
		scene_system(&s, row->system);
	if (row->issuers)
		scene_issuers(&s, row->issuers, row->from);
	scene_ready(&s);
	*t = (struct tried){.label = row->label, .expected = row->expected};
	diagnose_relay(&s.evidence, &t->diagnosis);
	drop_name_note(&t->diagnosis.findings);
	scene_end(&s);
	return true;
}
