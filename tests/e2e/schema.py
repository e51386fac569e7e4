"""The JSON documents as they are promised to programs. A schema is a type, None for null, a tuple of alternatives, a list of one
schema, a dictionary of keys that must all be there (others may be added), or a pattern that a text matches whole."""

import re

TEXT = (None, str)
NUMBER = (None, int)
TIME = (None, re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"))
HEX = (None, re.compile("[0-9a-f]+"))
WORDS = "OK FAIL NO NOT TRUSTED DANE_FAIL NONE CLEAR TEMP PROTOCOL SOFTWARE CONFIG FAILURE DANE_NOTLS DANE_TEMP UNREACHABLE"


# Every finding that there may be: what people's programs wait for.
IDS = """
    ca-options-unset ca-option-missing ca-file-unusable ca-path-unhashed ca-bundle-stale system-bundle-old
    store-verifies-nobody anchor-not-root seclevel-strict cipherlist-narrow client-cert-rejected crl-stale crl-missing
    clock-wrong key-unsafe key-mismatch server-no-starttls own-chain-incomplete own-cert-expiring config-not-rebuilt
    config-not-loaded map-not-rebuilt dane-not-enforced log-too-quiet local-submission missing-intermediate
    issuer-unknown unknown-root self-signed leaf-expired intermediate-expired root-expired not-yet-valid weak-key
    weak-signature revoked wrong-purpose bad-ca path-length name-constraint critical-extension bad-signature
    verify-error sni-required name-mismatch protocol-too-old weak-dh no-shared-cipher legacy-signature
    legacy-renegotiation client-cert-required hello-intolerant not-tls handshake-closed handshake-timeout
    handshake-failed starttls-not-offered starttls-stripped starttls-refused starttls-dropped injected-after-starttls
    greeting-refused greeting-busy greeting-slow connect-timeout connect-refused unreachable ipv6-broken
    egress-blocked dns-no-name dns-no-address dns-null-mx dns-mx-broken dns-failed dnssec-bogus resolver-strips-dnssec
    dane-mismatch dane-unusable dane-no-starttls dane-lookup-failed sts-mismatch sts-cert sts-invalid policy-deferred
    policy-bounced mail-held sent-in-clear clear-fallback clear-by-us policy-without-name one-of-many
    no-longer-failing now-failing cause-not-logged not-this-host inbound-unverified inbound-refuses-us inbound-noise
    cross-sign-expired tls-features-invalid no-certificate
"""
CHANGES = "system-store add-issuers partial-chain trust-top no-time level-[0-5] any-purpose ignore-critical without-crl drop-sent"
FAULTS = "none file usage dns unreachable refused timeout closed reset reply protocol tls limit cancelled"


def one_of(words):
    return re.compile("|".join(words.split()))


WORD = (None, one_of(WORDS))
FINDING = {"id": one_of(IDS), "severity": one_of("error warning notice"), "blame": one_of("remote local network policy unknown"),
           "kind": one_of("cause effect note"), "proof": one_of("log probe audit"), "certain": bool, "title": str, "evidence": [str],
           "fix": [str], "commands": [str], "remote_message": TEXT, "cost": TEXT,
           "remedies": [{"kind": one_of("cure here weaker"), "title": str, "cost": TEXT, "lines": [str], "commands": [str]}]}
VERDICT = {"verify": WORD, "code": NUMBER, "message": TEXT, "depth": NUMBER, "subject": TEXT}
CERTIFICATE = {"subject": TEXT, "issuer": TEXT, "serial": HEX, "sha256": HEX, "not_before": TIME, "not_after": TIME, "key": TEXT,
               "signature": TEXT, "sans": [str], "ca": bool}
EXPERIMENT = {"ids": [one_of(CHANGES)], "verify": WORD, "code": NUMBER, "depth": NUMBER}
PATH = [dict(CERTIFICATE, code=int, sent=bool, in_store=bool, **{"from": TEXT})]
PATHS = {"path": PATH, "repaired": PATH, "others": [PATH]}
FAULT = {"kind": one_of(FAULTS), "code": NUMBER, "text": TEXT}
POLICY = {"ca_file": TEXT, "ca_path": TEXT, "source": one_of("cf options system")}
ADDRESS = {
    "address": str, "verify": WORD, "reached": one_of("none connect greeting ehlo starttls handshake ehlo2"),
    "ms": dict.fromkeys("connect greeting ehlo starttls handshake".split(), NUMBER), "greeting": TEXT, "reply": TEXT,
    "fault": FAULT,
    "tls": {"version": TEXT, "cipher": TEXT, "bits": NUMBER, "client_cert": (None, one_of("none requested required")), "sni": TEXT},
    "verdict": VERDICT, "chain": [CERTIFICATE], "experiments": [EXPERIMENT], **PATHS,
    "dane": {"status": one_of("none insecure match mismatch unusable failed"),
             "records": [{"usage": int, "selector": int, "mtype": int, "data": HEX, "match": bool}]},
    "sts": {"status": one_of("none match mx-mismatch cert-mismatch invalid unreachable"), "mode": TEXT, "mx": [str]}}
VERIFY = {
    "schema": one_of("verifail/verify/1"), "target": str, "port": int, "verify": WORD, "elapsed_ms": NUMBER,
    "fault": FAULT, "policy": POLICY, "connections": int,
    "dns": {"status": one_of("secure insecure bogus nxdomain nodata failed hosts literal"), "why": TEXT, "addresses": [str], "ms": NUMBER},
    "addresses": [ADDRESS], "findings": [FINDING]}
RELAY = {
    "relay": str, "direction": one_of("client server"), "counts": {"OK": int, "FAIL": int}, "handshake_failures": int,
    "deliveries": dict.fromkeys("sent unverified clear deferred bounced waiting".split(), int),
    "last": {"time": TIME, "verify": TEXT, "version": TEXT, "cipher": TEXT, "bits": NUMBER, "verifymsg": TEXT, "depth": NUMBER},
    "since": TIME, "before": WORD, "last_ok": TIME, "first_fail": TIME, "oldest_held": TIME, "addresses": [str], "findings": [FINDING]}
REPORT = {"schema": one_of("verifail/report/1"), "lines": int, "bytes": int, "skipped": int, "first": TIME, "last": TIME, "since": TIME,
          "relays": [RELAY], "findings": [FINDING]}
CHAIN = {"schema": one_of("verifail/chain/1"), "verdict": VERDICT, "chain": [CERTIFICATE], "experiments": [EXPERIMENT],
         "policy": POLICY, "findings": [FINDING], **PATHS}


def holds(value, schema, where="$"):
    """What is wrong with a document, one sentence each."""
    if isinstance(schema, tuple):
        if all(list(holds(value, s, where)) for s in schema):
            yield f"{where}: {value!r} is none of what it may be"
    elif isinstance(schema, dict):
        if not isinstance(value, dict):
            yield f"{where}: {value!r} is no object"
            return
        for key, inner in schema.items():
            if key in value:
                yield from holds(value[key], inner, f"{where}.{key}")
            else:
                yield f"{where}: no {key}"
    elif isinstance(schema, list):
        if not isinstance(value, list):
            yield f"{where}: {value!r} is no list"
            return
        for i, item in enumerate(value):
            yield from holds(item, schema[0], f"{where}[{i}]")
    elif isinstance(schema, re.Pattern):
        if not isinstance(value, str) or not schema.fullmatch(value):
            yield f"{where}: {value!r} is not as {schema.pattern}"
    elif schema is None:
        if value is not None:
            yield f"{where}: {value!r} is not null"
    elif type(value) is not schema:
        yield f"{where}: {value!r} is no {schema.__name__}"
