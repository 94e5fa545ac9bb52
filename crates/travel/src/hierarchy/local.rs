//! Positions in an order that is kind to the processor's memory.
//!
//! Any order in which every arc leads to a smaller position serves a hierarchy. Here the nodes below a node follow it closely, as in
//! a walk through a tree, so that a sweep mostly reads what it has just written and neighbours on the ground are neighbours in memory.
//! It changes no cost and no answer.

use super::{Hierarchy, NO_MIDDLE, Shortcuts};
use crate::adjacency::Adjacency;

impl Hierarchy {
    /// Numbers the positions anew, those that are looked at together next to each other.
    pub(crate) fn with_neighbours_together(self) -> Self {
        let order = walk(&self);
        let mut new = vec![0u32; order.len()];
        for (place, position) in order.iter().enumerate() {
            new[*position as usize] = place as u32;
        }
        let (up, down) = rayon::join(
            || moved(&self.up, &order, &new),
            || moved(&self.down, &order, &new),
        );
        Self {
            position: self.position.iter().map(|old| new[*old as usize]).collect(),
            node: order.iter().map(|old| self.node[*old as usize]).collect(),
            up,
            down,
        }
    }
}

/// Puts arcs where positions go: `order` says which position comes next, `new` where each one comes.
fn moved(old: &Shortcuts, order: &[u32], new: &[u32]) -> Shortcuts {
    let arcs = old.middle.len();
    let mut first = Vec::with_capacity(order.len() + 1);
    let (mut heads, mut costs) = (Vec::with_capacity(arcs), Vec::with_capacity(arcs));
    let mut middles = Vec::with_capacity(arcs);
    let mut own = Vec::new();
    first.push(0);
    for position in order {
        let through = old.middle[old.arcs.range(*position)].iter();
        own.clear();
        own.extend(old.arcs.arcs(*position).zip(through).map(
            |((head, cost), middle)| match *middle {
                NO_MIDDLE => (new[head as usize], cost, NO_MIDDLE),
                middle => (new[head as usize], cost, new[middle as usize]),
            },
        ));
        own.sort_unstable();
        for (head, cost, middle) in &own {
            heads.push(*head);
            costs.push(*cost);
            middles.push(*middle);
        }
        first.push(heads.len() as u32);
    }
    Shortcuts::of(Adjacency::of(first, heads, costs), middles)
}

/// Lists positions so that each comes after all that are above it, and the rest as in a walk through a tree: a position hangs below the
/// least important of those above it.
fn walk(hierarchy: &Hierarchy) -> Vec<u32> {
    let count = hierarchy.len();
    let above = |position: u32| {
        let arcs = hierarchy.up.arcs.arcs(position);
        let heads = arcs.chain(hierarchy.down.arcs.arcs(position));
        heads.map(|(head, _)| head)
    };
    // The positions below each, as a list linked through the array.
    let none = u32::MAX;
    let (mut first_below, mut next_below) = (vec![none; count], vec![none; count]);
    let mut roots = Vec::new();
    for position in (0..count as u32).rev() {
        match above(position).max() {
            Some(parent) => {
                next_below[position as usize] = first_below[parent as usize];
                first_below[parent as usize] = position;
            }
            None => roots.push(position),
        }
    }
    let mut listed = vec![false; count];
    let mut order = Vec::with_capacity(count);
    let (mut to_visit, mut to_list) = (roots, Vec::new());
    while let Some(position) = to_visit.pop() {
        // Where shortcuts were left out, some above it may hang elsewhere and come later in the walk.
        to_list.push(position);
        while let Some(next) = to_list.last().copied() {
            if listed[next as usize] {
                to_list.pop();
                continue;
            }
            let before = to_list.len();
            to_list.extend(above(next).filter(|head| !listed[*head as usize]));
            if to_list.len() == before {
                listed[next as usize] = true;
                order.push(next);
                to_list.pop();
            }
        }
        let mut below = first_below[position as usize];
        while below != none {
            to_visit.push(below);
            below = next_below[below as usize];
        }
    }
    order
}
