/* The same finding on other systems; and no name that a peer chose, on none of them, in what is to be
 * typed. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "diagnosis/catalogue.h"
#include "drafted.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#define DEBIAN "/etc/ssl/certs/ca-certificates.crt"
#define RHEL "/etc/pki/tls/certs/ca-bundle.crt"
#define FREEBSD "/usr/local/share/certs/ca-root-nss.crt"
#define ALPINE "/etc/ssl/cert.pem"
#define SUSE "/etc/ssl/ca-bundle.pem"
#define APPLY "$ make -C /etc/mail; $ systemctl restart sendmail"
#define BSD_APPLY "$ make -C /etc/mail install; $ make -C /etc/mail restart"

/* Alpine shares its bundle's path with FreeBSD: what differs there is said in sentences, not typed. */
static const struct {
	const char *bundle, *id, *typed;
} ways[] = {
	{RHEL, "ca-options-unset",
		"define(`confCACERT_PATH', `/etc/pki/tls/certs')dnl; "
		"define(`confCACERT', `/etc/pki/tls/certs/ca-bundle.crt')dnl; " APPLY},
	{RHEL, "ca-file-unusable", "define(`confCACERT', `/etc/pki/tls/certs/ca-bundle.crt')dnl; " APPLY},
	{RHEL, "system-bundle-old", "$ update-ca-trust extract"},
	{RHEL, "ca-bundle-stale",
		"define(`confCACERT', `/etc/pki/tls/certs/ca-bundle.crt')dnl; " APPLY "; "
		"$ cp /etc/pki/tls/certs/ca-bundle.crt /etc/mail/ca.crt"},
	{RHEL, "unknown-root",
		"define(`confCACERT_PATH', `/etc/mail/certs')dnl; "
		"$ mkdir -p /etc/mail/certs; " APPLY "; "
		"$ install -m 644 /var/tmp/root.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs"},
	{RHEL, "log-too-quiet", "define(`confLOG_LEVEL', `14')dnl; " APPLY},
	{FREEBSD, "ca-options-unset",
		"define(`confCACERT_PATH', `/etc/ssl/certs')dnl; "
		"define(`confCACERT', `/usr/local/share/certs/ca-root-nss.crt')dnl; " BSD_APPLY},
	{FREEBSD, "ca-file-unusable",
		"define(`confCACERT', `/usr/local/share/certs/ca-root-nss.crt')dnl; " BSD_APPLY},
	{FREEBSD, "system-bundle-old", "$ pkg upgrade ca_root_nss"},
	{FREEBSD, "ca-bundle-stale",
		"define(`confCACERT', `/usr/local/share/certs/ca-root-nss.crt')dnl; " BSD_APPLY "; "
		"$ cp /usr/local/share/certs/ca-root-nss.crt /etc/mail/ca.crt"},
	{FREEBSD, "unknown-root",
		"define(`confCACERT_PATH', `/etc/mail/certs')dnl; "
		"$ mkdir -p /etc/mail/certs; " BSD_APPLY "; "
		"$ install -m 644 /var/tmp/root.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs"},
	{FREEBSD, "log-too-quiet", "define(`confLOG_LEVEL', `14')dnl; " BSD_APPLY},
	{ALPINE, "ca-options-unset",
		"define(`confCACERT_PATH', `/etc/ssl/certs')dnl; "
		"define(`confCACERT', `/etc/ssl/cert.pem')dnl"},
	{ALPINE, "ca-file-unusable", "define(`confCACERT', `/etc/ssl/cert.pem')dnl"},
	{ALPINE, "system-bundle-old", ""},
	{ALPINE, "ca-bundle-stale",
		"define(`confCACERT', `/etc/ssl/cert.pem')dnl; "
		"$ cp /etc/ssl/cert.pem /etc/mail/ca.crt"},
	{ALPINE, "unknown-root",
		"define(`confCACERT_PATH', `/etc/mail/certs')dnl; "
		"$ mkdir -p /etc/mail/certs; "
		"$ install -m 644 /var/tmp/root.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs"},
	{ALPINE, "log-too-quiet", "define(`confLOG_LEVEL', `14')dnl"},
	{SUSE, "ca-options-unset",
		"define(`confCACERT_PATH', `/etc/ssl/certs')dnl; "
		"define(`confCACERT', `/etc/ssl/ca-bundle.pem')dnl; " APPLY},
	{SUSE, "system-bundle-old", "$ update-ca-certificates"},
	{SUSE, "ca-bundle-stale",
		"define(`confCACERT', `/etc/ssl/ca-bundle.pem')dnl; " APPLY "; "
		"$ cp /etc/ssl/ca-bundle.pem /etc/mail/ca.crt"},
};

static void
each_system_has_its_own_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct drafted d;
		char *typed;

		drafted_row(&d, ways[i].id, ways[i].bundle, NULL, false);
		typed = drafted_typed(d.finding);
		if (strcmp(typed, ways[i].typed) != 0)
			fail_msg("%s, %s: \"%s\"", ways[i].bundle, ways[i].id, typed);
		free(typed);
		drafted_clear(&d);
	}
}

static const char *const hostile[] = {
	"$(evil)",
	"`evil`",
	"-evil",
	"--evil",
	"evil;x",
	"evil x",
	"evil|x",
	"evil&x",
	"evil\nx",
	"evil\tRELAY",
	"'evil'",
	"\"evil\"",
	"evil')dnl",
	"evil\\x",
	"evil>x",
	"evil<x",
	"evil*",
	"evil?",
	"~evil!",
	"evil#x",
	"evil\033[2J",
	"evil\xc3\xbc",
	"{evil}",
	"[evil]",
	"evil%s%n",
	"(evil)",
	"evil=x",
	"evil,x",
	"evil@x",
	".evil",
	"evil.",
	"evil..x",
};

static const char *const bundles[] = {DEBIAN, RHEL, FREEBSD, ALPINE, SUSE, NULL};

static void
check_hostile(const struct finding *f, const char *name)
{
	char *typed = drafted_typed(f);

	if (strstr(typed, "evil") || strpbrk(typed, "\033\n{}"))
		fail_msg("%s, \"%s\": \"%s\"", f->id, name, typed);
	free(typed);
	for (const char *c = f->title; *c; c++)
		assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
	for (const char *c = f->remote_message; c && *c; c++)
		assert_true((unsigned char)*c >= 0x20 || *c == '\n');
	if (f->remote_message && strstr(f->remote_message, "To: "))
		fail_msg("%s, \"%s\": \"%s\"", f->id, name, f->remote_message);
}

static void
hostile_names_are_typed_by_no_row(void **state)
{
	const struct catalogue_row *row;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		for (size_t j = 0; j < COUNT(hostile); j++) {
			struct drafted d;

			drafted_row(&d, row->id, bundles[(i + j) % COUNT(bundles)], hostile[j], j % 2);
			check_hostile(d.finding, hostile[j]);
			drafted_clear(&d);
		}
	}
}

/* Mail in clear, a weaker level or an exemption: never the first thing, and never as a cure. */
static void
no_row_weakens_first(void **state)
{
	static const char *const weak[] = {
		"Try_TLS:", "ENCR:112", "SECLEVEL=0", "SECLEVEL=1", "LEGACY_SERVER"};
	const struct catalogue_row *row;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		struct drafted d;

		drafted_row(&d, row->id, DEBIAN, NULL, true);
		for (size_t j = 0; j < d.finding->remedy_count; j++) {
			const struct remedy *r = &d.finding->remedies[j];

			for (size_t k = 0; k < r->line_count * COUNT(weak); k++) {
				const char *line = r->lines[k / COUNT(weak)].text;
				/* Where mail goes in clear by now, ENCR:112 demands more, not less. */
				bool more = strcmp(row->id, "sent-in-clear") == 0;

				if (drafted_is_setting(&r->lines[k / COUNT(weak)]) &&
					strstr(line, weak[k % COUNT(weak)]) && !more)
					assert_int_equal(r->kind, REMEDY_WEAKER);
				assert_null(strstr(line, "TLS_FALLBACK_TO_CLEAR', `true"));
				assert_null(strstr(line, "VERIFY_PARTIAL"));
			}
		}
		drafted_clear(&d);
	}
}

/* Additions go into a folder of our own, the first of them; what packages bring is not written over. */
static void
the_folder_that_is_ours_is_the_one_written_to(void **state)
{
	static const struct {
		const char *file, *path, *sent, *system, *issuers, *from, *typed;
	} cases[] = {
		{NULL, "/etc/ssl/certs", "by-other otherint", NULL, "otherroot", "/etc/ssl/certs/o.pem",
			"$ openssl rehash /etc/ssl/certs"},
		{NULL, "/etc/mail/a:/etc/mail/b", "by-other otherint", NULL, "otherroot", "/etc/mail/b/o.pem",
			"$ openssl rehash /etc/mail/b"},
		{NULL, "/etc/ssl/certs:/etc/mail/b", "ec", NULL, "int", "http://aia.example.net/",
			"$ install -m 644 intermediate.pem /etc/mail/b/ && openssl rehash /etc/mail/b"},
		{NULL, "/etc/ssl/certs", "ec", NULL, "int", "http://aia.example.net/",
			"define(`confCACERT_PATH', `/etc/mail/certs')dnl; $ mkdir -p /etc/mail/certs; " APPLY
			"; $ install -m 644 intermediate.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs"},
		{"/etc/mail/ca.crt", SCENE_PATH, "by-other otherint", "otherroot", NULL, NULL,
			"define(`confCACERT', `" DEBIAN "')dnl; " APPLY "; $ cp " DEBIAN " /etc/mail/ca.crt"},
		{RHEL, SCENE_PATH, "by-other otherint", "otherroot", NULL, NULL,
			"define(`confCACERT', `" DEBIAN "')dnl; " APPLY},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diagnosis d;
		struct scene s;
		char *typed;

		scene_begin(&s, "root");
		free(s.policy->ca_path);
		s.policy->ca_path = mem_text(cases[i].path);
		if (cases[i].file) {
			free(s.policy->ca_file);
			s.policy->ca_file = mem_text(cases[i].file);
		}
		scene_address(&s, scene_observation(cases[i].sent, 2));
		if (cases[i].system)
			scene_system(&s, cases[i].system);
		if (cases[i].issuers)
			scene_issuers(&s, cases[i].issuers, cases[i].from);
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		typed = drafted_typed(d.findings.items[0]);
		if (strcmp(typed, cases[i].typed) != 0)
			fail_msg("%zu, %s: \"%s\"", i, d.findings.items[0]->id, typed);
		free(typed);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_system_has_its_own_ways),
		cmocka_unit_test(hostile_names_are_typed_by_no_row),
		cmocka_unit_test(no_row_weakens_first),
		cmocka_unit_test(the_folder_that_is_ours_is_the_one_written_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
