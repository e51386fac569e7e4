"""The fixes that verifail shows, on real Sendmail: Sendmail delivers and logs the failing line, verifail looks, names
the cause, tries the remedy in memory and says what would come of it; then the very lines and commands of its fix view
are applied, and Sendmail's next line must be what was predicted.

Of the commands only `systemctl restart sendmail` is another one here: there is no systemd in the sandbox, so the
daemon is ended and started again. Everything else is typed as it is copied, in the folder that verifail runs in. Lines
of sendmail.mc go before MAILER(), and access entries take the place of one with the same key, as the view says."""

import collections
import os
import re
import shlex
import shutil
import sys
import traceback

from lab import Lab
from mta import ETC, MICROSECONDS, Mail, both_ca_options, empty
from screen import PROMPT, Pane
from waiting import until

SYSTEM_FILE, SYSTEM_PATH = "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs"
OWN_PATH, WORK = ETC + "/certs", "/run/work"
OTHER_CA, STALE = ETC + "/other-ca.pem", ETC + "/ca-bundle.pem"
CRL = ETC + "/ca.crl"
CLIENT_CERT, CLIENT_KEY = ETC + "/client.pem", ETC + "/client.key"
RESTART = "systemctl restart sendmail"

# name: of the fault; relay; finding: its title; before: what Sendmail's line says (verify, code); remedy: its heading;
# mc: what sendmail.mc sets; files: {to: from the lab}; access: its entries.
Case = collections.namedtuple("Case", "name relay finding before remedy mc files access",
                              defaults=["CURE", both_ca_options(SYSTEM_FILE, OWN_PATH), {}, []])

CASES = [
    Case("ca-options-unset", "mx-good.example.net", "CACertFile and CACertPath are both unset", "FAIL 20", mc=[]),
    Case("ca-option-missing", "mx-ec.example.net", "Only CACertFile is set", "FAIL 20",
         mc=[f"define(`confCACERT', `{SYSTEM_FILE}')dnl"]),
    Case("ca-path-unhashed", "mx-good.example.net", "CACertPath holds .*, but no hash link to it", "FAIL 20",
         mc=both_ca_options(OTHER_CA, OWN_PATH),
         files={OTHER_CA: "pki/expiredroot.pem", OWN_PATH + "/root.pem": "pki/root.pem"}),
    Case("ca-path-unhashed, an intermediate", "mx-missing.example.net", "CACertPath holds .*, but no hash link to it",
         "FAIL 20", mc=both_ca_options(SYSTEM_FILE, OWN_PATH), files={OWN_PATH + "/int.pem": "pki/int.pem"}),
    Case("ca-bundle-stale", "mx-ec.example.net", "CA file lacks .*; the system bundle has it", "FAIL 20",
         mc=both_ca_options(STALE, OWN_PATH), files={STALE: "pki/expiredroot.pem"}),
    Case("ca-bundle-stale, refreshed", "mx-ec.example.net", "CA file lacks .*; the system bundle has it", "FAIL 20",
         "HELP IT HERE", both_ca_options(STALE, OWN_PATH), {STALE: "pki/expiredroot.pem"}),
    Case("ca-file-unusable", "mx-ec.example.net", "CACertFile cannot be loaded", "FAIL 20",
         mc=both_ca_options(OTHER_CA, OWN_PATH), files={OTHER_CA: "trust-anchor"}),
    Case("anchor-not-root", "mx-ec.example.net", "but not its root", "FAIL 2",
         mc=both_ca_options(OTHER_CA, OWN_PATH), files={OTHER_CA: "pki/int.pem"}),
    Case("crl-stale", "mx-ec.example.net", "CRLFile expired", "FAIL 12",
         mc=both_ca_options(SYSTEM_FILE, OWN_PATH) + [f"define(`confCRL', `{CRL}')dnl"],
         files={CRL: "pki/int-stale.crl"}),
    Case("seclevel-strict", "mx-good.example.net", "Fails only at our own @SECLEVEL=3", "FAIL 66",
         mc=both_ca_options(SYSTEM_FILE, OWN_PATH) + ["define(`confCIPHER_LIST', `DEFAULT:@SECLEVEL=3')dnl"]),
    Case("root-expired", "mx-renewed-root.example.net", "Root .* expired", "FAIL 10", "HELP IT HERE",
         mc=both_ca_options(STALE, OWN_PATH), files={STALE: "ca-bundle.crt"}),
    Case("missing-intermediate", "mx-missing.example.net", "does not send the intermediate", "FAIL 20",
         "SUPPLY IT HERE"),
    Case("unknown-root", "mx-private.example.net", "Signed by a private CA", "FAIL 19", "TRUST THEIR ROOT"),
    Case("weak-key", "mx-rsa1024.example.net", "RSA 1024 key is below", "FAIL 66", "ACCEPT LESS"),
    Case("weak-signature", "mx-sha1.example.net", "Signed with .* below security level", "FAIL 68", "ACCEPT LESS"),
    Case("weak-key of a CA", "mx-weak-ca.example.net", "RSA 1024 key is below", "FAIL 67", "ACCEPT LESS"),
    Case("legacy-signature", "mx-sha1-handshake.example.org", "signs the handshake with .*SHA1 only", "SOFTWARE",
         "ACCEPT LESS"),
    Case("legacy-renegotiation", "mx-renegotiation.example.org", "lacks secure renegotiation", "SOFTWARE",
         "ACCEPT LESS"),
    Case("hello-intolerant", "mx-fears13.example.org", "Server fails on TLS 1.3", "SOFTWARE", "HELP IT HERE"),
    Case("self-signed, a rule for all", "mx-self.example.net", "Certificate is self-signed", "FAIL 18",
         "EXEMPT THIS RELAY", access=["TLS_Srv:\tVERIFY"]),
    Case("self-signed, a rule of its own", "mx-self.example.net", "Certificate is self-signed", "FAIL 18",
         "EXEMPT THIS RELAY", access=["TLS_Srv:mx-self.example.net\tVERIFY"]),
    Case("key-unsafe", "mx-client12.example.org", "readable file; Sendmail does not use this key", "SOFTWARE",
         mc=both_ca_options(SYSTEM_FILE, OWN_PATH) + [f"define(`confCLIENT_CERT', `{CLIENT_CERT}')dnl",
                                                      f"define(`confCLIENT_KEY', `{CLIENT_KEY}')dnl"],
         files={CLIENT_CERT: "pki/good.pem", CLIENT_KEY: "pki/good.key"}),
]

# What is said of remedies that no verdict shows, and the words in Sendmail's next line (None: as before).
PREDICTIONS = {
    r"the handshake passes": ("OK", "Sent"),
    r"454 → accepted, encrypted": (None, "Sent"),
    r"Sendmail uses its client certificate again": ("OK", "Sent"),
}


def words_of(said):
    """As the screen says it: "FAIL 20", "OK"."""
    return f"{said.verify} {said.code}" if said.code else said.verify


# ---- the mail server ----

def set_up(lab, case):
    """A mail server with the fault, and its daemon. A second has room for a look and for the delivery after it."""
    mail = Mail(lab.port, case.mc, MICROSECONDS)
    for folder in (OWN_PATH, SYSTEM_PATH, WORK):
        empty(folder)
    shutil.copy(lab.file("system.crt"), SYSTEM_FILE)
    for target, source in case.files.items():
        shutil.copy(lab.file(source), target)
        os.chmod(target, 0o644)
    mail.route([case.relay])
    mail.table("access", case.access)
    mail.start()
    return mail


def put_entry(mail, entry):
    with open(ETC + "/access", encoding="utf-8") as file:
        kept = [line for line in file if line.split("\t")[0] != entry.split("\t")[0]]
    with open(ETC + "/access", "w", encoding="utf-8") as file:
        file.writelines(kept + [entry + "\n"])


def apply(lab, mail, steps):
    """The remedy as it was shown: (is it a command?, text) in this order."""
    for is_command, text in steps:
        found = re.match(r"Install the CA's current CRL .* as (\S+),", text)
        if found: # the one thing that a person has to get from elsewhere
            shutil.copy(lab.file("pki/int.crl"), found.group(1))
        if text == RESTART:
            mail.restart()
        elif is_command:
            mail.type(text, WORK)
        elif text.startswith("define("):
            mail.configure([text])
        elif "\t" in text:
            put_entry(mail, text)


# ---- the fix view ----

def open_fix(pane, lab, mail, case):
    """verifail on Sendmail's own log and settings, a look at the relay, and the fix view."""
    program = shlex.quote(os.environ["VERIFAIL"])
    pane.run(f"cd {WORK} && {program} --resolver {lab.resolver} --port {lab.port} --probe-here --allow-private "
             f"{mail.log}; echo status=$?")
    pane.wait_for(rf"^.?[▸>]{re.escape(case.relay)} .*\b{case.before.split()[0]}\b")
    pane.keys("Enter")
    pane.wait_for(r"\A *" + re.escape(case.relay))
    pane.type("v")
    pane.wait_for(r"Looked at \d+ \w+ ago", 40)
    pane.type("f")
    pane.wait_for(r"\A *fix ")
    find_finding(pane, case)


def find_finding(pane, case):
    """Tab goes on to the next finding until it is this one."""
    for _ in range(9):
        if re.search(rf"^ (CAUSE|EFFECT|NOTE) .*{case.finding}", pane.text(), re.M | re.I):
            return
        was = pane.text()
        pane.keys("Tab")
        until(lambda before=was: pane.text() != before, "Tab shows another finding")
    raise AssertionError(f"the fix view has no {case.finding!r}:\n{pane.text()}")


def choose(pane, remedy):
    """Goes to the remedy by its number; the lines below its heading."""
    number = pane.wait_for(rf"^.(\d) {remedy} ").group(1)
    pane.type(number)
    pane.wait_for(rf"^[▸>]{number} {remedy} ")
    lines = pane.lines()
    at = next(i for i, line in enumerate(lines) if line[1:].startswith(f"{number} {remedy} "))
    end = next(i for i in range(at + 1, len(lines)) if not lines[i].startswith("   "))
    return lines[at:end]


def copy_steps(pane, lines):
    """What `y` copies at each line of the remedy."""
    steps = []
    for line in lines[1:]:
        pane.keys("Down")
        pane.type("y")
        step = (line.startswith("   $ "), pane.copied())
        if step not in steps: # a long line goes on in the next
            steps.append(step)
    return steps


def save_certificate(pane):
    """`w` offers the name that the commands use."""
    pane.type("w")
    name = pane.wait_for(r"(\w+\.pem) *$").group(1)
    pane.keys("Enter")
    pane.wait_for(f"written: .*{name}")


def try_remedy(pane, heading):
    """What `t` says; of a handshake that fails, what a second look with that very change has proved."""
    if "[t]" not in heading:
        return pane.wait_for(r"^ PROOF +.*(the handshake passes .*?) *$").group(1)
    pane.type("t")
    return pane.wait_for(r"^ *tried in memory: (.*?) *$").group(1)


# ---- what comes of it ----

def expected_of(prediction, before):
    """(the words before, the words after, how stat= begins) that the prediction means for Sendmail's lines."""
    found = re.match(r"(\w+(?: \d+)?) → (\w+(?: \d+)?)[.:]", prediction)
    if found:
        return found.group(1), found.group(2), "Sent"
    for words, (after, stat) in PREDICTIONS.items():
        if re.match(words, prediction):
            return before, after or before, stat
    raise AssertionError(f"what does this predict? {prediction!r}")


def prove(lab, mail, pane, case):
    """Before, prediction and after of one case; raises when they do not agree."""
    before = mail.attempt(case.relay)
    assert words_of(before) == case.before, before
    open_fix(pane, lab, mail, case)
    lines = choose(pane, case.remedy)
    steps = copy_steps(pane, lines)
    choose(pane, case.remedy)
    if "[w]" in lines[0]:
        save_certificate(pane)
    prediction = try_remedy(pane, lines[0])
    was, word, stat = expected_of(prediction, words_of(before))
    assert was == words_of(before), f"{prediction!r}, but Sendmail said {before}"
    apply(lab, mail, steps)
    after = mail.attempt(case.relay)
    assert words_of(after) == word and after.stat.startswith(stat), f"{prediction!r}, but Sendmail says {after}"
    print(f"ok {case.name}: {words_of(before)} -> {words_of(after)}, stat={after.stat[:4]}; predicted: {prediction}")
    if before.stat.startswith("Deferred"):
        the_held_mail_goes(pane, mail, case)
    the_table_says_so(pane, case, steps, word)


def the_held_mail_goes(pane, mail, case):
    """What comes behind the fix: the command that sends what was held meanwhile, here or with the finding that tells
    of that mail."""
    def command():
        found = re.search(r"^ (?:AFTER|  \$) +(sendmail -q\S+ -v)", pane.text(), re.M)
        if not found:
            pane.keys("Tab")
        return found
    said = mail.type(until(command, "the fix view says how to send held mail").group(1))
    assert f"<user@{case.relay}>... Sent" in said, said


def the_table_says_so(pane, case, steps, word):
    """verifail has followed the log: the relay's newest word is the one predicted, and nothing is held any more; and
    another look, with the settings as they are now, says the same."""
    word = word.split()[0]
    row = rf"{re.escape(case.relay)} +sent +{word} "
    pane.keys("Escape")
    pane.wait_for(r"Looked at")
    pane.keys("Escape")
    pane.wait_for(row + (".* verifies now$" if word == "OK" else ""))
    if not any("TLS_Clt_Features" in text for _, text in steps): # a look uses the settings that are for all relays
        pane.type("v")
        pane.wait_for(rf"{row} *\S+ +\d+/\d+ +{word}\b")
    pane.type("q")
    pane.wait_for("^status=0")
    pane.wait_for(PROMPT)


def is_proven(lab, case):
    mail, pane = set_up(lab, case), Pane(160, 50)
    try:
        prove(lab, mail, pane, case)
        return True
    except AssertionError:
        print("FAILED", case.name)
        traceback.print_exc(file=sys.stdout)
        return False
    finally:
        sys.stdout.flush()
        pane.kill()
        mail.stop()


def main():
    lab = Lab("--interval", "0", "--slow", "500")
    cases = [case for case in CASES if not sys.argv[1:] or case.name in sys.argv[1:]]
    proven = sum(is_proven(lab, case) for case in cases)
    print(f"fixes {proven}/{len(cases)}")
    lab.stop()
    return 0 if proven == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
