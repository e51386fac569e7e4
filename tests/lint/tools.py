"""What other tools say of the product: cppcheck, clang-tidy with the repository's .clang-tidy."""

import concurrent.futures
import os
import shutil
import subprocess
import sys


def cppcheck(repository):
    """cppcheck's warnings and portability checks find nothing."""
    command = ["cppcheck", "--enable=warning,portability", "--std=c11", "--quiet", "--error-exitcode=1",
               "--inline-suppr", "--suppress=unknownMacro", "-D_GNU_SOURCE", "-Icore", "-I.",
               "-j", str(os.cpu_count() or 1), "core", "tui"]
    run = subprocess.run(command, cwd=repository.root, text=True, check=False, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    if run.returncode:
        yield from run.stdout.splitlines() or ["cppcheck failed"]


def clang_tidy(repository):
    """clang-tidy finds nothing."""
    sources = [path for path in repository.product if path.endswith(".c")]

    def look(path):
        return subprocess.run(["clang-tidy", "--quiet", "-p", repository.build, path], cwd=repository.root,
                              text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for path, run in zip(sources, pool.map(look, sources)):
            if run.returncode or "warning:" in run.stdout:
                yield from run.stdout.splitlines() or [f"{path}: clang-tidy failed"]


def missing(name):
    """Leaves the check out where its tool is not installed; in CI that is a failure."""
    if shutil.which(name):
        return
    if os.environ.get("CI") == "true":
        sys.exit(f"FAILED: {name} is not installed (CI leaves nothing out)")
    print(f"SKIPPED: {name} is not installed")
    sys.exit(77)
