#!/usr/bin/env python3
"""Searches over the very same road graph: this program beside scipy, pandana, igraph, petgraph and OSRM, in one run.

  benches/peers/searches.py [--rounds 5] [--large]

Inputs: Porto's roads, and with --large an invented network of a million junctions (written once into .cache/peers). The example
`network_arrays` writes the graph as arrays, and every library is given those: junction numbers in, milliseconds out, no
snapping, no turns. The sums of all answers are compared before a time is told; where a peer is asked for fewer rows, its
time is multiplied and the line says so. OSRM is given coordinates, and we too, so that snapping is in both; OSRM reads the
file with tests/clients/like.lua, which has our profile's rules, answers in tenths of a second, and makes its answer as Python
objects. One thread each. Figures are CPU seconds: median and range.

Wants Python 3.12 (it installs the peers into .cache/venv312-peers), cargo, and CATCHMENT_SHARED.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "clients"))
from packages import find_python312  # noqa: E402

SHARED = Path(os.environ.get("CATCHMENT_SHARED") or ROOT.parent / "shared")
CACHE = ROOT / ".cache" / "peers"
PACKAGES = ["osrm-bindings", "pyvalhalla", "pandana", "scipy", "igraph", "numpy"]
PORTO = ("Porto", SHARED / "data" / "porto" / "roads.osm.pbf", "-8.61,41.15")
MILLION = ("1 M", CACHE / "million.osm.gz", "-0.6,50.4")
MILLION_NODES = "3080000"


def in_venv():
    """Starts this program again in a virtual environment that has the peers."""
    folder = ROOT / ".cache" / "venv312-peers"
    python = folder / "bin" / "python"
    if not python.exists():
        base = find_python312()
        if not base:
            sys.exit("needs Python 3.12, which is not here")
        subprocess.run([base, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    os.execv(python, [str(python), *sys.argv])


def example(package, name, *words):
    """Runs one of our example programs and returns what it says."""
    command = [os.environ.get("CARGO") or "cargo", "run", "--quiet", "--release", "--locked", "-p", package,
               "--example", name, "--", *map(str, words)]
    env = {**os.environ, "RAYON_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env=env).stdout


def draw(seed, count, below):
    """Nodes as our example draws them (splitmix64), so that both sides search between the same."""
    state, mask, drawn = seed, (1 << 64) - 1, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        drawn.append((mixed ^ (mixed >> 31)) % below)
    return drawn


class Graph:
    """The arrays of one network."""

    def __init__(self, folder):
        import numpy as np
        self.first = np.fromfile(folder / "first_out", dtype="<u4")
        self.head = np.fromfile(folder / "head", dtype="<u4")
        self.time = np.fromfile(folder / "time_ms", dtype="<u4")
        self.x, self.y = (np.fromfile(folder / name, dtype="<f8") for name in "xy")
        self.nodes = len(self.first) - 1
        self.tail = np.repeat(np.arange(self.nodes, dtype="<u4"), np.diff(self.first))
        self.keep_cheapest()

    def keep_cheapest(self):
        """Keeps the cheapest of parallel arcs, since some libraries add such up."""
        import numpy as np
        order = np.lexsort((self.time, self.head, self.tail))
        pair = self.tail[order].astype("u8") << 32 | self.head[order]
        order = order[np.concatenate(([True], pair[1:] != pair[:-1]))]
        self.tail, self.head, self.time = self.tail[order], self.head[order], self.time[order]


def timed(rounds, scale, work):
    """CPU seconds of some work done a few times, multiplied, and what it gave."""
    seconds, gave = [], None
    for _ in range(rounds):
        start = time.process_time()
        gave = work()
        seconds.append((time.process_time() - start) * scale)
    return seconds, gave


def by_scipy(graph, rounds):
    """Many to many and nearest of many by scipy's Dijkstra."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra
    matrix = csr_matrix((graph.time.astype(float), (graph.tail, graph.head)), shape=(graph.nodes, graph.nodes))
    reverse = matrix.T.tocsr()
    origins, ends = draw(1, 1000, graph.nodes), draw(2, 1000, graph.nodes)
    part = 20 if graph.nodes > 200_000 else 100
    seconds, costs = timed(rounds, 1000 / part, lambda: dijkstra(matrix, indices=origins[:part])[:, ends])
    yield "1000x1000 ids", seconds, int(np.rint(costs).sum()), part
    seconds, costs = timed(rounds, 1, lambda: dijkstra(reverse, indices=draw(5, 50, graph.nodes), min_only=True))
    yield "nearest of 50, all nodes", seconds, int(np.rint(costs).sum()), None


def by_igraph(graph, rounds):
    """Many to many by igraph's Dijkstra."""
    import igraph
    net = igraph.Graph(n=graph.nodes, edges=list(zip(graph.tail.tolist(), graph.head.tolist())), directed=True)
    weights = graph.time.tolist()
    origins, ends = draw(1, 1000, graph.nodes), draw(2, 1000, graph.nodes)
    unique = sorted(set(ends))
    part = 2 if graph.nodes > 200_000 else 20
    seconds, costs = timed(rounds, 1000 / part, lambda: net.distances(origins[:part], unique, weights))
    place = {node: at for at, node in enumerate(unique)}
    yield "1000x1000 ids", seconds, sum(int(row[place[end]]) for row in costs for end in ends), part


def by_pandana(graph, rounds):
    """Many to many and nearest of many by pandana's contraction hierarchy."""
    import numpy as np
    import pandana
    import pandas
    start = time.process_time()
    index = pandas.RangeIndex(graph.nodes)
    net = pandana.Network(pandas.Series(graph.x, index), pandas.Series(graph.y, index),
                          pandas.Series(graph.tail.astype("i8")), pandas.Series(graph.head.astype("i8")),
                          pandas.DataFrame({"time": graph.time.astype(float)}), twoway=False)
    yield "contraction", [time.process_time() - start], None, None
    origins, ends = draw(1, 1000, graph.nodes), draw(2, 1000, graph.nodes)
    part = 10 if graph.nodes > 200_000 else 30
    pairs = [[origin for origin in origins[:part] for _ in ends], ends * part]
    seconds, costs = timed(rounds, 1000 / part, lambda: net.shortest_path_lengths(*pairs))
    yield "1000x1000 ids", seconds, int(np.rint(costs).sum()), part
    sites = draw(5, 50, graph.nodes)
    far = float(2**31)
    net.set_pois("sites", far, 1, pandas.Series(graph.x[sites]), pandas.Series(graph.y[sites]))
    seconds, _ = timed(rounds, 1, lambda: net.nearest_pois(far, "sites", num_pois=1))
    # It takes arcs forwards from the node, sites snapped to the nearest node by itself: the sum is not compared.
    yield "nearest of 50, all nodes", seconds, None, None


def by_osrm(rounds):
    """Tables from coordinates by OSRM's contraction hierarchy, prepared with our rules."""
    import osrm
    from osrm_compare import PACKAGE, ours
    folder = CACHE / "osrm"
    if not (folder / "roads.osrm.hsgr").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "roads.osm.pbf").unlink(missing_ok=True)
        (folder / "roads.osm.pbf").symlink_to(PORTO[1])
        for tool, *words in (["extract", "-t", "1", "-p", ROOT / "tests" / "clients" / "like.lua", folder / "roads.osm.pbf"],
                             ["contract", "-t", "1", folder / "roads.osrm"]):
            subprocess.run([PACKAGE / "bin" / f"osrm-{tool}", *words], check=True, capture_output=True)
    _, pairs = ours(PORTO[1], PORTO[2], "10000", "1")
    starts, ends = [pair.snapped[0] for pair in pairs], [pair.snapped[1] for pair in pairs]
    (CACHE / "points.txt").write_text("".join(f"{a[0]} {a[1]} {b[0]} {b[1]}\n" for a, b in zip(starts, ends)))
    machine = osrm.OSRM(storage_config=str(folder / "roads.osrm"), algorithm="CH", use_shared_memory=False,
                        max_locations_distance_table=20_000)
    for name, rows, columns in (("1000x1000 coordinates", 1000, 1000), ("10000x50 coordinates", 10_000, 50)):
        wanted = osrm.TableParameters(coordinates=starts[:rows] + ends[:columns], sources=list(range(rows)),
                                      destinations=list(range(rows, rows + columns)), annotations=["duration"])
        seconds, answer = timed(rounds, 1, lambda: machine.Table(wanted))
        total = sum(value for row in answer["durations"] for value in row if value is not None)
        yield name, seconds, int(total * 1000), None


def by_us(name, file, grid, rounds):
    """Every piece of work by our example `search_times`, one JSON line each."""
    points = CACHE / "points.txt"
    words = [points] if name == "Porto" and points.exists() else []
    for line in example("catchment-import", "search_times", file, grid, rounds, *words).splitlines():
        told = json.loads(line)
        yield told["work"], told["seconds"], told.get("sum"), None


def show(name, who, work, seconds, note=""):
    spread = f"{statistics.median(seconds):.4f} s ({min(seconds):.4f}-{max(seconds):.4f})"
    print(f"{name:6} {work:40} {who:10} {spread}{note}", flush=True)


def compare(name, file, grid, rounds):
    """All works on one network; returns whether all sums agree."""
    folder = CACHE / ("arrays-" + name.replace(" ", "-").lower())
    print(name, example("catchment-import", "network_arrays", file, grid, folder).strip())
    graph = Graph(folder)
    theirs = {"scipy": by_scipy(graph, rounds), "igraph": by_igraph(graph, rounds), "pandana": by_pandana(graph, rounds)}
    if name == "Porto":
        theirs["OSRM"] = by_osrm(rounds)
    told = {who: list(works) for who, works in theirs.items()}
    ours = {work: (seconds, total) for work, seconds, total, _ in by_us(name, file, grid, rounds)}
    agree = True
    for work, (seconds, total) in ours.items():
        show(name, "catchment", work, seconds)
        for who, works in told.items():
            for their_work, their_seconds, their_total, part in works:
                if their_work != work:
                    continue
                note = f", {part} rows of 1,000 multiplied" if part else ""
                if part is None and who != "OSRM" and their_total is not None and their_total != total:
                    agree, note = False, f"{note}: DIFFERENT SUM {their_total} and not {total}"
                if who == "OSRM" and total:
                    note += f"; its times differ by {their_total / total - 1:+.3%} in sum"
                ratio = statistics.median(their_seconds) / statistics.median(seconds)
                show(name, who, work, their_seconds, f"{note}; {ratio:.1f} times ours")
    return agree


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="also a network of a million junctions")
    wanted = parser.parse_args()
    if not PORTO[1].exists():
        sys.exit(f"{PORTO[1]} is not there")
    CACHE.mkdir(parents=True, exist_ok=True)
    networks = [PORTO]
    if wanted.large:
        if not MILLION[1].exists():
            example("catchment-demo", "roads", MILLION[1], MILLION_NODES)
        networks.append(MILLION)
    if not all([compare(*network, wanted.rounds) for network in networks]):
        sys.exit("some answers differ")


if __name__ == "__main__":
    try:
        import igraph, osrm, pandana, scipy  # noqa: E401, F401
    except ImportError:
        in_venv()
    main()
