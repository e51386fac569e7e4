"""Real Sendmail and a real syslog daemon inside the sandbox (enter.sh), from the packages that fetch.sh unpacked.

    mail = Mail(ca_file="/run/lab/ca.pem", ca_path="/run/lab/empty", port=2525)
    mail.route({"partner.example.net": "mx-good.example.org"})
    mail.deliver(["partner.example.net"])  # each message in a process of its own
    mail.log                               # the file that rsyslogd writes
"""

import concurrent.futures
import glob
import os
import subprocess

from waiting import skip, until

STATE = "/run/mta"
LONGEST = 12  # seconds that one delivery may take

# Short time limits, so that a silent relay does not hold a test; LogLevel 14 so that Sendmail says which certificate
# it refused. Everything else is what sendmail.mc has by default.
MC = r"""divert(0)dnl
VERSIONID(`end-to-end test')
OSTYPE(`linux')dnl
define(`confTRUSTED_USER', `root')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confLOG_LEVEL', `14')dnl
define(`confTO_INITIAL', `6s')dnl
define(`confTO_ICONNECT', `5s')dnl
define(`confTO_CONNECT', `5s')dnl
define(`confTO_HELO', `5s')dnl
define(`confTO_STARTTLS', `5s')dnl
define(`confTO_MISC', `5s')dnl
define(`confTO_QUIT', `5s')dnl
define(`confTO_MAIL', `5s')dnl
define(`ALIAS_FILE', `{state}/aliases')dnl
define(`QUEUE_DIR', `{state}/queue')dnl
define(`HELP_FILE', `{state}/helpfile')dnl
define(`STATUS_FILE', `{state}/statistics')dnl
define(`confPID_FILE', `{state}/sendmail.pid')dnl
define(`confSERVICE_SWITCH_FILE', `{state}/service.switch')dnl
define(`confCACERT_PATH', `{ca_path}')dnl
define(`confCACERT', `{ca_file}')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {port}')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`access_db', `hash -T<TMPF> -o {state}/access')dnl
FEATURE(`mailertable', `hash -o {state}/mailertable')dnl
MAILER(`smtp')dnl
"""

RSYSLOG = """global(workDirectory="{state}")
module(load="imuxsock")
template(name="traditional" type="string" string="%TIMESTAMP% %HOSTNAME% %syslogtag%%msg:::sp-if-no-1st-sp%%msg%\\n")
mail.* action(type="omfile" file="{log}" template="traditional" fileCreateMode="0644")
"""


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Mail:
    def __init__(self, ca_file, ca_path, port):
        self.root = os.path.join(os.environ["SANDBOX"], "root")
        if not os.path.exists(self.root + "/complete"):
            skip("Debian's Sendmail was not fetched (sandbox/fetch.sh)")
        libraries = glob.glob(self.root + "/usr/lib/*-linux-gnu*") + glob.glob(self.root + "/lib/*-linux-gnu*")
        self.env = dict(os.environ, LD_LIBRARY_PATH=":".join(libraries), LC_ALL="C.UTF-8")
        self.env.pop("ASAN_OPTIONS", None)
        self.log = STATE + "/mail.log"
        self.cf = STATE + "/sendmail.cf"
        os.makedirs(STATE + "/queue", mode=0o700)
        # With "files" for hosts Sendmail would ask for the lab's hosts by their short names, too.
        write(STATE + "/service.switch", "hosts dns\naliases files\npasswd files\n")
        for name in ("aliases", "helpfile", "statistics"):
            write(f"{STATE}/{name}", "")
        self.make_cf(ca_file, ca_path, port)
        self.table("access", {})
        self.table("mailertable", {})
        self.syslog = self.start_syslog()

    def program(self, name):
        return os.path.join(self.root, "usr", name)

    def make_cf(self, ca_file, ca_path, port):
        """sendmail.cf as Sendmail's own m4 files make it."""
        text = MC.format(state=STATE, ca_file=ca_file, ca_path=ca_path, port=port)
        write(STATE + "/sendmail.mc", text)
        folder = self.program("share/sendmail/cf/")
        m4 = "/usr/bin/m4" if os.path.exists("/usr/bin/m4") else self.program("bin/m4")
        cf = subprocess.run([m4, "-D_CF_DIR_=" + folder, folder + "m4/cf.m4", STATE + "/sendmail.mc"],
                            env=self.env, stdout=subprocess.PIPE, check=True).stdout
        with open(self.cf, "wb") as file:
            file.write(cf)

    def start_syslog(self):
        write(STATE + "/rsyslog.conf", RSYSLOG.format(state=STATE, log=self.log))
        modules = glob.glob(self.root + "/usr/lib/*/rsyslog")[0]
        daemon = subprocess.Popen([self.program("sbin/rsyslogd"), "-n", "-f", STATE + "/rsyslog.conf",
                                   "-i", STATE + "/rsyslogd.pid", "-M", modules], env=self.env)
        until(lambda: os.path.exists("/dev/log"), "rsyslogd opens /dev/log", 20)
        return daemon

    def table(self, name, rows):
        """An access map or a mailertable, through makemap."""
        text = "".join(f"{key}\t{value}\n" for key, value in rows.items())
        subprocess.run([self.program("libexec/sendmail/makemap"), "-C", self.cf, "hash", f"{STATE}/{name}"],
                       input=text.encode(), env=self.env, check=True)

    def route(self, hosts):
        """Mail for a domain goes to that host, without asking for MX."""
        self.table("mailertable", {domain: f"esmtp:[{host}]" for domain, host in hosts.items()})

    def send(self, domain):
        """One message, delivered by a process of its own; what becomes of it is in the log alone."""
        command = [self.program("libexec/sendmail/sendmail"), "-Am", "-C", self.cf, "-odi", "-oeq",
                   "-f", "ops@example.net", "user@" + domain]
        try:
            subprocess.run(command, input=b"Subject: test\n\nHello.\n", env=self.env, check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            pass  # a relay that talks for ever holds Sendmail for ever

    def deliver(self, domains, at_once=8):
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.send, domains))

    def lines(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def wait_for(self, words, deadline=30):
        """Until the log has a line with all these words; that line."""
        def find():
            return next((line for line in self.lines() if all(word in line for word in words)), None)
        return until(find, f"the log says {words}", deadline)

    def stop(self):
        self.syslog.terminate()
        self.syslog.wait()
