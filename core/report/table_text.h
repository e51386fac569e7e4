/* table_text: the relays as a table for people, each failing one with what was found of it. Pure. */
#ifndef REPORT_TABLE_TEXT_H
#define REPORT_TABLE_TEXT_H

#include "report/report.h"

/* Both directions, what fails first; behind them what a "?" means, when there was one. */
void table_text(struct text *out, const struct history *h, const struct report_findings *findings,
	const struct report_options *o);

#endif
