/* Hostile text: what is printed has no control character, is valid UTF-8, and cleaning it again changes
 * nothing. */
#include "fuzz.h"

#include "base/mem.h"
#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *hostile = mem_copy(data, size), *redacted = safe_without_addresses(hostile);
	struct text once = {NULL, 0, 0}, twice = {NULL, 0, 0};

	text_put(&once, "");
	text_put(&twice, "");
	safe_put(&once, redacted);
	safe_utf8(&twice, once.at);
	for (size_t i = 0; i < once.len; i++)
		FUZZ_HOLDS((unsigned char)once.at[i] >= ' ' && once.at[i] != 0x7f);
	FUZZ_HOLDS(strcmp(once.at, twice.at) == 0);
	/* But for the keywords of cipher lists, which are no addresses. */
	for (const char *sign = redacted; (sign = strchr(sign, '@')); sign++)
		FUZZ_HOLDS(strncmp(sign, "@SECLEVEL=", 10) == 0 || strcmp(sign, "@STRENGTH") == 0);
	text_free(&once);
	text_free(&twice);
	free(redacted);
	free(hostile);
	return 0;
}
