//! From the rows of a sweep to the cells of a block.
//!
//! A row lies in the order of sources, one target after the other. Where sources are origins, a block wants it the other way round,
//! so sixteen targets at a time are turned over in the processor's nearest memory.

use pulp::{Simd, WithSimd};

use super::lanes::{LANES, Lane, Row};
use super::terminals::Terminals;

/// How the cells of a block lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Source by source, each with all targets.
    BySource,
    /// Sixteen sources after sixteen; in each, target by target, with room for one more where there is an even number of them. For
    /// what belongs to one target would otherwise lie so many bytes apart that a processor keeps few of them near at a time.
    ByTarget,
}

impl Layout {
    /// Returns where the cell of a source and a target is, of so many targets.
    #[inline]
    pub(crate) fn place(self, source: usize, target: usize, targets: usize) -> usize {
        match self {
            Self::BySource => source * targets + target,
            Self::ByTarget => {
                source / LANES * Self::batch(targets) + target * LANES + source % LANES
            }
        }
    }

    /// Returns how many cells lie between one sixteen sources and the next, by target and of so many targets.
    #[inline]
    pub(crate) fn batch(targets: usize) -> usize {
        (targets | 1) * LANES
    }
}

/// Turns the rows of one batch into its cells.
pub(crate) struct Gather<'a, L, W, F> {
    pub(crate) rows: &'a [Row<L>],
    /// The targets, on rows.
    pub(crate) targets: &'a Terminals,
    pub(crate) limit: Option<L>,
    pub(crate) layout: Layout,
    pub(crate) cells: &'a mut [W],
    /// Makes what is shown out of what is added up.
    pub(crate) shown: F,
}

impl<L: Lane, W: Lane, F: Fn(L) -> W> Gather<'_, L, W, F> {
    /// Works out one target for all sources.
    #[inline(always)]
    fn row(&self, target: usize) -> Row<L> {
        let mut best = Row::NEVER;
        for (row, cost) in self.targets.hooks(target) {
            best.relax(&self.rows[*row as usize], L::step(*cost));
        }
        if let Some(limit) = self.limit {
            for number in &mut best.0 {
                if !number.is_within(limit) {
                    *number = L::NEVER;
                }
            }
        }
        best
    }

    #[inline(always)]
    fn by_target(&mut self) {
        for target in 0..self.targets.len() {
            let row = self.row(target);
            let cells = &mut self.cells[target * LANES..][..LANES];
            for (cell, number) in cells.iter_mut().zip(&row.0) {
                *cell = (self.shown)(*number);
            }
        }
    }

    #[inline(always)]
    fn by_source(&mut self) {
        let width = self.targets.len();
        for first in (0..width).step_by(LANES) {
            let count = LANES.min(width - first);
            let mut tile = [Row::NEVER; LANES];
            for (step, row) in tile[..count].iter_mut().enumerate() {
                *row = self.row(first + step);
            }
            for (lane, cells) in self.cells.chunks_exact_mut(width).enumerate() {
                for (cell, row) in cells[first..first + count].iter_mut().zip(&tile) {
                    *cell = (self.shown)(row.0[lane % LANES]);
                }
            }
        }
    }
}

impl<L: Lane, W: Lane, F: Fn(L) -> W> WithSimd for Gather<'_, L, W, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        match self.layout {
            Layout::ByTarget => self.by_target(),
            Layout::BySource => self.by_source(),
        }
    }
}
