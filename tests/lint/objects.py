"""What the object files call: the rooms' calls go one way, and pure rooms call no clock, network or file."""

import functools
import glob
import os
import re
import subprocess

from source import cycles, room_of
from walls import MAY_USE

# Code that takes bytes and `now` and returns data.
PURE = re.compile(r"core/(?:model|relays|trust|diagnosis|wording)/|"
                  r"core/maillog/(?:block|family_\w+|field|frame|lines|parse|sendmail|stamp)\.c|"
                  r"core/probe/(?:reply|smtp|tls_\w+)\.c")

CLOCK = r"time|gettimeofday|clock|clock_gettime|timespec_get|ftime|uv_now|uv_hrtime|uv_update_time"
FILES = r"f?open(64|at)?|freopen|fdopen|creat|read|pread(64)?|write|pwrite(64)?|mmap(64)?|stat(x|64)?|lstat|opendir|scandir"
NETWORK = r"socket|connect|bind|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|gethostbyname|res_n?(init|query)"
PROCESS = r"system|popen|fork|exec[lv]p?e?|posix_spawnp?|getenv|secure_getenv|rand|random|getrandom"
OPENSSL_FILES = (r"X509_LOOKUP_\w+|X509_STORE_load\w*|X509_STORE_set_default_paths|SSL_CTX_load\w*|"
                 r"SSL_CTX_set_default_verify\w*|SSL_CTX_use_\w+_file|BIO_new_file|BIO_new_fp|BIO_s_file|"
                 r"SSL_load_client_CA_file|PEM_(read|X509_INFO_read)_(?!bio)\w+")
FORBIDDEN = re.compile(rf"(?:{CLOCK}|{FILES}|{NETWORK}|{PROCESS}|{OPENSSL_FILES}|uv_\w+)$")

# Nobody opens a file for reading but base/file.c, which knows about FIFOs, devices and permissions.
OPENING = re.compile(r"(?:f?open(64|at)?|freopen|creat)$")
MAY_OPEN = {
    "core/base/file.c": "the one place where files are opened for reading",
    "core/engine/debug.c": "--debug FILE is written, mode 0600",
    "tui/canvas.c": "/dev/null, for a screen that nobody sees",
    "tui/terminal.c": "/dev/tty, opened anew for polling",
    "tui/write_file.c": "files that the user names are written, mode 0600",
}
NEVER = re.compile(r"(?:pthread_create|thrd_create|uv_thread_create\w*|system|popen|gets|strcpy|strcat|v?sprintf|strtok|"
                   r"u?sleep|nanosleep)$")


class Object:
    def __init__(self, source):
        self.source, self.defined, self.wanted = source, set(), set()

    def add(self, name, kind):
        if kind in "Uw":
            self.wanted.add(name)
        elif kind.isupper():
            self.defined.add(name)


@functools.lru_cache(maxsize=1)
def objects(repository):
    """The object files of the product that the build made, by source. One nm looks at all of them."""
    found = {}
    for path in glob.glob(repository.build + "/CMakeFiles/*.dir/**/*.c.o", recursive=True):
        source = os.path.relpath(path, repository.build).split(".dir/", 1)[1][:-2]
        if source in repository.product:
            found[path] = Object(source)
    nm = subprocess.run(["nm", "-P", "-A", *found], text=True, check=True, stdout=subprocess.PIPE)
    for line in nm.stdout.splitlines():
        path, _, symbol = line.partition(": ")
        found[path].add(*symbol.split()[:2])
    return list(found.values())


def built(repository):
    """Every source was built: what was not built cannot be looked at."""
    have = {o.source for o in objects(repository)}
    for path in repository.product:
        if path.endswith(".c") and path not in have:
            yield f"{path} was not built under {repository.build}"


def calls(repository):
    """Calls between rooms go where the walls allow, and never in a circle."""
    everything = objects(repository)
    home = {name: o.source for o in everything for name in o.defined}
    near = {(room_of(o.source), name): o.source for o in everything for name in o.defined}
    graph = {}
    for o in everything:
        mine = room_of(o.source)
        for name in sorted(o.wanted & home.keys()):
            theirs = room_of(near.get((mine, name), home[name]))
            if theirs != mine:
                graph.setdefault(mine, set()).add(theirs)
                if theirs not in MAY_USE[mine]:
                    yield f"{o.source} calls {name}() of {home[name]}: {mine} may not use {theirs}"
    for part in cycles(graph):
        yield "rooms call each other in a circle: " + " ".join(part)


def one_home(repository):
    """A name that others can call is defined once: the linker would take either."""
    home = {}
    for o in objects(repository):
        for name in sorted(o.defined):
            if home.setdefault(name, o.source) != o.source:
                yield f"{name}() is defined in {home[name]} and in {o.source}"


def pure(repository):
    """Pure code calls no clock, no network, no file, no libuv, and none of OpenSSL's file functions."""
    for o in objects(repository):
        if PURE.match(o.source):
            for name in sorted(filter(FORBIDDEN.match, o.wanted)):
                yield f"{o.source} calls {name}(), but it is pure"


def one_way_to_open(repository):
    """Files are opened in one place; each exception has its reason."""
    for o in objects(repository):
        for name in sorted(filter(OPENING.match, o.wanted)):
            if o.source not in MAY_OPEN:
                yield f"{o.source} calls {name}(): files are opened through base/file.h"


def never(repository):
    """Calls that nothing in the product makes."""
    for o in objects(repository):
        for name in sorted(filter(NEVER.match, o.wanted)):
            yield f"{o.source} calls {name}()"


CHECKS = [built, calls, one_home, pure, one_way_to_open, never]
