//! Times searches on the driving network of a road file, each piece of work a line of JSON with the seconds of every round.
//!
//! ```text
//! search_times FILE GRID ROUNDS [POINTS]
//! ```
//!
//! GRID is `british-national`, `irish`, or `lon,lat` of the centre of a local grid; POINTS a file of journeys, `lon lat lon lat` a line.
//! `sum` is that of all times in milliseconds, for a comparison with others: `benches/peers/searches.py` makes it. Run it on one thread
//! (`RAYON_NUM_THREADS=1`): wall time is measured, which then is that of the thread. It judges nothing.

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use catchment_core::grid::{Grid, LonLat};
use catchment_import::osm::read_roads;
use catchment_travel::{
    Block, Cost, Hierarchy, ManyToMany, Measure, Metres, Places, Profile, Query, Snap, Snapper,
    StreetNetwork, TimeAndDistance, TimeOnly,
};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (file, grid, rounds) = match words.as_slice() {
        [file, grid, rounds, ..] => (file, parse_grid(grid)?, rounds.parse()?),
        _ => return Err("usage: search_times FILE GRID ROUNDS [POINTS]".into()),
    };
    let profiles = [Profile::drive()];
    let roads = read_roads(Path::new(file), file, &grid, &profiles, &mut |_, _| {})?;
    let (network, _) = roads.streets.freeze(0, &profiles[0])?;
    let hierarchy = timed("contraction", 1, || (Hierarchy::new(&network), None));
    let work = Work {
        many: ManyToMany::new(&network, &hierarchy),
        network: &network,
        hierarchy: &hierarchy,
        rounds,
    };
    work.by_node();
    if let Some(points) = words.get(3) {
        work.by_coordinates(&grid, &fs::read_to_string(points)?)?;
    }
    Ok(())
}

struct Work<'a> {
    many: ManyToMany<'a>,
    network: &'a StreetNetwork,
    hierarchy: &'a Hierarchy,
    rounds: usize,
}

impl Work<'_> {
    fn by_node(&self) {
        let nodes = self.network.node_count() as u64;
        let (from, to) = (draw(1, 1000, nodes), draw(2, 1000, nodes));
        let (homes, sites) = (draw(1, 10_000, nodes), draw(2, 50, nodes));
        self.table::<TimeAndDistance>("1000x1000 ids", &from[..], &to[..]);
        self.table::<TimeOnly>("1000x1000 ids, time only", &from[..], &to[..]);
        self.table::<TimeAndDistance>("10000x50 ids", &homes[..], &sites[..]);
        let many = draw(1, 100_000, nodes);
        self.table::<TimeAndDistance>("100000x1000 ids", &many[..], &to[..]);
        self.table::<TimeOnly>("100000x1000 ids, time only", &many[..], &to[..]);
        let fifty = draw(5, 50, nodes);
        timed("nearest of 50, all nodes", self.rounds, || {
            let nearest = self.many.nearest_from_everywhere(&fifty[..]);
            let costs = (0..nodes as u32).filter_map(|node| nearest.of_node(node));
            (
                (),
                Some(costs.map(|(_, cost)| u64::from(cost.milliseconds())).sum()),
            )
        });
        let (starts, ends) = (draw(3, 10_000, nodes), draw(4, 10_000, nodes));
        let mut query = Query::new(self.hierarchy);
        timed("10000 journeys by id", self.rounds, || {
            let costs = starts.iter().zip(&ends).filter_map(|(start, end)| {
                query.cost(&[(*start, Cost::ZERO)], &[(*end, Cost::ZERO)])
            });
            (
                (),
                Some(costs.map(|cost| u64::from(cost.milliseconds())).sum()),
            )
        });
    }

    fn by_coordinates(&self, grid: &Grid, text: &str) -> Result<(), Box<dyn Error>> {
        let mut journeys = Vec::new();
        for line in text.lines() {
            let numbers: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
            let [a, b, c, d] = numbers[..] else {
                return Err("a line of points is `lon lat lon lat`".into());
            };
            let place = |lon, lat| grid.to_grid(LonLat { lon, lat });
            journeys.push((place(a, b)?, place(c, d)?));
        }
        let snapper = timed("index of streets", 1, || (Snapper::new(self.network), None));
        let snap = |count: usize, end: bool| -> Vec<Snap> {
            let points = journeys.iter().take(count);
            let points = points.map(|(from, to)| if end { to } else { from });
            points
                .filter_map(|at| snapper.snap([at.x, at.y], Metres::new(1000.0)).ok())
                .collect()
        };
        for (name, rows, columns) in [
            ("1000x1000 coordinates", 1000, 1000),
            ("10000x50 coordinates", 10_000, 50),
        ] {
            timed(name, self.rounds, || {
                let (from, to) = (snap(rows, false), snap(columns, true));
                (
                    (),
                    Some(self.sum::<TimeAndDistance>(from[..].into(), to[..].into())),
                )
            });
        }
        Ok(())
    }

    fn table<'p, W: Adds>(
        &self,
        name: &str,
        from: impl Into<Places<'p>>,
        to: impl Into<Places<'p>>,
    ) {
        let (from, to) = (from.into(), to.into());
        timed(name, self.rounds, || ((), Some(self.sum::<W>(from, to))));
    }

    /// Works out a table and adds up all its times, so that every cell is looked at.
    fn sum<W: Adds>(&self, from: Places<'_>, to: Places<'_>) -> u64 {
        let mut sum = 0;
        let add = |block: &Block<'_, W>| {
            for row in 0..block.origins().len() {
                sum += block.row(row).flatten().map(W::milliseconds).sum::<u64>();
            }
            ControlFlow::<()>::Continue(())
        };
        let _ = self.many.for_each_block(from, to, add);
        sum
    }
}

/// What is found of a journey, as milliseconds.
trait Adds: Measure {
    fn milliseconds(found: Self::Found) -> u64;
}

impl Adds for TimeAndDistance {
    fn milliseconds(found: Cost) -> u64 {
        u64::from(found.milliseconds())
    }
}

impl Adds for TimeOnly {
    fn milliseconds(found: u32) -> u64 {
        u64::from(found)
    }
}

/// Does some work a few times, prints how long each took and returns what it gave last.
fn timed<T>(work: &str, rounds: usize, mut once: impl FnMut() -> (T, Option<u64>)) -> T {
    let mut seconds = Vec::new();
    loop {
        let start = Instant::now();
        let (gave, sum) = once();
        seconds.push(start.elapsed().as_secs_f64());
        if seconds.len() >= rounds {
            println!(
                "{}",
                json!({ "work": work, "seconds": seconds, "sum": sum })
            );
            return gave;
        }
    }
}

/// Draws nodes by splitmix64 (Steele, Lea and Flood 2014), which others can draw too.
fn draw(seed: u64, count: usize, below: u64) -> Vec<u32> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below) as u32
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn parse_grid(text: &str) -> Result<Grid, Box<dyn Error>> {
    match text {
        "british-national" => Ok(Grid::BritishNational),
        "irish" => Ok(Grid::Irish),
        _ => {
            let (lon, lat) = text.split_once(',').ok_or("the grid is not known")?;
            Ok(Grid::Local {
                lon: lon.trim().parse()?,
                lat: lat.trim().parse()?,
            })
        }
    }
}
