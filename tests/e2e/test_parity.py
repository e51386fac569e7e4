"""Parity: what verifail says of each of the lab's relays is what real Sendmail writes into its log of it: the word of
verify=, the text of verifymsg=, and the depth of the certificate that it refused."""

import collections
import json
import os
import re
import subprocess
import sys

from lab import Lab
from mta import Mail

Said = collections.namedtuple("Said", "verify message depth")

HANDSHAKE = re.compile(r"STARTTLS=client, relay=([^,]+?)\.?, version=.*, verify=(\w+),")
MESSAGE = re.compile(r"STARTTLS=client, cert-subject=.*, verifymsg=(.*)$")
REFUSED = re.compile(r"STARTTLS: TLS cert verify: depth=(\d+) ")
RULE = re.compile(r"ruleset=tls_server, arg1=(\w+), relay=([^,]+?)\.?, reject=")
LINE = re.compile(r"^\w+ +\d+ [\d:]+ \S+ [\w-]+\[(\d+)\]: (.*)$")


def said_by_process(texts):
    """(relay, Said) of one Sendmail process, which talked to one relay. Its words are in the STARTTLS line; without
    one, the access map has made Sendmail name the word in the ruleset's line."""
    relay, word, message, depth = None, None, None, None
    for text in texts:
        if (found := HANDSHAKE.search(text)):
            relay, word = found.groups()
        elif (found := MESSAGE.search(text)):
            message = found[1]
        elif (found := REFUSED.search(text)):
            depth = int(found[1])
        elif (found := RULE.search(text)) and word is None:
            word, relay = found.groups()
    return relay, Said(word, message, depth)


def sendmail_says(lines):
    processes = collections.defaultdict(list)
    for line in lines:
        found = LINE.match(line)
        if found:
            processes[found[1]].append(found[2])
    said = dict(map(said_by_process, processes.values()))
    said.pop(None, None)
    return said


def verifail_says(lab, mail, hosts):
    command = [os.environ["VERIFAIL"], "verify", "--json", "--cf", mail.cf, "--resolver", lab.resolver,
               "--port", lab.port, "--timeout", "12", "--jobs", "16", "--offline", *hosts]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=100)
    said = {}
    for line in run.stdout.splitlines():
        target = json.loads(line)
        first = next((a for a in target["addresses"] if a["verify"] == target["verify"]), {})
        verdict = first.get("verdict") or {}
        tls = first.get("tls") is not None and target["verify"] in ("OK", "FAIL", "NO")
        said[target["target"]] = Said(target["verify"], verdict.get("message") if tls else None,
                                      verdict.get("depth") if tls else None)
    return said


def compare(hosts, theirs, ours, relays):
    """How many hosts verifail tells as Sendmail does; says which it does not, and where the lab's own table is wrong."""
    same, wrong = 0, 0
    for host in hosts:
        # A relay that Sendmail never came to speak with has no word in its log.
        sendmail = theirs.get(host, Said("UNREACHABLE", None, None))
        verifail = ours.get(host, Said(None, None, None))
        if sendmail == verifail:
            same += 1
        else:
            print(f"DIFFERENT {host}\n    Sendmail {tuple(sendmail)}\n    verifail {tuple(verifail)}")
        row = next(relay for relay in relays if relay.host == host)
        if (row.verify, row.depth if row.depth >= 0 else None) != (sendmail.verify, sendmail.depth):
            wrong += 1
            print(f"WRONG IN THE LAB'S TABLE {row}\n    Sendmail {tuple(sendmail)}")
    return same, wrong


def main():
    lab = Lab("--interval", "0", "--slow", "500")
    mail = Mail(lab.file("ca-bundle.crt"), lab.file("certs"), port=lab.port)
    mail.table("access", {"TLS_Srv:": "VERIFY"})
    hosts = list(dict.fromkeys(relay.host for relay in lab.relays))
    mail.route({host: host for host in hosts})
    mail.deliver(hosts)

    theirs = sendmail_says(mail.lines())
    ours = verifail_says(lab, mail, hosts)
    same, wrong = compare(hosts, theirs, ours, lab.relays)
    print(f"Sendmail has a word for {len(theirs)}")
    print(f"parity {same}/{len(hosts)}")
    mail.stop()
    lab.stop()
    return 0 if same == len(hosts) and not wrong and len(theirs) > 40 else 1


if __name__ == "__main__":
    sys.exit(main())
