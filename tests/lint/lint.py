#!/usr/bin/env python3
"""lint.py WHAT SOURCE BUILD: the rules of the house, checked on the repository itself.
WHAT is walls (includes), homes (one home a fact), shape (sizes, comments), objects (calls), clang-format (layout),
cppcheck or clang-tidy."""

import sys

import homes
import objects
import shape
import tools
import walls
from source import Repository

KINDS = {
    "walls": (walls.CHECKS, None),
    "shape": (shape.CHECKS, "ctags"),
    "homes": (homes.CHECKS, None),
    "objects": (objects.CHECKS, "nm"),
    "clang-format": ([tools.clang_format], "clang-format"),
    "cppcheck": ([tools.cppcheck], "cppcheck"),
    "clang-tidy": ([tools.clang_tidy], "clang-tidy"),
}


def main(what, root, build):
    checks, tool = KINDS[what]
    if tool:
        tools.missing(tool)
    repository = Repository(root, build)
    failed = 0
    for check in checks:
        complaints = list(check(repository))
        failed += bool(complaints)
        print("NOT " if complaints else "ok  ", check.__doc__)
        for complaint in complaints:
            print("    ", complaint)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
