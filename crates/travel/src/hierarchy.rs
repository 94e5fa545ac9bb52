//! A contraction hierarchy: the network with shortcuts, so that every fastest way first climbs and then descends.
//!
//! Geisberger, R., Sanders, P., Schultes, D. and Delling, D. (2008), Contraction hierarchies: faster and simpler hierarchical routing
//! in road networks. Nodes are taken out one after the other, the least important first; where a fastest way led through the one taken
//! out, a shortcut takes its place. A search then needs to look at arcs towards more important nodes only.
//!
//! Costs are lexicographic (time, then distance) and whole numbers, so that what is found equals Dijkstra's search exactly. A way
//! that is fastest with ties broken by distance is also a fastest one, so the same hierarchy serves searches for time alone.
//!
//! Nodes are renumbered by *position*: every arc leads between a position and a smaller, more important one. Every array here is in
//! order of positions, so that a sweep from the top runs through memory from front to back. Of all such orders it is one in which what
//! lies below a node follows it closely (`local`): a sweep then mostly reads what it has just written. The *level* of a node is apart
//! from that: a node that has no arc to a less important one is of the lowest level, every other one of the next after the highest
//! below it.
//!
//! After a change ([`Hierarchy::again`]) every node is taken out again in the order it had, and the shortcuts that were needed are taken
//! to be so still: about a third of the work of finding an order, whatever changed, and nothing has to be stored for it. Where few arcs
//! changed, only what they can matter to is done again (`repair`).

mod assemble;
mod contract;
mod local;
mod packed;
mod path;
mod query;
mod queue;
mod remaining;
mod repair;
mod witness;

pub use query::{Path, Query, route_cost, route_path};
pub(crate) use repair::{Change as GraphChange, NO_NODE};

use std::collections::BinaryHeap;

use crate::adjacency::Adjacency;
use crate::array::{Array, ArrayReader, ArrayWriter};
use crate::network::{NetworkError, StreetNetwork};
use crate::units::Cost;

/// Marks an arc that is a stretch of the network itself, not a shortcut.
pub(crate) const NO_MIDDLE: u32 = u32::MAX;

/// Stored arrays that are not those of one hierarchy.
const NOT_ITS_OWN: NetworkError = NetworkError::Damaged {
    what: "its hierarchy is not that of its nodes",
};

/// A contraction hierarchy of one directed graph.
///
/// For a [`StreetNetwork`] or any graph of nodes and arcs; for searches between points there is [`Query`].
///
/// Invariants: `position` and `node` are each other's inverse permutations; every arc in `up` and in `down` leads from a position to
/// a smaller one; for any two nodes the least cost over ways that climb by `up` and then descend by `down` equals the least cost in
/// the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Hierarchy {
    /// For each node of the graph its position.
    pub(crate) position: Array<u32>,
    /// For each position the node of the graph.
    pub(crate) node: Array<u32>,
    /// Arcs that leave a position towards a more important one.
    pub(crate) up: Shortcuts,
    /// Arcs that arrive at a position from a more important one, listed at the position they arrive at: the head of such an arc in
    /// this list is where it comes from.
    pub(crate) down: Shortcuts,
}

/// Arcs of one direction of a [`Hierarchy`], and what each shortcut stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shortcuts {
    /// The arcs, by position.
    pub(crate) arcs: Adjacency,
    /// For each arc the position of the node that the shortcut passes through, or [`NO_MIDDLE`].
    pub(crate) middle: Array<u32>,
}

/// An arc that cannot be one of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArcError {
    /// It ends where there is no node.
    #[error("arc {arc} leads from node {from} to node {to}, and there are only {nodes} nodes")]
    Outside {
        /// Its place among the arcs.
        arc: usize,
        /// The node it leaves.
        from: u32,
        /// The node it arrives at.
        to: u32,
        /// How many nodes there are.
        nodes: usize,
    },
    /// More nodes or arcs than the arrays' numbers can hold.
    #[error("{nodes} nodes and {arcs} arcs are more than a hierarchy can hold")]
    TooMany {
        /// How many nodes there are.
        nodes: usize,
        /// How many arcs there are.
        arcs: usize,
    },
}

impl Hierarchy {
    /// Contracts the arcs of a network, on all threads of the pool. Any number of threads makes the same hierarchy.
    #[must_use]
    pub fn new(network: &StreetNetwork) -> Self {
        Self::build(&network.leaving, &network.arriving)
    }

    /// Contracts the arcs of a changed network in the order of this hierarchy: about three times as fast as [`Hierarchy::new`],
    /// and as exact. After large changes an order of its own makes searches faster.
    ///
    /// Nodes keep their numbers; new ones come after those that were there.
    #[must_use]
    pub fn again(&self, network: &StreetNetwork) -> Self {
        self.rebuild(&network.leaving, &network.arriving)
    }

    /// Makes the hierarchy of a changed network from that of the network before: where little changed, only what the change can matter to
    /// is done again, otherwise as [`Hierarchy::again`] does.
    pub(crate) fn changed(&self, change: GraphChange<'_>) -> Self {
        let GraphChange {
            leaving,
            arriving,
            was,
            ..
        } = change;
        let repaired = self.repaired(change);
        repaired.unwrap_or_else(|| self.again_as(leaving, arriving, was))
    }

    /// Contracts a changed graph in the order of this hierarchy; `was` says of each node which it was, if any.
    pub(crate) fn again_as(&self, leaving: &Adjacency, arriving: &Adjacency, was: &[u32]) -> Self {
        contract::contract_again(self, leaving, arriving, Some(was)).with_neighbours_together()
    }

    /// Contracts the graph of so many nodes and these arcs, each given as the node it leaves, the node it arrives at and its cost.
    /// Arcs may be parallel or loops, may cost nothing, and need not connect everything.
    ///
    /// # Errors
    /// [`ArcError`] where an arc ends where there is no node, or there are too many.
    pub fn from_arcs(nodes: usize, arcs: &[(u32, u32, Cost)]) -> Result<Self, ArcError> {
        let (leaving, arriving) = both_ways(nodes, arcs)?;
        Ok(Self::build(&leaving, &arriving))
    }

    /// Contracts a changed graph in the order of this hierarchy, as [`Hierarchy::again`] does.
    ///
    /// # Errors
    /// [`ArcError`] where an arc ends where there is no node, or there are too many.
    pub fn again_from_arcs(
        &self,
        nodes: usize,
        arcs: &[(u32, u32, Cost)],
    ) -> Result<Self, ArcError> {
        let (leaving, arriving) = both_ways(nodes, arcs)?;
        Ok(self.rebuild(&leaving, &arriving))
    }

    /// Contracts a graph, given as the arcs that leave and the same arcs as they arrive.
    pub(crate) fn build(leaving: &Adjacency, arriving: &Adjacency) -> Self {
        contract::contract(leaving, arriving).with_neighbours_together()
    }

    /// Contracts a graph with other arcs or costs, and perhaps more nodes, in the order of this one.
    pub(crate) fn rebuild(&self, leaving: &Adjacency, arriving: &Adjacency) -> Self {
        contract::contract_again(self, leaving, arriving, None).with_neighbours_together()
    }

    /// Returns the least cost of every node, from some nodes with what each costs already: nothing where there is no way.
    ///
    /// It climbs from the starts and then descends once through all positions (Delling, D., Goldberg, A. V., Nowatzyk, A. and
    /// Werneck, R. F. (2011), PHAST). For one source at a time.
    ///
    /// # Panics
    /// If a node is not one of the graph.
    #[must_use]
    pub fn costs_from(&self, starts: &[(u32, Cost)]) -> Vec<Option<Cost>> {
        let mut costs = vec![Cost::INFINITY; self.len()];
        let mut climbing = BinaryHeap::new();
        for (node, cost) in starts {
            let position = self.position[*node as usize];
            climbing.push(position);
            let place = &mut costs[position as usize];
            *place = (*place).min(*cost);
        }
        // The least important first: what is below a position has been through with when its turn comes.
        while let Some(position) = climbing.pop() {
            while climbing.peek() == Some(&position) {
                climbing.pop();
            }
            for (above, arc) in self.up.arcs.arcs(position) {
                let through = costs[position as usize] + arc;
                let place = &mut costs[above as usize];
                if through < *place {
                    *place = through;
                    climbing.push(above);
                }
            }
        }
        for position in 0..self.len() as u32 {
            let from_above = self.down.arcs.arcs(position);
            let least = from_above
                .map(|(above, arc)| costs[above as usize] + arc)
                .min();
            let place = &mut costs[position as usize];
            *place = least.unwrap_or(Cost::INFINITY).min(*place);
        }
        let positions = self.position.iter();
        positions
            .map(|position| costs[*position as usize].finite())
            .collect()
    }

    /// Stores the arrays.
    pub(crate) fn store(&self, to: &mut ArrayWriter) {
        to.put(&self.position);
        to.put(&self.node);
        for shortcuts in [&self.up, &self.down] {
            shortcuts.arcs.store(to);
            to.put(&shortcuts.middle);
        }
    }

    /// Takes the stored arrays of a hierarchy of so many nodes back. Looks at their lengths alone.
    pub(crate) fn load(nodes: usize, from: &mut ArrayReader) -> Result<Self, NetworkError> {
        let (position, node) = (from.take()?, from.take()?);
        let hierarchy = Self {
            position,
            node,
            up: Shortcuts::load(nodes, from)?,
            down: Shortcuts::load(nodes, from)?,
        };
        if hierarchy.position.len() == nodes && hierarchy.node.len() == nodes {
            Ok(hierarchy)
        } else {
            Err(NOT_ITS_OWN)
        }
    }

    /// Checks that the arrays fit together, so that no search can step outside them or go on for ever. For one read from disk.
    pub(crate) fn validate(&self) -> Result<(), NetworkError> {
        let nodes = self.len();
        let inverse = (0..)
            .zip(self.position.iter())
            .all(|(node, position)| self.node.get(*position as usize) == Some(&node));
        let climb = |shortcuts: &Shortcuts| {
            shortcuts.arcs.fits(nodes)
                && (0..nodes as u32).all(|position| {
                    let range = shortcuts.arcs.range(position);
                    let heads = &shortcuts.arcs.head[range.clone()];
                    // Looked for by halves, so in order and each once.
                    let sorted = heads.is_sorted_by(|one, next| one < next);
                    sorted
                        && heads
                            .iter()
                            .zip(&shortcuts.middle[range])
                            .all(|(head, middle)| {
                                // What a shortcut passes through is less important than both of its ends.
                                *head < position
                                    && (*middle == NO_MIDDLE
                                        || (*middle > position && (*middle as usize) < nodes))
                            })
                })
        };
        if inverse && climb(&self.up) && climb(&self.down) {
            Ok(())
        } else {
            Err(NOT_ITS_OWN)
        }
    }

    /// Returns the level of each position, 0 being the lowest: those of one level can be looked at in any order, or all at once.
    pub(crate) fn levels(&self) -> Vec<u32> {
        let mut levels = vec![0u32; self.len()];
        for position in (0..self.len() as u32).rev() {
            let next = levels[position as usize] + 1;
            let arcs = self.up.arcs.arcs(position);
            for (above, _) in arcs.chain(self.down.arcs.arcs(position)) {
                let level = &mut levels[above as usize];
                *level = (*level).max(next);
            }
        }
        levels
    }

    /// Returns the number of arcs, shortcuts included, that climb and that descend.
    #[must_use]
    pub fn arc_counts(&self) -> (usize, usize) {
        (self.up.middle.len(), self.down.middle.len())
    }

    /// Returns the number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.node.len()
    }

    /// Contracts nodes in a given order (the first is the least important) with every shortcut that could be needed: slow, large and
    /// obviously right, for tests.
    #[cfg(test)]
    pub(crate) fn by_order(leaving: &Adjacency, order: &[u32]) -> Self {
        use std::collections::BTreeMap;

        let nodes = order.len();
        let mut position = vec![0u32; nodes];
        for (step, node) in order.iter().enumerate() {
            position[*node as usize] = (nodes - 1 - step) as u32;
        }
        let mut out: Vec<BTreeMap<u32, (Cost, u32)>> = vec![BTreeMap::new(); nodes];
        let mut into: Vec<BTreeMap<u32, (Cost, u32)>> = vec![BTreeMap::new(); nodes];
        let mut keep = |tail: u32, head: u32, cost: Cost, middle: u32| {
            for (list, at, other) in [(&mut out, tail, head), (&mut into, head, tail)] {
                let arc = list[at as usize].entry(other).or_insert((cost, middle));
                *arc = (*arc).min((cost, middle));
            }
        };
        for node in 0..nodes as u32 {
            for (head, cost) in leaving.arcs(node) {
                let ends = (position[node as usize], position[head as usize]);
                if head != node {
                    keep(ends.0, ends.1, cost, NO_MIDDLE);
                }
            }
        }
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for taken in (0..nodes as u32).rev() {
            let above = |list: &[BTreeMap<u32, (Cost, u32)>]| -> Vec<(u32, Cost, u32)> {
                let arcs = list[taken as usize].range(..taken);
                arcs.map(|(other, (cost, middle))| (*other, *cost, *middle))
                    .collect()
            };
            let (outgoing, incoming) = (above(&out), above(&into));
            for (tail, first, _) in &incoming {
                for (head, second, _) in outgoing.iter().filter(|(head, _, _)| head != tail) {
                    for (list, at, other) in [(&mut out, *tail, *head), (&mut into, *head, *tail)] {
                        let found = (*first + *second, taken);
                        let arc = list[at as usize].entry(other).or_insert(found);
                        *arc = (*arc).min(found);
                    }
                }
            }
            for (list, own) in [(&mut up, outgoing), (&mut down, incoming)] {
                list.extend(own.into_iter().map(|arc| (taken, arc.0, arc.1, arc.2)));
            }
        }
        let node = order.iter().rev().copied().collect();
        Self {
            position: position.into(),
            node,
            up: Shortcuts::new(nodes, up),
            down: Shortcuts::new(nodes, down),
        }
    }
}

/// Groups arcs by the node they leave and by the node they arrive at.
fn both_ways(nodes: usize, arcs: &[(u32, u32, Cost)]) -> Result<(Adjacency, Adjacency), ArcError> {
    if nodes >= u32::MAX as usize || arcs.len() >= u32::MAX as usize {
        return Err(ArcError::TooMany {
            nodes,
            arcs: arcs.len(),
        });
    }
    let outside = |node: u32| node as usize >= nodes;
    if let Some(arc) = arcs.iter().position(|arc| outside(arc.0) || outside(arc.1)) {
        let (from, to, _) = arcs[arc];
        return Err(ArcError::Outside {
            arc,
            from,
            to,
            nodes,
        });
    }
    let mut arcs = arcs.to_vec();
    let leaving = Adjacency::new(nodes, &mut arcs);
    for arc in &mut arcs {
        *arc = (arc.1, arc.0, arc.2);
    }
    Ok((leaving, Adjacency::new(nodes, &mut arcs)))
}

impl Shortcuts {
    /// Takes arcs and for each the position that it passes through, or [`NO_MIDDLE`].
    fn of(arcs: Adjacency, middle: Vec<u32>) -> Self {
        Self {
            arcs,
            middle: middle.into(),
        }
    }

    fn load(nodes: usize, from: &mut ArrayReader) -> Result<Self, NetworkError> {
        let arcs = Adjacency::load(nodes, from)?;
        let middle: Array<u32> = from.take()?;
        if middle.len() == arcs.head.len() {
            Ok(Self { arcs, middle })
        } else {
            Err(NOT_ITS_OWN)
        }
    }

    /// Groups arcs, for tests: each given as the position it hangs on, the more important one at its other end, its cost and its middle.
    #[cfg(test)]
    pub(crate) fn new(nodes: usize, mut arcs: Vec<(u32, u32, Cost, u32)>) -> Self {
        arcs.sort_unstable();
        let mut plain: Vec<(u32, u32, Cost)> =
            arcs.iter().map(|arc| (arc.0, arc.1, arc.2)).collect();
        Self {
            arcs: Adjacency::new(nodes, &mut plain),
            middle: arcs.iter().map(|arc| arc.3).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
