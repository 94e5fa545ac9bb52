//! The table itself, written while it is worked out.
//!
//! Journeys come in blocks of whole rows; the rows of a block are written on all threads and put down in order, so a table of any length
//! takes the memory of a block, and is the same whatever the number of threads. What has no journey is never passed over: it has a
//! reason in its row, or is counted.

use std::io::{self, Write};
use std::ops::ControlFlow;

use catchment_core::journey::NoJourney;
use catchment_release::OwnerTable;
use catchment_travel::{Block, Cost, Metres, PreparedNetwork, Seconds, Snap, TimeAndDistance};
use rayon::prelude::*;

use super::ends::{Ends, as_end};
use super::line;
use super::size::grouped;
use crate::console::Console;

/// About how many pairs one thread writes down at a time.
const PART: usize = 1 << 15;

/// How many of the few nearest are looked for at a time.
const NEAREST: usize = 1 << 20;

/// A table that is to be worked out.
pub(super) struct Table<'a> {
    pub(super) from: &'a Ends,
    pub(super) to: &'a Ends,
    /// Why no journey ends at any of `to`; nothing where one may.
    pub(super) out_of_reach: Option<NoJourney>,
    pub(super) streets: &'a PreparedNetwork,
    /// Only the so many nearest.
    pub(super) few: Option<usize>,
    /// Only journeys of at most this time.
    pub(super) limit: Option<Seconds>,
    pub(super) most_rows: u64,
    pub(super) console: &'a Console,
    pub(super) counts: &'a mut Counts,
}

/// What became of all pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Rows of the table, the header left out.
    pub(super) rows: u64,
    /// Pairs that have a row without a journey.
    without: u64,
    /// Places from which nothing was reached, each with a row of its own.
    nothing: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.without += other.without;
        self.nothing += other.nothing;
    }

    /// Says how much has no journey, of places that are nobody's homes.
    pub(super) fn said(self, from: &Ends) -> Vec<String> {
        let mut said = Vec::new();
        if self.without > 0 {
            said.push(format!(
                "{} of them have no journey; the column why says why",
                grouped(self.without.into())
            ));
        }
        if self.nothing > 0 {
            said.push(format!(
                "from {} of {} {} nothing was reached; each has a row with the reason",
                grouped(self.nothing.into()),
                grouped(from.ids.len() as u128),
                from.what
            ));
        }
        said
    }
}

impl OwnerTable for Table<'_> {
    fn write(mut self, out: &mut dyn Write) -> io::Result<()> {
        let column = |there: bool, name: &'static str| if there { name } else { "" };
        let header = format!(
            "from,{}to,{}{}minutes,km,straight_km,why\n",
            column(self.from.names.is_some(), "from_name,"),
            column(self.to.names.is_some(), "to_name,"),
            column(self.few.is_some(), "rank,")
        );
        out.write_all(header.as_bytes())?;
        match self.few {
            Some(few) => self.nearest(few, out)?,
            None => self.blocks(out)?,
        }
        out.flush()
    }
}

/// Rows written by one thread.
type Written = (Vec<u8>, Counts);

impl Table<'_> {
    /// Says whether pairs without a journey have no row.
    fn is_sparse(&self) -> bool {
        self.few.is_some() || self.limit.is_some()
    }

    /// Writes a table of all pairs, or of all within the limit.
    fn blocks(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let (origins, from) = self.from.on_streets();
        let (destinations, _) = self.to.on_streets();
        let mut many = self.streets.many().whole_rows();
        if let Some(limit) = self.limit {
            many = many.within(limit);
        }
        let mut next = 0;
        let flow = many.for_each_block(
            &origins[..],
            &destinations[..],
            |block: &Block<'_, TimeAndDistance>| {
                let rows = block.origins();
                let each = (self.to.ids.len().max(1), rows.len());
                let written = Self::each_part(each, out, |part, row| {
                    let origin = rows[row] as usize;
                    // Places that are on no street come in their turn.
                    let first = row
                        .checked_sub(1)
                        .map_or(next, |row| from[rows[row] as usize] + 1);
                    for off in first..from[origin] {
                        self.row(off, |_| None, part);
                    }
                    self.row(from[origin], |column| block.at(row, column), part);
                });
                next = rows.last().map_or(next, |last| from[*last as usize] + 1);
                match written.and_then(|counts| self.count(counts, next)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => ControlFlow::Break(error),
                }
            },
        );
        if let ControlFlow::Break(error) = flow {
            return Err(error);
        }
        let rest = next..self.from.ids.len();
        let written = Self::each_part((self.to.ids.len().max(1), rest.len()), out, |part, row| {
            self.row(next + row, |_| None, part);
        })?;
        self.count(written, self.from.ids.len())
    }

    /// Writes the few nearest of each.
    fn nearest(&mut self, few: usize, out: &mut dyn Write) -> io::Result<()> {
        let (origins, from) = self.from.on_streets();
        let (destinations, to) = self.to.on_streets();
        let mut many = self.streets.many();
        if let Some(limit) = self.limit {
            many = many.within(limit);
        }
        let few = few.min(destinations.len().max(1));
        let mut start = 0;
        let at_a_time = (NEAREST / few).max(1);
        while start < self.from.ids.len() {
            // As many places as have so many on the streets among them.
            let first = from.partition_point(|place| *place < start);
            let last = (first + at_a_time).min(from.len());
            let end = from.get(last).copied().unwrap_or(self.from.ids.len());
            let found = many.nearest(&origins[first..last], &destinations[..], few);
            let written = Self::each_part((few, end - start), out, |part, row| {
                let place = start + row;
                let origin = from.binary_search(&place).ok();
                let sites = origin
                    .into_iter()
                    .flat_map(|origin| found.of(origin - first));
                let sites = sites.map(|(site, cost)| (to[site], &destinations[site], cost));
                self.ranked(place, sites, part);
            })?;
            self.count(written, end)?;
            start = end;
        }
        Ok(())
    }

    /// Writes rows on all threads, each thread a part of them, and puts them down in order.
    ///
    /// `size` is about how many pairs a row has, and how many rows there are.
    fn each_part(
        (width, rows): (usize, usize),
        out: &mut dyn Write,
        write: impl Fn(&mut Written, usize) + Sync,
    ) -> io::Result<Counts> {
        let length = (PART / width).max(1);
        let parts = rows.div_ceil(length);
        let together = rayon::current_num_threads() * 4;
        let mut counts = Counts::default();
        for wave in (0..parts).step_by(together) {
            let wave: Vec<Written> = (wave..(wave + together).min(parts))
                .into_par_iter()
                .map(|part| {
                    let mut written = Written::default();
                    let rows = part * length..((part + 1) * length).min(rows);
                    rows.for_each(|row| write(&mut written, row));
                    written
                })
                .collect();
            for (text, of) in wave {
                out.write_all(&text)?;
                counts.add(of);
            }
        }
        Ok(counts)
    }

    /// Counts what was written and shows how far it is.
    fn count(&mut self, counts: Counts, done: usize) -> io::Result<()> {
        self.counts.add(counts);
        self.console.show(
            "working out journeys",
            done as u64,
            self.from.ids.len() as u64,
        );
        if self.counts.rows > self.most_rows {
            return Err(io::Error::other(format!(
                "the table has more than {} rows; say fewer minutes, or --k",
                grouped(self.most_rows.into())
            )));
        }
        Ok(())
    }

    /// Writes all rows of one place; `found` knows what it costs to the places that are on the streets, by their number among them.
    fn row(&self, from: usize, found: impl Fn(usize) -> Option<Cost>, part: &mut Written) {
        let start = &self.from.snaps[from];
        let before = part.1.rows;
        let mut column = 0;
        for (to, end) in self.to.snaps.iter().enumerate() {
            let cost = match (start, end) {
                (Err(why), _) => Err(why.as_start()),
                (_, Err(why)) => Err(as_end(*why)),
                (Ok(start), Ok(end)) => {
                    column += 1;
                    let cost = found(column - 1).ok_or(NoJourney::NoRoute);
                    cost.map(|cost| (cost, start, end))
                }
            };
            match cost {
                Ok((cost, start, end)) => self.journey((from, to, None), (start, end), cost, part),
                Err(_) if self.is_sparse() => {}
                Err(why) => {
                    part.1.without += 1;
                    self.without((from, Some(to)), why, part);
                }
            }
        }
        if self.is_sparse() && part.1.rows == before {
            self.nothing(from, part);
        }
    }

    /// Writes the few nearest of one place.
    fn ranked<'b>(
        &self,
        from: usize,
        sites: impl Iterator<Item = (usize, &'b Snap, Cost)>,
        part: &mut Written,
    ) {
        let before = part.1.rows;
        if let Ok(start) = &self.from.snaps[from] {
            for (rank, (to, end, cost)) in sites.enumerate() {
                self.journey((from, to, Some(rank + 1)), (start, end), cost, part);
            }
        }
        if part.1.rows == before {
            self.nothing(from, part);
        }
    }

    /// Writes the one row of a place from which nothing was reached.
    fn nothing(&self, from: usize, part: &mut Written) {
        let why = match &self.from.snaps[from] {
            Err(why) => why.as_start(),
            Ok(_) => self.out_of_reach.unwrap_or(NoJourney::NoRoute),
        };
        part.1.nothing += 1;
        self.without((from, None), why, part);
    }

    fn journey(
        &self,
        (from, to, rank): (usize, usize, Option<usize>),
        (start, end): (&Snap, &Snap),
        cost: Cost,
        (text, counts): &mut Written,
    ) {
        let cost = self.streets.network().told(cost);
        let (a, b) = (start.point(), end.point());
        self.from.write(Some(from), text);
        self.to.write(Some(to), text);
        if let Some(rank) = rank {
            line::whole(text, rank);
            text.push(b',');
        }
        line::minutes(text, cost);
        text.push(b',');
        line::kilometres(text, cost);
        text.push(b',');
        line::straight(text, Metres::new((a[0] - b[0]).hypot(a[1] - b[1])));
        text.extend_from_slice(b",\n");
        counts.rows += 1;
    }

    fn without(
        &self,
        (from, to): (usize, Option<usize>),
        why: NoJourney,
        (text, counts): &mut Written,
    ) {
        self.from.write(Some(from), text);
        self.to.write(to, text);
        let rank_to_straight: &[u8] = if self.few.is_some() { b",,,," } else { b",,," };
        text.extend_from_slice(rank_to_straight);
        text.extend_from_slice(word(why, self.limit.is_some()).as_bytes());
        text.push(b'\n');
        counts.rows += 1;
    }
}

/// Returns the word that the table has for a reason. Within a limit no journey was found, which is not to say that there is none.
fn word(why: NoJourney, limited: bool) -> &'static str {
    match why {
        NoJourney::StartOffNetwork => "start_off_network",
        NoJourney::EndOffNetwork => "end_off_network",
        NoJourney::PlaceTooCoarse => "place_too_coarse",
        NoJourney::NoRoute if limited => "none_within",
        NoJourney::NoRoute => "no_route",
    }
}
