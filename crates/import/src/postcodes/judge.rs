//! Decides what one row of a postcode file says, and counts what cannot be used.
//!
//! Qualities, as their makers define them:
//!
//! | Code-Point Open | ONS | what the point is |
//! |---|---|---|
//! | 10 to 40 | 1 to 4 | of matched addresses: exact |
//! | 50 | 5 | estimated from the postcodes around |
//! | 60 | 6 | the middle of the sector |
//! | | 8 | the last known, of a postcode that ended long ago |
//! | 90 | 9 | none |

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::issue::{Issue, Severity};

use super::layout::FIELDS;
use crate::places::code::Code;
use crate::places::geocoder::{Entry, Millimetres, Standing};
use crate::text;

/// The cells of a row in the order of [`FIELDS`], trimmed and without their quotation marks.
pub(super) type Cells<'a> = [&'a [u8]; 5];

/// Which grid the eastings and northings of a file are on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grids {
    /// The study's.
    pub(super) study: Grid,
    /// Whether the file is known to be on the British National Grid, Northern Ireland on the Irish Grid. Otherwise it is on the study's.
    pub(super) british: bool,
}

/// Why a row cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// It has not all the cells that are needed.
    Short,
    /// Its postcode is none.
    Postcode,
    /// Its easting is no number of metres.
    Easting,
    /// Its northing is no number of metres.
    Northing,
    /// Another row has its postcode.
    Twin,
}

impl Fault {
    const ALL: [Self; 5] = [
        Self::Short,
        Self::Postcode,
        Self::Easting,
        Self::Northing,
        Self::Twin,
    ];

    /// Returns the field at fault, as one of [`FIELDS`].
    pub(super) fn field(self) -> usize {
        match self {
            Self::Short | Self::Postcode | Self::Twin => 0,
            Self::Easting => 1,
            Self::Northing => 2,
        }
    }

    /// Says what is wrong.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Short => {
                "has fewer cells than are needed, or a quotation mark that is not closed"
            }
            Self::Postcode => "is not a postcode",
            Self::Easting | Self::Northing => "cannot be read",
            Self::Twin => "stands in another row too",
        }
    }

    /// Says what to do about it.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Short => "check that the file was saved whole",
            Self::Postcode => "a postcode looks like NP20 4AA",
            Self::Easting | Self::Northing => {
                "eastings and northings are metres on the study's grid, such as 331000 and 187000"
            }
            Self::Twin => "keep one row a postcode",
        }
    }
}

/// Reads what a row says; its number is left at 0. Says too whether it has a quality that means nothing.
pub(super) fn judge(cells: &Cells<'_>, grids: Grids) -> Result<(Entry, bool), Fault> {
    let [code, easting, northing, quality, ended] = *cells;
    let code = Code::from_ascii(code).ok_or(Fault::Postcode)?;
    let is_empty = |cell: &[u8]| cell.is_empty() || cell == b"-";
    let (standing, strange) = match quality {
        b"5" | b"50" => (Standing::Imprecise, false),
        b"6" | b"60" => (Standing::SectorMean, false),
        b"8" => (Standing::Ended, false),
        b"9" | b"90" => (Standing::NoPlace, false),
        b"" | [b'1'..=b'4'] | [b'1'..=b'4', b'0'] => (Standing::Live, false),
        _ => (Standing::Live, true),
    };
    let standing = match standing {
        Standing::Live | Standing::Imprecise if !is_empty(ended) => Standing::Ended,
        standing => standing,
    };
    let entry = |standing, point| Entry {
        code,
        standing,
        point,
        row: 0,
    };
    let nowhere = |cell: &[u8]| is_empty(cell) || cell == b"0";
    if standing == Standing::NoPlace || (nowhere(easting) && nowhere(northing)) {
        return Ok((entry(Standing::NoPlace, [0; 2]), strange));
    }
    let point = [
        millimetres(easting).ok_or(Fault::Easting)?,
        millimetres(northing).ok_or(Fault::Northing)?,
    ];
    Ok(match grids.place(code, point) {
        Some(point) => (entry(standing, point), strange),
        None => (entry(Standing::OffGrid, [0; 2]), strange),
    })
}

impl Grids {
    /// Puts a point on the study's grid; nothing where it lies off it.
    fn place(self, code: Code, point: Millimetres) -> Option<Millimetres> {
        let irish = code.is_northern_irish();
        let from = match (self.british, self.study) {
            // A table of one's own is on the study's grid, but Northern Ireland has never been on the British one.
            (false, Grid::BritishNational) if !irish => return Some(point),
            (false, Grid::Irish | Grid::Local { .. }) => return Some(point),
            _ if irish => Grid::Irish,
            _ => Grid::BritishNational,
        };
        if from == self.study {
            return Some(point);
        }
        let metres = crate::places::geocoder::metres(point);
        let degrees = from.to_lon_lat(metres).ok()?;
        packed(self.study.to_grid(degrees).ok()?)
    }
}

fn packed(point: GridPoint) -> Option<Millimetres> {
    let pack = |metres: f64| {
        // Within 2,000 km a millimetre fits in 32 bits.
        (metres.abs() < 2.0e6).then(|| (metres * 1000.0).round() as i32)
    };
    Some([pack(point.x)?, pack(point.y)?])
}

/// Reads metres as millimetres.
fn millimetres(cell: &[u8]) -> Option<i32> {
    // Nearly all are whole metres.
    if (1..=7).contains(&cell.len()) && cell.iter().all(u8::is_ascii_digit) {
        let metres = cell
            .iter()
            .fold(0_i32, |sum, digit| sum * 10 + i32::from(digit - b'0'));
        return (metres < 2_000_000).then(|| metres * 1000);
    }
    let metres = text::number(std::str::from_utf8(cell).ok()?)?;
    packed(GridPoint { x: metres, y: 0.0 }).map(|[millimetres, _]| millimetres)
}

/// How many rows of one fault are listed before the rest are only counted.
pub(super) const LISTED: usize = 20;

/// A row at fault: which row of all rows, and what stands in the cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Example {
    pub(super) fault: Fault,
    pub(super) row: u32,
    pub(super) what: String,
}

/// Rows at fault: all counted, the first of each fault kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    counts: [u64; Fault::ALL.len()],
    examples: Vec<Example>,
}

impl Faults {
    /// Counts a row, and keeps it where it is one of the first of its fault. Rows come in order.
    pub(super) fn add(&mut self, fault: Fault, row: u32, what: impl FnOnce() -> String) {
        if self.is_listed(fault) {
            let what = what();
            self.examples.push(Example { fault, row, what });
        }
        self.counts[fault as usize] += 1;
    }

    /// Says whether the next row of a fault is among those that are listed.
    pub(super) fn is_listed(&self, fault: Fault) -> bool {
        self.counts[fault as usize] < LISTED as u64
    }

    /// Adds those of later rows.
    pub(super) fn append(&mut self, later: Self) {
        for example in later.examples {
            let kept = self
                .examples
                .iter()
                .filter(|kept| kept.fault == example.fault);
            if kept.count() < LISTED {
                self.examples.push(example);
            }
        }
        for (count, more) in self.counts.iter_mut().zip(later.counts) {
            *count += more;
        }
    }

    /// Moves all rows on by a number.
    pub(super) fn move_on(&mut self, by: u32) {
        for example in &mut self.examples {
            example.row += by;
        }
    }

    /// Counts all rows at fault.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Lists the rows that were kept, by their order.
    pub(super) fn examples(&mut self) -> &[Example] {
        self.examples.sort_by_key(|example| example.row);
        &self.examples
    }

    /// Says of each fault how many rows more there are than are listed.
    pub(super) fn rest(&self, file: &str, headers: &[String; 5]) -> Vec<Issue> {
        let more = Fault::ALL.into_iter().filter_map(|fault| {
            let more = self.counts[fault as usize].saturating_sub(LISTED as u64);
            if more == 0 {
                return None;
            }
            let message = format!("{more} more rows: {}", fault.message());
            let issue = Issue::new(file, Severity::RowRejected, message, fault.hint());
            Some(issue.in_column(column(headers, fault)))
        });
        more.collect()
    }
}

/// Names the column of a fault.
pub(super) fn column(headers: &[String; 5], fault: Fault) -> &str {
    let field = fault.field();
    headers
        .get(field)
        .map(String::as_str)
        .filter(|header| !header.is_empty())
        .unwrap_or(FIELDS[field])
}

/// Writes the start of a cell for a message.
pub(super) fn shown(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell)
        .chars()
        .take(40)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}
