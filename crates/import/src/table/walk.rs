//! Walks the rows of a table, counts them, and passes over what is not data: blank rows, repeated headers, totals.
//!
//! Every row that is data is in exactly one of the three counts; whatever is passed over is said.

use std::ops::ControlFlow;

use catchment_core::issue::{Issue, Severity};

use super::cells::{Cells, OwnedCells, RunOn};
use super::header::{self, Totals};
use super::row::{Lost, Row, Unknown};
use super::source::{Line, Source};
use super::{Layout, Taker};
use crate::report::FileCounts;

/// The most rows at the end that may wait for whether they are totals.
const MOST_WAITING: usize = 8;

/// How near a total must come to the sum of its column, as a share of it.
const NEAR: f64 = 1e-6;

/// The state of one walk.
pub(super) struct Walk<'a> {
    layout: &'a Layout,
    pub(super) counts: FileCounts,
    unknown: Unknown,
    /// The row before.
    last: u64,
    blank: u64,
    totals: Vec<u64>,
    headers: Vec<u64>,
    /// Rows that are totals if no row of data follows.
    waiting: Vec<(u64, OwnedCells)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(layout: &'a Layout) -> Self {
        Self {
            layout,
            counts: FileCounts {
                file: layout.file.clone(),
                ..FileCounts::default()
            },
            unknown: Unknown::default(),
            last: layout.header_row,
            blank: 0,
            totals: Vec::new(),
            headers: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Deals with one row of the file.
    pub(super) fn line(
        &mut self,
        number: u64,
        line: Line<'_>,
        issues: &mut Vec<Issue>,
        taker: &mut dyn Taker,
    ) {
        if number <= self.layout.header_row {
            return;
        }
        let cells = match line {
            Line::Unreadable {
                message,
                hint,
                text,
            } => {
                self.flush(issues, taker);
                self.pass(number);
                self.counts.rows += 1;
                self.counts.rejected += 1;
                let file = &self.layout.file;
                let issue = Issue::new(file, Severity::RowRejected, message, hint);
                issues.push(issue.at_row(number));
                let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
                let whole = [(0, end)];
                let cells = Cells::new(text, &whole, RunOn::default());
                taker.lost(&Lost { number, cells });
                return;
            }
            Line::Cells(cells) if cells.is_blank() => return,
            Line::Cells(cells) => cells,
        };
        self.pass(number);
        if self.is_repeated_header(cells) {
            self.headers.push(number);
            return;
        }
        match header::totals(cells, self.layout.key()) {
            Totals::Said => self.totals.push(number),
            Totals::Perhaps if self.waiting.len() < MOST_WAITING => {
                self.waiting.push((number, cells.to_owned()));
            }
            Totals::Perhaps | Totals::No => {
                self.flush(issues, taker);
                self.row(number, cells, issues, taker);
            }
        }
    }

    fn is_repeated_header(&self, cells: Cells<'_>) -> bool {
        let headers = &self.layout.headers;
        let first = headers.iter().position(|header| !header.is_empty());
        first.is_some_and(|first| {
            cells.get(first) == Some(headers[first].as_str())
                && header::repeats_header(cells, headers)
        })
    }

    /// Counts the blank rows above a row.
    fn pass(&mut self, number: u64) {
        self.blank += number.saturating_sub(self.last + 1);
        self.last = number;
    }

    /// Hands on the rows that waited: they were no totals.
    fn flush(&mut self, issues: &mut Vec<Issue>, taker: &mut dyn Taker) {
        for (number, cells) in std::mem::take(&mut self.waiting) {
            self.row(number, cells.borrow(), issues, taker);
        }
    }

    fn row(
        &mut self,
        number: u64,
        cells: Cells<'_>,
        issues: &mut Vec<Issue>,
        taker: &mut dyn Taker,
    ) {
        self.counts.rows += 1;
        let mut row = Row {
            layout: self.layout,
            cells,
            number,
            issues,
            unknown: &mut self.unknown,
            mended: false,
            refused: false,
            hushed: false,
        };
        let shaped = row.check_shape();
        let untidy = shaped.is_some() && row.is_untidy();
        let tidy = if untidy { row.tidied() } else { None };
        let taken = match tidy {
            _ if shaped.is_none() || (untidy && tidy.is_none()) => {
                taker.lost(&Lost { number, cells });
                None
            }
            None => taker.take(&mut row),
            Some(tidy) => {
                let mut tidied = Row {
                    layout: row.layout,
                    cells: tidy.borrow(),
                    number,
                    issues: &mut *row.issues,
                    unknown: &mut *row.unknown,
                    mended: row.mended,
                    refused: false,
                    hushed: row.hushed,
                };
                let taken = taker.take(&mut tidied);
                (row.mended, row.refused) = (tidied.mended, tidied.refused);
                taken
            }
        };
        match (taken.is_some() && !row.refused, row.mended) {
            (false, _) => self.counts.rejected += 1,
            (true, true) => self.counts.repaired += 1,
            (true, false) => self.counts.accepted += 1,
        }
    }

    /// Settles what waited, and says what was passed over.
    pub(super) fn finish(
        mut self,
        source: &Source,
        issues: &mut Vec<Issue>,
        taker: &mut dyn Taker,
    ) -> FileCounts {
        if !self.waiting.is_empty() {
            let sums = self.sums(source);
            let (totals, rows): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting)
                .into_iter()
                .partition(|(_, cells)| is_sum(cells.borrow(), &sums));
            self.totals.extend(totals.iter().map(|(number, _)| *number));
            for (number, cells) in rows {
                self.row(number, cells.borrow(), issues, taker);
            }
        }
        self.say(issues);
        self.counts
    }

    /// Adds up, for the columns in which a waiting row has a number, the numbers of the rows above the first of them.
    fn sums(&self, source: &Source) -> Vec<(usize, f64)> {
        let end = self.waiting.first().map_or(0, |(number, _)| *number);
        let mut sums: Vec<(usize, f64)> = Vec::new();
        for (_, cells) in &self.waiting {
            let row = cells.borrow();
            let places = (0..row.len()).filter(|place| row.get(*place).is_some());
            sums.extend(places.map(|place| (place, 0.0)));
        }
        sums.sort_by_key(|(place, _)| *place);
        sums.dedup_by_key(|(place, _)| *place);
        let first = self.layout.header_row + 1;
        let walked = source.walk(first, &mut |number, line| {
            if number >= end {
                return ControlFlow::Break(());
            }
            if let Line::Cells(cells) = line
                && number >= first
                && header::totals(cells, self.layout.key()) != Totals::Said
            {
                for (place, sum) in &mut sums {
                    *sum += cells.get(*place).and_then(header::amount).unwrap_or(0.0);
                }
            }
            ControlFlow::Continue(())
        });
        // What cannot be read again has no sums, and its last rows are data.
        if walked.is_ok() { sums } else { Vec::new() }
    }

    fn say(&self, issues: &mut Vec<Issue>) {
        let mut say = |message: String| {
            issues.push(Issue::new(&self.layout.file, Severity::Note, message, ""));
        };
        let was = |rows: &[u64]| {
            if rows.len() == 1 {
                "row was"
            } else {
                "rows were"
            }
        };
        if self.blank > 0 {
            let were = if self.blank == 1 {
                "row was"
            } else {
                "rows were"
            };
            say(format!(
                "{} blank {were} passed over between rows of data",
                self.blank
            ));
        }
        if !self.totals.is_empty() {
            let rows = header::listed(&self.totals);
            say(format!(
                "{} {} of totals and passed over: row {rows}",
                self.totals.len(),
                was(&self.totals)
            ));
        }
        if !self.headers.is_empty() {
            let rows = header::listed(&self.headers);
            say(format!(
                "{} {} the header once more and passed over: row {rows}",
                self.headers.len(),
                was(&self.headers)
            ));
        }
        for (field, count) in &self.unknown.0 {
            let cells = if *count == 1 {
                "cell says"
            } else {
                "cells say"
            };
            let message =
                format!("{count} {cells} that the value is not known; it is left empty, not 0");
            let issue = Issue::new(&self.layout.file, Severity::Note, message, "");
            issues.push(issue.in_column(self.layout.header_of(field)));
        }
    }
}

fn is_sum(cells: Cells<'_>, sums: &[(usize, f64)]) -> bool {
    sums.iter().any(|(place, sum)| {
        let value = cells.get(*place).and_then(header::amount);
        value.is_some_and(|value| value != 0.0 && (value - sum).abs() <= NEAR * sum.abs().max(1.0))
    })
}
