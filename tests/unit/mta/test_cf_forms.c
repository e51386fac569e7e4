/* Every option in every form in which a cf can have it. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "base/when.h"
#include "mta/cf.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(option, field)                            \
	{                                              \
		option, offsetof(struct policy, field) \
	}

static const struct {
	const char *name;
	size_t offset;
} options[] = {
	TEXT("CACertFile", ca_file),
	TEXT("CACertPath", ca_path),
	TEXT("CRLFile", crl_file),
	TEXT("CRLPath", crl_path),
	TEXT("CipherList", cipher_list),
	TEXT("CipherSuites", cipher_suites),
	TEXT("ClientSSLOptions", ssl_options),
	TEXT("ClientCertFile", client_cert),
	TEXT("ClientKeyFile", client_key),
	TEXT("HeloName", helo_name),
};

/* %s is the option's name; the value is what counts in the end. */
static const struct {
	const char *form, *value;
	bool lists; /* ClientSSLOptions adds to what was there, and has no macros: its value is another */
} forms[] = {
	{"", NULL, false},
	{"O %s\n", NULL, false},
	{"O %s=\n", NULL, false},
	{"O %s=   \n", NULL, false},
	{"O %s=\t# nothing\n", NULL, false},
	{"#O %s=/x/y\n", NULL, false},
	{"# O %s=/x/y\n", NULL, false},
	{"O %s=/x/y", "/x/y", false},
	{"O %s=/x/y\n", "/x/y", false},
	{"O %s=/x/y\r\n", "/x/y", false},
	{"O %s=relative/y\n", "relative/y", false},
	{"O %s=./y\n", "./y", false},
	{"O %s=\"/x/y\"\n", "\"/x/y\"", false},
	{"O %s=/x y\n", "/x y", false},
	{"O %s = /x/y\n", "/x/y", false},
	{"O  %s=/x/y\n", "/x/y", false},
	{"O %s=/x/y \t \n", "/x/y", false},
	{"O %s=/x/y# no blank\n", "/x/y", false},
	{"O %s=/x/y\t # told\n", "/x/y", false},
	{"O %s=/x/y # told\n\t# and told again\n", "/x/y", false},
	{"O %s=/x\\#y\n", "/x#y", false},
	{"O %s=a=b\n", "a=b", false},
	{"O %s=/first\nO %s=/last\n", "/last", true},
	{"O %s=/first\nO %s=\n", NULL, true},
	{"O %s=\nO %s=/last\n", "/last", false},
	{"O %s=/x/y\nO %sX=/other\nO X%s=/other\n", "/x/y", false},
	{"o %s=/x/y\n", NULL, false},
	{"DP/etc/mail\nO %s=$P/y\n", "/etc/mail/y", true},
	{"O %s=$P/y\nDP/late\n", "/late/y", true},
	{"D{CertDir}/etc/mail\nO %s=${CertDir}/y\n", "/etc/mail/y", true},
	{"KO %s=/x/y\n", NULL, false},
	{"SO\nRO %s=/x/y\n", NULL, false},
	{"O Timeout.starttls=1h\nO %s=/x/y\nO Timeout.ident=0\n", "/x/y", false},
	{"O TLSSrvOptions=V\nO ServerCertFile=/s\nO DHParameters=i\n", NULL, false},
};

/* How names are written: readcf.c compares them without their case. */
static char *
in_case(const char *name, int kind)
{
	char *written = text_new("%s", name);

	for (size_t i = 0; written[i]; i++) {
		bool letter = (written[i] | 0x20) >= 'a' && (written[i] | 0x20) <= 'z';

		if (letter && kind == 1)
			written[i] = (char)(written[i] & ~0x20);
		else if (letter && (kind == 2 || (kind == 3 && i % 2)))
			written[i] = (char)(written[i] | 0x20);
	}
	return written;
}

static char *
text_of(const char *form, const char *name)
{
	struct text t = {NULL, 0, 0};
	struct span rest = span_of(form), head;
	bool more = true;

	while (more) {
		more = span_cut(&rest, "%s", &head);
		text_add(&t, head.at, head.len);
		if (more)
			text_put(&t, name);
	}
	return text_take(&t);
}

static void
check(size_t option, size_t form, int kind)
{
	char *name = in_case(options[option].name, kind), *text = text_of(forms[form].form, name);
	struct policy *p = cf_read(text, strlen(text), NULL, NULL);
	const char *got = *(char **)((char *)p + options[option].offset), *expected = forms[form].value;

	if (!got != !expected || (got && strcmp(got, expected) != 0))
		fail_msg("%s gives %s, expected %s", text, got ? got : "NULL", expected ? expected : "NULL");
	for (size_t other = 0; other < COUNT(options); other++) {
		if (other != option)
			assert_null(*(char **)((char *)p + options[other].offset));
	}
	policy_unref(p);
	free(text);
	free(name);
}

static void
every_option_is_read_in_every_form(void **state)
{
	(void)state;
	for (size_t option = 0; option < COUNT(options); option++) {
		bool is_list = options[option].offset == offsetof(struct policy, ssl_options);

		for (size_t form = 0; form < COUNT(forms); form++) {
			for (int kind = 0; kind < 4; kind++) {
				if (!is_list || !forms[form].lists)
					check(option, form, kind);
			}
		}
	}
}

/* Options of one line each, and what follows for the policy, as the real configurations have them. */
static void
switches_and_lists_are_read(void **state)
{
	static const struct {
		const char *text, *ssl_options;
		bool dane, to_clear;
		int level;
	} cases[] = {
		{"O DANE=True\nO LogLevel=14\n", NULL, true, false, 14},
		{"O dane=always\nO tlsfallbacktoclear=y\n", NULL, false, true, 9},
		{"O TLSFallbacktoClear\nO LogLevel=0\n", NULL, false, true, 0},
		{"O DANE=true\nO DANE=\n", NULL, true, false, 9},
		{"O DANE=true\nO DANE=f\n", NULL, false, false, 9},
		{"O LogLevel=9\nO LogLevel=22 # while it fails\n", NULL, false, false, 22},
		{"O LogLevel= 15\n", NULL, false, false, 15},
		{"O LogLevel=12x\n", NULL, false, false, 12},
		{"O ClientSSLOptions=+SSL_OP_NO_SSLv2\nO ClientSSLOptions=\nO ClientSSLOptions=-SSL_OP_ALL\n",
			"+SSL_OP_NO_SSLv2,-SSL_OP_ALL", false, false, 9},
		{"O ClientSSLOptions=\nO ClientSSLOptions=+SSL_OP_ALL\n", "+SSL_OP_ALL", false, false, 9},
		{"O ServerSSLOptions=+SSL_OP_ALL\n", NULL, false, false, 9},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *p = cf_read(cases[i].text, strlen(cases[i].text), NULL, NULL);

		print_message("%s", cases[i].text);
		assert_int_equal(p->dane, cases[i].dane);
		assert_int_equal(p->fallback_to_clear, cases[i].to_clear);
		assert_int_equal(p->log_level, cases[i].level);
		assert_string_equal(p->ssl_options ? p->ssl_options : "",
			cases[i].ssl_options ? cases[i].ssl_options : "");
		policy_unref(p);
	}
}

static void
the_first_of_two_client_pairs_is_used(void **state)
{
	static const char *const cases[][2] = {{"/a", "/a"}, {"/a,/b", "/a"}, {"/a,", "/a"},
		{"/a,/b,/c", "/a"}, {",/b", NULL}, {",", NULL}, {"$P/a,$P/b", "/etc/a"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = text_new("DP/etc\nO ClientCertFile=%s\nO ClientKeyFile=%s\n", cases[i][0],
			cases[i][0]);
		struct policy *p = cf_read(text, strlen(text), NULL, NULL);

		assert_string_equal(p->client_cert ? p->client_cert : "NULL",
			cases[i][1] ? cases[i][1] : "NULL");
		assert_string_equal(p->client_key ? p->client_key : "NULL",
			cases[i][1] ? cases[i][1] : "NULL");
		policy_unref(p);
		free(text);
	}
}

/* What Sendmail calls itself, and where its OpenSSL is configured. */
static void
version_and_environment_are_read(void **state)
{
	static const struct {
		const char *text, *version, *conf;
	} cases[] = {
		{"V10/Berkeley\n", "V10/Berkeley", NULL},
		{"V10/Berkeley\nDZ8.18.1\n", "8.18.1", NULL},
		{"DZ8.15\nDZ8.18.1\n", "8.18.1", NULL},
		{"V10/Sun\nV10/Debian\n", "V10/Debian", NULL},
		{"DZ\nV10\n", "V10", NULL},
		{"D{Z}8.18.1\n", "8.18.1", NULL},
		{"EOPENSSL_CONF=/etc/mail/sendmail.ossl\n", NULL, "/etc/mail/sendmail.ossl"},
		{"EOPENSSL_CONF=/a\nEOPENSSL_CONF=\n", NULL, NULL},
		{"EOPENSSL_CONF\n", NULL, NULL},
		{"EOPENSSL_CONFIG=/a\nETZ=UTC\n", NULL, NULL},
		{"#EOPENSSL_CONF=/a\n", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *p = cf_read(cases[i].text, strlen(cases[i].text), NULL, NULL);

		print_message("%s", cases[i].text);
		assert_string_equal(p->version ? p->version : "NULL",
			cases[i].version ? cases[i].version : "NULL");
		assert_string_equal(p->openssl_conf ? p->openssl_conf : "NULL",
			cases[i].conf ? cases[i].conf : "NULL");
		policy_unref(p);
	}
}

/* Macros by themselves: names of one byte and long ones, in each other, and without an end. */
static void
macros_are_expanded_or_refused(void **state)
{
	static const char *const lines[] = {"Dj$w.$m", "Dmexample.net", "DAone", "D{long}two",
		"D{in}<${long}$A>", "DE", "D{C1}${C2}", "D{C2}${C1}", "D{self}x${self}", "D{deep1}${deep2}",
		"D{deep2}${deep3}", "D{deep3}bottom"};
	static const struct {
		const char *value, *canonical, *expanded;
	} cases[] = {
		{"plain", NULL, "plain"},
		{"$A", NULL, "one"},
		{"$A$A", NULL, "oneone"},
		{"${A}", NULL, "one"},
		{"a${long}b", NULL, "atwob"},
		{"${in}", NULL, "<twoone>"},
		{"$E.", NULL, "."},
		{"${none}.", NULL, "."},
		{"$$A", NULL, "$A"},
		{"$$$A", NULL, "$one"},
		{"100$", NULL, "100$"},
		{"${deep1}", NULL, "bottom"},
		{"${C1}", NULL, NULL},
		{"${self}", NULL, NULL},
		{"${open", NULL, NULL},
		{"$m", NULL, "example.net"},
		{"$j", NULL, NULL},
		{"$w", NULL, NULL},
		{"$j", "mx.example.org", "mx.example.net"},
		{"$w", "mx.example.org", "mx"},
		{"$w", "mx", "mx"},
		{"${j}", "mx", "mx.example.net"},
		{"${}", NULL, ""},
		{"$w.", ".example.org", "."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text cf = {NULL, 0, 0};
		struct policy *p;
		const char *got;

		for (size_t k = 0; k < COUNT(lines); k++)
			text_printf(&cf, "%s\n", lines[k]);
		text_printf(&cf, "O HeloName=%s\n", cases[i].value);
		p = cf_read(cf.at, cf.len, cases[i].canonical, NULL);
		got = p->helo_name;
		if (!got != !cases[i].expanded || (got && strcmp(got, cases[i].expanded) != 0))
			fail_msg("%s is %s", cases[i].value, got ? got : "NULL");
		policy_unref(p);
		text_free(&cf);
	}
}

/* Lines as fgetfolded() joins them; what lies behind a NUL is not seen. The name and the level are asked for.
 */
static void
lines_are_cut_and_joined(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *helo;
		int log_level;
	} cases[] = {
#define CF(bytes, helo, level) {bytes, sizeof bytes - 1, helo, level}
		CF("O HeloName=a", "a", 9),
		CF("O HeloName=a\nO LogLevel=7\n", "a", 7),
		CF("O HeloName=a\n b\nO LogLevel=7", "a\n b", 7),
		CF("O HeloName=a\n\tb\n\tc\n", "a\n\tb\n\tc", 9),
		CF(" O LogLevel=3\nO HeloName=b", "b", 9),
		CF("\n\nO HeloName=a", "a", 9),
		CF("O HeloName=a\n ", "a", 9),
		CF("O HeloName=a\0b\nO LogLevel=7", "a", 7),
		CF("\0\nO LogLevel=7\nO HeloName=a", "a", 7),
		CF("O HeloName=a\r\n b", "a\r\n b", 9),
#undef CF
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *p = cf_read(cases[i].bytes, cases[i].len, NULL, NULL);

		assert_string_equal(p->helo_name, cases[i].helo);
		assert_int_equal(p->log_level, cases[i].log_level);
		policy_unref(p);
	}
}

/* How long mail waits, with the units that Sendmail gives a bare number. */
static void
queue_timeouts_are_read_in_every_form(void **state)
{
	static const struct {
		const char *text;
		int64_t returned, warned;
	} cases[] = {
		{"", 5 * WHEN_DAY, 0},
		{"O Timeout.queuereturn=3d\nO Timeout.queuewarn=4h\n", 3 * WHEN_DAY, 4 * WHEN_HOUR},
		{"O Timeout.queuereturn=3\nO Timeout.queuewarn=4\n", 3 * WHEN_DAY, 4 * WHEN_HOUR},
		{"O timeout.QUEUERETURN = 1w2d\n", 9 * WHEN_DAY, 0},
		{"O Timeout.queuereturn.normal=12h30m\n", 12 * WHEN_HOUR + 30 * WHEN_MINUTE, 0},
		{"O Timeout.queuereturn.*=90s\nO Timeout.queuewarn.*=1m\n", 90 * WHEN_SECOND, WHEN_MINUTE},
		{"O Timeout.queuereturn.urgent=1h\nO Timeout.queuewarn.non-urgent=1h\n", 5 * WHEN_DAY, 0},
		{"O Timeout.queuereturn.dsn=1h\nO Timeout.queuereturnx=1h\n", 5 * WHEN_DAY, 0},
		{"O Timeout.queuewarn.normal=30m\nO Timeout.queuewarn.urgent=1h\n", 5 * WHEN_DAY,
			30 * WHEN_MINUTE},
		{"O Timeout.queuereturn=now\nO Timeout.queuewarn=-1h\n", 0, 0},
		{"O Timeout.queuereturn=2x\n", 2 * WHEN_DAY, 0},
		{"O Timeout.queuereturn=99999999999999999999w\n", 3650 * WHEN_DAY, 0},
		{"O Timeout.queuereturn=\n", 0, 0},
		{"O QueueTimeout=2d/6h\n", 2 * WHEN_DAY, 6 * WHEN_HOUR},
		{"OT5d/4h\n", 5 * WHEN_DAY, 4 * WHEN_HOUR},
		{"OT7\n", 7 * WHEN_DAY, 0},
		{"OT3d/8\nO Timeout.queuereturn=4d\n", 4 * WHEN_DAY, 8 * WHEN_HOUR},
		{"#O Timeout.queuereturn=1d\n", 5 * WHEN_DAY, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *p = cf_read(cases[i].text, strlen(cases[i].text), NULL, NULL);

		if (p->queue_return_ms != cases[i].returned || p->queue_warn_ms != cases[i].warned)
			fail_msg("%s: %lld and %lld", cases[i].text, (long long)p->queue_return_ms,
				(long long)p->queue_warn_ms);
		policy_unref(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_read_in_every_form),
		cmocka_unit_test(switches_and_lists_are_read),
		cmocka_unit_test(the_first_of_two_client_pairs_is_used),
		cmocka_unit_test(version_and_environment_are_read),
		cmocka_unit_test(macros_are_expanded_or_refused),
		cmocka_unit_test(lines_are_cut_and_joined),
		cmocka_unit_test(queue_timeouts_are_read_in_every_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
