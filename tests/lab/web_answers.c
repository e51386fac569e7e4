#include "web_answers.h"

#include "base/mem.h"

#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <stdlib.h>
#include <string.h>

#define GIGABYTE "1073741824"

enum form { AS_DER, AS_PEM, AS_PKCS7, AS_REDIRECT, AS_TEXT, AS_HEADERS, AS_NOTHING };

/* RFC 5280 section 4.2.2.1 has one DER certificate, or a certs-only PKCS#7; PEM is what some CAs serve. */
static const struct page {
	const char *path;
	enum form form;
	const char *what; /* certificates; where it leads ("{base}" is this server); the text; more headers */
	enum web_then then;
} pages[] = {
	{"/int.der", AS_DER, "int", WEB_ENDS},
	{"/int.pem", AS_PEM, "int", WEB_ENDS},
	{"/int.p7c", AS_PKCS7, "unknownint int root", WEB_ENDS},
	{"/sub.der", AS_DER, "sub", WEB_ENDS},
	{"/mid.der", AS_DER, "mid", WEB_ENDS},
	{"/namesakes.p7c", AS_PKCS7, "namesakes int", WEB_ENDS},
	{"/strangers.p7c", AS_PKCS7, "namesakes", WEB_ENDS},
	{"/wrong.der", AS_DER, "unknownint", WEB_ENDS},
	{"/ring-a.der", AS_DER, "ring-a", WEB_ENDS},
	{"/ring-b.der", AS_DER, "ring-b", WEB_ENDS},
	{"/hop-1", AS_REDIRECT, "/int.der", WEB_ENDS},
	{"/hop-2", AS_REDIRECT, "/hop-1", WEB_ENDS},
	{"/hop-3", AS_REDIRECT, "{base}/hop-2", WEB_ENDS},
	{"/hop-4", AS_REDIRECT, "/hop-3", WEB_ENDS},
	{"/circle-1", AS_REDIRECT, "/circle-2", WEB_ENDS},
	{"/circle-2", AS_REDIRECT, "{base}/circle-1", WEB_ENDS},
	{"/to-file", AS_REDIRECT, "file:///etc/ssl/certs/ca-certificates.crt", WEB_ENDS},
	{"/to-address", AS_REDIRECT, "http://127.0.0.1/int.der", WEB_ENDS},
	{"/to-https", AS_REDIRECT, "https://aia.example.net/int.der", WEB_ENDS},
	{"/garbage", AS_TEXT, "\x30\x82\x7f\xff\x1b[31mno certificate\x07\n", WEB_ENDS},
	{"/empty", AS_TEXT, "", WEB_ENDS},
	{"/html", AS_TEXT, "<html><body>Moved. Sign in first.</body></html>\n", WEB_ENDS},
	{"/no-http", AS_NOTHING, "220 mx-good.example.net ESMTP lab\r\n", WEB_ENDS},
	{"/silent", AS_NOTHING, "", WEB_HANGS},
	{"/drip", AS_HEADERS, "Content-Length: 1200\r\n", WEB_DRIPS},
	{"/endless", AS_HEADERS, "", WEB_FLOODS},
	{"/gigabyte", AS_HEADERS, "Content-Length: " GIGABYTE "\r\n", WEB_FLOODS},
};

static void
head(struct text *out, const char *status, const char *more)
{
	text_printf(out, "HTTP/1.1 %s\r\nServer: lab\r\nConnection: close\r\n%s\r\n", status, more);
}

static void
body(struct text *out, const char *type, const void *bytes, size_t len)
{
	char *more = text_new("Content-Type: %s\r\nContent-Length: %zu\r\n", type, len);

	head(out, "200 OK", more);
	text_add(out, bytes, len);
	free(more);
}

static void
put_der(struct text *out, const X509 *x)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x, &der);

	body(out, "application/pkix-cert", der, (size_t)len);
	OPENSSL_free(der);
}

static void
put_pem(struct text *out, X509 *x)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long len;

	PEM_write_bio_X509(bio, x);
	len = BIO_get_mem_data(bio, &bytes);
	body(out, "application/x-pem-file", bytes, (size_t)len);
	BIO_free(bio);
}

static void
put_pkcs7(struct text *out, const struct minted **chain, size_t count)
{
	PKCS7 *bag = PKCS7_new();
	unsigned char *der = NULL;
	int len;

	PKCS7_set_type(bag, NID_pkcs7_signed);
	PKCS7_content_new(bag, NID_pkcs7_data);
	PKCS7_set_detached(bag, 1); /* certs-only: no content, no signature (RFC 5652 section 5.1) */
	for (size_t i = 0; i < count; i++)
		PKCS7_add_certificate(bag, chain[i]->x509);
	len = i2d_PKCS7(bag, &der);
	body(out, "application/pkcs7-mime", der, (size_t)(len > 0 ? len : 0));
	OPENSSL_free(der);
	PKCS7_free(bag);
}

static void
put_certificates(struct text *out, const struct pki *pki, const struct page *page)
{
	const struct minted *chain[PKI_CHAIN_ROOM];
	size_t count = pki_chain(pki, page->what, chain);

	if (page->form == AS_DER)
		put_der(out, chain[0]->x509);
	else if (page->form == AS_PEM)
		put_pem(out, chain[0]->x509);
	else
		put_pkcs7(out, chain, count);
}

static void
put_redirect(struct text *out, const char *base, const char *to)
{
	bool here = strncmp(to, "{base}", 6) == 0;
	char *more =
		text_new("Location: %s%s\r\nContent-Length: 0\r\n", here ? base : "", here ? to + 6 : to);

	head(out, "302 Found", more);
	free(more);
}

static void
put_page(struct text *out, const struct pki *pki, const char *base, const struct page *page)
{
	switch (page->form) {
	case AS_REDIRECT:
		put_redirect(out, base, page->what);
		break;
	case AS_TEXT:
		body(out, "application/pkix-cert", page->what, strlen(page->what));
		break;
	case AS_HEADERS:
		head(out, "200 OK", page->what);
		break;
	case AS_NOTHING:
		text_put(out, page->what);
		break;
	default:
		put_certificates(out, pki, page);
		break;
	}
}

enum web_then
web_answer(const struct pki *pki, const char *base, const char *path, struct text *out)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		if (strcmp(pages[i].path, path) == 0) {
			put_page(out, pki, base, &pages[i]);
			return pages[i].then;
		}
	head(out, "404 Not Found", "Content-Length: 0\r\n");
	return WEB_ENDS;
}
