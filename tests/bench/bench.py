#!/usr/bin/env python3
"""bench.py [MEGABYTES]: what verifail costs, each figure beside a floor or a peer measured in the same run.
A log of MEGABYTES (default 1000) as a busy host has it, of 5 000 and of 100 000 relays: `report --json`, wall and CPU time
beside `rg -c STARTTLS=` (else grep) and peak memory; packed, beside zcat; the live view until the first relays and until
all is read. One log line among 20 000 relays in the live view, beside touching the name of each; from asking for a look to
its cause, beside the first verdict, and the connections of each relay of the lab; `verify` of one relay of the lab and of
many at once, beside `openssl s_client` one after another. Wants VERIFAIL, VERIFAIL_LAB and VERIFAIL_BENCH (the folder of generate, change
and cause) in the environment. It judges nothing: times differ from machine to machine, the ratios tell more."""

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

CAUSES = ("mx-missing", "mx-missing-expired", "mx-expired", "mx-self", "mx-sni", "mx-good")  # .example.net
QUICK = ("OK", "FAIL", "NONE", "TEMP")  # lab relays that answer at once


def cost(command, repeats=3, good=(0, 1)):
    """The shortest of some runs in seconds, the peak of its memory in megabytes, and the least CPU time in seconds."""
    best, peak, cpu = None, 0, None
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
        used = usage.ru_utime + usage.ru_stime
        cpu = used if cpu is None else min(cpu, used)
    return best, peak, cpu


def show(what, figure, floor=None):
    seconds, peak, cpu = figure
    wall, work = (f"{seconds / floor[0]:6.2f} x", f"{cpu / floor[2]:6.2f} x") if floor else (" " * 8, " " * 8)
    print(f"{what:<40} {seconds:8.3f} s {wall}   CPU {cpu:8.3f} s {work}   {peak:6.0f} MB")


def watching(verifail, path):
    """Seconds until the live view shows a relay of a log, and until it has read all of it."""
    begun = time.monotonic()
    pid, screen = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.environ["TERM"] = "xterm"
        os.execv(verifail, [verifail, path])
    shown, first, read = b"", None, None
    while read is None and time.monotonic() < begun + 60:
        if select.select([screen], [], [], 1)[0]:
            shown += os.read(screen, 65536)
        if first is None and b".mail" in shown:
            first = time.monotonic() - begun
        if b"live" in shown:
            read = time.monotonic() - begun
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(screen)
    return first, read


def reading(verifail, folder, megabytes, relays):
    path = os.path.join(folder, "mail.log")
    generate = os.path.join(os.environ["VERIFAIL_BENCH"], "verifail-generate")
    with open(path, "wb") as file:
        subprocess.run([generate, str(megabytes), str(relays)], stdout=file, check=True)
    print(f"{megabytes} MB of a log of {relays} relays:")
    tool = "rg" if shutil.which("rg") else "grep"
    peer = cost([tool, "-c", "STARTTLS=", path])
    show(f"{tool} -c STARTTLS=", peer)
    show("verifail report --json", cost([verifail, "report", "--json", path]), peer)
    if relays == 5000:
        first, read = watching(verifail, path)
        print(f"live view: the first relays after {first or 0:.3f} s, all of it read after {read or 0:.3f} s")
        subprocess.run(["gzip", path], check=True)
        zcat = cost(["zcat", path + ".gz"], 1)
        show("zcat", zcat)
        show("verifail report, packed", cost([verifail, "report", path + ".gz"], 1), zcat)
        os.unlink(path + ".gz")
    else:
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
        show(f"verifail verify, {what}", cost([verifail, "verify", "--json", *options, *targets]), peer)

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
        reading(verifail, folder, megabytes, 5000)
        reading(verifail, folder, megabytes, 100000)
    changing(os.environ["VERIFAIL_BENCH"])
    causing(os.environ["VERIFAIL_BENCH"], 20 if megabytes > 100 else 3)
    looking(verifail, os.environ["VERIFAIL_LAB"])


if __name__ == "__main__":
    main()
