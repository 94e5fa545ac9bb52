//! The arcs of a hierarchy while it is being repaired: those of the old one, and beside them the lists of the positions that changed.

use std::collections::BTreeMap;

use super::super::{Hierarchy, NO_MIDDLE, Shortcuts};
use super::NO_NODE;
use crate::adjacency::Adjacency;
use crate::units::Cost;

/// An arc between a position and a more important one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    /// The more important one.
    pub(super) other: u32,
    /// What it cost before; infinite where it was not there.
    pub(super) was: Cost,
    /// What it costs as it was made, and what it then passes through.
    pub(super) cost: Cost,
    pub(super) middle: u32,
    /// What it costs in another way that was found, and what that passes through.
    pub(super) other_way: Cost,
    pub(super) other_middle: u32,
}

impl Arc {
    fn old(other: u32, cost: Cost, middle: u32) -> Self {
        Self {
            other,
            was: cost,
            cost,
            middle,
            other_way: Cost::INFINITY,
            other_middle: NO_MIDDLE,
        }
    }

    /// Makes an arc that was not there.
    pub(super) fn new(other: u32, cost: Cost, middle: u32) -> Self {
        Self {
            was: Cost::INFINITY,
            ..Self::old(other, cost, middle)
        }
    }

    /// Returns the cheaper of its ways: the cost and what it passes through.
    pub(super) fn least(&self) -> (Cost, u32) {
        if self.other_way < self.cost {
            (self.other_way, self.other_middle)
        } else {
            (self.cost, self.middle)
        }
    }

    pub(super) fn is_changed(&self) -> bool {
        self.least().0 != self.was
    }

    pub(super) fn is_cheaper(&self) -> bool {
        self.least().0 < self.was
    }

    fn offer(&mut self, cost: Cost, middle: u32) {
        if cost < self.other_way {
            (self.other_way, self.other_middle) = (cost, middle);
        }
    }
}

/// The arcs of one position towards more important ones: those that arrive and those that leave.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    pub(super) into: Vec<Arc>,
    pub(super) out: Vec<Arc>,
}

/// The old arcs, and beside them those of positions that changed.
pub(super) struct Overlay<'a> {
    old: &'a Hierarchy,
    changed: BTreeMap<u32, Own>,
}

impl<'a> Overlay<'a> {
    /// Begins with the arcs of new nodes, which come after all positions there were.
    pub(super) fn new(old: &'a Hierarchy, of_new: BTreeMap<u32, Own>) -> Self {
        Self {
            old,
            changed: of_new,
        }
    }

    /// Returns the arcs that arrive at a position and those that leave it.
    pub(super) fn arcs(&self, position: u32) -> (Vec<Arc>, Vec<Arc>) {
        match self.changed.get(&position) {
            Some(own) => (own.into.clone(), own.out.clone()),
            None => (
                listed(&self.old.down, position),
                listed(&self.old.up, position),
            ),
        }
    }

    /// Finds the arc between two positions.
    pub(super) fn arc(&self, tail: u32, head: u32) -> Option<Arc> {
        let low = tail.max(head);
        if let Some(own) = self.changed.get(&low) {
            let (list, other) = if low == tail {
                (&own.out, head)
            } else {
                (&own.into, tail)
            };
            return list.iter().find(|arc| arc.other == other).copied();
        }
        let (list, other) = if low == tail {
            (&self.old.up, head)
        } else {
            (&self.old.down, tail)
        };
        let range = list.arcs.range(low);
        let place = list.arcs.head[range.clone()].binary_search(&other).ok()?;
        let arc = range.start + place;
        Some(Arc::old(other, list.arcs.cost[arc], list.middle[arc]))
    }

    /// Returns the arc between two positions to be changed, made as one without a way if it was not there.
    fn edit(&mut self, tail: u32, head: u32) -> &mut Arc {
        let low = tail.max(head);
        let old = self.old;
        let own = self.changed.entry(low).or_insert_with(|| Own {
            into: listed(&old.down, low),
            out: listed(&old.up, low),
        });
        let (list, other) = if low == tail {
            (&mut own.out, head)
        } else {
            (&mut own.into, tail)
        };
        let place = list
            .iter()
            .position(|arc| arc.other == other)
            .unwrap_or_else(|| {
                list.push(Arc::new(other, Cost::INFINITY, NO_MIDDLE));
                list.len() - 1
            });
        &mut list[place]
    }

    /// Sets what the graph's own arc costs now. Says whether that changes what the arc costs here.
    pub(super) fn set_base(&mut self, tail: u32, head: u32, cost: Cost, middle: u32) -> bool {
        let arc = self.edit(tail, head);
        if arc.middle == NO_MIDDLE {
            (arc.cost, arc.middle) = (cost, middle);
        } else {
            arc.offer(cost, middle);
        }
        arc.is_changed()
    }

    /// Sets what a shortcut costs now; where that is more than before, the graph's own arc may be the better one.
    pub(super) fn set_through(&mut self, tail: u32, head: u32, cost: Cost, base: (Cost, u32)) {
        let arc = self.edit(tail, head);
        arc.cost = cost;
        if cost > arc.was {
            arc.offer(base.0, base.1);
        }
    }

    /// Puts in a shortcut, or another way for one that is there.
    pub(super) fn add(&mut self, tail: u32, head: u32, cost: Cost, middle: u32) {
        self.edit(tail, head).offer(cost, middle);
    }

    /// Makes the hierarchy; `was` says of each node which it was.
    pub(super) fn assemble(self, old: &Hierarchy, was: &[u32]) -> Hierarchy {
        let total = old.len() + was.iter().filter(|node| **node == NO_NODE).count();
        let mut now = vec![NO_NODE; total];
        let mut next = old.len();
        for (node, before) in (0..).zip(was) {
            if let Some(position) = old.position.get(*before as usize) {
                now[*position as usize] = node;
            } else {
                now[next] = node;
                next += 1;
            }
        }
        // What is gone leaves no gap.
        let mut places = vec![NO_NODE; total];
        let node: Vec<u32> = now
            .iter()
            .copied()
            .filter(|node| *node != NO_NODE)
            .collect();
        let mut position = vec![0; was.len()];
        for (place, node) in (0..).zip(&node) {
            position[*node as usize] = place;
        }
        for (old, node) in now.iter().enumerate().filter(|own| *own.1 != NO_NODE) {
            places[old] = position[*node as usize];
        }
        let (up, down) = rayon::join(
            || self.written(&old.up, &places, |own| &own.out),
            || self.written(&old.down, &places, |own| &own.into),
        );
        Hierarchy {
            position: position.into(),
            node: node.into(),
            up,
            down,
        }
    }

    /// Writes the arcs of one direction; `places` says where each position goes.
    fn written(
        &self,
        old: &Shortcuts,
        places: &[u32],
        of: impl Fn(&Own) -> &Vec<Arc>,
    ) -> Shortcuts {
        let room = old.middle.len() + old.middle.len() / 64;
        let mut first = Vec::with_capacity(places.len() + 1);
        let (mut heads, mut costs, mut middles) = (
            Vec::with_capacity(room),
            Vec::with_capacity(room),
            Vec::with_capacity(room),
        );
        let mut changed = self.changed.iter().peekable();
        let place = |position: u32| places.get(position as usize).copied().unwrap_or(NO_MIDDLE);
        // Where nothing is gone, every position keeps its number.
        let still = (0..)
            .zip(places)
            .all(|(position, place)| position == *place);
        let mut own: Vec<(u32, Cost, u32)> = Vec::new();
        first.push(0);
        for position in 0..places.len() as u32 {
            let differs = changed.next_if(|entry| *entry.0 == position);
            if place(position) == NO_NODE {
                continue;
            }
            if let Some((_, list)) = differs {
                let arcs = of(list).iter().filter(|arc| arc.least().0 < Cost::INFINITY);
                own.clear();
                own.extend(arcs.map(|arc| (place(arc.other), arc.least().0, place(arc.least().1))));
                own.sort_unstable();
                for (head, cost, middle) in &own {
                    heads.push(*head);
                    costs.push(*cost);
                    middles.push(*middle);
                }
            } else {
                let range = old.arcs.range(position);
                costs.extend_from_slice(&old.arcs.cost[range.clone()]);
                if still {
                    heads.extend_from_slice(&old.arcs.head[range.clone()]);
                    middles.extend_from_slice(&old.middle[range]);
                } else {
                    heads.extend(old.arcs.head[range.clone()].iter().map(|head| place(*head)));
                    middles.extend(old.middle[range].iter().map(|middle| place(*middle)));
                }
            }
            first.push(heads.len() as u32);
        }
        Shortcuts::of(Adjacency::of(first, heads, costs), middles)
    }
}

/// Lists the arcs of a position as they were.
fn listed(shortcuts: &Shortcuts, position: u32) -> Vec<Arc> {
    if position as usize >= shortcuts.arcs.nodes() {
        return Vec::new();
    }
    let middles = &shortcuts.middle[shortcuts.arcs.range(position)];
    let arcs = shortcuts.arcs.arcs(position).zip(middles);
    arcs.map(|((other, cost), middle)| Arc::old(other, cost, *middle))
        .collect()
}
