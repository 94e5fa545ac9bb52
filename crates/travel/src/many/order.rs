//! Positions in an order that is kind to the processor's memory.
//!
//! Any order in which every arc leads to a smaller position serves a hierarchy. Here the nodes below a node follow it closely, as in
//! a walk through a tree, so that a sweep mostly reads what it has just written and neighbours on the ground are neighbours in memory.
//! It changes no cost and no answer.

use crate::adjacency::Adjacency;
use crate::hierarchy::{Hierarchy, NO_MIDDLE, Shortcuts};

impl Hierarchy {
    /// Numbers the positions anew, those that are looked at together next to each other.
    pub(crate) fn with_neighbours_together(self) -> Self {
        let order = walk(&self);
        let mut new = vec![0u32; order.len()];
        for (place, position) in order.iter().enumerate() {
            new[*position as usize] = place as u32;
        }
        let shortcuts = |old: &Shortcuts| {
            let mut arcs = Vec::with_capacity(old.middle.len());
            for position in 0..order.len() as u32 {
                let middles = &old.middle[old.arcs.first[position as usize] as usize..];
                for ((head, cost), middle) in old.arcs.arcs(position).zip(middles) {
                    let middle = match *middle {
                        NO_MIDDLE => NO_MIDDLE,
                        middle => new[middle as usize],
                    };
                    arcs.push((new[position as usize], new[head as usize], cost, middle));
                }
            }
            Shortcuts::new(order.len(), arcs)
        };
        Self {
            up: shortcuts(&self.up),
            down: shortcuts(&self.down),
            position: self.position.iter().map(|old| new[*old as usize]).collect(),
            node: order.iter().map(|old| self.node[*old as usize]).collect(),
        }
    }
}

/// Lists positions so that each comes after all that are above it, and the rest as in a walk through a tree: a position hangs below the
/// least important of those above it.
fn walk(hierarchy: &Hierarchy) -> Vec<u32> {
    let count = hierarchy.len();
    let above = |position: u32| {
        let heads = |arcs: &Adjacency| {
            let range =
                arcs.first[position as usize] as usize..arcs.first[position as usize + 1] as usize;
            range
        };
        let up = &hierarchy.up.arcs;
        let down = &hierarchy.down.arcs;
        up.head[heads(up)]
            .iter()
            .chain(&down.head[heads(down)])
            .copied()
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
