#!/usr/bin/env python3
"""Runs every check of the project and counts what passed, failed and was skipped.

Format, clippy, Rust tests, the web page's tests, then the release binary end to end: studies built from the
templates, and real clients (QGIS and GDAL, Chromium) against a running server. A step that fails does not
stop the ones that do not need it. The last line is the count alone. Full output is kept in target/test-logs/.

Needs Rust 1.95 with rustfmt and clippy, Node 20.19 or later with npm, Python 3.9 or later.
  CATCHMENT_SHARED      folder of the shared data, by default ../shared from the top of the checkout
  CATCHMENT_NO_INSTALL  set: installs no system package, and skips what needs one
  CI                    true: a client whose packages can be had is not skipped
"""

import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

if sys.version_info < (3, 9):
    sys.exit("tests/run.py needs Python 3.9 or later; this is " + sys.version.split()[0])
sys.path.insert(0, str(Path(__file__).resolve().parent / "clients"))

from harness import ROOT, Tally, attempt, checks, run, say, show, single  # noqa: E402
from packages import SYSTEM_PYTHON, ensure_chromium, ensure_qgis, ensure_venv312  # noqa: E402
from serving import BINARY, Server, study_folder  # noqa: E402

CARGO = os.environ.get("CARGO") or "cargo"
RUST, NODE = (1, 95), (20, 19)
WEB = ROOT / "web"
SHARED = Path(os.path.normpath(ROOT / (os.environ.get("CATCHMENT_SHARED") or "../shared")))
NO_SHARED = f"the shared data is not at {SHARED}; set CATCHMENT_SHARED to where it is"

tally = Tally()
lacking = {}  # system packages that are not here, by what they are for, and why not
done = set()  # names of the steps that others may build upon


def have(what, words, least=(0, 0)):
    """Whether a tool works and is new enough; says what is missing where not."""
    outcome = run(words, f"probe-{what}", 120)
    found = re.search(r"(\d+)\.(\d+)", outcome.text) if outcome.ok else None
    if found and tuple(map(int, found.groups())) >= least:
        tally.passes()
        return True
    wanted = what + (f" {least[0]}.{least[1]} or later" if any(least) else "")
    is_not = f"this is {found.group()}" if found else f"`{' '.join(words)}` does not work here"
    tally.fails("prerequisites", f"{wanted} is needed; {is_not}")
    return False


def prerequisites():
    parts = [have("Rust", ["rustc", "--version"], RUST), have("rustfmt", [CARGO, "fmt", "--version"]),
             have("clippy", [CARGO, "clippy", "--version"])]
    if all(parts):
        done.add("rust toolchain")
    if all([have("Node", ["node", "--version"], NODE), have("npm", ["npm", "--version"])]):
        done.add("node")
    say(f"   shared data: {SHARED}" if SHARED.is_dir() else f"   NOTE: {NO_SHARED}; what needs it is skipped")


def packages():
    """System packages that tests and clients use: GDAL writes the files that the readers are tried on."""
    for what, ensured in (("QGIS and GDAL", ensure_qgis()), ("Chromium", ensure_chromium())):
        lacking[what] = ensured
        say(f"   {what}: {ensured.reason if ensured else 'here'}")


def downloads():
    host = re.search(r"^host: (\S+)", run(["rustc", "-vV"], "probe-host", 60).text, re.M)
    words = [CARGO, "fetch", "--locked", *(["--target", host.group(1)] if host else [])]
    if single(tally, "downloads", attempt(words, "cargo-fetch", limit=900)):
        done.add("crates")


def formatting():
    if not single(tally, "format", run([CARGO, "fmt", "--all", "--", "--check", "-l"], "format", 300)):
        say("   `make fmt` formats the files listed above")


def clippy():
    words = [CARGO, "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]
    single(tally, "clippy", run(words, "clippy", 1500))


def rust_tests():
    """All Rust tests. A test that finds no shared data prints `SKIP name: reason` and returns."""
    words = [CARGO, "test", "--workspace", "--locked", "--no-fail-fast", "--", "--show-output"]
    outcome = run(words, "cargo-test", 1800)
    results = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", outcome.text, re.M)
    passed, failed, _ = (sum(map(int, column)) for column in zip(*results)) if results else (0, 0, 0)
    said = sorted(set(re.findall(r"^SKIP\b[ :]*(.*)$", outcome.text, re.M)))
    ignored = re.findall(r"^test (.+) \.\.\. ignored(?:, (.*))?$", outcome.text, re.M)
    names = sorted(set(re.findall(r"^test (.+) \.\.\. FAILED$", outcome.text, re.M)))
    tally.passes(max(0, passed - len(said)))
    for text in said:
        tally.skips("Rust tests", text)
    for name, reason in ignored:
        tally.skips("Rust tests", f"{name}: {reason or 'marked as ignored, without a reason'}")
    if not outcome.ok:
        # What the failing tests said, without the output of the others.
        said_failing = re.findall(r"^failures:\n\n(---- .*?)^failures:\n", outcome.text, re.M | re.S)
        for text in said_failing:
            show(text)
        show(outcome.text, 15 if said_failing else 150)
        for name in names:
            tally.fails("Rust tests", name)
        for _ in range(failed - len(names)):
            tally.fails("Rust tests", "a failing test of a name that stands above as well")
        if not failed:
            tally.fails("Rust tests", outcome.note or "did not compile, or a test program broke off")
    elif not passed:
        tally.fails("Rust tests", "no test ran")
    say(f"   {passed} passed, {failed} failed in {outcome.seconds:.0f} s")


def deny():
    if not run([CARGO, "deny", "--version"], "probe-deny", 60).ok:
        tally.skips("cargo deny", "cargo-deny is not installed; `cargo install --locked cargo-deny` takes some minutes")
        return
    words = [CARGO, "deny", "--locked", "check", "bans", "licenses", "sources"]
    single(tally, "cargo deny", run(words, "cargo-deny", 300))


def web():
    words = ["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"]
    if not single(tally, "npm ci", attempt(words, "npm-ci", limit=600, cwd=WEB)):
        for name in ("check", "test", "build"):
            tally.skips(f"npm run {name}", "needs npm ci")
        return
    single(tally, "npm run check", run(["npm", "run", "check"], "npm-check", 300, cwd=WEB))
    outcome = run(["npm", "test", "--", "--reporter=verbose"], "npm-test", 600, cwd=WEB)
    line = re.search(r"^\s*Tests\s+(.*\(\d+\))\s*$", outcome.text, re.M)
    count = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|skipped|todo)", line.group(1) if line else "")}
    tally.passes(count.get("passed", 0))
    for name in re.findall(r"^\s*[↓□] (.*)$", outcome.text, re.M)[: count.get("skipped", 0) + count.get("todo", 0)]:
        tally.skips("npm test", f"{name}: marked as skipped")
    if not outcome.ok or not count:
        show(outcome.text)
        for name in re.findall(r"^\s*FAIL\s+(.*)$", outcome.text, re.M)[: count.get("failed", 0)]:
            tally.fails("npm test", name)
        if not count.get("failed"):
            tally.fails("npm test", outcome.note or f"ended with status {outcome.code} and no count of tests")
    say(f"   {count.get('passed', 0)} passed, {count.get('failed', 0)} failed in {outcome.seconds:.0f} s")
    single(tally, "npm run build", run(["npm", "run", "build"], "npm-build", 600, cwd=WEB))


def release():
    words = [CARGO, "build", "--release", "--locked", "--bin", "catchment"]
    if single(tally, "release build", run(words, "release-build", 1800)) and BINARY.exists():
        done.add("binary")


def templates(temporary):
    """Every template in data/studies, with the shared data beside it, can be checked and built."""
    for folder in sorted(path.parent for path in (ROOT / "data" / "studies").glob("*/study.toml")):
        name = folder.name
        if not (SHARED / "data" / name).is_dir():
            tally.skips(f"study {name}", NO_SHARED)
            continue
        study = study_folder(name, SHARED, temporary / f"study-{name}")
        for verb in ("check", "build"):
            step = f"study {name}, {verb}"
            say(f"   {step}")
            if not single(tally, step, run([BINARY, verb, study], f"study-{name}-{verb}", 600)):
                break


def client_checks(study, name, temporary, qgis_lack, chromium_lack):
    """Real clients against a server of this study: QGIS and GDAL over every collection, the map in Chromium."""
    try:
        with Server(study, name) as server:
            ids = server.collections()
            say(f"   serving {len(ids)} collections of {name} at {server.base}")
            if not ids:
                tally.fails(f"QGIS, {name}", "the server lists no collection")
            elif qgis_lack:
                tally.missing(f"QGIS, {name}", qgis_lack.reason, qgis_lack.installable)
            else:
                qgis(server, ids, name, temporary)
            browser(server, name, chromium_lack)
    except (RuntimeError, OSError, ValueError, KeyError) as error:
        first, *rest = str(error).splitlines() or [type(error).__name__]
        for line in rest:
            say(f"   | {line}")
        tally.fails(f"server, {name}", first)


def qgis(server, ids, name, temporary):
    script = SHARED / "checks" / "qgis_check.py"
    if not script.exists():
        tally.skips(f"QGIS, {name}", NO_SHARED)
        return
    out = temporary / f"qgis-{name}"
    env = {"QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(temporary / "qgis-profile")}
    words = [SYSTEM_PYTHON, script, server.base, *ids, "--out", out, "--timeout", "900"]
    checks(tally, f"QGIS, {name}", run(words, f"qgis-{name}", 960, env=env), "PyQGIS", True)


def browser(server, name, lack):
    for what, path in (("map", "map/"), ("pages", "")):
        script = ROOT / "tests" / "browser" / f"{what}.mjs"
        step = f"{what}, {name}"
        if lack:
            tally.missing(step, lack.reason, lack.installable)
        elif "node" not in done:
            tally.skips(step, "needs Node")
        else:
            outcome = run(["node", script, f"{server.base}/{path}"], f"{what}-{name}", 300)
            checks(tally, step, outcome, "Chromium", True)


def clients(temporary):
    if not lacking:
        packages()
    qgis_lack, chromium_lack = lacking["QGIS and GDAL"], lacking["Chromium"]
    demo = temporary / "demo"
    words = [BINARY, "demo", "--dir", demo, "--no-serve"]
    if single(tally, "demo", run(words, "demo", 600)):
        client_checks(demo, "demo", temporary, qgis_lack, chromium_lack)
    if not (SHARED / "data" / "newport").is_dir():
        tally.skips("Newport with people", NO_SHARED)
        return
    study = study_folder("newport", SHARED, temporary / "newport")
    for words in (["demo", "--over", study], ["build", study]):
        step = f"Newport with people, {words[0]}"
        if not single(tally, step, run([BINARY, *words], f"newport-{words[0]}", 600)):
            return
    client_checks(study, "newport", temporary, qgis_lack, chromium_lack)


def osrm():
    """Distances beside those of OSRM, where its Python wheels can be had."""
    script = ROOT / "tests" / "clients" / "osrm_compare.py"
    if not script.exists():
        return
    if not SHARED.is_dir():
        tally.skips("OSRM", NO_SHARED)
        return
    python, lack = ensure_venv312("osrm-bindings", "osrm")
    if lack:
        tally.missing("OSRM", lack.reason, lack.installable)
        return
    env = {"CATCHMENT_BIN": str(BINARY), "CATCHMENT_SHARED": str(SHARED)}
    checks(tally, "OSRM", run([python, script], "osrm", 900, env=env), "osrm-bindings", True)


def fuzz():
    """Every parser over its corpus, and 5 seconds each beyond it."""
    words = [sys.executable, ROOT / "tests" / "fuzz" / "fuzz.py", "--seconds", "5"]
    if not any(map(shutil.which, ("c++", "g++", "clang++"))):
        tally.skips("fuzz", "libFuzzer needs a C++ compiler, and there is none")
        return
    checks(tally, "fuzz", run(words, "fuzz", 1500), "libFuzzer", False)


# Name, what is said, what it needs of `done`, what runs. Those with a folder get a temporary one.
STEPS = [
    ("prerequisites", "prerequisites", (), prerequisites),
    ("packages", "system packages", (), packages),
    ("downloads", "crates", ("rust toolchain",), downloads),
    ("format", "format", ("rust toolchain",), formatting),
    ("clippy", "clippy, warnings are errors", ("crates",), clippy),
    ("rust", "Rust tests", ("crates",), rust_tests),
    ("fuzz", "every parser, fed bytes that nobody meant", ("crates",), fuzz),
    ("deny", "licences and sources of dependencies", ("crates",), deny),
    ("web", "the web page", ("node",), web),
    ("release", "release build", ("crates",), release),
    ("studies", "studies from the templates", ("binary",), templates),
    ("clients", "real clients", ("binary",), clients),
    ("osrm", "distances beside OSRM", ("binary",), osrm),
]
WITH_FOLDER = (templates, clients)


def run_steps(chosen, temporary):
    """Runs the chosen steps in order; what a step needs but was not chosen is taken as done."""
    if len(chosen) < len(STEPS):
        done.update({"rust toolchain", "crates", "node"} | ({"binary"} if BINARY.exists() else set()))
    for name, title, needs, function in STEPS:
        if name not in chosen:
            continue
        say(f"\n== {title}")
        absent = [need for need in needs if need not in done]
        if absent:
            tally.skips(title, f"needs {' and '.join(absent)}, which is not there (see above)")
            continue
        try:
            function(temporary) if function in WITH_FOLDER else function()
        except Exception as error:  # noqa: BLE001  a fault of this program must not hide the other steps
            traceback.print_exc(file=sys.stdout)
            tally.fails(title, f"the runner itself broke off: {error!r}")


def main():
    names = [step[0] for step in STEPS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"only these, of: {', '.join(names)}")
    chosen = parser.parse_args().steps or names
    unknown = [name for name in chosen if name not in names]
    if unknown:
        parser.error(f"no step {', '.join(unknown)}; there are {', '.join(names)}")
    # A polite end is an exception too, so that servers and temporary folders go and the count is printed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ["CATCHMENT_SHARED"] = str(SHARED)  # tests in crates run from other folders
    start, temporary = time.monotonic(), Path(tempfile.mkdtemp(prefix="catchment-test-"))
    try:
        run_steps(chosen, temporary)
    except KeyboardInterrupt:
        tally.fails("run", "interrupted before its end")
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    say(f"\nTook {(time.monotonic() - start) / 60:.1f} minutes; full output is in target/test-logs/.")
    return tally.summary()


if __name__ == "__main__":
    sys.exit(main())
