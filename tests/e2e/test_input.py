"""Bad input through the real program: whatever is in the log, no control character of it reaches standard output or
the terminal, and nothing good next to it is lost."""

import json
import os
import random
import re
import shlex
import subprocess
import tempfile

from screen import Pane

STARTTLS = "Nov 22 14:00:0{n} mail sm-mta[{pid}]: STARTTLS=client, relay={relay}, version={version}, verify={verify}, cipher={cipher}, bits={bits}\n"
GOOD = STARTTLS.format(n=1, pid=7, relay="mx-good.example.net.", version="TLSv1.3", verify="OK",
                       cipher="TLS_AES_256_GCM_SHA384", bits="256/256").encode()

# What a terminal would obey: colours, a title, the clipboard, 8-bit controls, a bell, direction overrides.
EVIL = ["\x1b[31;7m", "\x1b]0;pwned\x07", "\x1b]52;c;cHduZWQ=\x07", "\u009b31m", "\x07", "\x08\x08", "\x7f", "\u202egnp.exe",
        "\u200f\u2066", "\x1bP+q\x1b\\", "\r", "\t", "\x00"]
# In what a program prints, these are obeyed or change what a reader believes to see; a line end is ours.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hostile_lines():
    """Each evil in each field of each kind of line."""
    for evil in EVIL:
        base = dict(n=2, pid=8, relay="mx-evil.example.net.", version="TLSv1.3", verify="FAIL", cipher="AES", bits="256/256")
        for field in ("pid", "relay", "version", "verify", "cipher", "bits"):
            yield STARTTLS.format(**dict(base, **{field: f"a{evil}b"}))
        yield f"Nov 22 14:00:03 ma{evil}il sm-mta[9]: STARTTLS=client, relay=mx-evil2.example.net., verify=FAIL\n"
        yield f"Nov 22 14:00:03 mail sm{evil}mta[9]: STARTTLS=client, relay=mx-evil3.example.net., verify=FAIL\n"
        yield (f"Nov 22 14:00:03 mail sm-mta[8]: STARTTLS=client, cert-subject=/CN={evil}, cert-issuer=/CN=x{evil}, "
               f"verifymsg=no{evil}pe\n")
        yield (f"Nov 22 14:00:04 mail sm-mta[8]: ruleset=tls_server, arg1=FAIL, relay=mx-evil.example.net, "
               f"reject=454 4.7.0 {evil}\n")
        yield (f"Nov 22 14:00:05 mail sm-mta[8]: 6AMAAAAA000008: to=<u{evil}@example.net>, delay=00:00:01, "
               f"mailer=esmtp, relay=mx-evil.example.net. [192.0.2.{len(evil)}], dsn=4.0.0, stat=Deferred: {evil}\n")


def write(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        for part in data:
            file.write(part)
    return path


def inputs(folder):
    """(path, whether the good line is in it)"""
    dice = random.Random(2)
    noise = bytes(dice.randrange(256) for _ in range(200_000))
    yield write(folder, "empty.log", []), False
    yield write(folder, "binary.log", [noise, b"\n", GOOD]), True
    yield write(folder, "hostile.log", [GOOD, "".join(hostile_lines()).encode()]), True
    yield write(folder, "latin1.log", [GOOD, GOOD.replace(b"mx-good", b"mx-\xff\xfe\x9b31m\xc3")]), True
    # One line of 64 MB, then a good one.
    yield write(folder, "huge.log", [b"Nov 22 14:00:00 mail sm-mta[7]: "] + [b"x" * 1_000_000] * 64 + [b"\n", GOOD]), True
    yield write(folder, "zeros.log", [b"\0" * 3_000_000, b"\n", GOOD]), True


def report(*arguments):
    return subprocess.run([os.environ["VERIFAIL"], "report", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=120, env=dict(os.environ, LC_ALL="C.UTF-8"))


def reports_are_harmless(path, good):
    for arguments in ([path], ["--full", path], ["--json", path], ["--color", "always", path]):
        run = report(*arguments)
        text = (run.stdout + run.stderr).decode("utf-8")  # fails when it is no UTF-8
        if "always" in arguments:
            text = re.sub("\x1b\\[[0-9;]*m", "", text)  # our own colours
        bad = CONTROL.search(text)
        assert not bad, f"{arguments}: {bad.group()!r} in {text[max(0, bad.start() - 60):bad.end() + 20]!r}"
        assert run.returncode in (0, 1), f"{arguments}: status {run.returncode}: {run.stderr[:300]}"
        if "--json" in arguments:
            names = [relay["relay"] for relay in json.loads(run.stdout)["relays"]]
            assert ("mx-good.example.net" in names) == good, f"{path}: {names[:20]}"


def the_screen_is_harmless(path, good):
    pane = Pane(80, 24)
    raw = os.path.join(pane.folder, "raw")
    pane.record(raw)
    pane.run(shlex.quote(os.environ["VERIFAIL"]) + " " + shlex.quote(path) + "; echo status=$?")
    pane.wait_for(r"RELAY .*LOG|verifail")
    if good:
        pane.wait_for(r"mx-good\.example\.net .*\bOK\b", 60)
    for keys in (["C-l"], ["L"], ["Escape"], ["Enter"], ["Escape"], ["j"], ["Enter"], ["L"], ["Escape"], ["Escape"], ["?"]):
        pane.keys(*keys)
    pane.wait_for(r"(?i)help|keys")
    pane.keys("Escape")
    pane.keys("C-l")
    pane.wait_for(r"verifail")
    pane.keys("q")
    pane.wait_for("^status=0")
    with open(raw, "rb") as file:
        seen = file.read().decode("utf-8")
    for evil in EVIL:
        if len(evil.strip("\x00\r\t\x08")) > 1:
            assert evil not in seen, f"{path}: {evil!r} reached the terminal"
    # Our own escape sequences are CSI and the like; never a title, never the clipboard, never a C1 control.
    assert not re.search("\x1b[]PX^_]|[\x80-\x9f\u202a-\u202e\u2066-\u2069\x7f\x00]", seen), path
    pane.kill()


def odd_paths_are_told(folder):
    for path in (folder, os.path.join(folder, "not-there.log"), "/dev/null/x"):
        run = report(path)
        assert run.returncode == 2 and run.stderr, f"{path}: {run}"


def what_is_no_file_is_read(folder):
    """Standard input, and the pipe that a shell puts in a file's place."""
    with open(write(folder, "good.log", [GOOD]), "rb") as file:
        piped = subprocess.run([os.environ["VERIFAIL"], "report", "-"], stdin=file, stdout=subprocess.PIPE, check=False)
    assert b"mx-good.example.net" in piped.stdout
    end, other = os.pipe()
    os.write(other, GOOD)
    os.close(other)
    named = subprocess.run([os.environ["VERIFAIL"], "report", f"/dev/fd/{end}"], pass_fds=[end],
                           stdout=subprocess.PIPE, check=False, timeout=60)
    assert b"mx-good.example.net" in named.stdout, named


def main():
    with tempfile.TemporaryDirectory() as folder:
        for path, good in inputs(folder):
            reports_are_harmless(path, good)
            the_screen_is_harmless(path, good)
            print("ok", os.path.basename(path))
        odd_paths_are_told(folder)
        what_is_no_file_is_read(folder)
        print("ok odd paths, pipes")


if __name__ == "__main__":
    main()
