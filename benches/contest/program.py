"""Running a contestant that is a program of its own: its output goes to a log, its failure is an error."""

import os
import subprocess

from .errors import BenchError

SECONDS = 600


def run(argv, log, env=None, cwd=None):
    """Runs a program to its end and returns what it wrote."""
    argv = [str(word) for word in argv]
    environment = os.environ | {name: str(value) for name, value in (env or {}).items()}
    with open(log, "wb") as file:
        options = {"stdin": subprocess.DEVNULL, "stdout": file, "stderr": subprocess.STDOUT}
        try:
            done = subprocess.run(argv, env=environment, cwd=cwd, timeout=SECONDS, check=False, **options)
        except subprocess.TimeoutExpired:
            raise BenchError(f"`{argv[0]}` was not done within {SECONDS} s", hint=f"its output is {log}") from None
    said = log.read_text(errors="replace")
    if done.returncode != 0:
        last = "\n    ".join(said.strip().splitlines()[-12:])
        raise BenchError(f"`{argv[0]}` ended with status {done.returncode}\n    {last}", hint=f"its output is {log}")
    return said
