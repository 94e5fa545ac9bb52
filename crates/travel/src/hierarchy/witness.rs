//! Which shortcuts stand in for a node that is taken out: those for which no other way as good, a witness, is found.
//!
//! The search for witnesses is bounded, so a shortcut may be made that is not needed; none that is needed is ever left out.

use super::queue::Queue;
use super::remaining::{Lists, Remaining, RemainingArc};
use crate::units::Cost;

/// What a search knows of a node.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The search that it belongs to; others' slots are empty.
    search: u32,
    node: u32,
    /// The least cost found. Of a target not yet reached: what it may cost at most.
    cost: Cost,
    /// A target not yet reached.
    waited_for: bool,
}

/// The nodes a search has seen: a small hash table that stays in the processor's nearest cache.
#[derive(Debug)]
struct Seen {
    slots: Vec<Slot>,
    search: u32,
    used: usize,
}

impl Seen {
    fn new() -> Self {
        Self {
            slots: vec![Slot::default(); 512],
            search: 0,
            used: 0,
        }
    }

    fn clear(&mut self) {
        self.used = 0;
        self.search = self.search.wrapping_add(1);
        if self.search == 0 {
            self.slots.fill(Slot::default());
            self.search = 1;
        }
    }

    /// Finds a node's slot, or makes one with an infinite cost.
    fn slot(&mut self, node: u32) -> &mut Slot {
        if self.used * 2 >= self.slots.len() {
            self.grow();
        }
        let place = self.place(node);
        let slot = &mut self.slots[place];
        if slot.search != self.search {
            self.used += 1;
            *slot = Slot {
                search: self.search,
                node,
                cost: Cost::INFINITY,
                waited_for: false,
            };
        }
        slot
    }

    fn place(&self, node: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut place = (node.wrapping_mul(0x9e37_79b1) >> 7) as usize & mask;
        while self.slots[place].search == self.search && self.slots[place].node != node {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let bigger = vec![Slot::default(); self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, bigger);
        for slot in old.into_iter().filter(|slot| slot.search == self.search) {
            let place = self.place(slot.node);
            self.slots[place] = slot;
        }
    }
}

/// What taking a node out would mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Shortcuts made.
    pub(super) made: u64,
    /// Arcs of the graph that they stand for.
    pub(super) made_hops: u64,
    /// Arcs removed.
    pub(super) removed: u64,
    /// Arcs of the graph that those stand for.
    pub(super) removed_hops: u64,
}

/// The other end of a way through the node in question.
#[derive(Clone, Copy, Debug)]
struct Target {
    /// Its place among the node's arcs, and the node.
    place: usize,
    head: u32,
    /// What the way through the node costs.
    cost: Cost,
    /// Whether a shortcut must stand in for it.
    needed: bool,
}

/// A search for witnesses, to be used again for many nodes.
#[derive(Debug)]
pub(super) struct Witness {
    seen: Seen,
    queue: Queue,
    targets: Vec<Target>,
}

impl Witness {
    pub(super) fn new() -> Self {
        Self {
            seen: Seen::new(),
            queue: Queue::default(),
            targets: Vec::new(),
        }
    }

    /// Hands over every shortcut that must stand in for a node: the arc that arrives, the arc that leaves, the cost.
    ///
    /// A way through the node itself, or one that `closed` names, is no witness. Each search settles at most `limit` nodes. For two
    /// ends that `known` names a shortcut is made without a search.
    pub(super) fn shortcuts(
        &mut self,
        graph: &Remaining,
        node: u32,
        limit: usize,
        closed: impl Fn(u32) -> bool,
        known: impl Fn(u32, u32) -> bool,
        mut each: impl FnMut(&RemainingArc, &RemainingArc, Cost),
    ) {
        let (into, out) = (graph.into.of(node), graph.out.of(node));
        // From the side that has fewer ends; a search runs from each of those.
        let forward = into.len() <= out.len();
        let (near, far, arcs) = if forward {
            (into, out, &graph.out)
        } else {
            (out, into, &graph.into)
        };
        let closed = |other: u32| other == node || closed(other);
        for start in near {
            self.targets.clear();
            for (place, end) in far.iter().enumerate() {
                let cost = start.cost() + end.cost();
                // A way that costs more than any may is none, and needs nothing in its place.
                if end.head != start.head && cost < Cost::INFINITY {
                    let needed = if forward {
                        known(start.head, end.head)
                    } else {
                        known(end.head, start.head)
                    };
                    self.targets.push(Target {
                        place,
                        head: end.head,
                        cost,
                        needed,
                    });
                }
            }
            self.search(arcs, start.head, limit, closed);
            for target in self.targets.iter().filter(|target| target.needed) {
                let end = &far[target.place];
                if forward {
                    each(start, end, target.cost);
                } else {
                    each(end, start, target.cost);
                }
            }
        }
    }

    /// Searches from one end for the others, and says of each that was not reached in time that it is needed.
    fn search(&mut self, arcs: &Lists, start: u32, limit: usize, closed: impl Fn(u32) -> bool) {
        let (mut waiting, bound) = self.begin(start);
        if waiting == 0 {
            return;
        }
        let mut settled = 0;
        while waiting > 0 && settled < limit {
            let Some((time, node)) = self.queue.pop() else {
                break;
            };
            let cost = self.seen.slot(node).cost;
            if time > cost.milliseconds() {
                continue;
            }
            settled += 1;
            for arc in arcs.of(node) {
                let through = cost + arc.cost();
                if through > bound || closed(arc.head) {
                    continue;
                }
                let slot = self.seen.slot(arc.head);
                if slot.waited_for && through <= slot.cost {
                    slot.waited_for = false;
                    waiting -= 1;
                } else if through >= slot.cost {
                    continue;
                }
                slot.cost = through;
                self.queue.push(through.milliseconds(), arc.head);
            }
        }
        for target in self.targets.iter_mut().filter(|target| !target.needed) {
            target.needed = self.seen.slot(target.head).waited_for;
        }
    }

    /// Puts a search to its start. Returns how many targets it waits for, and what the dearest of them may cost.
    fn begin(&mut self, start: u32) -> (usize, Cost) {
        self.seen.clear();
        self.queue.clear();
        let (mut waiting, mut bound) = (0, Cost::ZERO);
        for target in self.targets.iter().filter(|target| !target.needed) {
            bound = bound.max(target.cost);
            waiting += 1;
            let slot = self.seen.slot(target.head);
            (slot.cost, slot.waited_for) = (target.cost, true);
        }
        self.seen.slot(start).cost = Cost::ZERO;
        self.queue.push(0, start);
        (waiting, bound)
    }

    /// Counts what taking a node out alone would mean.
    pub(super) fn change(&mut self, graph: &Remaining, node: u32, limit: usize) -> Change {
        let mut change = Change::default();
        let (open, unknown) = (|_| false, |_, _| false);
        self.shortcuts(graph, node, limit, open, unknown, |into, out, _| {
            change.made += 1;
            change.made_hops += u64::from(into.hops) + u64::from(out.hops);
        });
        for arc in graph.into.of(node).iter().chain(graph.out.of(node)) {
            change.removed += 1;
            change.removed_hops += u64::from(arc.hops);
        }
        change
    }
}
