"""What the views of the live program show of some logs, in a real terminal, is what they showed when a person last
looked. The clock stands still (--at), the host is one of our own."""

import os
import shlex
import unittest

import snapshot
from host import Host
from screen import Pane
from waiting import until

VERIFAIL = os.environ["VERIFAIL"]
AT = "2026-11-22T08:00:00Z"
SIZES = ((80, 24), (132, 43))
LIMIT = 10    # seconds until a screen must be as it was
BETWEEN = "════ "
AT_REST = 15  # looks at a screen that stays the same: it is written as a snapshot

ONE = r"\A\S+(:25| connects to us) "

# The table, a relay, its log lines, its fix, this host; and what else the log is for.
WALK = (("Enter", ONE), ("L", r"\Alog lines of "), ("Escape", ONE), ("f", r"\Afix  "), ("Escape", ONE),
        ("Escape", r"^ RELAY "), ("a", r"\Afix|this host"))
LOGS = {"client-all-loglevel14.iso": WALK, "policy-access-map.iso": WALK, "daemon-and-queue.iso": WALK, "msp-local-submission.iso": WALK,
        "server-side.iso": (("Tab", r"^ RELAY .* inbound *$"), *WALK), "set-cert-altnames-ll15.iso": (("j", r"^ RELAY "), *WALK)}


class Screens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host()
        cls.addClassCleanup(cls.host.cleanup)

    def shown(self, pane, name, kept):
        """The screen as soon as it is the kept one; else, in the end, as it is."""
        seen = []

        def look():
            seen.append(self.host.masked("".join(line.rstrip() + "\n" for line in pane.lines()[:-1])))
            same = seen[-AT_REST:]
            return seen[-1] == kept or snapshot.UPDATE and len(same) == AT_REST and len(set(same)) == 1
        try:
            until(look, name, LIMIT)
        except AssertionError:
            pass
        return seen[-1]

    def walk(self, log, width, height):
        name = f"screens/{log}.{width}x{height}.txt"
        kept = snapshot.kept(name).split(BETWEEN)
        pane = Pane(width, height, env=self.host.env)
        self.addCleanup(pane.kill)
        pane.run("cd " + self.host.name)
        pane.run(shlex.join([VERIFAIL, "--at", AT, "--cf", self.host.cf, f"logs/{log}.log"]))
        screens = []
        for key, mark in (("", r"^ STORE (?!is being read)"), *LOGS[log]):
            if key:
                pane.keys(key)
            pane.wait_for(mark)
            if key == "Escape":
                continue
            old = kept[len(screens)] if len(screens) < len(kept) else ""
            screens.append(f"{key}\n" + self.shown(pane, f"{name}, key {key}", old.partition("\n")[2]))
        pane.keys("C-c")
        pane.wait_for("^ready>$")
        return name, BETWEEN.join(screens)

    def test_every_view_is_as_it_was(self):
        snapshot.check(self, [self.walk(log, *size) for log in LOGS for size in SIZES])

    def test_no_snapshot_is_left_of_a_screen_that_is_gone(self):
        self.assertEqual(snapshot.leftover("screens", [f"{log}.{w}x{h}.txt" for log in LOGS for w, h in SIZES]), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
