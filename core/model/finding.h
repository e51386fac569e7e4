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

enum remedy_line_kind {
	LINE_SENTENCE,
	LINE_MC,     /* of sendmail.mc, to be copied as it is */
	LINE_ACCESS, /* an entry of the access map, to be copied as it is */
	LINE_SHELL,  /* a command, to be typed as it is, without a prompt */
};

struct remedy_line {
	enum remedy_line_kind kind;
	char *text;
};

struct remedy {
	enum remedy_kind kind;
	enum remedy_change change;
	int level;                 /* of CHANGE_LEVEL */
	bool theirs;               /* for the relay's postmaster to do: the finding's letter asks for it */
	char *title;               /* "TELL THEM", "SUPPLY IT HERE", … */
	char *cost;                /* what it gives up, one sentence; NULL: nothing */
	struct remedy_line *lines; /* the shell commands behind all others */
	size_t line_count;
};

enum evidence_kind {
	EVIDENCE_PROVES,   /* what was logged, seen or tried */
	EVIDENCE_ASKED,    /* where the issuer was asked for, and what came of it */
	EVIDENCE_LEFT_OUT, /* what was not looked at, and why */
	EVIDENCE_CHANGED,  /* what is different since the look before: it tells when, not why */
};

struct evidence_item {
	enum evidence_kind kind;
	char *text; /* one sentence */
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
	char *brief; /* the same in so few words that a table has room for them; NULL: the title is all there
			is */
	struct evidence_item *evidence; /* at least one */
	size_t evidence_count;
	struct remedy *remedies;
	size_t remedy_count;
	char *remote_message; /* ready to send to the postmaster; NULL: nobody to tell */
	bool says_held;       /* that message says already that mail to them is held here */
	char *rule;           /* of held or returned mail: our rule that is not met ("access TLS_Srv VERIFY");
			       * NULL: none is known */
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
void finding_prove(struct finding *f, enum evidence_kind kind, char *sentence);

/* Adds a remedy with its title; borrowed, to be filled. */
struct remedy *finding_remedy(struct finding *f, enum remedy_kind kind, const char *title);

/* Adds a line to a remedy; one that is no shell command is put before those that are. Takes the text over. */
void remedy_add(struct remedy *r, enum remedy_line_kind kind, char *text);

/* The first shell command of a remedy, else its first line; NULL: it has no line. Borrowed. */
const char *remedy_first(const struct remedy *r);

/* Takes the last remedy away again. */
void finding_drop_remedy(struct finding *f);

/* Adds a finding to a list, which takes the reference over. */
void findings_add(struct findings *list, struct finding *f);

/* Drops all. */
void findings_clear(struct findings *list);

/* The finding of that id in a list, or NULL. Borrowed. */
struct finding *findings_find(const struct findings *list, const char *id);

/* The words of JSON: "error", "remote", "cause", "log". Static. */
const char *severity_word(enum severity severity);
const char *blame_word(enum blame blame);
const char *finding_kind_word(enum finding_kind kind);
const char *proof_word(enum proof proof);

/* For the WHO column: "them", "us", "net", "us" for policy, "?". Static. */
const char *blame_who(enum blame blame);

#endif
