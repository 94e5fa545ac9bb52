#!/usr/bin/env python3
"""From a road file to ready: this program beside Valhalla and OSRM, on the same file in the same run.

  benches/peers/roads.py [--rounds 5]

All start from nothing each round (no earlier tiles, no earlier bundle) and take turns, so that a noisy machine falls on
all. OSRM has its own car profile and is prepared both ways, each from its own `osrm-extract`: MLD (partition and customize)
and CH (contract), its three or two programs counted together. Not the same work to the last step: Valhalla cuts tiles for
four ways of travelling, each with turns and names; OSRM one for cars, with turns, names and geometry, its hierarchy for one
weight; ours driving and walking networks in one file, each with its hierarchy, with time and distance. `driving alone` is
the library doing what OSRM does, one network for cars from the file to the disk. Answers are compared first: 200 drives
between random places must have nearly the same length. Figures: median and range of wall seconds and of CPU seconds, and
peak memory.

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
    environment = {**os.environ, "RAYON_NUM_THREADS": THREADS}
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
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


def osrm_tools(folder, *tools):
    """One round of some of OSRM's programs, in a folder that the first of them begins; returns what they cost together."""
    package, costs = Path(osrm.__file__).parent, []
    if tools[0] == "extract":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "roads.osm.pbf").symlink_to(ROADS)
    for tool in tools:
        rules = ["-p", package / "share" / "profiles" / "car.lua"] if tool == "extract" else []
        file = folder / ("roads.osm.pbf" if rules else "roads.osrm")
        costs.append(timed([package / "bin" / f"osrm-{tool}", "-t", THREADS, *rules, file]))
    wall, cpu, peak = zip(*costs)
    return sum(wall), sum(cpu), max(peak)


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


def driving(folder):
    """The same for driving alone, which is what OSRM prepares."""
    folder.mkdir(exist_ok=True)
    return timed([built("catchment-import", "network"), "ready", ROADS, CENTRE, "drive", folder / "arrays"])


def drives():
    """Random drives: both ends as they were snapped, in degrees, and metres."""
    words = [*map(str, [built("catchment-import", "network"), "pairs", ROADS, CENTRE, PAIRS, SEED])]
    lines = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    found = [line.split("\t") for line in lines if not line.startswith("#")]
    ends = [[tuple(map(float, fields[place].split(","))) for place in (1, 3)] for fields in found]
    return [(pair, int(fields[4]) / 1000) for pair, fields in zip(ends, found) if fields[4] != "-"]


def by_valhalla(folder):
    """What Valhalla answers with: metres between two places."""
    machine = valhalla.Actor(configuration(folder))

    def length(ends):
        ends = [dict(zip(("lon", "lat"), end)) for end in ends]
        told = machine.route({"locations": ends, "costing": "auto", "units": "kilometers"})
        return told["trip"]["summary"]["length"] * 1000
    return length


def by_osrm(folder, algorithm):
    """The same of OSRM."""
    machine = osrm.OSRM(storage_config=str(folder / "roads.osrm"), algorithm=algorithm, use_shared_memory=False)
    return lambda ends: machine.Route(osrm.RouteParameters(coordinates=ends))["routes"][0]["distance"]


def compare(name, known, length):
    """Ends the program where another's drives are of other lengths than ours."""
    found = []
    for ends, mine in known:
        try:
            theirs = length(ends)
        except RuntimeError:
            continue
        found.append(abs(mine - theirs) / max(theirs, 1))
    if not found or statistics.median(found) > ALIKE:
        sys.exit(f"the answers of {name} differ: median {statistics.median(found or [1]):.1%}; nothing is timed")
    print(f"{name}: {len(found)} drives, median difference of length {statistics.median(found):.2%}", flush=True)


def line(name, rounds):
    wall, cpu, peak = zip(*rounds)
    print(f"{name:13} wall {spread(wall)} s, CPU {spread(cpu)} s, peak {max(peak):.0f} MB", flush=True)
    return statistics.median(wall), statistics.median(cpu)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for wanted in (ROADS, BINARY):
        if not wanted.exists():
            sys.exit(f"{wanted} is not there")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ways = {"Valhalla": lambda: theirs(folder / "valhalla"),
                "OSRM MLD": lambda: osrm_tools(folder / "mld", "extract", "partition", "customize"),
                "OSRM CH": lambda: osrm_tools(folder / "ch", "extract", "contract"),
                "driving alone": lambda: driving(folder / "driving"),
                "catchment": lambda: ours(folder / "ours")}
        for way in ways.values():
            way()
        known = drives()
        compare("Valhalla", known, by_valhalla(folder / "valhalla"))
        compare("OSRM MLD", known, by_osrm(folder / "mld", "MLD"))
        compare("OSRM CH", known, by_osrm(folder / "ch", "CH"))
        costs = [[way() for way in ways.values()] for _ in range(rounds)]
    found = {name: line(name, of) for name, of in zip(ways, zip(*costs))}
    for mine in ("catchment", "driving alone"):
        for name in list(found)[:3]:
            wall, cpu = (found[name][place] / found[mine][place] for place in (0, 1))
            print(f"{name}: {wall:.1f} times the wall median of {mine}, {cpu:.1f} times its CPU median")


if __name__ == "__main__":
    try:
        import osrm
        import valhalla
    except ImportError:
        in_venv()
    main()
