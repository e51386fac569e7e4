"""A mail host of our own, so that this machine's Sendmail has no say in what is printed: a folder with a sendmail.cf, all
the files that it names, and the logs of tests/data. The folder's name is as long each time, and masked in texts."""

import os
import subprocess
import tempfile

DATA = os.environ["TEST_DATA"]
CF = """V10/Berkeley
O CACertFile={folder}/cert.pem
O CACertPath={folder}
O ClientCertFile={folder}/cert.pem
O ClientKeyFile={folder}/key.pem
"""
FRAMINGS = (".rfc3164", ".rfc5424")  # of a log that is there with ISO times, too


class Host(tempfile.TemporaryDirectory):
    def __init__(self):
        super().__init__(dir="/tmp")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=mx1.example.net", "-days", "36500", "-keyout", "key.pem", "-out", "cert.pem"],
                       cwd=self.name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        for folder in ("logs", "findings"):
            os.symlink(os.path.join(DATA, folder), os.path.join(self.name, folder))
        self.cf = self.write("sendmail.cf", CF)
        # The system's bundle is ours, too: what machines have there differs.
        self.env = dict(os.environ, TZ="UTC", SSL_CERT_FILE=os.path.join(self.name, "cert.pem"))

    def write(self, name, text):
        """The path of the file in the folder."""
        with open(os.path.join(self.name, name), "w", encoding="ascii") as file:
            file.write(text.replace("{folder}", self.name))
        return file.name

    def masked(self, text):
        return text.replace(self.name, "/tmp/mail-folder")


def logs(*, without=()):
    """The logs of tests/data, as paths in a host's folder."""
    for folder in ("findings", "logs"):
        for name in sorted(os.listdir(os.path.join(DATA, folder))):
            if name.endswith(".log") and not name.endswith(tuple(end + ".log" for end in without)):
                yield f"{folder}/{name}"


def name_of(log):
    return os.path.basename(log)[:-len(".log")]
