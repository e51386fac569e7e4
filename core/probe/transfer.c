#include "probe/transfer.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "probe/connection.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_BYTES ((size_t)64 * 1024) /* of all answers together: 100 Continue may come for ever */

struct transfer {
	struct curl_job job; /* first: libcurl hands it back */
	struct curl_loop *loop;
	struct transfer_order order;
	struct curl_slist *connect_to;
	struct text body;
	size_t header_bytes;
	struct fault fault; /* ours, which libcurl's own word does not tell; kind FAULT_NONE: none */
	bool skipped;       /* stopped because nobody wants the body */
	char words[CURL_ERROR_SIZE];
	transfer_cb *done;
	void *arg;
};

/* ---- what comes ---------------------------------------------------------------------------------------- */

static int
status_of(struct transfer *t)
{
	long status = 0;

	curl_easy_getinfo(t->job.easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static size_t
on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;

	(void)bytes;
	t->header_bytes += size * count;
	if (t->header_bytes <= HEADER_BYTES)
		return size * count;
	fault_set(&t->fault, FAULT_LIMIT, 0, "more than %zu KiB of HTTP headers", HEADER_BYTES / 1024);
	return 0;
}

/* Less than what came back ends the transfer. */
static size_t
on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * count;

	if (status_of(t) != 200) {
		t->skipped = true;
		return 0;
	}
	if (len > t->order.bytes - t->body.len) {
		fault_set(&t->fault, FAULT_LIMIT, 0, "more than %zu bytes", t->order.bytes);
		return 0;
	}
	text_add(&t->body, bytes, len);
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

/* The wall, where no way leads around it: libcurl connects to what was pinned or not at all. */
static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *t = arg;
	struct address a;
	char room[ADDRESS_ROOM];

	(void)purpose;
	address_of(&to->addr, &a);
	if (address_same(&a, &t->order.address) && (t->order.allow_private || !address_is_private(&a)))
		return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
	address_print(&a, room);
	fault_set(&t->fault, FAULT_USAGE, 0, "%s is not asked", room);
	return CURL_SOCKET_BAD;
}

/* ---- what came of it ----------------------------------------------------------------------------------- */

static enum fault_kind
kind_of(CURLcode code)
{
	static const struct {
		CURLcode code;
		enum fault_kind kind;
	} kinds[] = {
		{CURLE_OPERATION_TIMEDOUT, FAULT_TIMEOUT},
		{CURLE_GOT_NOTHING, FAULT_CLOSED},
		{CURLE_PARTIAL_FILE, FAULT_CLOSED},
		{CURLE_RECV_ERROR, FAULT_RESET},
		{CURLE_SEND_ERROR, FAULT_RESET},
		{CURLE_FILESIZE_EXCEEDED, FAULT_LIMIT},
		{CURLE_SSL_CONNECT_ERROR, FAULT_TLS},
		{CURLE_PEER_FAILED_VERIFICATION, FAULT_TLS},
		{CURLE_SSL_CACERT_BADFILE, FAULT_TLS},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i].code == code)
			return kinds[i].kind;
	}
	return FAULT_PROTOCOL;
}

static void
say(struct transfer *t, CURLcode code, struct fault *f)
{
	char room[ADDRESS_ROOM];
	long error = 0;
	struct fault how = {FAULT_UNREACHABLE, 0, "no connection", 0};

	address_print(&t->order.address, room);
	curl_easy_getinfo(t->job.easy, CURLINFO_OS_ERRNO, &error);
	if (code == CURLE_COULDNT_CONNECT && error)
		connection_fault(uv_translate_sys_error((int)error), &how);
	else if (code != CURLE_COULDNT_CONNECT)
		fault_set(&how, kind_of(code), 0, "%s", *t->words ? t->words : curl_easy_strerror(code));
	if (how.kind == FAULT_TIMEOUT)
		fault_set(&how, FAULT_TIMEOUT, how.code, "no connection in %g s",
			(double)t->order.connect_ms / WHEN_SECOND);
	if (how.kind == FAULT_LIMIT)
		fault_set(&how, FAULT_LIMIT, 0, "more than %zu bytes", t->order.bytes);
	fault_set(f, how.kind, how.code, "%s: %s", room, how.text);
}

static const char *
header_of(struct transfer *t, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(t->job.easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return NULL;
	return header->value;
}

static int64_t
date_of(struct transfer *t)
{
	const char *date = header_of(t, "Date");
	time_t seconds = date ? curl_getdate(date, NULL) : -1;

	return seconds > 0 ? (int64_t)seconds * WHEN_SECOND : 0;
}

static void
free_transfer(struct transfer *t)
{
	curl_easy_cleanup(t->job.easy);
	curl_slist_free_all(t->connect_to);
	text_free(&t->body);
	free(t);
}

static void
on_ended(struct curl_job *job, CURLcode code)
{
	struct transfer *t = (struct transfer *)job;
	struct transfer_result r = {.fault = t->fault, .status = status_of(t), .connected = true};

	/* The only time limit that libcurl was given is that of the connection. */
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT)
		r.connected = false;
	if (code != CURLE_OK && r.fault.kind == FAULT_NONE && !t->skipped)
		say(t, code, &r.fault);
	if (r.fault.kind == FAULT_NONE) {
		r.bytes = (const unsigned char *)t->body.at;
		r.len = t->body.len;
	}
	r.type = header_of(t, "Content-Type");
	r.location = header_of(t, "Location");
	r.date_ms = date_of(t);
	t->done(t->arg, &r);
	free_transfer(t);
}

/* ---- begin --------------------------------------------------------------------------------------------- */

/* Whatever the environment or a server says: no proxy, no cookies, no passwords, no connection used twice,
 * no second request, nothing unpacked. */
static void
set_manners(CURL *easy)
{
	static const struct {
		CURLoption option;
		long value;
	} manners[] = {
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

	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
		curl_easy_setopt(easy, manners[i].option, manners[i].value);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "verifail/" VERIFAIL_VERSION);
}

/* CURLOPT_RESOLVE would do the same but keeps the name in the multi handle for good. */
static void
pin(struct transfer *t)
{
	const struct address *a = &t->order.address;
	char room[ADDRESS_ROOM], *to;

	address_print(a, room);
	to = text_new(a->family == AF_INET6 ? "::[%s]:%u" : "::%s:%u", room, t->order.url->port);
	t->connect_to = curl_slist_append(NULL, to);
	curl_easy_setopt(t->job.easy, CURLOPT_CONNECT_TO, t->connect_to);
	free(to);
}

static void
set_callbacks(struct transfer *t)
{
	CURL *easy = t->job.easy;

	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->words);
}

struct transfer *
transfer_start(struct curl_loop *loop, const struct transfer_order *order, transfer_cb *done, void *arg)
{
	struct transfer *t = mem_new(1, sizeof *t);

	*t = (struct transfer){.loop = loop, .order = *order, .done = done, .arg = arg};
	t->job.easy = curl_easy_init();
	if (!t->job.easy)
		abort(); /* out of memory */
	t->job.ended = on_ended;
	set_manners(t->job.easy);
	set_callbacks(t);
	pin(t);
	curl_easy_setopt(t->job.easy, CURLOPT_CURLU, order->url->parts);
	curl_easy_setopt(t->job.easy, CURLOPT_CONNECTTIMEOUT_MS, (long)order->connect_ms);
	/* Refused at once when Content-Length says so; on_body() counts what comes in any case. */
	curl_easy_setopt(t->job.easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)order->bytes);
	curl_loop_add(loop, &t->job);
	return t;
}

void
transfer_drop(struct transfer *t)
{
	if (!t)
		return;
	curl_loop_drop(t->loop, &t->job);
	free_transfer(t);
}
