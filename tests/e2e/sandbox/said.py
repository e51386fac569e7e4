"""What Sendmail says of a relay in its log."""

import collections
import re

# The word of verify=, the text of verifymsg=, OpenSSL's number, the depth of the certificate that was refused, and
# what became of the message. None: not said.
Said = collections.namedtuple("Said", "verify message code depth stat", defaults=[None] * 5)

LINE = re.compile(r"^(?:\w+ +\d+ [\d:]+|\d\S+T\S+) \S+ [\w-]+\[(\d+)\]: +(.*)$")
HANDSHAKE = re.compile(r"STARTTLS=client, relay=([^,]+?)\.?, version=.*, verify=(\w+),")
MESSAGE = re.compile(r"STARTTLS=client, cert-subject=.*, verifymsg=(.*)$")
NUMBER = re.compile(r"STARTTLS=client, get_verify: (\d+) ")
REFUSED = re.compile(r"STARTTLS: TLS cert verify: depth=(\d+) .*, reason=(.*)$")
RULE = re.compile(r"ruleset=tls_server, arg1=(\w+), relay=([^,]+?)\.?, reject=")
DELIVERY = re.compile(r": to=.*, relay=([^, ]+?)\.?(?: \[[^]]*\])?, .*, stat=(.*)$")


def by_process(lines):
    """The texts of each process, in their order."""
    processes = collections.defaultdict(list)
    for line in lines:
        found = LINE.match(line)
        if found:
            processes[found[1]].append(found[2])
    return processes


def said_by(texts):
    """(relay, Said) of one Sendmail process, which talked to one relay. Its word is in the STARTTLS line; without one,
    the access map has made Sendmail name it in the ruleset's line."""
    relay, said = None, Said()
    for text in texts:
        if (found := NUMBER.search(text)):
            said = said._replace(code=int(found[1]))
        elif (found := HANDSHAKE.search(text)):
            relay, said = found[1], said._replace(verify=found[2])
        elif (found := MESSAGE.search(text)):
            said = said._replace(message=found[1])
        elif (found := REFUSED.search(text)) and found[2] != "ok":
            said = said._replace(depth=int(found[1]))
        elif (found := RULE.search(text)) and said.verify is None:
            relay, said = found[2], said._replace(verify=found[1])
        elif (found := DELIVERY.search(text)):
            relay, said = relay or found[1], said._replace(stat=found[2])
    return relay, said


def all_said(lines):
    """Of each relay that Sendmail has a word for."""
    said = dict(map(said_by, by_process(lines).values()))
    return {relay: words for relay, words in said.items() if words.verify}


def newest_said(lines, relay):
    """What the last process that delivered to the relay said; how many have done so."""
    found = [words for name, words in map(said_by, by_process(lines).values()) if name == relay and words.stat]
    return found[-1] if found else None, len(found)
