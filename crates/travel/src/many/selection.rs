//! The part of a hierarchy from which some targets can be descended to, cut out so that sweeps need not run over the rest.
//!
//! Delling, D., Goldberg, A. V. and Werneck, R. F. (2013), Faster batched shortest paths in road networks. Worked out once for a set
//! of targets and then used for every batch of sources. It does not hold the targets.

use std::borrow::Cow;

use crate::adjacency::Adjacency;

use super::positions::Positions;
use super::terminals::Terminals;

/// Nought, because memory comes filled with it: few targets touch little of what there is room for.
const OUTSIDE: u32 = 0;

/// How many rows are left out of a sweep together where no source comes near any of them.
const STRETCH: usize = 64;

/// The positions above some targets, numbered anew, and the arcs between them.
#[derive(Debug)]
pub(crate) struct Selection<'a> {
    /// For each position of the hierarchy the row after its own, or [`OUTSIDE`]; nothing where all are selected.
    row_of: Option<Vec<u32>>,
    /// For each row the arcs that arrive there from rows before it.
    pub(crate) arcs: Cow<'a, Adjacency>,
    /// For stretches of rows, the rows before the stretch that arcs into it come from. Empty unless asked for.
    pub(crate) stretches: Option<Stretches>,
}

/// What lies just outside each stretch of [`STRETCH`] rows.
#[derive(Debug)]
pub(crate) struct Stretches {
    first: Vec<u32>,
    before: Vec<u32>,
}

impl<'a> Selection<'a> {
    /// Selects every position.
    pub(crate) fn whole(down: &'a Adjacency) -> Self {
        Self {
            row_of: None,
            arcs: Cow::Borrowed(down),
            stretches: None,
        }
    }

    /// Selects what is above some of the targets in the arcs that arrive at each position from above.
    pub(crate) fn above(down: &Adjacency, targets: &Terminals, some: &[u32]) -> Self {
        let mut row_of = vec![OUTSIDE; down.nodes()];
        let mut left = Positions::below(down.nodes());
        for target in some {
            for (position, _) in targets.hooks(*target as usize) {
                left.insert(*position);
            }
        }
        let (mut positions, mut size) = (Vec::new(), 0);
        while let Some(position) = left.pop() {
            positions.push(position);
            for (above, _) in down.arcs(position) {
                left.insert(above);
                size += 1;
            }
        }
        let mut first = Vec::with_capacity(positions.len() + 1);
        let (mut heads, mut costs) = (Vec::with_capacity(size), Vec::with_capacity(size));
        first.push(0);
        for (row, position) in positions.iter().rev().enumerate() {
            row_of[*position as usize] = row as u32 + 1;
            for (above, cost) in down.arcs(*position) {
                heads.push(row_of[above as usize] - 1);
                costs.push(cost);
            }
            first.push(heads.len() as u32);
        }
        Self {
            row_of: Some(row_of),
            arcs: Cow::Owned(Adjacency::of(first, heads, costs)),
            stretches: None,
        }
    }

    /// Notes what lies outside each stretch, so that sweeps with a limit can leave stretches out.
    pub(crate) fn with_stretches(mut self) -> Self {
        let mut stretches = Stretches {
            first: vec![0],
            before: Vec::new(),
        };
        let mut heads = Vec::new();
        for start in (0..self.rows()).step_by(STRETCH) {
            let end = (start + STRETCH).min(self.rows());
            let arcs = self.arcs.first[start] as usize..self.arcs.first[end] as usize;
            let outside = self.arcs.head[arcs].iter().copied();
            heads.clear();
            heads.extend(outside.filter(|head| (*head as usize) < start));
            heads.sort_unstable();
            heads.dedup();
            stretches.before.extend_from_slice(&heads);
            stretches.first.push(stretches.before.len() as u32);
        }
        self.stretches = Some(stretches);
        self
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.arcs.nodes()
    }

    /// Returns the row of a position, if it was selected.
    #[inline(always)]
    pub(crate) fn row(&self, position: u32) -> Option<usize> {
        let Some(row_of) = &self.row_of else {
            return Some(position as usize);
        };
        let row = row_of[position as usize];
        (row != OUTSIDE).then(|| row as usize - 1)
    }

    /// Returns some of the targets, in the order given, on rows instead of positions.
    pub(crate) fn rows_of(&self, targets: &Terminals, some: &[u32]) -> Terminals {
        targets.picked(some, |position| {
            let row_of = self.row_of.as_ref();
            row_of.map_or(position, |row_of| row_of[position as usize] - 1)
        })
    }
}

impl Stretches {
    /// Returns the number of stretches.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Returns the rows of a stretch, of so many rows in all.
    #[inline(always)]
    pub(crate) fn rows(stretch: usize, rows: usize) -> std::ops::Range<usize> {
        stretch * STRETCH..((stretch + 1) * STRETCH).min(rows)
    }

    /// Returns the rows before a stretch that its arcs come from.
    #[inline(always)]
    pub(crate) fn before(&self, stretch: usize) -> &[u32] {
        &self.before[self.first[stretch] as usize..self.first[stretch + 1] as usize]
    }
}
