"""What `report` and `report --json` print of every log in tests/data is what they printed when a person last looked."""

import concurrent.futures
import json
import os
import subprocess
import tempfile
import unittest

import snapshot

VERIFAIL = os.environ["VERIFAIL"]
DATA = os.environ["TEST_DATA"]
AT = "2026-11-29T12:00:00Z"
LIMIT = 120  # seconds, for a program that hangs
FRAMINGS = (".rfc3164", ".rfc5424")


def logs():
    """Each log as (its name in the snapshots, its path)."""
    for folder in ("findings", "logs"):
        for name in sorted(os.listdir(os.path.join(DATA, folder))):
            if name.endswith(".log"):
                yield name[:-len(".log")], os.path.join(DATA, folder, name)


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Everything is printed once. The settings are ours, so that this machine's Sendmail has no say: a host that
        has all its files, in a folder whose name is as long each time."""
        cls.maxDiff = None
        with tempfile.TemporaryDirectory(dir="/tmp") as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                            "-subj", "/CN=mx1.example.net", "-days", "36500", "-keyout", key, "-out", cert],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            cf = os.path.join(folder, "sendmail.cf")
            with open(cf, "w", encoding="ascii") as file:
                file.write(f"V10/Berkeley\nO CACertFile={cert}\nO CACertPath={folder}\nO ClientCertFile={cert}\n"
                           f"O ClientKeyFile={key}\n")

            def printed(path, *words):
                done = subprocess.run([VERIFAIL, "report", "--at", AT, "--cf", cf, *words, path], capture_output=True,
                                      timeout=LIMIT, env=dict(os.environ, TZ="UTC", SSL_CERT_FILE=cert), check=False)
                assert done.stderr == b"" and done.returncode in (0, 1), (path, done)
                return f"{done.stdout.decode()}exit status {done.returncode}\n".replace(folder, "/tmp/mail-folder")

            found = list(logs())
            cls.texts = dict(zip((name for name, _ in found), pool.map(lambda log: printed(log[1]), found)))
            cls.documents = dict(zip((name for name, _ in found), pool.map(lambda log: printed(log[1], "--json"), found)))

    @staticmethod
    def lines(printed):
        document, _, status = printed.rpartition("exit status ")
        return "\n".join([*snapshot.normal(json.loads(document), lists=("findings", "relays")), "exit status " + status])

    def test_the_text_is_as_it_was(self):
        """A log in the framing of RFC 5424 reads as the one with ISO times, which is kept; without parts of a second
        relays change places, so that RFC 3164 has texts of its own."""
        kept = {name: text for name, text in self.texts.items() if not name.endswith(".rfc5424")}
        snapshot.check(self, ((f"report/{name}.txt", text) for name, text in kept.items()))
        for name in self.texts.keys() - kept.keys():
            self.assertEqual(self.texts[name], self.texts[name.replace(".rfc5424", ".iso")], name)

    def test_the_json_is_as_it_was(self):
        kept = {name: self.lines(text) for name, text in self.documents.items() if not name.endswith(FRAMINGS)}
        snapshot.check(self, ((f"report/{name}.json", text) for name, text in kept.items()))

    def test_no_snapshot_is_left_of_a_log_that_is_gone(self):
        names = [f"{name}.{kind}" for name in self.texts for kind in ("txt", "json")]
        self.assertEqual(snapshot.leftover("report", names), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
