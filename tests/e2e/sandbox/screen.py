"""A program on a terminal of its own: a pane of tmux, its keys and its text.

    pane = Pane()                          # a shell
    pane.run("verifail mail.log")
    pane.wait_for("mx-good.example.net")   # asks until the text is there, or the deadline passes
    pane.keys("Enter")
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile

from waiting import skip, until

PROMPT = r"^ready>$"


class Pane:
    def __init__(self, width=80, height=24, env=None):
        if not shutil.which("tmux"):
            skip("tmux is not installed: the screen is not looked at")
        self.folder = tempfile.mkdtemp(prefix="pane-")
        self.socket = self.folder + "/tmux"
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
        # As a user has it: no sanitizer may print into the screen.
        self.env["ASAN_OPTIONS"] = "log_path=" + self.folder + "/asan"
        for name in ("TMUX", "ENV", "NO_COLOR"):
            self.env.pop(name, None)
        self.tmux("-f", "/dev/null", "-u", "new-session", "-d", "-x", str(width), "-y", str(height),
                  "env PS1='ready> ' sh")
        self.tmux("set-option", "-g", "remain-on-exit", "on")
        self.tmux("set-option", "-s", "set-clipboard", "on")
        self.wait_for(PROMPT)

    def tmux(self, *arguments):
        run = subprocess.run(["tmux", "-S", self.socket, *arguments], env=self.env, text=True, check=True,
                             stdout=subprocess.PIPE)
        return run.stdout

    def text(self):
        return self.tmux("capture-pane", "-p")

    def lines(self):
        return self.text().split("\n")

    def told(self, variable):
        return self.tmux("display-message", "-p", "#{" + variable + "}").strip()

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def run(self, command):
        """A command line for the shell, on a screen wiped first."""
        self.type("clear; " + command)
        self.keys("Enter")

    def wait_for(self, pattern, deadline=20, what=None):
        """Until the pattern (a regular expression) is on the screen; the match."""
        last = []

        def look():
            last[:] = [self.text()]
            return re.search(pattern, last[0], re.M)
        try:
            return until(look, what or pattern, deadline)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- the screen:\n{last[0]}") from None

    def wait_gone(self, pattern, deadline=20):
        until(lambda: not re.search(pattern, self.text(), re.M), f"{pattern!r} leaves the screen", deadline)

    def row(self, words):
        """The line of the screen that has these words, or ""."""
        return next((line for line in self.lines() if words in line), "")

    def copied(self):
        """What has come to the clipboard since this was asked last."""
        until(lambda: self.tmux("list-buffers"), "something is copied")
        text = self.tmux("show-buffer")
        self.tmux("delete-buffer")
        return text

    def shell(self):
        return int(self.told("pane_pid"))

    def program(self, name):
        """The process of that name that the shell started, or None."""
        run = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(self.shell())], text=True, check=False,
                             stdout=subprocess.PIPE)
        return next((int(line.split()[0]) for line in run.stdout.splitlines() if line.split()[1] == name), None)

    def resize(self, width, height):
        self.tmux("resize-window", "-x", str(width), "-y", str(height))

    def record(self, path):
        """Every byte that the program writes to the terminal from now on goes into the file, too."""
        self.tmux("pipe-pane", "-o", "cat > " + shlex.quote(path))

    def kill(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], env=self.env, check=False,
                       stderr=subprocess.DEVNULL)
        reports = [name for name in os.listdir(self.folder) if name.startswith("asan")]
        for name in reports:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                print(file.read())
        shutil.rmtree(self.folder, ignore_errors=True)
        if reports:
            raise AssertionError("the sanitizer complained")
