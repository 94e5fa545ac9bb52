#!/usr/bin/env python3
"""From a road file to ready: this program beside Valhalla, on the same file in the same run.

  benches/peers/roads.py [--rounds 5]

Both start from nothing each round (no earlier tiles, no earlier bundle) and take turns, so that a noisy machine falls on
both. Not the same work to the last step: Valhalla cuts tiles for four ways of travelling, each with turns and names; we
keep driving and walking networks and put them into one file. Answers are compared first: 200 drives between random
places must have nearly the same length. Figures: median and range of wall seconds and of CPU seconds, and peak memory.

Wants Python 3.12 (the peers are installed into .cache/venv312-peers), the release binary and CATCHMENT_SHARED.
"""

import argparse
import copy
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from room import CENTRE, PORTO as ROADS, ROOT, built, in_venv, spread

BINARY = ROOT / "target" / "release" / "catchment"
THREADS, PAIRS, SEED, ALIKE = "2", "200", "1", 0.05
STUDY = f"""[study]
title = "Porto's roads"
reference_date = 2023-03-06
grid = "local"
grid_centre = [{CENTRE}]

[roads]
file = "roads.osm.pbf"
licence = "Open Database Licence 1.0"
attribution = "© OpenStreetMap contributors"
"""


def timed(command):
    """Wall seconds, CPU seconds and peak megabytes of a command."""
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed: {said[-800:]}")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def theirs(folder):
    """One round of Valhalla; returns what it cost."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "tiles").mkdir()
    settings = configuration(folder)
    (folder / "valhalla.json").write_text(json.dumps(settings))
    program = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    return timed([program, "-c", folder / "valhalla.json", "-j", THREADS, ROADS])


def configuration(folder):
    from valhalla.config import default_config, _sanitize_config
    settings = _sanitize_config(copy.deepcopy(default_config))
    settings["mjolnir"].update({"tile_dir": str(folder / "tiles"), "concurrency": int(THREADS)})
    for unused in ("tile_extract", "admin", "timezone", "landmarks", "traffic_extract", "transit_dir"):
        settings["mjolnir"].pop(unused, None)
    settings["logging"] = {"type": ""}
    return settings


def ours(folder):
    """One round of this program; returns what it cost."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "study.toml").write_text(STUDY)
    (folder / "roads.osm.pbf").symlink_to(ROADS)
    return timed([BINARY, "build", folder])


def differences(folder):
    """How far the two differ in length, over random drives that both have."""
    words = [*map(str, [built("catchment-import", "network"), "pairs", ROADS, CENTRE, PAIRS, SEED])]
    lines = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    machine = valhalla.Actor(configuration(folder))
    found = []
    for line in lines:
        fields = line.split("\t")
        if line.startswith("#") or fields[4] == "-":
            continue
        ends = [dict(zip(("lon", "lat"), map(float, fields[place].split(",")))) for place in (1, 3)]
        try:
            told = machine.route({"locations": ends, "costing": "auto", "units": "kilometers"})
        except RuntimeError:
            continue
        length = told["trip"]["summary"]["length"] * 1000
        found.append(abs(int(fields[4]) / 1000 - length) / max(length, 1))
    return found


def line(name, rounds):
    wall, cpu, peak = zip(*rounds)
    print(f"{name:10} wall {spread(wall)} s, CPU {spread(cpu)} s, peak {max(peak):.0f} MB")
    return statistics.median(wall)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for wanted in (ROADS, BINARY):
        if not wanted.exists():
            sys.exit(f"{wanted} is not there")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        theirs(folder / "valhalla")
        found = sorted(differences(folder / "valhalla"))
        if not found or statistics.median(found) > ALIKE:
            sys.exit(f"the answers differ: median {statistics.median(found or [1]):.1%}; nothing is timed")
        print(f"{len(found)} drives: median difference of length {statistics.median(found):.2%}")
        pairs = [(theirs(folder / "valhalla"), ours(folder / "ours")) for _ in range(rounds)]
    slow, fast = line("Valhalla", [pair[0] for pair in pairs]), line("catchment", [pair[1] for pair in pairs])
    print(f"ratio of wall medians: {slow / fast:.1f}")


if __name__ == "__main__":
    try:
        import valhalla
    except ImportError:
        in_venv()
    main()
