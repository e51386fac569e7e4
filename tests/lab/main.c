/* verifail-lab: relays with broken chains on loopback, a log being written, and verifail next to it. The lab
 * runs in a child process of its own session, so that the terminal, its signals and the exit status are
 * verifail's alone; the child goes when the pipe that verifail inherited is closed. */
#include "lab.h"

#include "base/mem.h"
#include "base/text.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE                                                                         \
	"usage: verifail-lab [OPTIONS] [-- VERIFAIL-ARGUMENTS]\n"                     \
	"  --serve        only serve; print where; end at end of input or SIGTERM\n"  \
	"  --seconds N    end after N seconds\n"                                      \
	"  --host NAME    the host in the log (default: this one)\n"                  \
	"  --rfc3164      the log's timestamps as of old (default: ISO)\n"            \
	"  --log-level N  9, 12 or 14 (default)\n"                                    \
	"  --interval MS  between two deliveries in the log (default 400; 0: none)\n" \
	"  --slow MS      how long the slow greeting takes (default 8000)\n"          \
	"  --list         the relays, one a line\n"                                   \
	"Everything is on loopback and in a temporary folder; nothing is left behind.\n"

struct arguments {
	struct lab_options lab;
	unsigned seconds;
	bool serve;
	char **rest; /* verifail's own */
};

struct serving {
	uv_loop_t loop;
	struct lab *lab;
	uv_pipe_t life; /* at its end the lab ends */
	uv_timer_t timer;
	uv_signal_t signals[2];
	pid_t program; /* told to end when the time is over; 0: none */
	char room[64];
};

/* ---- serving ---- */

static void
stop(struct serving *s)
{
	if (uv_is_closing((uv_handle_t *)&s->timer))
		return;
	uv_close((uv_handle_t *)&s->life, NULL);
	uv_close((uv_handle_t *)&s->timer, NULL);
	for (size_t i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&s->signals[i], NULL);
	lab_close(s->lab);
}

static void
offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct serving *s = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(s->room, sizeof(s->room));
}

static void
life_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
	(void)buffer;
	if (got < 0)
		stop(stream->data);
}

static void
time_is_over(uv_timer_t *timer)
{
	struct serving *s = timer->data;

	if (s->program)
		kill(s->program, SIGTERM);
	stop(s);
}

static void
told_to_end(uv_signal_t *handle, int number)
{
	(void)number;
	stop(handle->data);
}

/* Says where everything is, as shell assignments. */
static void
say_where(const struct lab *lab, int fd)
{
	dprintf(fd, "port=%u resolver=%s folder=%s\n", lab_port(lab), lab_resolver(lab), lab_folder(lab));
}

/* Serves until the other end of life is closed; says where on the descriptor say. */
static int
serve(const struct arguments *a, int life, int say, pid_t program)
{
	static const int numbers[] = {SIGTERM, SIGINT};
	struct serving s = {.program = program};

	uv_loop_init(&s.loop);
	s.lab = lab_start(&s.loop, &a->lab);
	uv_pipe_init(&s.loop, &s.life, 0);
	uv_timer_init(&s.loop, &s.timer);
	s.life.data = s.timer.data = &s;
	for (size_t i = 0; i < 2; i++) {
		uv_signal_init(&s.loop, &s.signals[i]);
		s.signals[i].data = &s;
		uv_signal_start(&s.signals[i], told_to_end, numbers[i]);
	}
	/* a terminal or a file as standard input is no life line: then only a signal ends it */
	if (uv_pipe_open(&s.life, life) == 0)
		uv_read_start((uv_stream_t *)&s.life, offer_room, life_read);
	if (a->seconds)
		uv_timer_start(&s.timer, time_is_over, a->seconds * 1000, 0);
	say_where(s.lab, say);
	if (say != STDOUT_FILENO)
		close(say);
	uv_run(&s.loop, UV_RUN_DEFAULT);
	return uv_loop_close(&s.loop) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- verifail next to it ---- */

struct place {
	char resolver[64], folder[4096];
	unsigned port;
};

/* Starts the lab in a child; false when it does not come up. The life line is open until this process ends.
 */
static bool
start_child(const struct arguments *a, struct place *place)
{
	int life[2], said[2];
	pid_t parent = getpid();
	FILE *from;
	int fields;

	if (pipe(life) != 0 || pipe2(said, O_CLOEXEC) != 0)
		return false;
	switch (fork()) {
	case -1:
		return false;
	case 0:
		setsid(); /* Ctrl-C and Ctrl-Z are verifail's */
		close(life[1]);
		close(said[0]);
		_exit(serve(a, life[0], said[1], parent));
	}
	close(life[0]);
	close(said[1]);
	from = fdopen(said[0], "r");
	fields = from ? fscanf(from, "port=%u resolver=%63s folder=%4095s", &place->port, place->resolver,
				place->folder)
		      : 0;
	if (from)
		fclose(from);
	return fields == 3;
}

/* The program stands beside this one. The caller frees it. */
static char *
program_path(void)
{
	char self[4096];
	size_t len = sizeof(self);
	char *slash;

	if (uv_exepath(self, &len) != 0 || !(slash = strrchr(self, '/')))
		return mem_text("verifail");
	return text_new("%.*s/verifail", (int)(slash - self), self);
}

static void
add(char **list, size_t *count, char *text)
{
	list[(*count)++] = text;
}

/* Runs `verifail [COMMAND] OPTIONS-OF-THE-LAB REST [LOG]` in the place of this process. */
static int
run_program(char **rest, const struct place *place)
{
	char *command = rest[0] && rest[0][0] != '-' ? rest[0] : NULL;
	char **list, *path = program_path();
	char *system = text_new("%s/system.crt", place->folder);
	size_t count = 0, more = 0;

	setenv("SSL_CERT_FILE", system,
		0); /* the system's bundle is the lab's, too: some relays differ by it */
	free(system);
	while (rest[more])
		more++;
	list = mem_new(more + 16, sizeof(*list));
	add(list, &count, path);
	if (command)
		add(list, &count, command);
	if (!command || strcmp(command, "verify") == 0) {
		add(list, &count, mem_text("--resolver"));
		add(list, &count, mem_text(place->resolver));
		add(list, &count, mem_text("--trust-anchor"));
		add(list, &count, text_new("%s/trust-anchor", place->folder));
		add(list, &count, mem_text("--port"));
		add(list, &count, text_new("%u", place->port));
	}
	if (!command || strcmp(command, "verify") == 0)
		add(list, &count,
			mem_text("--allow-private")); /* the HTTP server with the issuers is on loopback */
	if (!command)
		add(list, &count, mem_text("--probe-here"));
	add(list, &count, mem_text("--cf"));
	add(list, &count, text_new("%s/sendmail.cf", place->folder));
	for (size_t i = command ? 1 : 0; i < more; i++)
		add(list, &count, rest[i]);
	if (!command || strcmp(command, "report") == 0)
		add(list, &count, text_new("%s/maillog", place->folder));
	execv(path, list);
	perror(path);
	return EXIT_FAILURE;
}

static void
list_relays(void)
{
	const struct personality *p;

	for (size_t i = 0; (p = personality_row(i)); i++)
		printf("%-28s %-12s %-11s %3d %2d  %s\n", p->host, p->address, verify_word(p->verify),
			p->code, p->depth, p->about);
}

/* ---- arguments ---- */

/* A number option's value, or -1 when it is none. */
static long
number_of(const char *text)
{
	char *end;
	long number = text ? strtol(text, &end, 10) : -1;

	return text && *text && !*end && number >= 0 ? number : -1;
}

/* Takes an option with a number; false when it is none of them. */
static bool
take_number(struct arguments *a, const char *option, const char *value)
{
	long number = number_of(value);

	if (number < 0)
		return false;
	if (strcmp(option, "--seconds") == 0)
		a->seconds = (unsigned)number;
	else if (strcmp(option, "--log-level") == 0)
		a->lab.log_level = (int)number;
	else if (strcmp(option, "--interval") == 0)
		a->lab.interval_ms = (unsigned)number;
	else if (strcmp(option, "--slow") == 0)
		a->lab.slow_ms = (unsigned)number;
	else
		return false;
	return true;
}

static bool
take_arguments(struct arguments *a, char **list)
{
	for (; *list && strcmp(*list, "--") != 0; list++)
		if (strcmp(*list, "--serve") == 0)
			a->serve = true;
		else if (strcmp(*list, "--rfc3164") == 0)
			a->lab.rfc3164 = true;
		else if (strcmp(*list, "--host") == 0 && list[1])
			a->lab.host = *++list;
		else if (take_number(a, *list, list[1]))
			list++;
		else
			return false;
	a->rest = *list ? list + 1 : list;
	return true;
}

int
main(int argc, char **argv)
{
	struct arguments a = {.lab = {.slow_ms = 8000, .history_min = 60, .interval_ms = 400}};
	struct place place;

	(void)argc;
	if (argv[1] && strcmp(argv[1], "--list") == 0) {
		list_relays();
		return EXIT_SUCCESS;
	}
	if (!take_arguments(&a, argv + 1)) {
		fputs(USAGE, argv[1] && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
		return argv[1] && strcmp(argv[1], "--help") == 0 ? EXIT_SUCCESS : 2;
	}
	if (a.serve)
		return serve(&a, STDIN_FILENO, STDOUT_FILENO, 0);
	if (!start_child(&a, &place)) {
		fputs("verifail-lab: the lab did not start\n", stderr);
		return EXIT_FAILURE;
	}
	return run_program(a.rest, &place);
}
