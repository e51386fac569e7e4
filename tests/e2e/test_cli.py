"""The command line as it is promised: exit statuses, standard output and error, JSON schemas, targets, stores.
No terminal and no namespaces: the program, the lab's relays on loopback, and openssl as the second opinion."""

import bz2
import datetime
import gzip
import json
import lzma
import os
import re
import signal
import subprocess
import tempfile
import unittest

from schema import CHAIN, REPORT, VERIFY, holds

VERIFAIL = os.environ["VERIFAIL"]
LOGS = os.path.join(os.environ["TEST_DATA"], "logs")
LOG = os.path.join(LOGS, "daemon-and-queue.iso.log")
LIMIT = 120  # seconds, for a program that hangs


def run(*words, stdin=b"", env=None, **more):
    """The ended program; it must not hang, and no bug may show."""
    done = subprocess.run([VERIFAIL, *words], input=stdin, stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                          timeout=LIMIT, env=dict(os.environ, **(env or {})), check=False, **more)
    assert b"Sanitizer" not in done.stderr and done.returncode in (0, 1, 2, 3), (words, done)
    return done


def shell(line, *arguments):
    """The status and standard error of a shell line; $V is the program."""
    done = subprocess.run(["sh", "-c", line, "sh", *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                          env=dict(os.environ, V=VERIFAIL), check=False)
    return done.returncode, done.stdout, done.stderr


class Lab:
    """The lab's relays for as long as the tests run."""

    def __init__(self):
        self.process = subprocess.Popen([os.environ["VERIFAIL_LAB"], "--serve", "--interval", "0"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        said = dict(word.split("=", 1) for word in self.process.stdout.readline().split())
        self.port, self.folder = said["port"], said["folder"]
        self.names = ["--resolver", said["resolver"], "--port", self.port]
        self.options = [*self.names, "--cf", self.file("sendmail.cf")]

    def file(self, name):
        return os.path.join(self.folder, name)

    def verify(self, *words):
        """Status and documents."""
        done = run("verify", "--json", *self.options, *words)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def close(self):
        self.process.stdin.close()
        self.process.wait(LIMIT)
        self.process.stdout.close()


class Usage(unittest.TestCase):
    def test_what_it_says_about_itself(self):
        for words, begins in ((["--help"], b"verifail: why"), (["--version"], b"verifail 0."), (["--keys"], b"|"),
                              (["verify", "--help"], b"verifail: why"), (["chain", "--json", "--version"], b"verifail 0.")):
            done = run(*words)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.startswith(begins) or begins in done.stdout[:200], done.stdout[:80])

    def test_wrong_usage_is_2_and_said_on_standard_error(self):
        cases = (["--nope"], ["-x"], ["verify"], ["chain"], ["chain", "a", "b"], ["audit", "x"], ["report", "--port", "25", LOG],
                 ["--port", "0", "verify", "a"], ["--port", "65536", "verify", "a"], ["verify", "--port"],
                 ["verify", "--timeout", "0", "a"], ["verify", "--jobs", "x", "a"], ["report", "--max-relays", "0", LOG],
                 ["report", "--color", "red", LOG], ["report", "--at", "now", LOG], ["report", "--at", "2026-02-31", LOG],
                 ["report", "--since", "", LOG], ["report", "--source", ""], ["--json", LOG], ["verify", "--resolver", "x", "a"],
                 ["verify", "--resolver", "127.0.0.1@99999", "a"], ["verify", "--cf", "/nonexistent", "127.0.0.1"],
                 ["verify", "--ca-file", "/nonexistent", "127.0.0.1"], ["verify", "--ca-path", LOG, "127.0.0.1"],
                 ["report", "/nonexistent"], ["report", LOG, "/nonexistent"], ["report", LOGS], ["report", "-", "-"],
                 ["report", "--source", "exit 3"], ["chain", "/nonexistent"], ["chain", LOG], ["chain", LOGS], [], [LOG])
        for words in cases:
            done = run(*words)
            self.assertEqual((done.returncode, done.stdout), (2, b""), words)
            self.assertTrue(done.stderr.startswith(b"verifail: "), done.stderr)

    def test_what_the_user_typed_does_not_reach_the_terminal_raw(self):
        done = run("verify", "a\x1b[31mb", "c\u202e d")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.decode().count("neither a host name nor an address"), 2)
        self.assertFalse(re.search("[\x00-\x09\x0b-\x1f\u202e]", done.stderr.decode()))


class Output(unittest.TestCase):
    def test_output_that_cannot_be_written_is_2(self):
        for line in ('"$V" report "$1" >/dev/full', '"$V" --help >/dev/full', '"$V" report "$1" >&-'):
            status, _, error = shell(line, LOG)
            self.assertEqual((status, error), (2, b"verifail: standard output cannot be written\n"), line)

    def test_who_has_seen_enough_gets_no_complaint(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as gone:
            self.assertEqual(run("report", "--json", LOG, stdout=gone).stderr, b"")

    def test_closed_standard_files_are_survived(self):
        whole = run("report", LOG).stdout
        status, out, _ = shell('"$V" report "$1" 2>&- <&-', LOG)
        self.assertEqual((status, out), (1, whole))
        self.assertEqual(shell('"$V" report - <&-')[0], 0)

    def test_colour_is_for_terminals_and_for_who_asks(self):
        for words, env, colour in (([], {}, False), (["--color", "always"], {"NO_COLOR": "1"}, True), (["--color", "never"], {}, False)):
            self.assertEqual(b"\x1b[" in run("report", *words, LOG, env=env).stdout, colour)


class Report(unittest.TestCase):
    @staticmethod
    def json(*words, stdin=b""):
        done = run("report", "--json", "--at", "2026-11-22T08:00:00Z", *words, stdin=stdin)
        assert done.stderr == b"", done.stderr
        return json.loads(done.stdout)

    @staticmethod
    def relays(document):
        """What the framings of a log must agree on; seconds are cut off, as one of them has no parts of a second."""
        def cut(relay):
            relay["addresses"].sort()
            return json.loads(re.sub(r"(T\d\d:\d\d):\d\d", r"\1", json.dumps(relay)))
        return {(r["direction"], r["relay"]): cut(r) for r in document["relays"]}

    def test_every_log_keeps_the_schema_and_agrees_with_grep_in_every_framing(self):
        for name in sorted(n[:-len(".iso.log")] for n in os.listdir(LOGS) if n.endswith(".iso.log")):
            framings = [self.json("--full", os.path.join(LOGS, f"{name}.{f}.log")) for f in ("iso", "rfc3164", "rfc5424")]
            for document in framings:
                self.assertEqual(list(holds(document, REPORT)), [], name)
                self.assertEqual(document["lines"], framings[0]["lines"])
                self.assertEqual(self.relays(document), self.relays(framings[0]), name)
            self.assertEqual(self.counts(framings[0]), self.grep(os.path.join(LOGS, f"{name}.iso.log")), name)

    @staticmethod
    def counts(document):
        return {(r["relay"], word): n for r in document["relays"] if r["direction"] == "client" for word, n in r["counts"].items() if n}

    @staticmethod
    def grep(path):
        found = {}
        with open(path, encoding="ascii") as log:
            for line in log:
                hit = re.search(r"STARTTLS=client, relay=([^ ]*?)\.?, version=[^ ]*, verify=([A-Z_]+)", line)
                if hit:
                    found[hit.groups()] = found.get(hit.groups(), 0) + 1
        return found

    def test_the_ways_in_are_one(self):
        with open(LOG, "rb") as file:
            data = file.read()
        now = ("--at", "2026-11-22T15:00:00Z") # ages would change between two runs
        whole = run("report", *now, LOG)
        with tempfile.TemporaryDirectory() as folder:
            crlf = os.path.join(folder, "crlf")
            with open(crlf, "wb") as file:
                file.write(data.replace(b"\n", b"\r\n"))
            packed = []
            for packer in (gzip, lzma, bz2):
                packed.append(os.path.join(folder, packer.__name__))
                with open(packed[-1], "wb") as file:
                    file.write(packer.compress(data))
            ways = [[crlf], [LOG, LOG], ["--source", f"cat '{LOG}'"], *([path] for path in packed)]
            for way in ways:
                done = run("report", *now, *way)
                self.assertEqual((done.returncode, done.stdout), (1, whole.stdout), way)
        self.assertEqual(run("report", *now, "-", stdin=data).stdout, whole.stdout)

    def test_what_is_no_log_is_told_from_an_empty_one(self):
        self.assertEqual(run("report", "-").returncode, 0)
        done = run("report", "-", stdin=bytes(range(1, 256)) * 40)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"no line of it is a log line", done.stderr)

    def test_since_takes_every_form(self):
        for since, relays in (("2026-11-22", 10), ("07:46", 10), ("2026-11-22T07:46:10+00:00", 2), ("2026-11-22T08:46:10+01:00", 2),
                              ("2026-11-22 07:46:10", 2), ("90m", 10), ("2h", 10), ("3d", 10), ("2030-01-01", 0)):
            self.assertEqual(len(self.json("--since", since, LOG)["relays"]), relays, since)

    def test_since_narrows_what_is_told(self):
        with open(LOG, encoding="ascii") as file:
            lines = [line for line in file if line[11:19] >= "07:46:10"]
        found = self.json("--since", "2026-11-22T07:46:10+00:00", LOG)
        whole = self.json(LOG)
        self.assertEqual((found["lines"], found["since"][:19]), (len(lines), "2026-11-22T07:46:10"))
        self.assertEqual((found["first"][11:19], found["last"]), (lines[0][11:19], whole["last"]))
        self.assertEqual((found["bytes"], whole["since"]), (whole["bytes"], None))
        found = self.json("--since", "2030-01-01", LOG)
        self.assertEqual((found["lines"], found["first"], found["last"], found["relays"], found["findings"]), (0, None, None, [], []))
        said = run("report", "--since", "2026-11-22T07:46:10+00:00", LOG).stdout
        self.assertIn(f", {len(lines)} lines ({whole['lines'] - len(lines)} before --since)\n".encode(), said)

    def test_addresses_of_people_show_only_in_full(self):
        log = b"Nov 22 14:00:01 mail sm-mta[7]: 6AMAAAAA000007: to=<u@example.net>, mailer=esmtp, relay=mx.example.net. [192.0.2.1], " \
              b"dsn=4.2.0, stat=Deferred: u@example.net is not welcome\n"
        for words, shown in (([], False), (["--full"], True)):
            for out in (run("report", *words, "-", stdin=log).stdout, run("report", "--json", *words, "-", stdin=log).stdout):
                self.assertEqual(b"u@example.net" in out, shown)

    def test_the_status_is_that_of_the_last_words(self):
        line = "Nov 22 14:00:0{} mail sm-mta[{}]: STARTTLS={}, relay=mx.example.net., version=TLSv1.3, verify={}, cipher=A, bits=256/256\n"
        for lines, status in (((("client", "OK"),), 0), ((("client", "FAIL"),), 1), ((("client", "FAIL"), ("client", "OK")), 0),
                              ((("client", "OK"), ("client", "FAIL")), 1), ((("client", "TRUSTED"),), 0), ((("server", "FAIL"),), 0),
                              ((("client", "NO"),), 1)):
            log = "".join(line.format(i, i, side, word) for i, (side, word) in enumerate(lines)).encode()
            self.assertEqual(run("report", "-", stdin=log).returncode, status, lines)

    def test_a_flood_of_names_is_bounded_and_said(self):
        line = "Nov 22 14:00:00 mail sm-mta[{0}]: STARTTLS=client, relay=mx{0}.example.net., version=TLSv1.3, verify=OK, bits=1/1\n"
        log = "".join(line.format(i) for i in range(500)).encode()
        done = run("report", "--max-relays", "20", "-", stdin=log)
        self.assertIn(b"quiet relays dropped (--max-relays)", done.stdout)
        self.assertLessEqual(done.stdout.count(b".example.net"), 20)


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)

    def test_every_relay_keeps_the_schema_and_each_target_is_one_line(self):
        targets = [f"mx-{n}.example.{z}" for n, z in (("good", "net"), ("ec", "net"), ("six", "net"), ("missing", "net"), ("454", "org"),
                   ("554", "org"), ("334", "org"), ("helo", "org"), ("drop", "org"), ("closes", "org"), ("refused", "org"),
                   ("two", "org"), ("client13", "org"), ("hostile", "net"), ("utf8", "net"), ("endless", "org"), ("gone", "org"))] * 6
        status, documents = self.lab.verify(*targets)
        self.assertEqual(status, 1)
        self.assertEqual(sorted(d["target"] for d in documents), sorted(targets))
        for document in documents:
            self.assertEqual(list(holds(document, VERIFY)), [], document["target"])
            self.assertEqual(document["port"], int(self.lab.port))

    def test_every_form_of_a_target(self):
        port = self.lab.port
        for target, name, address in (("127.0.40.1", "127.0.40.1", "127.0.40.1"), ("[127.0.40.1]", "127.0.40.1", "127.0.40.1"),
                                      (f"127.0.40.1:{port}", "127.0.40.1", "127.0.40.1"), ("::1", "::1", "::1"), ("[::1]", "::1", "::1"),
                                      (f"[ipv6:::1]:{port}", "::1", "::1"), ("[IPv6:0:0:0:0:0:0:0:1]", "::1", "::1"),
                                      ("MX-Good.Example.NET.", "mx-good.example.net", "127.0.40.1"),
                                      ("[mx-good.example.net]", "mx-good.example.net", "127.0.40.1"),
                                      (f"mx-good.example.net:{port}", "mx-good.example.net", "127.0.40.1")):
            status, (document,) = self.lab.verify(target)
            self.assertEqual((status, document["verify"], document["target"]), (0, "OK", name), target)
            self.assertEqual(document["dns"]["addresses"], [address])

    def test_what_is_no_target_is_2_and_the_others_are_looked_at(self):
        for target in ("a:0", "a:65536", "a:x", "[::1", "[::1]x", "a b", "", "-x", "a@b", "[]", "x:y:z", "a" * 300, "fe80::1%lo"):
            done = run("verify", "--json", *self.lab.options, "--", target, "mx-good.example.net")
            self.assertEqual((done.returncode, done.stdout.count(b"\n"), done.stderr.count(b"\n")), (2, 1, 1), target)

    def test_the_exit_status_is_of_the_worst(self):
        good, bad, gone, closed = "mx-good.example.net", "mx-missing.example.net", "nowhere.example.net", "mx-refused.example.org"
        for targets, status in (([good], 0), ([good, good], 0), ([bad], 1), ([gone], 3), ([closed], 3), ([good, gone], 3),
                                ([gone, bad], 1), ([bad, closed, good], 1), (["mx-two.example.org"], 1),
                                # TLS 1.3 asks for a client certificate when all seems well: verify=OK, and no mail.
                                (["mx-client13.example.org"], 1)):
            self.assertEqual(self.lab.verify(*targets)[0], status, targets)

    def test_the_cause_is_in_the_document_with_what_proves_it(self):
        for name, found, changes, origins in (
                ("missing", "missing-intermediate", [["add-issuers"]], ["sent", "from", "in_store"]),
                ("expired", "leaf-expired", [["no-time"]], None), ("rsa1024", "weak-key", [["level-1"]], None),
                ("critical", "critical-extension", [["ignore-critical"]], None), ("self", "self-signed", [["trust-top"]], None),
                ("good", None, [], None)):
            status, (document,) = self.lab.verify("--allow-private", f"mx-{name}.example.net")
            (address,) = document["addresses"]
            tried = [e["ids"] for e in address["experiments"] if e["verify"] == "OK"]
            self.assertEqual((status, [f["id"] for f in document["findings"][:1]]), (1, [found]) if found else (0, []), name)
            self.assertTrue(all(c in tried for c in changes), (name, address["experiments"]))
            self.assertTrue(all(f["certain"] and f["proof"] == "probe" for f in document["findings"][:1]), name)
            if origins:
                self.assertEqual([next(o for o in origins if c[o]) for c in address["repaired"]], origins)
            self.assertIn(document["connections"], range(1, 9))

    def test_code_and_depth_are_those_of_openssl(self):
        for name in ("good", "missing", "unknown", "private", "self", "expired", "expired-int", "rsa1024", "sha1", "client-only", "bad-ca",
                     "path-length", "constraint", "critical", "bad-signature", "self-expired", "wrong-order", "junk", "cross"):
            _, (document,) = self.lab.verify(f"mx-{name}.example.net")
            (address,) = document["addresses"]
            ours = (address["verdict"]["code"], address["verdict"]["depth"] or 0)
            self.assertEqual(ours, self.openssl(address["address"], "FAIL" in address["verify"]), name)

    def openssl(self, address, fails):
        said = subprocess.run(["openssl", "s_client", "-starttls", "smtp", "-connect", f"{address}:{self.lab.port}", "-noservername",
                               "-CAfile", self.lab.file("ca-bundle.crt"), "-CApath", self.lab.file("certs"), "-verify_return_error"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False)
        if not fails:
            return (0, 0) if "Verify return code: 0 (ok)" in said.stdout else (None, None)
        code = re.search(r"verify error:num=(\d+)", said.stderr + said.stdout)
        return int(code.group(1)), int(re.findall(r"^depth=(\d+)", said.stderr, re.M)[-1])

    def test_both_ca_options_of_a_cf_or_none_but_either_of_ours(self):
        bundle, certs = self.lab.file("ca-bundle.crt"), self.lab.file("certs")
        with tempfile.TemporaryDirectory() as folder:
            half = os.path.join(folder, "half.cf")
            with open(half, "w", encoding="ascii") as file:
                file.write(f"V10/Berkeley\nO CACertFile={bundle}\n")
            for words, word, source in ((["--cf", half], "FAIL", "cf"), (["--cf", half, "--ca-file", bundle], "OK", "options"),
                                        (["--cf", half, "--ca-path", folder], "OK", "options"),
                                        (["--ca-path", folder], "FAIL", "options"), (["--ca-file", bundle], "OK", "options"),
                                        (["--cf", self.lab.file("sendmail.cf")], "OK", "cf"),
                                        (["--ca-file", bundle, "--ca-path", certs], "OK", "options")):
                done = run("verify", "--json", *self.lab.names, *words, "mx-good.example.net")
                document = json.loads(done.stdout)
                self.assertEqual((document["verify"], document["policy"]["source"]), (word, source), words)

    def test_at_moves_the_time_of_the_verdict(self):
        later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=200)).strftime("%Y-%m-%dT%H:%M:%SZ")
        _, (document,) = self.lab.verify("--at", later, "mx-good.example.net")
        verdict = document["addresses"][0]["verdict"]
        self.assertEqual((verdict["verify"], verdict["code"], verdict["depth"]), ("FAIL", 10, 0))

    def test_a_long_look_ends_by_interrupt_with_what_is_done_printed(self):
        with subprocess.Popen([VERIFAIL, "verify", "--json", *self.lab.options, "mx-good.example.net", "mx-silent.example.org"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as program:
            self.assertEqual(json.loads(program.stdout.readline())["target"], "mx-good.example.net")
            program.send_signal(signal.SIGINT)
            self.assertEqual((program.stdout.read(), program.wait(LIMIT)), (b"", -signal.SIGINT))


class Chain(unittest.TestCase):
    @staticmethod
    def mint(folder, subject, sans=""):
        """A self-signed certificate by openssl; the path of its PEM."""
        path, config = os.path.join(folder, "c.pem"), os.path.join(folder, "c.cf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"[req]\nprompt=no\nutf8=yes\ndistinguished_name=d\nx509_extensions=e\n[d]\nCN={subject}\n[e]\n{sans}\n")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "10", "-config", config, "-out", path,
                        "-keyout", os.path.join(folder, "k.pem")], capture_output=True, check=True)
        return path

    def test_a_chain_is_judged_and_keeps_the_schema(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.mint(folder, "mx.example.net", "subjectAltName=DNS:mx.example.net\nbasicConstraints=CA:FALSE")
            for words, status, code in (([], 1, 18), (["--ca-file", path], 0, 0)):
                done = run("chain", "--json", *words, path)
                document = json.loads(done.stdout)
                self.assertEqual((done.returncode, document["verdict"]["code"]), (status, code))
                self.assertEqual(list(holds(document, CHAIN)), [])
                self.assertEqual(run("chain", *words, path).returncode, status)

    def test_without_a_sendmail_cf_the_system_store_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path, cf = self.mint(folder, "mx.example.net"), os.path.join(folder, "sendmail.cf")
            with open(cf, "w", encoding="ascii") as file:
                file.write("V10/Berkeley\n")
            self.assertEqual(run("chain", "--cf", cf, path).stderr, b"")
            if not os.path.exists("/etc/mail/sendmail.cf"):
                said = run("chain", "--json", path).stderr
                self.assertIn(b"no sendmail.cf found", said)
                self.assertIn(b"instead of Sendmail's", said)

    def test_files_without_a_certificate_are_2(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.mint(folder, "mx.example.net")
            der = os.path.join(folder, "c.der")
            subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER", "-out", der], check=True)
            for name, says in ((os.path.join(folder, "k.pem"), b"no certificate"), (der, b"openssl x509 -inform DER"),
                               ("/dev/null", b""), ("/dev/zero", b"")):
                done = run("chain", name)
                self.assertEqual((done.returncode, done.stdout), (2, b""), name)
                self.assertIn(says, done.stderr)

    def test_a_certificate_with_ten_thousand_names_is_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            names = "subjectAltName=@s\n[s]\n" + "\n".join(f"DNS.{i}=h{i}.example.net" for i in range(10000))
            document = json.loads(run("chain", "--json", self.mint(folder, "mx.example.net", names)).stdout)
            self.assertEqual(document["chain"][0]["sans"][9999], "DNS:h9999.example.net")

    def test_nothing_of_a_certificate_moves_the_terminal(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.mint(folder, "a\x1b[31mb\x07\u202ec\u200bd")
            for words in ([], ["--json"]):
                out = run("chain", *words, path).stdout.decode()
                self.assertFalse(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", out), out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
