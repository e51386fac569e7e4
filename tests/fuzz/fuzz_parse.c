/* The line parser: whatever the bytes, every span lies inside its line. */
#include "fuzz.h"

#include "maillog/parse.h"

#include <stdlib.h>
#include <string.h>

static void
inside(struct span part, struct span line)
{
	FUZZ_HOLDS(part.len == 0 || (part.at >= line.at && part.at + part.len <= line.at + line.len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t references[] = {
		0, INT64_C(1795348800000), INT64_C(1709200000000), INT64_C(4200000000000)};
	char *line = malloc(size ? size : 1);
	struct event e;

	if (!line)
		return 0;
	if (size)
		memcpy(line, data, size);
	maillog_parse((struct span){line, size}, references[size % 4], &e);
	const struct span parts[] = {e.host, e.tag, e.qid, e.text, e.relay, e.address, e.verify_text,
		e.version, e.cipher, e.tail, e.subject, e.issuer, e.message, e.ruleset, e.arg1, e.arg2,
		e.reject, e.to, e.mailer, e.dsn, e.stat, e.reply, e.ctladdr, e.option, e.file};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		inside(parts[i], (struct span){line, size});
	FUZZ_HOLDS(e.repeat >= 1 && e.pid >= -1 && e.delay_s >= -1);
	free(line);
	return 0;
}
