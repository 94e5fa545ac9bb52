//! Which streets are kept: those that everything can reach and that reach everything.
//!
//! The core is the part of the public streets, the longest but for ferries, in which every search node reaches every other. A street is kept where one
//! can get onto it from the core and from it back to the core, straight away or over streets that may be used at the ends of a journey
//! only. Parts are found by Tarjan's algorithm (1972).

use petgraph::unionfind::UnionFind;

use crate::adjacency::Adjacency;
use crate::network::StreetClass;
use crate::network::expand::{Expansion, NONE, Phase};
use crate::network::freeze::FrozenStreet;

/// Arcs, and what they are, to be looked at for what reaches what.
#[derive(Clone, Copy)]
pub(crate) struct Searched<'a> {
    pub(crate) leaving: &'a Adjacency,
    pub(crate) arriving: &'a Adjacency,
    /// For each search node the number of its phase.
    pub(crate) phase: &'a [u8],
    /// For each arc its street and direction.
    pub(crate) dart: &'a [u32],
    /// For each street and direction the search node at its end.
    pub(crate) arrival: &'a [u32],
}

/// Says of each street of an expansion whether it is kept.
pub(crate) fn kept_of(expansion: &Expansion, streets: &[FrozenStreet]) -> Vec<bool> {
    let nodes = expansion.states.len();
    let mut ends: Vec<_> = expansion
        .arcs
        .iter()
        .map(|arc| (arc.tail, arc.head, arc.cost))
        .collect();
    let leaving = Adjacency::new(nodes, &mut ends);
    for (tail, head, _) in &mut ends {
        std::mem::swap(tail, head);
    }
    let arriving = Adjacency::new(nodes, &mut ends);
    drop(ends);
    let phase: Vec<u8> = expansion
        .states
        .iter()
        .map(|state| state.phase as u8)
        .collect();
    // Arcs come in the order that the adjacency sorts them into.
    let dart: Vec<u32> = expansion.arcs.iter().map(|arc| arc.dart).collect();
    let searched = Searched {
        leaving: &leaving,
        arriving: &arriving,
        phase: &phase,
        dart: &dart,
        arrival: &expansion.arrival,
    };
    kept(searched, streets)
}

/// Says of each street whether it is kept.
pub(crate) fn kept(searched: Searched<'_>, streets: &[FrozenStreet]) -> Vec<bool> {
    let Searched {
        leaving,
        arriving,
        phase,
        dart,
        arrival,
    } = searched;
    let phase = |node: u32| Phase::of(phase[node as usize]);
    let parts = strong_parts(leaving, |node| phase(node) == Phase::Public);
    let core = longest(&parts, searched, streets);
    let reached = spread(leaving, &core, |node| phase(node) != Phase::Start);
    let returns = spread(arriving, &core, |node| phase(node) != Phase::End);
    let mut enters = vec![false; streets.len()];
    for tail in (0..leaving.nodes() as u32).filter(|tail| reached[*tail as usize]) {
        for arc in leaving.range(tail) {
            enters[dart[arc] as usize / 2] = true;
        }
    }
    let leaves = |street: usize| {
        let nodes = &arrival[street * 2..street * 2 + 2];
        nodes
            .iter()
            .any(|node| *node != NONE && returns[*node as usize])
    };
    (0..streets.len())
        .map(|street| enters[street] && leaves(street))
        .collect()
}

/// Counts the pieces that the streets left out fall into.
pub(crate) fn pieces(junctions: usize, streets: &[FrozenStreet], kept: &[bool]) -> usize {
    let mut core = vec![false; junctions];
    let each = || streets.iter().zip(kept);
    for (street, _) in each().filter(|(_, kept)| **kept) {
        core[street.from as usize] = true;
        core[street.to as usize] = true;
    }
    let dropped = each().filter(|(_, kept)| !**kept).map(|(street, _)| street);
    let mut joined = UnionFind::<usize>::new(junctions + streets.len());
    let mut pieces = Vec::new();
    for (piece, street) in (junctions..).zip(dropped) {
        pieces.push(piece);
        for end in [street.from as usize, street.to as usize] {
            if !core[end] {
                joined.union(piece, end);
            }
        }
    }
    let mut roots: Vec<usize> = pieces
        .into_iter()
        .map(|piece| joined.find_mut(piece))
        .collect();
    roots.sort_unstable();
    roots.dedup();
    roots.len()
}

/// Marks the nodes that the marked ones reach over nodes in scope.
fn spread(arcs: &Adjacency, from: &[bool], in_scope: impl Fn(u32) -> bool) -> Vec<bool> {
    let mut marked = from.to_vec();
    let mut queue: Vec<u32> = (0..from.len() as u32)
        .filter(|node| from[*node as usize])
        .collect();
    while let Some(node) = queue.pop() {
        for (head, _) in arcs.arcs(node) {
            if !marked[head as usize] && in_scope(head) {
                marked[head as usize] = true;
                queue.push(head);
            }
        }
    }
    marked
}

/// Marks the nodes of the part with the most length of street in it, ferries left out; of two alike, the one with the first node.
fn longest(parts: &[u32], searched: Searched<'_>, streets: &[FrozenStreet]) -> Vec<bool> {
    let mut lengths = vec![0u64; parts.len()];
    let mut counted = vec![false; searched.arrival.len()];
    for tail in 0..parts.len() as u32 {
        let part = parts[tail as usize];
        for arc in searched.leaving.range(tail) {
            let (head, dart) = (searched.leaving.head[arc], searched.dart[arc]);
            let counted = &mut counted[dart as usize];
            if part == NONE || part != parts[head as usize] || *counted {
                continue;
            }
            *counted = true;
            // A street of no length is a street too; a ferry's length does not make it the town it leaves from.
            let street = &streets[dart as usize / 2];
            let sails = street.class() == StreetClass::Ferry;
            lengths[part as usize] += if sails {
                1
            } else {
                1 + u64::from(street.millimetres)
            };
        }
    }
    let mut longest: Option<(u64, u32)> = None;
    for part in parts.iter().filter(|part| **part != NONE) {
        let length = lengths[*part as usize];
        if length > longest.map_or(0, |(best, _)| best) {
            longest = Some((length, *part));
        }
    }
    let longest = longest.map(|(_, part)| part);
    parts.iter().map(|part| Some(*part) == longest).collect()
}

/// Returns for each node in scope the number of its strongly connected part.
fn strong_parts(leaving: &Adjacency, in_scope: impl Fn(u32) -> bool) -> Vec<u32> {
    let nodes = leaving.nodes();
    let (mut part, mut low) = (vec![NONE; nodes], vec![NONE; nodes]);
    let (mut open, mut path): (Vec<u32>, Vec<(u32, u32, u32)>) = (Vec::new(), Vec::new());
    let (mut seen, mut parts) = (0, 0);
    for root in (0..nodes as u32).filter(|node| in_scope(*node)) {
        if low[root as usize] != NONE {
            continue;
        }
        let mut next = Some(root);
        loop {
            if let Some(node) = next.take() {
                low[node as usize] = seen;
                path.push((node, leaving.first[node as usize], seen));
                open.push(node);
                seen += 1;
            }
            let Some((node, arc, number)) = path.last_mut() else {
                break;
            };
            let (node, number) = (*node as usize, *number);
            if *arc < leaving.first[node + 1] {
                let head = leaving.head[*arc as usize];
                *arc += 1;
                if in_scope(head) && part[head as usize] == NONE {
                    match low[head as usize] {
                        NONE => next = Some(head),
                        lowest => low[node] = low[node].min(lowest),
                    }
                }
                continue;
            }
            path.pop();
            if let Some((before, _, _)) = path.last() {
                low[*before as usize] = low[*before as usize].min(low[node]);
            }
            if low[node] == number {
                while let Some(member) = open.pop() {
                    part[member as usize] = parts;
                    if member as usize == node {
                        break;
                    }
                }
                parts += 1;
            }
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use petgraph::algo::kosaraju_scc;
    use petgraph::graph::DiGraph;
    use proptest::prelude::*;

    use super::strong_parts;
    use crate::adjacency::Adjacency;
    use crate::units::Cost;

    proptest! {
        #[test]
        fn parts_are_those_that_petgraph_finds(ends in prop::collection::vec((0u32..12, 0u32..12), 0..40)) {
            let mut arcs: Vec<_> = ends.iter().map(|(tail, head)| (*tail, *head, Cost::ZERO)).collect();
            let parts = strong_parts(&Adjacency::new(12, &mut arcs), |_| true);
            let graph = DiGraph::<(), ()>::from_edges(ends.iter().copied().chain([(11, 11)]));
            for component in kosaraju_scc(&graph) {
                let numbers: Vec<u32> = component.iter().map(|node| parts[node.index()]).collect();
                prop_assert!(numbers.iter().all(|number| *number == numbers[0]));
                let members = parts.iter().filter(|part| **part == numbers[0]).count();
                prop_assert_eq!(members, component.len());
            }
        }
    }
}
