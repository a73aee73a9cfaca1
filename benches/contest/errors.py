"""How the benchmark talks: one fact a line on standard error, and one way to give up."""

import sys
import time


class BenchError(Exception):
    """Something the person at the terminal has to know; `hint` says what to do about it."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint


def say(verb, *facts):
    print(f"{verb:>9}  " + "  ".join(str(fact) for fact in facts), file=sys.stderr, flush=True)


def wait_until(condition, what, seconds, pause=0.02):
    """Polls `condition` until it returns a pair whose first half is true, and returns that half.

    The second half is what was seen; after `seconds` it goes into the error, for a timeout alone helps nobody.
    """
    deadline = time.monotonic() + seconds
    while True:
        result, seen = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise BenchError(f"{what}: not within {seconds} s; last seen: {seen}")
        time.sleep(pause)
