"""Parity: what verifail says of each of the lab's relays is what real Sendmail writes into its log of it: the word of
verify=, the text of verifymsg=, OpenSSL's number, and the depth of the certificate that it refused."""

import json
import os
import subprocess
import sys

from lab import Lab
from mta import Mail, both_ca_options
from said import Said, all_said

COMPARED = ("verify", "message", "code", "depth")


def verifail_says(lab, mail, hosts):
    command = [os.environ["VERIFAIL"], "verify", "--json", "--cf", mail.cf, "--resolver", lab.resolver,
               "--port", lab.port, "--timeout", "12", "--jobs", "16", "--offline", *hosts]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=400)
    said = {}
    for line in run.stdout.splitlines():
        target = json.loads(line)
        first = next((a for a in target["addresses"] if a["verify"] == target["verify"]), {})
        verdict = first.get("verdict") or {}
        tls = first.get("tls") is not None and target["verify"] in ("OK", "FAIL", "NO")
        said[target["target"]] = Said(target["verify"], *(verdict.get(key) if tls else None for key in COMPARED[1:]))
    return said


def compare(hosts, theirs, ours, relays):
    """How many hosts verifail tells as Sendmail does; says which it does not, and where the lab's own table is wrong."""
    same, wrong = 0, 0
    for host in hosts:
        # A relay that Sendmail never came to speak with has no word in its log.
        sendmail = theirs.get(host, Said("UNREACHABLE"))._replace(stat=None)
        verifail = ours.get(host, Said())
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
    mail = Mail(lab.port, both_ca_options(lab.file("ca-bundle.crt"), lab.file("certs")))
    mail.table("access", ["TLS_Srv:\tVERIFY"])
    hosts = list(dict.fromkeys(relay.host for relay in lab.relays))
    mail.route(hosts)
    mail.deliver(hosts)

    theirs = all_said(mail.lines())
    ours = verifail_says(lab, mail, hosts)
    same, wrong = compare(hosts, theirs, ours, lab.relays)
    print(f"Sendmail has a word for {len(theirs)}")
    print(f"parity {same}/{len(hosts)}")
    mail.stop()
    lab.stop()
    return 0 if same == len(hosts) and not wrong and len(theirs) > 40 else 1


if __name__ == "__main__":
    sys.exit(main())
