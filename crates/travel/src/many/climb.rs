//! The way up: from sixteen sources at once to every more important position.
//!
//! Positions are in topological order, so the climb takes the last one that is left, again and again, and never has to compare costs
//! to decide whose turn it is. Sources near each other climb through the same positions and share the work.

use crate::adjacency::Adjacency;
use crate::units::Cost;

use super::lanes::{Lane, Row};
use super::positions::Positions;

/// Nought, because memory comes filled with it: a climb touches little of what it has room for.
const UNSEEN: u32 = 0;

/// What sixteen sources reach by climbing, and the room it was worked out in.
#[derive(Debug)]
pub(crate) struct Climb<W> {
    /// All positions seen.
    seen: Vec<u32>,
    /// Those within the limit, the most important one first.
    within: Vec<u32>,
    rows: Vec<Row<W>>,
    /// For each position the place after its row's while a climb lasts.
    row_of: Vec<u32>,
    left: Positions,
}

impl<W: Lane> Climb<W> {
    /// Makes room for a hierarchy of so many nodes.
    pub(crate) fn new(nodes: usize) -> Self {
        Self {
            seen: Vec::new(),
            within: Vec::new(),
            rows: Vec::new(),
            row_of: vec![UNSEEN; nodes],
            left: Positions::below(nodes),
        }
    }

    /// Forgets the climb before.
    pub(crate) fn clear(&mut self) {
        for position in self.seen.drain(..) {
            self.row_of[position as usize] = UNSEEN;
        }
        self.within.clear();
        self.rows.clear();
    }

    /// Starts a source at a position, with what it costs to get there.
    pub(crate) fn start(&mut self, lane: usize, position: u32, cost: Cost) {
        let row = self.row(position);
        let number = &mut self.rows[row].0[lane];
        *number = number.least(W::start(cost));
    }

    /// Returns the place of a position's row; a new one has yet to be looked at.
    #[inline(always)]
    fn row(&mut self, position: u32) -> usize {
        let row = self.row_of[position as usize];
        if row != UNSEEN {
            return row as usize - 1;
        }
        let new = self.rows.len();
        self.rows.push(Row::NEVER);
        self.row_of[position as usize] = self.rows.len() as u32;
        self.seen.push(position);
        self.left.insert(position);
        new
    }

    /// Climbs from all that was started to all above, no further than the limit. Returns what says whether a sum may have gone wrong.
    #[inline(always)]
    pub(crate) fn run(&mut self, up: &Adjacency, limit: Option<W>) -> Row<W> {
        let mut sums = Row::NEVER;
        while let Some(position) = self.left.pop() {
            let from = *self.reached_row(position);
            sums.either(&from);
            if limit.is_some_and(|limit| !from.any_within(limit)) {
                continue;
            }
            self.within.push(position);
            for (head, cost) in up.arcs(position) {
                let row = self.row(head);
                self.rows[row].relax(&from, W::step(cost));
            }
        }
        self.within.reverse();
        sums
    }

    /// Walks what was reached within the limit, the most important position first.
    #[inline(always)]
    pub(crate) fn reached(&self) -> impl Iterator<Item = (u32, &Row<W>)> {
        let within = self.within.iter();
        within.map(|position| (*position, self.reached_row(*position)))
    }

    #[inline(always)]
    fn reached_row(&self, position: u32) -> &Row<W> {
        &self.rows[self.row_of[position as usize] as usize - 1]
    }
}
