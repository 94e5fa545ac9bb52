#!/usr/bin/env python3
"""Compares our distances along the fastest drive with those of OSRM, on the same road files.

OSRM reads the files with like.lua, which reads tags as our profile does. Random places are snapped by us and OSRM is
given the snapped points, so that the roads and the search are compared and not the snapping. Judged: 2,000 pairs a
file, median difference under 1 %, and every pair more than 10 % apart listed and explained. What explains a pair is
tried: we may turn round at junctions and OSRM at dead ends only, so without such turns we must come within 10 %.
Reported beside it: times, pairs at most 2 km apart (where a wrong one-way street or barrier shows most), the places as
they were before snapping, and OSRM with its own car profile, which costs turns and waits at signals.

`osrm_compare.py 5000` takes 5,000 pairs instead. Prints PASS, FAIL and SKIP lines and the figures; ends with 77 where
osrm-bindings or the road files are not here. Wants Python 3.12 with osrm-bindings, cargo on the path (or CARGO), and
CATCHMENT_SHARED.
"""

import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("CATCHMENT_SHARED") or ROOT.parent / "shared")
COUNT, SEED, NEAR = int(sys.argv[1]) if len(sys.argv) > 1 else 2000, 1, 2000
PLACES = [("porto", "-8.61,41.15"), ("newport", "british-national"), ("isle-of-man", "british-national")]
LIMIT_MEDIAN, LIMIT_PAIR = 0.01, 0.10

try:
    import osrm
except ImportError as error:
    print(f"SKIP osrm-bindings is not here ({error})")
    sys.exit(77)

PACKAGE = Path(osrm.__file__).parent
CAR = PACKAGE / "share" / "profiles" / "car.lua"


class Pair:
    """One drive: what we say, and what OSRM says once it was asked."""

    def __init__(self, line):
        fields = line.split("\t")
        points = [tuple(map(float, field.split(","))) for field in fields[:4]]
        self.raw, self.snapped = (points[0], points[2]), (points[1], points[3])
        self.metres = None if fields[4] == "-" else int(fields[4]) / 1000
        self.seconds = None if fields[5] == "-" else int(fields[5]) / 1000
        self.way = [tuple(map(float, point.split(","))) for point in fields[6].split()] if len(fields) > 6 else []
        self.theirs = self.their_seconds = self.moved = None

    @property
    def difference(self):
        """How much longer our way is, as a share of OSRM's."""
        if not self.theirs:
            return 0.0 if not self.metres else math.inf
        return (self.metres - self.theirs) / self.theirs

    @property
    def compared(self):
        return self.metres is not None and self.theirs is not None


def ours(file, grid, *words, text=None):
    """The lines of our example program: its notes and its pairs."""
    command = [os.environ.get("CARGO") or "cargo", "run", "--quiet", "--release", "--locked", "-p", "catchment-import",
               "--example", "network", "--", "pairs", file, grid, *words]
    done = subprocess.run([str(word) for word in command], cwd=ROOT, input=text, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"our own program failed: {done.stderr.strip()[-800:]}")
    lines = done.stdout.splitlines()
    return [line[2:] for line in lines if line[:1] == "#"], [Pair(line) for line in lines if line[:1] != "#"]


def engine(file, profile, folder):
    """OSRM over a road file, prepared with a profile in a folder of its own."""
    folder.mkdir()
    shutil.copyfile(file, folder / "roads.osm.pbf")
    for tool, *words in (["extract", "-p", profile, folder / "roads.osm.pbf"], ["partition", folder / "roads.osrm"],
                         ["customize", folder / "roads.osrm"]):
        done = subprocess.run([PACKAGE / "bin" / f"osrm-{tool}", *words], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"osrm-{tool} failed: {(done.stdout + done.stderr).strip()[-800:]}")
    return osrm.OSRM(storage_config=str(folder / "roads.osrm"), algorithm="MLD", use_shared_memory=False)


def route(machine, ends, overview="false"):
    """OSRM's answer for a drive, or None where it finds no way."""
    wanted = osrm.RouteParameters(
        coordinates=list(ends), overview=overview, geometries="geojson", continue_straight=False)
    try:
        return machine.Route(wanted)
    except RuntimeError as error:
        if "NoRoute" in str(error) or "NoSegment" in str(error) or "Impossible route" in str(error):
            return None
        raise


def apart(a, b):
    """Metres between two places near each other."""
    east = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(east, a[1] - b[1]) * 111_200


def ask(machine, pairs, raw=False):
    """Puts OSRM's distance, time and how far it moved from our snapped points into each pair."""
    for pair in pairs:
        pair.theirs = pair.their_seconds = pair.moved = None
        answer = route(machine, pair.raw if raw else pair.snapped)
        if answer is None:
            continue
        first = answer["routes"][0]
        pair.theirs, pair.their_seconds = first["distance"], first["duration"]
        at = [(point["location"][0], point["location"][1]) for point in answer["waypoints"]]
        pair.moved = max(map(apart, at, pair.snapped))


def explain(pair):
    """Why a pair is far apart, or None where nothing known explains it."""
    if abs(pair.metres - pair.theirs) < 1:
        return "less than a metre apart, on a drive of a few metres"
    if pair.moved > 5:
        return f"OSRM starts or ends on another street, {pair.moved:.0f} m from where we do"
    if abs(pair.seconds - pair.their_seconds) <= max(0.5, 0.002 * pair.seconds):
        return f"two ways as fast as each other ({pair.seconds:.1f} s and {pair.their_seconds:.1f} s)"
    return None


def again(ends, file, grid, *profile):
    """Drives between given places, each with the junctions that our way passes."""
    text = "".join("{} {} {} {}\n".format(*start, *end) for start, end in ends)
    return ours(file, grid, "-", *profile, text=text)[1] if ends else []


def along(machine, pair, metres=5):
    """The places so far along OSRM's own way from its start and from its end."""
    line = [tuple(point) for point in route(machine, pair.snapped, "full")["routes"][0]["geometry"]["coordinates"]]

    def first(points):
        left = metres
        for a, b in zip(points, points[1:]):
            step = apart(a, b)
            if step >= left > 0:
                return tuple(a[axis] + (b[axis] - a[axis]) * left / step for axis in (0, 1))
            left -= step
        return points[-1]

    return first(line), first(line[::-1])


def agree(pair):
    return pair.compared and abs(pair.difference) <= LIMIT_PAIR


def settle(pairs, file, grid, machine):
    """Tries what could explain pairs that are far apart by asking for them otherwise; returns those that stay so.

    Without turning round at junctions; and, where an end is at a junction, 5 m along OSRM's way: we leave a junction by
    any street, as if we had come by the one that suits, and OSRM by the one street that it snapped to.
    """
    left = []
    ends = [pair.snapped for pair in pairs]
    for pair, now, straight in zip(pairs, again(ends, file, grid), again(ends, file, grid, "no-u-turns")):
        title = f"    {pair.snapped[0]} to {pair.snapped[1]}:"
        straight.theirs = pair.theirs
        if agree(straight):
            print(f"{title} we turn round at a junction and OSRM does not; "
                  f"without that {straight.metres:.1f} m, OSRM {pair.theirs:.1f} m")
            continue
        if now.way and min(apart(now.way[0], pair.snapped[0]), apart(now.way[-1], pair.snapped[1])) < 1:
            other = again([along(machine, pair)], file, grid)[0]
            ask(machine, [other])
            if agree(other):
                print(f"{title} an end is at a junction, where we may turn any way and OSRM may not; "
                      f"5 m on {other.metres:.1f} m, OSRM {other.theirs:.1f} m")
                continue
        left.append(pair)
        print(f"{title} unexplained: {where(machine, pair, now.way)}")
    return left


def where(machine, pair, way):
    """Where the two ways of a pair part, for a pair that nothing explains."""
    theirs = [tuple(point) for point in route(machine, pair.snapped, "full")["routes"][0]["geometry"]["coordinates"]]
    off = [place for place in way if min(apart(place, point) for point in theirs) > 1]
    if not off:
        return "OSRM passes all junctions that we pass"
    return f"OSRM does not pass {len(off)} of our {len(way)} junctions, first {off[0][0]:.6f},{off[0][1]:.6f}"


def spread(sizes):
    """The median and the 95th percentile of some numbers, in words."""
    ordered = sorted(sizes)
    return f"median {statistics.median(ordered):.4%}, 95th percentile {ordered[math.ceil(0.95 * len(ordered)) - 1]:.4%}"


def figures(pairs):
    """Absolute differences of distance and of time as shares of OSRM's, in words."""
    sizes = [abs(pair.difference) for pair in pairs]
    late = [abs(pair.seconds - pair.their_seconds) / max(pair.their_seconds, 0.1) for pair in pairs]
    signed = statistics.median(pair.difference for pair in pairs)
    far = sum(size > LIMIT_PAIR for size in sizes)
    return (f"{spread(sizes)}, greatest {max(sizes):.2%}, signed {signed:+.4%}, {far} more than 10 % apart; "
            f"time: {spread(late)}, greatest {max(late):.2%}")


def report(title, pairs, listed=False):
    """Prints the figures of a set of pairs, and the reasons of those far apart. Returns the pairs without a reason."""
    compared = [pair for pair in pairs if pair.compared]
    print(f"  {title}: {len(compared)} pairs that both reach, {len(pairs) - len(compared)} not; {figures(compared)}")
    unexplained, reasons = [], {}
    for pair in compared:
        if abs(pair.difference) <= LIMIT_PAIR:
            continue
        reason = explain(pair)
        if reason is None:
            unexplained.append(pair)
        kind = (reason or "the ways differ").split(",")[0].split(" (")[0]
        reasons[kind] = reasons.get(kind, 0) + 1
        if listed:
            print(f"    {pair.snapped[0]} to {pair.snapped[1]}: {pair.metres:.1f} m, OSRM {pair.theirs:.1f} m: "
                  f"{reason or 'see below'}")
    for kind in sorted(reasons):
        print(f"    {reasons[kind]} of those more than 10 % apart: {kind}")
    return unexplained


def compare(name, grid, folder):
    """All comparisons on one road file. Returns whether it passed."""
    file = SHARED / "data" / name / "roads.osm.pbf"
    notes, pairs = ours(file, grid, COUNT, SEED)
    _, near = ours(file, grid, COUNT, SEED, NEAR)
    machine = engine(file, Path(__file__).with_name("like.lua"), folder / f"{name}-like")
    print(f"{name}")
    for note in notes:
        print(f"  {note}")
    ask(machine, pairs)
    unexplained = report("snapped places, like profile", pairs, listed=True)
    judged = [abs(pair.difference) for pair in pairs if pair.compared]
    ask(machine, near)
    unexplained += report(f"the same within {NEAR / 1000:.0f} km", near, listed=True)
    unexplained = settle(unexplained, file, grid, machine)
    ask(machine, pairs, raw=True)
    report("places before snapping, like profile", pairs)
    ask(engine(file, CAR, folder / f"{name}-car"), pairs)
    report("snapped places, OSRM's own car profile (other rules, not judged)", pairs)
    median = statistics.median(judged)
    checks = [
        (len(judged) >= COUNT * 0.99, f"{name}: {len(judged)} of {COUNT} pairs are reached by both"),
        (median < LIMIT_MEDIAN, f"{name}: median difference of distance {median:.4%}, to be under 1 %"),
        (not unexplained, f"{name}: {len(unexplained)} pairs more than 10 % apart without an explanation"),
    ]
    for good, text in checks:
        print(f"{'PASS' if good else 'FAIL'} {text}", flush=True)
    return all(good for good, _ in checks)


def main():
    here = [(name, grid) for name, grid in PLACES if (SHARED / "data" / name / "roads.osm.pbf").exists()]
    for name, _ in PLACES:
        if name not in dict(here):
            print(f"SKIP {name}: no roads.osm.pbf of it in {SHARED / 'data'}")
    if not here:
        return 77
    with tempfile.TemporaryDirectory(prefix="catchment-osrm-") as folder:
        passed = [compare(name, grid, Path(folder)) for name, grid in here]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
