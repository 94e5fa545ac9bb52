//! A hierarchy after a few arcs changed: only what a changed arc can matter to is done again.
//!
//! What a hierarchy rests on is this: wherever a fastest way comes from a more important node `a` to a less important one `u` and goes on
//! to a more important `b`, there is a way from `a` to `b` over nodes more important than `u` that costs no more. After a change that must
//! hold again, and so it is looked at where it may not:
//!
//! - Where an arc at `u` became cheaper or is new, as a way that was good enough may not be so any more.
//! - Where the way that was good enough may have led over an arc that became dearer. It cost no more than the one through `u`, so an arc
//!   from `x` to `y` can be part of it only if getting from `a` to `x`, over the arc and from `y` to `b` costs no more either. Two sweeps
//!   over the old hierarchy tell how far everything is from the dearer arcs, and one look at every pair of arcs finds the nodes that
//!   remain: few, and near the change.
//!
//! Shortcuts through a node whose arcs changed cost what they now cost, from the least important node upwards. Where a way may be missing
//! a shortcut is put in, unless the old hierarchy knows a cheaper one that has nothing to do with the change. So what is found is exact,
//! with a few shortcuts more than a hierarchy made from nothing would have. After many changes it gives up, and leaves it to
//! [`Hierarchy::again`].
//!
//! The dependence of shortcuts on arcs, and that few are touched by a change, is from Geisberger et al. (2012); they store it, and here it
//! is worked out from distances.

mod difference;
mod overlay;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Hierarchy, NO_MIDDLE, Shortcuts};
use crate::adjacency::Adjacency;
use crate::units::Cost;

use difference::Difference;
use overlay::{Arc, Overlay};

/// Stands for a node that the other graph does not have.
pub(crate) const NO_NODE: u32 = u32::MAX;

/// How much is looked at at most for each arc of the hierarchy, before it is left to contracting again: where changes lie far apart the
/// distances to the nearest of them tell little, and more is looked at than was saved. So many looks take about a third of the time of
/// contracting again.
const MOST: usize = 8;

/// How much is always looked at, so that a small graph is repaired whatever changed.
const ALWAYS: usize = 100_000;

/// A graph before and after a change.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    /// The arcs that left each node before.
    pub(crate) before: &'a Adjacency,
    /// The arcs that leave each node now.
    pub(crate) leaving: &'a Adjacency,
    /// The same arcs as they arrive.
    pub(crate) arriving: &'a Adjacency,
    /// For each node now the one that it was before, or [`NO_NODE`].
    pub(crate) was: &'a [u32],
}

impl Hierarchy {
    /// Makes the hierarchy of a changed graph from that of the graph before, or nothing where so much changed that contracting it again is
    /// faster.
    pub(crate) fn repaired(&self, change: Change<'_>) -> Option<Self> {
        let difference = Difference::of(self, change);
        let mut repair = Repair::new(self, change, difference);
        while let Some(node) = repair.dirty.pop_last() {
            repair.look_at(node);
            if repair.is_too_much() {
                return None;
            }
        }
        Some(repair.overlay.assemble(self, change.was))
    }

    /// Sweeps over positions, from some of them with what each costs already: with `up` and `down` exchanged, towards them.
    pub(super) fn sweep(up: &Shortcuts, down: &Shortcuts, starts: &[(u32, Cost)]) -> Vec<Cost> {
        let positions = up.arcs.nodes();
        let mut costs = vec![Cost::INFINITY; positions];
        let mut climbing = BTreeSet::new();
        for (position, cost) in starts {
            climbing.insert(*position);
            let place = &mut costs[*position as usize];
            *place = (*place).min(*cost);
        }
        while let Some(position) = climbing.pop_last() {
            for (above, arc) in up.arcs.arcs(position) {
                let through = costs[position as usize] + arc;
                if through < costs[above as usize] {
                    costs[above as usize] = through;
                    climbing.insert(above);
                }
            }
        }
        for position in 0..positions as u32 {
            let from_above = down.arcs.arcs(position);
            let least = from_above
                .map(|(above, arc)| costs[above as usize] + arc)
                .min();
            let place = &mut costs[position as usize];
            *place = least.unwrap_or(Cost::INFINITY).min(*place);
        }
        costs
    }
}

/// What each position is from the arcs that became dearer, in the graph before.
struct Reach {
    /// What it costs from a position to where a dearer arc begins.
    to: Vec<Cost>,
    /// What it costs over a dearer arc to a position.
    from: Vec<Cost>,
}

impl Reach {
    /// Says whether a way of this cost can lead over a dearer arc. New nodes are on no old way.
    fn touches(&self, a: u32, b: u32, cost: Cost) -> bool {
        let ends = self.to.get(a as usize).zip(self.from.get(b as usize));
        ends.is_some_and(|(to, from)| *to + *from <= cost)
    }
}

struct Repair<'a> {
    old: &'a Hierarchy,
    /// What the arcs of the graph itself cost now, and through which new node, where that changed.
    base: BTreeMap<(u32, u32), (Cost, u32)>,
    change: Change<'a>,
    reach: Reach,
    overlay: Overlay<'a>,
    /// Positions to be looked at, the last one first.
    dirty: BTreeSet<u32>,
    /// Pairs of arcs and arcs of climbs that were looked at.
    looked_at: usize,
}

impl<'a> Repair<'a> {
    /// Puts the changed arcs of the graph in, and finds the nodes for which they may matter.
    fn new(old: &'a Hierarchy, change: Change<'a>, difference: Difference) -> Self {
        let Difference {
            changed,
            overlay_of_new,
        } = difference;
        let mut repair = Self {
            old,
            base: changed.iter().map(|own| (own.0, own.2)).collect(),
            change,
            reach: Reach {
                to: Vec::new(),
                from: Vec::new(),
            },
            overlay: Overlay::new(old, overlay_of_new),
            dirty: BTreeSet::new(),
            looked_at: 0,
        };
        let dearer: Vec<_> = changed.iter().filter(|own| own.1 < own.2.0).collect();
        if !dearer.is_empty() {
            let tails: Vec<_> = dearer.iter().map(|own| (own.0.0, Cost::ZERO)).collect();
            let heads: Vec<_> = dearer.iter().map(|own| (own.0.1, own.1)).collect();
            let (to, from) = rayon::join(
                || Hierarchy::sweep(&old.down, &old.up, &tails),
                || Hierarchy::sweep(&old.up, &old.down, &heads),
            );
            repair.reach = Reach { to, from };
            let touched = touched(old, &repair.reach);
            repair.dirty.extend(touched);
        }
        for ((tail, head), _, (cost, middle)) in changed {
            if repair.overlay.set_base(tail, head, cost, middle) {
                repair.dirty.insert(tail.max(head));
            }
        }
        repair
    }

    /// Says whether so much was looked at that contracting again is faster.
    fn is_too_much(&self) -> bool {
        let (up, down) = self.old.arc_counts();
        self.looked_at > (up + down) * MOST + ALWAYS
    }

    /// Does a position again: what the shortcuts through it cost, and where one is needed that was not.
    fn look_at(&mut self, node: u32) {
        let (into, out) = self.overlay.arcs(node);
        for first in &into {
            for second in &out {
                if first.other != second.other && !self.is_too_much() {
                    self.pair(node, first, second);
                }
            }
        }
    }

    fn pair(&mut self, node: u32, first: &Arc, second: &Arc) {
        self.looked_at += 1;
        let (tail, head) = (first.other, second.other);
        let cost = first.least().0 + second.least().0;
        let cost = cost.finite().unwrap_or(Cost::INFINITY);
        let over = self.overlay.arc(tail, head);
        if over.is_some_and(|arc| arc.middle == node) {
            if first.is_changed() || second.is_changed() {
                let base = self.base_cost(tail, head);
                self.overlay.set_through(tail, head, cost, base);
                self.dirty.insert(tail.max(head));
            }
            return;
        }
        let cheaper = first.is_cheaper() || second.is_cheaper();
        let doubtful = || self.reach.touches(tail, head, first.was + second.was);
        if cost == Cost::INFINITY || !(cheaper || doubtful()) {
            return;
        }
        let covers = |arc: &Arc| {
            // What passes through a more important node may yet become dearer, if a dearer arc can be part of it.
            let settled = arc.middle == NO_MIDDLE || arc.middle > node;
            arc.other_way <= cost
                || (arc.cost <= cost && (settled || !self.reach.touches(tail, head, arc.was)))
        };
        if over.as_ref().is_some_and(covers) || self.is_beaten(tail, head, cost) {
            return;
        }
        self.overlay.add(tail, head, cost, node);
        self.dirty.insert(tail.max(head));
    }

    /// Says whether the old hierarchy knows a cheaper way that no change has made dearer.
    fn is_beaten(&mut self, tail: u32, head: u32, bound: Cost) -> bool {
        let old = self.old.len() as u32;
        if tail >= old || head >= old {
            return false;
        }
        let forth = climb(&self.old.up, tail, bound, &mut self.looked_at);
        let back = climb(&self.old.down, head, bound, &mut self.looked_at);
        let meeting = forth
            .iter()
            .filter_map(|(at, cost)| Some(*cost + *back.get(at)?));
        let least = meeting.min().unwrap_or(Cost::INFINITY);
        least < bound && !self.reach.touches(tail, head, least)
    }

    /// Returns what the graph's own arc between two positions costs now, and the new node that stands on it.
    fn base_cost(&self, tail: u32, head: u32) -> (Cost, u32) {
        if let Some(own) = self.base.get(&(tail, head)) {
            return *own;
        }
        // Not changed, so it is what it was.
        let node = |position: u32| self.old.node[position as usize];
        let (from, to) = (node(tail), node(head));
        let arcs = self.change.before.arcs(from).filter(|arc| arc.0 == to);
        (
            arcs.map(|arc| arc.1).min().unwrap_or(Cost::INFINITY),
            NO_MIDDLE,
        )
    }
}

/// Finds the positions where a way that was good enough may have led over an arc that became dearer.
fn touched(old: &Hierarchy, reach: &Reach) -> Vec<u32> {
    (0..old.len() as u32)
        .into_par_iter()
        .with_min_len(4096)
        .filter(|node| {
            let mut into = old.down.arcs.arcs(*node);
            into.any(|(tail, first)| {
                let near = reach.to[tail as usize] < Cost::INFINITY;
                let mut out = old.up.arcs.arcs(*node);
                near && out
                    .any(|(head, second)| head != tail && reach.touches(tail, head, first + second))
            })
        })
        .collect()
}

/// Lists what lies above a position within a bound, with what it costs to climb there.
fn climb(arcs: &Shortcuts, start: u32, bound: Cost, looked_at: &mut usize) -> BTreeMap<u32, Cost> {
    let mut open = BTreeMap::from([(start, Cost::ZERO)]);
    let mut reached = BTreeMap::new();
    while let Some((position, cost)) = open.pop_last() {
        reached.insert(position, cost);
        *looked_at += 1 + arcs.arcs.range(position).len();
        for (above, arc) in arcs.arcs.arcs(position) {
            let through = cost + arc;
            if through < bound {
                let place = open.entry(above).or_insert(through);
                *place = (*place).min(through);
            }
        }
    }
    reached
}
