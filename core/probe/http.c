#include "probe/http.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "probe/connection.h"
#include "probe/http_url.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES 4 /* of one family are tried; more do not fit into the time */
#define HEADER_BYTES \
	((size_t)64 * 1024) /* of all answers to one request: a server may send 100 Continue for ever */

struct http_client {
	uv_loop_t *loop;
	struct resolver *resolver;
	const bool *allow_private;
	CURLM *multi;
	uv_timer_t timer; /* libcurl's */
	unsigned handles; /* of libuv that are not closed yet: the timer and the sockets */
	struct http_get *gets;
	bool closing;
	void (*closed)(void *arg);
	void *arg;
};

/* One of libcurl's sockets, watched for it. */
struct http_socket {
	uv_poll_t poll;
	struct http_client *client;
	curl_socket_t socket;
};

struct http_get {
	struct http_get *next;
	struct http_client *client;
	struct http_limits limits;
	http_done *done;
	void *arg;
	uint64_t begun, deadline; /* by uv_hrtime() */
	uv_timer_t timer;         /* the deadline; at the end it calls done from the loop */
	bool settled;             /* the result is final */

	/* The URL that is asked now. */
	struct http_url *url; /* NULL: not one was good */
	struct lookup *lookup;
	int family; /* which record was asked for last: DNS_A or DNS_AAAA */
	struct address addresses[ADDRESSES];
	size_t count, tried;
	struct fault trouble; /* why no address has answered so far */

	/* The connection to one address of it. */
	CURL *easy; /* NULL: none is under way */
	struct curl_slist *connect_to;
	int64_t connect_ms;
	struct fault refused; /* why we ended it ourselves, which libcurl's code does not tell; FAULT_NONE: we
				 did not */
	bool skipped;         /* ended because nobody needs the body */
	size_t header_bytes;
	char words[CURL_ERROR_SIZE];

	struct http_result result; /* points to: */
	struct text body;
	char *type, *last, **asked;
};

/* ---- libcurl's sockets and timer on the loop -------------------------------------------------------- */

static void
on_handle_closed(struct http_client *c)
{
	if (--c->handles)
		return;
	if (c->closed)
		c->closed(c->arg);
	free(c);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	on_handle_closed(handle->data);
}

static void
on_socket_closed(uv_handle_t *handle)
{
	struct http_socket *s = handle->data;

	on_handle_closed(s->client);
	free(s);
}

static void connection_ended(struct http_get *g, CURLcode code);

static void
act(struct http_client *c, curl_socket_t socket, int events)
{
	CURLMsg *message;
	int running, left;

	curl_multi_socket_action(c->multi, socket, events, &running);
	while ((message = curl_multi_info_read(c->multi, &left))) {
		char *get = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &get);
		connection_ended((struct http_get *)(void *)get, message->data.result);
	}
}

static void
on_ready(uv_poll_t *poll, int status, int events)
{
	struct http_socket *s = poll->data;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0;

	flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
	flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
	act(s->client, s->socket, flags);
}

static void
on_timer(uv_timer_t *timer)
{
	act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static struct http_socket *
watch_socket(struct http_client *c, curl_socket_t socket)
{
	struct http_socket *s = mem_new(1, sizeof *s);

	*s = (struct http_socket){.client = c, .socket = socket};
	if (uv_poll_init_socket(c->loop, &s->poll, socket) != 0) {
		free(s);
		return NULL;
	}
	s->poll.data = s;
	c->handles++;
	curl_multi_assign(c->multi, socket, s);
	return s;
}

/* CURLMOPT_SOCKETFUNCTION: what libcurl waits for. -1 ends the transfer. */
static int
on_socket(CURL *easy, curl_socket_t socket, int what, void *arg, void *known)
{
	struct http_client *c = arg;
	struct http_socket *s = known;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE && s) {
		/* libcurl closes the socket next: libuv must have stopped polling it by then. */
		curl_multi_assign(c->multi, socket, NULL);
		uv_poll_stop(&s->poll);
		uv_close((uv_handle_t *)&s->poll, on_socket_closed);
	}
	if (what == CURL_POLL_REMOVE)
		return 0;
	if (!s)
		s = watch_socket(c, socket);
	if (!s)
		return -1;
	events |= what & CURL_POLL_IN ? UV_READABLE : 0;
	events |= what & CURL_POLL_OUT ? UV_WRITABLE : 0;
	uv_poll_start(&s->poll, events, on_ready);
	return 0;
}

/* CURLMOPT_TIMERFUNCTION */
static int
on_timer_wanted(CURLM *multi, long timeout_ms, void *arg)
{
	struct http_client *c = arg;

	(void)multi;
	uv_timer_stop(&c->timer);
	if (timeout_ms >= 0) {
		uv_update_time(c->loop);
		uv_timer_start(&c->timer, on_timer, (uint64_t)timeout_ms, 0);
	}
	return 0;
}

static void
close_when_idle(struct http_client *c)
{
	if (!c->closing || c->gets)
		return;
	curl_multi_cleanup(c->multi); /* its last sockets come to on_socket() from in here */
	curl_global_cleanup();
	uv_close((uv_handle_t *)&c->timer, on_timer_closed);
}

/* ---- the end of a GET ------------------------------------------------------------------------------- */

static void
end_connection(struct http_get *g)
{
	if (!g->easy)
		return;
	curl_multi_remove_handle(g->client->multi, g->easy);
	curl_easy_cleanup(g->easy);
	curl_slist_free_all(g->connect_to);
	g->easy = NULL;
	g->connect_to = NULL;
}

static void
free_get(uv_handle_t *handle)
{
	struct http_get *g = handle->data, **at = &g->client->gets;
	struct http_client *c = g->client;

	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	for (size_t i = 0; i < g->result.asked_count; i++)
		free(g->asked[i]);
	free(g->asked);
	free(g->type);
	free(g->last);
	text_free(&g->body);
	http_url_free(g->url);
	free(g);
	close_when_idle(c);
}

static void
on_tell(uv_timer_t *timer)
{
	struct http_get *g = timer->data;
	struct http_result *r = &g->result;

	r->ms = (int64_t)((uv_hrtime() - g->begun) / 1000000);
	r->url = g->last;
	r->type = g->type;
	r->asked = (const char *const *)g->asked;
	if (r->fault.kind == FAULT_NONE) {
		r->bytes = (const unsigned char *)g->body.at;
		r->len = g->body.len;
	}
	g->done(g->arg, r);
	uv_close((uv_handle_t *)&g->timer, free_get);
}

/* Every end comes through here, once. A look-up that is still under way calls back first. */
static void
settle(struct http_get *g, const struct fault *fault)
{
	end_connection(g);
	g->settled = true;
	g->result.fault = *fault;
	uv_timer_stop(&g->timer);
	if (g->lookup)
		lookup_cancel(g->lookup);
	else
		uv_timer_start(&g->timer, on_tell, 0, 0);
}

static void
on_deadline(uv_timer_t *timer)
{
	struct http_get *g = timer->data;
	struct fault why;

	fault_set(&why, FAULT_TIMEOUT, 0, "no whole answer in %g s",
		(double)g->limits.timeout_ms / WHEN_SECOND);
	settle(g, &why);
}

/* ---- a connection: what comes ----------------------------------------------------------------------- */

static int
status_of(struct http_get *g)
{
	long status = 0;

	curl_easy_getinfo(g->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

/* CURLOPT_HEADERFUNCTION: returning 0 ends the transfer. */
static size_t
on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_get *g = arg;

	(void)bytes;
	g->header_bytes += size * count;
	if (g->header_bytes <= HEADER_BYTES)
		return size * count;
	fault_set(&g->refused, FAULT_LIMIT, 0, "more than %zu KiB of HTTP headers", HEADER_BYTES / 1024);
	return 0;
}

/* CURLOPT_WRITEFUNCTION: returning 0 ends the transfer. */
static size_t
on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_get *g = arg;
	size_t len = size * count;

	if (status_of(g) != 200) {
		g->skipped = true;
		return 0;
	}
	if (len > g->limits.bytes - g->body.len) {
		fault_set(&g->refused, FAULT_LIMIT, 0, "more than %zu bytes", g->limits.bytes);
		return 0;
	}
	text_add(&g->body, bytes, len);
	return len;
}

static void
address_of(const struct sockaddr *from, struct address *a)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)from;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)from;

	*a = (struct address){0};
	if (from->sa_family == AF_INET)
		address_from_bytes(&in->sin_addr, 4, a);
	else if (from->sa_family == AF_INET6)
		address_from_bytes(&in6->sin6_addr, 16, a);
}

/* CURLOPT_OPENSOCKETFUNCTION, the one place where a connection can begin: to the address that we looked up,
 * and to a public one unless the user allowed others. */
static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct http_get *g = arg;
	struct address a;
	char room[ADDRESS_ROOM];

	(void)purpose;
	address_of(&to->addr, &a);
	address_print(&a, room);
	if (!address_same(&a, &g->addresses[g->tried - 1])) {
		fault_set(&g->refused, FAULT_USAGE, 0, "%s is not the address of %.150s", room, g->url->host);
		return CURL_SOCKET_BAD;
	}
	if (!*g->client->allow_private && address_is_private(&a)) {
		fault_set(&g->refused, FAULT_USAGE, 0,
			"%.150s is at %s: no private address is asked without --allow-private", g->url->host,
			room);
		return CURL_SOCKET_BAD;
	}
	if (!g->result.asked_count || strcmp(g->asked[g->result.asked_count - 1], g->url->text) != 0) {
		g->asked = mem_resize(g->asked, g->result.asked_count + 1, sizeof *g->asked);
		g->asked[g->result.asked_count++] = mem_text(g->url->text);
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- a connection: begin ---------------------------------------------------------------------------- */

/* Nothing of the environment or of a server changes the request: no proxy, cookies, passwords or netrc; no
 * connection is used twice, no second request is made, nothing is unpacked. */
static void
set_options(struct http_get *g)
{
	static const struct {
		CURLoption option;
		long value;
	} fixed[] = {
		{CURLOPT_HTTPGET, 1},
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_FOLLOWLOCATION, 0},
		{CURLOPT_FRESH_CONNECT, 1},
		{CURLOPT_FORBID_REUSE, 1},
		{CURLOPT_DNS_CACHE_TIMEOUT, 0},
		{CURLOPT_NETRC, CURL_NETRC_IGNORED},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
		{CURLOPT_HTTP09_ALLOWED, 0},
		{CURLOPT_HTTP_CONTENT_DECODING, 0},
		{CURLOPT_SSL_VERIFYPEER, 1},
		{CURLOPT_SSL_VERIFYHOST, 2},
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		curl_easy_setopt(g->easy, fixed[i].option, fixed[i].value);
	curl_easy_setopt(g->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(g->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(g->easy, CURLOPT_USERAGENT, "verifail/" VERIFAIL_VERSION);
	curl_easy_setopt(g->easy, CURLOPT_CURLU, g->url->parts);
	curl_easy_setopt(g->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)g->connect_ms);
	/* Refused at once when Content-Length says so; on_body() counts what comes in any case. */
	curl_easy_setopt(g->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)g->limits.bytes);
	curl_easy_setopt(g->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(g->easy, CURLOPT_WRITEDATA, g);
	curl_easy_setopt(g->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(g->easy, CURLOPT_HEADERDATA, g);
	curl_easy_setopt(g->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(g->easy, CURLOPT_OPENSOCKETDATA, g);
	curl_easy_setopt(g->easy, CURLOPT_ERRORBUFFER, g->words);
	curl_easy_setopt(g->easy, CURLOPT_PRIVATE, g);
}

/* CURLOPT_RESOLVE would do the same but keeps the name in the multi handle for good. */
static void
pin_address(struct http_get *g, const struct address *a)
{
	char room[ADDRESS_ROOM], *to;

	address_print(a, room);
	to = text_new(a->family == AF_INET6 ? "::[%s]:%u" : "::%s:%u", room, g->url->port);
	g->connect_to = curl_slist_append(NULL, to);
	curl_easy_setopt(g->easy, CURLOPT_CONNECT_TO, g->connect_to);
	free(to);
}

static int64_t
remaining_ms(const struct http_get *g)
{
	uint64_t now = uv_hrtime();

	return g->deadline > now ? (int64_t)((g->deadline - now) / 1000000) : 0;
}

static void
begin_connection(struct http_get *g)
{
	/* Half of what is left, shared among the addresses: the other half is for the answer. */
	int64_t ms = remaining_ms(g) / 2 / (int64_t)(g->count - g->tried);

	g->connect_ms = ms > 1 ? ms : 1;
	g->refused = (struct fault){.kind = FAULT_NONE};
	g->skipped = false;
	g->header_bytes = 0;
	*g->words = '\0';
	g->easy = curl_easy_init();
	if (!g->easy)
		abort(); /* out of memory */
	set_options(g);
	pin_address(g, &g->addresses[g->tried++]);
	curl_multi_add_handle(g->client->multi, g->easy);
}

/* ---- a URL: its addresses, one after the other ------------------------------------------------------ */

/* That the host has no address of the other family says less than what one of its addresses led to. */
static void
note_trouble(struct http_get *g, const struct fault *why)
{
	if (g->trouble.kind == FAULT_NONE || g->trouble.kind == FAULT_DNS)
		g->trouble = *why;
}

static void on_answer(void *arg, struct answer *answer);

/* IPv4 first: a host of certificates always has it, and AAAA is not even looked up when it answers. */
static void
look_up(struct http_get *g, int family)
{
	g->family = family;
	g->count = g->tried = 0;
	g->lookup =
		resolver_ask(g->client->resolver, g->url->host, family, remaining_ms(g) / 2, on_answer, g);
}

static void
try_next_address(struct http_get *g)
{
	if (g->tried < g->count)
		begin_connection(g);
	else if (g->family == DNS_A)
		look_up(g, DNS_AAAA);
	else
		settle(g, &g->trouble);
}

static void
on_answer(void *arg, struct answer *answer)
{
	struct http_get *g = arg;
	const char *host = g->url->host;
	struct fault why;

	g->lookup = NULL;
	if (g->settled) {
		uv_timer_start(&g->timer, on_tell, 0, 0);
		return;
	}
	/* Addresses that fail DNSSEC count too: what is fetched proves itself by its signature, or by TLS. */
	for (size_t i = 0; i < answer->count && g->count < ADDRESSES; i++) {
		const struct dns_record *record = &answer->records[i];

		g->count += address_from_bytes(record->data, record->len, &g->addresses[g->count]);
	}
	if (answer->count == 0) {
		if (answer->status == DNS_NXDOMAIN)
			fault_set(&why, FAULT_DNS, answer->rcode, "%.150s does not exist", host);
		else if (answer->why)
			fault_set(&why, FAULT_DNS, answer->rcode, "%.150s: %.90s", host, answer->why);
		else
			fault_set(&why, FAULT_DNS, answer->rcode, "%.150s has no address", host);
		note_trouble(g, &why);
	}
	try_next_address(g);
}

/* Makes it the GET's URL. False with *why when it may not be asked, or was asked before. */
static bool
choose(struct http_get *g, const char *text, struct fault *why)
{
	struct http_url_rules rules = {*g->client->allow_private, g->limits.https};
	struct http_url *url = http_url_new(text, g->url, &rules, why);

	free(g->last);
	g->last = mem_text(url ? url->text : text);
	g->result.status = 0;
	g->result.date_ms = 0;
	if (!url)
		return false;
	http_url_free(g->url);
	g->url = url;
	g->trouble = (struct fault){.kind = FAULT_NONE};
	for (size_t i = 0; i < g->result.asked_count; i++) {
		if (strcmp(g->asked[i], url->text) == 0) {
			fault_set(why, FAULT_LIMIT, 0, "redirects in a circle");
			return false;
		}
	}
	return true;
}

/* ---- a connection: what came of it ------------------------------------------------------------------ */

static enum fault_kind
kind_of(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return FAULT_TIMEOUT;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return FAULT_CLOSED;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return FAULT_RESET;
	case CURLE_FILESIZE_EXCEEDED:
		return FAULT_LIMIT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return FAULT_TLS;
	default:
		return FAULT_PROTOCOL;
	}
}

/* libcurl's end of a connection as a fault; FAULT_NONE for a whole answer, and for one that was whole enough.
 */
static struct fault
fault_of(struct http_get *g, CURLcode code)
{
	struct fault f, how = {.kind = FAULT_UNREACHABLE, .text = "no connection"};
	char room[ADDRESS_ROOM];
	long error = 0;

	if (g->refused.kind != FAULT_NONE || code == CURLE_OK || g->skipped)
		return g->refused;
	curl_easy_getinfo(g->easy, CURLINFO_OS_ERRNO, &error);
	if (code == CURLE_COULDNT_CONNECT && error)
		connection_fault(uv_translate_sys_error((int)error), &how);
	else if (code != CURLE_COULDNT_CONNECT)
		fault_set(&how, kind_of(code), 0, "%s", *g->words ? g->words : curl_easy_strerror(code));
	if (how.kind == FAULT_TIMEOUT)
		fault_set(&how, FAULT_TIMEOUT, how.code, "no connection in %g s",
			(double)g->connect_ms / WHEN_SECOND);
	if (how.kind == FAULT_LIMIT)
		fault_set(&how, FAULT_LIMIT, 0, "more than %zu bytes", g->limits.bytes);
	address_print(&g->addresses[g->tried - 1], room);
	fault_set(&f, how.kind, how.code, "%s: %s", room, how.text);
	return f;
}

static const char *
header_of(struct http_get *g, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(g->easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return NULL;
	return header->value;
}

/* Takes the answer. True when it leads on to another URL; false with *end, what came of the GET. */
static bool
leads_on(struct http_get *g, struct fault *end)
{
	const char *date = header_of(g, "Date"), *location = header_of(g, "Location");
	time_t seconds = date ? curl_getdate(date, NULL) : -1;
	int status = g->result.status = status_of(g);
	bool redirect = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;

	g->result.date_ms = seconds > 0 ? (int64_t)seconds * WHEN_SECOND : 0;
	if (end->kind != FAULT_NONE)
		return false;
	if (status == 200) {
		g->type = mem_text(header_of(g, "Content-Type"));
		return false;
	}
	if (!redirect || !location) {
		fault_set(end, FAULT_REPLY, status, "HTTP status %d", status);
		return false;
	}
	if (g->result.asked_count > g->limits.redirects) {
		fault_set(end, FAULT_LIMIT, 0, "more than %u redirect%s", g->limits.redirects,
			g->limits.redirects == 1 ? "" : "s");
		return false;
	}
	return choose(g, location, end);
}

static void
connection_ended(struct http_get *g, CURLcode code)
{
	struct fault f = fault_of(g, code);

	/* The only time limit that libcurl was given is that of the connection. */
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT) {
		end_connection(g);
		note_trouble(g, &f);
		try_next_address(g);
	} else if (leads_on(g, &f)) {
		end_connection(g);
		look_up(g, DNS_A);
	} else {
		settle(g, &f);
	}
}

/* ---- the door --------------------------------------------------------------------------------------- */

struct http_client *
http_client_new(uv_loop_t *loop, struct resolver *resolver, const bool *allow_private)
{
	struct http_client *c;
	CURLM *multi;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	if (!multi) {
		curl_global_cleanup();
		return NULL;
	}
	c = mem_new(1, sizeof *c);
	*c = (struct http_client){.loop = loop,
		.resolver = resolver,
		.allow_private = allow_private,
		.multi = multi,
		.handles = 1};
	uv_timer_init(loop, &c->timer);
	c->timer.data = c;
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, c);
	return c;
}

struct http_get *
http_get(struct http_client *c, const char *url, const struct http_limits *limits, http_done *done, void *arg)
{
	struct http_get *g = mem_new(1, sizeof *g);
	struct fault why;

	assert(!c->closing && limits->timeout_ms > 0);
	*g = (struct http_get){.next = c->gets, .client = c, .limits = *limits, .done = done, .arg = arg};
	c->gets = g;
	g->begun = uv_hrtime();
	g->deadline = g->begun + (uint64_t)limits->timeout_ms * 1000000;
	uv_timer_init(c->loop, &g->timer);
	g->timer.data = g;
	if (!choose(g, url, &why)) {
		settle(g, &why);
		return g;
	}
	uv_update_time(c->loop);
	uv_timer_start(&g->timer, on_deadline, (uint64_t)limits->timeout_ms, 0);
	look_up(g, DNS_A);
	return g;
}

void
http_cancel(struct http_get *g)
{
	struct fault why;

	if (g->settled)
		return;
	fault_set(&why, FAULT_CANCELLED, 0, "cancelled");
	settle(g, &why);
}

void
http_client_close(struct http_client *c, void (*closed)(void *arg), void *arg)
{
	if (!c)
		return;
	c->closed = closed;
	c->arg = arg;
	c->closing = true;
	for (struct http_get *g = c->gets; g; g = g->next)
		http_cancel(g);
	close_when_idle(c);
}
