"""Who may include whom: the rooms of the house, and the places where the libraries are known."""

import os
import re
import subprocess

from source import cycles, room_of

# What a room may use, besides itself. tui is told apart below: of the engine it knows engine.h alone.
MAY_USE = {
    "base": [],
    "model": ["base"],
    "maillog": ["base", "model"],
    "relays": ["base", "model"],
    "trust": ["base", "model"],
    "probe": ["base", "model"],
    "mta": ["base", "model", "trust"],
    "diagnosis": ["base", "model", "relays", "trust"],
    "wording": ["base", "model", "relays"],
    "report": ["base", "model", "relays", "wording"],
    "engine": ["base", "model", "maillog", "relays", "trust", "probe", "mta", "diagnosis", "report"],
    "tui": ["base", "model", "engine", "relays", "report", "wording"],
}

# Where a library's headers may be named.
PLACES = {
    "curses": r"tui/(terminal|canvas)\.c$",
    "openssl/": r"core/trust/|core/probe/tls",
    "uv.h": r"core/(maillog|probe|engine)/|tui/",
    "unbound": r"core/probe/",
    "ldns/": r"core/probe/",
    "curl/": r"core/probe/",
    "archive": r"core/maillog/",
    "jansson": r"core/report/",
}

TOP_LEVEL = {"core", "tui", "tests", "screenshots", "CMakeLists.txt", "README.md", "LICENSE"}


def walls(repository):
    """No room uses one that it may not use, and the engine has one door."""
    for path, file in repository.product.items():
        mine = room_of(path)
        for include in file.includes:
            target = repository.find(path, include)
            theirs = room_of(target) if target else mine
            if theirs != mine and theirs not in MAY_USE[mine]:
                yield f"{path} includes {target}: {mine} may not use {theirs}"
            elif mine == "tui" and theirs == "engine" and target != "core/engine/engine.h":
                yield f"{path} includes {target}: the engine's door is engine.h"


def include_cycles(repository):
    """Modules (a .c with its .h) include each other in one direction only."""
    graph = {}
    for path, file in repository.product.items():
        module = os.path.splitext(path)[0]
        targets = filter(None, (repository.find(path, include) for include in file.includes))
        graph.setdefault(module, set()).update(os.path.splitext(t)[0] for t in targets)
        graph[module].discard(module)
    for part in cycles(graph):
        yield "a cycle of includes: " + " ".join(part)


def library_places(repository):
    """curses, OpenSSL, libuv and the rest are named where the design says, nowhere else."""
    for path, file in repository.product.items():
        for include in file.includes:
            for library, place in PLACES.items():
                if library in include and not repository.find(path, include) and not re.match(place, path):
                    yield f"{path} includes <{include}>"


def foreign_types(repository):
    """OpenSSL's types cross no room's header; of libuv's, engine.h knows the loop alone."""
    shared = {repository.find(path, include): path for path, file in repository.product.items()
              for include in file.includes
              if repository.find(path, include) and room_of(repository.find(path, include)) != room_of(path)}
    for header, user in sorted(shared.items()):
        code = repository.product[header].code
        for word in sorted(set(re.findall(r"\b(?:X509|SSL|SSL_CTX|EVP_PKEY|BIO|X509_[A-Z_]+)\b\s*\*", code))):
            yield f"{header} shows OpenSSL's {word} to {user}"
    engine = repository.product.get("core/engine/engine.h")
    for word in sorted(set(re.findall(r"\buv_\w+_t\b", engine.code if engine else "")) - {"uv_loop_t"}):
        yield f"core/engine/engine.h shows libuv's {word}"


def top_level(repository):
    """A checkout has these folders and files at its top, and dot-files."""
    git = subprocess.run(["git", "-C", repository.root, "ls-files"], text=True, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    files = git.stdout.splitlines() if git.returncode == 0 else os.listdir(repository.root)
    for name in sorted({path.split("/")[0] for path in files}):
        if name not in TOP_LEVEL and not name.startswith((".", "build")):
            yield f"{name} does not belong at the top"


CHECKS = [walls, include_cycles, library_places, foreign_types, top_level]
