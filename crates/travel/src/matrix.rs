//! Every origin to every destination.

use rayon::prelude::*;

use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::sweep::{costs_from, costs_to};
use crate::units::Cost;

/// What it costs to go from each origin to each destination.
#[derive(Clone, Debug, PartialEq)]
pub struct CostMatrix {
    destinations: usize,
    /// Row by row: all destinations of the first origin, then of the second.
    costs: Vec<Option<Cost>>,
}

impl CostMatrix {
    /// Makes a matrix in which there is no way anywhere.
    pub(crate) fn unreached(origins: usize, destinations: usize) -> Self {
        Self {
            destinations,
            costs: vec![None; origins * destinations],
        }
    }

    /// Returns the costs from an origin to all destinations, to be filled in.
    pub(crate) fn row_mut(&mut self, origin: usize) -> &mut [Option<Cost>] {
        &mut self.costs[origin * self.destinations..][..self.destinations]
    }

    /// Returns the cost from an origin to a destination, by their places in the slices given to [`matrix`]; nothing where there is
    /// no way.
    #[must_use]
    pub fn at(&self, origin: usize, destination: usize) -> Option<Cost> {
        self.row(origin).get(destination).copied().flatten()
    }

    /// Returns the costs from an origin to all destinations.
    #[must_use]
    pub fn row(&self, origin: usize) -> &[Option<Cost>] {
        self.costs
            .get(origin * self.destinations..(origin + 1) * self.destinations)
            .unwrap_or_default()
    }
}

/// Computes the costs from every origin to every destination: one search for each of the fewer, spread over the machine's threads.
///
/// The result does not depend on the number of threads.
#[must_use]
pub fn matrix(network: &StreetNetwork, origins: &[Snap], destinations: &[Snap]) -> CostMatrix {
    let width = destinations.len();
    if origins.len() <= width {
        let rows: Vec<Vec<Option<Cost>>> = origins
            .par_iter()
            .map(|origin| {
                let tree = costs_from(network, origin);
                destinations
                    .iter()
                    .map(|destination| tree.cost(destination))
                    .collect()
            })
            .collect();
        return CostMatrix {
            destinations: width,
            costs: rows.concat(),
        };
    }
    let columns: Vec<Vec<Option<Cost>>> = destinations
        .par_iter()
        .map(|destination| {
            let tree = costs_to(network, destination);
            origins.iter().map(|origin| tree.cost(origin)).collect()
        })
        .collect();
    let costs = (0..origins.len())
        .flat_map(|origin| columns.iter().map(move |column| column[origin]))
        .collect();
    CostMatrix {
        destinations: width,
        costs,
    }
}
