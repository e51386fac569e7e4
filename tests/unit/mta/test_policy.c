#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "folder.h"
#include "mta/policy_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes a cf, in which %s stands for the folder, and reads it with these options (NULL: none). */
static struct policy *
read_with(const struct folder *f, const char *cf, const char *ca_file, const char *ca_path, struct fault *why)
{
	char *path = folder_path(f, "sendmail.cf"), *text = mem_text(""), *more;
	const char *at = cf, *mark;
	struct policy_request request = {.cf = path, .ca_file = ca_file, .ca_path = ca_path};
	struct policy *p;

	for (; (mark = strstr(at, "%s")); at = mark + 2) {
		more = text_new("%s%.*s%s", text, (int)(mark - at), at, f->path);
		free(text);
		text = more;
	}
	more = text_new("V10/Berkeley\nDjmail.example.net\n%s%s", text, at);
	folder_write(f, "sendmail.cf", 0644, more);
	p = policy_read(&request, why);
	free(more);
	free(text);
	free(path);
	return p;
}

static bool
has_note(const struct policy *p, const char *part)
{
	for (size_t i = 0; i < p->note_count; i++) {
		if (strstr(p->notes[i], part))
			return true;
	}
	return false;
}

static void
the_files_of_a_cf_are_read(void **state)
{
	struct folder f;
	struct policy *p;

	(void)state;
	folder_make(&f);
	folder_write(&f, "ca.pem", 0644, "bundle");
	folder_write(&f, "crl.pem", 0644, "crl");
	folder_write(&f, "cert.pem", 0644, "certificate");
	folder_write(&f, "key.pem", 0600, "key");
	p = read_with(&f,
		"O CACertFile=%s/ca.pem\nO CACertPath=%s\nO CRLFile=%s/crl.pem\nO "
		"ClientCertFile=%s/cert.pem\n"
		"O ClientKeyFile=%s/key.pem,/second\n",
		NULL, NULL, NULL);
	assert_non_null(p);
	assert_int_equal(p->source, POLICY_CF);
	assert_true(p->both_needed);
	assert_string_equal((char *)p->ca_file_bytes.bytes, "bundle");
	assert_int_equal(p->ca_file_bytes.len, 6);
	assert_string_equal((char *)p->crl_file_bytes.bytes, "crl");
	assert_string_equal((char *)p->client_cert_bytes.bytes, "certificate");
	assert_string_equal((char *)p->client_key_bytes.bytes, "key");
	assert_int_equal(p->note_count, 0);
	assert_true(p->ca_changed_ms > 0);
	assert_string_equal(p->helo_name, "mail.example.net");
	policy_unref(p);
	folder_remove(&f);
}

/* What --ca-file and --ca-path make of a cf's options. */
static void
options_replace_their_own(void **state)
{
	static const char file[] = "O CACertFile=%s/ca.pem\n",
			  both[] = "O CACertFile=%s/ca.pem\nO CACertPath=%s\n";
	static const struct {
		const char *cf;
		bool own_file, own_path, both_needed;
		enum policy_source source;
		const char *bytes;
		bool has_path;
	} cases[] = {
		{both, false, false, true, POLICY_CF, "from the cf", true},
		{both, true, false, false, POLICY_OPTIONS, "from the user", true},
		{both, false, true, false, POLICY_OPTIONS, "from the cf", true},
		{both, true, true, false, POLICY_OPTIONS, "from the user", true},
		{file, false, false, true, POLICY_CF, "from the cf", false},
		{file, false, true, false, POLICY_OPTIONS, "from the cf", true},
		{"", true, false, false, POLICY_OPTIONS, "from the user", false},
		{"", false, false, true, POLICY_CF, NULL, false},
	};
	struct folder f;
	char *own;

	(void)state;
	folder_make(&f);
	folder_write(&f, "ca.pem", 0644, "from the cf");
	folder_write(&f, "own.pem", 0644, "from the user");
	own = folder_path(&f, "own.pem");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = read_with(&f, cases[i].cf, cases[i].own_file ? own : NULL,
			cases[i].own_path ? f.path : NULL, NULL);

		assert_non_null(p);
		assert_int_equal(p->both_needed, cases[i].both_needed);
		assert_int_equal(p->source, cases[i].source);
		assert_int_equal(p->ca_path != NULL, cases[i].has_path);
		if (cases[i].bytes)
			assert_string_equal((char *)p->ca_file_bytes.bytes, cases[i].bytes);
		else
			assert_null(p->ca_file_bytes.bytes);
		policy_unref(p);
	}
	free(own);
	folder_remove(&f);
}

/* What the user names and is not there is his mistake; the fault names it. */
static void
missing_named_files_are_faults(void **state)
{
	static const struct {
		const char *cf, *ca_file, *ca_path, *says;
	} cases[] = {
		{"none/sendmail.cf", NULL, NULL, "none/sendmail.cf: No such file or directory; without --cf"},
		{"", NULL, NULL, "Is a directory"},
		{"good.cf", "none.pem", NULL, "none.pem: No such file or directory"},
		{"good.cf", "", NULL, "Is a directory"},
		{"good.cf", NULL, "none", "none: No such file or directory"},
		{"good.cf", NULL, "good.cf", "Not a directory"},
	};
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_write(&f, "good.cf", 0644, "V10\nDjmail.example.net\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *cf = folder_path(&f, cases[i].cf);
		char *file = cases[i].ca_file ? folder_path(&f, cases[i].ca_file) : NULL;
		char *path = cases[i].ca_path ? folder_path(&f, cases[i].ca_path) : NULL;
		struct policy_request request = {cf, file, path};
		struct fault why = {.kind = FAULT_NONE};

		assert_null(policy_read(&request, &why));
		assert_int_equal(why.kind, FAULT_FILE);
		assert_true(why.code < 0);
		if (!strstr(why.text, cases[i].says))
			fail_msg("%s, expected %s", why.text, cases[i].says);
		free(cf);
		free(file);
		free(path);
	}
	folder_remove(&f);
}

/* Sendmail's own files that cannot be read are evidence, not faults. */
static void
unreadable_files_of_the_cf_become_notes(void **state)
{
	struct folder f;
	struct policy *p;

	(void)state;
	folder_make(&f);
	p = read_with(&f,
		"O CACertFile=%s/none.pem\nO CACertPath=%s/nowhere\nO CRLFile=%s\nO "
		"ClientCertFile=%s/none.crt\n"
		"O ClientKeyFile=%s\n",
		NULL, NULL, NULL);
	assert_non_null(p);
	assert_int_equal(p->ca_file_bytes.code, -ENOENT);
	assert_int_equal(p->crl_file_bytes.code, -EISDIR);
	assert_int_equal(p->client_cert_bytes.code, -ENOENT);
	assert_int_equal(p->client_key_bytes.code, -EISDIR);
	assert_int_equal(p->note_count, 5);
	assert_true(has_note(p, "none.pem: No such file or directory: without it Sendmail's store is empty"));
	assert_true(has_note(p, "/nowhere: No such file or directory"));
	assert_true(has_note(p,
		"none.crt: No such file or directory: the probe sends no client certificate"));
	policy_unref(p);
	folder_remove(&f);
}

/* Only names that OpenSSL would ask for, in the order it would ask. */
static void
hashed_files_are_read_in_their_order(void **state)
{
	static const char *const made[] = {"0a1b2c3d.10", "0a1b2c3d.2", "0a1b2c3d.0", "00000000.1",
		"0A1B2C3D.0", "0a1b2c3d", "0a1b2c3d.", "0a1b2c3d.x", "0a1b2c3d.0.bak", "0a1b2c3d.-1",
		"0a1b2c3.0", "0a1b2c3d0.0", "0a1b2c3d.99999999999999999999", "ca.pem", "0a1b2c3d.r1",
		"0a1b2c3d.r0"};
	static const char *const certificates[] = {"00000000.1", "0a1b2c3d.0", "0a1b2c3d.2", "0a1b2c3d.10"};
	struct folder f;
	struct policy *p;

	(void)state;
	folder_make(&f);
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		folder_write(&f, made[i], 0644, made[i]);
	p = read_with(&f, "O CACertFile=%s/ca.pem\nO CACertPath=:%s:\nO CRLPath=%s\n", NULL, NULL, NULL);
	assert_int_equal(p->ca_path_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal((char *)p->ca_path_files[i].bytes, certificates[i]);
		assert_true(strstr(p->ca_path_files[i].path, certificates[i]) != NULL);
	}
	/* CACertPath is looked through for CRLs as well. */
	assert_int_equal(p->crl_path_count, 4);
	assert_string_equal((char *)p->crl_path_files[0].bytes, "0a1b2c3d.r0");
	assert_string_equal((char *)p->crl_path_files[1].bytes, "0a1b2c3d.r1");
	policy_unref(p);
	p = read_with(&f, "O CACertFile=%s/ca.pem\nO CACertPath=%s\n", NULL, NULL, NULL);
	assert_int_equal(p->crl_path_count, 0);
	policy_unref(p);
	folder_remove(&f);
}

/* What Sendmail calls unsafe it does not use. */
static void
unsafe_client_files_are_not_used(void **state)
{
	static const struct {
		const char *extra;
		mode_t cert, key;
		const char *reason;
	} cases[] = {
		{"", 0644, 0600, NULL},
		{"", 0644, 0400, NULL},
		{"", 0644, 0640, "key.pem: Group readable file"},
		{"O DontBlameSendmail=GroupReadableKeyFile\n", 0644, 0640, NULL},
		{"O DontBlameSendmail=GroupReadableKeyFile\n", 0644, 0644, "key.pem: World readable file"},
		{"", 0644, 0604, "key.pem: World readable file"},
		{"", 0644, 0620, "key.pem: Group writable file"},
		{"", 0664, 0600, "cert.pem: Group writable file"},
		{"", 0646, 0600, "cert.pem: World writable file"},
	};
	struct folder f;

	(void)state;
	folder_make(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *cf = text_new(
			"O TrustedUser=nobody\nO ClientCertFile=%s/cert.pem\nO ClientKeyFile=%s/key.pem\n%s",
			"%s", "%s", cases[i].extra);
		struct policy *p;
		int code;

		folder_write(&f, "cert.pem", cases[i].cert, "certificate");
		folder_write(&f, "key.pem", cases[i].key, "key");
		if (geteuid() != 0)
			skip(); /* another owner is unsafe, too */
		p = read_with(&f, cf, NULL, NULL, NULL);
		code = p->client_cert_bytes.code ? p->client_cert_bytes.code : p->client_key_bytes.code;
		assert_int_equal(code, cases[i].reason ? -EPERM : 0);
		assert_int_equal(p->note_count, cases[i].reason ? 1 : 0);
		assert_true(!cases[i].reason || has_note(p, cases[i].reason));
		/* what it would load if it were safe is kept apart */
		assert_int_equal(p->client_cert_unsafe.bytes != NULL, p->client_cert_bytes.code != 0);
		assert_int_equal(p->client_key_unsafe.bytes != NULL, p->client_key_bytes.code != 0);
		if (p->client_key_unsafe.bytes)
			assert_string_equal((char *)p->client_key_unsafe.bytes, "key");
		policy_unref(p);
		free(cf);
	}
	folder_remove(&f);
}

static void
keys_of_strangers_are_not_used(void **state)
{
	struct folder f;
	struct policy *p;
	char *path;

	(void)state;
	folder_make(&f);
	folder_write(&f, "key.pem", 0600, "key");
	path = folder_path(&f, "key.pem");
	/* Without root the file is ours, and we are nobody that Sendmail knows: the same case. */
	if (geteuid() == 0)
		assert_int_equal(chown(path, 54321, (gid_t)-1), 0);
	p = read_with(&f, "O ClientKeyFile=%s/key.pem\n", NULL, NULL, NULL);
	assert_int_equal(p->client_key_bytes.code, -EPERM);
	assert_null(p->client_key_bytes.bytes);
	assert_true(has_note(p, "its owner is neither root"));
	policy_unref(p);
	free(path);
	folder_remove(&f);
}

/* On a host without the usual cf, which is where the tests run; where it is there, that cf is read. */
static void
without_a_cf_the_system_decides(void **state)
{
	struct policy_request request = {NULL, NULL, NULL};
	struct policy *p = policy_read(&request, NULL);
	const char *bundle = policy_system_bundle();

	(void)state;
	assert_non_null(p);
	if (access(POLICY_DEFAULT_CF, F_OK) == 0) {
		assert_string_equal(p->cf, POLICY_DEFAULT_CF);
	} else {
		assert_null(p->cf);
		assert_int_equal(p->source, POLICY_SYSTEM);
		assert_false(p->both_needed);
		assert_true(has_note(p, "no sendmail.cf found"));
		if (bundle)
			assert_string_equal(p->ca_file, bundle);
		assert_int_equal(p->ca_file_bytes.len > 0, bundle != NULL);
	}
	policy_unref(p);
}

static void
the_environment_may_name_the_systems_bundle(void **state)
{
	static const struct {
		const char *named;
		bool counts;
	} cases[] = {{"%s/bundle.pem", true}, {"%s/nowhere.pem", false}, {"bundle.pem", false}, {"", false}};
	struct folder f;
	const char *usual;

	(void)state;
	unsetenv("SSL_CERT_FILE");
	usual = policy_system_bundle();
	folder_make(&f);
	folder_write(&f, "bundle.pem", 0644, "certificates");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool in_folder = cases[i].named[0] == '%';
		char *named = in_folder ? folder_path(&f, cases[i].named + 3) : mem_text(cases[i].named);

		setenv("SSL_CERT_FILE", named, 1);
		if (cases[i].counts)
			assert_string_equal(policy_system_bundle(), named);
		else
			assert_ptr_equal(policy_system_bundle(), usual);
		free(named);
	}
	unsetenv("SSL_CERT_FILE");
	folder_remove(&f);
}

static void
another_file_in_place_of_the_cf_is_noticed(void **state)
{
	struct folder f;
	struct policy *p;
	char *path;

	(void)state;
	folder_make(&f);
	folder_write(&f, "sendmail.mc", 0644,
		"define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl\n");
	path = folder_path(&f, "sendmail.mc");
	p = policy_read(&(struct policy_request){path, NULL, NULL}, NULL);
	assert_non_null(p);
	assert_true(has_note(p, "is it a sendmail.cf"));
	policy_unref(p);
	free(path);
	folder_remove(&f);
}

static void
add_line(void *arg, const char *path)
{
	text_printf(arg, "%s\n", path);
}

static void
the_files_to_watch_are_named(void **state)
{
	static const char cf[] = "O CACertFile=/a\nO CACertPath=/b:/c\nO CRLPath=/d\nO ClientKeyFile=/e\n"
				 "EOPENSSL_CONF=/f\n";
	struct policy *p = policy_from_cf("", 0);
	struct text seen = {NULL, 0, 0};

	(void)state;
	policy_files(p, add_line, &seen);
	assert_string_equal(seen.at, POLICY_DEFAULT_CF "\n");
	text_free(&seen);
	policy_unref(p);
	p = policy_from_cf(cf, strlen(cf));
	p->cf = mem_text("/etc/mail/other.cf");
	policy_files(p, add_line, &seen);
	assert_string_equal(seen.at, "/etc/mail/other.cf\n/a\n/e\n/f\n/b\n/c\n/d\n");
	text_free(&seen);
	policy_unref(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_files_of_a_cf_are_read),
		cmocka_unit_test(options_replace_their_own),
		cmocka_unit_test(missing_named_files_are_faults),
		cmocka_unit_test(unreadable_files_of_the_cf_become_notes),
		cmocka_unit_test(hashed_files_are_read_in_their_order),
		cmocka_unit_test(unsafe_client_files_are_not_used),
		cmocka_unit_test(keys_of_strangers_are_not_used),
		cmocka_unit_test(without_a_cf_the_system_decides),
		cmocka_unit_test(the_environment_may_name_the_systems_bundle),
		cmocka_unit_test(another_file_in_place_of_the_cf_is_noticed),
		cmocka_unit_test(the_files_to_watch_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
