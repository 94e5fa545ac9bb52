//! The graph that remains while nodes are taken out of it: flat arrays, made anew after every round.
//!
//! Nodes are numbered from 0 among those that remain, in the order of the graph's own numbers, so that neighbours stay near each
//! other in memory however few are left. It knows nothing of the order in which nodes are taken.

use rayon::prelude::*;

use super::NO_MIDDLE;
use super::packed::Packed;
use crate::adjacency::Adjacency;
use crate::units::Cost;

/// How many nodes one piece of parallel work has.
const PIECE: usize = 2048;

/// Marks a node that is no longer there.
const GONE: u32 = u32::MAX;

/// An arc between two remaining nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RemainingArc {
    /// The node at the other end, by its number among those that remain.
    pub(super) head: u32,
    /// The node of the graph that a shortcut passes through, or [`NO_MIDDLE`].
    pub(super) middle: u32,
    /// How many arcs of the graph it stands for.
    pub(super) hops: u32,
    pub(super) cost: Packed,
}

impl RemainingArc {
    pub(super) fn new(head: u32, cost: Cost, middle: u32, hops: u32) -> Self {
        Self {
            head,
            middle,
            hops,
            cost: Packed::new(cost),
        }
    }

    pub(super) fn cost(self) -> Cost {
        self.cost.cost()
    }
}

/// A shortcut to be put into the remaining graph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortcut {
    pub(super) tail: u32,
    pub(super) head: u32,
    pub(super) cost: Cost,
    /// The node of the graph that it passes through.
    pub(super) middle: u32,
    pub(super) hops: u32,
}

/// Arcs grouped by the node they hang on, in order of the node at the other end, at most one to each.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    first: Vec<u32>,
    arcs: Vec<RemainingArc>,
}

impl Lists {
    pub(super) fn of(&self, node: u32) -> &[RemainingArc] {
        &self.arcs[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    /// Takes over the arcs of a graph: loops, arcs that cost more than anything may and all but the cheapest of several parallel
    /// ones are left out.
    fn of_graph(graph: &Adjacency) -> Self {
        let mut first = Vec::with_capacity(graph.nodes() + 1);
        let mut arcs = Vec::with_capacity(graph.head.len());
        let mut own: Vec<(u32, Cost)> = Vec::new();
        first.push(0);
        for node in 0..graph.nodes() as u32 {
            own.clear();
            own.extend(
                graph
                    .arcs(node)
                    .filter(|(head, cost)| *head != node && *cost < Cost::INFINITY),
            );
            own.sort_unstable();
            own.dedup_by_key(|arc| arc.0);
            arcs.extend(
                own.iter()
                    .map(|(head, cost)| RemainingArc::new(*head, *cost, NO_MIDDLE, 1)),
            );
            first.push(arcs.len() as u32);
        }
        Self { first, arcs }
    }

    /// Makes the lists of the nodes that stay, with shortcuts put in. `shortcuts` are sorted by the node they hang on and the one at
    /// the other end, at most one to each, given as the node they hang on and the arc.
    fn changed(&self, number: &[u32], staying: usize, shortcuts: &[(u32, RemainingArc)]) -> Self {
        let nodes = number.len();
        let pieces: Vec<usize> = (0..nodes).step_by(PIECE).collect();
        let counts: Vec<Vec<u32>> = pieces
            .par_iter()
            .map(|start| {
                let mut counts = Vec::with_capacity(PIECE);
                self.merge(number, shortcuts, *start, |count, _| counts.push(count));
                counts
            })
            .collect();
        let mut first = Vec::with_capacity(staying + 1);
        let mut total = 0;
        first.push(0);
        for count in counts.iter().flatten() {
            total += count;
            first.push(total);
        }
        let mut arcs = vec![RemainingArc::default(); total as usize];
        let mut slices = Vec::with_capacity(pieces.len());
        let mut rest = arcs.as_mut_slice();
        for counts in &counts {
            let length: u32 = counts.iter().sum();
            let (own, others) = rest.split_at_mut(length as usize);
            slices.push(own);
            rest = others;
        }
        pieces.par_iter().zip(slices).for_each(|(start, slice)| {
            let mut filled = 0;
            self.merge(number, shortcuts, *start, |_, found| {
                slice[filled..filled + found.len()].copy_from_slice(found);
                filled += found.len();
            });
        });
        Self { first, arcs }
    }

    /// Hands over the new list, and its length, of each node of a piece that stays.
    fn merge(
        &self,
        number: &[u32],
        shortcuts: &[(u32, RemainingArc)],
        start: usize,
        mut each: impl FnMut(u32, &[RemainingArc]),
    ) {
        let mut next = shortcuts.partition_point(|(tail, _)| (*tail as usize) < start);
        let mut list = Vec::new();
        for node in start..(start + PIECE).min(number.len()) {
            let added = next;
            while shortcuts.get(next).is_some_and(|arc| arc.0 == node as u32) {
                next += 1;
            }
            if number[node] == GONE {
                continue;
            }
            list.clear();
            let mut added = shortcuts[added..next].iter().map(|arc| arc.1).peekable();
            for old in self.of(node as u32) {
                while let Some(arc) = added.next_if(|arc| arc.head < old.head) {
                    list.push(arc);
                }
                let better = added.next_if(|arc| arc.head == old.head);
                list.push(better.filter(|arc| arc.cost() < old.cost()).unwrap_or(*old));
            }
            list.extend(added);
            for arc in &mut list {
                arc.head = number[arc.head as usize];
            }
            list.retain(|arc| arc.head != GONE);
            each(list.len() as u32, &list);
        }
    }
}

/// The graph that remains.
#[derive(Clone, Debug, Default)]
pub(super) struct Remaining {
    /// For each remaining node its number in the graph, ascending.
    pub(super) node: Vec<u32>,
    /// The arcs that leave each node.
    pub(super) out: Lists,
    /// The arcs that arrive at each node; the head is where they come from.
    pub(super) into: Lists,
}

impl Remaining {
    pub(super) fn new(leaving: &Adjacency, arriving: &Adjacency) -> Self {
        let (out, into) = rayon::join(|| Lists::of_graph(leaving), || Lists::of_graph(arriving));
        Self {
            node: (0..leaving.nodes() as u32).collect(),
            out,
            into,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.node.len()
    }

    /// Takes nodes out and puts shortcuts, which lead between others, in.
    pub(super) fn take(&mut self, taken: &[bool], mut shortcuts: Vec<Shortcut>) {
        let mut staying = 0;
        let number: Vec<u32> = taken
            .iter()
            .map(|taken| {
                if *taken {
                    GONE
                } else {
                    staying += 1;
                    staying - 1
                }
            })
            .collect();
        let staying = staying as usize;
        shortcuts
            .par_sort_unstable_by_key(|arc| (arc.tail, arc.head, arc.cost, arc.hops, arc.middle));
        shortcuts.dedup_by_key(|arc| (arc.tail, arc.head));
        let arc = |head, arc: &Shortcut| RemainingArc::new(head, arc.cost, arc.middle, arc.hops);
        let mut hung: Vec<_> = shortcuts.iter().map(|s| (s.tail, arc(s.head, s))).collect();
        self.out = self.out.changed(&number, staying, &hung);
        hung.clear();
        hung.extend(shortcuts.iter().map(|s| (s.head, arc(s.tail, s))));
        hung.par_sort_unstable_by_key(|(head, arc)| (*head, arc.head));
        self.into = self.into.changed(&number, staying, &hung);
        keep(&mut self.node, taken);
    }
}

/// Keeps what belongs to nodes that were not taken.
pub(super) fn keep<T>(values: &mut Vec<T>, taken: &[bool]) {
    let mut taken = taken.iter();
    values.retain(|_| taken.next().is_some_and(|taken| !taken));
}
