#include "personalities.h"

#define OURS "/C=US/O=Example Trust Services/CN="
#define THEIRS "/C=ZZ/O=Unknown Trust/CN="
#define LEAF(of, by) .name = of, .issuer = by, .subject = "/CN=mx-" of ".example.net"

/* Where its issuer is to be had, and a policy that only public CAs issue under. */
#define AIA(url) "authorityInfoAccess=caIssuers;URI:" url
#define FETCHED(of, path) LEAF(of, "int"), .extensions = AIA("{aia}/" path)
#define PUBLIC "certificatePolicies=2.23.140.1.2.1"

/* An issuer stands before what it issues. Comments say what is broken; the rest is as a public CA makes it. */
static const struct cert_spec certificates[] = {
	{.name = "root", .subject = OURS "Example Root CA R1", .kind = CERT_CA, .in_store = true, .in_system = true,
		.from_days = -1000, .to_days = 3650},
	{.name = "int", .issuer = "root", .subject = OURS "Example Issuing CA E1", .kind = CERT_CA},
	{.name = "unknownroot", .subject = THEIRS "Unknown Root CA", .kind = CERT_CA},
	{.name = "unknownint", .issuer = "unknownroot", .subject = THEIRS "Unknown Issuing CA", .kind = CERT_CA},
	{.name = "expiredint", .issuer = "root", .subject = OURS "Example Expired Issuing CA", .kind = CERT_CA,
		.from_days = -399, .to_days = -10},
	{.name = "expiredroot", .subject = OURS "Example Expired Root", .kind = CERT_CA, .in_store = true,
		.from_days = -900, .to_days = -20},
	{.name = "notca", .issuer = "root", .subject = OURS "Example Not A CA", .kind = CERT_CA,
		.extensions = "basicConstraints=critical,CA:FALSE|keyUsage=critical,digitalSignature"},
	{.name = "short", .issuer = "root", .subject = OURS "Example PathLen0 CA", .kind = CERT_CA,
		.extensions = "basicConstraints=critical,CA:TRUE,pathlen:0"},
	{.name = "toolong", .issuer = "short", .subject = OURS "Example PathLen Sub CA", .kind = CERT_CA},
	{.name = "constrained", .issuer = "root", .subject = OURS "Example Constrained CA", .kind = CERT_CA,
		.extensions = "nameConstraints=critical,permitted;DNS:allowed.example.org"},
	/* The issuing CA once more, by a root that nobody knows: a second path to the same key. */
	{.name = "int-cross", .issuer = "unknownroot", .subject = OURS "Example Issuing CA E1", .kind = CERT_CA,
		.key = "=int"},
	/* CAs that a server does not send, and that two downloads find. */
	{.name = "mid", .issuer = "root", .subject = OURS "Example Middle CA M1", .kind = CERT_CA},
	{.name = "sub", .issuer = "mid", .subject = OURS "Example Issuing CA S1", .kind = CERT_CA,
		.extensions = AIA("{aia}/mid.der")},
	/* A root that the system's bundle has, and Sendmail's copy of it has not. */
	{.name = "newroot", .subject = OURS "Example Root CA R2", .kind = CERT_CA, .in_system = true},
	{.name = "newint", .issuer = "newroot", .subject = OURS "Example Issuing CA E2", .kind = CERT_CA},
	/* The new root as the old one signed it once: that has expired, and leads away from the new one. */
	{.name = "newroot-cross", .issuer = "root", .subject = OURS "Example Root CA R2", .kind = CERT_CA,
		.key = "=newroot", .from_days = -900, .to_days = -40},
	/* The issuing CA as another root signed it once: expired as well. */
	{.name = "otherroot", .subject = OURS "Example Root CA R3", .kind = CERT_CA, .in_store = true,
		.in_system = true},
	{.name = "int-old-cross", .issuer = "otherroot", .subject = OURS "Example Issuing CA E1", .kind = CERT_CA,
		.key = "=int", .from_days = -399, .to_days = -15},
	/* A root that was renewed with its key: Sendmail's copy has the expired one. */
	{.name = "oldroot", .subject = OURS "Example Root CA R0", .kind = CERT_CA, .in_store = true,
		.from_days = -900, .to_days = -20},
	{.name = "oldroot-renewed", .subject = OURS "Example Root CA R0", .kind = CERT_CA, .in_system = true,
		.key = "=oldroot", .from_days = -30, .to_days = 3650},
	{.name = "mailint", .issuer = "root", .subject = OURS "Example Mail CA", .kind = CERT_CA,
		.extensions = "extendedKeyUsage=emailProtection"},
	{.name = "futureint", .issuer = "root", .subject = OURS "Example Future CA", .kind = CERT_CA, .from_days = 5,
		.to_days = 900},
	{.name = "weakint", .issuer = "root", .subject = OURS "Example Weak CA", .kind = CERT_CA, .key = "rsa1024"},
	{.name = "sha1int", .issuer = "root", .subject = OURS "Example SHA-1 CA", .kind = CERT_CA, .digest = "SHA1"},
	/* Two CAs that issued each other, and one that names itself as its issuer with another's key. */
	{.name = "ring-b0", .subject = THEIRS "Ring CA B", .kind = CERT_CA},
	{.name = "ring-a", .issuer = "ring-b0", .subject = THEIRS "Ring CA A", .kind = CERT_CA,
		.extensions = AIA("{aia}/ring-b.der")},
	{.name = "ring-b", .issuer = "ring-a", .subject = THEIRS "Ring CA B", .kind = CERT_CA, .key = "=ring-b0",
		.extensions = AIA("{aia}/ring-a.der")},
	{.name = "own-issuer0", .subject = THEIRS "Own Issuer CA", .kind = CERT_CA},
	{.name = "own-issuer", .issuer = "own-issuer0", .subject = THEIRS "Own Issuer CA", .kind = CERT_CA},
	{.name = "namesakes", .issuer = "root", .subject = OURS "Example Issuing CA E1", .kind = CERT_CA,
		.copies = 99},

	{LEAF("good", "int"), .key = "rsa2048"},
	{LEAF("ec", "int")},
	{LEAF("six", "int")},
	{FETCHED("missing", "int.der")},
	{LEAF("unknown", "unknownint")},
	{LEAF("private", "unknownint")},
	{LEAF("expired", "int"), .from_days = -100, .to_days = -3},
	{LEAF("expired-int", "expiredint")},
	{LEAF("expired-root", "expiredroot")},
	{LEAF("future", "int"), .from_days = 5, .to_days = 95},
	{LEAF("rsa1024", "int"), .key = "rsa1024"},
	{LEAF("sha1", "int"), .digest = "SHA1"},
	{LEAF("client-only", "int"), .extensions = "extendedKeyUsage=clientAuth"},
	{LEAF("bad-usage", "int"), .extensions = "keyUsage=critical,cRLSign|extendedKeyUsage="},
	{LEAF("critical", "int"), .extensions = "1.2.3.4.5=critical,DER:0C:07:75:6E:6B:6E:6F:77:6E"},
	{LEAF("bad-ca", "notca")},
	{LEAF("path-length", "toolong")},
	{LEAF("constraint", "constrained")},
	{LEAF("bad-signature", "int"), .tampered = true},
	{LEAF("revoked", "int")},
	{LEAF("sni", "int")},
	{.name = "no-sni", .subject = "/OU=No SNI provided; please fix your client./CN=invalid2.invalid",
		.kind = CERT_PLAIN},
	{.name = "othername", .issuer = "int", .subject = "/CN=other-name.example.org"},
	{.name = "self", .subject = "/CN=mx-self.example.net", .kind = CERT_PLAIN, .from_days = -30, .to_days = 335},
	{.name = "self-expired", .subject = "/CN=mx-self-expired.example.net", .kind = CERT_PLAIN, .from_days = -300,
		.to_days = -1},
	{.name = "self-trusted", .subject = "/CN=mx-self-trusted.example.net", .kind = CERT_PLAIN,
		.from_days = -30, .to_days = 335, .in_store = true},
	{LEAF("stale", "newint")},
	{LEAF("old-bundle", "unknownint"), .extensions = PUBLIC},
	{LEAF("cross-expired", "newint")},
	{FETCHED("int-cross-expired", "int.der")},
	{LEAF("renewed-root", "oldroot")},
	{LEAF("mail-ca", "mailint")},
	{LEAF("future-ca", "futureint")},
	{LEAF("weak-ca", "weakint")},
	{LEAF("sha1-ca", "sha1int")},

	/* Two and three faults at once. */
	{FETCHED("missing-expired", "int.der"), .from_days = -100, .to_days = -3},
	{.name = "self-weak-expired", .subject = "/CN=mx-self-weak-expired.example.net", .kind = CERT_PLAIN,
		.key = "rsa1024", .from_days = -300, .to_days = -1},
	{LEAF("weak-unknown", "unknownint"), .key = "rsa1024"},
	{LEAF("sni-expired", "int"), .from_days = -100, .to_days = -3},
	{LEAF("early-ca", "expiredint"), .from_days = -5, .to_days = 85},
	{LEAF("all-expired", "expiredint"), .from_days = -100, .to_days = -3},
	{LEAF("crosses-expired", "int"), .from_days = -100, .to_days = -3},
	{LEAF("purpose-expired", "int"), .extensions = "extendedKeyUsage=clientAuth", .from_days = -100,
		.to_days = -3},
	{FETCHED("weak-missing", "int.der"), .key = "rsa1024"},
	{FETCHED("sha1-missing", "int.der"), .digest = "SHA1"},

	/* Issuers that are to be had in every form, and in every way not. */
	{LEAF("aia-two", "sub"), .extensions = AIA("{aia}/sub.der")},
	{FETCHED("aia-pem", "int.pem")},
	{FETCHED("aia-pkcs7", "int.p7c")},
	{FETCHED("aia-hops", "hop-3")},
	{FETCHED("aia-too-many-hops", "hop-4")},
	{FETCHED("aia-circle", "circle-1")},
	{FETCHED("aia-to-file", "to-file")},
	{FETCHED("aia-to-address", "to-address")},
	{FETCHED("aia-to-https", "to-https")},
	{FETCHED("aia-404", "nothing-here")},
	{FETCHED("aia-public-404", "nothing-here-either|" PUBLIC)},
	{FETCHED("aia-garbage", "garbage")},
	{FETCHED("aia-empty", "empty")},
	{FETCHED("aia-html", "html")},
	{FETCHED("aia-no-http", "no-http")},
	{FETCHED("aia-silent", "silent")},
	{FETCHED("aia-drip", "drip")},
	{FETCHED("aia-endless", "endless")},
	{FETCHED("aia-gigabyte", "gigabyte")},
	{FETCHED("aia-wrong", "wrong.der")},
	{FETCHED("aia-namesakes", "namesakes.p7c")},
	{FETCHED("aia-strangers", "strangers.p7c")},
	{LEAF("aia-ring", "ring-a"), .extensions = AIA("{aia}/ring-a.der")},
	{LEAF("aia-no-host", "int"), .extensions = AIA("http://gone.example.net/int.der")},
	{LEAF("aia-address", "int"), .extensions = AIA("http://127.0.0.1/int.der")},
	{LEAF("aia-file", "int"), .extensions = AIA("file:///etc/ssl/certs/ca-certificates.crt")},
	{LEAF("aia-ldap", "int"), .extensions = AIA("ldap://aia.example.net/cn=int?cACertificate")},
	{LEAF("own-issuer-leaf", "own-issuer")},
	{LEAF("namesakes-leaf", "int"), .extensions = "authorityKeyIdentifier="},

	{.name = "hostile", .issuer = "int",
		.subject = "/O=Evil\x1b[31m\tCorp\nsm-mta[1]: STARTTLS=client, relay=forged/CN=mx-hostile.example.net"},
	{.name = "utf8", .issuer = "int", .subject = "/C=DE/O=B\xc3\xbc" "cher GmbH \xe2\x9c\x89/CN=mx-utf8.example.net"},
};

const struct cert_spec *
personality_certificates(size_t *count)
{
	*count = sizeof(certificates) / sizeof(*certificates);
	return certificates;
}
