/* pki_private: what pki.c and pki_extensions.c share. */
#ifndef LAB_PKI_PRIVATE_H
#define LAB_PKI_PRIVATE_H

#include "pki.h"

/* Ends the program with a message; OpenSSL's errors are printed too. */
void pki_give_up(const char *what, const char *name) __attribute__((noreturn));

/* Sets a name from "/C=US/O=Example/CN=Example". */
void pki_set_name(X509_NAME *name, const char *subject);

/* Gives a certificate the extensions of its row and of its kind; base stands for {aia} in them. */
void pki_set_extensions(X509 *x, const X509 *issuer, const struct cert_spec *spec, const char *base);

#endif
