//! From point to point: two searches that only climb, one from the start and one, over the arcs reversed, from the end.
//!
//! A node that is reached more cheaply from above than by climbing is not searched from (stall-on-demand: Geisberger et al. 2012,
//! Exact routing in large road networks using contraction hierarchies). All that a search needs is kept for the next one.

use std::sync::Arc;

use super::Hierarchy;
use super::path::unpack;
use super::queue::Queue;
use super::steps::{Step, Steps};
use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::units::Cost;

/// Marks a label that no step led to.
const NONE: u32 = u32::MAX;

/// What one of the two searches knows of a position.
#[derive(Clone, Copy, Debug)]
struct Label {
    cost: Cost,
    /// The position it was reached from, or [`NONE`] where the search started.
    before: u32,
}

/// Not reached.
const UNREACHED: Label = Label {
    cost: Cost::INFINITY,
    before: NONE,
};

/// One of the two searches.
#[derive(Clone, Debug)]
struct Side {
    labels: Vec<Label>,
    /// The positions with a label.
    reached: Vec<u32>,
    queue: Queue,
}

impl Side {
    fn new(nodes: usize) -> Self {
        Self {
            labels: vec![UNREACHED; nodes],
            reached: Vec::new(),
            queue: Queue::default(),
        }
    }

    fn begin(&mut self, hierarchy: &Hierarchy, starts: &[(u32, Cost)]) {
        for position in self.reached.drain(..) {
            self.labels[position as usize] = UNREACHED;
        }
        self.queue.clear();
        for (node, cost) in starts {
            self.reach(hierarchy.position[*node as usize], *cost, NONE);
        }
    }

    fn reach(&mut self, position: u32, cost: Cost, before: u32) {
        let label = &mut self.labels[position as usize];
        if cost < label.cost {
            if label.cost == Cost::INFINITY {
                self.reached.push(position);
            }
            *label = Label { cost, before };
            self.queue.push(cost, position);
        }
    }

    /// Settles the next position, if it was not settled before, and returns it. `along` is the cost of a step in the direction of the
    /// search, `against` that of the way back.
    fn settle(
        &mut self,
        steps: &Steps,
        bound: Cost,
        along: impl Fn(&Step) -> Cost,
        against: impl Fn(&Step) -> Cost,
    ) -> Option<u32> {
        let (cost, position) = self.queue.pop()?;
        if cost > self.labels[position as usize].cost {
            return None;
        }
        let steps = steps.of(position);
        let better = |step: &Step| self.labels[step.above as usize].cost + against(step) < cost;
        if !steps.iter().any(better) {
            for step in steps {
                let through = cost + along(step);
                if through < bound {
                    self.reach(step.above, through, position);
                }
            }
        }
        Some(position)
    }

    /// Lists the steps that led to a position, the last one first, each as the position it came from and the one it led to.
    fn steps_to(&self, position: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let mut at = position;
        std::iter::from_fn(move || {
            let before = self.labels[at as usize].before;
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
/// It keeps its memory from one search to the next: 32 bytes a node, and for all clones together another 4 a node and 20 for each two nodes with an arc between them.
/// A clone for each thread.
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
    steps: Arc<Steps>,
    forth: Side,
    back: Side,
}

impl<'a> Query<'a> {
    /// Makes room for searches.
    #[must_use]
    pub fn new(hierarchy: &'a Hierarchy) -> Self {
        Self {
            hierarchy,
            steps: Arc::new(Steps::new(hierarchy)),
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
        Some(self.meet(starts, ends)?.0)
    }

    /// Returns the cheapest way from any of some nodes to any of others.
    ///
    /// # Panics
    /// If a node is not one of the graph.
    pub fn path(&mut self, starts: &[(u32, Cost)], ends: &[(u32, Cost)]) -> Option<Path> {
        let (cost, top) = self.meet(starts, ends)?;
        let mut climb: Vec<_> = self.forth.steps_to(top).collect();
        climb.reverse();
        let mut positions = vec![climb.first().map_or(top, |step| step.0)];
        for (from, to) in climb {
            unpack(self.hierarchy, from, to, &mut positions);
        }
        for (to, from) in self.back.steps_to(top) {
            unpack(self.hierarchy, from, to, &mut positions);
        }
        let node = |position: u32| self.hierarchy.node[position as usize];
        Some(Path {
            cost,
            nodes: positions.into_iter().map(node).collect(),
        })
    }

    /// Searches until nothing cheaper can be found; returns the cost and the position in which the two searches met.
    fn meet(&mut self, starts: &[(u32, Cost)], ends: &[(u32, Cost)]) -> Option<(Cost, u32)> {
        self.forth.begin(self.hierarchy, starts);
        self.back.begin(self.hierarchy, ends);
        let mut best = (Cost::INFINITY, NONE);
        loop {
            let (forth, back) = (self.forth.queue.least(), self.back.queue.least());
            if forth.min(back) >= best.0 {
                break;
            }
            let met = if forth <= back {
                let settled = self.forth.settle(&self.steps, best.0, Step::up, Step::down);
                settled.map(|at| (at, self.back.labels[at as usize].cost))
            } else {
                let settled = self.back.settle(&self.steps, best.0, Step::down, Step::up);
                settled.map(|at| (at, self.forth.labels[at as usize].cost))
            };
            if let Some((at, other)) = met {
                let cost = forth.min(back) + other;
                if cost < best.0 {
                    best = (cost, at);
                }
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
