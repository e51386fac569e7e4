/* verify: the words of Sendmail's ${verify} macro (sendmail/tls.c, deliver.c), and ours. */
#ifndef MODEL_VERIFY_H
#define MODEL_VERIFY_H

#include "base/span.h"

enum verify {
	VERIFY_UNKNOWN, /* no word yet, or one that Sendmail does not have */
	VERIFY_OK,
	VERIFY_FAIL,
	VERIFY_NO,
	VERIFY_NOT,
	VERIFY_TRUSTED,
	VERIFY_DANE_FAIL,
	VERIFY_NONE,
	VERIFY_CLEAR,
	VERIFY_TEMP,
	VERIFY_PROTOCOL,
	VERIFY_SOFTWARE,
	VERIFY_CONFIG,
	VERIFY_FAILURE,
	VERIFY_DANE_NOTLS,
	VERIFY_DANE_TEMP,
	VERIFY_UNREACHABLE, /* ours: no 2xx to the greeting, EHLO or HELO */
	VERIFY_WORDS        /* how many there are */
};

/* The word as Sendmail writes it; "" for VERIFY_UNKNOWN. Static. */
const char *verify_word(enum verify verify);

/* The value of a word, VERIFY_UNKNOWN for any other text. */
enum verify verify_from(struct span word);

/* OK or TRUSTED: what the access map's VERIFY asks for (class {TlsVerified}). */
bool verify_is_good(enum verify verify);

#endif
