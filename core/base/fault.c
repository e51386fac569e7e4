#include "base/fault.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void
fault_set(struct fault *f, enum fault_kind kind, int code, const char *format, ...)
{
	va_list args;

	if (!f)
		return;
	f->kind = kind;
	f->code = code;
	f->waited_ms = 0;
	va_start(args, format);
	vsnprintf(f->text, sizeof f->text, format, args);
	va_end(args);
}

const char *
fault_word(enum fault_kind kind)
{
	static const char *const words[] = {
		[FAULT_NONE] = "none",
		[FAULT_FILE] = "file",
		[FAULT_USAGE] = "usage",
		[FAULT_DNS] = "dns",
		[FAULT_UNREACHABLE] = "unreachable",
		[FAULT_REFUSED] = "refused",
		[FAULT_TIMEOUT] = "timeout",
		[FAULT_CLOSED] = "closed",
		[FAULT_RESET] = "reset",
		[FAULT_REPLY] = "reply",
		[FAULT_PROTOCOL] = "protocol",
		[FAULT_TLS] = "tls",
		[FAULT_LIMIT] = "limit",
		[FAULT_CANCELLED] = "cancelled",
	};
	static_assert(sizeof words / sizeof *words == FAULT_CANCELLED + 1, "each kind has its word");

	return words[kind];
}
