"""Each fact has one home, each home one door. What does not hold yet has a number: it may fall, never rise."""

import glob
import os
import re

from source import list_files

# How many there are today. Lower a number when its check says that there are fewer.
OWN_TEXTS = 1      # places that look into our own titles, evidence, remedy lines or fault texts
TWICE = 5          # tags of a struct or an enum with two meanings
INSIDE = 16        # public functions that no other file of the product uses
POINTERS = 0       # mentions of a text that is not in the repository
LONE = 40          # per cent of the headers that have at most one foreign user ...
LONE_BOUND = 25    # ... and what it may be for good
GONE = 0           # files that the README names and that are not there

TEXT = r"""(?:->|\.)(?:title|cost|remote_message)\s*[,)]|\btitle\s*[,)]|
           \b(?:evidence|lines)\[[^]]*\]\.text\s*[,)]|\bfault(?:\.|->)text\s*[,)]"""
SEARCH = re.compile(rf"\b(?:strn?str|strcasestr|strn(?:case)?cmp|strchr|strrchr|sscanf|span_(?:find|starts|ends|cut))\([^;]*?(?:{TEXT})", re.X)
EQUAL = re.compile(rf"""\bstr(?:case)?cmp\((?:[^;,]*(?:{TEXT})\s*""|""\s*,[^;]*?(?:{TEXT}))""", re.X)


def ratchet(found, most, what):
    """All that was found where it is more than there may be; a remark where it is less."""
    if len(found) > most:
        yield f"{len(found)} {what}, {most} at most"
        yield from found
    elif len(found) < most:
        print(f"     {len(found)} {what}: the number in tests/lint/homes.py can be lowered from {most}")


def own_texts(repository):
    """Nobody parses our own sentences: what they say has a kind and values."""
    found = [f"{path}:{file.line_of(match.start())} {' '.join(match.group().split())}"
             for path, file in repository.product.items() for pattern in (SEARCH, EQUAL) for match in pattern.finditer(file.code)]
    yield from ratchet(found, OWN_TEXTS, "places look into our own texts")


def tags(repository):
    """No struct and no enum has a name with two meanings."""
    places = {}
    for path, file in repository.product.items():
        for tag in re.findall(r"\b((?:struct|enum|union)\s+\w+)\s*\{", file.code):
            places.setdefault(" ".join(tag.split()), set()).add(path)
    found = [f"{tag}: {' '.join(sorted(paths))}" for tag, paths in sorted(places.items()) if len(paths) > 1]
    yield from ratchet(found, TWICE, "tags have two meanings")


def prototypes_of(file):
    return re.findall(r"^(?!typedef|#|static)[a-z][\w\s*]*?\b(\w+)\s*\([^;{}]*\)[^;{}]*;", file.code, re.M)


def public_functions(repository):
    """A public function has a user in another file of the product."""
    words = {path: set(re.findall(r"\w+", file.code)) for path, file in repository.product.items()}
    found = [f"{path} {name}" for path, file in repository.product.items() if path.endswith(".h") for name in prototypes_of(file)
             if not any(name in used for other, used in words.items() if os.path.splitext(other)[0] != os.path.splitext(path)[0])]
    yield from ratchet(found, INSIDE, "public functions have no user outside their file")


def lone_headers(repository):
    """A header is a room's door or has two users."""
    users = {path: set() for path in repository.product if path.endswith(".h")}
    for path, file in repository.product.items():
        for target in filter(None, (repository.find(path, include) for include in file.includes)):
            if target in users and os.path.splitext(target)[0] != os.path.splitext(path)[0]:
                users[target].add(os.path.splitext(path)[0])
    lone = [f"{path} {' '.join(sorted(who))}" for path, who in sorted(users.items()) if len(who) < 2]
    share = 100 * len(lone) / max(1, len(users))
    print(f"     {len(lone)} of {len(users)} headers have at most one foreign user")
    if share > max(LONE, LONE_BOUND):
        yield f"{share:.0f} % of the headers, {max(LONE, LONE_BOUND)} % at most"
        yield from lone


def texts(repository):
    """No file points to a text that is not in the repository."""
    names = set(list_files(repository.root, "core", (".md",))) | set(list_files(repository.root, "tests", (".md",))) | {"README.md"}
    found = []
    for top in ("core", "tui", "tests", "README.md", "CMakeLists.txt"):
        paths = [top] if "." in top else list_files(repository.root, top, (".c", ".h", ".py", ".sh", ".txt", ".md"))
        for path in paths:
            if path.startswith("tests/data/"):
                continue
            with open(os.path.join(repository.root, path), encoding="utf-8", errors="replace") as file:
                text = file.read()
            for match in re.finditer(r"[\w./-]*\w\.(?:md|tsv)\b", text):
                name = match.group().lstrip("/")
                if name not in names and os.path.join(os.path.dirname(path), name) not in names:
                    found.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1} {name}")
    yield from ratchet(found, POINTERS, "mentions of a text that is not there")


def recipes(repository):
    """The files that the README names are there; NAME, ROOM and ID stand for some."""
    with open(os.path.join(repository.root, "README.md"), encoding="utf-8") as file:
        named = sorted(set(re.findall(r"\b(?:core|tui|tests)/[\w/.*-]+\.(?:c|h|py|sh|txt|log)\b", file.read())))
    found = [f"README.md names {path}" for path in named
             if not glob.glob(os.path.join(repository.root, re.sub(r"(?<![a-z])[A-Z]{2,}(?![a-z])", "*", path)))]
    yield from ratchet(found, GONE, "files that the README names are not there")


CHECKS = [own_texts, tags, public_functions, lone_headers, texts, recipes]
