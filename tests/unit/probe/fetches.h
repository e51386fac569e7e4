/* fetches: an HTTP client on a loop of its own with a DNS and an HTTP server, and what came of what it was
 * asked.
 */
#ifndef UNIT_PROBE_FETCHES_H
#define UNIT_PROBE_FETCHES_H

#include "probe/http.h"
#include "tests/unit/probe/http_server.h"
#include "tests/unit/probe/names.h"

#define FETCHES 8
#define HTTP_OK "HTTP/1.1 200 OK\r\n"
#define HTTP_TO(where) "HTTP/1.1 302 Found\r\nLocation: " where "\r\nContent-Length: 0\r\n\r\n"

/* A copy of a result. */
struct fetched {
	struct fault fault;
	int status;
	char *bytes; /* NUL-terminated */
	size_t len;
	char *type, *url;
	char *asked; /* the URLs with a blank between them */
	int64_t date_ms;
};

struct fetches {
	uv_loop_t loop;
	struct names names;
	struct http_server http;
	struct resolver *resolver;
	bool allow_private;        /* private addresses are allowed at first */
	struct http_limits limits; /* generous in time: a busy machine must not end it */
	struct http_client *client;
	struct http_get *under_way[FETCHES];
	struct fetched told[FETCHES]; /* in the order of their asking */
	size_t asked, ended;
	bool outside; /* the loop runs: callbacks may come */
	int closed;
};

/* Begins; hosts of example.net that the tests name are at 127.0.0.1, see fetches.c. */
void fetches_begin(struct fetches *t, const struct http_row *rows, size_t count);

/* Asks; "$PORT" in the URL becomes the server's port. */
void fetches_ask(struct fetches *t, const char *url);

/* Closes the client and the resolver now; it happens by itself when all that was asked has ended. */
void fetches_close(struct fetches *t);

/* Runs the loop until all that was asked ended and everything is closed, and checks that nothing is left. */
void fetches_run(struct fetches *t);

/* Frees what was told. */
void fetches_forget(struct fetches *t);

/* All of it for one URL; forgotten by the caller. */
void fetches_one(struct fetches *t, const struct http_row *rows, size_t count, const char *url);

struct fetches_case {
	const char *url; /* or a path: of aia.example.net */
	enum fault_kind kind;
	int status;
	const char *says;  /* a part of the body, or of the fault's text */
	const char *asked; /* the paths, blanks between them; NULL: that of the URL alone */
};

/* All of it for each case: what it says, and that the server was asked for just these paths. */
void fetches_check(const struct http_row *rows, size_t count, const struct fetches_case *cases,
	size_t case_count);

#endif
