//! One search for the nearest of many destinations.
//!
//! Dijkstra's search backwards, started from all destinations at once: every junction then has the cost to whichever of them it is least,
//! at the price of a single search. It does not say which destination that is.

use std::collections::BTreeMap;

use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::sweep::search;
use crate::units::Cost;

/// What it costs to get to the nearest of some destinations from anywhere on a network.
#[derive(Clone, Debug)]
pub struct NearestCosts<'a> {
    network: &'a StreetNetwork,
    /// The destinations by their street: one on the start's own street may be reached without passing a junction.
    on_street: BTreeMap<u32, Vec<Snap>>,
    costs: Vec<Cost>,
}

impl NearestCosts<'_> {
    /// Returns the least cost of a journey from a point to any of the destinations, or nothing where there is no way to one.
    #[must_use]
    pub fn cost(&self, origin: &Snap) -> Option<Cost> {
        let by_junctions = origin
            .ways_out(self.network)
            .map(|(node, cost)| self.costs[node as usize] + cost)
            .min()
            .and_then(Cost::finite);
        let here = self.on_street.get(&origin.street());
        let along = here
            .into_iter()
            .flatten()
            .filter_map(|destination| origin.along(destination, self.network));
        let least = by_junctions.into_iter().chain(along).min()?;
        Some(self.network.told(least))
    }
}

/// Searches from every junction to the nearest of some destinations; without any, nothing is reached.
#[must_use]
pub fn costs_to_nearest<'a>(network: &'a StreetNetwork, destinations: &[Snap]) -> NearestCosts<'a> {
    let mut on_street: BTreeMap<u32, Vec<Snap>> = BTreeMap::new();
    for destination in destinations {
        on_street
            .entry(destination.street())
            .or_default()
            .push(*destination);
    }
    let start = destinations
        .iter()
        .flat_map(|destination| destination.ways_in(network));
    NearestCosts {
        network,
        on_street,
        costs: search(&network.arriving, network.node_count(), start),
    }
}
