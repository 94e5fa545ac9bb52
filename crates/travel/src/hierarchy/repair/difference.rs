//! What changed between two graphs, by positions of the old one's hierarchy. Nodes that are new come after all positions there were.
//!
//! New nodes are the least important and are taken out here, each with every shortcut that could be needed: they are few, and what
//! stands for them between the nodes that were there is all the rest of the repair looks at.

use std::collections::BTreeMap;

use super::super::{Hierarchy, NO_MIDDLE};
use super::overlay::{Arc, Own};
use super::{Change, NO_NODE};
use crate::adjacency::Adjacency;
use crate::units::Cost;

/// The two ends of an arc, by their positions.
type Ends = (u32, u32);

/// What changed.
pub(super) struct Difference {
    /// Between positions there were: the ends, what the arc cost before, and what it costs now and through which new node. Infinite
    /// where there is none.
    pub(super) changed: Vec<(Ends, Cost, (Cost, u32))>,
    /// The arcs of new nodes.
    pub(super) overlay_of_new: BTreeMap<u32, Own>,
}

impl Difference {
    pub(super) fn of(old: &Hierarchy, change: Change<'_>) -> Self {
        let positions = Positions::new(old, change.was);
        let mut lists = BTreeMap::new();
        let mut now: BTreeMap<Ends, (Cost, Cost)> = BTreeMap::new();
        let mut kept = vec![false; old.len()];
        for (node, was) in (0..).zip(change.was) {
            let tail = positions.of(node);
            if *was == NO_NODE {
                positions.put_new(change, node, &mut lists);
                continue;
            }
            kept[tail as usize] = true;
            if !same(change, node, *was) {
                let before = least(change.before, *was, |head| old.position[head as usize]);
                let after = least(change.leaving, node, |head| positions.of(head));
                compare(tail, &before, &after, old.len() as u32, &mut now);
            }
        }
        for position in (0..old.len() as u32).filter(|position| !kept[*position as usize]) {
            let node = old.node[position as usize];
            let before = least(change.before, node, |head| old.position[head as usize]);
            compare(
                position,
                &before,
                &BTreeMap::new(),
                old.len() as u32,
                &mut now,
            );
        }
        let stand_ins = take_out(&mut lists, old.len() as u32);
        let graph = |ends: Ends| {
            let node = |position: u32| old.node[position as usize];
            let arcs = change.before.arcs(node(ends.0));
            let between = arcs.filter(|arc| arc.0 == node(ends.1));
            between.map(|arc| arc.1).min().unwrap_or(Cost::INFINITY)
        };
        for ends in stand_ins.keys() {
            // What did not change is what it was.
            let cost = graph(*ends);
            now.entry(*ends).or_insert((cost, cost));
        }
        let changed = now.into_iter().map(|(ends, (before, after))| {
            let through = stand_ins.get(&ends).filter(|through| through.0 < after);
            (ends, before, through.copied().unwrap_or((after, NO_MIDDLE)))
        });
        Self {
            changed: changed.collect(),
            overlay_of_new: lists,
        }
    }
}

/// Where nodes are in the old order.
struct Positions<'a> {
    old: &'a Hierarchy,
    was: &'a [u32],
    /// The new nodes, in their order.
    new: Vec<u32>,
}

impl<'a> Positions<'a> {
    fn new(old: &'a Hierarchy, was: &'a [u32]) -> Self {
        let each = (0..).zip(was).filter(|own| *own.1 == NO_NODE);
        Self {
            old,
            was,
            new: each.map(|own| own.0).collect(),
        }
    }

    fn of(&self, node: u32) -> u32 {
        match self.old.position.get(self.was[node as usize] as usize) {
            Some(position) => *position,
            None => (self.old.len() + self.new.partition_point(|new| *new < node)) as u32,
        }
    }

    /// Writes down the arcs of a new node, each with whichever of its ends is the less important.
    fn put_new(&self, change: Change<'_>, node: u32, lists: &mut BTreeMap<u32, Own>) {
        let own = self.of(node);
        lists.entry(own).or_default();
        for (head, cost) in least(change.leaving, node, |head| self.of(head)) {
            add(lists, (own, head), cost, NO_MIDDLE);
        }
        for (tail, cost) in least(change.arriving, node, |tail| self.of(tail)) {
            add(lists, (tail, own), cost, NO_MIDDLE);
        }
    }
}

/// Says whether the same arcs leave a node as before.
fn same(change: Change<'_>, node: u32, was: u32) -> bool {
    let before = change.before.arcs(was);
    let now = change.leaving.arcs(node);
    before.eq(now.map(|(head, cost)| (change.was[head as usize], cost)))
}

/// Lists the arcs of a node by where they lead: the cheapest of several, no loops, none that costs more than any may.
fn least(arcs: &Adjacency, node: u32, position: impl Fn(u32) -> u32) -> BTreeMap<u32, Cost> {
    let mut least = BTreeMap::new();
    for (head, cost) in arcs.arcs(node) {
        if head != node && cost < Cost::INFINITY {
            let place = least.entry(position(head)).or_insert(cost);
            *place = (*place).min(cost);
        }
    }
    least
}

/// Writes down what differs between the arcs of a node before and now; those to new nodes are left out.
fn compare(
    tail: u32,
    before: &BTreeMap<u32, Cost>,
    after: &BTreeMap<u32, Cost>,
    old: u32,
    now: &mut BTreeMap<Ends, (Cost, Cost)>,
) {
    for head in before
        .keys()
        .chain(after.keys())
        .filter(|head| **head < old)
    {
        let cost = |list: &BTreeMap<u32, Cost>| list.get(head).copied().unwrap_or(Cost::INFINITY);
        let (was, is) = (cost(before), cost(after));
        if was != is {
            now.insert((tail, *head), (was, is));
        }
    }
}

/// Adds an arc with the less important of its ends, or makes the one that is there cheaper.
fn add(lists: &mut BTreeMap<u32, Own>, (tail, head): Ends, cost: Cost, middle: u32) {
    let own = lists.entry(tail.max(head)).or_default();
    let (list, other) = if tail > head {
        (&mut own.out, head)
    } else {
        (&mut own.into, tail)
    };
    match list.iter_mut().find(|arc| arc.other == other) {
        Some(arc) if arc.cost <= cost => {}
        Some(arc) => *arc = Arc::new(other, cost, middle),
        None => list.push(Arc::new(other, cost, middle)),
    }
}

/// Takes the new nodes out, the last one first, and returns what stands for them between positions there were.
fn take_out(lists: &mut BTreeMap<u32, Own>, old: u32) -> BTreeMap<Ends, (Cost, u32)> {
    let mut stand_ins: BTreeMap<Ends, (Cost, u32)> = BTreeMap::new();
    let nodes: Vec<u32> = lists.keys().rev().copied().collect();
    for node in nodes {
        let own = lists.get(&node).cloned().unwrap_or_default();
        for first in &own.into {
            for second in own.out.iter().filter(|arc| arc.other != first.other) {
                let ends = (first.other, second.other);
                let cost = first.cost + second.cost;
                if cost >= Cost::INFINITY {
                    continue;
                }
                if ends.0.max(ends.1) >= old {
                    add(lists, ends, cost, node);
                } else {
                    let place = stand_ins.entry(ends).or_insert((cost, node));
                    *place = (*place).min((cost, node));
                }
            }
        }
    }
    stand_ins
}
