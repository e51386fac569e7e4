/* catalogue: every finding as data: who is to blame, how bad it is, its title, and the remedies as text with
 * {names} whose values evidence gives. One row a finding, in files of related findings; no
 * other file has such text. */
#ifndef DIAGNOSIS_CATALOGUE_H
#define DIAGNOSIS_CATALOGUE_H

#include "model/finding.h"

/* In titles and sentences what stands between [ and ] is left out when a name in it is unknown;
 * behind | stands what is said instead.
 * Remedies are lines of text. "$ " in front: a command; "mc ": a sendmail.mc line; "access ": an access-map
 * entry (makemap is added behind); else a sentence. A line with a name that is unknown, or holds what must
 * not enter a command, is left out. */
struct catalogue_row {
	const char *id;
	enum severity severity;
	bool rises; /* W+: a warning that becomes an error where mail is held or returned by policy */
	enum blame blame;
	enum finding_kind kind;
	const char *title;
	const char *brief; /* the title in at most 15 columns, 13 where the log alone may tell it: a table has
			      no more room */
	const char
		*explained_by; /* the finding of this host that explains it, once it is known; NULL: none */
	const char *says;      /* to their postmaster: what is wrong, one sentence; NULL: nobody to tell */
	const char *asks;      /* what would cure it there */
	const char *cure;      /* on this host: removes the cause; NULL: nothing */
	const char *here;      /* on this host: helps without trusting anybody more; NULL: nothing */
	const char *weaker;    /* on this host: gives something up; NULL: nothing */
	const char *cost;      /* what `weaker` gives up, one sentence */
	const char *cure_title, *here_title, *weaker_title; /* NULL: "CURE", "HELP IT HERE", "ACCEPT LESS" */
	enum remedy_change cure_change, here_change,
		weaker_change; /* what trying it changes in a judgement */
	const char *waiting;   /* what waiting costs, whatever the log says of the mail; NULL: what it says */
	const char *waiting_host; /* the same where no relay is concerned; NULL: verify=FAIL alone stops no
				     mail */
	bool sets_level;          /* CHANGE_LEVEL sets `level`, {level_needed}; else the rule knows which */
	int level;
	bool exempt; /* an ENCR:112 exemption helps where a rule demands VERIFY */
};

#define SETS_LEVEL(n) .sets_level = true, .level = (n)

/* Each ends with a row without an id. */
extern const struct catalogue_row catalogue_local[];
extern const struct catalogue_row catalogue_chain[];
extern const struct catalogue_row catalogue_handshake[];
extern const struct catalogue_row catalogue_effects[];

/* The row of an id, or NULL. */
const struct catalogue_row *catalogue_find(const char *id);

/* All rows, one after the other: the i-th, or NULL behind the last. */
const struct catalogue_row *catalogue_row(size_t i);

#endif
