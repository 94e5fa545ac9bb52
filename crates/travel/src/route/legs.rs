//! From what a search found to streets and a line.

use std::ops::RangeInclusive;

use crate::hierarchy::Path;
use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::units::Cost;

/// Less than this between two points of a line, in metres, is the rounding of a place on a street to a whole millimetre.
const ROUNDING: f64 = 0.0006;

/// A stretch of one street that a route goes along.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// The street's number in the network.
    pub street: u32,
    /// Whether it goes with the street's drawing.
    pub forward: bool,
    /// What it costs, with the turn into the street and the waits on it; time and distance each in its own place.
    pub cost: Cost,
    /// Its points among those of the route, by their places, both ends included; one where it has no length.
    pub points: RangeInclusive<usize>,
}

impl Leg {
    /// Returns its street and direction in one number.
    pub(super) fn dart(&self) -> u32 {
        self.street * 2 + u32::from(!self.forward)
    }
}

/// What a route is made of.
pub(super) struct Way {
    pub(super) cost: Cost,
    pub(super) points: Vec<[f64; 2]>,
    pub(super) legs: Vec<Leg>,
}

/// Draws the way of a journey; nothing where the path is not of this network.
pub(super) fn along(network: &StreetNetwork, path: &Path, from: &Snap, to: &Snap) -> Option<Way> {
    let mut line = Line {
        network,
        points: vec![from.point()],
        legs: Vec::new(),
    };
    if let [first, .., last] | [first @ last] = path.nodes[..] {
        line.depart(from, first);
        for ends in path.nodes.windows(2) {
            line.pass(ends[0], ends[1])?;
        }
        line.arrive(to, last);
    } else {
        line.stay(from, to, path.cost);
    }
    line.end(to);
    Some(Way {
        cost: path.cost,
        points: line.points,
        legs: line.legs,
    })
}

/// A line that is being drawn.
struct Line<'n> {
    network: &'n StreetNetwork,
    points: Vec<[f64; 2]>,
    legs: Vec<Leg>,
}

impl Line<'_> {
    /// Goes along the street of the start to its end, unless the start is at a junction.
    fn depart(&mut self, from: &Snap, node: u32) {
        let ways = from.departures(self.network);
        let way = ways.filter(|way| way.1 == node).min_by_key(|way| way.2);
        if let Some((Some(dart), _, cost)) = way {
            let street = &self.network.streets[dart as usize / 2];
            let gone = from.gone(dart, street);
            self.draw(dart, [gone, street.millimetres], cost);
        }
    }

    /// Goes along the cheapest arc between two search nodes; of equally cheap ones the first.
    fn pass(&mut self, tail: u32, head: u32) -> Option<()> {
        let leaving = &self.network.leaving;
        let between = leaving
            .range(tail)
            .filter(|arc| leaving.head[*arc] == head)
            .min_by_key(|arc| leaving.cost[*arc])?;
        let (street, forward) = self.network.arc_street(between);
        let whole = self.network.streets[street as usize].millimetres;
        let dart = street * 2 + u32::from(!forward);
        self.draw(dart, [0, whole], leaving.cost[between]);
        Some(())
    }

    /// Goes along the street of the end up to it, unless the end is at a junction.
    fn arrive(&mut self, to: &Snap, node: u32) {
        let ways = to.arrivals(self.network);
        let way = ways.filter(|way| way.1 == node).min_by_key(|way| way.2);
        if let Some((Some(dart), _, cost)) = way {
            let gone = to.gone(dart, &self.network.streets[dart as usize / 2]);
            self.draw(dart, [0, gone], cost);
        }
    }

    /// Goes along one street from one point of it to another.
    fn stay(&mut self, from: &Snap, to: &Snap, cost: Cost) {
        let street = from.street();
        for dart in [street * 2, street * 2 + 1] {
            let own = &self.network.streets[street as usize];
            let part = [from, to].map(|snap| snap.gone(dart, own));
            if part[0] < part[1] {
                self.draw(dart, part, self.network.told(cost));
            }
        }
    }

    /// Adds the part of a street between two places on it, in millimetres from where it begins in that direction. The points of the
    /// snaps themselves are added by whoever has them.
    fn draw(&mut self, dart: u32, [from, until]: [u32; 2], cost: Cost) {
        let street = &self.network.streets[dart as usize / 2];
        let shape = self.network.shape(dart as usize / 2);
        let (whole, forward) = (street.millimetres, dart.is_multiple_of(2));
        let [from_metres, until_metres] = [from, until].map(|part| f64::from(part) / 1000.0);
        let mut along: Vec<[f64; 2]> = shape.to_vec();
        if !forward {
            along.reverse();
        }
        let first = self.points.len() - 1;
        let (last, mut gone) = (along.len() - 1, 0.0);
        for (place, point) in along.iter().enumerate() {
            let before = &along[place.saturating_sub(1)];
            gone += (point[0] - before[0]).hypot(point[1] - before[1]);
            let within = gone > from_metres + ROUNDING && gone < until_metres - ROUNDING;
            let is_end = (place == 0 && from == 0) || (place == last && until == whole);
            if is_end || (within && place > 0 && place < last) {
                self.add(*point);
            }
        }
        // What begins a street at a junction may be a hair away from the point before.
        let apart = self.points.get(first) != along.first();
        let first = first + usize::from(from == 0 && apart);
        self.legs.push(Leg {
            street: dart / 2,
            forward,
            cost: self.network.told(cost),
            points: first..=self.points.len() - 1,
        });
    }

    fn add(&mut self, point: [f64; 2]) {
        if self.points.last() != Some(&point) {
            self.points.push(point);
        }
    }

    /// Ends at a point, in the last leg where there is one.
    fn end(&mut self, to: &Snap) {
        self.add(to.point());
        if self.points.len() == 1 {
            self.points.push(to.point());
        }
        let last = self.points.len() - 1;
        if let Some(leg) = self.legs.last_mut() {
            leg.points = *leg.points.start()..=last;
        }
    }
}
