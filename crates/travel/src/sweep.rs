//! One-to-all search by Dijkstra's algorithm over the flat arrays.
//!
//! Dijkstra, E. W. (1959), A note on two problems in connexion with graphs. The fastest path by time; of equally fast ones the
//! shortest. The hierarchy is checked against it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::adjacency::Adjacency;
use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::units::Cost;

/// Which way the journeys of a [`CostTree`] go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    /// From its root to anywhere.
    FromRoot,
    /// From anywhere to its root.
    ToRoot,
}

/// What it costs to go between one point and every search node of a network.
#[derive(Clone, Debug)]
pub struct CostTree<'a> {
    network: &'a StreetNetwork,
    root: Snap,
    direction: Direction,
    costs: Vec<Cost>,
}

impl CostTree<'_> {
    /// Returns the cost of the journey between the root and another point, or nothing where there is no way.
    #[must_use]
    pub fn cost(&self, other: &Snap) -> Option<Cost> {
        let (by_junctions, along) = match self.direction {
            Direction::FromRoot => (
                self.least(other.ways_in(self.network)),
                self.root.along(other, self.network),
            ),
            Direction::ToRoot => (
                self.least(other.ways_out(self.network)),
                other.along(&self.root, self.network),
            ),
        };
        let least = by_junctions.into_iter().chain(along).min()?;
        Some(self.network.told(least))
    }

    /// Returns the cost of the journey between the root and a junction, however one comes to it or leaves it, or nothing where there is
    /// no way.
    #[must_use]
    pub fn junction_cost(&self, junction: u32) -> Option<Cost> {
        if junction as usize >= self.network.junction_count() {
            return None;
        }
        let nodes = self.network.nodes_of(junction);
        let costs = nodes.map(|node| self.costs[node as usize]);
        Some(self.network.told(costs.min()?.finite()?))
    }

    /// Returns the cost of the journey between the root and a search node, or nothing where there is no way.
    #[must_use]
    pub fn node_cost(&self, node: u32) -> Option<Cost> {
        let cost = self.costs.get(node as usize)?.finite()?;
        Some(self.network.told(cost))
    }

    fn least(&self, ways: impl Iterator<Item = (u32, Cost)>) -> Option<Cost> {
        ways.map(|(node, cost)| self.costs[node as usize] + cost)
            .min()?
            .finite()
    }
}

/// Searches from a point to every junction.
#[must_use]
pub fn costs_from<'a>(network: &'a StreetNetwork, origin: &Snap) -> CostTree<'a> {
    let costs = search(
        &network.leaving,
        network.node_count(),
        origin.ways_out(network),
    );
    CostTree {
        network,
        root: *origin,
        direction: Direction::FromRoot,
        costs,
    }
}

/// Searches from every junction to a point, over the arcs reversed.
#[must_use]
pub fn costs_to<'a>(network: &'a StreetNetwork, destination: &Snap) -> CostTree<'a> {
    let costs = search(
        &network.arriving,
        network.node_count(),
        destination.ways_in(network),
    );
    CostTree {
        network,
        root: *destination,
        direction: Direction::ToRoot,
        costs,
    }
}

/// Finds the least cost of every node, from the nodes of `start` with what each costs already.
pub(crate) fn search(
    arcs: &Adjacency,
    nodes: usize,
    start: impl Iterator<Item = (u32, Cost)>,
) -> Vec<Cost> {
    let mut costs = vec![Cost::INFINITY; nodes];
    let mut queue = BinaryHeap::new();
    for (node, cost) in start {
        if cost < costs[node as usize] {
            costs[node as usize] = cost;
            queue.push(Reverse((cost, node)));
        }
    }
    while let Some(Reverse((cost, node))) = queue.pop() {
        if cost > costs[node as usize] {
            continue;
        }
        for (head, arc) in arcs.arcs(node) {
            let through = cost + arc;
            if through < costs[head as usize] {
                costs[head as usize] = through;
                queue.push(Reverse((through, head)));
            }
        }
    }
    costs
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
pub(crate) mod tests;
