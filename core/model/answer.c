#include "model/answer.h"

#include "base/mem.h"

#include <stdlib.h>

struct answer *
answer_new(const char *name, int type)
{
	struct answer *a = mem_new(1, sizeof *a);

	a->refs = 1;
	a->name = mem_text(name);
	a->type = type;
	return a;
}

struct answer *
answer_ref(struct answer *a)
{
	if (a)
		a->refs++;
	return a;
}

void
answer_unref(struct answer *a)
{
	if (!a || --a->refs)
		return;
	for (size_t i = 0; i < a->count; i++)
		free(a->records[i].data);
	free(a->records);
	free(a->packet);
	free(a->canonical);
	free(a->why);
	free(a->name);
	free(a);
}

const char *
dns_status_word(enum dns_status status)
{
	static const char *const words[] = {
		[DNS_SECURE] = "secure",
		[DNS_INSECURE] = "insecure",
		[DNS_BOGUS] = "bogus",
		[DNS_NXDOMAIN] = "nxdomain",
		[DNS_NODATA] = "nodata",
		[DNS_FAILED] = "failed",
		[DNS_HOSTS] = "hosts",
		[DNS_LITERAL] = "literal",
	};

	return words[status];
}

const char *
dns_type_word(int type)
{
	switch (type) {
	case DNS_A:
		return "A";
	case DNS_AAAA:
		return "AAAA";
	case DNS_MX:
		return "MX";
	case DNS_CNAME:
		return "CNAME";
	case DNS_PTR:
		return "PTR";
	case DNS_TXT:
		return "TXT";
	case DNS_TLSA:
		return "TLSA";
	default:
		return "?";
	}
}
