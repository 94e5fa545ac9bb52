"""Running commands and counting what came of them, for tests/run.py. Python 3.9, standard library only.

Deliberately knows nothing of cargo, npm or maps: it runs a command with a time limit, keeps its output, and
adds up passed, failed and skipped checks with their reasons.
"""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "target" / "test-logs"
ANSI = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9])")
IN_CI = os.environ.get("CI", "").lower() in ("true", "1", "yes")
NOT_HERE = 77  # how a client script says that what it needs is not on this machine


def say(text=""):
    """Prints at once: everything goes to standard output, so that lines keep their order."""
    print(text, flush=True)


class Tally:
    """What passed, failed and was skipped, over all steps."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def passes(self, count=1):
        self.passed += count

    def fails(self, step, what):
        self.failed.append((step, what))
        say(f"   FAILED {step}: {what}")

    def skips(self, step, reason):
        self.skipped.append((step, reason))
        say(f"   SKIPPED {step}: {reason}")

    def missing(self, step, reason, installable):
        """A check whose packages are not on this machine. Where they could have been installed, continuous
        integration must not pass without them."""
        if IN_CI and installable:
            self.fails(step, f"{reason} (the packages can be had, and CI does not skip them)")
        else:
            self.skips(step, reason)

    def summary(self):
        for title, rows in (("Failed", self.failed), ("Skipped", self.skipped)):
            if rows:
                say(f"\n{title}:")
                for step, text in rows:
                    say(f"  {step}: {text}")
        say()
        say(f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped")
        return 1 if self.failed else 0


class Outcome:
    """How a command ended, with all it printed."""

    def __init__(self, code, text, seconds, note=""):
        self.code, self.text, self.seconds, self.note = code, text, seconds, note

    @property
    def ok(self):
        return self.code == 0


def kill_group(process):
    """Ends a process and everything it started (each is started as the head of its own group)."""
    for sign, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def environment(extra=None):
    """The environment of every command: no colours to parse, and no proxy between us and our own servers."""
    env = dict(os.environ, NO_COLOR="1", CARGO_TERM_COLOR="never", **(extra or {}))
    for name in ("no_proxy", "NO_PROXY"):
        env[name] = ",".join(filter(None, [os.environ.get(name, ""), "127.0.0.1,localhost"]))
    env.pop("FORCE_COLOR", None)
    return env


def run(command, log, limit=600, cwd=ROOT, env=None):
    """Runs `command` with a limit in seconds, its output kept in target/test-logs/`log`.log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path, start, note = LOGS / f"{log}.log", time.monotonic(), ""
    command = [str(part) for part in command]
    with open(path, "wb") as out:
        try:
            process = subprocess.Popen(
                command, cwd=cwd, env=environment(env), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )
        except OSError as error:
            return Outcome(127, str(error), 0.0, f"could not start: {error}")
        try:
            code = wait(process, limit, start)
        except subprocess.TimeoutExpired:
            code, note = 124, f"ran past its limit of {limit} s and was stopped"
        finally:
            # Also what a finished command left running behind it.
            kill_group(process)
    text = ANSI.sub("", path.read_bytes().decode("utf-8", "replace"))
    return Outcome(code, text, time.monotonic() - start, note)


def wait(process, limit, start):
    """Waits for a process, with a sign of life each minute."""
    while True:
        left = limit - (time.monotonic() - start)
        if left <= 0:
            raise subprocess.TimeoutExpired(process.args, limit)
        try:
            return process.wait(min(60, left))
        except subprocess.TimeoutExpired:
            say(f"   ... still at it after {round(time.monotonic() - start)} s")


def show(text, most=150):
    """Prints what a failing command said, its end if it is long."""
    lines = text.rstrip().splitlines()
    if len(lines) > most:
        say(f"   | ({len(lines) - most} earlier lines are in {LOGS.relative_to(ROOT)}/)")
    for line in lines[-most:]:
        say(f"   | {line}")


def attempt(command, log, tries=3, pause=5, **limits):
    """Runs a download, and again after a pause where it fails."""
    for turn in range(1, tries + 1):
        outcome = run(command, log, **limits)
        if outcome.ok or turn == tries:
            return outcome
        say(f"   {' '.join(map(str, command[:3]))} failed, trying again in {pause * turn} s")
        time.sleep(pause * turn)
    return outcome


def single(tally, step, outcome):
    """Counts a command as one check. Returns whether it passed."""
    if outcome.ok:
        tally.passes()
        say(f"   passed in {outcome.seconds:.0f} s")
        return True
    show(outcome.text)
    tally.fails(step, outcome.note or f"ended with status {outcome.code}")
    return False


CHECK_LINE = re.compile(r"^(PASS|FAIL|SKIP)\b[ :]*(.*)$")


def checks(tally, step, outcome, needs, installable):
    """Counts the PASS, FAIL and SKIP lines of a client script. Status 77 says that `needs` is not here."""
    found = [match.groups() for match in map(CHECK_LINE.match, outcome.text.splitlines()) if match]
    bad = [what for state, what in found if state == "FAIL"]
    good = sum(state == "PASS" for state, _ in found)
    tally.passes(good)
    if bad or outcome.code not in (0, NOT_HERE):
        show(outcome.text)
    for what in bad:
        tally.fails(step, what)
    for state, what in found:
        if state == "SKIP" and outcome.code != NOT_HERE:
            tally.skips(step, what)
    if outcome.code == NOT_HERE:
        last = (outcome.text.strip().splitlines() or ["no reason given"])[-1]
        tally.missing(step, f"needs {needs}: {last.removeprefix('SKIP ')}", installable)
    elif outcome.code != 0 and not bad:
        tally.fails(step, outcome.note or f"ended with status {outcome.code} and no failing check")
    elif not found:
        show(outcome.text)
        tally.fails(step, "made no check at all")
    say(f"   {good} checks passed in {outcome.seconds:.0f} s")
