"""Real Sendmail and a real syslog daemon inside the sandbox (enter.sh), from the packages that fetch.sh unpacked, with
their files where a mail server has them: /etc/mail is the sandbox's own.

    mail = Mail(2525, both_ca_options("/run/lab/ca.pem", "/run/lab/empty"))
    mail.route(["mx-good.example.net"])
    mail.deliver(["mx-good.example.net"])  # each message in a process of its own
    mail.log                               # the file that rsyslogd writes

    mail.start()                           # the daemon
    mail.submit("mx-good.example.net")     # over SMTP; a child of the daemon delivers
    mail.type("makemap hash /etc/mail/access < /etc/mail/access")
"""

import concurrent.futures
import glob
import os
import shutil
import smtplib
import subprocess

from said import newest_said
from waiting import skip, until

ETC = "/etc/mail"
STATE = "/run/mta"  # the queue, the log
BIN = "/run/bin"    # Sendmail's programs, as an administrator's PATH has them
LONGEST = 12        # seconds that one delivery may take

# Short time limits, so that a silent relay does not hold a test; LogLevel 15, so that Sendmail says which certificate
# it refused and the number of OpenSSL's error. Everything else is what sendmail.mc has by default.
MC = r"""divert(0)dnl
VERSIONID(`end-to-end test')
OSTYPE(`linux')dnl
define(`confTRUSTED_USER', `root')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confDELIVERY_MODE', `interactive')dnl
define(`confLOG_LEVEL', `15')dnl
define(`confTO_INITIAL', `6s')dnl
define(`confTO_ICONNECT', `5s')dnl
define(`confTO_CONNECT', `5s')dnl
define(`confTO_HELO', `5s')dnl
define(`confTO_STARTTLS', `5s')dnl
define(`confTO_MISC', `5s')dnl
define(`confTO_QUIT', `5s')dnl
define(`confTO_MAIL', `5s')dnl
define(`ALIAS_FILE', `{etc}/aliases')dnl
define(`QUEUE_DIR', `{state}/queue')dnl
define(`HELP_FILE', `{etc}/helpfile')dnl
define(`STATUS_FILE', `{state}/statistics')dnl
define(`confPID_FILE', `{state}/sendmail.pid')dnl
define(`confSERVICE_SWITCH_FILE', `{etc}/service.switch')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {port}')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port=25')dnl
FEATURE(`access_db', `hash -T<TMPF> -o {etc}/access')dnl
FEATURE(`mailertable', `hash -o {etc}/mailertable')dnl
FEATURE(`tls_session_features')dnl
MAILER(`smtp')dnl
"""

# What `make -C /etc/mail` does on a mail server.
MAKEFILE = """sendmail.cf: sendmail.mc
	{m4} -D_CF_DIR_={cf}/ {cf}/m4/cf.m4 sendmail.mc > sendmail.cf
"""

RSYSLOG = """global(workDirectory="{state}")
module(load="imuxsock")
mail.* action(type="omfile" file="{log}" template="{framing}" fileCreateMode="0644")
"""

MESSAGE = "Subject: test\n\nHello.\n"


def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(text)


def both_ca_options(ca_file, ca_path):
    return [f"define(`confCACERT_PATH', `{ca_path}')dnl", f"define(`confCACERT', `{ca_file}')dnl"]


def empty(folder, mode=0o755):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, mode)


# rsyslog's own: times in seconds, or to the microsecond, as Debian 12 has them.
SECONDS, MICROSECONDS = "RSYSLOG_TraditionalFileFormat", "RSYSLOG_FileFormat"


class Mail:
    """A mail server set up anew, with these further lines in its sendmail.mc."""

    def __init__(self, port, mc, framing=SECONDS):
        self.root = os.path.join(os.environ["SANDBOX"], "root")
        if not os.path.exists(self.root + "/complete"):
            skip("Debian's Sendmail was not fetched (sandbox/fetch.sh)")
        libraries = glob.glob(self.root + "/usr/lib/*-linux-gnu*") + glob.glob(self.root + "/lib/*-linux-gnu*")
        self.libraries = ":".join(libraries)
        self.env = dict(os.environ, LC_ALL="C.UTF-8", PATH=BIN + ":" + os.environ["PATH"])
        self.env.pop("ASAN_OPTIONS", None)
        self.log, self.cf, self.daemon = STATE + "/mail.log", ETC + "/sendmail.cf", None
        for folder, mode in ((ETC, 0o755), (BIN, 0o755), (STATE, 0o755), (STATE + "/queue", 0o700)):
            empty(folder, mode)
        self.put_programs()
        # With "files" for hosts Sendmail would ask for the lab's hosts by their short names, too.
        write(ETC + "/service.switch", "hosts dns\naliases files\npasswd files\n")
        for path in (ETC + "/aliases", ETC + "/helpfile", STATE + "/statistics"):
            write(path, "")
        write(ETC + "/Makefile", MAKEFILE.format(m4=self.root + "/usr/bin/m4", cf=self.root + "/usr/share/sendmail/cf"))
        write(ETC + "/sendmail.mc", MC.format(etc=ETC, state=STATE, port=port))
        self.configure(mc)
        self.type("make -C /etc/mail")
        for table in ("access", "mailertable"):
            self.table(table, [])
        self.syslog = self.start_syslog(framing)

    def put_programs(self):
        for name in ("libexec/sendmail/sendmail", "libexec/sendmail/makemap", "bin/m4", "bin/make", "sbin/rsyslogd"):
            write(f"{BIN}/{os.path.basename(name)}", "#!/bin/sh\n"
                  f'LD_LIBRARY_PATH={self.libraries} exec {self.root}/usr/{name} "$@"\n', 0o755)

    def configure(self, lines):
        """Lines of sendmail.mc, where they must stand: before the mailers."""
        with open(ETC + "/sendmail.mc", encoding="utf-8") as file:
            text = file.read()
        write(ETC + "/sendmail.mc", text.replace("MAILER(", "".join(line + "\n" for line in lines) + "MAILER(", 1))

    def type(self, command, folder=ETC):
        """A command of the administrator."""
        run = subprocess.run(["sh", "-c", command], cwd=folder, env=self.env, stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60)
        assert run.returncode == 0, f"{command}: status {run.returncode}\n{run.stdout}"
        return run.stdout

    def start_syslog(self, framing):
        write(STATE + "/rsyslog.conf", RSYSLOG.format(state=STATE, log=self.log, framing=framing))
        modules = glob.glob(self.root + "/usr/lib/*/rsyslog")[0]
        daemon = subprocess.Popen([BIN + "/rsyslogd", "-n", "-f", STATE + "/rsyslog.conf",
                                   "-i", STATE + "/rsyslogd.pid", "-M", modules], env=self.env)
        until(lambda: os.path.exists("/dev/log"), "rsyslogd opens /dev/log", 20)
        return daemon

    def table(self, name, rows):
        """Adds lines to an access map or a mailertable."""
        with open(f"{ETC}/{name}", "a", encoding="utf-8") as file:
            file.writelines(row + "\n" for row in rows)
        self.type(f"makemap hash {ETC}/{name} < {ETC}/{name}")

    def route(self, hosts):
        """Mail for user@HOST goes to HOST, without asking for MX."""
        self.table("mailertable", [f"{host}\tesmtp:[{host}]" for host in hosts])

    def send(self, host):
        """One message, delivered by a process of its own; what becomes of it is in the log alone."""
        command = [BIN + "/sendmail", "-Am", "-odi", "-oeq", "-f", "ops@example.net", "user@" + host]
        try:
            subprocess.run(command, input=MESSAGE.encode(), env=self.env, check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            pass  # a relay that talks for ever holds Sendmail for ever

    def deliver(self, hosts, at_once=8):
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.send, hosts))

    def start(self):
        """The daemon; it reads its sendmail.cf now."""
        def listens():
            try:
                smtplib.SMTP("127.0.0.1", 25, timeout=20).close()
                return True
            except OSError:
                return False
        self.daemon = subprocess.Popen([BIN + "/sendmail", "-bD", "-L", "sm-mta"], env=self.env)
        until(listens, "Sendmail listens", 20)

    def restart(self):
        self.end_daemon()
        self.start()

    def submit(self, host):
        """One message over SMTP; a child of the daemon has tried to deliver it when this returns."""
        with smtplib.SMTP("127.0.0.1", 25, timeout=LONGEST) as smtp:
            smtp.sendmail("ops@example.net", "user@" + host, MESSAGE)

    def attempt(self, host):
        """The same; what Sendmail's log says of it."""
        _, before = newest_said(self.lines(), host)
        self.submit(host)

        def later():
            said, count = newest_said(self.lines(), host)
            return said if count > before else None
        return until(later, f"the log tells of a delivery to {host}")

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

    def end_daemon(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()
            self.daemon = None

    def stop(self):
        self.end_daemon()
        self.syslog.terminate()
        self.syslog.wait()
        until(lambda: not os.path.exists("/dev/log"), "rsyslogd removes /dev/log", 20)
