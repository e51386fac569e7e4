#include "model/verify.h"

static const char *const words[VERIFY_WORDS] = {
	[VERIFY_UNKNOWN] = "",
	[VERIFY_OK] = "OK",
	[VERIFY_FAIL] = "FAIL",
	[VERIFY_NO] = "NO",
	[VERIFY_NOT] = "NOT",
	[VERIFY_TRUSTED] = "TRUSTED",
	[VERIFY_DANE_FAIL] = "DANE_FAIL",
	[VERIFY_NONE] = "NONE",
	[VERIFY_CLEAR] = "CLEAR",
	[VERIFY_TEMP] = "TEMP",
	[VERIFY_PROTOCOL] = "PROTOCOL",
	[VERIFY_SOFTWARE] = "SOFTWARE",
	[VERIFY_CONFIG] = "CONFIG",
	[VERIFY_FAILURE] = "FAILURE",
	[VERIFY_DANE_NOTLS] = "DANE_NOTLS",
	[VERIFY_DANE_TEMP] = "DANE_TEMP",
	[VERIFY_UNREACHABLE] = "UNREACHABLE",
};

const char *
verify_word(enum verify verify)
{
	return words[verify];
}

enum verify
verify_from(struct span word)
{
	for (int i = VERIFY_OK; i < VERIFY_WORDS; i++) {
		if (span_is(word, words[i]))
			return (enum verify)i;
	}
	return VERIFY_UNKNOWN;
}

bool
verify_is_good(enum verify verify)
{
	return verify == VERIFY_OK || verify == VERIFY_TRUSTED;
}
