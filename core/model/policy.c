#include "model/policy.h"

#include "base/mem.h"
#include "base/when.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* confTO_QUEUERETURN and confTO_QUEUEWARN where nobody sets them (cf/README) */
#define RETURN_AFTER (5 * WHEN_DAY)
#define WARN_AFTER (4 * WHEN_HOUR)

struct policy *
policy_new(void)
{
	struct policy *p = mem_new(1, sizeof *p);

	p->refs = 1;
	p->log_level = 9;
	p->both_needed = true;
	p->queue_return_ms = RETURN_AFTER;
	return p;
}

struct policy *
policy_ref(struct policy *p)
{
	if (p)
		p->refs++;
	return p;
}

static void
free_file(struct policy_file *f)
{
	free(f->path);
	free(f->bytes);
}

static void
free_files(struct policy_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free_file(&files[i]);
	free(files);
}

void
policy_unref(struct policy *p)
{
	if (!p || --p->refs)
		return;
	char *texts[] = {p->cf, p->version, p->ca_file, p->ca_path, p->crl_file, p->crl_path, p->cipher_list,
		p->cipher_suites, p->ssl_options, p->client_cert, p->client_key, p->openssl_conf,
		p->helo_name};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	free_file(&p->ca_file_bytes);
	free_file(&p->crl_file_bytes);
	free_file(&p->client_cert_bytes);
	free_file(&p->client_key_bytes);
	free_file(&p->client_cert_unsafe);
	free_file(&p->client_key_unsafe);
	free_files(p->ca_path_files, p->ca_path_count);
	free_files(p->ca_path_unhashed, p->ca_path_unhashed_count);
	free_files(p->crl_path_files, p->crl_path_count);
	for (size_t i = 0; i < p->note_count; i++)
		free(p->notes[i]);
	free(p->notes);
	free(p);
}

void
policy_note(struct policy *p, char *text)
{
	p->notes = mem_resize(p->notes, p->note_count + 1, sizeof *p->notes);
	p->notes[p->note_count++] = text;
}

bool
policy_same_host(const char *a, const char *b)
{
	size_t len_a = a ? strcspn(a, ".") : 0, len_b = b ? strcspn(b, ".") : 0;

	return len_a == 0 || len_b == 0 || (len_a == len_b && strncasecmp(a, b, len_a) == 0);
}

const struct policy *
policy_of_log(const struct policy *own, const char *log_host, const char *own_host)
{
	return policy_same_host(log_host, own_host) ? own : NULL;
}

int64_t
policy_returns_after(const struct policy *of_log)
{
	return of_log && of_log->cf ? of_log->queue_return_ms : RETURN_AFTER;
}

int64_t
policy_warns_after(const struct policy *of_log)
{
	return of_log && of_log->cf ? of_log->queue_warn_ms : WARN_AFTER;
}

bool
policy_falls_back(const struct policy *of_log)
{
	return of_log && of_log->cf && of_log->fallback_to_clear;
}

const char *
policy_source_word(enum policy_source source)
{
	static const char *const words[] = {
		[POLICY_CF] = "cf",
		[POLICY_OPTIONS] = "options",
		[POLICY_SYSTEM] = "system",
	};

	return words[source];
}
