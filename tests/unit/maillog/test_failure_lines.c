#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "check.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Of both sides. */
static void
handshakes_fail_in_old_and_new_words(void **state)
{
	static const struct line_case cases[] = {
		{"STARTTLS=client, error: connect failed=-1, reason=wrong version number, SSL_error=1, errno=0, retry=-1",
			"handshake message<wrong version number> ssl=1 errno=0 retry=-1"},
		{"STARTTLS=client, error: connect failed=-1, reason=ssl/tls alert handshake failure, SSL_error=1",
			"handshake message<ssl/tls alert handshake failure> ssl=1"},
		{"STARTTLS=client, error: connect failed=0, SSL_error=5", "handshake ssl=5"},
		{"STARTTLS=client, error: connect failed=-1, SSL_error=1, errno=0, retry=-1",
			"handshake ssl=1 errno=0 retry=-1"},
		{"STARTTLS=client, error: connect failed=-1, reason=unknown, SSL_error=2, errno=0, retry=0",
			"handshake message<unknown> ssl=2 errno=0 retry=0"},
		{"STARTTLS=server, error: accept failed=0, reason=tlsv1 alert unknown ca, SSL_error=1, errno=0, retry=-1, "
		 "relay=client.example.com [127.0.0.2]",
			"handshake server relay<client.example.com> address<127.0.0.2> message<tlsv1 alert unknown ca> ssl=1 "
			"errno=0 retry=-1"},
		{"STARTTLS=client, error: SSL_new failed", "handshake message<SSL_new failed>"},
		{"STARTTLS=server, error: SSL_set_ex_data failed=1",
			"handshake server message<SSL_set_ex_data failed=1>"},
		{"STARTTLS=client, error: connect failed=99999999999999999999, SSL_error=x, errno=4294967296",
			"handshake"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

/* tlslogerr(), read and write errors. */
static void
errors_of_openssl_and_of_the_connection_keep_their_text(void **state)
{
	static const struct line_case cases[] = {
		{"STARTTLS=client: error:0A00045C:SSL routines::tlsv13 alert certificate required:../ssl/record/"
		 "rec_layer_s3.c:1588:SSL alert number 116",
			"tls_error message<error:0A00045C:SSL routines::tlsv13 alert certificate required:../ssl/record/"
			"rec_layer_s3.c:1588:SSL alert number 116>"},
		{"STARTTLS=read: error:0A000126:SSL routines::unexpected eof while reading:a.c:698:",
			"tls_error message<error:0A000126:SSL routines::unexpected eof while reading:a.c:698:>"},
		{"STARTTLS: read error=timeout", "tls_error message<read error=timeout>"},
		{"STARTTLS: write error=syscall error (-1), errno=104, get_error=error:00000000:lib(0)::reason(0), retry=99, "
		 "ssl_err=5",
			"tls_error message<write error=syscall error (-1)> ssl=5 errno=104 retry=99"},
		{"STARTTLS: read error=generic SSL error (-1), errno=9",
			"tls_error message<read error=generic SSL error (-1)> "
			"errno=9"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

/* Files. */
static void
files_of_this_host_are_told_with_option_and_reason(void **state)
{
	static const struct line_case cases[] = {
		{"STARTTLS: CACertFile missing", "file message<missing> option<CACertFile>"},
		{"STARTTLS: ServerKeyFile missing", "file server message<missing> option<ServerKeyFile>"},
		{"STARTTLS=client: file /etc/mail/tls/k.key unsafe: Group readable file",
			"file message<Group readable file> file</etc/mail/tls/k.key>"},
		{"STARTTLS=server: file /a unsafe: b.pem unsafe: Permission denied",
			"file server message<Permission denied> file</a unsafe: b.pem>"},
		{"STARTTLS=client, error: load verify locs /etc/ssl/certs, /etc/mail/ca.crt failed: 0",
			"file message<failed: 0> option<load verify locs> file</etc/mail/ca.crt>"},
		{"STARTTLS=server, error: load verify locs (null), (null) failed: 0",
			"file server message<failed: 0> option<load verify locs> file<(null)>"},
		{"STARTTLS=client, error: SSL_CTX_use_certificate_file(/etc/mail/c.pem) failed",
			"file message<failed> option<SSL_CTX_use_certificate_file> file</etc/mail/c.pem>"},
		{"STARTTLS=client, error: SSL_CTX_use_PrivateKey_file(/etc/mail/(a).key) failed",
			"file message<failed> option<SSL_CTX_use_PrivateKey_file> file</etc/mail/(a).key>"},
		{"STARTTLS=client, error: SSL_CTX_check_private_key failed(/etc/mail/k.key): 0",
			"file message<failed> option<SSL_CTX_check_private_key> file</etc/mail/k.key>"},
		{"STARTTLS=client, error: SSL_CTX_set_cipher_list(HIGH) failed, list ignored",
			"file message<failed, list ignored> option<SSL_CTX_set_cipher_list> file<HIGH>"},
		{"STARTTLS=client, error: PEM_read_bio_X509_CRL(/etc/mail/bad.crl)=failed",
			"file message<failed> option<PEM_read_bio_X509_CRL> file</etc/mail/bad.crl>"},
		{"STARTTLS=server, engine=x, TLS_set_engine=failed",
			"file server message<engine=x, TLS_set_engine=failed>"},
		{"STARTTLS=client, error: something new", "file message<something new>"},
		{"starting daemon (8.17.1.9): SMTP+queueing@00:10:00", "daemon option<8.17.1.9>"},
		{"starting daemon (8.17.1.9", "other"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

/* Sendmail says more about TLS than anyone needs to know. */
static void
noise_stays_noise(void **state)
{
	static const struct line_case cases[] = {
		{"STARTTLS=client, info: fds=4/3, err=2", "other"},
		{"STARTTLS=client, init=1", "other"},
		{"STARTTLS=client, SSL_shutdown failed: -1", "other"},
		{"STARTTLS=client, get_verify: 20 get_peer: 0x558e", "other"},
		{"STARTTLS=server, Diffie-Hellman init, key=2048 bit (I)", "other server"},
		{"STARTTLS", "other"},
		{"STARTTLS=", "other"},
		{"STARTTLS=client", "other"},
		{"STARTTLS: ", "other"},
		{"STARTTLS: file", "other"},
		{"STARTTLS=client: file without a reason", "other"},
		{"engine=(null), path=(null), ispre=1, pre=0, initialized=0", "other"},
		{"NOQUEUE: connect from client.example.com [127.0.0.2]", "other"},
		{"6AM7ivEp000123: SMTP outgoing connect on mx.example.org", "other qid<6AM7ivEp000123>"},
		{"", "other"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handshakes_fail_in_old_and_new_words),
		cmocka_unit_test(errors_of_openssl_and_of_the_connection_keep_their_text),
		cmocka_unit_test(files_of_this_host_are_told_with_option_and_reason),
		cmocka_unit_test(noise_stays_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
