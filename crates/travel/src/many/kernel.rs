//! One batch: sixteen sources climb, then every selected row is swept from the top downwards, in the widest vectors the processor has.
//!
//! Delling, D., Goldberg, A. V., Nowatzyk, A. and Werneck, R. F. (2011), PHAST: hardware-accelerated shortest path trees. The
//! processor is asked once, at run time: one program serves old machines and new.

use pulp::{Arch, Simd, WithSimd};

use crate::adjacency::Adjacency;

use super::climb::Climb;
use super::lanes::{Lane, Row};
use super::selection::{Selection, Stretches};
use super::terminals::Terminals;

/// The room that one thread works in, kept from batch to batch.
#[derive(Debug)]
pub(crate) struct Workspace<W> {
    climb: Climb<W>,
    /// For each row of the selection what it costs from each source to get there.
    pub(crate) rows: Vec<Row<W>>,
    /// For each stretch whether the rows hold nothing within the limit, left so by the batch before.
    empty: Vec<bool>,
}

/// What a batch is worked out from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task<'a, W> {
    /// Arcs that leave a position upwards, in the direction the sources go.
    pub(crate) up: &'a Adjacency,
    /// The rows to sweep.
    pub(crate) selection: &'a Selection<'a>,
    /// Where sources start.
    pub(crate) sources: &'a Terminals,
    /// What is further away need not be found.
    pub(crate) limit: Option<W>,
    /// The processor's vectors.
    pub(crate) arch: Arch,
}

impl<W: Lane> Workspace<W> {
    /// Makes room for a selection.
    pub(crate) fn new(selection: &Selection<'_>, nodes: usize) -> Self {
        let stretches = selection.stretches.as_ref().map_or(0, Stretches::len);
        Self {
            climb: Climb::new(nodes),
            rows: vec![Row::NEVER; selection.rows()],
            empty: vec![true; stretches],
        }
    }

    /// Fills the rows for up to sixteen sources; those of lanes not used say that there is no way. Says whether a sum may have gone
    /// wrong because distances are too long for the numbers.
    pub(crate) fn run(&mut self, task: &Task<'_, W>, batch: &[u32]) -> bool {
        self.climb.clear();
        for (lane, source) in batch.iter().enumerate() {
            for (position, cost) in task.sources.hooks(*source as usize) {
                self.climb.start(lane, *position, *cost);
            }
        }
        let seen = task.arch.dispatch(Batch { room: self, task });
        seen.is_long()
    }

    /// Says that somebody else filled the rows.
    pub(crate) fn was_filled(&mut self) {
        self.empty.fill(false);
    }

    /// Climbs and sweeps.
    #[inline(always)]
    fn climb_and_sweep(&mut self, task: &Task<'_, W>) -> Row<W> {
        let mut seen = self.climb.run(task.up, task.limit);
        let selection = task.selection;
        let mut starts = Starts::new(&self.climb, selection);
        let (Some(limit), Some(stretches)) = (task.limit, &selection.stretches) else {
            let all = 0..selection.rows();
            seen.either(&sweep(&selection.arcs, all, &mut starts, &mut self.rows));
            return seen;
        };
        for stretch in 0..stretches.len() {
            let range = Stretches::rows(stretch, selection.rows());
            let mut before = stretches.before(stretch).iter();
            let near = starts.next < range.end
                || before.any(|row| self.rows[*row as usize].any_within(limit));
            if near {
                seen.either(&sweep(&selection.arcs, range, &mut starts, &mut self.rows));
            } else if !self.empty[stretch] {
                self.rows[range].fill(Row::NEVER);
            }
            self.empty[stretch] = !near;
        }
        seen
    }
}

/// A batch as it is handed to the code for one processor.
struct Batch<'a, 'b, W> {
    room: &'a mut Workspace<W>,
    task: &'a Task<'b, W>,
}

impl<W: Lane> WithSimd for Batch<'_, '_, W> {
    type Output = Row<W>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Row<W> {
        self.room.climb_and_sweep(self.task)
    }
}

/// The selected rows that were reached by climbing, in order.
struct Starts<'a, W, I> {
    /// The row of the next, or past all rows.
    next: usize,
    row: Option<&'a Row<W>>,
    rest: I,
}

impl<'a, W: Lane> Starts<'a, W, ()> {
    #[inline(always)]
    fn new(
        climb: &'a Climb<W>,
        selection: &'a Selection<'a>,
    ) -> Starts<'a, W, impl Iterator<Item = (usize, &'a Row<W>)>> {
        let reached = climb.reached();
        let rest =
            reached.filter_map(|(position, row)| selection.row(position).map(|place| (place, row)));
        let mut starts = Starts {
            next: 0,
            row: None,
            rest,
        };
        starts.step();
        starts
    }
}

impl<'a, W: Lane, I: Iterator<Item = (usize, &'a Row<W>)>> Starts<'a, W, I> {
    #[inline(always)]
    fn step(&mut self) {
        let next = self.rest.next();
        self.next = next.map_or(usize::MAX, |(place, _)| place);
        self.row = next.map(|(_, row)| row);
    }

    /// Returns what climbing found for a row.
    #[inline(always)]
    fn take(&mut self, row: usize) -> Row<W> {
        if row != self.next {
            return Row::NEVER;
        }
        let found = self.row.copied().unwrap_or(Row::NEVER);
        self.step();
        found
    }
}

/// Sweeps rows, each from the rows before it.
#[inline(always)]
fn sweep<'a, W: Lane, I: Iterator<Item = (usize, &'a Row<W>)>>(
    arcs: &Adjacency,
    range: std::ops::Range<usize>,
    starts: &mut Starts<'a, W, I>,
    rows: &mut [Row<W>],
) -> Row<W> {
    let mut seen = Row::NEVER;
    for row in range {
        let mut best = starts.take(row);
        let (above, here) = rows.split_at_mut(row);
        for (head, cost) in arcs.arcs(row as u32) {
            best.relax(&above[head as usize], W::step(cost));
        }
        seen.either(&best);
        here[0] = best;
    }
    seen
}
