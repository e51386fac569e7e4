"""What `verify` says of the lab's relays is what it said when a person last looked: words, codes, the experiments and
the findings in their order. Each is looked at by a program of its own: nobody's issuers come from another's chain."""

import concurrent.futures
import os
import subprocess
import unittest

import snapshot
from test_cli import Lab

# What these do depends on how busy the machine is.
SLOW = ("silent", "slow", "endless", "hangs", "full", "aia-silent", "aia-drip", "aia-endless", "aia-gigabyte")


def told(document):
    """The facts of a look that do not change from run to run, a line each."""
    yield f"{document['target']} {document['verify']}"
    for address in document["addresses"]:
        verdict = address["verdict"] or {}
        fault = (address["fault"] or {}).get("kind", "-")
        fault = "lost" if fault in ("closed", "reset") else fault  # whichever comes first
        yield "  address {} {} {} {} {}".format(address["verify"], address["reached"], fault,
                                               verdict.get("code", "-"), verdict.get("depth", "-"))
        for tried in address["experiments"]:
            yield f"    {'+'.join(tried['ids']) or 'as it is'}: {tried['verify']} {tried['code']} {tried['depth']}"
    for finding in document["findings"]:
        yield "  {kind} {id}: {severity}, {blame}, by {proof}".format(**finding) + ("" if finding["certain"] else ", not certain")
        for remedy in finding["remedies"]:
            yield f"    {remedy['kind']}: {remedy['title']}"


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)

    def test_every_relay_is_told_as_it_was(self):
        listed = subprocess.run([os.environ["VERIFAIL_LAB"], "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
        names = sorted({line.split()[0] for line in listed.splitlines()})
        names = [name for name in names if name.split(".")[0].removeprefix("mx-") not in SLOW]
        with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
            lines = []
            for _, documents in pool.map(lambda name: self.lab.verify("--allow-private", name), names):
                lines += told(documents[0])
        snapshot.check(self, [("verify.txt", "\n".join(lines) + "\n")])


if __name__ == "__main__":
    unittest.main(verbosity=2)
