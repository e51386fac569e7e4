"""Manners on the terminal: whatever ends or stops the program, the terminal is afterwards as it was before; whatever
size it gets, the screen fits."""

import itertools
import os
import re
import select
import shlex
import signal
import sys

from screen import PROMPT, Pane
from waiting import until

LOG = os.path.join(os.environ["TEST_DATA"], "logs", "client-all-loglevel14.iso.log")
TABLE = r"RELAY .*LOG"
QUESTIONS = itertools.count()


def settings(pane):
    """The terminal's settings, as the shell's own stty tells them."""
    # Another word each time: leaving the alternate screen brings back what stood there before.
    word = f"settings{next(QUESTIONS)}"
    path = os.path.join(pane.folder, word)
    pane.run(f"stty -a > {path}; echo {word}")
    pane.wait_for(f"^{word}$")
    with open(path, encoding="ascii") as file:
        # The size may have changed, and stty counts it as a setting.
        return re.sub(r"rows \d+; columns \d+;", "", file.read())


def start(pane):
    pane.run(shlex.quote(os.environ["VERIFAIL"]) + " " + shlex.quote(LOG) + "; echo status=$?")
    pane.wait_for(TABLE)
    assert pane.told("alternate_on") == "1"
    return until(lambda: pane.program("verifail"), "the program runs")


def is_as_before(pane, before):
    pane.wait_for(PROMPT)
    assert pane.told("alternate_on") == "0", "the alternate screen was not left"
    assert pane.told("cursor_flag") == "1", "the cursor is still hidden"
    after = settings(pane)
    assert after == before, f"stty before:\n{before}\nafter:\n{after}"


def quitting_leaves_the_terminal_as_it_was(pane, before):
    start(pane)
    pane.type("q")
    pane.wait_for("^status=0")
    is_as_before(pane, before)


def a_signal_leaves_the_terminal_as_it_was(pane, before):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        os.kill(start(pane), number)
        pane.wait_for(r"^status=\d+")
        is_as_before(pane, before)


def stopping_gives_the_shell_its_terminal_and_coming_back_draws(pane, before):
    start(pane)
    # Ctrl-Z comes while the table that is waited for is still being drawn, more often than not.
    for _ in range(5):
        pane.keys("C-z")
        pane.wait_for(r"Stopped|suspended")
        is_as_before(pane, before)
        pane.type("fg")
        pane.keys("Enter")
        pane.wait_for(TABLE)
        assert pane.told("alternate_on") == "1"
    pane.type("q")
    until(lambda: not pane.program("verifail"), "the program ends")
    is_as_before(pane, before)


def every_size_is_survived_and_used(pane, before):
    start(pane)
    for width, height in ((132, 43), (60, 16), (30, 6), (1, 1), (80, 24)):
        pane.resize(width, height)
        until(lambda w=width: pane.told("pane_width") == str(w), "tmux resizes")
        if width >= 60:
            # The last line of the screen, not of the old one, has the footer.
            until(lambda h=height: "help" in pane.lines()[h - 1], f"the footer is in line {height}")
        assert pane.program("verifail"), "the program is gone"
    pane.wait_for(TABLE)
    pane.type("q")
    pane.wait_for("^status=0")
    is_as_before(pane, before)


def a_program_without_a_terminal_ends(pane, before):
    process = os.pidfd_open(start(pane))
    pane.kill()
    # Readable means ended: it neither lives on nor spins on a terminal that is gone.
    ready, _, _ = select.select([process], [], [], 20)
    assert ready, "the program lives on without its terminal"


STEPS = [quitting_leaves_the_terminal_as_it_was, a_signal_leaves_the_terminal_as_it_was,
         stopping_gives_the_shell_its_terminal_and_coming_back_draws, every_size_is_survived_and_used,
         a_program_without_a_terminal_ends]


def main():
    pane = Pane(80, 24)
    before = settings(pane)
    for step in STEPS:
        step(pane, before)
        print("ok", step.__name__)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
