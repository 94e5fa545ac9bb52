//! Puts the nodes that were taken out, with their arcs, in order of positions.

use super::packed::Packed;
use super::remaining::RemainingArc;
use super::{Hierarchy, Shortcuts};
use crate::adjacency::Adjacency;
use crate::grouped::starts;
use crate::units::Cost;

/// An arc of a node that was taken out, by the graph's own numbers.
#[derive(Clone, Copy, Debug)]
struct Above {
    head: u32,
    middle: u32,
    cost: Packed,
}

impl Above {
    fn new(node: &[u32], arc: &RemainingArc) -> Self {
        Self {
            head: node[arc.head as usize],
            middle: arc.middle,
            cost: arc.cost,
        }
    }
}

/// Arcs of one direction, node after node.
#[derive(Debug, Default)]
struct Hung {
    /// For each node the end of its arcs.
    end: Vec<u32>,
    arcs: Vec<Above>,
}

impl Hung {
    fn push(&mut self, node: &[u32], arcs: &[RemainingArc]) {
        self.arcs
            .extend(arcs.iter().map(|arc| Above::new(node, arc)));
        self.end.push(self.arcs.len() as u32);
    }
}

/// The nodes taken out together in one round.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// For each the number in the graph and how many nodes, one above the other, lie below.
    nodes: Vec<(u32, u32)>,
    up: Hung,
    down: Hung,
}

impl Round {
    /// Adds a node with its arcs; `node` says the numbers in the graph.
    pub(super) fn push(
        &mut self,
        node: &[u32],
        which: u32,
        level: u32,
        out: &[RemainingArc],
        into: &[RemainingArc],
    ) {
        self.nodes.push((node[which as usize], level));
        self.up.push(node, out);
        self.down.push(node, into);
    }
}

/// All that was taken out so far.
#[derive(Debug, Default)]
pub(super) struct Taken {
    rounds: Vec<Round>,
}

impl Taken {
    pub(super) fn push(&mut self, round: Round) {
        self.rounds.push(round);
    }

    /// Gives every node its position: higher levels first, within a level in the order of the graph's own numbers.
    pub(super) fn assemble(self, nodes: usize) -> Hierarchy {
        let mut level = vec![0u32; nodes];
        let (mut positions, mut ups, mut downs) = (Vec::new(), Vec::new(), Vec::new());
        for round in self.rounds {
            for (node, own) in &round.nodes {
                level[*node as usize] = *own;
            }
            positions.push(round.nodes);
            ups.push(round.up);
            downs.push(round.down);
        }
        let levels = level.iter().max().map_or(0, |top| *top + 1);
        let top = levels.saturating_sub(1);
        let mut next = starts(levels as usize, level.iter().map(|level| top - level));
        let mut position = vec![0u32; nodes];
        let mut node = vec![0u32; nodes];
        for (number, level) in level.iter().enumerate() {
            let place = &mut next[(top - level) as usize];
            position[number] = *place;
            node[*place as usize] = number as u32;
            *place += 1;
        }
        let order: Vec<Vec<u32>> = positions
            .into_iter()
            .map(|round| round.iter().map(|own| position[own.0 as usize]).collect())
            .collect();
        let (up, down) = rayon::join(
            || placed(&position, &order, ups),
            || placed(&position, &order, downs),
        );
        Hierarchy {
            position: position.into(),
            node: node.into(),
            up,
            down,
        }
    }
}

/// Puts the arcs of each round's nodes where their positions are.
fn placed(position: &[u32], order: &[Vec<u32>], rounds: Vec<Hung>) -> Shortcuts {
    let nodes = position.len();
    let mut first = vec![0u32; nodes + 1];
    for (places, round) in order.iter().zip(&rounds) {
        let mut start = 0;
        for (place, end) in places.iter().zip(&round.end) {
            first[*place as usize + 1] = end - start;
            start = *end;
        }
    }
    for place in 0..nodes {
        first[place + 1] += first[place];
    }
    let total = first[nodes] as usize;
    let (mut head, mut cost, mut middle) =
        (vec![0; total], vec![Cost::ZERO; total], vec![0; total]);
    let mut own: Vec<(u32, Cost, u32)> = Vec::new();
    for (places, round) in order.iter().zip(rounds) {
        let mut start = 0;
        for (place, end) in places.iter().zip(&round.end) {
            own.clear();
            own.extend(round.arcs[start..*end as usize].iter().map(|arc| {
                let cost = arc.cost.cost();
                let through = position.get(arc.middle as usize);
                // What is no node is no middle, and stays as it is.
                let middle = through.copied().unwrap_or(arc.middle);
                (position[arc.head as usize], cost, middle)
            }));
            own.sort_unstable();
            start = *end as usize;
            for (arc, at) in own.iter().zip(first[*place as usize] as usize..) {
                (head[at], cost[at], middle[at]) = *arc;
            }
        }
    }
    Shortcuts::of(Adjacency::of(first, head, cost), middle)
}
