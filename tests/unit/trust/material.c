#include "material.h"

#include "base/mem.h"
#include "base/text.h"
#include "trust/parse.h"

#include <errno.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define OURS "/C=US/O=Example Trust Services/CN="
#define LEAF(of, by) .name = of, .issuer = by, .subject = "/CN=" of ".example.net"

static const struct cert_spec specs[] = {
	{.name = "root",
		.subject = OURS "Example Root",
		.kind = CERT_CA,
		.from_days = -1000,
		.to_days = 3650},
	{.name = "int", .issuer = "root", .subject = OURS "Example Issuing CA", .kind = CERT_CA},
	{.name = "otherroot", .subject = "/O=Unknown/CN=Unknown Root", .kind = CERT_CA},
	{.name = "otherint",
		.issuer = "otherroot",
		.subject = "/O=Unknown/CN=Unknown Issuing CA",
		.kind = CERT_CA},
	/* The same name as the root, another key: found in a store, but it issued nothing. */
	{.name = "namesake", .subject = OURS "Example Root", .kind = CERT_CA},
	{.name = "oldroot", .subject = OURS "Old Root", .kind = CERT_CA, .from_days = -900, .to_days = -20},
	{.name = "oldint",
		.issuer = "root",
		.subject = OURS "Old Issuing CA",
		.kind = CERT_CA,
		.from_days = -399,
		.to_days = -10},
	{.name = "notca",
		.issuer = "root",
		.subject = OURS "Not A CA",
		.kind = CERT_CA,
		.extensions = "basicConstraints=critical,CA:FALSE|keyUsage=critical,digitalSignature"},
	{.name = "short",
		.issuer = "root",
		.subject = OURS "Short CA",
		.kind = CERT_CA,
		.extensions = "basicConstraints=critical,CA:TRUE,pathlen:0"},
	{.name = "toolong", .issuer = "short", .subject = OURS "Too Long CA", .kind = CERT_CA},
	{.name = "constrained",
		.issuer = "root",
		.subject = OURS "Constrained CA",
		.kind = CERT_CA,
		.extensions = "nameConstraints=critical,permitted;DNS:allowed.example.org"},
	{LEAF("rsa", "int"), .key = "rsa2048"},
	{LEAF("ec", "int")},
	{LEAF("expired", "int"), .from_days = -100, .to_days = -3},
	{LEAF("by-oldint", "oldint")},
	{LEAF("by-oldroot", "oldroot")},
	{LEAF("future", "int"), .from_days = 5, .to_days = 95},
	{LEAF("by-other", "otherint")},
	{LEAF("rsa1024", "int"), .key = "rsa1024"},
	{LEAF("sha1", "int"), .digest = "SHA1"},
	{LEAF("client-only", "int"), .extensions = "extendedKeyUsage=clientAuth"},
	{LEAF("bad-usage", "int"), .extensions = "keyUsage=critical,cRLSign|extendedKeyUsage="},
	{LEAF("critical", "int"), .extensions = "1.2.3.4.5=critical,DER:0C:07:75:6E:6B:6E:6F:77:6E"},
	{LEAF("by-notca", "notca")},
	{LEAF("deep", "toolong")},
	{LEAF("outside", "constrained")},
	{LEAF("tampered", "int"), .tampered = true},
	{LEAF("revoked", "int")},
	{.name = "self",
		.subject = "/CN=self.example.net",
		.kind = CERT_PLAIN,
		.from_days = -30,
		.to_days = 335},
	{.name = "self-expired",
		.subject = "/CN=self-expired.example.net",
		.kind = CERT_PLAIN,
		.from_days = -300,
		.to_days = -1},
	{.name = "self-weak-expired",
		.subject = "/CN=self-weak-expired.example.net",
		.kind = CERT_PLAIN,
		.key = "rsa1024",
		.from_days = -300,
		.to_days = -1},
	{LEAF("weak-other", "otherint"), .key = "rsa1024"},
	{LEAF("weak-sha1", "int"), .key = "rsa1024", .digest = "SHA1"},
	{LEAF("expired-sha1", "int"), .digest = "SHA1", .from_days = -100, .to_days = -3},
	{LEAF("old-other", "otherint"), .from_days = -100, .to_days = -3},
	/* Its issuer's time ended before its own began. */
	{LEAF("late", "oldint"), .from_days = -5, .to_days = 60},
	{LEAF("all-old", "oldint"), .from_days = -60, .to_days = -2},
	/* The key and the name of others: renewed and cross-signed certificates. */
	{.name = "int-before",
		.issuer = "root",
		.subject = OURS "Example Issuing CA",
		.kind = CERT_CA,
		.key = "=int",
		.from_days = -800,
		.to_days = -30},
	{.name = "cross",
		.issuer = "otherroot",
		.subject = OURS "Example Issuing CA",
		.kind = CERT_CA,
		.key = "=int",
		.from_days = -800,
		.to_days = -30},
	{.name = "root-before",
		.subject = OURS "Example Root",
		.kind = CERT_CA,
		.key = "=root",
		.from_days = -2000,
		.to_days = -30},
	{LEAF("aia", "int"), .extensions = "authorityInfoAccess=caIssuers;URI:ldap://aia.example.net/,"
					   "caIssuers;URI:http://aia.example.net/int.der"},
	{LEAF("aia-other", "otherint"),
		.extensions = "authorityInfoAccess=caIssuers;URI:http://aia.example.org/o.der"},
	/* What only public CAs write, by a CA that is in no store. */
	{LEAF("public", "otherint"), .extensions = "1.3.6.1.4.1.11129.2.4.2=DER:04:02:00:00"},
	{LEAF("full", "int"), .from_days = -1, .to_days = 1,
		.extensions =
			"subjectAltName=DNS:full.example.net,IP:192.0.2.7,IP:2001:db8::7,email:a@example.net,"
			"URI:https://example.net/,RID:1.2.3.4|"
			"authorityInfoAccess=caIssuers;URI:http://aia.example.net/int.der,"
			"OCSP;URI:http://ocsp.example.net/,caIssuers;DNS:no.uri.example.net|"
			"crlDistributionPoints=URI:http://crl.example.net/1.crl,URI:http://crl.example.net/"
			"2.crl|"
			"certificatePolicies=DER:30:11:30:08:06:06:67:81:0C:01:02:01:30:05:06:03:2A:03:04|"
			"1.3.6.1.4.1.11129.2.4.2=DER:04:02:00:00"},
};

const struct pki *
material(void)
{
	static struct pki *minted;

	if (!minted)
		minted = pki_new(specs, sizeof specs / sizeof *specs, (time_t)NOW);
	return minted;
}

struct chain *
chain_named(const char *names)
{
	const struct minted *list[PKI_CHAIN_ROOM];
	size_t count = pki_chain(material(), names, list);
	struct certificate **certificates = mem_new(count + 1, sizeof(struct certificate *));

	for (size_t i = 0; i < count; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(list[i]->x509, &der);

		certificates[i] = certificate_from_der(der, (size_t)len);
		OPENSSL_free(der);
	}
	return chain_new(certificates, count);
}

char *
pem_named(const char *names)
{
	struct chain *chain = chain_named(names);
	struct text t = {NULL, 0, 0};

	for (size_t i = 0; i < chain->count; i++) {
		char *pem = certificate_to_pem(chain->certificates[i]);

		text_put(&t, pem);
		free(pem);
	}
	chain_unref(chain);
	return text_take(&t);
}

char *
crl_pem(const char *issuer, const char *revoked, int from_days, int to_days)
{
	X509_CRL *crl = pki_crl(material(), issuer, revoked, from_days, to_days);
	BIO *out = BIO_new(BIO_s_mem());
	char *bytes = NULL, *pem;
	long len;

	PEM_write_bio_X509_CRL(out, crl);
	len = BIO_get_mem_data(out, &bytes);
	pem = mem_copy(bytes, (size_t)len);
	BIO_free(out);
	X509_CRL_free(crl);
	return pem;
}

void
fill_file(struct policy_file *file, const char *path, char *text)
{
	free(file->path);
	free(file->bytes);
	*file = (struct policy_file){.path = mem_text(path),
		.code = text ? 0 : -ENOENT,
		.bytes = (unsigned char *)text,
		.len = text ? strlen(text) : 0};
}

struct policy *
policy_named(const char *names)
{
	struct policy *p = policy_new();

	p->ca_file = mem_text("/etc/mail/ca.crt");
	p->ca_path = mem_text("/etc/mail/certs");
	fill_file(&p->ca_file_bytes, p->ca_file, pem_named(names));
	return p;
}

static unsigned long
hash_of(const char *mark, const char *text)
{
	BIO *in = BIO_new_mem_buf(text, -1);
	X509 *x = strcmp(mark, ".") == 0 ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	X509_CRL *crl = x ? NULL : PEM_read_bio_X509_CRL(in, NULL, NULL, NULL);
	unsigned long hash = x     ? X509_subject_name_hash(x)
			     : crl ? X509_NAME_hash_ex(X509_CRL_get_issuer(crl), NULL, NULL, NULL)
				   : 0x0bad0bad;

	X509_free(x);
	X509_CRL_free(crl);
	BIO_free(in);
	return hash;
}

void
add_hashed(struct policy *p, const char *mark, int number, char *text)
{
	bool crl = strcmp(mark, ".") != 0;
	struct policy_file **files = crl ? &p->crl_path_files : &p->ca_path_files;
	size_t *count = crl ? &p->crl_path_count : &p->ca_path_count;
	char *path = text_new("/etc/mail/certs/%08lx%s%d", hash_of(mark, text), mark, number);

	*files = mem_resize(*files, *count + 1, sizeof **files);
	(*files)[*count] = (struct policy_file){.path = NULL, .bytes = NULL};
	fill_file(&(*files)[(*count)++], path, text);
	free(path);
}

struct store *
store_named(const char *names)
{
	struct policy *p = policy_named(names);
	struct store *s = store_new(p);

	policy_unref(p);
	return s;
}
