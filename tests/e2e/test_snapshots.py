"""What `report` and `report --json` print of every log in tests/data is what they printed when a person last looked."""

import concurrent.futures
import json
import os
import subprocess
import unittest

import snapshot
from host import FRAMINGS, Host, logs, name_of

AT = "2026-11-29T12:00:00Z"
LIMIT = 120  # seconds, for a program that hangs


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Everything is printed once."""
        host = Host()
        with host as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            def printed(path, *words):
                done = subprocess.run([os.environ["VERIFAIL"], "report", "--at", AT, "--cf", host.cf, *words, path], cwd=folder,
                                      env=host.env, capture_output=True, timeout=LIMIT, check=False)
                assert done.stderr == b"" and done.returncode in (0, 1), (path, done)
                return host.masked(f"{done.stdout.decode()}exit status {done.returncode}\n")

            cls.texts = dict(zip(map(name_of, logs()), pool.map(printed, logs())))
            kept = list(logs(without=FRAMINGS))
            cls.documents = dict(zip(map(name_of, kept), pool.map(lambda log: printed(log, "--json"), kept)))

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
        """Only of one framing: test_cli proves that they agree."""
        snapshot.check(self, ((f"report/{name}.json", self.lines(text)) for name, text in self.documents.items()))

    def test_no_snapshot_is_left_of_a_log_that_is_gone(self):
        names = [f"{name}.{kind}" for name in self.texts for kind in ("txt", "json")]
        self.assertEqual(snapshot.leftover("report", names), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
