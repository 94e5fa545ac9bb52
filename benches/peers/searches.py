#!/usr/bin/env python3
"""Searches over the same roads: this program beside OSRM, GraphHopper, fast_paths, scipy, igraph, pandana and petgraph, in one run.

  benches/peers/searches.py [--rounds 5] [--large] [--only WORK,...]

Works: `ids` (1,000 x 1,000 and 10,000 journeys by node), `nearest` (the nearest of 50 from every node), `coordinates` (two matrices
and 1,000 journeys from longitude and latitude) and `turning` (the same with turn penalties on both sides). Inputs: Porto's roads, and with --large an
invented network of 1.2 million nodes (written once into .cache/peers), for `ids` and `nearest`.

By node: every library gets the very arrays that we search (`network arrays`): node numbers in, milliseconds out, no snapping.
Turn restrictions are in the graph, so they hold for all. Sums of whole rows must be equal to the millisecond. A peer that is
slow is asked for some rows of the 1,000, and its time multiplied, which the line says.

From coordinates: OSRM's contraction hierarchy reads the same file with tests/clients/like.lua, which has the rules of our
profile, turn restrictions included and no turn costs; places stand 15 m beside a street, as homes do, and both sides snap
them. OSRM tells whole tenths of a second, which is why sums differ a little. We always work out time and distance. OSRM is
asked for times alone and, `with distances`, for both, which is the same work. OSRM makes an object of its answer, whose rows Python
asks for; turning the numbers into Python's is not timed; nor is text. A journey is asked for without its way, with OSRM's
usual answer (a simplified line), and with all of it: line and steps, which is the same work as our `with their ways`.
GraphHopper has its own car profile, the fastest way, without restrictions and turn costs; its distances are compared.
With `turning` OSRM has its own car profile, with its turn costs, GraphHopper restrictions and U-turns, and we penalties for
turns, U-turns and signals: those are not the same rules, so the answers differ and only the work is alike.

Answers are compared before anything is told, each peer in a process of its own, one thread each, ours half before and half
after the peers. Figures: CPU seconds, median and range, and wall seconds; peak memory of the whole process, reading included.

Wants Python 3.12 (the peers are installed into .cache/venv312-peers), cargo, and CATCHMENT_SHARED; for GraphHopper Java and Maven.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from room import CACHE, CENTRE, PORTO, ROOT, built, fast_paths, graphhopper_words, in_venv, osrm_prepared, spread

PROGRAM = ROOT / "target" / "release" / "examples" / "network"
WORKS = ["ids", "nearest", "coordinates", "turning"]
ROADS_OF = {"Porto": (PORTO, CENTRE), "1.2 M": (CACHE / "million.osm.gz", "-0.6,50.4")}
MILLION_NODES, POINTS = "3080000", CACHE / "points.txt"
ROUND = 0.4  # seconds that a round lasts at least; short work is done many times in one
ONE_THREAD = {"RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
ALIKE = 0.01  # how far sums of times may be apart where both sides snap for themselves
OWN_RULES = 0.05  # how far the distances of single journeys may be apart, in the median, where the rules are not the same
MATRIX, NEAREST = "1,000 x 1,000 ids", "nearest of 50, all nodes"


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
        first = np.fromfile(folder / "first_out", dtype="<u4")
        self.head = np.fromfile(folder / "head", dtype="<u4")
        self.time = np.fromfile(folder / "time_ms", dtype="<u4")
        self.x, self.y = (np.fromfile(folder / name, dtype="<f8") for name in "xy")
        self.nodes = len(first) - 1
        self.tail = np.repeat(np.arange(self.nodes, dtype="<u4"), np.diff(first))
        # The cheapest of parallel arcs alone, since scipy adds such up.
        order = np.lexsort((self.time, self.head, self.tail))
        pair = self.tail[order].astype("u8") << 32 | self.head[order]
        order = order[np.concatenate(([True], pair[1:] != pair[:-1]))]
        self.tail, self.head, self.time = self.tail[order], self.head[order], self.time[order]

    @property
    def is_large(self):
        return self.nodes > 200_000


def whole(costs):
    """The sum of the times of all journeys that can be made, in milliseconds."""
    import numpy as np
    costs = np.asarray(costs)
    return int(np.rint(costs[np.isfinite(costs)]).sum())


def told(work, rounds, once, rows=None, show=lambda answer: answer, how=None):
    """Does some work round after round and prints a line of JSON, as our example does."""
    start = time.monotonic()
    answer = once()
    times = min(1000, max(1, math.ceil(ROUND / (time.monotonic() - start))))
    wall, cpu = [], []
    for _ in range(rounds):
        start, spent = time.monotonic(), time.process_time()
        for _ in range(times):
            once()
        wall.append((time.monotonic() - start) / times)
        cpu.append((time.process_time() - spent) / times)
    print(json.dumps({"work": work, "how": how, "wall": wall, "cpu": cpu, "rows": rows, "gave": show(answer)}), flush=True)


def by_scipy(folder, works, rounds):
    """Dijkstra over a sparse matrix."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra
    graph = Graph(folder)
    matrix = csr_matrix((graph.time.astype(float), (graph.tail, graph.head)), shape=(graph.nodes, graph.nodes))
    reverse = matrix.T.tocsr()
    origins, ends = draw(1, 1000, graph.nodes), draw(2, 1000, graph.nodes)
    rows = 5 if graph.is_large else 50
    if "ids" in works:
        told(MATRIX, rounds, lambda: dijkstra(matrix, indices=origins[:rows])[:, ends], rows, lambda costs: list(map(whole, costs)))
    if "nearest" in works:
        fifty = draw(5, 50, graph.nodes)
        told(NEAREST, rounds, lambda: dijkstra(reverse, indices=fifty, min_only=True), None, whole)


def by_igraph(folder, works, rounds):
    """Dijkstra in C."""
    import igraph
    graph = Graph(folder)
    net = igraph.Graph(n=graph.nodes, edges=list(zip(graph.tail.tolist(), graph.head.tolist())), directed=True)
    weights, origins, ends = graph.time.tolist(), draw(1, 1000, graph.nodes), draw(2, 1000, graph.nodes)
    unique, rows = sorted(set(ends)), 2 if graph.is_large else 20
    place = {node: at for at, node in enumerate(unique)}
    if "ids" in works:
        told(MATRIX, rounds, lambda: net.distances(origins[:rows], unique, weights), rows,
             lambda costs: [whole([row[place[end]] for end in ends]) for row in costs])


def by_pandana(folder, works, rounds):
    """A contraction hierarchy, journey by journey. It counts in thousandths of what it is given, rounded down, so it is given
    seconds, and a quarter of a millisecond more."""
    import warnings
    import numpy as np
    import pandana
    import pandas
    warnings.simplefilter("ignore")  # about every journey that cannot be made
    graph = Graph(folder)
    start, spent = time.monotonic(), time.process_time()
    index = pandas.RangeIndex(graph.nodes)
    net = pandana.Network(pandas.Series(graph.x, index), pandas.Series(graph.y, index),
                          pandas.Series(graph.tail.astype("i8")), pandas.Series(graph.head.astype("i8")),
                          pandas.DataFrame({"time": (graph.time + 0.25) / 1000}), twoway=False)
    wall, cpu = time.monotonic() - start, time.process_time() - spent
    print(json.dumps({"work": "contraction", "wall": [wall], "cpu": [cpu], "rows": None, "gave": None}), flush=True)
    origins, ends = draw(1, 1000, graph.nodes), draw(2, 1000, graph.nodes)
    rows = 10 if graph.is_large else 20
    pairs = [[origin for origin in origins[:rows] for _ in ends], ends * rows]

    def sums(costs):
        # What cannot be reached has the largest number that it counts to.
        costs = np.where(np.asarray(costs) > 4e6, np.inf, np.asarray(costs) * 1000).reshape(rows, -1)
        return list(map(whole, costs))
    if "ids" in works:
        told(MATRIX, rounds, lambda: net.shortest_path_lengths(*pairs), rows, sums)
    if "nearest" in works:
        fifty, far = draw(5, 50, graph.nodes), 4e6
        net.set_pois("sites", far, 1, pandas.Series(graph.x[fifty]), pandas.Series(graph.y[fifty]))
        # It puts sites on the nearest node itself, so of nodes at one place it may choose another: sums are not equal.
        told(NEAREST, rounds, lambda: net.nearest_pois(far, "sites", num_pois=1), None, lambda _: None)


def osrm_machine(profile):
    """OSRM over Porto, prepared once with a profile."""
    import osrm
    return osrm.OSRM(storage_config=str(osrm_prepared(profile)), algorithm="CH", use_shared_memory=False,
                     max_locations_distance_table=20_000)


def thousandths(rows):
    """The sum of a table of OSRM's in milliseconds or millimetres."""
    return round(1000 * sum(value for row in rows for value in row if value is not None))


def by_osrm(profile, _works, rounds):
    """A contraction hierarchy over turns, from coordinates."""
    import osrm
    machine = osrm_machine(profile)
    points = [tuple(map(float, line.split())) for line in POINTS.read_text().splitlines()]
    for name, rows, columns in (("1,000 x 1,000 coordinates", 1000, 1000), ("10,000 x 50 coordinates", 10_000, 50)):
        def asked(*what, rows=rows, columns=columns):
            return osrm.TableParameters(coordinates=points[:rows] + points[-columns:], sources=list(range(rows)),
                                        destinations=list(range(rows, rows + columns)), annotations=list(what))

        def both(wanted):
            answer = machine.Table(wanted)
            return answer["durations"], answer["distances"]
        alone, together = asked("duration"), asked("duration", "distance")
        told(name, rounds, lambda: machine.Table(alone)["durations"], None, thousandths, "times alone")
        told(name + ", with distances", rounds, lambda: both(together), None,
             lambda found: dict(zip(("time", "distance"), map(thousandths, found))))
    for name, how, words in (
            ("1,000 journeys, coordinates", "no line, no steps", {"overview": "false", "steps": False}),
            ("1,000 journeys with their ways, coordinates", "simplified line, no steps", {"overview": "simplified", "steps": False}),
            ("1,000 journeys with their ways, coordinates", "line and steps", {"overview": "full", "steps": True})):
        wanted = [osrm.RouteParameters(coordinates=list(ends), continue_straight=False, **words)
                  for ends in zip(points[:1000], points[-1000:])]
        told(name, rounds, lambda: [osrm_journey(machine, one) for one in wanted], None,
             lambda found: {what: [None if one is None else round(1000 * one[place]) for one in found]
                            for place, what in enumerate(("time", "distance"))}, how)


def osrm_journey(machine, wanted):
    """Seconds and metres of a journey, or none."""
    try:
        route = machine.Route(wanted)["routes"][0]
        return route["duration"], route["distance"]
    except RuntimeError:
        return None


def by_graphhopper(profile, _works, rounds):
    """A contraction hierarchy of another program, which takes the place of this one."""
    words = [str(word) for word in [*graphhopper_words(profile), POINTS, rounds]]
    os.execvp(words[0], words)


def by_fast_paths(folder, _works, rounds):
    """A contraction hierarchy of a Rust crate."""
    program = str(ROOT / "target" / "peers" / "release" / "fast-paths-times")
    os.execv(program, [program, str(folder), str(rounds)])


PEERS = {"scipy": by_scipy, "igraph": by_igraph, "pandana": by_pandana, "OSRM": by_osrm, "GraphHopper": by_graphhopper,
         "fast_paths": by_fast_paths}


def lines(command):
    """What a program prints as JSON, and the most memory it used, in megabytes."""
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **ONE_THREAD})
    # pandana says other things too.
    found = [json.loads(line) for line in process.stdout if line.startswith("{")]
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return found, used.ru_maxrss / 1024


def of_peer(who, where, works, rounds):
    """What a peer did, in a process of its own."""
    return lines([sys.executable, __file__, "--peer", who, "--where", where, "--only", ",".join(works), "--rounds", rounds])


def differ(work, mine, record):
    """How the answers differ, and whether that is too much."""
    theirs, own_rules = record["gave"], record.get("rules") == "own"
    if theirs is None:
        return "answers not compared", False
    if isinstance(theirs, dict):
        notes, wrong = [], False
        for what, bound in (("time", None if own_rules else ALIKE), ("distance", OWN_RULES if own_rules else ALIKE)):
            apart, note = distance_between(mine[what], theirs[what])
            notes.append(f"{what}s: {note}")
            wrong |= bound is not None and apart > bound
        return "; ".join(notes), wrong
    if isinstance(theirs, list):
        return ("all sums equal", False) if mine[:len(theirs)] == theirs else ("SUMS DIFFER", True)
    if "coordinates" in work:
        apart, note = distance_between(mine, theirs)
        return note, apart > ALIKE
    return ("sum equal", False) if mine == theirs else (f"SUM {theirs} and not {mine}", True)


def distance_between(mine, theirs):
    """How far two sums, or two lists of journeys, are apart, as a share and in words."""
    if not isinstance(theirs, list):
        return abs(mine / theirs - 1), f"sums differ by {mine / theirs - 1:+.3%}"
    apart = statistics.median(abs(a - b) / max(b, 1) for a, b in zip(mine, theirs) if a is not None and b is not None)
    unlike = sum((a is None) != (b is None) for a, b in zip(mine, theirs))
    return apart, f"median difference {apart:.3%}, {unlike} that only one finds"


def show(place, who, work, record, peak, note):
    """Prints a line of the table."""
    factor = 1000 / record["rows"] if record["rows"] else 1
    cpu, wall = ([value * factor for value in record[kind]] for kind in ("cpu", "wall"))
    some = f" (x{factor:.0f})" if factor > 1 else ""
    who += f" ({record['how']})" if record.get("how") else ""
    print(f"{place} | {work} | {who} | {spread(cpu, 4)} s{some} | {statistics.median(wall):.4f} s | {peak:.0f} MB | {note}", flush=True)
    return statistics.median(cpu)


def compare(place, profile, theirs, ours_works, rounds, judged=True):
    """One network: our works before and after those of the peers; returns whether the answers agree."""
    file, grid = ROADS_OF[place]
    command = [PROGRAM, "times", file, grid, profile, (rounds + 1) // 2, ours_works, *([POINTS] if place == "Porto" else [])]
    before, _ = lines(command)
    found = [(who, *of_peer(who, where, works, rounds)) for who, where, works in theirs]
    after, peak = lines(command)
    mine = {}
    for record in before + after:
        if "work" in record:
            known = mine.setdefault(record["work"], {**record, "wall": [], "cpu": []})
            known["wall"] += record["wall"]
            known["cpu"] += record["cpu"]
    if "petgraph: " + MATRIX in mine:
        found.append(("petgraph", [{**mine.pop("petgraph: " + MATRIX), "work": MATRIX}], peak))
    agree = True
    print("network | work | who | CPU | wall | peak memory | beside ours")
    for work, record in mine.items():
        own = show(place, "catchment", work, record, peak, "")
        for who, records, memory in found:
            for other in records:
                if other.get("work") == work:
                    note, wrong = ("-", False) if work == "contraction" else differ(work, record["gave"], other)
                    agree &= not (wrong and judged)
                    factor = 1000 / other["rows"] if other["rows"] else 1
                    ratio = statistics.median(other["cpu"]) * factor / own
                    show(place, who, work, other, memory, f"{ratio:.1f} times ours; {note}")
    return agree


def run(works, rounds, large):
    """Everything that was asked for; returns whether all answers agree."""
    agree, graph_works = True, [work for work in works if work in ("ids", "nearest")]
    libraries = ["scipy", "igraph", "pandana", *(["fast_paths"] if "ids" in graph_works else [])]
    for place in (["Porto", "1.2 M"] if large else ["Porto"]) if graph_works else []:
        folder = CACHE / ("arrays-" + place.replace(" ", "-").lower())
        subprocess.run([PROGRAM, "arrays", *ROADS_OF[place], folder], check=True)
        own = ["contraction", *graph_works, *(["petgraph", "journeys"] if "ids" in graph_works else [])]
        agree &= compare(place, "drive", [(who, folder, graph_works) for who in libraries], ",".join(own), rounds)
    has_java = graphhopper_words("plain") is not None
    if not has_java and {"coordinates", "turning"} & set(works):
        print("GraphHopper is not compared: java or mvn is not here")
    if "coordinates" in works:
        others = [("OSRM", "like", []), *([("GraphHopper", "plain", [])] if has_java else [])]
        agree &= compare("Porto", "drive", others, "coordinates,ways,snapping", rounds)
    if "turning" in works:
        print("with turn penalties, which are not the same on both sides:")
        others = [("OSRM", "car", []), *([("GraphHopper", "turns", [])] if has_java else [])]
        compare("Porto", "turning", others, "coordinates,ways", rounds, judged=False)
    return agree


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="also an invented network of 1.2 million nodes")
    parser.add_argument("--only", default=",".join(WORKS), help="some of " + ",".join(WORKS))
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--where", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    works = [work for work in wanted.only.split(",") if work]
    if wanted.peer:
        where = wanted.where if wanted.peer in ("OSRM", "GraphHopper") else Path(wanted.where)
        return PEERS[wanted.peer](where, works, wanted.rounds)
    if unknown := set(works) - set(WORKS):
        sys.exit(f"{', '.join(sorted(unknown))}: not one of {', '.join(WORKS)}")
    if not PORTO.exists():
        sys.exit(f"{PORTO} is not there")
    CACHE.mkdir(parents=True, exist_ok=True)
    built("catchment-import", "network")
    if "ids" in works:
        fast_paths()
    if not POINTS.exists():
        words = [PROGRAM, "points", PORTO, CENTRE, "11000", "1", "15"]
        points = subprocess.run(words, check=True, capture_output=True, text=True)
        POINTS.write_text(points.stdout)
    million = ROADS_OF["1.2 M"][0]
    if wanted.large and not million.exists():
        subprocess.run([built("catchment-demo", "roads"), million, MILLION_NODES], check=True)
    if not run(works, wanted.rounds, wanted.large):
        sys.exit("some answers differ")


if __name__ == "__main__":
    try:
        import igraph, osrm, pandana, scipy  # noqa: E401, F401
    except ImportError:
        in_venv()
    main()
