//! Journeys between random places, or between given ones, for a comparison with another engine; and random places.
//!
//! ```text
//! pairs FILE GRID COUNT SEED           COUNT random pairs of places within 1 km of a street
//! pairs FILE GRID COUNT SEED METRES    the same, the end at most METRES east, west, north or south of the start
//! pairs FILE GRID - [PROFILE]          pairs from standard input, `lon lat lon lat` a line, each with its way
//! points FILE GRID COUNT SEED METRES   COUNT random places METRES beside the nearest point of a street, `lon lat` a line
//! ```
//!
//! A line of pairs has tabs between: the place asked for and the place on a street it was snapped to, both as `lon,lat`, of the start
//! and then of the end; millimetres; milliseconds; and for given pairs the junctions passed, as `lon,lat` with spaces between. A pair
//! that cannot be driven has `-` for both costs. Lines that begin with `#` say what the network is like.

use std::fmt::Write as _;
use std::io::{BufRead, Write, stdin, stdout};

use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_travel::{
    Cost, CostTree, Metres, Snap, Snapper, StreetNetwork, costs_from, costs_to,
};

use crate::room::{Failure, Random, network, parse_grid, profile, roads};

pub(crate) fn print(file: &str, grid: &str, rest: &[&str]) -> Result<(), Failure> {
    let grid = parse_grid(grid)?;
    let profile = match *rest {
        ["-", name] => profile(name)?,
        _ => profile("drive")?,
    };
    let roads = roads(file, &grid, std::slice::from_ref(&profile))?;
    let (network, report) = roads.streets.condensed().0.freeze(0, &profile)?;
    println!(
        "# {} junctions, {} search nodes, {} arcs, {} turn restrictions, {:.0} km of streets; {} parts of together {:.0} km are cut off and left out",
        network.junction_count(),
        network.node_count(),
        network.arc_count(),
        report.restrictions,
        report.kept.kilometres(),
        report.dropped_components,
        report.dropped.kilometres(),
    );
    println!("{}", ground(&network, &grid)?);
    let places = Places {
        network: &network,
        grid,
        snapper: Snapper::new(&network),
    };
    match *rest {
        ["-"] | ["-", _] => places.given(),
        [count, seed] => places.random(count.parse()?, Random(seed.parse()?), f64::INFINITY),
        [count, seed, reach] => {
            places.random(count.parse()?, Random(seed.parse()?), reach.parse()?)
        }
        _ => Err(crate::USAGE.into()),
    }
}

/// Prints random places beside streets, as homes stand.
pub(crate) fn points(
    file: &str,
    grid: &str,
    count: usize,
    seed: u64,
    off: f64,
) -> Result<(), Failure> {
    let grid = parse_grid(grid)?;
    let network = network(file, &grid, &profile("drive")?)?;
    let places = Places {
        network: &network,
        grid,
        snapper: Snapper::new(&network),
    };
    let (least, most) = places.corners();
    let mut random = Random(seed);
    let mut out = stdout().lock();
    for _ in 0..count {
        let [x, y] = places.draw(&mut random, least, most).1.point();
        let LonLat { lon, lat } = places.grid.to_lon_lat(GridPoint {
            x: x + off * 0.6,
            y: y - off * 0.8,
        })?;
        writeln!(out, "{lon:.7} {lat:.7}")?;
    }
    Ok(())
}

struct Places<'a> {
    network: &'a StreetNetwork,
    grid: Grid,
    snapper: Snapper<'a>,
}

impl Places<'_> {
    /// Returns the corners of the box around all junctions.
    fn corners(&self) -> ([f64; 2], [f64; 2]) {
        let mut least = [f64::INFINITY; 2];
        let mut most = [f64::NEG_INFINITY; 2];
        for junction in 0..self.network.junction_count() as u32 {
            for (axis, ordinate) in self.network.junction(junction).into_iter().enumerate() {
                least[axis] = least[axis].min(ordinate);
                most[axis] = most[axis].max(ordinate);
            }
        }
        (least, most)
    }

    /// Draws a place in a box, within 1 km of a street.
    fn draw(&self, random: &mut Random, least: [f64; 2], most: [f64; 2]) -> ([f64; 2], Snap) {
        loop {
            let point = [0, 1].map(|axis| random.between(least[axis], most[axis]));
            if let Ok(snap) = self.snapper.snap(point, Metres::new(1000.0)) {
                return (point, snap);
            }
        }
    }

    fn random(&self, count: usize, mut random: Random, reach: f64) -> Result<(), Failure> {
        let (least, most) = self.corners();
        let mut out = stdout().lock();
        for _ in 0..count {
            let from = self.draw(&mut random, least, most);
            let near = [0, 1].map(|axis| least[axis].max(from.0[axis] - reach));
            let far = [0, 1].map(|axis| most[axis].min(from.0[axis] + reach));
            let to = self.draw(&mut random, near, far);
            let cost = costs_from(self.network, &from.1).cost(&to.1);
            writeln!(out, "{}", self.line(from, to, cost)?)?;
        }
        Ok(())
    }

    fn given(&self) -> Result<(), Failure> {
        let mut out = stdout().lock();
        for line in stdin().lock().lines() {
            let line = line?;
            let numbers: Vec<f64> = line
                .split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>()?;
            let [from_lon, from_lat, to_lon, to_lat] = numbers[..] else {
                return Err(format!("not four numbers: {line}").into());
            };
            let (from, to) = (self.place(from_lon, from_lat)?, self.place(to_lon, to_lat)?);
            let there = costs_from(self.network, &from.1);
            let cost = there.cost(&to.1);
            let way = cost.map_or(Ok(String::new()), |cost| self.way(&there, &to.1, cost))?;
            writeln!(out, "{}\t{way}", self.line(from, to, cost)?)?;
        }
        Ok(())
    }

    fn place(&self, lon: f64, lat: f64) -> Result<([f64; 2], Snap), Failure> {
        let point = self.grid.to_grid(LonLat { lon, lat })?;
        let point = [point.x, point.y];
        let snap = self
            .snapper
            .snap(point, Metres::new(5000.0))
            .map_err(|_| "a place is more than 5 km from any street")?;
        Ok((point, snap))
    }

    fn line(
        &self,
        from: ([f64; 2], Snap),
        to: ([f64; 2], Snap),
        cost: Option<Cost>,
    ) -> Result<String, Failure> {
        let places = [from.0, from.1.point(), to.0, to.1.point()]
            .into_iter()
            .map(|point| self.degrees(point))
            .collect::<Result<Vec<_>, _>>()?
            .join("\t");
        Ok(match cost {
            Some(cost) => format!("{places}\t{}\t{}", cost.millimetres(), cost.milliseconds()),
            None => format!("{places}\t-\t-"),
        })
    }

    /// Lists the junctions that a fastest way passes: those where the cost from the start and the cost to the end add up to that
    /// of the whole way.
    fn way(&self, there: &CostTree<'_>, to: &Snap, cost: Cost) -> Result<String, Failure> {
        let onward = costs_to(self.network, to);
        let mut passed: Vec<(Cost, u32)> = (0..self.network.node_count() as u32)
            .filter_map(|node| {
                let before = there.node_cost(node)?;
                let junction = self.network.node_junction(node);
                (before + onward.node_cost(node)? == cost).then_some((before, junction))
            })
            .collect();
        passed.sort_unstable();
        let mut way = String::new();
        for (_, junction) in passed {
            write!(way, "{} ", self.degrees(self.network.junction(junction))?)?;
        }
        Ok(way)
    }

    fn degrees(&self, [x, y]: [f64; 2]) -> Result<String, Failure> {
        let LonLat { lon, lat } = self.grid.to_lon_lat(GridPoint { x, y })?;
        Ok(format!("{lon:.7},{lat:.7}"))
    }
}

/// Says how much longer streets are on the ground (the ellipsoid of WGS84, at sea level) than on the grid.
fn ground(network: &StreetNetwork, grid: &Grid) -> Result<String, Failure> {
    let (mut on_grid, mut on_ground) = (0.0, 0.0);
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for (_, shape) in network.shapes() {
        let (mut street, mut true_street) = (0.0, 0.0);
        for pair in shape.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|[x, y]| grid.to_lon_lat(GridPoint { x, y }));
            street += (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
            true_street += ellipsoid_metres(from?, to?);
        }
        // On a short street the ratio would be that of rounded numbers.
        if street > 200.0 {
            least = f64::min(least, true_street / street);
            most = f64::max(most, true_street / street);
        }
        on_grid += street;
        on_ground += true_street;
    }
    Ok(format!(
        "# ground/grid {:.6} over all streets, {least:.6} to {most:.6} street by street",
        on_ground / on_grid
    ))
}

/// The length of a short line on WGS84, from the radii of curvature at its middle.
fn ellipsoid_metres(from: LonLat, to: LonLat) -> f64 {
    let (axis, flattening) = (6_378_137.0, 1.0 / 298.257_223_563);
    let squared: f64 = flattening * (2.0 - flattening);
    let latitude = f64::midpoint(from.lat, to.lat).to_radians();
    let curve = 1.0 - squared * latitude.sin().powi(2);
    let meridian = axis * (1.0 - squared) / curve.powf(1.5);
    let east = axis / curve.sqrt() * latitude.cos() * (to.lon - from.lon).to_radians();
    (meridian * (to.lat - from.lat).to_radians()).hypot(east)
}
