"""One log, one truth: for every relay of every log in tests/data, `report`, `report --json` and the live table say the
same of MAIL, RETURNED, WHO, SINCE and the first finding; and the view of one relay says what its row says."""

import collections
import concurrent.futures
import datetime
import json
import os
import re
import shlex
import subprocess
import unittest

from host import CF, FRAMINGS, Host, logs, name_of
from screen import Pane
from waiting import until

VERIFAIL = os.environ["VERIFAIL"]
AT = datetime.datetime(2026, 11, 22, 23, 0, tzinfo=datetime.timezone.utc)
LIMIT = 120      # seconds, for a program that hangs
SETTLED = 3      # seconds in which the screen must have come to agree
WHO = {"remote": "them", "local": "us", "policy": "us", "network": "net", "unknown": "?"}
READY = r"^ STORE (?!is being read)(.*\n)+ RELAY .* CAUSE"
OPENED = 3       # relays of a log whose own view is looked at, too

# What disagrees today: (log, place and fact): of how many relays. Once fewer disagree the test fails: lower the number,
# or take the entry out. The table tells whose a submission on this host is, report and JSON that its error is not logged.
# A message that was given up, but not by a rule of ours, has no finding yet: the table shows Sendmail's own words.
RETURNED = ("name-mismatch", "policy-bounced", "anon-null-weak.iso", "daemon-and-queue.iso", "set-cert-altnames-ll15.iso")
KNOWN = {
    **{(log, what): 1 for log in RETURNED for what in ("table CAUSE", "view WHO", "view CAUSE")},
    ("policy-access-map.iso", "table CAUSE"): 1,
    ("local-submission", "table WHO"): 1,
    ("local-submission", "table CAUSE"): 1,
    ("msp-local-submission.iso", "table WHO"): 1,
    ("msp-local-submission.iso", "table CAUSE"): 1,
}


def squeezed(text):
    return " ".join(text.split())


def mail_cell(deliveries):
    for word, count in (("RETURNED", "bounced"), ("HELD", "waiting"), ("CLEAR", "clear")):
        if deliveries[count]:
            return f"{word} {deliveries[count]}"
    return "sent" if deliveries["sent"] else "-"


def since_cell(since):
    if since is None:
        return "-"
    time = datetime.datetime.fromisoformat(since)
    return f"{time:%H:%M}" if time.date() == AT.date() else f"{time.day} {time:%b}" if time.year == AT.year else str(time.date())


class Facts(dict):
    """What was said of a log: "RETURNED" of all, and (relay, "MAIL") and so on of each."""

    def of_json(self, document):
        self["RETURNED"] = sum(r["deliveries"]["bounced"] for r in document["relays"] if r["direction"] == "client")
        for relay in document["relays"]:
            name, found = relay["relay"], relay["findings"][:1]
            self[name, "MAIL"] = mail_cell(relay["deliveries"])
            self[name, "SINCE"] = since_cell(relay["since"])
            self[name, "WHO"] = WHO[found[0]["blame"]] if found else ""
            self[name, "CAUSE"] = squeezed(found[0]["title"]) if found else ""
            # People may be spared a notice, and told of clients what is no finding.
            self[name, "free"] = not found and relay["direction"] == "server" or bool(found) and found[0]["severity"] == "notice"
        return self

    ROW = re.compile(r"^(\S+) +((?:RETURNED|HELD|CLEAR) \d+|sent|-) +(\S+) +(-|\d\d:\d\d|\d+ [A-Z][a-z]{2}|\d{4}-\d\d-\d\d) +(-|\d+/\d+)$")
    FOUND = re.compile(r"^  (?:CAUSE|EFFECT|NOTE) +(?:(them|us|net): )?(.*?)( \?)?( \(see HOST above\))?$")

    def of_text(self, text):
        self["RETURNED"] = int(re.search(r"RETURNED (\d+)$", text, re.M)[1])
        name = None
        for line in re.sub(r"\n         (?! )", " ", text).split("\n"):
            if row := self.ROW.match(line):
                name = row[1]
                self[name, "MAIL"], self[name, "SINCE"] = row[2], row[4]
                self[name, "WHO"] = self[name, "CAUSE"] = ""
            elif (found := self.FOUND.match(line)) and name and not self[name, "CAUSE"]:
                self[name, "WHO"], self[name, "CAUSE"] = found[1] or "?", squeezed(found[2])
        return self

    def of_table(self, lines):
        """The live table, by the places of its columns; names that are too long for theirs are cut in the middle."""
        head = next((i for i, line in enumerate(lines) if line.startswith(" RELAY ")), None)
        if head is None:
            return self
        total = re.search(r"RETURNED (\d+)", " ".join(lines[:head]))
        self["RETURNED"] = int(total[1]) if total else None
        names = ["RELAY", "MAIL", "LOG", "SINCE", "FAIL/24h", "NOW", "WHO", "CAUSE"]
        places = [lines[head].index(name) for name in names] + [len(lines[head].removesuffix("inbound")) + 200]
        for line in lines[head + 1:]:
            cells = {name: line[a:b].strip() for name, a, b in zip(names, places, places[1:])}
            if not re.match(r"[ ▸]\S", line) or not re.match(r"-|\d+/\d+", cells["FAIL/24h"]):
                break
            name = cells["RELAY"]
            for key in ("MAIL", "SINCE", "WHO"):
                self[name, key] = cells[key]
            self[name, "CAUSE"] = squeezed(re.sub(r" \?$", "", cells["CAUSE"]))
        return self


def same_name(whole, shown):
    begin, cut, end = shown.partition("…")
    return whole.startswith(begin) and whole.endswith(end) if cut else whole == shown


def disagreements(log, truth, other, where):
    """What another place says that JSON does not, as (log, place and fact, relay)."""
    if truth["RETURNED"] != other.get("RETURNED"):
        yield (log, f"{where} RETURNED", ""), f"{other.get('RETURNED')}, JSON: {truth['RETURNED']}"
    shown = {name: next((key[0] for key in other if isinstance(key, tuple) and same_name(name, key[0])), None)
             for name, _ in (key for key in truth if isinstance(key, tuple))}
    for key, value in truth.items():
        if not isinstance(key, tuple) or key[1] == "free":
            continue
        said = other.get((shown[key[0]], key[1]))
        if key[1] == "CAUSE" and said and said.endswith("…") and value.startswith(said[:-1]):
            continue  # even this terminal is not wide enough
        if said != value and not (truth[key[0], "free"] and key[1] in ("WHO", "CAUSE") and "" in (said, value)):
            yield (log, f"{where} {key[1]}", key[0]), f"{said!r}, JSON: {value!r}"


class Agreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host()
        cls.addClassCleanup(cls.host.cleanup)
        cls.options = ["--at", AT.isoformat(), "--cf", cls.host.cf]
        names = [name_of(log) for log in logs(without=FRAMINGS)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.texts = dict(zip(names, pool.map(cls.report, logs(without=FRAMINGS))))
            cls.documents = dict(zip(names, pool.map(lambda log: json.loads(cls.report(log, "--json")), logs(without=FRAMINGS))))

    def pane(self):
        """A terminal that has room for every relay and the whole of its cause."""
        pane = Pane(200, 120, env=self.host.env)
        self.addCleanup(pane.kill)
        pane.run("cd " + self.host.name)
        return pane

    @classmethod
    def report(cls, path, *words):
        done = subprocess.run([VERIFAIL, "report", *cls.options, *words, path], capture_output=True, timeout=LIMIT,
                              cwd=cls.host.name, env=cls.host.env, check=False)
        assert done.returncode in (0, 1), done
        return done.stdout.decode()

    def judge(self, wrong, *where):
        """Fails for what disagrees and is not known, and for what is known and agrees."""
        count = collections.Counter((log, what) for log, what, _ in wrong)
        new = [f"{key}: {said}" for key, said in wrong.items() if count[key[:2]] > KNOWN.get(key[:2], 0)]
        fewer = [f"{key}: {count[key]} now, {known} in KNOWN: lower it" for key, known in KNOWN.items()
                 if key[1].split()[0] in where and count[key] < known]
        if new or fewer:
            self.fail("\n".join(["", *new, *fewer]))

    def test_what_a_title_tells_is_counted(self):
        """Who reads "2 messages returned" finds RETURNED in the relay's row."""
        wrong = {}
        for log, document in self.documents.items():
            for relay in document["relays"]:
                for word, count in (("returned", "bounced"), ("held", "waiting")):
                    told = [f["title"] for f in relay["findings"] if re.match(rf"\d+ messages? {word}\b", f["title"])]
                    if told and not relay["deliveries"][count]:
                        wrong[log, "title MAIL", relay["relay"]] = told[0]
        self.judge(wrong, "title")

    def test_the_text_says_what_json_says(self):
        wrong = {}
        for log, document in self.documents.items():
            wrong.update(disagreements(log, Facts().of_json(document), Facts().of_text(self.texts[log]), "text"))
        self.judge(wrong, "text")

    def test_the_live_table_says_what_json_says(self):
        pane = self.pane()
        wrong = {}
        for path, (log, document) in zip(logs(without=FRAMINGS), self.documents.items()):
            truth = Facts().of_json(document)
            self.outbound = {r["relay"] for r in document["relays"] if r["direction"] == "client"}
            pane.run(shlex.join([VERIFAIL, *self.options, path]))
            pane.wait_for(READY)
            wrong.update(self.table(pane, log, truth, any(r["direction"] == "server" for r in document["relays"])))
            wrong.update(self.views(pane, log, truth))
            pane.keys("C-c")
            pane.wait_for("^ready>$")
        self.judge(wrong, "table", "view")

    @staticmethod
    def at_rest(look, log, where):
        """What disagrees when the screen has come to rest: when it is what KNOWN has of it, or after a while."""
        known = {key for key in KNOWN if key[0] == log and key[1].startswith(where)}

        def as_known():
            last[:] = [dict(look())]
            return {key[:2] for key in last[0]} == known
        last = []
        try:
            until(as_known, "the screen comes to rest", SETTLED)
        except AssertionError:
            pass
        return last[0]

    def table(self, pane, log, truth, inbound):
        def look():
            seen = Facts().of_table(pane.lines())
            if inbound:
                pane.keys("Tab")
                pane.wait_for("^ RELAY .* inbound *$")
                seen.of_table(pane.lines())
                pane.keys("Tab")
                pane.wait_for("^ RELAY .*(?<!inbound)$")
            return disagreements(log, truth, seen, "table")
        return self.at_rest(look, log, "table")

    FOUND = re.compile(r"^ (?:CAUSE|EFFECT|NOTE) +(?:(them|us|net|\?): )?(.*?)( +\?)?$", re.M)

    def views(self, pane, log, truth):
        """What the views of the first relays say otherwise."""
        rows = [key[0] for key in truth if key[1:] == ("MAIL",) and key[0] in self.outbound]

        def look():
            name = pane.wait_for(r"\A(\S+):25 ")[1].strip("[]")
            found = self.FOUND.search(re.sub(r"\n {8}(?=\S)", " ", pane.text()))
            who, cause = (found[1] or "?", squeezed(found[2])) if found else ("", "")
            relay = next(row for row in rows if same_name(row.strip("[]"), name))
            if not truth[relay, "free"]:
                for what, said in (("WHO", who), ("CAUSE", cause)):
                    if said.lower() != truth[relay, what].lower():
                        yield (log, f"view {what}", relay), f"{said!r}, JSON: {truth[relay, what]!r}"

        for i in range(min(OPENED, len(rows))):
            if i:
                pane.keys("j")
            pane.keys("Enter")
            yield from self.at_rest(look, log, "view").items()
            pane.keys("Escape")
            pane.wait_for(r"^ RELAY .* CAUSE")

    def test_one_screen_has_one_date_of_return(self):
        """Our own Timeout.queuereturn says nothing of a log that another host has written."""
        pane = self.pane()
        cf = self.host.write("three-days.cf", CF + "O Timeout.queuereturn=3d\n")
        pane.run(shlex.join([VERIFAIL, *self.options[:2], "--cf", cf, "findings/not-tls.log"]))
        pane.wait_for(READY)
        pane.keys("Enter")
        pane.wait_for(r"\A\S+:25 ")
        text = pane.text()
        dates = {f"{datetime.date.fromisoformat(date):%d %b}" for date in re.findall(r"returned from (\d{4}-\d\d-\d\d)", text)}
        dates |= set(re.findall(r"returns it (\d\d? \w{3})", text))
        self.judge({("not-tls", "date of return", ""): " and ".join(sorted(dates))} if len(dates) > 1 else {}, "date")


if __name__ == "__main__":
    unittest.main(verbosity=2)
