//! Many to many over a contraction hierarchy: tables of costs, handed over block by block, and the nearest of many sites.
//!
//! Sixteen sources climb the hierarchy together and are swept down to all targets at once (PHAST and its restricted form, see
//! `kernel` and `selection`). Answers equal those of Dijkstra's search to the millisecond and millimetre. What asks for a single
//! journey is not here.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined is not compiled for the processor that was found"
)]

mod blocks;
mod climb;
mod gather;
mod kernel;
mod lanes;
mod nearest;
mod positions;
mod reach;
mod selection;
mod terminals;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::hierarchy::Hierarchy;
use crate::matrix::CostMatrix;
use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::units::{Cost, Metric, Seconds};

use blocks::{Direct, Direction, Settings, Table, has_long_arcs};
use nearest::{Lists, Near, climb, nearest_few, nearest_of_all, offer};
use terminals::Terminals;

pub use blocks::Block;
pub use lanes::{Measure, TimeAndDistance, TimeOnly};
pub use reach::Reach;

/// Where journeys begin or end.
#[derive(Clone, Copy, Debug)]
pub enum Places<'a> {
    /// Points on streets.
    Snaps(&'a [Snap]),
    /// Nodes of the network, by number.
    Nodes(&'a [u32]),
}

impl<'a> From<&'a [Snap]> for Places<'a> {
    fn from(snaps: &'a [Snap]) -> Self {
        Self::Snaps(snaps)
    }
}

impl<'a> From<&'a [u32]> for Places<'a> {
    fn from(nodes: &'a [u32]) -> Self {
        Self::Nodes(nodes)
    }
}

impl Places<'_> {
    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Snaps(snaps) => snaps.len(),
            Self::Nodes(nodes) => nodes.len(),
        }
    }

    /// Says whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Answers questions about many journeys on one network through its hierarchy.
///
/// ```
/// use std::ops::ControlFlow;
/// use catchment_travel::{
///     Block, Hierarchy, ManyToMany, Metres, Profile, Seconds, Snapper, StreetGraphBuilder, Tags, TimeOnly,
/// };
///
/// // A street of ten stretches of 100 m.
/// let profiles = [Profile::walk()];
/// let mut streets = StreetGraphBuilder::new(&profiles);
/// let ends: Vec<_> =
///     (0..11).map(|place| streets.junction([f64::from(place) * 100.0, 0.0], Tags::new(&[]))).collect();
/// for (place, pair) in (0..).zip(ends.windows(2)) {
///     let shape = vec![[f64::from(place) * 100.0, 0.0], [f64::from(place + 1) * 100.0, 0.0]];
///     streets.street(pair[0], pair[1], shape, Tags::new(&[("highway", "residential")]), None);
/// }
/// let (network, _) = streets.finish().freeze(0, &profiles[0])?;
/// let hierarchy = Hierarchy::new(&network);
/// let snapper = Snapper::new(&network);
/// let snap = |x: f64| snapper.snap([x, 3.0], Metres::new(50.0)).map_err(|_| "far from any street");
/// let (homes, sites) = ([snap(40.0)?, snap(520.0)?], [snap(0.0)?, snap(700.0)?]);
///
/// let many = ManyToMany::new(&network, &hierarchy).within(Seconds::new(300.0));
/// let mut reached = 0;
/// let flow = many.for_each_block(&homes[..], &sites[..], |block: &Block<'_, TimeOnly>| {
///     reached += (0..block.origins().len()).flat_map(|row| block.row(row)).flatten().count();
///     ControlFlow::<()>::Continue(())
/// });
/// assert!(flow.is_continue());
/// assert_eq!(reached, 2); // each home one site within five minutes
///
/// let nearest: Vec<_> = many.nearest(&homes[..], &sites[..], 1).of(1).collect();
/// assert_eq!((nearest[0].0, nearest[0].1.distance()), (1, Metres::new(180.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ManyToMany<'a> {
    network: &'a StreetNetwork,
    hierarchy: &'a Hierarchy,
    settings: Settings,
    long: bool,
}

impl<'a> ManyToMany<'a> {
    /// Begins to ask about a network; the hierarchy must be the network's own.
    ///
    /// Where the network is ordered by the shortest distance, costs are handed over as searches order them, and
    /// [`StreetNetwork::told`] puts time and distance in their places; what [`TimeOnly`] finds is then millimetres.
    #[must_use]
    pub fn new(network: &'a StreetNetwork, hierarchy: &'a Hierarchy) -> Self {
        Self {
            network,
            hierarchy,
            settings: Settings::new(),
            long: has_long_arcs(hierarchy),
        }
    }

    /// Finds only journeys of at most this time, rounded to a millisecond, and does no work for others.
    ///
    /// # Panics
    /// Where the network is ordered by the shortest distance: the limit is of the fastest journeys.
    #[must_use]
    pub fn within(mut self, limit: Seconds) -> Self {
        let metric = self.network.metric();
        assert!(metric == Metric::FastestTime, "ordered by {metric:?}");
        // A limit below nothing or not a number finds nothing but journeys of no time.
        self.settings.limit = Some(limit.whole_milliseconds());
        self
    }

    /// Asks for blocks of some origins and all destinations each, origins in the order given. It may take longer.
    #[must_use]
    pub fn whole_rows(mut self) -> Self {
        self.settings.whole_rows = true;
        self
    }

    fn terminals(&self, places: Places<'_>, arriving: bool) -> Terminals {
        let position = |(node, cost): (u32, Cost)| (self.hierarchy.position[node as usize], cost);
        match places {
            Places::Nodes(nodes) => Terminals::new(
                nodes
                    .iter()
                    .map(|node| std::iter::once(position((*node, Cost::ZERO)))),
            ),
            Places::Snaps(snaps) if arriving => Terminals::new(
                snaps
                    .iter()
                    .map(|snap| snap.ways_in(self.network).map(position)),
            ),
            Places::Snaps(snaps) => Terminals::new(
                snaps
                    .iter()
                    .map(|snap| snap.ways_out(self.network).map(position)),
            ),
        }
    }

    /// Works out what every journey from an origin to a destination costs and hands it over block by block, until all are done or
    /// the consumer breaks off.
    ///
    /// Blocks come one at a time and always the same ones in the same order, whatever the number of threads. Their room is used
    /// again, so a table of any size takes the memory of a few blocks.
    ///
    /// # Panics
    /// Where a node is not of the network.
    pub fn for_each_block<'p, W: Measure, B>(
        &self,
        origins: impl Into<Places<'p>>,
        destinations: impl Into<Places<'p>>,
        consume: impl FnMut(&Block<'_, W>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let (origins, destinations) = (origins.into(), destinations.into());
        let along = match (origins, destinations) {
            (Places::Snaps(origins), Places::Snaps(destinations)) => {
                Some(OneStreet::new(self.network, origins, destinations))
            }
            _ => None,
        };
        self.table().for_each_block(
            &self.terminals(origins, false),
            &self.terminals(destinations, true),
            along.as_ref().map(|along| along as &dyn Direct),
            consume,
        )
    }

    /// Works out what it costs from each origin to every node of the network and hands it over, sixteen origins at a time, until all
    /// are done or the consumer breaks off.
    ///
    /// # Panics
    /// Where a node is not of the network.
    pub fn for_each_reach_from<'p, W: Measure, B>(
        &self,
        origins: impl Into<Places<'p>>,
        consume: impl FnMut(&Reach<'_, W>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let origins = self.terminals(origins.into(), false);
        self.table()
            .for_each_reach(Direction::FromOrigins, &origins, consume)
    }

    /// The same for the journeys from every node of the network to each destination: for tests, that sweeps are as exact that way.
    #[cfg(test)]
    pub(crate) fn for_each_reach_to<'p, W: Measure, B>(
        &self,
        destinations: impl Into<Places<'p>>,
        consume: impl FnMut(&Reach<'_, W>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let destinations = self.terminals(destinations.into(), true);
        self.table()
            .for_each_reach(Direction::FromDestinations, &destinations, consume)
    }

    fn table(&self) -> Table<'_> {
        Table {
            hierarchy: self.hierarchy,
            settings: self.settings,
            long: self.long,
        }
    }

    /// Computes the costs from every origin to every destination, all at once in memory; without a limit the same as [`crate::matrix`].
    #[must_use]
    pub fn matrix<'p>(
        &self,
        origins: impl Into<Places<'p>>,
        destinations: impl Into<Places<'p>>,
    ) -> CostMatrix {
        let (origins, destinations) = (origins.into(), destinations.into());
        let mut matrix = CostMatrix::unreached(origins.len(), destinations.len());
        let all = self.for_each_block(
            origins,
            destinations,
            |block: &Block<'_, TimeAndDistance>| {
                block.each(|origin, destination, cost| {
                    matrix.row_mut(origin as usize)[destination as usize] = cost;
                });
                ControlFlow::<std::convert::Infallible>::Continue(())
            },
        );
        let ControlFlow::Continue(()) = all;
        matrix
    }

    /// Finds the nearest of some sites from every node of the network, in one climb and one sweep.
    #[must_use]
    pub fn nearest_from_everywhere<'p>(&self, sites: impl Into<Places<'p>>) -> NearestSite<'a> {
        let sites = sites.into();
        let limit = self.settings.limit;
        let (climbing, falling) = (&self.hierarchy.down.arcs, &self.hierarchy.up.arcs);
        let nearest = nearest_of_all(climbing, falling, &self.terminals(sites, true), limit);
        NearestSite {
            network: self.network,
            hierarchy: self.hierarchy,
            on_street: by_street(sites),
            limit,
            nearest,
        }
    }

    /// Finds the few nearest of some sites from each origin.
    #[must_use]
    pub fn nearest<'p>(
        &self,
        origins: impl Into<Places<'p>>,
        sites: impl Into<Places<'p>>,
        few: usize,
    ) -> NearestSites {
        let (origins, sites) = (origins.into(), sites.into());
        let few = few.min(sites.len());
        let mut found = vec![Near::NONE; origins.len() * few];
        let (from, to) = (self.terminals(origins, false), self.terminals(sites, true));
        let (climbing, falling) = (&self.hierarchy.down.arcs, &self.hierarchy.up.arcs);
        let mut order: Vec<u32> = (0..origins.len() as u32).collect();
        from.sort(&mut order);
        let climbed = climb(climbing, &to, few, self.settings.limit);
        let parts: Vec<(&[u32], Lists)> = order
            .par_chunks((ROOM / few.max(1)).max(1))
            .filter(|_| few > 0)
            .map(|some| (some, nearest_few(falling, (&from, some), &climbed)))
            .collect();
        for (some, lists) in parts {
            for (place, origin) in some.iter().enumerate() {
                found[*origin as usize * few..][..few].copy_from_slice(lists.list(place));
            }
        }
        if let (Places::Snaps(origins), Places::Snaps(sites)) = (origins, sites) {
            let along = OneStreet::new(self.network, origins, sites);
            for (origin, list) in found.chunks_exact_mut(few.max(1)).enumerate() {
                along.along(origin, &mut |site, cost| {
                    offer(list, Near::new(cost, site));
                });
            }
        }
        NearestSites {
            few,
            limit: self.settings.limit,
            found,
        }
    }
}

/// How many sites of lists a thread keeps at a time, so that a question of any size takes a bounded memory.
const ROOM: usize = 1 << 18;

/// The nearest of some sites from everywhere on a network.
#[derive(Clone, Debug)]
pub struct NearestSite<'a> {
    network: &'a StreetNetwork,
    hierarchy: &'a Hierarchy,
    on_street: Vec<(u32, u32, Snap)>,
    limit: Option<u32>,
    /// By position.
    nearest: Vec<Near>,
}

impl NearestSite<'_> {
    /// Returns the nearest site's place in its list and what it costs to get there from a node; nothing where there is no way or
    /// none within the limit.
    #[must_use]
    pub fn of_node(&self, node: u32) -> Option<(usize, Cost)> {
        let position = *self.hierarchy.position.get(node as usize)?;
        self.shown(self.nearest[position as usize])
    }

    /// Returns the nearest site's place in its list and what it costs to get there from a point on a street.
    #[must_use]
    pub fn of_snap(&self, origin: &Snap) -> Option<(usize, Cost)> {
        let by_nodes = origin.ways_out(self.network).map(|(node, cost)| {
            let position = self.hierarchy.position[node as usize];
            self.nearest[position as usize].through(cost)
        });
        let here = on_street(&self.on_street, origin.street()).iter();
        let along = here.filter_map(|(_, site, snap)| {
            let cost = origin.along(snap, self.network)?;
            Some(Near::new(cost, *site))
        });
        self.shown(by_nodes.chain(along).min()?)
    }

    fn shown(&self, near: Near) -> Option<(usize, Cost)> {
        near.is_within(self.limit)
            .then(|| (near.site() as usize, near.cost()))
    }
}

/// The few nearest sites of each origin.
#[derive(Clone, Debug)]
pub struct NearestSites {
    few: usize,
    limit: Option<u32>,
    found: Vec<Near>,
}

impl NearestSites {
    /// Walks the sites nearest to an origin, the nearest first and of equally near ones the first in the list: each by its place in
    /// the list, with what it costs to get there. Fewer than asked for where there are no more within reach.
    pub fn of(&self, origin: usize) -> impl Iterator<Item = (usize, Cost)> {
        let list = self.found.get(origin * self.few..(origin + 1) * self.few);
        let within = |near: &&Near| near.is_within(self.limit);
        let sites = list.unwrap_or_default().iter().take_while(within);
        sites.map(|near| (near.site() as usize, near.cost()))
    }
}

/// Sorts points by their street: street, place in the list and the point.
fn by_street(places: Places<'_>) -> Vec<(u32, u32, Snap)> {
    let Places::Snaps(snaps) = places else {
        return Vec::new();
    };
    let mut sorted: Vec<(u32, u32, Snap)> = snaps
        .iter()
        .enumerate()
        .map(|(place, snap)| (snap.street(), place as u32, *snap))
        .collect();
    sorted.sort_unstable_by_key(|(street, place, _)| (*street, *place));
    sorted
}

fn on_street(sorted: &[(u32, u32, Snap)], street: u32) -> &[(u32, u32, Snap)] {
    let first = sorted.partition_point(|point| point.0 < street);
    let count = sorted[first..].partition_point(|point| point.0 == street);
    &sorted[first..first + count]
}

/// Journeys between two points of one street.
struct OneStreet<'a> {
    network: &'a StreetNetwork,
    origins: &'a [Snap],
    destinations: Vec<(u32, u32, Snap)>,
}

impl<'a> OneStreet<'a> {
    fn new(network: &'a StreetNetwork, origins: &'a [Snap], destinations: &'a [Snap]) -> Self {
        Self {
            network,
            origins,
            destinations: by_street(destinations.into()),
        }
    }
}

impl Direct for OneStreet<'_> {
    fn along(&self, origin: usize, found: &mut dyn FnMut(u32, Cost)) {
        let origin = &self.origins[origin];
        for (_, place, destination) in on_street(&self.destinations, origin.street()) {
            if let Some(cost) = origin.along(destination, self.network) {
                found(*place, cost);
            }
        }
    }
}
