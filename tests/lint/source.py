"""The repository's C files as the lint tests see them: text, text without comments and strings, functions, rooms."""

import json
import os
import re
import subprocess

TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)


def blank(match):
    """As many line ends as there were, so that line numbers stay; a string stays a string, an empty one."""
    text = match.group()
    return ("" if text[0] == "/" else text[0] * 2) + "\n" * text.count("\n")


class File:
    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            self.text = file.read()
        self.code = TOKEN.sub(blank, self.text)
        self.lines = self.text.count("\n")
        self.comments = set()
        for match in TOKEN.finditer(self.text):
            if match.group().startswith("/"):
                first = self.text.count("\n", 0, match.start()) + 1
                self.comments.update(range(first, first + match.group().count("\n") + 1))
        self.includes = re.findall(r'^[ \t]*#[ \t]*include[ \t]+[<"]([^>"]+)', self.text, re.M)

    def line_of(self, position):
        return self.code.count("\n", 0, position) + 1


def list_files(root, top, endings):
    for folder, folders, names in os.walk(os.path.join(root, top)):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__pycache__")
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(folder, name), root)


class Repository:
    def __init__(self, root, build):
        self.root, self.build = root, build
        self.product = {p: File(root, p) for top in ("core", "tui") for p in list_files(root, top, (".c", ".h"))}
        self.tests = {p: File(root, p) for p in list_files(root, "tests", (".c", ".h"))}
        self.scripts = {p: File(root, p) for p in list_files(root, "tests", (".py", ".sh"))}

    def functions(self):
        """(path, first line, last line, name, parameters) of each function that the product defines."""
        ctags = subprocess.run(
            ["ctags", "--languages=C", "--langmap=C:.c.h", "--kinds-C=f", "--fields=+neS", "--output-format=json",
             "-f", "-", "-L", "-"], input="\n".join(self.product), cwd=self.root, text=True, check=True,
            stdout=subprocess.PIPE)
        for row in map(json.loads, ctags.stdout.splitlines()):
            if row.get("_type") == "tag" and "end" in row:
                inside = row.get("signature", "()")[1:-1].strip()
                count = 0 if inside in ("", "void") else 1 + re.sub(r"\([^()]*\)", "", inside).count(",")
                yield row["path"], row["line"], row["end"], row["name"], count

    def find(self, path, include):
        """The file of the product that an #include in `path` means, or None for a system header."""
        for place in (os.path.dirname(path), "core", ""):
            candidate = os.path.normpath(os.path.join(place, include))
            if candidate in self.product:
                return candidate
        return None


def room_of(path):
    parts = path.split("/")
    return parts[0] if parts[0] == "tui" else parts[1]


def cycles(graph):
    """The strongly connected parts of a graph {node: nodes} that have more than one node (Tarjan's algorithm)."""
    index, low, path, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        path.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in path:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = path[path.index(node):]
            del path[path.index(node):]
            if len(part) > 1:
                found.append(sorted(part))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found
