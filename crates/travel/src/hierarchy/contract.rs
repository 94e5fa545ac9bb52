//! Takes the nodes of a graph out, many at a time, and puts shortcuts in their place.
//!
//! In each round the nodes that are less important than all their neighbours are taken out together. They are thought of as taken
//! one after the other, the least important first: a witness may lead through one that goes later, not through one that went before.
//! What a thread computes depends on the graph as it was when the round began and on nothing else, so any number of threads makes
//! the same hierarchy. Vetter, C. (2009), Parallel time-dependent contraction hierarchies.
//!
//! A node's importance is found anew only when it is about to be taken: what happens around it makes it more important, hardly
//! ever less.

use rayon::prelude::*;

use super::Hierarchy;
use super::assemble::{Round, Taken};
use super::path::is_shortcut;
use super::remaining::{Remaining, RemainingArc, Shortcut, keep};
use super::witness::{Change, Witness};
use crate::adjacency::Adjacency;

/// How many nodes a search for a witness settles at most to find how important a node is.
const GLANCE: usize = 20;

/// How many it settles at most when a node is taken. Twice as many save one shortcut in a thousand.
const LOOK: usize = 100;

/// How many nodes a thread looks through at least.
const FEW: usize = 512;

/// How important a node is; the least is taken out first. No two nodes have the same.
type Importance = u64;

/// The nodes that remain and what is known of each.
struct Contraction<'a> {
    graph: Remaining,
    importance: Vec<Importance>,
    /// How many nodes, one above the other, were taken out below.
    level: Vec<u32>,
    /// Whether something around the node changed since its importance was found.
    stale: Vec<bool>,
    taken: Vec<bool>,
    gone: Taken,
    /// What the graph was before it changed.
    old: Option<Old<'a>>,
}

/// A hierarchy of the graph before it changed, and which node of it each one was, if not the one of its number.
#[derive(Clone, Copy)]
struct Old<'a> {
    hierarchy: &'a Hierarchy,
    was: Option<&'a [u32]>,
}

impl Old<'_> {
    /// Returns the number that a node had; one that no node had where it is new.
    fn node(&self, node: u32) -> u32 {
        self.was.map_or(node, |was| was[node as usize])
    }
}

/// Contracts a graph in an order found on the way.
pub(super) fn contract(leaving: &Adjacency, arriving: &Adjacency) -> Hierarchy {
    let mut contraction = Contraction::new(leaving, arriving, None);
    // Among the pool's own threads, so that short rounds need not wake one up first.
    rayon::scope(|_| contraction.in_found_order());
    contraction.gone.assemble(leaving.nodes())
}

/// Contracts a changed graph in the order of a hierarchy; nodes that it does not have are the least important.
///
/// A shortcut that the old graph needed is made without looking whether the new one still does: a shortcut too many does no harm, and a
/// third of the time is saved. One that it did not need is looked at anew.
pub(super) fn contract_again(
    hierarchy: &Hierarchy,
    leaving: &Adjacency,
    arriving: &Adjacency,
    was: Option<&[u32]>,
) -> Hierarchy {
    let old = Old { hierarchy, was };
    let mut contraction = Contraction::new(leaving, arriving, Some(old));
    let levels = hierarchy.levels();
    for (node, importance) in contraction.importance.iter_mut().enumerate() {
        let position = hierarchy.position.get(old.node(node as u32) as usize);
        let level = position.map_or(0, |position| u64::from(levels[*position as usize]) + 1);
        *importance = (level << 32) | u64::from(!(node as u32));
    }
    rayon::scope(|_| contraction.in_given_order());
    contraction.gone.assemble(leaving.nodes())
}

impl<'a> Contraction<'a> {
    fn new(leaving: &Adjacency, arriving: &Adjacency, old: Option<Old<'a>>) -> Self {
        let nodes = leaving.nodes();
        Self {
            graph: Remaining::new(leaving, arriving),
            importance: vec![0; nodes],
            level: vec![0; nodes],
            stale: vec![false; nodes],
            taken: vec![false; nodes],
            gone: Taken::default(),
            old,
        }
    }

    fn in_found_order(&mut self) {
        let all: Vec<u32> = (0..self.graph.len() as u32).collect();
        self.look_again(&all);
        while self.graph.len() > 0 {
            let least = self.least();
            let stale: Vec<u32> = least
                .iter()
                .copied()
                .filter(|node| self.stale[*node as usize])
                .collect();
            self.look_again(&stale);
            let ready: Vec<u32> = least
                .into_par_iter()
                .filter(|n| self.is_least(*n))
                .collect();
            self.take(&ready);
        }
    }

    fn in_given_order(&mut self) {
        while self.graph.len() > 0 {
            let ready = self.least();
            self.take(&ready);
        }
    }

    /// Finds the importance of some nodes anew.
    fn look_again(&mut self, nodes: &[u32]) {
        let found: Vec<Importance> = nodes
            .par_iter()
            .map_init(Witness::new, |witness, node| {
                let change = witness.change(&self.graph, *node, GLANCE);
                let number = self.graph.node[*node as usize];
                importance(change, self.level[*node as usize], number)
            })
            .collect();
        for (node, importance) in nodes.iter().zip(found) {
            self.importance[*node as usize] = importance;
            self.stale[*node as usize] = false;
        }
    }

    /// Lists the nodes less important than all their neighbours.
    fn least(&self) -> Vec<u32> {
        (0..self.graph.len() as u32)
            .into_par_iter()
            .with_min_len(FEW)
            .filter(|node| self.is_least(*node))
            .collect()
    }

    fn is_least(&self, node: u32) -> bool {
        let own = self.importance[node as usize];
        let less = |list: &[RemainingArc]| {
            list.iter()
                .all(|arc| own < self.importance[arc.head as usize])
        };
        less(self.graph.out.of(node)) && less(self.graph.into.of(node))
    }

    /// Takes out nodes of which none is another's neighbour.
    fn take(&mut self, nodes: &[u32]) {
        if nodes.is_empty() {
            return;
        }
        for node in nodes {
            self.taken[*node as usize] = true;
        }
        let shortcuts: Vec<Vec<Shortcut>> = nodes
            .par_iter()
            .map_init(Witness::new, |witness, node| self.stand_ins(witness, *node))
            .collect();
        self.set_down(nodes);
        self.graph.take(&self.taken, shortcuts.concat());
        keep(&mut self.importance, &self.taken);
        keep(&mut self.level, &self.taken);
        keep(&mut self.stale, &self.taken);
        self.taken.clear();
        self.taken.resize(self.graph.len(), false);
    }

    /// Lists the shortcuts that must stand in for a node.
    fn stand_ins(&self, witness: &mut Witness, node: u32) -> Vec<Shortcut> {
        let own = self.importance[node as usize];
        let went_before =
            |other: u32| self.taken[other as usize] && self.importance[other as usize] <= own;
        let middle = self.graph.node[node as usize];
        let known = |from: u32, to: u32| {
            let node = &self.graph.node;
            let ends = (node[from as usize], node[to as usize]);
            self.old.is_some_and(|old| {
                let [from, to, through] = [ends.0, ends.1, middle].map(|node| old.node(node));
                is_shortcut(old.hierarchy, from, to, through)
            })
        };
        let mut found = Vec::new();
        let graph = &self.graph;
        witness.shortcuts(graph, node, LOOK, went_before, known, |into, out, cost| {
            found.push(Shortcut {
                tail: into.head,
                head: out.head,
                cost,
                middle,
                hops: into.hops.saturating_add(out.hops),
            });
        });
        found
    }

    /// Writes down the arcs of nodes that are about to go, and what that means for the nodes around them.
    fn set_down(&mut self, nodes: &[u32]) {
        let mut round = Round::default();
        for node in nodes {
            let level = self.level[*node as usize];
            let (out, into) = (self.graph.out.of(*node), self.graph.into.of(*node));
            for arc in out.iter().chain(into) {
                let above = &mut self.level[arc.head as usize];
                *above = (*above).max(level + 1);
                self.stale[arc.head as usize] = true;
            }
            round.push(&self.graph.node, *node, level, out, into);
        }
        self.gone.push(round);
    }
}

/// Weighs what taking a node out would mean: the more arcs it adds for those it removes, the longer the ways the new ones stand
/// for, and the higher the node stands on others, the later it should go.
///
/// The weights are those of the fewest arcs among the fast ones, tried on Porto and on a grid; the terms are those of Geisberger
/// et al. (2012), as quotients.
fn importance(change: Change, level: u32, number: u32) -> Importance {
    let quotient = |made: u64, removed: u64| 1000 * made / removed.max(1);
    let weight = 1000 * u64::from(level)
        + 2 * quotient(change.made, change.removed)
        + quotient(change.made_hops, change.removed_hops);
    (weight.min(u64::from(u32::MAX)) << 32) | u64::from(scramble(number))
}

/// Mixes the bits of a number, no two to the same, so that equally important nodes are not taken in the order of a street.
fn scramble(number: u32) -> u32 {
    let mut mixed = number;
    mixed = (mixed ^ (mixed >> 16)).wrapping_mul(0x85eb_ca6b);
    mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    mixed ^ (mixed >> 16)
}
