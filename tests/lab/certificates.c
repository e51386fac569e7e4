#include "personalities.h"

#define OURS "/C=US/O=Example Trust Services/CN="
#define THEIRS "/C=ZZ/O=Unknown Trust/CN="
#define LEAF(of, by) .name = of, .issuer = by, .subject = "/CN=mx-" of ".example.net"

/* An issuer stands before what it issues. Comments say what is broken; the rest is as a public CA makes it. */
static const struct cert_spec certificates[] = {
	{.name = "root", .subject = OURS "Example Root CA R1", .kind = CERT_CA, .in_store = true,
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

	{LEAF("good", "int"), .key = "rsa2048"},
	{LEAF("ec", "int")},
	{LEAF("six", "int")},
	{LEAF("missing", "int"),
		.extensions = "authorityInfoAccess=caIssuers;URI:http://aia.example.net/int.der"},
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
