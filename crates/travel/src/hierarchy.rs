//! A contraction hierarchy: the network with shortcuts, so that every fastest way first climbs and then descends.
//!
//! Geisberger, R., Sanders, P., Schultes, D. and Delling, D. (2008), Contraction hierarchies: faster and simpler hierarchical routing
//! in road networks. Nodes are taken out one after the other, the least important first; where a fastest way led through the one taken
//! out, a shortcut takes its place. A search then needs to look at arcs towards more important nodes only.
//!
//! Costs are lexicographic (time, then distance) and whole numbers, so that what is found equals Dijkstra's search exactly. A way
//! that is fastest with ties broken by distance is also a fastest one, so the same hierarchy serves searches for time alone.
//!
//! Nodes are renumbered by *position*: 0 is the most important node, the one taken out last. Every array here is in order of
//! positions, so that a sweep from the top runs through memory from front to back.

use crate::adjacency::Adjacency;
use crate::units::Cost;

/// Marks an arc that is a stretch of the network itself, not a shortcut.
pub(crate) const NO_MIDDLE: u32 = u32::MAX;

/// A contraction hierarchy of one directed graph.
///
/// Invariants: `position` and `node` are each other's inverse permutations; every arc in `up` and in `down` leads from a position to
/// a smaller one; for any two nodes the least cost over ways that climb by `up` and then descend by `down` equals the least cost in
/// the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Hierarchy {
    /// For each node of the graph its position.
    pub(crate) position: Vec<u32>,
    /// For each position the node of the graph.
    pub(crate) node: Vec<u32>,
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
    pub(crate) middle: Vec<u32>,
}

impl Hierarchy {
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
                if head != node {
                    keep(
                        position[node as usize],
                        position[head as usize],
                        cost,
                        NO_MIDDLE,
                    );
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
            up.extend(
                outgoing
                    .into_iter()
                    .map(|(head, cost, middle)| (taken, head, cost, middle)),
            );
            down.extend(
                incoming
                    .into_iter()
                    .map(|(tail, cost, middle)| (taken, tail, cost, middle)),
            );
        }
        let node = order.iter().rev().copied().collect();
        Self {
            position,
            node,
            up: Shortcuts::new(nodes, up),
            down: Shortcuts::new(nodes, down),
        }
    }
}

impl Shortcuts {
    /// Groups arcs, each given as the position it hangs on, the more important one at its other end, its cost and its middle.
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
mod tests {
    use super::Hierarchy;
    use crate::adjacency::Adjacency;
    use crate::sweep::search;
    use crate::units::Cost;

    /// Climbs from one node, descends from all that was reached: every position in order, by the definition.
    fn climb_and_descend(hierarchy: &Hierarchy, from: u32) -> Vec<Option<Cost>> {
        let mut costs = vec![Cost::INFINITY; hierarchy.len()];
        costs[hierarchy.position[from as usize] as usize] = Cost::ZERO;
        for position in (0..hierarchy.len() as u32).rev() {
            for (above, cost) in hierarchy.up.arcs.arcs(position) {
                let through = costs[position as usize] + cost;
                costs[above as usize] = costs[above as usize].min(through);
            }
        }
        for position in 0..hierarchy.len() as u32 {
            for (above, cost) in hierarchy.down.arcs.arcs(position) {
                let through = costs[above as usize] + cost;
                costs[position as usize] = costs[position as usize].min(through);
            }
        }
        let place = hierarchy.position.iter();
        place
            .map(|position| costs[*position as usize].finite())
            .collect()
    }

    #[test]
    fn climbing_and_descending_is_dijkstra() {
        // A ring of nine one-way arcs, two chords and a loop.
        let mut arcs: Vec<(u32, u32, Cost)> = (0..9)
            .map(|node| (node, (node + 1) % 9, Cost::new(10 + node, 7)))
            .collect();
        arcs.extend([
            (0, 5, Cost::new(31, 9)),
            (7, 2, Cost::new(3, 1)),
            (4, 4, Cost::new(1, 1)),
        ]);
        let leaving = Adjacency::new(9, &mut arcs);
        let hierarchy = Hierarchy::by_order(&leaving, &[4, 0, 8, 2, 6, 1, 3, 7, 5]);
        for from in 0..9 {
            let slow = search(&leaving, 9, std::iter::once((from, Cost::ZERO)));
            let slow: Vec<Option<Cost>> = slow.into_iter().map(Cost::finite).collect();
            assert_eq!(climb_and_descend(&hierarchy, from), slow, "from {from}");
        }
    }
}
