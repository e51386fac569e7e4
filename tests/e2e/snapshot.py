"""Texts that the program has printed before, kept in tests/data/snapshots. With UPDATE=1 in the environment a text that
differs is written anew, and `git diff` shows what has changed; without it the test fails and shows the difference."""

import difflib
import json
import os

FOLDER = os.path.join(os.environ["TEST_DATA"], "snapshots")
UPDATE = os.environ.get("UPDATE") == "1"
SHOWN = 40  # lines of a difference


def normal(document, *, lists):
    """A JSON document as lines: what it says itself, then a line for each element of the named lists, and of theirs."""
    own = {key: value for key, value in document.items() if key not in lists}
    yield json.dumps(own, sort_keys=True, ensure_ascii=False)
    for key in lists:
        for element in document.get(key, ()):
            yield from (f"  {key} {line}" if line[0] == "{" else "  " + line for line in normal(element, lists=lists))


def keys_that_differ(old, new):
    """Of two lines of normal(): the keys whose values differ, or None where they are not of the same thing."""
    try:
        before, after = (json.loads(line[line.index("{"):]) for line in (old, new))
    except ValueError:
        return None
    if any(before.get(name) != after.get(name) for name in ("id", "relay", "target", "address")):
        return None
    keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    who = next((before[name] for name in ("id", "relay", "target", "address") if before.get(name)), "")
    return [f"{sign} {who} {key}: {json.dumps(side.get(key), ensure_ascii=False)}" for key in keys
            for sign, side in (("-", before), ("+", after))]


def difference(old, new):
    """What a person needs to see of two texts."""
    old, new = old.splitlines(), new.splitlines()
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if what == "replace" and b - a == d - c:
            pairs = [keys_that_differ(*pair) for pair in zip(old[a:b], new[c:d])]
            if None not in pairs:
                yield from (line for pair in pairs for line in pair)
                continue
        yield f"@ line {a + 1}"
        yield from ("- " + line for line in old[a:b])
        yield from ("+ " + line for line in new[c:d])


def kept(name):
    path = os.path.join(FOLDER, name)
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def differs(name, text):
    """What is to be said where the text is not the kept one; "" where it is, or where it is kept from now on."""
    path, before = os.path.join(FOLDER, name), kept(name)
    if text == before:
        return ""
    if UPDATE:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return ""
    lines = list(difference(before, text))
    more = [f"  … {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
    return "\n".join([f"tests/data/snapshots/{name} is not what is printed now (UPDATE=1 writes it):", *lines[:SHOWN], *more])


def check(test, texts):
    """Fails the unittest where one of the (name, text) differs from its snapshot, and shows every difference."""
    wrong = [said for name, text in texts if (said := differs(name, text))]
    if wrong:
        test.fail(f"{len(wrong)} snapshots differ\n" + "\n".join(wrong[:10]))


def leftover(folder, names):
    """Snapshots in the folder that no test compares any more."""
    here = os.path.join(FOLDER, folder)
    return sorted(set(os.listdir(here)) - set(names)) if os.path.isdir(here) else []
