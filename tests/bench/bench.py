#!/usr/bin/env python3
"""bench.py [MEGABYTES]: what verifail costs, each figure beside a floor or a peer measured in the same run.
`report` on the largest log of tests/data repeated to MEGABYTES (default 1000), beside `grep -c STARTTLS=` and `wc -l`;
one log line among 20 000 relays in the live view, beside touching the name of each; from asking for a look to its
cause, beside the first verdict, and the connections of each relay of the lab; `verify` of one relay of the lab, and of many
at once, beside `openssl s_client` one after another. Wants VERIFAIL, VERIFAIL_LAB and VERIFAIL_BENCH (the folder of change and
cause) in the environment. It judges nothing: times differ from machine to machine, the ratios tell more."""

import glob
import os
import subprocess
import sys
import tempfile
import time

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "logs")
CAUSES = ("mx-missing", "mx-missing-expired", "mx-expired", "mx-self", "mx-sni", "mx-good")  # .example.net
QUICK = ("OK", "FAIL", "NONE", "TEMP")  # lab relays that answer at once


def cost(command, repeats=3, good=(0, 1)):
    """The shortest of some runs in seconds, and the peak of its memory in megabytes."""
    best, peak = None, 0
    for _ in range(repeats):
        # Into a file: grep looks no further than the first match when it writes to /dev/null.
        with tempfile.TemporaryFile() as out:
            begun = time.monotonic()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - begun
        if process.returncode not in good:
            sys.exit(f"{' '.join(command[:3])}: status {process.returncode}")
        best = took if best is None else min(best, took)
        peak = max(peak, usage.ru_maxrss / 1024)
    return best, peak


def show(what, figure, floor=None):
    seconds, peak = figure
    ratio = f"{seconds / floor:8.2f} x" if floor else " " * 10
    print(f"{what:<44} {seconds:9.3f} s {ratio}   {peak:6.0f} MB")


def reading(verifail, folder, megabytes):
    largest = max(glob.glob(DATA + "/*.log"), key=os.path.getsize)
    with open(largest, "rb") as file:
        text = file.read()
    path = os.path.join(folder, "repeated.log")
    with open(path, "wb") as file:
        for _ in range(max(1, megabytes * 1_000_000 // len(text))):
            file.write(text)
    print(f"{os.path.basename(largest)} repeated to {os.path.getsize(path) / 1e6:.0f} MB:")
    lines = cost(["wc", "-l", path])
    show("wc -l", lines)
    show("grep -c STARTTLS=", cost(["grep", "-c", "STARTTLS=", path]), lines[0])
    show("verifail report", cost([verifail, "report", path]), lines[0])
    os.unlink(path)


def lines_of(command):
    """What it prints, line by line in words."""
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [line.split() for line in told.splitlines()]


def changing(folder):
    figures = {word: float(us) / 1e6 for word, us in lines_of([os.path.join(folder, "verifail-change"), "20000"])}
    print("one log line among 20000 relays:")
    for what, word in (("touching each name", "names"), ("the line read", "read"), ("the rows after it", "rows"),
                       ("all rows for the first time, in slices", "first")):
        print(f"{what:<44} {figures[word] * 1e3:9.3f} ms {figures[word] / figures['names']:8.2f} x")


def causing(folder, times):
    program = os.path.join(folder, "verifail-cause")
    print(f"from a look's beginning to its cause, median of {times}:")
    for host, verdict, cause, connections, finding in lines_of(
            [program, str(times)] + [name + ".example.net" for name in CAUSES]):
        print(f"{host + ' ' + finding:<44} {int(cause) / 1e3:9.3f} ms {int(cause) / int(verdict):8.2f} x "
              f"the first verdict ({int(verdict) / 1e3:.3f} ms), {connections} connections")
    counts = sorted(int(row[3]) for row in lines_of([program, "1"]))
    print(f"connections a relay: median {counts[len(counts) // 2]}, most {counts[-1]}, {sum(counts)} for {len(counts)}")


def looking(verifail, lab_program):
    """`verify` of relays of the lab that answer at once, beside s_client with the same CA file, one after another."""
    lab = subprocess.Popen([lab_program, "--serve", "--interval", "0"], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, text=True)
    place = dict(word.split("=", 1) for word in lab.stdout.readline().split())
    listed = subprocess.run([lab_program, "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [line.split(None, 3)[:3] for line in listed.splitlines()]
    quick = [row for row in rows if row[2] in QUICK and "slow" not in row[0] and ":" not in row[1]]
    first = {}  # of each relay, the address
    for host, address, _ in quick:
        first.setdefault(host, address)
    good = list(dict.fromkeys(host for host, _, word in quick if word == "OK"))
    good += [first[host] for host in good]  # by address it is another look
    options = ["--cf", place["folder"] + "/sendmail.cf", "--resolver", place["resolver"], "--port", place["port"],
               "--jobs", "100", "--allow-private"]
    loop = (f"for a; do openssl s_client -starttls smtp -connect $a:{place['port']} -noservername "
            f"-CAfile {place['folder']}/ca-bundle.crt -verify_return_error; done")

    def beside(what, targets):
        peer = cost(["sh", "-c", loop, "sh", *(first.get(target, target) for target in targets)])
        show(f"openssl s_client in turn, {what}", peer)
        show(f"verifail verify, {what}", cost([verifail, "verify", "--json", *options, *targets]), peer[0])

    print("looking at relays of the lab:")
    beside("one", good[:1])
    beside("60 with causes", list(first)[:60])
    beside(f"{len(good)} good ones", good)
    lab.stdin.close()
    lab.wait(20)


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    verifail = os.environ["VERIFAIL"]
    with tempfile.TemporaryDirectory() as folder:
        reading(verifail, folder, megabytes)
    changing(os.environ["VERIFAIL_BENCH"])
    causing(os.environ["VERIFAIL_BENCH"], 20 if megabytes > 100 else 3)
    looking(verifail, os.environ["VERIFAIL_LAB"])


if __name__ == "__main__":
    main()
