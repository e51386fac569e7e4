#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "mta/cf.h"
#include "mta/policy_read.h"

#include <stdlib.h>
#include <string.h>

static struct policy *
policy_of(const char *text)
{
	return policy_from_cf(text, strlen(text));
}

static void
assert_same(const char *label, const char *got, const char *expected)
{
	if (!got != !expected || (got && strcmp(got, expected) != 0))
		fail_msg("%s: %s, expected %s", label, got ? got : "NULL", expected ? expected : "NULL");
}

/* As m4 writes it from confCACERT and the others, with the lines around it. */
static void
the_options_of_a_cf_are_read(void **state)
{
	static const char text[] = "# level 10 config file format\n"
				   "V10/Berkeley\n"
				   "Cwlocalhost\n"
				   "#Dj$w.Foo.COM\n"
				   "Djmail.example.net\n"
				   "DZ8.17.1.9\n"
				   "EOPENSSL_CONF=/etc/mail/sendmail.ossl\n"
				   "O LogLevel=14\n"
				   "# CA directory\n"
				   "O CACertPath=/etc/ssl/certs\n"
				   "O CACertFile=/etc/ssl/certs/ca-certificates.crt\n"
				   "O ServerCertFile=/etc/mail/certs/server.pem\n"
				   "#O ServerKeyFile\n"
				   "O ClientCertFile=/etc/mail/certs/rsa.pem,/etc/mail/certs/ec.pem\n"
				   "O ClientKeyFile=/etc/mail/certs/rsa.key,/etc/mail/certs/ec.key\n"
				   "O CRLFile=/etc/mail/crl.pem\n"
				   "O CRLPath=/etc/mail/crls\n"
				   "O CipherList=HIGH:!aNULL:@SECLEVEL=1\n"
				   "O CipherSuites=TLS_AES_256_GCM_SHA384\n"
				   "O ClientSSLOptions=+SSL_OP_NO_TLSv1_3\n"
				   "O DANE=true\n"
				   "O TLSFallbacktoClear=True\n"
				   "SLocal_check_relay\n"
				   "R$*\t\t$: $1\n";
	struct policy *p = policy_of(text);

	(void)state;
	assert_string_equal(p->ca_path, "/etc/ssl/certs");
	assert_string_equal(p->ca_file, "/etc/ssl/certs/ca-certificates.crt");
	assert_string_equal(p->client_cert, "/etc/mail/certs/rsa.pem");
	assert_string_equal(p->client_key, "/etc/mail/certs/rsa.key");
	assert_string_equal(p->crl_file, "/etc/mail/crl.pem");
	assert_string_equal(p->crl_path, "/etc/mail/crls");
	assert_string_equal(p->cipher_list, "HIGH:!aNULL:@SECLEVEL=1");
	assert_string_equal(p->cipher_suites, "TLS_AES_256_GCM_SHA384");
	assert_string_equal(p->ssl_options, "+SSL_OP_NO_TLSv1_3");
	assert_string_equal(p->openssl_conf, "/etc/mail/sendmail.ossl");
	assert_string_equal(p->helo_name, "mail.example.net");
	assert_string_equal(p->version, "8.17.1.9");
	assert_true(p->dane && p->fallback_to_clear && p->both_needed);
	assert_int_equal(p->log_level, 14);
	assert_int_equal(p->source, POLICY_CF);
	policy_unref(p);
}

static void
a_stock_cf_sets_nothing(void **state)
{
	struct policy *p = policy_of("V10/Debian\nDZ\n#O CACertFile=/x\nO LogLevel=9\nO DANE=false\n");

	(void)state;
	assert_null(p->ca_file);
	assert_null(p->ca_path);
	assert_null(p->cipher_list);
	assert_null(p->helo_name);
	assert_null(p->openssl_conf);
	assert_string_equal(p->version, "V10/Debian");
	assert_false(p->dane || p->fallback_to_clear);
	assert_int_equal(p->log_level, 9);
	policy_unref(p);
}

/* One option, written in many ways: readcf.c. */
static void
lines_are_read_as_sendmail_reads_them(void **state)
{
	static const struct {
		const char *text, *ca_file;
	} cases[] = {
		{"O CACertFile=/a\n", "/a"},
		{"O CACertFile=/a", "/a"},
		{"O CACertFile=/a\r\n", "/a"},
		{"O CACertFile = /a  \t\n", "/a"},
		{"O cacertfile=/a\n", "/a"},
		{"O CACertFile=/a\nO CACertFile=/b\n", "/b"},
		{"O CACertFile=/a\nO CACertFile=\n", NULL},
		{"O CACertFile=/a # the bundle\n", "/a"},
		{"O CACertFile=/a\\#1\n", "/a#1"},
		{"O CACertFile=/a=b\n", "/a=b"},
		{"#O CACertFile=/a\n", NULL},
		{"# comment\n O CACertFile=/a\n", NULL},
		{"O LogLevel=9\n\tO CACertFile=/a\n", NULL},
		{"O CACertFile=/a\n\n\nO LogLevel=9\n", "/a"},
		{" O CACertFile=/a\n", NULL},
		{"OCACertFile=/a\n", NULL},
		{"OL14\n", NULL},
		{"O CACertFiles=/a\n", NULL},
		{"O CACert=/a\n", NULL},
		{"O\n", NULL},
		{"O \n", NULL},
		{"O =\n", NULL},
		{"", NULL},
		{"Dx/etc/mail\nO CACertFile=$x/ca.pem\n", "/etc/mail/ca.pem"},
		{"D{dir}/etc\nDx${dir}/mail\nO CACertFile=$x/ca.pem\n", "/etc/mail/ca.pem"},
		{"O CACertFile=/a$$b\n", "/a$b"},
		{"O CACertFile=/a$\n", "/a$"},
		{"O CACertFile=$q/a\n", "/a"},
		{"O CACertFile=/$w/a\n", NULL},
		{"O CACertFile=${q/a\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_of(cases[i].text);

		assert_same(cases[i].text, p->ca_file, cases[i].ca_file);
		policy_unref(p);
	}
}

static void
continued_lines_are_one(void **state)
{
	struct policy *p =
		policy_of("O CipherList=HIGH:\n\t!aNULL\nO ClientSSLOptions=+SSL_OP_NO_TLSv1 # old\n"
			  "O ClientSSLOptions=-SSL_OP_NO_TICKET\n");

	(void)state;
	assert_string_equal(p->cipher_list, "HIGH:\n\t!aNULL");
	assert_string_equal(p->ssl_options, "+SSL_OP_NO_TLSv1,-SSL_OP_NO_TICKET");
	policy_unref(p);
}

/* HeloName, else $j as the cf defines it, with $w and $m of the host's own name. */
static void
the_helo_name_is_sendmails(void **state)
{
	static const struct {
		const char *text, *canonical, *helo;
	} cases[] = {
		{"Djmail.example.net\n", NULL, "mail.example.net"},
		{"Djmail.example.net\nO HeloName=out.example.net\n", NULL, "out.example.net"},
		{"Djmail.example.net\nO HeloName=\n", NULL, "mail.example.net"},
		{"V10\nDj$w.Foo.example.net\n", NULL, NULL},
		{"V10\nDj$w.Foo.example.net\n", "mx.example.org", "mx.Foo.example.net"},
		{"Dj$w.$m\n", "mx.example.org", "mx.example.org"},
		{"Dwrelay\nDmexample.net\nDj$w.$m\n", NULL, "relay.example.net"},
		{"DwHOST\nDj$w.example.net\n", "mx.example.org", "HOST.example.net"},
		{"Dj$w\n", "unqualified", "unqualified"},
		{"", NULL, NULL},
		{"", "mx.example.org", "mx.example.org"},
		{"Dj$j\n", "mx.example.org", NULL},
		{"Dja\nDjb.example.net # last\n", NULL, "b.example.net"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = cf_read(cases[i].text, strlen(cases[i].text), cases[i].canonical, NULL);

		assert_same(cases[i].text, p->helo_name, cases[i].helo);
		policy_unref(p);
	}
}

static void
truth_is_what_sendmail_takes_for_it(void **state)
{
	static const struct {
		const char *text;
		bool dane;
	} cases[] = {
		{"O DANE=true\n", true},
		{"O DANE=T\n", true},
		{"O DANE=yes\n", true},
		{"O DANE\n", true},
		{"O DANE=false\n", false},
		{"O DANE=1\n", false},
		{"O DANE=on\n", false},
		{"O DANE=true\nO DANE=no\n", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_of(cases[i].text);

		if (p->dane != cases[i].dane)
			fail_msg("%s", cases[i].text);
		policy_unref(p);
	}
}

static void
log_levels_are_kept_in_bounds(void **state)
{
	static const struct {
		const char *text;
		int level;
	} cases[] = {
		{"O LogLevel=12\n", 12},
		{"O LogLevel=x\n", 0},
		{"O LogLevel=-4\n", 0},
		{"O LogLevel=99999999999999999999\n", 100},
		{"O LogLevel\n", 0},
		{"", 9},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_of(cases[i].text);

		assert_int_equal(p->log_level, cases[i].level);
		policy_unref(p);
	}
}

static void
who_may_own_keys_is_read(void **state)
{
	static const char text[] =
		"O RunAsUser=smmta:smmsp\nO TrustedUser=smmta\n"
		"O DontBlameSendmail=ForwardFileInGroupWritableDirPath,GroupReadableKeyFile\n";
	struct cf_safety safety;

	(void)state;
	policy_unref(cf_read(text, strlen(text), NULL, &safety));
	assert_string_equal(safety.run_as_user, "smmta");
	assert_string_equal(safety.trusted_user, "smmta");
	assert_true(safety.group_readable_key);
	policy_unref(cf_read("", 0, NULL, &safety));
	assert_false(safety.group_readable_key);
	assert_string_equal(safety.run_as_user, "");
}

static void
hostile_bytes_are_survived(void **state)
{
	static const char nul[] = "O CACertFile=/a\0/b\nO CACertPath=/c\n\0\nO CRLFile=/d";
	struct policy *p = policy_from_cf(nul, sizeof nul - 1);
	struct text big = {NULL, 0, 0};

	(void)state;
	assert_string_equal(p->ca_file, "/a");
	assert_string_equal(p->ca_path, "/c");
	assert_string_equal(p->crl_file, "/d");
	policy_unref(p);
	text_put(&big, "O CipherList=");
	for (int i = 0; i < 65536; i++)
		text_put(&big, "AAAAAAAAAAAAAAAA");
	text_put(&big, "\nO CACertFile=/a");
	p = policy_from_cf(big.at, big.len);
	assert_null(p->cipher_list); /* beyond all proportion */
	assert_string_equal(p->ca_file, "/a");
	policy_unref(p);
	text_free(&big);
}

/* Macros that double each other would fill the memory; a thousand macros are not remembered. */
static void
macros_are_bounded(void **state)
{
	struct text t = {NULL, 0, 0};
	struct policy *p;

	(void)state;
	for (char c = 'a'; c < 'k'; c++)
		text_printf(&t, "D%c$%c$%c$%c$%c\n", c, c + 1, c + 1, c + 1, c + 1);
	text_put(&t, "Dkxxxxxxxxxxxxxxxx\nO CACertFile=/$a\nO CRLFile=$b$b\nO CRLPath=$j\n");
	for (int i = 0; i < 1000; i++)
		text_printf(&t, "D{name%d}v%d\n", i, i);
	text_put(&t, "O ClientKeyFile=${name7}\nO ClientCertFile=${name900}\n");
	p = policy_from_cf(t.at, t.len);
	assert_null(p->ca_file);
	assert_null(p->crl_file);
	assert_string_equal(p->crl_path, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	assert_string_equal(p->client_key, "v7");
	assert_null(p->client_cert);
	policy_unref(p);
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_options_of_a_cf_are_read),
		cmocka_unit_test(a_stock_cf_sets_nothing),
		cmocka_unit_test(lines_are_read_as_sendmail_reads_them),
		cmocka_unit_test(continued_lines_are_one),
		cmocka_unit_test(the_helo_name_is_sendmails),
		cmocka_unit_test(truth_is_what_sendmail_takes_for_it),
		cmocka_unit_test(log_levels_are_kept_in_bounds),
		cmocka_unit_test(who_may_own_keys_is_read),
		cmocka_unit_test(hostile_bytes_are_survived),
		cmocka_unit_test(macros_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
