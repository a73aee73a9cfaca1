"""Running other programs, with failures that name the program and show what it said."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

from progress import LabError


def run(*argv, stdin=None, cwd=None, env=None, hint=None):
    """Runs a program and returns what it wrote to standard output; a failure is a `LabError` with its last words."""
    argv = [str(word) for word in argv]
    try:
        done = subprocess.run(argv, input=stdin, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise LabError(f"`{argv[0]}` is not installed", hint=hint or "run `lab up`, which installs what it needs") from None
    if done.returncode != 0:
        last_words = "\n    ".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise LabError(f"`{' '.join(argv)}` ended with status {done.returncode}\n    {last_words}", hint=hint)
    return done.stdout


def succeeds(*argv):
    """Whether a program ends with status 0; what it says is thrown away."""
    return subprocess.run([str(word) for word in argv], capture_output=True, check=False).returncode == 0


def in_parallel(function, items):
    """Calls `function` for every item at once and returns the results in order; the first failure is raised."""
    items = list(items)
    if not items:
        return []
    with ThreadPoolExecutor(max_workers=len(items)) as pool:
        return list(pool.map(function, items))
