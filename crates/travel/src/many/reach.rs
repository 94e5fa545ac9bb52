//! From some points to every node, without a table: what a sweep leaves behind is read where it lies.

use std::ops::ControlFlow;

use crate::hierarchy::Hierarchy;
use crate::units::Cost;

use super::blocks::{Direction, Table};
use super::kernel::{Task, Workspace};
use super::lanes::{LANES, Measure, Row};
use super::selection::Selection;
use super::terminals::Terminals;

/// From how many points on it pays to find out which parts of the network a limit leaves out.
const MANY: usize = 16 * LANES;

/// What journeys cost between some points and every node of a network.
#[derive(Debug)]
pub struct Reach<'a, W> {
    hierarchy: &'a Hierarchy,
    points: &'a [u32],
    limit: Option<W>,
    /// By position.
    rows: &'a [Row<W>],
}

impl<W: Measure> Reach<'_, W> {
    /// Returns the points, by their places in the list that was asked about.
    #[must_use]
    pub fn points(&self) -> &[u32] {
        self.points
    }

    /// Returns what the journey between one of [`Reach::points`], by its place there, and a node costs; nothing where there is no way
    /// or none within the limit.
    ///
    /// # Panics
    /// Where there is no such point or node.
    #[must_use]
    pub fn at(&self, point: usize, node: u32) -> Option<W::Found> {
        let row = &self.rows[self.hierarchy.position[node as usize] as usize];
        let number = row.0[..self.points.len()][point];
        let within = self.limit.is_none_or(|limit| number.is_within(limit));
        number.found().filter(|_| within)
    }
}

impl Table<'_> {
    /// Sweeps the whole network for sixteen points after the other, neighbours together.
    pub(crate) fn for_each_reach<W: Measure, B>(
        &self,
        direction: Direction,
        points: &Terminals,
        mut consume: impl FnMut(&Reach<'_, W>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let (climbing, falling) = (&self.hierarchy.up.arcs, &self.hierarchy.down.arcs);
        let (up, down) = match direction {
            Direction::FromOrigins => (climbing, falling),
            Direction::FromDestinations => (falling, climbing),
        };
        let mut selection = Selection::whole(down);
        if self.settings.limit.is_some() && points.len() >= MANY {
            selection = selection.with_stretches();
        }
        let task = Task {
            up,
            selection: &selection,
            sources: points,
            limit: self.settings.limit.map(W::limit),
            arch: self.settings.arch,
        };
        let long = W::SPILLS && (self.long || points.any_long());
        let mut room = Workspace::new(&selection, up.nodes());
        let mut order: Vec<u32> = (0..points.len() as u32).collect();
        points.sort(&mut order);
        for batch in order.chunks(LANES) {
            if long || room.run(&task, batch) {
                run_checked(&task, batch, &mut room);
            }
            consume(&Reach {
                hierarchy: self.hierarchy,
                points: batch,
                limit: task.limit,
                rows: &room.rows,
            })?;
        }
        ControlFlow::Continue(())
    }
}

/// Fills the rows with every sum looked at, where distances are too long to go without.
fn run_checked<W: Measure>(task: &Task<'_, W>, batch: &[u32], room: &mut Workspace<W>) {
    let mut checked: Workspace<Cost> = Workspace::new(task.selection, task.up.nodes());
    let with_costs = Task {
        up: task.up,
        selection: task.selection,
        sources: task.sources,
        // The rows below are shown through the limit anyway.
        limit: None,
        arch: task.arch,
    };
    checked.run(&with_costs, batch);
    for (row, costs) in room.rows.iter_mut().zip(&checked.rows) {
        row.0 = costs.0.map(W::start);
    }
    room.was_filled();
}
