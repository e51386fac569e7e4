#include "mta/period.h"

#include "base/when.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MOST (3650 * WHEN_DAY)

static int64_t
unit_ms(char unit)
{
	switch (unit) {
	case 'w':
		return 7 * WHEN_DAY;
	case 'h':
		return WHEN_HOUR;
	case 'm':
		return WHEN_MINUTE;
	case 's':
		return WHEN_SECOND;
	default:
		return WHEN_DAY;
	}
}

int64_t
period_ms(const char *text, char unit)
{
	int64_t all = 0;

	if (strcasecmp(text, "now") == 0 || *text == '-')
		return 0;
	while (*text) {
		int64_t number = 0;

		for (; isdigit((unsigned char)*text); text++)
			number = number < MOST ? number * 10 + (*text - '0') : number;
		/* Sendmail complains of another letter, and takes the usual unit. */
		number = number < MOST / WHEN_SECOND ? number : MOST / WHEN_SECOND;
		all += number * unit_ms(*text && strchr("wdhms", *text) ? *text : unit);
		all = all < MOST ? all : MOST;
		text += *text != '\0';
	}
	return all;
}
