//! Reads postcode directories: ONSPD, NSPL and Code-Point Open as they are published, and any other table with coordinates.
//!
//! A published file is recognised by its header or its shape (`layout`), found where it is packed (`source`) and read block by block
//! (`rows`). Any other table goes through the façade that all tables go through. Both judge their rows alike (`judge`).
//!
//! Every postcode goes into the geocoder, with how well its place is known; only those in use with a point of their own, in or near the
//! study's areas, carry residents and go into the study. It deliberately reads none of the codes of areas: where a postcode lies
//! is found from its point and the study's own boundaries.

mod judge;
mod layout;
mod rows;
mod source;

#[cfg(test)]
mod tests;

use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Postcode;
use serde::{Deserialize, Serialize};

use crate::background::Read;
#[cfg(test)]
use crate::places::code::Code;
use crate::places::geocoder::{Entry, Geocoder, Standing, metres, without_twins};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use judge::{Cells, Example, Fault, Faults, Grids, column, judge, shown};
use layout::{FIELDS, KNOWN};
use rows::Rows;
pub(crate) use source::csv_files;
use source::{Found, find};

/// Postcodes further than this from the frame of all areas are of no use but to place who lives there; metres.
const NEARBY: f64 = 10_000.0;

/// What was read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct PostcodesRead {
    /// Postcodes in use, with a point of their own, in or near the study's areas; in the order of the file.
    pub(crate) live: Vec<Postcode>,
    /// All postcodes.
    pub(crate) geocoder: Geocoder,
}

/// Where the study is.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    /// Its grid.
    pub(crate) grid: Grid,
    /// The frame of all its areas, where it has any.
    pub(crate) frame: Option<geo::Rect<f64>>,
}

/// Reads postcodes.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Postcodes,
    around: Around,
    issues: &mut Vec<Issue>,
) -> Read<PostcodesRead> {
    let unusable = |message: String| {
        let hint = "give ONSPD, NSPL or Code-Point Open as it is published, or a table with postcode, easting and northing";
        Issue::new(&section.file, Severity::FileUnusable, message, hint)
    };
    let path = folder.join(&section.file);
    match find(&path, section).map_err(unusable)? {
        Some(found) => published(&found, section, around, issues),
        None if path.is_dir() => Err(unusable(
            "is a folder without a postcode file that is recognised".to_owned(),
        )),
        None => table(folder, section, around, issues),
    }
}

/// Where the rows of each file begin, counted on through all files.
struct Starts(Vec<(u64, Option<String>)>);

impl Starts {
    /// Says which row of which file a row is.
    fn place(&self, row: u32) -> (u64, Option<&str>) {
        let row = u64::from(row);
        let start = self.0.iter().rev().find(|(before, _)| *before < row);
        start.map_or((row, None), |(before, name)| {
            (row - before, name.as_deref())
        })
    }

    fn issue(&self, file: &str, row: u32, message: &str, hint: &str) -> Issue {
        let (row, name) = self.place(row);
        let message = name.map_or_else(|| message.to_owned(), |name| format!("{name}: {message}"));
        Issue::new(file, Severity::RowRejected, message, hint).at_row(row)
    }
}

/// Reads the files that were recognised.
fn published(
    found: &Found,
    section: &study_file::Postcodes,
    around: Around,
    issues: &mut Vec<Issue>,
) -> Read<PostcodesRead> {
    let file = section.file.as_str();
    let hint = "check that it was downloaded whole";
    let grids = Grids {
        study: around.grid,
        british: true,
    };
    let mut rows = Rows::default();
    let mut lines = 0;
    let mut starts = Starts(Vec::new());
    for member in &found.members {
        starts.0.push((lines, member.name.clone()));
        found
            .open(member, |source| {
                rows::read(source, &member.layout, grids, &mut lines, &mut rows)
            })
            .map_err(|message| {
                let name = member
                    .name
                    .as_deref()
                    .map_or_else(String::new, |name| format!("{name} "));
                Issue::new(
                    file,
                    Severity::FileUnusable,
                    format!("{name}{message}"),
                    hint,
                )
            })?;
    }
    let Some(first) = found.members.first() else {
        return Err(Issue::new(file, Severity::FileUnusable, "is empty", hint));
    };
    issues.push(recognition(found, file));
    list_faults(
        &mut rows.faults,
        &starts,
        file,
        &first.layout.headers,
        issues,
    );
    let counts = rows.counts(file);
    let gathered = Gathered {
        file,
        entries: rows.entries,
        strange: rows.strange,
        starts,
        headers: first.layout.headers.clone(),
        counts,
    };
    gathered.finish(around, issues)
}

/// Lists the first rows of each fault, and says how many more there are.
fn list_faults(
    faults: &mut Faults,
    starts: &Starts,
    file: &str,
    headers: &[String; 5],
    issues: &mut Vec<Issue>,
) {
    for Example { fault, row, what } in faults.examples() {
        let message = match what.as_str() {
            "" => fault.message().to_owned(),
            what => format!("{}: \"{what}\"", fault.message()),
        };
        let issue = starts.issue(file, *row, &message, fault.hint());
        issues.push(issue.in_column(column(headers, *fault)));
    }
    issues.extend(faults.rest(file, headers));
}

/// Says what was recognised.
fn recognition(found: &Found, file: &str) -> Issue {
    let mut message = found
        .members
        .first()
        .map_or_else(String::new, |member| member.layout.says());
    if found.members.len() > 1 {
        message = format!("{message}; {} files of it", found.members.len());
    } else if let Some(name) = found
        .members
        .first()
        .and_then(|member| member.name.as_ref())
    {
        message = format!("{message}; from {name}");
    }
    if found.passed_over > 0 {
        message = format!(
            "{message}; {} more postcode files further in were not read",
            found.passed_over
        );
    }
    let hint = "name the columns in study.toml where this is wrong";
    Issue::new(file, Severity::Note, message, hint)
}

/// Reads a table like any other.
fn table(
    folder: &Path,
    section: &study_file::Postcodes,
    around: Around,
    issues: &mut Vec<Issue>,
) -> Read<PostcodesRead> {
    let columns: [Column; 5] = [
        required("postcode").or(KNOWN[0]),
        required("easting").or(KNOWN[1]),
        required("northing").or(KNOWN[2]),
        optional("quality").or(KNOWN[3]),
        optional("ended").or(KNOWN[4]),
    ];
    let own = FIELDS.into_iter().zip(layout::own(section));
    let table = section.as_table(folder, &own.collect::<Vec<_>>());
    let reader = Reader::open(&table, &columns, issues)?;
    let grids = Grids {
        study: around.grid,
        // The ONS's own column names are on the National Grid in whatever table they stand.
        british: ["oseast1m", "east1m"]
            .iter()
            .any(|header| !reader.places_of(header).is_empty()),
    };
    let mut rows = Rows::default();
    let counts = reader.each(issues, |row| take(row, grids, &mut rows));
    let headers = <[String; 5]>::default();
    issues.extend(rows.faults.rest(&section.file, &headers));
    let gathered = Gathered {
        file: &section.file,
        entries: rows.entries,
        strange: rows.strange,
        starts: Starts(vec![(0, None)]),
        headers,
        counts,
    };
    gathered.finish(around, issues)
}

/// Takes a row of a table like any other, or rejects it. Of a million bad rows the first are listed and all are counted.
fn take(row: &mut Row<'_>, grids: Grids, rows: &mut Rows) -> Option<()> {
    let texts = FIELDS.map(|field| row.text(field).unwrap_or_default().to_owned());
    let cells: Cells<'_> = std::array::from_fn(|place| texts[place].as_bytes());
    let number = u32::try_from(row.number()).unwrap_or(u32::MAX);
    match judge(&cells, grids) {
        Ok((entry, strange)) => {
            rows.strange += u64::from(strange);
            rows.entries.push(Entry {
                row: number,
                ..entry
            });
            Some(())
        }
        Err(fault) => {
            if rows.faults.is_listed(fault) {
                let what = shown(cells[fault.field()]);
                let message = match what.as_str() {
                    "" => "is empty".to_owned(),
                    what => format!("{}: \"{what}\"", fault.message()),
                };
                row.reject(FIELDS[fault.field()], &message, fault.hint());
            }
            rows.faults.add(fault, number, String::new);
            None
        }
    }
}

/// All rows that could be read.
struct Gathered<'a> {
    file: &'a str,
    entries: Vec<Entry>,
    strange: u64,
    starts: Starts,
    headers: [String; 5],
    counts: FileCounts,
}

impl Gathered<'_> {
    /// Takes out twins, chooses what the study needs, and says what there is.
    fn finish(mut self, around: Around, issues: &mut Vec<Issue>) -> Read<PostcodesRead> {
        self.take_out_twins(issues);
        if self.is_swapped(around) {
            return Err(Issue::new(
                self.file,
                Severity::FileUnusable,
                "easting and northing look swapped: no postcode lies near an area, and some would with the two exchanged",
                "exchange the two columns in study.toml",
            ));
        }
        let near = |entry: &&Entry| {
            let point = metres(entry.point);
            around.frame.is_none_or(|frame| {
                (frame.min().x - NEARBY..=frame.max().x + NEARBY).contains(&point.x)
                    && (frame.min().y - NEARBY..=frame.max().y + NEARBY).contains(&point.y)
            })
        };
        let mut live: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| matches!(entry.standing, Standing::Live | Standing::Imprecise))
            .filter(near)
            .collect();
        live.sort_unstable_by_key(|entry| entry.row);
        let live: Vec<Postcode> = live
            .into_iter()
            .map(|entry| Postcode {
                code: entry.code.text(),
                point: metres(entry.point),
            })
            .collect();
        let aside = |entry: &&Entry| match entry.standing {
            Standing::OffGrid => true,
            Standing::NoPlace => false,
            _ => !near(entry),
        };
        self.counts.set_aside = self.entries.iter().filter(aside).count() as u64;
        self.say(live.len(), issues);
        let geocoder = Geocoder::new(&self.entries);
        Ok((PostcodesRead { live, geocoder }, self.counts))
    }

    fn take_out_twins(&mut self, issues: &mut Vec<Issue>) {
        let twins = without_twins(&mut self.entries);
        let mut faults = Faults::default();
        for twin in &twins {
            if faults.is_listed(Fault::Twin) {
                let (kept, name) = self.starts.place(twin.kept);
                let of = name.map_or_else(String::new, |name| format!(" of {name}"));
                let message = format!(
                    "{} stands in row {kept}{of} too, which is kept",
                    twin.code.text()
                );
                let issue = self
                    .starts
                    .issue(self.file, twin.row, &message, Fault::Twin.hint());
                issues.push(issue.in_column(column(&self.headers, Fault::Twin)));
            }
            faults.add(Fault::Twin, twin.row, String::new);
        }
        issues.extend(faults.rest(self.file, &self.headers));
        self.counts.accepted -= twins.len() as u64;
        self.counts.rejected += twins.len() as u64;
    }

    /// Says whether no postcode lies in the frame of the areas and one would with its coordinates exchanged.
    fn is_swapped(&self, around: Around) -> bool {
        let Some(frame) = around.frame else {
            return false;
        };
        let inside = |x: f64, y: f64| {
            (frame.min().x..=frame.max().x).contains(&x)
                && (frame.min().y..=frame.max().y).contains(&y)
        };
        let points = || {
            self.entries
                .iter()
                .filter(|entry| entry.standing < Standing::OffGrid)
                .map(|entry| metres(entry.point))
        };
        !points().any(|point| inside(point.x, point.y))
            && points().any(|point| inside(point.y, point.x))
    }

    fn say(&self, live: usize, issues: &mut Vec<Issue>) {
        let count = |standing| {
            self.entries
                .iter()
                .filter(|entry| entry.standing == standing)
                .count() as u64
        };
        let off_grid = count(Standing::OffGrid);
        let parts = [
            (count(Standing::Imprecise), "with an estimated point"),
            (count(Standing::Ended), "have ended"),
            (
                count(Standing::SectorMean),
                "with the middle of their sector for a point",
            ),
            (count(Standing::NoPlace), "without a location"),
            (off_grid, "off the study's grid"),
            (
                self.counts.set_aside - off_grid,
                "more than 10 km from every area",
            ),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if !parts.is_empty() {
            let message = format!(
                "{live} of {} postcodes are in use and in or near the areas; of all, {}",
                self.entries.len(),
                parts.join(", ")
            );
            let hint = "nothing to do: those not in use or far away place people and services, with their grade, and carry no residents";
            issues.push(Issue::new(self.file, Severity::Note, message, hint));
        }
        if self.strange > 0 {
            let message = format!(
                "{} rows have a quality that is neither Code-Point's (10 to 90) nor the ONS's (1 to 9); their points are taken as exact",
                self.strange
            );
            let hint = "check which column is named as quality in study.toml";
            issues.push(Issue::new(self.file, Severity::Note, message, hint));
        }
    }
}

/// Reads bytes as a postcode file would be read, for fuzzing.
pub(crate) fn read_bytes(bytes: &[u8]) {
    let section = study_file::Postcodes::of("bytes");
    source::zip_of_bytes(bytes, &section);
    let Some(layout) = source::recognised(bytes, &section) else {
        return;
    };
    let mut rows = Rows::default();
    let mut lines = 0;
    let grids = Grids {
        study: Grid::BritishNational,
        british: true,
    };
    let mut source = bytes;
    if rows::read(&mut source, &layout, grids, &mut lines, &mut rows).is_err() {
        return;
    }
    let frame = geo::Rect::new((320_000.0, 180_000.0), (340_000.0, 195_000.0));
    let counts = rows.counts("bytes");
    let gathered = Gathered {
        file: "bytes",
        entries: rows.entries,
        strange: rows.strange,
        starts: Starts(vec![(0, None)]),
        headers: layout.headers,
        counts,
    };
    let around = Around {
        grid: Grid::BritishNational,
        frame: Some(frame),
    };
    let _ = gathered.finish(around, &mut Vec::new());
}
