#!/usr/bin/env python3
"""What is reached within 30 minutes by car and 15 on foot: this program beside Valhalla, in Porto, in the same run.

  benches/peers/isochrones.py [--rounds 5]

Both have read the roads, start from twenty places given as longitude and latitude, and draw polygons, on one thread. Not the same
work: Valhalla makes JSON of its answer and fills what its outline goes round; ours leaves out what is more than 50 m from a reached
street, so it is the smaller, and it has to find the place's street beforehand (some microseconds). Answers are compared first: how
much of ours lies in theirs. Their speeds and turn costs are their own. Figures: median and range, over rounds, of CPU milliseconds for a place.

Wants Python 3.12 (it installs pyvalhalla into .cache/venv312-peers) and CATCHMENT_SHARED.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import roads  # noqa: E402

WORK = [("drive", "auto", 30, 20), ("walk", "pedestrian", 15, 5)]
PLACES, ALIKE = 20, 0.7
# A degree of latitude and one of longitude at Porto, in metres, well enough for areas.
METRES = (111_320 * math.cos(math.radians(41.15)), 111_100)


def places():
    """Twenty places in and around Porto, on streets that both know."""
    found = []
    for number in range(400):
        # Steps of two irrational numbers spread evenly over the box.
        lon = -8.68 + 0.11 * ((number * 0.754877666) % 1)
        lat = 41.13 + 0.06 * ((number * 0.569840291) % 1)
        found.append((round(lon, 6), round(lat, 6)))
    return found


def theirs(machine, place, costing, minutes):
    request = {"locations": [{"lon": place[0], "lat": place[1], "radius": 0}], "costing": costing,
               "contours": [{"time": minutes}], "polygons": True, "generalize": 10}
    return machine.isochrone(request)


def near(machine, place, costing):
    """Whether a street that the way of travelling may use is within 60 m."""
    told = machine.locate({"locations": [{"lon": place[0], "lat": place[1]}], "costing": costing, "verbose": True})
    told = json.loads(told) if isinstance(told, str) else told
    edges = told[0].get("edges") or []
    return any(edge["distance"] < 60 for edge in edges)


def ours(points, profile, minutes, rounds):
    words = [os.environ.get("CARGO") or "cargo", "run", "--quiet", "--release", "--locked", "-p", "catchment-import",
             "--example", "isochrone_times", "--", str(roads.ROADS), roads.CENTRE.strip("[]").replace(" ", ""), profile,
             str(minutes), str(rounds), str(points)]
    if os.environ.get("CATCHMENT_EXAMPLE"):
        words = [os.environ["CATCHMENT_EXAMPLE"], *words[words.index("--") + 1:]]
    told = subprocess.run(words, cwd=roads.ROOT, check=True, capture_output=True, text=True,
                          env={**os.environ, "RAYON_NUM_THREADS": "1"}).stdout
    lines = [json.loads(line) for line in told.splitlines()]
    seconds = next(line["seconds"] for line in lines if line["work"] == "isochrone")
    return seconds, [line["coordinates"] for line in lines if line["work"] == "area"]


def rows(polygons, step):
    """The pieces of each line of latitude that lie within polygons, by the number of the line."""
    crossings = {}
    for polygon in polygons:
        for ring in polygon:
            for (x, y), (u, v) in zip(ring, ring[1:]):
                low, high = sorted((y, v))
                for row in range(math.ceil(low / step), math.ceil(high / step)):
                    crossings.setdefault(row, []).append(x + (row * step - y) / (v - y) * (u - x))
    return {row: sorted(found) for row, found in crossings.items()}


def overlap(one, other):
    """The square kilometres of two sets of polygons and of what is in both."""
    step = 20 / METRES[1]
    scale = step * METRES[0] * METRES[1] / 1e6
    one, other = rows(one, step), rows(other, step)
    length = [sum(b - a for row in area.values() for a, b in zip(row[::2], row[1::2])) for area in (one, other)]
    both = 0
    for row in one.keys() & other.keys():
        for a, b in zip(one[row][::2], one[row][1::2]):
            both += sum(max(0, min(b, d) - max(a, c)) for c, d in zip(other[row][::2], other[row][1::2]))
    return length[0] * scale, length[1] * scale, both * scale


def compare(machine, points, areas, costing, minutes):
    shares, sizes = [], []
    for place, area in zip(points, areas):
        told = theirs(machine, place, costing, minutes)
        told = json.loads(told) if isinstance(told, str) else told
        shapes = [feature["geometry"] for feature in told["features"]]
        their = [polygon for shape in shapes for polygon in
                 (shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]])]
        mine, its, both = overlap(area, their)
        shares.append(both / mine)
        sizes.append(mine / its)
    return statistics.median(shares), statistics.median(sizes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        roads.theirs(folder / "valhalla")
        machine = valhalla.Actor(roads.configuration(folder / "valhalla"))
        for profile, costing, minutes, wanted in WORK:
            points = [place for place in places() if near(machine, place, "auto") and near(machine, place, "pedestrian")]
            points = points[:PLACES]
            file = folder / "points.txt"
            file.write_text("".join(f"{lon} {lat}\n" for lon, lat in points))
            fast, areas = ours(file, profile, minutes, rounds)
            share, size = compare(machine, points, areas, costing, minutes)
            print(f"{minutes} min {profile}: {len(points)} places, {share:.0%} of our area lies in theirs, ours is {size:.0%} as large")
            if share < ALIKE:
                sys.exit("the answers differ; nothing is timed")
            slow = []
            for _ in range(rounds):
                start = time.process_time()
                for place in points:
                    theirs(machine, place, costing, minutes)
                slow.append((time.process_time() - start) / len(points))
            for name, seconds in (("Valhalla", slow), ("catchment", fast)):
                print(f"  {name:10} {statistics.median(seconds) * 1e3:7.2f} ms ({min(seconds) * 1e3:.2f}-{max(seconds) * 1e3:.2f})")
            print(f"  ratio of medians: {statistics.median(slow) / statistics.median(fast):.1f}, wanted {wanted}")


if __name__ == "__main__":
    try:
        import valhalla
        roads.valhalla = valhalla
    except ImportError:
        roads.in_venv()
    main()
