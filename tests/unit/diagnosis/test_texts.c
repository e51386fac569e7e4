/* What OpenSSL's words mean, those of 1.1 and of 3. */
#include "tests/unit/cm.h"

#include "diagnosis/catalogue.h"
#include "diagnosis/texts.h"
#include "trust/judge.h"

#include <openssl/x509_vfy.h>
#include <string.h>

/* The table is compared with the library that is here; what another one says stands below. */
static void
this_librarys_words_have_their_codes(void **state)
{
	static const int codes[] = {2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 19, 20, 21, 22, 23, 25, 26,
		27, 28, 29, 30, 32, 33, 34, 35, 41, 44, 47, 48, 49, 51, 52, 53, 62, 66, 67, 68, 79, 94};

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		const char *text = X509_verify_cert_error_string(codes[i]);

		if (texts_code(text) != codes[i])
			fail_msg("\"%s\" is %d, not %d", text, texts_code(text), codes[i]);
	}
}

static void
older_words_have_the_same_codes(void **state)
{
	static const struct {
		const char *text;
		int code;
	} cases[] = {
		{"self signed certificate", 18},
		{"self signed certificate in certificate chain", 19},
		{"unsupported certificate purpose", 26},
		{"invalid CA certificate", 79},
		{"Hostname mismatch", 62},
		{"ok", -1},
		{"", -1},
		{"self-signed certificate, and more", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(texts_code(cases[i].text), cases[i].code);
	assert_int_equal(texts_code(NULL), -1);
}

static void
every_finding_named_is_in_the_catalogue(void **state)
{
	(void)state;
	for (int code = 0; code < 100; code++) {
		const char *id = texts_finding(code);

		if (id && !catalogue_find(id))
			fail_msg("%d: %s", code, id);
	}
	for (int alert = -1; alert < 256; alert++) {
		for (int bits = 0; bits < 4; bits++)
			assert_non_null(catalogue_find(texts_alert_finding(alert, bits & 1, bits & 2)));
	}
}

static void
alerts_are_read_from_either_form(void **state)
{
	static const struct {
		const char *text;
		int number;
	} cases[] = {
		{"error:0A00045C:SSL routines::tlsv13 alert certificate required:x.c:918:SSL alert number "
		 "116",
			116},
		{"tlsv1 alert unknown ca", 48},
		{"sslv3 alert handshake failure", 40},
		{"ssl/tls alert handshake failure", 40},
		{"tlsv1 alert protocol version", 70},
		{"SSL alert number 0", -1},
		{"SSL alert number 99999999999999999999", -1},
		{"SSL alert number x", -1},
		{"alert", -1},
		{"alert ", -1},
		{"no such thing", -1},
		{NULL, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (texts_alert_number(cases[i].text) != cases[i].number)
			fail_msg("%s: %d", cases[i].text, texts_alert_number(cases[i].text));
	}
}

/* Who is to blame for an alert depends on what we had to show. */
static void
alerts_depend_on_our_certificate(void **state)
{
	static const struct {
		int alert;
		bool have, asked;
		const char *id;
	} cases[] = {
		{40, false, false, "handshake-failed"},
		{40, false, true, "client-cert-required"},
		{40, true, true, "client-cert-rejected"},
		{48, true, false, "client-cert-rejected"},
		{48, false, false, "handshake-failed"},
		{42, false, true, "client-cert-required"},
		{116, false, true, "client-cert-required"},
		{70, true, true, "protocol-too-old"},
		{71, false, false, "no-shared-cipher"},
		{80, true, true, "handshake-failed"},
		{255, true, true, "handshake-failed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(texts_alert_finding(cases[i].alert, cases[i].have, cases[i].asked),
			cases[i].id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_librarys_words_have_their_codes),
		cmocka_unit_test(older_words_have_the_same_codes),
		cmocka_unit_test(every_finding_named_is_in_the_catalogue),
		cmocka_unit_test(alerts_are_read_from_either_form),
		cmocka_unit_test(alerts_depend_on_our_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
