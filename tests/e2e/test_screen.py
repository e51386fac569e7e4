"""The main job on a real log: Sendmail delivers to the lab's relays and logs through rsyslogd, verifail follows that
file with Sendmail's own sendmail.cf; table, drill-down, a second look and the cause that it proves are read from the
screen."""

import os
import shlex
import stat

from lab import Lab
from mta import Mail, both_ca_options
from screen import PROMPT, Pane

GOOD, MISSING, SELF = "mx-good.example.net", "mx-missing.example.net", "mx-self.example.net"
TLS10, NO_STARTTLS = "mx-tls10.example.org", "mx-no-starttls.example.org"


def the_table_shows_what_sendmail_logged(pane, mail):
    pane.wait_for(r"mx-missing\S* .*\bFAIL\b")
    pane.wait_for(r"mx-good\S* .*\bOK\b")
    pane.wait_for(r"mx-tls10\S* .*\bSOFTWARE\b")
    first = next(line for line in pane.lines() if "mx-" in line)
    assert "mx-good" not in first, "a relay that fails comes first:\n" + pane.text()


def the_log_alone_tells_causes_that_are_not_yet_tried(pane, mail):
    pane.wait_for(r"mx-tls10\S* +HELD 1 .* them +old TLS only +\?$")
    pane.wait_for(r"mx-no-startt\S* .* them +no STARTTLS +\?$")
    assert pane.row("mx-good").rstrip().endswith("0/1"), "nothing is said of a good relay:\n" + pane.text()


def the_table_grows_with_the_log(pane, mail):
    assert "mx-self" not in pane.text()
    mail.send(SELF)
    mail.wait_for(["STARTTLS=client, relay=" + SELF, "verify=FAIL"])
    pane.wait_for(r"mx-self\S* .*\bFAIL\b")


def a_relay_opens_and_is_looked_at_again(pane, mail):
    pane.type("/")
    pane.type(MISSING)
    pane.keys("Enter")
    pane.wait_for(r"^.?[▸>] *mx-missing")
    pane.keys("Enter")
    pane.wait_for(r"\A *mx-missing\.example\.net")
    pane.wait_for(r"verify=FAIL", what="the relay's newest log lines")
    pane.type("v")
    pane.wait_for(r"127\.0\.40\.4 .*FAIL 20")


def its_cause_is_told_with_its_proof(pane, mail):
    pane.wait_for(r"^ CAUSE +them: server does not send the intermediate Example Issuing CA E1")
    pane.wait_for(r"^ PROOF +127\.0\.40\.4: FAIL 20 at depth 0")
    pane.wait_for(r"Issuing CA E1 is added \(from http://aia\.example\.net")
    pane.type("f")
    pane.wait_for(r"\A *fix +mx-missing\.example\.net")
    pane.type("1w")
    pane.wait_for(r"postmaster-mx-missing\.example\.net\.txt *$")
    pane.keys("Enter")
    pane.wait_for(r"written: postmaster-")
    name = "postmaster-mx-missing.example.net.txt"
    with open(os.path.join(pane.folder, name), encoding="utf-8") as file:
        letter = file.read()
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600, "who wrote to whom is nobody's business"
    assert letter.startswith("To: postmaster@example.net") and "/CN=Example Issuing CA E1" in letter, letter
    pane.keys("Escape")
    pane.wait_for(r"127\.0\.40\.4 .*FAIL 20")


def its_chain_and_certificate_open(pane, mail):
    pane.keys("Enter")
    pane.wait_for(r"FAIL 20 at depth 0")
    pane.wait_for(r"0 mx-missing\.example\.net .* sent$")
    pane.wait_for(r"\+ 1 Example Issuing CA E1 .*\(not sent\)$")
    pane.wait_for(r"2 Example Root CA R1 .* in the store$")
    pane.keys("Enter")
    pane.wait_for(r"Example Issuing CA E1")
    pane.wait_for(r"(?i)sha-?256")
    for _ in range(3):
        pane.keys("Escape")
    pane.wait_for(r"mx-missing\S* .* FAIL +them +no intermediate$")


def dig_and_connect_show_the_network(pane, mail):
    pane.type("/")
    pane.type(GOOD)
    pane.keys("Enter")
    pane.wait_for(r"^.?[▸>] *mx-good")
    pane.type("d")
    pane.wait_for(r"^\$ dig .*mx-good")
    pane.wait_for(r"^;mx-good\.example\.net\. IN MX")
    pane.type("/127.0.40.1")
    pane.keys("Enter")
    pane.wait_for(r"mx-good\.example\.net\.\s+\d+\s+IN\s+A\s+127\.0\.40\.1")
    pane.keys("Escape")
    pane.wait_for(r"mx-self\S* .*\bFAIL\b")
    pane.type("c")
    pane.wait_for(r"STARTTLS")
    pane.wait_for(r"TLSv1\.3")
    pane.wait_for(r"QUIT")
    pane.keys("Escape")
    pane.wait_for(r"mx-self\S* .*\bFAIL\b")


def q_leaves_a_clean_terminal(pane, mail):
    pane.type("q")
    pane.wait_for("status=0")
    pane.wait_for(PROMPT)
    assert pane.told("alternate_on") == "0"


STEPS = [the_table_shows_what_sendmail_logged, the_log_alone_tells_causes_that_are_not_yet_tried,
         the_table_grows_with_the_log, a_relay_opens_and_is_looked_at_again, its_cause_is_told_with_its_proof,
         its_chain_and_certificate_open, dig_and_connect_show_the_network, q_leaves_a_clean_terminal]


def main():
    lab = Lab("--interval", "0", "--slow", "500")
    mail = Mail(lab.port, both_ca_options(lab.file("ca-bundle.crt"), lab.file("certs")))
    mail.route([GOOD, MISSING, SELF, TLS10, NO_STARTTLS])
    mail.deliver([GOOD, MISSING, TLS10, NO_STARTTLS])
    mail.wait_for(["STARTTLS=client, relay=" + GOOD, "verify=OK"])
    mail.wait_for(["ruleset=tls_server, arg1=SOFTWARE"])

    pane = Pane(80, 24)
    program = shlex.quote(os.environ["VERIFAIL"])
    pane.run(f"cd {pane.folder}; {program} --cf {mail.cf} --resolver {lab.resolver} --port {lab.port} --probe-here "
             f"--allow-private {mail.log}; echo status=$?")
    for step in STEPS:
        step(pane, mail)
        print("ok", step.__name__)
    pane.kill()
    mail.stop()
    lab.stop()


if __name__ == "__main__":
    main()
