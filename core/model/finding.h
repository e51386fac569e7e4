/* finding: a named cause, effect or note: what it is, what proves it, whose it is, and what to do. Made by
 * diagnosis/ alone; immutable, reference counted, counts change on the loop only. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include <stdbool.h>
#include <stddef.h>

enum severity { SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_ERROR };
enum blame { BLAME_UNKNOWN, BLAME_REMOTE, BLAME_LOCAL, BLAME_NETWORK, BLAME_POLICY };
enum finding_kind { FINDING_CAUSE, FINDING_EFFECT, FINDING_NOTE }; /* in the order they are told */
enum proof { PROOF_LOG, PROOF_PROBE, PROOF_AUDIT };

/* What a remedy costs; the order in which they are shown. */
enum remedy_kind {
	REMEDY_CURE,   /* removes the cause */
	REMEDY_HERE,   /* helps on this host, and trusts nobody more than before */
	REMEDY_WEAKER, /* helps on this host and gives something up: cost says what */
};

/* What a remedy changes in Sendmail's own judgement: it can be tried in memory. */
enum remedy_change {
	CHANGE_NOTHING,             /* nothing that a judgement here would show */
	CHANGE_ADD_ISSUER,          /* the missing intermediates, hashed, into CACertPath */
	CHANGE_ADD_ROOT,            /* the top of the repaired chain too: it becomes an anchor */
	CHANGE_SYSTEM_STORE,        /* the CA options point at the system's bundle */
	CHANGE_HASH_PATH,           /* a hash link for every certificate in CACertPath */
	CHANGE_LEVEL,               /* a lower security level for this relay */
	CHANGE_WITHOUT_CRL,         /* no CRLs */
	CHANGE_EXEMPT,              /* an access entry: the rule asks for encryption alone */
	CHANGE_CLIENT_KEY,          /* Sendmail uses its client certificate again */
	CHANGE_WITHOUT_CLIENT_CERT, /* no client certificate for this relay */
};

struct remedy {
	enum remedy_kind kind;
	enum remedy_change change;
	int level;    /* of CHANGE_LEVEL */
	char *title;  /* "TELL THEM", "SUPPLY IT HERE", … */
	char *cost;   /* what it gives up, one sentence; NULL: nothing */
	char **lines; /* sendmail.mc lines, access-map entries, sentences */
	size_t line_count;
	char **commands; /* to be typed as they are */
	size_t command_count;
};

struct finding {
	unsigned refs;
	const char *id; /* of the catalogue; static */
	enum severity severity;
	enum blame blame;
	enum finding_kind kind;
	enum proof proof;
	bool certain;
	char *title;
	char **evidence; /* sentences; at least one */
	size_t evidence_count;
	struct remedy *remedies;
	size_t remedy_count;
	char *remote_message; /* ready to send to the postmaster; NULL: nobody to tell */
	char *cost;           /* what waiting costs; NULL: not known */
};

struct findings { /* a list of references */
	struct finding **items;
	size_t count;
};

/* A new finding with one reference. */
struct finding *finding_new(const char *id);

/* One more reference; returns its argument. NULL gives NULL. */
struct finding *finding_ref(struct finding *f);

/* One reference less; the last one frees it. NULL does nothing. */
void finding_unref(struct finding *f);

/* Adds a sentence of evidence; takes the text over. */
void finding_prove(struct finding *f, char *sentence);

/* Adds a remedy with its title; borrowed, to be filled. */
struct remedy *finding_remedy(struct finding *f, enum remedy_kind kind, const char *title);

/* Adds a line or a command to a remedy; takes the text over. */
void remedy_line(struct remedy *r, char *text);
void remedy_command(struct remedy *r, char *text);

/* Adds a finding to a list, which takes the reference over. */
void findings_add(struct findings *list, struct finding *f);

/* Drops all. */
void findings_clear(struct findings *list);

/* The finding of that id in a list, or NULL. Borrowed. */
const struct finding *findings_find(const struct findings *list, const char *id);

/* The words of JSON: "error", "remote", "cause", "log". Static. */
const char *severity_word(enum severity severity);
const char *blame_word(enum blame blame);
const char *finding_kind_word(enum finding_kind kind);
const char *proof_word(enum proof proof);

/* For the WHO column: "them", "us", "net", "us" for policy, "?". Static. */
const char *blame_who(enum blame blame);

#endif
