/* fix_page: all that can be done about one finding, as lines, and what each line copies. Pure: values in,
 * lines out. */
#ifndef TUI_FIX_PAGE_H
#define TUI_FIX_PAGE_H

#include "tui/finding_list.h"
#include "tui/page.h"

#define FIX_CHOICES 32 /* on one page; the keys 1 to 9 reach the first */
#define FIX_NONE SIZE_MAX

struct fix_case { /* all borrowed */
	const struct finding_list *all;
	size_t at;                  /* the finding, of all */
	const struct relay *relay;  /* NULL: it is about no relay */
	const struct look *look;    /* NULL: none */
	const struct trial *trials; /* one for each remedy of the finding */
};

struct fix_piece {     /* lines that belong together */
	size_t choice; /* counts from 0; FIX_NONE: of no choice */
	char *copied;  /* what `y` copies; NULL: nothing */
};

struct fix_choice {
	size_t remedy; /* of the finding; FIX_NONE: the message to their postmaster */
};

struct fix_page {
	struct pane pane; /* an item is a piece */
	struct fix_piece *pieces;
	size_t piece_count;
	struct fix_choice choices[FIX_CHOICES];
	size_t choice_count;
};

/* Fills it anew. */
void fix_page_build(struct fix_page *p, const struct fix_case *c, int width, bool ascii);

/* The first line of a choice; 0 when there is none. */
size_t fix_page_line_of(const struct fix_page *p, size_t choice);

/* The piece that a line belongs to; NULL: there is no such line. */
const struct fix_piece *fix_page_piece(const struct fix_page *p, size_t line);

/* The certificate that a remedy wants in a file: the missing intermediate, or the root; NULL: none is known.
 * Borrowed from the look. */
const struct certificate *fix_certificate(const struct remedy *r, const struct look *look);

/* Frees what it holds. */
void fix_page_free(struct fix_page *p);

#endif
