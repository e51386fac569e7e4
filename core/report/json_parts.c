#include "report/json_parts.h"

#include "base/when.h"
#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

/* The last second of the year 9999, which RFC 3339 can still write, a day off for the zone. */
#define LAST_MS (INT64_C(253402300799000) - WHEN_DAY)

json_t *
json_words(const char *text)
{
	struct text clean = {NULL, 0, 0};
	json_t *words;

	if (!text || !text[0])
		return json_null();
	safe_utf8(&clean, text);
	words = json_stringn(clean.at, clean.len);
	text_free(&clean);
	return words;
}

json_t *
json_words_of_mail(const char *text, bool full)
{
	char *clean;
	json_t *words;

	if (full)
		return json_words(text);
	clean = safe_without_addresses(text);
	words = json_words(clean);
	free(clean);
	return words;
}

json_t *
json_known(int64_t number, int64_t unknown)
{
	return number == unknown ? json_null() : json_integer(number);
}

json_t *
json_when(int64_t ms)
{
	char room[WHEN_ROOM];

	if (ms == 0)
		return json_null();
	when_format(ms > LAST_MS ? LAST_MS : ms, room);
	return json_string(room);
}

json_t *
json_verify(enum verify verify)
{
	return json_words(verify_word(verify));
}

json_t *
json_verdict(const struct verdict *v)
{
	bool judged = v->message[0] != '\0';

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "verify", json_verify(v->verify), "code",
		judged ? json_integer(v->code) : json_null(), "message", json_words(v->message), "depth",
		judged && v->code ? json_integer(v->depth) : json_null(), "subject", json_words(v->subject));
}

json_t *
json_certificate(const struct certificate *c)
{
	json_t *sans = json_array();

	for (size_t i = 0; i < c->san_count; i++)
		json_array_append_new(sans, json_words(c->sans[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "subject",
		json_words(c->subject), "issuer", json_words(c->issuer), "serial", json_words(c->serial),
		"sha256", json_words(c->sha256), "not_before", json_when(c->not_before_ms), "not_after",
		json_when(c->not_after_ms), "key", json_words(c->key), "signature", json_words(c->signature),
		"sans", sans, "ca", c->ca);
}

json_t *
json_chain(const struct chain *c)
{
	json_t *list = json_array();

	for (size_t i = 0; c && i < c->count; i++)
		json_array_append_new(list, json_certificate(c->certificates[i]));
	return list;
}

/* jansson leaves DEL as it is; it can only stand inside a string. */
static void
put_without_del(struct text *out, const char *json)
{
	size_t len;

	while (json[len = strcspn(json, "\x7f")] != '\0') {
		text_add(out, json, len);
		text_put(out, "\\u007f");
		json += len + 1;
	}
	text_put(out, json);
}

void
json_print(struct text *out, json_t *document, bool indented)
{
	char *json =
		json_dumps(document, JSON_ENSURE_ASCII | (indented ? (size_t)JSON_INDENT(2) : JSON_COMPACT));

	if (json)
		put_without_del(out, json);
	text_put(out, "\n");
	free(json);
	json_decref(document);
}
