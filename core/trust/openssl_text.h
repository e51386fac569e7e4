/* openssl_text: OpenSSL's values as our strings. Private to trust: OpenSSL types do not leave this room.
 * Everything here comes from a certificate, so from an attacker: a NUL inside becomes "\x00", so that the C
 * string shows the whole; other bytes are kept, and whoever draws them makes them harmless. */
#ifndef TRUST_OPENSSL_TEXT_H
#define TRUST_OPENSSL_TEXT_H

#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdint.h>

/* Bytes as text; the caller frees it. */
char *openssl_text(const void *bytes, size_t len);

/* An ASN.1 string as UTF-8, its bytes as they are when it is none that converts; NULL gives "". The caller
 * frees it. */
char *openssl_string(const ASN1_STRING *s);

/* Lower-case hex; the caller frees it. */
char *openssl_hex(const void *bytes, size_t len);

/* An object identifier in numbers, "1.2.3"; the caller frees it. */
char *openssl_oid(const ASN1_OBJECT *object);

/* A point in time; 0 when there is none, or none that can be read. */
int64_t openssl_time_ms(const ASN1_TIME *t);

/* The one line form "/C=US/CN=…", whole; "" for a name beyond OpenSSL's own limit of 1 MB. The caller
 * frees it. */
char *openssl_oneline(const X509_NAME *name);

/* The last CN of a name, else its last value, else "". The caller frees it. */
char *openssl_common_name(const X509_NAME *name);

/* A general name with its kind in front: "DNS:mx.example.net", "IP:192.0.2.1". The caller frees it. */
char *openssl_general_name(const GENERAL_NAME *name);

#endif
