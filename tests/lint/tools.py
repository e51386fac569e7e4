"""What other tools say: clang-format of all C files; of the product, cppcheck and clang-tidy with .clang-tidy."""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys


# cppcheck reads no system headers; without uthash's macros it takes their loops for calls.
UTHASH = ["/usr/include/uthash.h", "/usr/include/utlist.h"]
# clang's analyzer, for its part, sees these macros free what they only unlink.
MACRO = re.compile(r"\b(?:HASH|LL|DL)_[A-Z]")


def cppcheck(repository):
    """cppcheck's warnings and portability checks find nothing."""
    command = ["cppcheck", "--enable=warning,portability", "--std=c11", "--quiet", "--error-exitcode=1",
               "--inline-suppr", "--suppress=unknownMacro", "--suppress=*:/usr/include/*", "-D_GNU_SOURCE",
               *("--include=" + header for header in UTHASH), "-Icore", "-I.", "-j", str(os.cpu_count() or 1),
               "core", "tui"]
    run = subprocess.run(command, cwd=repository.root, text=True, check=False, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    if run.returncode:
        yield from run.stdout.splitlines() or ["cppcheck failed"]


def complaints_of(output):
    """The complaints in clang-tidy's output, without those of the analyzer whose path leads through uthash's macros."""
    heads = list(re.finditer(r"^/[^:\n]+:\d+:\d+: (?:error|warning): .*\[([\w.,-]+)\]$", output, re.M))
    for head, following in zip(heads, [*heads[1:], None]):
        path = output[head.start():following.start() if following else None]
        if not (MACRO.search(path) and head[1].startswith("clang-analyzer-")):
            yield head[0]


def clang_tidy(repository):
    """clang-tidy finds nothing."""
    sources = [path for path in repository.product if path.endswith(".c")]

    def look(path):
        return subprocess.run(["clang-tidy", "--quiet", "-p", repository.build, path], cwd=repository.root,
                              text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for path, run in zip(sources, pool.map(look, sources)):
            yield from complaints_of(run.stdout)
            if run.returncode and "error:" not in run.stdout:
                yield f"{path}: {run.stdout.strip() or 'clang-tidy failed'}"


def clang_format(repository):
    """The layout of every C file is clang-format's (clang-format -i FILE mends it)."""
    run = subprocess.run(["clang-format", "--dry-run", "--Werror", *repository.product, *repository.tests],
                         cwd=repository.root, text=True, check=False, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    yield from sorted({line.split(": ")[0] for line in run.stdout.splitlines() if "clang-format" in line})
    if run.returncode and "clang-format" not in run.stdout:
        yield run.stdout.strip() or "clang-format failed"


def missing(name):
    """Leaves the check out where its tool is not installed; in CI that is a failure."""
    if shutil.which(name):
        return
    if os.environ.get("CI") == "true":
        sys.exit(f"FAILED: {name} is not installed (CI leaves nothing out)")
    print(f"SKIPPED: {name} is not installed")
    sys.exit(77)
