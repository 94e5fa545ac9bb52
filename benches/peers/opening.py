#!/usr/bin/env python3
"""From prepared data to the first answer: `catchment route` over a built study beside osrm-routed, in turns, in one run.

  benches/peers/opening.py [--rounds 20]

Ours is one process from its start to its end: it opens the study of Porto, puts two places given in degrees on streets, and writes the
way between them with all its steps as JSON. OSRM's is osrm-routed from its start to the first answer to the same question over
HTTP on this machine, asked for again every millisecond until it listens; then it is ended. The files of both are in the
system's memory already. The distances of both answers are compared first. Wall milliseconds, median and range, and CPU of ours.

Wants Python 3.12 (the peers are installed into .cache/venv312-peers), target/release/catchment, and CATCHMENT_SHARED.
"""

import argparse
import json
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from room import CACHE, CENTRE, PORTO, ROOT, in_venv, osrm_prepared, spread

CATCHMENT = ROOT / "target" / "release" / "catchment"
FROM, TO = (41.1579, -8.6291), (41.1496, -8.6109)


def study():
    """A study of nothing but Porto's roads, built."""
    folder = CACHE / "porto-study"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "roads.osm.pbf").unlink(missing_ok=True)
    (folder / "roads.osm.pbf").symlink_to(PORTO)
    (folder / "study.toml").write_text(
        f'[study]\ntitle = "Porto"\nreference_date = 2026-01-01\ngrid = "local"\ngrid_centre = [{CENTRE}]\n'
        '[roads]\nfile = "roads.osm.pbf"\nattribution = "OpenStreetMap contributors"\n')
    subprocess.run([CATCHMENT, "build", folder], check=True, capture_output=True)
    return folder


def ours(folder):
    """Milliseconds of wall time and of CPU, and the distance in metres."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    words = [CATCHMENT, "route", folder, "--format", "json", "--from", "%s,%s" % FROM, "--to", "%s,%s" % TO]
    said = subprocess.run(words, check=True, capture_output=True).stdout
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * wall, 1000 * cpu, json.loads(said)["distance_m"]


def theirs(files, port):
    """The same of OSRM, without the CPU."""
    import osrm
    url = f"http://127.0.0.1:{port}/route/v1/driving/{FROM[1]},{FROM[0]};{TO[1]},{TO[0]}?steps=true&geometries=geojson"
    start = time.perf_counter()
    words = [Path(osrm.__file__).parent / "bin" / "osrm-routed", "--ip", "127.0.0.1", "--port", str(port), "--threads", "1", files]
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - start < 30:
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    distance = json.load(answer)["routes"][0]["distance"]
                return 1000 * (time.perf_counter() - start), distance
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.001)
        sys.exit("osrm-routed did not answer within 30 s")
    finally:
        running.terminate()
        running.wait()


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    try:
        import osrm  # noqa: F401
    except ImportError:
        in_venv()
    folder, files = study(), osrm_prepared("like")
    ours(folder), theirs(files, free_port())
    rows = [(ours(folder), theirs(files, free_port())) for _ in range(rounds)]
    (_, _, mine), (_, peers) = rows[0]
    print(f"distance: ours {mine:.0f} m, OSRM {peers:.0f} m")
    if abs(mine - peers) > 0.01 * peers:
        sys.exit("the answers differ by more than 1%, so their times are not compared")
    wall, cpu, routed = [row[0][0] for row in rows], [row[0][1] for row in rows], [row[1][0] for row in rows]
    print(f"catchment route: {spread(wall, 1)} ms wall, {spread(cpu, 1)} ms CPU")
    print(f"osrm-routed:     {spread(routed, 1)} ms wall")
    print(f"ratio of medians: {sorted(routed)[rounds // 2] / sorted(wall)[rounds // 2]:.1f}")


if __name__ == "__main__":
    main()
