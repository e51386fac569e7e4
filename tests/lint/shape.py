"""The size of things: functions, files, nesting, parameters; comments; no sleeps in tests."""

import re
import statistics

MEDIAN, NINETY, LONGEST = 18, 50, 100  # lines of a function, at most
FILE, NINETY_FILES = 900, 500          # lines of a .c file, at most; of nine in ten
NESTING, PARAMETERS = 4, 6
FORCED = {"on_message": "SSL_set_msg_callback() says what it takes"}
COMMENTED = .90                        # of the public prototypes
COMMENTS = (.05, .25)                  # of the lines

WORD = re.compile(r"\w+|[^\s\w]")
NO_CALL = {"return", "sizeof", "case"}


def opens_block(before, partner):
    """Whether a brace opens a block: one that does not is an initialiser or a compound literal."""
    if not before:
        return True
    last = before[-1]
    if last == ")":
        at = partner[len(before) - 1]
        word = before[at - 1] if at > 0 else ""
        return bool(re.match(r"\w", word)) and word not in NO_CALL
    return last in (";", "{", "}", ":", "else", "do")


def nesting(body):
    """The deepest level of blocks in a function, its own not counted."""
    level, deepest, blocks, open_parentheses, partner, before = 0, 0, [], [], {}, []
    for word in WORD.findall(body):
        if word == "(":
            open_parentheses.append(len(before))
        elif word == ")" and open_parentheses:
            partner[len(before)] = open_parentheses.pop()
        elif word == "{":
            blocks.append(opens_block(before, partner))
            level += blocks[-1]
            deepest = max(deepest, level)
        elif word == "}" and blocks:
            level -= blocks.pop()
        before.append(word)
    return deepest - 1


def functions(repository):
    """Functions are short, flat, and take few parameters."""
    lengths = []
    for path, first, last, name, parameters in repository.functions():
        place = f"{path}:{first} {name}"
        lengths.append(last - first + 1)
        body = "\n".join(repository.product[path].code.split("\n")[first - 1:last])
        if lengths[-1] > LONGEST:
            yield f"{place} is {lengths[-1]} lines long"
        if parameters > PARAMETERS and name not in FORCED:
            yield f"{place} takes {parameters} parameters"
        if nesting(body) > NESTING:
            yield f"{place} nests {nesting(body)} blocks"
    lengths.sort()
    if not lengths:
        yield "no functions found: is this universal-ctags?"
        return
    middle, ninety = statistics.median(lengths), lengths[int(len(lengths) * .9)]
    print(f"     {len(lengths)} functions, median {middle:g} lines, 90 % up to {ninety}, longest {lengths[-1]}")
    if middle > MEDIAN:
        yield f"the median function has {middle} lines"
    if ninety > NINETY:
        yield f"a tenth of the functions have more than {NINETY} lines"


def files(repository):
    """Files end where the idea does: few are long, none is very long."""
    sizes = sorted(file.lines for path, file in repository.product.items() if path.endswith(".c"))
    for path, file in repository.product.items():
        if file.lines > FILE:
            yield f"{path} has {file.lines} lines"
    if sizes and sizes[int(len(sizes) * .9)] > NINETY_FILES:
        yield f"a tenth of the .c files have more than {NINETY_FILES} lines"


def comments(repository):
    """Some comments, not too many."""
    lines = sum(file.lines for file in repository.product.values())
    share = sum(len(file.comments) for file in repository.product.values()) / max(1, lines)
    print(f"     {lines} lines, {share:.0%} of them with a comment")
    if not COMMENTS[0] <= share <= COMMENTS[1]:
        yield f"{share:.1%} of the lines have a comment"


def prototypes(repository):
    """Public prototypes say what their names and types do not."""
    total, silent = 0, []
    for path, file in repository.product.items():
        if not path.endswith(".h"):
            continue
        for match in re.finditer(r"^(?!typedef|#|static)[a-z][\w *]*?\b(\w+)\([^;{}]*\);", file.code, re.M):
            total += 1
            first, last = file.line_of(match.start()), file.line_of(match.end())
            if not file.comments & set(range(first - 1, last + 1)):
                silent.append(f"{path}:{first} {match.group(1)} has no comment")
    print(f"     {total} public prototypes, {len(silent)} without a comment")
    if len(silent) > (1 - COMMENTED) * total:
        yield from silent


def no_sleeps(repository):
    """Tests wait for what happens, never for time to pass."""
    call = re.compile(r"\b(?:u|nano|uv_|time\.|clock_nano)?sleep\s*\(")
    command = re.compile(r"(?:^|[;&|({]|\bdo|\bthen)\s*sleep\s+[\d.$]", re.M)
    for path, file in [*repository.tests.items(), *repository.scripts.items()]:
        if path.startswith("tests/lint/"):
            continue
        code = file.text if path.endswith(".py") else file.code
        found = call.findall(code) if not path.endswith(".sh") else command.findall(file.text)
        if found:
            yield f"{path} sleeps: {found[0].strip()}"


CHECKS = [functions, files, comments, prototypes, no_sleeps]
