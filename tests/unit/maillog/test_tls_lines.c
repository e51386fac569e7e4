#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "check.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define AES "version=TLSv1.3, verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256"
#define AES_GOT "version<TLSv1.3> cipher<TLS_AES_256_GCM_SHA384>"

/* Of every version, with every form of a relay. */
static void
session_lines_give_relay_word_and_cipher(void **state)
{
	static const struct line_case cases[] = {
		{"STARTTLS=client, relay=mx-good.example.org., " AES,
			"tls relay<mx-good.example.org.> verify<OK> " AES_GOT " OK bits=256"},
		{"STARTTLS=client, relay=mx.example.org., version=TLSv1/SSLv3, verify=FAIL, cipher=DHE-RSA-AES256-SHA, "
		 "bits=256/256",
			"tls relay<mx.example.org.> verify<FAIL> version<TLSv1/SSLv3> cipher<DHE-RSA-AES256-SHA> FAIL "
			"bits=256"},
		{"STARTTLS=server, relay=client.example.com [127.0.0.2], version=TLSv1.2, verify=NO, "
		 "cipher=ECDHE-RSA-AES128-GCM-SHA256, bits=128/128",
			"tls server relay<client.example.com> address<127.0.0.2> verify<NO> version<TLSv1.2> "
			"cipher<ECDHE-RSA-AES128-GCM-SHA256> NO bits=128"},
		{"STARTTLS=server, relay=forged.example.com [127.0.0.3] (may be forged), version=TLSv1.3, verify=NOT",
			"tls server relay<forged.example.com> address<127.0.0.3> verify<NOT> version<TLSv1.3> NOT"},
		{"STARTTLS=server, relay=IDENT:user@host.example.com [127.0.0.3], verify=NO",
			"tls server relay<IDENT:user@host.example.com> address<127.0.0.3> verify<NO> NO"},
		{"STARTTLS=server, relay=mx.example.org [IPv6:2001:db8:0:0:0:0:0:25], verify=OK",
			"tls server relay<mx.example.org> address<IPv6:2001:db8:0:0:0:0:0:25> verify<OK> OK"},
		{"STARTTLS=server, relay=[127.0.0.4], verify=NO",
			"tls server relay<[127.0.0.4]> verify<NO> NO"},
		{"STARTTLS=server, relay=[192.0.2.1] [192.0.2.1], verify=NO",
			"tls server relay<[192.0.2.1]> address<192.0.2.1> verify<NO> NO"},
		{"STARTTLS=client, relay=[ipv6:2001:db8::25], verify=TRUSTED",
			"tls relay<[ipv6:2001:db8::25]> verify<TRUSTED> TRUSTED"},
		{"STARTTLS=client, relay=[127.0.0.36], version=TLSv1, verify=FAIL, cipher=NULL-SHA, bits=0/0",
			"tls relay<[127.0.0.36]> verify<FAIL> version<TLSv1> cipher<NULL-SHA> FAIL bits=0"},
		{"STARTTLS=server, relay=a-name-that-was-cut.example.com [IPv6:2001:db, verify=NO",
			"tls server relay<a-name-that-was-cut.example.com> verify<NO> NO"},
		{"STARTTLS=client, relay=mx.example.org., verify=DANE_FAIL, bits=256/256, pubkey_fp=5A:53",
			"tls relay<mx.example.org.> verify<DANE_FAIL> tail<, pubkey_fp=5A:53> DANE_FAIL bits=256"},
		{"STARTTLS=client, c_se_id=a1, relay=mx.example.org., verify=FAIL, bits=256/256, "
		 "status=unable to get local issuer certificate",
			"tls relay<mx.example.org.> verify<FAIL> tail<, status=unable to get local issuer certificate> "
			"message<unable to get local issuer certificate> FAIL bits=256"},
		{"STARTTLS=server, se_id=b2, relay=client.example.com [127.0.0.2], verify=NO",
			"tls server relay<client.example.com> address<127.0.0.2> verify<NO> NO"},
		{"STARTTLS=client, relay=mx.example.org., verify=PERFECT",
			"tls relay<mx.example.org.> verify<PERFECT>"},
		{"STARTTLS=client, relay=mx.example.org., bits=many/256, verify=OK",
			"tls relay<mx.example.org.> verify<OK> tail<, verify=OK> OK"},
		{"STARTTLS=client, verify=OK, relay=mx.example.org.", "other"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

/* relay= without verify=. */
static void
relay_lines_without_a_word_are_no_sessions(void **state)
{
	static const struct line_case cases[] = {
		{"STARTTLS=client, relay=mx.example.org, warning=DANE configured in DNS but no STARTTLS available",
			"tls_warning relay<mx.example.org> message<DANE configured in DNS but no STARTTLS available>"},
		{"STARTTLS=client, relay=mx.example.org., field=cn_subject, status=failed to extract CN",
			"tls_name relay<mx.example.org.> message<failed to extract CN>"},
		{"STARTTLS=client, relay=mx.example.org., field=cn_issuer, status=CN contains NUL",
			"tls_name relay<mx.example.org.> message<CN contains NUL>"},
		{"STARTTLS=client, relay=mx.example.org., AltName=other-name.example.net",
			"tls_name relay<mx.example.org.> message<other-name.example.net>"},
		{"STARTTLS=client, relay=mx.example.org., tlsstate=3, status=trying_again",
			"tls_warning relay<mx.example.org.> message<trying_again>"},
		{"STARTTLS=client, start=ok", "tls_start message<ok>"},
		{"STARTTLS=client, get_tls_se_features=failed, ret=78",
			"tls_warning message<get_tls_se_features=failed, ret=78>"},
		{"STARTTLS=client, relay=mx.example.org.", "other relay<mx.example.org.>"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

/* The certificate, and what is wrong with it. */
static void
certificates_are_read_whatever_their_names_hold(void **state)
{
	static const struct line_case cases[] = {
		{"STARTTLS=client, cert-subject=/CN=mx.example.org, cert-issuer=/C=US/O=Example+20Trust/CN=E1, "
		 "verifymsg=unable to get local issuer certificate",
			"certificate subject</CN=mx.example.org> issuer</C=US/O=Example+20Trust/CN=E1> "
			"message<unable to get local issuer certificate>"},
		{"STARTTLS=client, cert-subject=, cert-issuer=, verifymsg=ok",
			"certificate subject<> issuer<> message<ok>"},
		{"STARTTLS=server, cert-subject=/O=Evil,+20relay=forged,verify=OK/CN=x, cert-issuer=/CN=y, "
		 "verifymsg=self-signed certificate",
			"certificate server subject</O=Evil,+20relay=forged,verify=OK/CN=x> issuer</CN=y> "
			"message<self-signed certificate>"},
		{"STARTTLS: TLS cert verify: depth=1 /C=ZZ/O=Unknown Trust/CN=Unknown CA, state=0, "
		 "reason=unable to get local issuer certificate",
			"cert_verify subject</C=ZZ/O=Unknown Trust/CN=Unknown CA> "
			"message<unable to get local issuer certificate> depth=1"},
		{"STARTTLS: X509 cert verify: depth=0 /CN=mx.example.org, state=0, reason=certificate revoked",
			"cert_verify subject</CN=mx.example.org> message<certificate revoked> depth=0"},
		{"STARTTLS: TLS cert verify: depth=0 /O=a, state=1, reason=ok, b/CN=x, state=0, reason=self-signed certificate",
			"cert_verify subject</O=a, state=1, reason=ok, b/CN=x> message<self-signed certificate> depth=0"},
		{"STARTTLS: TLS cert verify: depth=0 , state=1, reason=ok",
			"cert_verify subject<> message<ok> depth=0"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_lines_give_relay_word_and_cipher),
		cmocka_unit_test(relay_lines_without_a_word_are_no_sessions),
		cmocka_unit_test(certificates_are_read_whatever_their_names_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
