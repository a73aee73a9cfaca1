"""What the lab says while it works, and how it gives up.

Progress goes to standard error, one fact a line, so that the output of `lab env` or `lab exec` stays clean data.
"""

import sys
import time


class LabError(Exception):
    """Something the person at the terminal has to know; `hint` says what to do about it."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint


def say(verb, *facts):
    """Prints `   Booted  db1  10.99.0.11  1.9s`."""
    print(f"{verb:>9}  " + "  ".join(str(fact) for fact in facts), file=sys.stderr, flush=True)


class Stopwatch:
    """Reads as the seconds since it was made: `f"{watch}"` is `1.9s`."""

    def __init__(self):
        self.started = time.monotonic()

    def __str__(self):
        return f"{time.monotonic() - self.started:.1f}s"


def wait_until(condition, what, seconds, last_seen=None, pause=0.02):
    """Polls `condition` until it returns something true, and returns that.

    After `seconds` it raises, telling what `last_seen()` reports: a timeout alone helps nobody.
    """
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            seen = f"; last seen: {last_seen()}" if last_seen else ""
            raise LabError(f"{what}: not within {seconds}s{seen}")
        time.sleep(pause)
