//! The searches and the snapping, timed on the streets of Porto, beside petgraph's Dijkstra on the same streets.
//!
//! Every answer is held against petgraph, or a scan of all streets, before anything is timed. Without the shared data
//! (`CATCHMENT_SHARED`) a lattice of about Porto's size stands in. `RAYON_NUM_THREADS=1` gives the figures of one thread.
//!
//! `BENCHMARKS.md` says what came of it and what is not the same work.

use std::error::Error;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use catchment_core::grid::Grid;
use catchment_import::osm::read_roads;
use catchment_travel::{
    Block, Cost, Hierarchy, ManyToMany, Measure, Metres, Profile, Snap, Snapper,
    StreetGraphBuilder, StreetNetwork, Tags, TimeAndDistance, TimeOnly, costs_from, matrix,
};
use criterion::{Criterion, SamplingMode, Throughput};
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let (name, network) = streets()?;
    println!(
        "{name}: {} junctions, {} search nodes, {} arcs",
        network.junction_count(),
        network.node_count(),
        network.arc_count()
    );
    let peer = petgraph_of(&network);
    let snapper = Snapper::new(&network);
    let mut criterion = Criterion::default().configure_from_args();
    let places = Places::new(&network, &snapper);
    one_to_all(&mut criterion, &name, &places, &peer)?;
    matrices(&mut criterion, &name, &places, &peer)?;
    many_to_many(&mut criterion, &name, &places)?;
    snapping(&mut criterion, &name, &places)?;
    criterion.final_summary();
    Ok(())
}

/// Porto's streets for driving, or a lattice where the file is not at hand.
fn streets() -> Result<(String, StreetNetwork), Failure> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let file = shared.join("data/porto/roads.osm.pbf");
    let profiles = [Profile::drive()];
    if !file.exists() {
        return Ok(("lattice".to_owned(), lattice(250, &profiles)?));
    }
    let grid = Grid::Local {
        lon: -8.61,
        lat: 41.15,
    };
    let roads = read_roads(&file, "roads.osm.pbf", &grid, &profiles, &mut |_, _| {})?;
    Ok(("porto".to_owned(), roads.streets.freeze(0, &profiles[0])?.0))
}

/// Streets 100 m apart, each tenth a fast one.
fn lattice(side: usize, profiles: &[Profile; 1]) -> Result<StreetNetwork, Failure> {
    let mut streets = StreetGraphBuilder::new(profiles);
    let at = |column: usize, row: usize| [column as f64 * 100.0, row as f64 * 100.0];
    let junctions: Vec<NodeIndex> = (0..side * side)
        .map(|place| streets.junction(at(place % side, place / side), Tags::new(&[])))
        .collect();
    for place in 0..side * side {
        let (column, row) = (place % side, place / side);
        for (to, line) in [((column + 1, row), row), ((column, row + 1), column)] {
            if to.0 < side && to.1 < side {
                let class = if line % 10 == 0 {
                    "primary"
                } else {
                    "residential"
                };
                let shape = vec![at(column, row), at(to.0, to.1)];
                let tags = [("highway", class)];
                streets.street(
                    junctions[place],
                    junctions[to.1 * side + to.0],
                    shape,
                    Tags::new(&tags),
                    None,
                );
            }
        }
    }
    Ok(streets.finish().freeze(0, &profiles[0])?.0)
}

/// The same arcs in petgraph's own graph, so that petgraph is not slowed by our arrays' iterators.
fn petgraph_of(network: &StreetNetwork) -> DiGraph<(), Cost, u32> {
    let mut graph = DiGraph::with_capacity(network.node_count(), network.arc_count());
    for _ in 0..network.node_count() {
        graph.add_node(());
    }
    for arc in network.edge_references() {
        graph.add_edge(arc.source().into(), arc.target().into(), *arc.weight());
    }
    graph
}

/// A search node and the point of a street that lies on its junction.
type Place = (NodeIndex, Snap);

/// The junctions to draw from, and how they are snapped.
struct Places<'a> {
    network: &'a StreetNetwork,
    snapper: &'a Snapper<'a>,
    /// The search nodes of junctions that have one and no more, lie on a street one can snap to and share their position with no other
    /// junction: a point there is that node and no other.
    alone: Vec<u32>,
}

impl<'a> Places<'a> {
    fn new(network: &'a StreetNetwork, snapper: &'a Snapper<'a>) -> Self {
        let mut sorted: Vec<([u64; 2], u32)> = (0..network.junction_count() as u32)
            .map(|junction| (network.junction(junction).map(f64::to_bits), junction))
            .collect();
        sorted.sort_unstable();
        let groups = sorted.chunk_by(|one, other| one.0 == other.0);
        // A junction of motorways alone is no place to start from.
        let is_open = |junction: &u32| {
            let point = network.junction(*junction);
            snapper.snap(point, Metres::new(1.0)).is_ok()
        };
        let alone = groups
            .filter(|group| group.len() == 1)
            .map(|group| group[0].1)
            .filter(is_open)
            .map(|junction| network.nodes_of(junction))
            .filter(|nodes| nodes.len() == 1)
            .map(|nodes| nodes.start);
        Self {
            network,
            snapper,
            alone: alone.collect(),
        }
    }

    /// Draws nodes, spread by golden-ratio steps from `first` on.
    fn draw(&self, first: u64, count: usize) -> Result<Vec<Place>, Failure> {
        let size = self.alone.len() as u64;
        (first..first + count as u64)
            .map(|step| {
                let part = step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
                let node = self.alone[((part * size) >> 32) as usize];
                let point = self.network.junction(self.network.node_junction(node));
                let snap = self.snapper.snap(point, Metres::new(1.0));
                Ok((node.into(), snap.map_err(|_| "a junction is on no street")?))
            })
            .collect()
    }
}

fn one_to_all(
    criterion: &mut Criterion,
    name: &str,
    places: &Places<'_>,
    peer: &DiGraph<(), Cost, u32>,
) -> Result<(), Failure> {
    let network = places.network;
    let roots = places.draw(1, 16)?;
    for (root, snap) in &roots[..4] {
        let (tree, oracle) = (
            costs_from(network, snap),
            dijkstra(peer, *root, None, |arc| *arc.weight()),
        );
        for node in 0..network.node_count() as u32 {
            assert_eq!(
                tree.node_cost(node),
                oracle.get(&NodeIndex::from(node)).copied()
            );
        }
    }
    let mut group = criterion.benchmark_group(format!("{name}: one to all"));
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(8));
    let mut turn = roots.iter().cycle();
    group.bench_function("costs_from", |bencher| {
        bencher.iter(|| {
            turn.next()
                .map(|(_, snap)| black_box(costs_from(network, snap)))
        });
    });
    let mut turn = roots.iter().cycle();
    group.bench_function("petgraph dijkstra", |bencher| {
        bencher.iter(|| {
            turn.next()
                .map(|(root, _)| black_box(dijkstra(peer, *root, None, |arc| *arc.weight())))
        });
    });
    group.finish();
    Ok(())
}

fn matrices(
    criterion: &mut Criterion,
    name: &str,
    places: &Places<'_>,
    peer: &DiGraph<(), Cost, u32>,
) -> Result<(), Failure> {
    let network = places.network;
    let mut group = criterion.benchmark_group(format!("{name}: matrix"));
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .measurement_time(Duration::from_secs(20));
    for (rows, columns) in [(1_000, 1_000), (10_000, 50)] {
        let origins = places.draw(1_000, rows)?;
        let destinations = places.draw(900_000, columns)?;
        let snaps = |places: &[Place]| places.iter().map(|place| place.1).collect::<Vec<Snap>>();
        let (from, to) = (snaps(&origins), snaps(&destinations));
        let costs = matrix(network, &from, &to);
        for row in (0..rows).step_by(rows / 4) {
            let oracle = dijkstra(peer, origins[row].0, None, |arc| *arc.weight());
            for (column, (destination, _)) in destinations.iter().enumerate() {
                assert_eq!(costs.at(row, column), oracle.get(destination).copied());
            }
        }
        group.throughput(Throughput::Elements((rows * columns) as u64));
        group.bench_function(format!("{rows} x {columns}"), |bencher| {
            bencher.iter(|| black_box(matrix(network, &from, &to)));
        });
    }
    group.finish();
    Ok(())
}

/// The same through the hierarchy: answers held against the searches above, then blocks from node numbers and tables from points.
fn many_to_many(criterion: &mut Criterion, name: &str, places: &Places<'_>) -> Result<(), Failure> {
    let network = places.network;
    let hierarchy = Hierarchy::new(network);
    let many = ManyToMany::new(network, &hierarchy);
    let mut group = criterion.benchmark_group(format!("{name}: many to many"));
    group
        .sample_size(20)
        .sampling_mode(SamplingMode::Flat)
        .measurement_time(Duration::from_secs(8));
    for (rows, columns) in [(1_000, 1_000), (10_000, 50)] {
        let draw = |first, count| -> Result<(Vec<Snap>, Vec<u32>), Failure> {
            let drawn = places.draw(first, count)?.into_iter();
            Ok(drawn.map(|place| (place.1, place.0.index() as u32)).unzip())
        };
        let (from, to) = (draw(1_000, rows)?, draw(900_000, columns)?);
        let found = many.matrix(&from.0[..], &to.0[..]);
        assert!(
            found == matrix(network, &from.0, &to.0)
                && found == many.matrix(&from.1[..], &to.1[..])
        );
        group.throughput(Throughput::Elements((rows * columns) as u64));
        group.bench_function(format!("{rows} x {columns} from points, kept"), |bencher| {
            bencher.iter(|| black_box(many.matrix(&from.0[..], &to.0[..])));
        });
        group.bench_function(
            format!("{rows} x {columns} nodes, time and distance"),
            |bencher| {
                bencher.iter(|| blocks::<TimeAndDistance>(many, &from.1, &to.1));
            },
        );
        group.bench_function(format!("{rows} x {columns} nodes, time"), |bencher| {
            bencher.iter(|| blocks::<TimeOnly>(many, &from.1, &to.1));
        });
    }
    let sites: Vec<Snap> = places.draw(77, 50)?.iter().map(|place| place.1).collect();
    group.throughput(Throughput::Elements(network.junction_count() as u64));
    group.bench_function("nearest of 50 from every node", |bencher| {
        bencher.iter(|| black_box(many.nearest_from_everywhere(&sites[..])));
    });
    group.finish();
    Ok(())
}

/// Works out all blocks and looks at a cell of each.
fn blocks<W: Measure>(many: ManyToMany<'_>, from: &[u32], to: &[u32]) {
    let flow = many.for_each_block(from, to, |block: &Block<'_, W>| {
        black_box(block.at(0, 0));
        ControlFlow::<()>::Continue(())
    });
    let _ = black_box(flow);
}

fn snapping(criterion: &mut Criterion, name: &str, places: &Places<'_>) -> Result<(), Failure> {
    let (network, snapper) = (places.network, places.snapper);
    // Some 40 m beside a junction: like homes, not like points drawn anywhere.
    let points: Vec<[f64; 2]> = places
        .draw(5_000, 10_000)?
        .iter()
        .map(|(_, snap)| snap.point())
        .map(|[x, y]| [x + 31.0, y - 25.0])
        .collect();
    let cap = Metres::new(1_000.0);
    for point in points.iter().step_by(1_000) {
        let snap = snapper
            .snap(*point, cap)
            .map_err(|_| "a place beside a junction is far from any street")?;
        assert!((snap.distance().value() - by_scan(network, *point)).abs() < 1e-6);
    }
    let mut group = criterion.benchmark_group(format!("{name}: snapping"));
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(8));
    group.throughput(Throughput::Elements(points.len() as u64));
    group.bench_function("10000 places", |bencher| {
        bencher.iter(|| {
            points
                .iter()
                .filter(|point| black_box(snapper.snap(**point, cap)).is_ok())
                .count()
        });
    });
    group.throughput(Throughput::Elements(network.street_count() as u64));
    group.bench_function("building the index", |bencher| {
        bencher.iter(|| black_box(Snapper::new(network)));
    });
    group.finish();
    Ok(())
}

/// The distance to the nearest street, by looking at all of them.
fn by_scan(network: &StreetNetwork, [x, y]: [f64; 2]) -> f64 {
    network
        .shapes()
        .flat_map(|(_, shape)| shape.windows(2))
        .map(|ends| {
            let (dx, dy) = (ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]);
            let squared = dx * dx + dy * dy;
            let along = if squared > 0.0 {
                ((x - ends[0][0]) * dx + (y - ends[0][1]) * dy) / squared
            } else {
                0.0
            };
            let part = along.clamp(0.0, 1.0);
            (ends[0][0] + part * dx - x).hypot(ends[0][1] + part * dy - y)
        })
        .fold(f64::INFINITY, f64::min)
}
