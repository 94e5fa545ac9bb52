//! Finds the nearest point on a street of a network.
//!
//! The way from a home to that point is not part of any journey; how far it was is kept, so that a reader can judge.

mod index;
mod stretch;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Ordering;

use pulp::Arch;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::network::{FrozenStreet, Phase, StreetNetwork};
use crate::units::{Cost, Metres};

pub(crate) use index::SnapIndex;
pub(crate) use stretch::takes_places;
use stretch::{Found, nearest_point, streets, stretches};

/// A point on a street of one network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snap {
    street: u32,
    /// Millimetres along the street from its first junction.
    offset: u32,
    point: [f64; 2],
    distance: Metres,
}

impl Snap {
    /// Returns the point on the street, in metres on the study's grid.
    #[must_use]
    pub fn point(&self) -> [f64; 2] {
        self.point
    }

    /// Returns how far the street is from where one asked.
    #[must_use]
    pub fn distance(&self) -> Metres {
        self.distance
    }

    /// Says whether it can be of this network: the street is there and long enough. For a snap read from disk.
    #[must_use]
    pub fn fits(&self, network: &StreetNetwork) -> bool {
        let street = network.streets.get(self.street as usize);
        street.is_some_and(|street| self.offset <= street.millimetres)
    }

    /// Returns the point so many millimetres along a street.
    #[cfg(test)]
    pub(crate) fn at(street: u32, offset: u32) -> Self {
        Self {
            street,
            offset,
            point: [0.0; 2],
            distance: Metres::new(0.0),
        }
    }

    /// Returns the number of the street in its network.
    #[must_use]
    pub fn street(&self) -> u32 {
        self.street
    }

    /// Returns the millimetres along the street from its first junction.
    pub(crate) fn offset(&self) -> u32 {
        self.offset
    }

    /// Lists the search nodes one gets to from here along the street, with what that costs.
    ///
    /// A point at the very end of a street is its junction, whichever way the street may be used; whoever starts there is taken to have
    /// come by whichever street suits.
    pub(crate) fn ways_out<'n>(
        &self,
        network: &'n StreetNetwork,
    ) -> impl Iterator<Item = (u32, Cost)> + use<'n> {
        self.departures(network).map(|(_, node, cost)| (node, cost))
    }

    /// Lists the same with the direction of the street that is gone along; none where the point is at a junction.
    pub(crate) fn departures<'n>(
        &self,
        network: &'n StreetNetwork,
    ) -> impl Iterator<Item = (Option<u32>, u32, Cost)> + use<'n> {
        let snap = *self;
        let along = [snap.street * 2, snap.street * 2 + 1]
            .into_iter()
            .filter_map(move |dart| {
                let street = &network.streets[snap.street as usize];
                let gone = snap.gone(dart, street);
                let rest = street.millimetres - gone;
                let time = street.time(dart).filter(|_| rest > 0)?;
                let left = time - share(time, gone, street.millimetres);
                let left = left.saturating_add(street.wait(dart));
                let cost = network.metric().cost(left, rest);
                Some((Some(dart), network.arrival[dart as usize], cost))
            });
        along.chain(snap.junctions(network).flat_map(move |junction| {
            let of = |phase| {
                let nodes = network.nodes_of(junction);
                nodes.filter(move |node| network.node_phase(*node) == phase)
            };
            let ends_only = network.is_ends_only(snap.street);
            let here = ends_only && of(Phase::Start).next().is_some();
            let phase = if here { Phase::Start } else { Phase::Public };
            of(phase).map(|node| (None, node, Cost::ZERO))
        }))
    }

    /// Lists the search nodes one comes here from along the street, with what that costs, the turn into the street included.
    ///
    /// At a point at the very end of a street whoever has come to its junction has arrived.
    pub(crate) fn ways_in<'n>(
        &self,
        network: &'n StreetNetwork,
    ) -> impl Iterator<Item = (u32, Cost)> + use<'n> {
        self.arrivals(network).map(|(_, node, cost)| (node, cost))
    }

    /// Lists the same with the direction of the street that is come along; none where the point is at a junction.
    pub(crate) fn arrivals<'n>(
        &self,
        network: &'n StreetNetwork,
    ) -> impl Iterator<Item = (Option<u32>, u32, Cost)> + use<'n> {
        let snap = *self;
        let along = [snap.street * 2, snap.street * 2 + 1]
            .into_iter()
            .flat_map(move |dart| {
                let street = &network.streets[snap.street as usize];
                let gone = snap.gone(dart, street);
                let time = street.time(dart).filter(|_| gone > 0);
                time.into_iter().flat_map(move |time| {
                    let spent = share(time, gone, street.millimetres);
                    let cost = network.metric().cost(spent, gone);
                    let ways = network.ways_onto(dart);
                    ways.map(move |(node, turn)| (Some(dart), node, turn + cost))
                })
            });
        along.chain(snap.junctions(network).flat_map(move |junction| {
            let ends_only = network.is_ends_only(snap.street);
            let nodes = network.nodes_of(junction);
            nodes
                .filter(move |node| ends_only || network.node_phase(*node) != Phase::End)
                .map(|node| (None, node, Cost::ZERO))
        }))
    }

    /// Returns the cost of going along the street to another point of it, where both are on one street and that is allowed.
    pub(crate) fn along(&self, to: &Self, network: &StreetNetwork) -> Option<Cost> {
        if self.street != to.street {
            return None;
        }
        let street = &network.streets[self.street as usize];
        let against = match self.offset.cmp(&to.offset) {
            Ordering::Equal => return Some(Cost::ZERO),
            Ordering::Less => 0,
            Ordering::Greater => 1,
        };
        let dart = self.street * 2 + against;
        let time = street.time(dart)?;
        let (from, until) = (self.gone(dart, street), to.gone(dart, street));
        let whole = street.millimetres;
        let spent = share(time, until, whole) - share(time, from, whole);
        Some(network.metric().cost(spent, until - from))
    }

    /// Returns the cost of the rest of the street in a direction and of the wait at its end, where that is allowed.
    #[cfg(test)]
    pub(crate) fn rest(&self, dart: u32, network: &StreetNetwork) -> Option<Cost> {
        let street = &network.streets[self.street as usize];
        let begun = self.begun(dart, network)?;
        Some(street.cost(dart, network.metric()).without(begun))
    }

    /// Returns the cost of the street in a direction up to here, where that is allowed.
    #[cfg(test)]
    pub(crate) fn begun(&self, dart: u32, network: &StreetNetwork) -> Option<Cost> {
        let street = &network.streets[self.street as usize];
        let (time, gone) = (street.time(dart)?, self.gone(dart, street));
        Some(
            network
                .metric()
                .cost(share(time, gone, street.millimetres), gone),
        )
    }

    /// Returns the millimetres from where the street begins in a direction.
    pub(crate) fn gone(&self, dart: u32, street: &FrozenStreet) -> u32 {
        if dart.is_multiple_of(2) {
            self.offset
        } else {
            street.millimetres - self.offset
        }
    }

    /// Lists the junctions the point is at.
    fn junctions(&self, network: &StreetNetwork) -> impl Iterator<Item = u32> + use<> {
        let street = &network.streets[self.street as usize];
        let first = (self.offset == 0).then_some(street.from);
        let last = (self.offset == street.millimetres).then_some(street.to);
        first.into_iter().chain(last)
    }
}

/// The part of a street's time that falls on its first `part` millimetres, rounded down, so that parts add up to the whole.
pub(crate) fn share(time: u32, part: u32, whole: u32) -> u32 {
    if whole == 0 {
        0
    } else {
        (u64::from(time) * u64::from(part) / u64::from(whole)) as u32
    }
}

/// No street is near enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TooFar {
    /// How far the nearest street is.
    pub distance: Metres,
}

/// Finds nearest streets through an index of all their stretches.
#[derive(Clone, Debug)]
pub struct Snapper<'a> {
    network: &'a StreetNetwork,
    index: Cow<'a, SnapIndex>,
    /// The processor's vectors.
    arch: Arch,
}

/// Snaps a few positions as [`Snapper::snap`] does, by looking at every street.
#[cfg(test)]
pub(crate) fn snap_few(
    network: &StreetNetwork,
    positions: &[[f64; 2]],
    cap: Metres,
) -> Vec<Result<Snap, TooFar>> {
    let snap = |position: &[f64; 2]| nearest_of(network, takes_places, *position, cap);
    positions.iter().map(snap).collect()
}

/// Finds the nearest point on any of the streets that are wanted, by looking at all of them: where there is no index of them.
///
/// Of streets equally near, the one that comes first in the network is taken.
pub(crate) fn nearest_of(
    network: &StreetNetwork,
    wanted: impl Fn(&FrozenStreet) -> bool,
    position: [f64; 2],
    cap: Metres,
) -> Result<Snap, TooFar> {
    let mut nearest = Found::NONE;
    for (street, points) in streets(network, &wanted) {
        for found in stretches(network, street, points, position) {
            nearest.take(found);
        }
    }
    within(network, wanted, nearest, position, cap)
}

/// Puts a position on the nearest stretch of the streets that are wanted, unless that is too far away.
///
/// Where nothing was found, because there is nothing or because the position is no place on earth, the first stretch tells how far.
fn within(
    network: &StreetNetwork,
    wanted: impl Fn(&FrozenStreet) -> bool,
    mut found: Found,
    position: [f64; 2],
    cap: Metres,
) -> Result<Snap, TooFar> {
    if found.squared.is_infinite() {
        let first = streets(network, wanted)
            .next()
            .and_then(|(street, points)| stretches(network, street, points, position).next());
        found = first.unwrap_or(Found::NONE);
    }
    let distance = Metres::new(found.squared.sqrt());
    // Written so that a position that is not a number is too far from everything.
    if distance <= cap && found.street != Found::NONE.street {
        Ok(place(network, found, position, distance))
    } else {
        Err(TooFar { distance })
    }
}

fn place(network: &StreetNetwork, found: Found, position: [f64; 2], distance: Metres) -> Snap {
    let begins = network.point_range(found.street as usize).start;
    let at = found.point as usize;
    let points = network.points();
    let point = nearest_point(&[points[at], points[at + 1]], position);
    let before = crate::graph::shape_length(&points[begins..=at]);
    let metres = before + (point[0] - points[at][0]).hypot(point[1] - points[at][1]);
    let whole = network.streets[found.street as usize].millimetres;
    let offset = ((metres * 1000.0).round() as u32).min(whole);
    Snap {
        street: found.street,
        offset,
        point,
        distance,
    }
}

impl<'a> Snapper<'a> {
    /// Indexes a network, ferries and motorways left out: nobody's door opens on one.
    #[must_use]
    pub fn new(network: &'a StreetNetwork) -> Self {
        Self {
            network,
            index: Cow::Owned(SnapIndex::new(network)),
            arch: Arch::new(),
        }
    }

    /// Uses an index that was made of the same network before.
    pub(crate) fn over(network: &'a StreetNetwork, index: &'a SnapIndex) -> Self {
        Self {
            network,
            index: Cow::Borrowed(index),
            arch: Arch::new(),
        }
    }

    /// Finds the nearest point on a street within `cap` of a position in metres on the study's grid.
    ///
    /// Of streets equally near, the one that comes first in the network is taken.
    ///
    /// # Errors
    /// [`TooFar`] says how far the nearest street is where that is more than `cap`.
    pub fn snap(&self, position: [f64; 2], cap: Metres) -> Result<Snap, TooFar> {
        let nearest = self.nearest(position, None).0;
        within(self.network, takes_places, nearest, position, cap)
    }

    /// Snaps many positions as [`Snapper::snap`] does, on all threads of the pool, and answers in their order.
    ///
    /// Neighbours are looked up one after the other, whatever order they come in: what is near to one is in the processor's nearest
    /// memory when the next is asked about, and mostly the best guess.
    #[must_use]
    pub fn snap_all(&self, positions: &[[f64; 2]], cap: Metres) -> Vec<Result<Snap, TooFar>> {
        let curve = self.index.curve();
        let mut order: Vec<u64> = (0u64..)
            .zip(positions)
            .map(|(place, position)| u64::from(curve.place(*position)) << 32 | place)
            .collect();
        order.par_sort_unstable();
        let position = |key: &u64| positions[*key as u32 as usize];
        let found: Vec<Result<Snap, TooFar>> = order
            .par_chunks(TOGETHER)
            .flat_map_iter(|some| {
                let mut hint = None;
                some.iter().map(move |key| {
                    let nearest = self.nearest(position(key), hint);
                    hint = nearest.1.or(hint);
                    within(self.network, takes_places, nearest.0, position(key), cap)
                })
            })
            .collect();
        let nothing = Err(TooFar {
            distance: Metres::new(f64::INFINITY),
        });
        let mut snaps = vec![nothing; positions.len()];
        for (key, found) in order.iter().zip(found) {
            snaps[*key as u32 as usize] = found;
        }
        snaps
    }

    fn nearest(&self, position: [f64; 2], hint: Option<u32>) -> (Found, Option<u32>) {
        if position.iter().all(|ordinate| ordinate.is_finite()) {
            self.index.nearest(self.network, position, hint, self.arch)
        } else {
            (Found::NONE, None)
        }
    }
}

/// How many positions a thread looks up one after the other.
const TOGETHER: usize = 256;
