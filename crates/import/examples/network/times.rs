//! Seconds of searches, each piece of work a line of JSON (see `room::timed`): which are in [`WORKS`].
//!
//! Sums and costs are there to be compared with those of other programs: `benches/peers/searches.py` does. Sums are of all times in
//! milliseconds. POINTS is a file of places, `lon lat` a line: journeys go from the first ones to the last ones. Run it on one thread
//! (`RAYON_NUM_THREADS=1`) for figures of one.

use std::fs;
use std::ops::ControlFlow;
use std::time::Instant;

use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_travel::{
    Block, Cost, Hierarchy, ManyToMany, Measure, Metres, Places, Query, Route, Snap, Snapper,
    StreetNetwork, TimeAndDistance, TimeOnly, costs_from, route_cost,
};
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use serde_json::{Value, json};

use crate::room::{Failure, draw, network, parse_grid, peak_megabytes, profile, timed};

/// What can be asked for: contraction; matrices and journeys by node; the large matrix; nearest of 50; petgraph's Dijkstra; matrices and
/// journeys from coordinates; such journeys with their ways and steps; the index of streets and snapping.
const WORKS: [&str; 9] = [
    "contraction",
    "ids",
    "large",
    "nearest",
    "petgraph",
    "journeys",
    "coordinates",
    "ways",
    "snapping",
];

/// No place is asked about that is further from a street.
const CAP: Metres = Metres::new(1000.0);

pub(crate) fn print(
    file: &str,
    grid: &str,
    profile_name: &str,
    rounds: usize,
    works: &str,
    points: Option<&str>,
) -> Result<(), Failure> {
    if let Some(unknown) = works.split(',').find(|work| !WORKS.contains(work)) {
        return Err(format!("{unknown} is none of {WORKS:?}").into());
    }
    let grid = parse_grid(grid)?;
    let points = points.map(fs::read_to_string).transpose()?;
    let started = Instant::now();
    let network = &network(file, &grid, &profile(profile_name)?)?;
    let read = started.elapsed().as_secs_f64();
    let asked = |work: &str| works.split(',').any(|asked| asked == work);
    println!(
        "{}",
        json!({ "nodes": network.node_count(), "arcs": network.arc_count(), "read": read, "megabytes": peak_megabytes() })
    );
    if asked("contraction") {
        timed("contraction", (rounds.min(3), None), || {
            let (up, down) = Hierarchy::new(network).arc_counts();
            json!([up, down])
        });
    }
    let hierarchy = &Hierarchy::new(network);
    let work = Work {
        many: ManyToMany::new(network, hierarchy),
        network,
        hierarchy,
        rounds,
    };
    if asked("ids") {
        work.matrices();
    }
    if asked("large") {
        work.large();
    }
    if asked("nearest") {
        work.nearest();
    }
    if asked("journeys") {
        work.journeys();
    }
    if asked("petgraph") {
        work.petgraph()?;
    }
    if let Some(points) = points {
        work.places(asked, &grid, &parse(&points)?)?;
    }
    println!("{}", json!({ "megabytes": peak_megabytes() }));
    Ok(())
}

struct Work<'a> {
    many: ManyToMany<'a>,
    network: &'a StreetNetwork,
    hierarchy: &'a Hierarchy,
    rounds: usize,
}

impl Work<'_> {
    fn draw(&self, seed: u64, count: usize) -> Vec<u32> {
        draw(seed, count, self.network.node_count())
    }

    /// What needs places in degrees.
    fn places(
        &self,
        asked: impl Fn(&str) -> bool,
        grid: &Grid,
        points: &[LonLat],
    ) -> Result<(), Failure> {
        if asked("snapping") {
            self.snapping(grid, points)?;
        }
        if asked("coordinates") {
            self.by_coordinates(grid, points)?;
        }
        if asked("ways") {
            self.ways(grid, points)?;
        }
        Ok(())
    }

    fn timed<T: Into<Value>>(&self, work: &str, once: impl FnMut() -> T) {
        timed(work, (self.rounds, None), once);
    }

    fn matrices(&self) {
        let (from, to) = (self.draw(1, 1000), self.draw(2, 1000));
        let (homes, sites) = (self.draw(1, 10_000), self.draw(2, 50));
        self.timed("1,000 x 1,000 ids", || {
            self.row_sums::<TimeAndDistance>(from[..].into(), to[..].into())
        });
        self.timed("1,000 x 1,000 ids, time only", || {
            self.sum::<TimeOnly>(from[..].into(), to[..].into())
        });
        self.timed("10,000 x 50 ids", || {
            self.sum::<TimeAndDistance>(homes[..].into(), sites[..].into())
        });
    }

    fn large(&self) {
        let (from, to) = (self.draw(1, 100_000), self.draw(2, 1000));
        self.timed("100,000 x 1,000 ids", || {
            self.sum::<TimeAndDistance>(from[..].into(), to[..].into())
        });
        self.timed("100,000 x 1,000 ids, time only", || {
            self.sum::<TimeOnly>(from[..].into(), to[..].into())
        });
    }

    fn nearest(&self) {
        let fifty = self.draw(5, 50);
        self.timed("nearest of 50, all nodes", || {
            let nearest = self.many.nearest_from_everywhere(&fifty[..]);
            let nodes = 0..self.network.node_count() as u32;
            let costs = nodes.filter_map(|node| nearest.of_node(node));
            costs.map(|(_, cost)| milliseconds(cost)).sum::<u64>()
        });
    }

    fn journeys(&self) {
        let (starts, ends) = (self.draw(3, 10_000), self.draw(4, 10_000));
        let mut query = Query::new(self.hierarchy);
        self.timed("10,000 journeys, ids", || {
            let costs = starts.iter().zip(&ends).filter_map(|(start, end)| {
                query.cost(&[(*start, Cost::ZERO)], &[(*end, Cost::ZERO)])
            });
            costs.map(milliseconds).sum::<u64>()
        });
        self.timed("10,000 ways, ids", || {
            let ways = starts.iter().zip(&ends).filter_map(|(start, end)| {
                query.path(&[(*start, Cost::ZERO)], &[(*end, Cost::ZERO)])
            });
            ways.map(|way| milliseconds(way.cost)).sum::<u64>()
        });
    }

    /// petgraph's own graph and search, for a few rows, each held against ours to the millimetre.
    fn petgraph(&self) -> Result<(), Failure> {
        let mut graph: DiGraph<(), Cost, u32> =
            DiGraph::with_capacity(self.network.node_count(), self.network.arc_count());
        for _ in 0..self.network.node_count() {
            graph.add_node(());
        }
        for arc in self.network.edge_references() {
            graph.add_edge(arc.source().into(), arc.target().into(), *arc.weight());
        }
        let (from, to) = (self.draw(1, 1000), self.draw(2, 1000));
        let rows = if graph.node_count() > 200_000 { 2 } else { 10 };
        let ours = self.many.matrix(&from[..rows], &to[..]);
        for (row, start) in from[..rows].iter().enumerate() {
            let found = dijkstra(&graph, (*start).into(), None, |arc| *arc.weight());
            for (column, end) in to.iter().enumerate() {
                let theirs = found.get(&NodeIndex::from(*end)).copied();
                if ours.at(row, column) != theirs {
                    return Err(format!("petgraph differs from {start} to {end}").into());
                }
            }
        }
        timed(
            "petgraph: 1,000 x 1,000 ids",
            (self.rounds, Some(rows)),
            || {
                let each = from[..rows].iter().map(|start| {
                    let found = dijkstra(&graph, (*start).into(), None, |arc| *arc.weight());
                    let costs = to
                        .iter()
                        .filter_map(|end| found.get(&NodeIndex::from(*end)));
                    costs.map(|cost| milliseconds(*cost)).sum::<u64>()
                });
                json!(each.collect::<Vec<_>>())
            },
        );
        Ok(())
    }

    fn snapping(&self, grid: &Grid, points: &[LonLat]) -> Result<(), Failure> {
        let points: Vec<[f64; 2]> = points
            .iter()
            .map(|point| grid.to_grid(*point).map(|at| [at.x, at.y]))
            .collect::<Result<_, _>>()?;
        self.timed("index of streets", || {
            drop(Snapper::new(self.network));
            Value::Null
        });
        let snapper = Snapper::new(self.network);
        let sum = |snaps: &mut dyn Iterator<Item = Snap>| {
            snaps.map(|snap| snap.distance().value()).sum::<f64>()
        };
        for count in [1000, 100_000] {
            let some: Vec<[f64; 2]> = points.iter().copied().cycle().take(count).collect();
            self.timed(&format!("{count} snaps, one by one"), || {
                let snaps = some.iter().map(|point| snapper.snap(*point, CAP));
                sum(&mut snaps.flatten())
            });
            self.timed(&format!("{count} snaps, all at once"), || {
                sum(&mut snapper.snap_all(&some, CAP).into_iter().flatten())
            });
        }
        Ok(())
    }

    /// Tables and journeys from degrees. What is called `with distances` adds up distances as well as times.
    fn by_coordinates(&self, grid: &Grid, points: &[LonLat]) -> Result<(), Failure> {
        let snapper = &Snapper::new(self.network);
        for (name, rows, columns) in [
            ("1,000 x 1,000 coordinates", 1000, 1000),
            ("10,000 x 50 coordinates", 10_000, 50),
        ] {
            let (starts, ends) = parts(points, rows, columns)?;
            // Places that cannot be used are told here, not while it is timed.
            let both = || -> Result<(Vec<Snap>, Vec<Snap>), Failure> {
                Ok((
                    snapped(snapper, grid, starts)?,
                    snapped(snapper, grid, ends)?,
                ))
            };
            both()?;
            self.timed(name, || {
                both().map_or(0, |(from, to)| {
                    self.sum::<TimeAndDistance>(from[..].into(), to[..].into())
                })
            });
            self.timed(&format!("{name}, with distances"), || {
                both().map_or(Value::Null, |(from, to)| {
                    self.both_sums(from[..].into(), to[..].into())
                })
            });
        }
        let (starts, ends) = parts(points, 1000, 1000)?;
        let mut query = Query::new(self.hierarchy);
        let each = |start: &LonLat, end: &LonLat| -> Option<(Snap, Snap)> {
            Some((place(snapper, grid, start)?, place(snapper, grid, end)?))
        };
        let (first, last) = each(&starts[0], &ends[0]).ok_or("a place is far from any street")?;
        if route_cost(self.network, &mut query, &first, &last)
            != costs_from(self.network, &first).cost(&last)
        {
            return Err("the searches disagree".into());
        }
        self.timed("1,000 journeys, coordinates", || {
            let costs = starts.iter().zip(ends).map(|(start, end)| {
                let (from, to) = each(start, end)?;
                route_cost(self.network, &mut query, &from, &to)
            });
            told_both(costs)
        });
        Ok(())
    }

    /// Journeys from degrees with their steps and their whole ways, these too in degrees, as other engines keep them; and in metres.
    fn ways(&self, grid: &Grid, points: &[LonLat]) -> Result<(), Failure> {
        let snapper = &Snapper::new(self.network);
        let (starts, ends) = parts(points, 1000, 1000)?;
        let mut query = Query::new(self.hierarchy);
        let mut each = |told: &mut dyn FnMut(&Route) -> Option<()>| {
            let costs = starts.iter().zip(ends).map(|(start, end)| {
                let (from, to) = (place(snapper, grid, start)?, place(snapper, grid, end)?);
                let route = Route::find(self.network, &mut query, &from, &to)?;
                told(&route)?;
                Some(route.cost())
            });
            told_both(costs)
        };
        let degrees = |[x, y]: &[f64; 2]| grid.to_lon_lat(GridPoint { x: *x, y: *y });
        let (mut line, mut steps) = (0, 0);
        self.timed("1,000 journeys with their ways, coordinates", || {
            (line, steps) = (0, 0);
            each(&mut |route| {
                let drawn = route.points().iter().map(degrees);
                line += drawn.collect::<Result<Vec<LonLat>, _>>().ok()?.len();
                steps += route.steps().len();
                Some(())
            })
        });
        println!("{}", json!({ "points of lines": line, "steps": steps }));
        self.timed("1,000 journeys with their ways, in metres", || {
            each(&mut |route| {
                line = route.points().len();
                Some(())
            })
        });
        Ok(())
    }

    /// Works out a table and adds up all its times, so that every cell is looked at.
    fn sum<W: Adds>(&self, from: Places<'_>, to: Places<'_>) -> u64 {
        let mut sum = 0;
        let _ = self.many.for_each_block(from, to, |block: &Block<'_, W>| {
            block.each(|_, _, found| sum += found.map_or(0, W::milliseconds));
            ControlFlow::<()>::Continue(())
        });
        sum
    }

    /// The same of times and of distances, in milliseconds and millimetres.
    fn both_sums(&self, from: Places<'_>, to: Places<'_>) -> Value {
        let (mut time, mut distance) = (0, 0);
        let add = |block: &Block<'_, TimeAndDistance>| {
            block.each(|_, _, found| {
                let cost = found.unwrap_or(Cost::ZERO);
                time += milliseconds(cost);
                distance += u64::from(cost.millimetres());
            });
            ControlFlow::<()>::Continue(())
        };
        let _ = self.many.for_each_block(from, to, add);
        json!({ "time": time, "distance": distance })
    }

    /// The same for each row.
    fn row_sums<W: Adds>(&self, from: Places<'_>, to: Places<'_>) -> Value {
        let mut sums = vec![0; from.len()];
        let _ = self.many.for_each_block(from, to, |block: &Block<'_, W>| {
            block.each(|origin, _, found| {
                sums[origin as usize] += found.map_or(0, W::milliseconds);
            });
            ControlFlow::<()>::Continue(())
        });
        json!(sums)
    }
}

/// What is found of a journey, as milliseconds.
trait Adds: Measure {
    fn milliseconds(found: Self::Found) -> u64;
}

impl Adds for TimeAndDistance {
    fn milliseconds(found: Cost) -> u64 {
        milliseconds(found)
    }
}

impl Adds for TimeOnly {
    fn milliseconds(found: u32) -> u64 {
        u64::from(found)
    }
}

fn milliseconds(cost: Cost) -> u64 {
    u64::from(cost.milliseconds())
}

/// The times and the distances of journeys, in milliseconds and millimetres; none where there is no way.
fn told_both(costs: impl Iterator<Item = Option<Cost>>) -> Value {
    let (time, distance): (Vec<_>, Vec<_>) = costs
        .map(|cost| (cost.map(milliseconds), cost.map(Cost::millimetres)))
        .unzip();
    json!({ "time": time, "distance": distance })
}

/// Puts places onto streets; none may be far from all.
fn snapped(snapper: &Snapper<'_>, grid: &Grid, points: &[LonLat]) -> Result<Vec<Snap>, Failure> {
    let points: Vec<[f64; 2]> = points
        .iter()
        .map(|point| grid.to_grid(*point).map(|at| [at.x, at.y]))
        .collect::<Result<_, _>>()?;
    let snaps: Result<_, _> = snapper.snap_all(&points, CAP).into_iter().collect();
    snaps.map_err(|_| "a place is more than 1 km from any street".into())
}

/// Puts one place onto a street.
fn place(snapper: &Snapper<'_>, grid: &Grid, point: &LonLat) -> Option<Snap> {
    let at = grid.to_grid(*point).ok()?;
    snapper.snap([at.x, at.y], CAP).ok()
}

fn parse(text: &str) -> Result<Vec<LonLat>, Failure> {
    let place = |line: &str| -> Option<LonLat> {
        let (lon, lat) = line.split_once(' ')?;
        Some(LonLat {
            lon: lon.parse().ok()?,
            lat: lat.parse().ok()?,
        })
    };
    let places: Option<Vec<LonLat>> = text.lines().map(place).collect();
    places.ok_or_else(|| "a line of points is `lon lat`".into())
}

/// Takes the first places as starts and the last ones as ends.
fn parts(
    points: &[LonLat],
    rows: usize,
    columns: usize,
) -> Result<(&[LonLat], &[LonLat]), Failure> {
    let starts = points.get(..rows).ok_or("too few points")?;
    let ends = points.len().checked_sub(columns).ok_or("too few points")?;
    Ok((starts, &points[ends..]))
}
