//! Times the contraction hierarchy: made, searched point to point, and made again after streets were closed.
//!
//! On the streets of Porto, where the shared data (`CATCHMENT_SHARED`) is at hand, and on a made-up town of about a million nodes.
//! `cargo run --release -p catchment-import --example hierarchy [porto|million]`; `RAYON_NUM_THREADS=1` gives the figures of one
//! thread. Every figure is the median of five with the least and the greatest, in wall-clock time; CPU time is beside it where the
//! system tells it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use catchment_core::grid::Grid;
use catchment_import::osm::read_roads;
use catchment_travel::{Cost, Hierarchy, Profile, Query};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

type Failure = Box<dyn Error>;
type Arcs = Vec<(u32, u32, Cost)>;

const ROUNDS: usize = 5;
const PAIRS: usize = 20_000;

fn main() -> Result<(), Failure> {
    let which = std::env::args().nth(1);
    let wanted = |name: &str| which.as_deref().is_none_or(|which| which == name);
    if wanted("porto") {
        match porto()? {
            Some((nodes, arcs)) => times("porto", nodes, &arcs)?,
            None => println!("porto: no shared data; set CATCHMENT_SHARED"),
        }
    }
    if wanted("million") {
        let (nodes, arcs) = town(1000);
        times("million", nodes, &arcs)?;
    }
    Ok(())
}

fn times(name: &str, nodes: usize, arcs: &Arcs) -> Result<(), Failure> {
    println!("{name}: {nodes} nodes, {} arcs, {}", arcs.len(), peak());
    let hierarchy = Hierarchy::from_arcs(nodes, arcs)?;
    println!("after one build: {}", peak());
    let (up, down) = hierarchy.arc_counts();
    println!(
        "{} levels, {up} arcs up, {down} down",
        hierarchy.level_count()
    );
    measure("build", 1, || Hierarchy::from_arcs(nodes, arcs).map(drop))?;
    let mut random = Random(5);
    let mut node = || (random.below(nodes as u64) as u32, Cost::ZERO);
    let pairs: Vec<_> = (0..PAIRS).map(|_| ([node()], [node()])).collect();
    let mut query = Query::new(&hierarchy);
    for (from, to) in pairs.iter().take(10) {
        let expected = hierarchy.costs_from(from)[to[0].0 as usize];
        if query.cost(from, to) != expected {
            return Err("the searches disagree".into());
        }
    }
    measure("cost of a pair", PAIRS, || {
        let found = pairs.iter().filter_map(|(from, to)| query.cost(from, to));
        total(found.map(|cost| u64::from(cost.milliseconds())))
    })?;
    measure("way of a pair", PAIRS, || {
        let found = pairs.iter().filter_map(|(from, to)| query.path(from, to));
        total(found.map(|path| path.nodes.len() as u64))
    })?;
    measure("one to all", 1, || {
        total(
            hierarchy
                .costs_from(&pairs[0].0)
                .iter()
                .flatten()
                .map(|_| 1),
        )
    })?;
    for closed in [1, 10, 100] {
        let mut random = Random(closed);
        let mut left = arcs.clone();
        for _ in 0..closed {
            left.swap_remove(random.below(left.len() as u64) as usize);
        }
        let again = hierarchy.again_from_arcs(nodes, &left)?;
        let slower = Query::new(&again).cost(&pairs[0].0, &pairs[0].1);
        println!(
            "{closed} arcs closed: {} arcs up, {slower:?}",
            again.arc_counts().0
        );
        measure("made again", 1, || {
            hierarchy.again_from_arcs(nodes, &left).map(drop)
        })?;
    }
    Ok(())
}

/// Adds up what was found, so that nothing is optimised away.
fn total(found: impl Iterator<Item = u64>) -> Result<(), Failure> {
    if found.sum::<u64>() == 0 {
        return Err("nothing was found".into());
    }
    Ok(())
}

fn measure<E>(what: &str, count: usize, mut work: impl FnMut() -> Result<(), E>) -> Result<(), E> {
    let mut walls = Vec::new();
    let cpu = cpu_seconds();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work()?;
        walls.push(start.elapsed().as_secs_f64() * 1e6 / count as f64);
    }
    let cpu = (cpu_seconds() - cpu) * 1e6 / (ROUNDS * count) as f64;
    walls.sort_by(f64::total_cmp);
    println!(
        "{what}: {:.1} us ({:.1} to {:.1}), CPU {cpu:.1} us",
        walls[ROUNDS / 2],
        walls[0],
        walls[ROUNDS - 1]
    );
    Ok(())
}

/// CPU time of all threads so far, in seconds; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// The most memory used so far.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or("peak memory not known").replace('\t', " ")
}

fn porto() -> Result<Option<(usize, Arcs)>, Failure> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let file = shared.join("data/porto/roads.osm.pbf");
    if !file.exists() {
        return Ok(None);
    }
    let profiles = [Profile::drive()];
    let grid = Grid::Local {
        lon: -8.61,
        lat: 41.15,
    };
    let roads = read_roads(&file, "roads.osm.pbf", &grid, &profiles, &mut |_, _| {})?;
    let network = roads.streets.freeze(0, &profiles[0])?.0;
    let arcs = network.edge_references();
    let arcs = arcs.map(|arc| (arc.source(), arc.target(), *arc.weight()));
    Ok(Some((network.junction_count(), arcs.collect())))
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) * limit) >> 31
    }
}

/// Streets between points moved off a grid, each fortieth line fast and each tenth faster than the rest, of which not half is
/// missing; a tenth one-way. What does not hang together with most is left out.
fn town(side: usize) -> (usize, Arcs) {
    let mut random = Random(7);
    let points: Vec<[f64; 2]> = (0..side * side)
        .map(|place| {
            let mut off = |line: usize| line as f64 * 100.0 + random.below(70) as f64;
            [off(place % side), off(place / side)]
        })
        .collect();
    let mut streets = Vec::new();
    for place in 0..side * side {
        let (column, row) = (place % side, place / side);
        for (there, other, line) in [
            (column + 1 < side, place + 1, row),
            (row + 1 < side, place + side, column),
        ] {
            let (kept, speed) = match (line % 40, line % 10) {
                (0, _) => (100, 28.0),
                (_, 0) => (95, 14.0),
                _ => (56, 7.0),
            };
            if there && random.below(100) < kept {
                let one_way = speed < 28.0 && random.below(100) < 10;
                let [a, b] = [points[place], points[other]];
                let bends = 1.0 + random.below(30) as f64 / 100.0;
                let metres = (a[0] - b[0]).hypot(a[1] - b[1]) * bends;
                let cost = Cost::new((metres / speed * 1e3) as u32, (metres * 1e3) as u32);
                streets.push((place, other, cost, one_way));
            }
        }
    }
    let number = connected(side * side, &streets);
    let nodes = number.iter().flatten().count();
    let mut arcs = Vec::new();
    for (a, b, cost, one_way) in streets {
        if let (Some(a), Some(b)) = (number[a], number[b]) {
            arcs.push((a, b, cost));
            if !one_way {
                arcs.push((b, a, cost));
            }
        }
    }
    (nodes, arcs)
}

/// Numbers the nodes that hang together with the middle one.
fn connected(nodes: usize, streets: &[(usize, usize, Cost, bool)]) -> Vec<Option<u32>> {
    let mut near = vec![Vec::new(); nodes];
    for (a, b, _, _) in streets {
        near[*a].push(*b as u32);
        near[*b].push(*a as u32);
    }
    let middle = usize::midpoint(nodes, nodes.isqrt()) / 40 * 40;
    let mut reached = vec![false; nodes];
    let mut left = vec![middle as u32];
    reached[middle] = true;
    while let Some(node) = left.pop() {
        for other in &near[node as usize] {
            if !std::mem::replace(&mut reached[*other as usize], true) {
                left.push(*other);
            }
        }
    }
    let mut next = 0;
    let numbered = reached.into_iter().map(|reached| {
        reached.then(|| {
            next += 1;
            next - 1
        })
    });
    numbered.collect()
}
