//! Dijkstra's search up to a limit, with buckets instead of a heap.
//!
//! Nodes wait in buckets by their time, rounded down to a power of two. Within a bucket they are taken in any order and again where a
//! better time is found (Meyer and Sanders 2003, delta-stepping, on one thread), so that times are exact whatever the rounding. Only
//! time counts here: the least cost has the least time, because costs compare time first.

use crate::adjacency::Adjacency;
use crate::units::Cost;

/// Stands for what is not reached, and for the end of a bucket's list.
pub(super) const NEVER: u32 = u32::MAX;
/// No more buckets than this: longer limits round times more.
const MOST_BUCKETS: u32 = 1 << 15;

/// A node that waits in a bucket.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    node: u32,
    time: u32,
    next: u32,
}

/// The search and its room, which is used again.
#[derive(Debug)]
pub(super) struct Search {
    times: Vec<u32>,
    reached: Vec<u32>,
    /// For each bucket the last that came to it.
    last: Vec<u32>,
    waiting: Vec<Waiting>,
    /// By how many bits times are rounded where the limit allows.
    shift: u32,
}

impl Search {
    /// Makes room for a network's search nodes.
    pub(super) fn new(arcs: &Adjacency) -> Self {
        let times = arcs.cost.iter().map(|cost| u64::from(cost.milliseconds()));
        let mean = times.sum::<u64>() / (arcs.cost.len() as u64).max(1);
        Self {
            times: vec![NEVER; arcs.nodes()],
            reached: Vec::new(),
            last: Vec::new(),
            waiting: Vec::new(),
            // A quarter of the mean street: few nodes are taken twice, and few buckets are empty.
            shift: (mean / 4).max(1).ilog2(),
        }
    }

    /// Finds the least time of every node within a limit, all in milliseconds.
    pub(super) fn run(
        &mut self,
        arcs: &Adjacency,
        start: impl Iterator<Item = (u32, Cost)>,
        limit: u32,
    ) {
        for node in self.reached.drain(..) {
            self.times[node as usize] = NEVER;
        }
        self.waiting.clear();
        let mut shift = self.shift;
        while limit >> shift >= MOST_BUCKETS {
            shift += 1;
        }
        self.last.clear();
        self.last.resize((limit >> shift) as usize + 1, NEVER);
        for (node, cost) in start {
            self.offer(node, cost.milliseconds(), limit, shift);
        }
        for bucket in 0..self.last.len() {
            while let Some(Waiting { node, time, next }) = self.waiting_in(bucket) {
                self.last[bucket] = next;
                if time > self.times[node as usize] {
                    continue;
                }
                let left = limit - time;
                for (head, cost) in arcs.arcs(node) {
                    let more = cost.milliseconds();
                    if more <= left {
                        self.offer(head, time + more, limit, shift);
                    }
                }
            }
        }
    }

    fn waiting_in(&self, bucket: usize) -> Option<Waiting> {
        let last = self.last[bucket];
        (last != NEVER).then(|| self.waiting[last as usize])
    }

    fn offer(&mut self, node: u32, time: u32, limit: u32, shift: u32) {
        let known = self.times[node as usize];
        if time >= known || time > limit {
            return;
        }
        if known == NEVER {
            self.reached.push(node);
        }
        self.times[node as usize] = time;
        let last = &mut self.last[(time >> shift) as usize];
        self.waiting.push(Waiting {
            node,
            time,
            next: *last,
        });
        *last = self.waiting.len() as u32 - 1;
    }

    /// Lists the nodes reached, in no order that means anything.
    pub(super) fn reached(&self) -> &[u32] {
        &self.reached
    }

    /// Returns the milliseconds to each node; [`NEVER`] where it is not reached.
    pub(super) fn times(&self) -> &[u32] {
        &self.times
    }
}
