"""The lab's relays inside the sandbox, and their names on port 53, where Sendmail asks."""

import collections
import os
import socket
import subprocess
import threading

Relay = collections.namedtuple("Relay", "host address verify code depth about")


def answer_on_port_53(resolver):
    """Hands questions to 127.0.0.53 on to the lab's resolver, "ADDRESS@PORT": resolv.conf cannot name a port."""
    address, port = resolver.split("@")
    asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asked.bind(("127.0.0.53", 53))

    def hand_on(question, client):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lab:
            lab.settimeout(5)
            lab.sendto(question, (address, int(port)))
            try:
                asked.sendto(lab.recv(65535), client)
            except OSError:
                pass  # Sendmail asks again

    def serve():
        while True:
            question, client = asked.recvfrom(4096)
            threading.Thread(target=hand_on, args=(question, client), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


class Lab:
    """A running verifail-lab; it ends with this process at the latest."""

    def __init__(self, *options):
        program = os.environ["VERIFAIL_LAB"]
        os.makedirs("/run/lab", exist_ok=True)
        # In /run, because Sendmail calls files below a folder that everyone may write to unsafe.
        self.process = subprocess.Popen([program, "--serve", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=dict(os.environ, TMPDIR="/run/lab"))
        said = dict(word.split("=", 1) for word in self.process.stdout.readline().split())
        self.port, self.resolver, self.folder = said["port"], said["resolver"], said["folder"]
        listed = subprocess.run([program, "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.relays = []
        for line in listed.splitlines():
            host, address, verify, code, depth, about = line.split(None, 5)
            self.relays.append(Relay(host, address, verify, int(code), int(depth), about))
        answer_on_port_53(self.resolver)

    def file(self, name):
        return os.path.join(self.folder, name)

    def stop(self):
        self.process.stdin.close()
        if self.process.wait(20) != 0:
            raise AssertionError("the lab did not end cleanly")
