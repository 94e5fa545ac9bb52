#!/usr/bin/env python3
"""Feeds every parser bytes that nobody meant: first the committed corpus, then what libFuzzer makes of it.

  tests/fuzz/fuzz.py [--seconds 60] [--keep] [TARGET ...]

Works on the stable toolchain: the coverage that libFuzzer follows comes from LLVM's own pass. A target is a file in
tests/fuzz/targets, its corpus the folder of that name in tests/fuzz/corpus. What breaks a parser is kept in
target/fuzz/findings and its path printed; mend the parser, and put the input into a test and into the corpus.
--keep adds inputs that reach new code to the corpus. One line a target, then `N passed, N failed`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TARGET = ROOT / "target" / "fuzz"
FINDINGS = TARGET / "findings"
CARGO = os.environ.get("CARGO") or "cargo"
LEVEL = "-Cllvm-args=-sanitizer-coverage-"
# What libFuzzer needs to see which code an input reaches. Overflow is an error here and not in a release.
FLAGS = ["-Cpasses=sancov-module", LEVEL + "level=4", LEVEL + "inline-8bit-counters", LEVEL + "pc-table",
         LEVEL + "trace-compares", "-Cdebug-assertions", "-Coverflow-checks", "-Copt-level=1"]
MEMORY_MB, ONE_INPUT_S, LONGEST = 1024, 20, 1 << 16


def host():
    told = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
    return next(line.split()[1] for line in told.splitlines() if line.startswith("host: "))


def build(triple):
    """Builds all targets. Named by its triple, so that build scripts are not instrumented."""
    env = {**os.environ, "RUSTFLAGS": " ".join(FLAGS), "CARGO_TARGET_DIR": str(TARGET), "CATCHMENT_NO_WEB": "1",
           "CARGO_PROFILE_RELEASE_DEBUG": "0"}
    words = [CARGO, "build", "--release", "--locked", "--target", triple, "-p", "catchment-fuzz"]
    return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode == 0


def fuzz(program, name, seconds, keep):
    """Replays the corpus of a target and then lets it grow; returns what went wrong, if anything."""
    corpus = HERE / "corpus" / name
    if not any(corpus.iterdir() if corpus.is_dir() else ()):
        return f"has no corpus in {corpus.relative_to(ROOT)}"
    FINDINGS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as grown:
        limits = [f"-rss_limit_mb={MEMORY_MB}", f"-timeout={ONE_INPUT_S}", f"-artifact_prefix={FINDINGS}/{name}-"]
        runs = [[program, "-runs=0", *limits, corpus]]
        if seconds:
            growing = [corpus] if keep else [grown, corpus]
            runs.append([program, f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-print_final_stats=1", *limits, *growing])
        for words in runs:
            ended = subprocess.run(words, cwd=grown, capture_output=True, text=True, errors="replace", check=False,
                                   timeout=seconds + 300)
            if ended.returncode:
                return "broke:\n" + "\n".join(ended.stderr.splitlines()[-25:])
    return None


def main():
    names = sorted(path.stem for path in (HERE / "targets").glob("*.rs"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"only these, of: {', '.join(names)}")
    parser.add_argument("--seconds", type=int, default=60, help="how long each, after the corpus (60)")
    parser.add_argument("--keep", action="store_true", help="add inputs that reach new code to the corpus")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.targets if name not in names]:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(names)}")
    triple = host()
    if not build(triple):
        print("FAIL build")
        print("0 passed, 1 failed")
        return 1
    passed = failed = 0
    for name in chosen.targets or names:
        wrong = fuzz(TARGET / triple / "release" / f"fuzz_{name}", name, chosen.seconds, chosen.keep)
        print(f"FAIL {name}: {wrong}" if wrong else f"PASS {name}", flush=True)
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
