//! Arcs in flat arrays, grouped by the node they hang on.
//!
//! It knows costs and numbers of nodes and nothing else: what a node is, is the business of whoever fills it.

use std::ops::Range;

use crate::array::{Array, ArrayReader, ArrayWriter};
use crate::grouped::starts;
use crate::network::NetworkError;
use crate::units::Cost;

/// Arcs grouped by the junction they leave (or, in a reversed list, arrive at).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Adjacency {
    /// For each node the place of its first arc, and one more for the end of the last node's.
    pub(crate) first: Array<u32>,
    /// For each arc the node at its other end.
    pub(crate) head: Array<u32>,
    /// For each arc what it costs.
    pub(crate) cost: Array<Cost>,
}

impl Adjacency {
    /// Groups arcs, each given as the node it hangs on, the node at its other end and its cost. Sorts `arcs`.
    pub(crate) fn new(nodes: usize, arcs: &mut [(u32, u32, Cost)]) -> Self {
        // Sorted fully, so that the arrays do not depend on the order the file listed its ways in.
        arcs.sort_unstable();
        Self {
            first: starts(nodes, arcs.iter().map(|arc| arc.0)).into(),
            head: arcs.iter().map(|arc| arc.1).collect(),
            cost: arcs.iter().map(|arc| arc.2).collect(),
        }
    }

    /// Takes arcs that are grouped already: where those of each node begin, and what each arc leads to and costs.
    pub(crate) fn of(first: Vec<u32>, head: Vec<u32>, cost: Vec<Cost>) -> Self {
        Self {
            first: first.into(),
            head: head.into(),
            cost: cost.into(),
        }
    }

    /// Returns the same arcs with the two halves of every cost exchanged.
    pub(crate) fn turned(&self) -> Self {
        Self {
            first: self.first.clone(),
            head: self.head.clone(),
            cost: self.cost.iter().map(|cost| cost.turned()).collect(),
        }
    }

    /// Returns the number of nodes.
    pub(crate) fn nodes(&self) -> usize {
        self.first.len() - 1
    }

    /// Returns the places of a node's arcs.
    pub(crate) fn range(&self, node: u32) -> Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// Walks the arcs of a node: the node at the other end and the cost.
    #[allow(
        clippy::inline_always,
        reason = "what is not inlined is not compiled for the processor that was found"
    )]
    #[inline(always)]
    pub(crate) fn arcs(&self, node: u32) -> impl Iterator<Item = (u32, Cost)> + '_ {
        let range = self.range(node);
        self.head[range.clone()]
            .iter()
            .copied()
            .zip(self.cost[range].iter().copied())
    }

    /// Stores the arrays.
    pub(crate) fn store(&self, to: &mut ArrayWriter) {
        to.put(&self.first);
        to.put(&self.head);
        to.put(&self.cost);
    }

    /// Takes stored arrays back, if they have the lengths that so many nodes want.
    pub(crate) fn load(nodes: usize, from: &mut ArrayReader) -> Result<Self, NetworkError> {
        let arcs = Self {
            first: from.take()?,
            head: from.take()?,
            cost: from.take()?,
        };
        let last = arcs.first.last().map(|last| *last as usize);
        if arcs.first.len() == nodes + 1
            && last == Some(arcs.head.len())
            && arcs.head.len() == arcs.cost.len()
        {
            Ok(arcs)
        } else {
            Err(NetworkError::Damaged {
                what: "its arcs are not those of its nodes",
            })
        }
    }

    /// Says whether the arrays fit together for so many nodes, so that no search can step outside them.
    pub(crate) fn fits(&self, nodes: usize) -> bool {
        self.first.len() == nodes + 1
            && self.first[0] == 0
            && self.first.is_sorted()
            && self
                .first
                .last()
                .is_some_and(|last| *last as usize == self.head.len())
            && self.head.len() == self.cost.len()
            && self.head.iter().all(|head| (*head as usize) < nodes)
    }
}
