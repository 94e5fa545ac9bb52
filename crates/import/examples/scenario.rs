//! Times what a change to a network takes: the changed streets, and their hierarchy repaired or contracted again.
//!
//! On the streets of Porto, where the shared data (`CATCHMENT_SHARED`) is at hand, or on a network given as a folder of the arrays
//! `first_out`, `head` and `time_ms` (32-bit numbers), `x` and `y` (metres as 64-bit floats).
//! `cargo run --release -p catchment-import --example scenario [FOLDER]`; `RAYON_NUM_THREADS=1` gives the figures of one thread. Every
//! figure is the median of five with the least and the greatest, in wall-clock time. Each hierarchy is compared with a plain search.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use catchment_core::grid::Grid;
use catchment_import::osm::read_roads;
use catchment_travel::{
    Change, Cost, KmPerHour, Metres, NewStreetPlan, PreparedNetwork, Profile, Scenario,
    StreetClass, StreetGraph, StreetGraphBuilder, Tags, Way, Which,
};
use petgraph::algo::dijkstra;

type Failure = Box<dyn Error>;

const ROUNDS: usize = 5;

fn main() -> Result<(), Failure> {
    let profile = Profile::drive();
    let graph = match std::env::args().nth(1) {
        Some(folder) => from_arrays(Path::new(&folder), &profile)?,
        None => porto(&profile)?,
    };
    let (network, _) = graph.freeze(0, &profile)?;
    drop(graph);
    let start = Instant::now();
    let before = PreparedNetwork::new(network);
    let streets = before.network().street_count();
    println!(
        "{} nodes, {} arcs, {streets} streets; contracted in {:.0} ms",
        before.network().node_count(),
        before.network().arc_count(),
        start.elapsed().as_secs_f64() * 1e3
    );
    bridges(&before)?;
    for count in [1u64, 10, 100, 1000] {
        let picked = spread(count, streets as u64).map(Which::Street);
        let closed: Vec<Change> = picked
            .map(|which| Change::Close {
                which,
                way: Way::Both,
            })
            .collect();
        times(&format!("{count} streets closed"), &before, &closed)?;
    }
    let street = spread(3, streets as u64).last().unwrap_or_default();
    for speed in [5.0, 100.0] {
        let change = Change::Speed {
            which: Which::Street(street),
            way: Way::Both,
            speed: KmPerHour::new(speed),
        };
        times(&format!("a street at {speed} km/h"), &before, &[change])?;
    }
    let middle = before
        .network()
        .junction(before.network().junction_count() as u32 / 2);
    let added = Change::Add(NewStreetPlan {
        line: vec![middle, [middle[0] + 500.0, middle[1] + 300.0]],
        within: Metres::new(500.0),
        class: StreetClass::Path,
        name: None,
        forward: Some(KmPerHour::new(20.0)),
        backward: Some(KmPerHour::new(20.0)),
    });
    times("a street of 600 m added", &before, &[added])
}

/// Closes bridges of Porto, where they are.
fn bridges(before: &PreparedNetwork) -> Result<(), Failure> {
    let streets = before.network().street_count();
    for name in [
        "Ponte da Arrábida",
        "Ponte do Freixo",
        "Ponte Infante Dom Henrique",
    ] {
        let named = (0..streets as u32).any(|street| before.network().name(street) == Some(name));
        if named {
            let which = Which::Named {
                name: name.to_owned(),
                least: [f64::NEG_INFINITY; 2],
                most: [f64::INFINITY; 2],
            };
            let way = Way::Both;
            times(name, before, &[Change::Close { which, way }])?;
        }
    }
    Ok(())
}

fn times(name: &str, before: &PreparedNetwork, changes: &[Change]) -> Result<(), Failure> {
    let mut scenario = Scenario::default();
    changes
        .iter()
        .for_each(|change| scenario.push(change.clone()));
    let changed = scenario.apply(before.network())?;
    println!("{name}: {} cut off", changed.report().cut_off.len());
    measure("  streets", || scenario.apply(before.network()).map(drop))?;
    let (network, hierarchy) = (before.network(), before.hierarchy());
    measure("  repaired", || {
        Ok::<_, Failure>(drop(changed.hierarchy(network, hierarchy)))
    })?;
    measure("  contracted again", || {
        Ok::<_, Failure>(drop(changed.contracted_again(hierarchy)))
    })?;
    let (repaired, again) = (
        changed.hierarchy(network, hierarchy),
        changed.contracted_again(hierarchy),
    );
    println!(
        "  arcs up: {} before, {} repaired, {} again",
        hierarchy.arc_counts().0,
        repaired.arc_counts().0,
        again.arc_counts().0
    );
    let root = (changed.network().node_count() / 3) as u32;
    let found = dijkstra(changed.network(), root, None, |arc| *arc.weight());
    let costs = repaired.costs_from(&[(root, Cost::ZERO)]);
    let same = (0..)
        .zip(&costs)
        .all(|(node, cost)| found.get(&node) == cost.as_ref());
    if same {
        Ok(())
    } else {
        Err("the repaired hierarchy disagrees with a plain search".into())
    }
}

fn measure<E>(what: &str, mut work: impl FnMut() -> Result<(), E>) -> Result<(), E> {
    let mut walls = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work()?;
        walls.push(start.elapsed().as_secs_f64() * 1e3);
    }
    walls.sort_by(f64::total_cmp);
    println!(
        "{what}: {:.1} ms ({:.1} to {:.1})",
        walls[ROUNDS / 2],
        walls[0],
        walls[ROUNDS - 1]
    );
    Ok(())
}

fn spread(count: u64, of: u64) -> impl Iterator<Item = u32> {
    (1..=count)
        .map(move |step| (((step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) * of) >> 32) as u32)
}

fn porto(profile: &Profile) -> Result<StreetGraph, Failure> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let file = shared.join("data/porto/roads.osm.pbf");
    let grid = Grid::Local {
        lon: -8.61,
        lat: 41.15,
    };
    let profiles = std::slice::from_ref(profile);
    let roads = read_roads(&file, "roads.osm.pbf", &grid, profiles, &mut |_, _| {})?;
    Ok(roads.streets.condensed().0)
}

/// Makes streets of arrays: every arc that has one back is a street both ways. Their times are taken up by speeds in whole km/h.
fn from_arrays(folder: &Path, profile: &Profile) -> Result<StreetGraph, Failure> {
    let numbers = |name: &str| -> Result<Vec<u32>, Failure> {
        let bytes = std::fs::read(folder.join(name))?;
        let numbers = bytes.as_chunks::<4>().0.iter();
        Ok(numbers.map(|four| u32::from_le_bytes(*four)).collect())
    };
    let floats = |name: &str| -> Result<Vec<f64>, Failure> {
        let bytes = std::fs::read(folder.join(name))?;
        let numbers = bytes.as_chunks::<8>().0.iter();
        Ok(numbers.map(|eight| f64::from_le_bytes(*eight)).collect())
    };
    let (first, head, time) = (numbers("first_out")?, numbers("head")?, numbers("time_ms")?);
    let (x, y) = (floats("x")?, floats("y")?);
    let profiles = std::slice::from_ref(profile);
    let mut streets = StreetGraphBuilder::new(profiles);
    let nodes = first.len() - 1;
    let points: Vec<[f64; 2]> = (0..nodes).map(|node| [x[node], y[node]]).collect();
    let ends: Vec<_> = points
        .iter()
        .map(|point| streets.junction(*point, Tags::new(&[])))
        .collect();
    let arcs = |node: usize| first[node] as usize..first[node + 1] as usize;
    for from in 0..nodes {
        for arc in arcs(from) {
            let to = head[arc] as usize;
            let back = arcs(to).any(|arc| head[arc] as usize == from);
            if back && to < from {
                continue;
            }
            let metres = (points[from][0] - points[to][0]).hypot(points[from][1] - points[to][1]);
            let speed = (metres * 3600.0 / f64::from(time[arc].max(1)))
                .round()
                .clamp(3.0, 150.0);
            let speed = speed.to_string();
            let oneway = if back { "no" } else { "yes" };
            let tags = [
                ("highway", "residential"),
                ("maxspeed", speed.as_str()),
                ("oneway", oneway),
            ];
            streets.street(
                ends[from],
                ends[to],
                vec![points[from], points[to]],
                Tags::new(&tags),
                None,
            );
        }
    }
    Ok(streets.finish().condensed().0)
}
