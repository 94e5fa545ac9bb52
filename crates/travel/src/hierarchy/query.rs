//! From point to point: two searches that only climb, one from the start and one, over the arcs reversed, from the end.
//!
//! A node that is reached more cheaply from above than by climbing is not searched from (stall-on-demand: Geisberger et al. 2012,
//! Exact routing in large road networks using contraction hierarchies). All that a search needs is kept for the next one.

use super::path::unpack;
use super::queue::Queue;
use super::{Hierarchy, Shortcuts};
use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::units::Cost;

/// Marks a position that no arc led to.
const NONE: u32 = u32::MAX;

/// What it costs to get to each position, as far as it is known.
///
/// Held as what is missing to infinity: room for a network of any size is nothing but zeros, which a system gives without touching them.
#[derive(Clone, Debug)]
struct Costs(Vec<u64>);

#[allow(clippy::inline_always, reason = "the loop of a search is nothing else")]
impl Costs {
    #[inline(always)]
    fn at(&self, position: u32) -> Cost {
        Cost::from_infinity(self.0[position as usize])
    }

    #[inline(always)]
    fn set(&mut self, position: u32, cost: Cost) {
        self.0[position as usize] = cost.short_of_infinity();
    }
}

/// One of the two searches.
#[derive(Clone, Debug)]
struct Side {
    costs: Costs,
    /// For each position the one it was reached from, or [`NONE`] where the search started. Filled, for what this search reached, where
    /// a way is asked for.
    before: Vec<u32>,
    /// The positions with a cost.
    reached: Vec<u32>,
    queue: Queue,
}

impl Side {
    fn new(nodes: usize) -> Self {
        Self {
            costs: Costs(vec![0; nodes]),
            before: Vec::new(),
            reached: Vec::new(),
            queue: Queue::default(),
        }
    }

    fn begin<const WAY: bool>(&mut self, hierarchy: &Hierarchy, starts: &[(u32, Cost)]) {
        for position in self.reached.drain(..) {
            self.costs.set(position, Cost::INFINITY);
        }
        if WAY && self.before.is_empty() {
            // Read only where something was reached; zeros cost nothing until they are written over.
            self.before = vec![0; self.costs.0.len()];
        }
        self.queue.clear();
        for (node, cost) in starts {
            self.reach::<WAY>(hierarchy.position[*node as usize], *cost, NONE);
        }
    }

    #[allow(clippy::inline_always, reason = "the loop of a search is nothing else")]
    #[inline(always)]
    fn reach<const WAY: bool>(&mut self, position: u32, cost: Cost, before: u32) {
        let known = self.costs.at(position);
        if cost < known {
            if known == Cost::INFINITY {
                self.reached.push(position);
            }
            self.costs.set(position, cost);
            if WAY {
                self.before[position as usize] = before;
            }
            self.queue.push(cost.milliseconds(), position);
        }
    }

    /// Settles the next position. `along` are the arcs in the direction of the search, `against` those of the way back; `other` is what
    /// the other search knows, and `best` the best meeting so far with its position, which may become better.
    ///
    /// The queue goes by time alone. What is found again in the same time over a shorter way is settled again.
    #[inline]
    fn settle<const WAY: bool>(
        &mut self,
        along: &Shortcuts,
        against: &Shortcuts,
        other: &Costs,
        best: &mut (Cost, u32),
    ) {
        let Some((time, position)) = self.queue.pop() else {
            return;
        };
        let cost = self.costs.at(position);
        if time > cost.milliseconds() {
            return;
        }
        let met = cost + other.at(position);
        if met < best.0 {
            *best = (met, position);
        }
        for (above, arc) in against.arcs.arcs(position) {
            let back = self.costs.at(above);
            // Most are far from it, and a sum is not looked at before it matters.
            if back.at_least(arc) < cost && back + arc < cost {
                return;
            }
        }
        for (above, arc) in along.arcs.arcs(position) {
            let through = cost.at_least(arc);
            if through < best.0 && through < self.costs.at(above) {
                self.reach::<WAY>(above, cost + arc, position);
            }
        }
    }

    /// Says whether anything is left that may lead to a better meeting.
    fn is_open(&self, best: Cost) -> bool {
        let least = self.queue.least();
        least.is_some_and(|time| time <= best.milliseconds())
    }

    /// Lists the steps that led to a position, the last one first, each as the position it came from and the one it led to.
    fn steps_to(&self, position: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let mut at = position;
        std::iter::from_fn(move || {
            let before = self.before[at as usize];
            if before == NONE {
                return None;
            }
            Some((before, std::mem::replace(&mut at, before)))
        })
    }
}

/// The way of one journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// What it costs, with what its start and its end cost.
    pub cost: Cost,
    /// The nodes it passes, the first and the last included. From each to the next leads the cheapest arc between the two.
    pub nodes: Vec<u32>,
}

/// Searches from point to point over a [`Hierarchy`].
///
/// It keeps its memory from one search to the next: 16 bytes a node, and 8 more once a way was asked for. A clone for each thread.
///
/// ```
/// use catchment_travel::{Cost, Hierarchy, Query};
///
/// // Three nodes in a row, a one-way street back, costs in milliseconds and millimetres.
/// let arcs = [
///     (0, 1, Cost::new(1_000, 10_000)),
///     (1, 2, Cost::new(2_000, 20_000)),
///     (2, 0, Cost::new(9_000, 90_000)),
/// ];
/// let hierarchy = Hierarchy::from_arcs(3, &arcs)?;
/// let mut query = Query::new(&hierarchy);
/// let there = query.path(&[(0, Cost::ZERO)], &[(2, Cost::ZERO)]).ok_or("no way there")?;
/// assert_eq!(there.cost, Cost::new(3_000, 30_000));
/// assert_eq!(there.nodes, [0, 1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Query<'a> {
    hierarchy: &'a Hierarchy,
    forth: Side,
    back: Side,
}

impl<'a> Query<'a> {
    /// Makes room for searches.
    #[must_use]
    pub fn new(hierarchy: &'a Hierarchy) -> Self {
        Self {
            hierarchy,
            forth: Side::new(hierarchy.len()),
            back: Side::new(hierarchy.len()),
        }
    }

    /// Returns the least cost from any of some nodes to any of others, with what each start and each end costs by itself, or nothing
    /// where there is no way.
    ///
    /// # Panics
    /// If a node is not one of the graph.
    pub fn cost(&mut self, starts: &[(u32, Cost)], ends: &[(u32, Cost)]) -> Option<Cost> {
        Some(self.meet::<false>(starts, ends)?.0)
    }

    /// Returns the cheapest way from any of some nodes to any of others, or nothing where there is none, or where the hierarchy is damaged
    /// and does not say which.
    ///
    /// # Panics
    /// If a node is not one of the graph.
    pub fn path(&mut self, starts: &[(u32, Cost)], ends: &[(u32, Cost)]) -> Option<Path> {
        let (cost, top) = self.meet::<true>(starts, ends)?;
        let mut climb: Vec<_> = self.forth.steps_to(top).collect();
        climb.reverse();
        let mut positions = vec![climb.first().map_or(top, |step| step.0)];
        for (from, to) in climb {
            unpack(self.hierarchy, from, to, &mut positions)?;
        }
        for (to, from) in self.back.steps_to(top) {
            unpack(self.hierarchy, from, to, &mut positions)?;
        }
        let node = |position: u32| self.hierarchy.node[position as usize];
        Some(Path {
            cost,
            nodes: positions.into_iter().map(node).collect(),
        })
    }

    /// Searches until nothing cheaper can be found; returns the cost and the position in which the two searches met.
    ///
    /// The two take turns, so that the processor can go on with one while it waits for what the other needs from memory.
    fn meet<const WAY: bool>(
        &mut self,
        starts: &[(u32, Cost)],
        ends: &[(u32, Cost)],
    ) -> Option<(Cost, u32)> {
        self.forth.begin::<WAY>(self.hierarchy, starts);
        self.back.begin::<WAY>(self.hierarchy, ends);
        let (up, down) = (&self.hierarchy.up, &self.hierarchy.down);
        let mut best = (Cost::INFINITY, NONE);
        let mut forwards = false;
        loop {
            forwards = match (self.forth.is_open(best.0), self.back.is_open(best.0)) {
                (false, false) => break,
                (true, true) => !forwards,
                (forth, _) => forth,
            };
            if forwards {
                self.forth
                    .settle::<WAY>(up, down, &self.back.costs, &mut best);
            } else {
                self.back
                    .settle::<WAY>(down, up, &self.forth.costs, &mut best);
            }
        }
        best.0.finite().map(|cost| (cost, best.1))
    }
}

/// Returns what [`costs_from`](crate::costs_from) finds, by two short searches: the cost of the journey between two points, or nothing
/// where there is no way.
///
/// `query` is over a hierarchy of this network.
pub fn route_cost(
    network: &StreetNetwork,
    query: &mut Query<'_>,
    from: &Snap,
    to: &Snap,
) -> Option<Cost> {
    let (starts, ends) = ends(network, from, to);
    let by_junctions = query.cost(&starts, &ends);
    let least = by_junctions
        .into_iter()
        .chain(from.along(to, network))
        .min()?;
    Some(network.told(least))
}

/// Returns the way of the journey between two points, by the network's search nodes; none where it stays on one street.
///
/// `query` is over a hierarchy of this network.
pub fn route_path(
    network: &StreetNetwork,
    query: &mut Query<'_>,
    from: &Snap,
    to: &Snap,
) -> Option<Path> {
    let (starts, ends) = ends(network, from, to);
    let by_junctions = query.path(&starts, &ends);
    let along = from.along(to, network).map(|cost| Path {
        cost,
        nodes: Vec::new(),
    });
    let least = along
        .into_iter()
        .chain(by_junctions)
        .min_by_key(|path| path.cost)?;
    Some(Path {
        cost: network.told(least.cost),
        nodes: least.nodes,
    })
}

/// Junctions, and what it costs to get there or to come from there.
type Ways = Vec<(u32, Cost)>;

fn ends(network: &StreetNetwork, from: &Snap, to: &Snap) -> (Ways, Ways) {
    (
        from.ways_out(network).collect(),
        to.ways_in(network).collect(),
    )
}
