#include "model/policy.h"

#include "base/mem.h"
#include "base/when.h"

#include <stdlib.h>

struct policy *
policy_new(void)
{
	struct policy *p = mem_new(1, sizeof *p);

	p->refs = 1;
	p->log_level = 9;
	p->both_needed = true;
	p->queue_return_ms = 5 * WHEN_DAY;
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
	free_files(p->ca_path_loose, p->ca_path_loose_count);
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
