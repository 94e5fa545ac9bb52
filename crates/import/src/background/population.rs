//! Reads residents by area, with a row for each area (the wide form) or for each area and age band (the long form).
//!
//! Residents of other boundaries are refused and not carried over: nobody knows where within an area they live.

use std::collections::BTreeMap;
use std::path::Path;

use catchment_core::area::{Population, Residents};
use catchment_core::id::{AreaId, AreaSetId};
use catchment_core::issue::{Issue, Severity};

use super::bands::{self, Meeting, Run, Span};
use super::{Codes, Read, keep, no_area};
use crate::join::Join;
use crate::join::years::Told;
use crate::report::FileCounts;
use crate::spatial::counted;
use crate::study_file;
use crate::table::{Reader, Row, required};
use crate::text;

const HINT: &str = "residents are a number of 0 or more";

/// Age bands may come to so much more than the total because each figure was rounded: so many people, or such a share of the total.
const ROUNDING: (f64, f64) = (10.0, 0.01);

/// Reads residents by area, in the wide or the long form.
pub(crate) fn population(
    folder: &Path,
    section: &study_file::Population,
    set: AreaSetId,
    codes: &Codes,
    issues: &mut Vec<Issue>,
) -> Read<Population> {
    let (bands, rows, counts) = match (&section.total, &section.band, &section.count) {
        (Some(total), None, None) => wide(folder, section, total, codes, issues)?,
        (None, Some(band), Some(count)) => long(folder, section, [band, count], codes, issues)?,
        _ => {
            return Err(Issue::new(
                study_file::STUDY_FILE,
                Severity::FileUnusable,
                "[population] needs either `total` (one row an area) or both `band` and `count` (one row an area and age band)",
                "see the comments that `catchment init` writes",
            ));
        }
    };
    if rows.is_empty() {
        return Err(no_area(&section.file, &section.areas));
    }
    let rows = rows.into_values().collect();
    Ok((Population { set, bands, rows }, counts))
}

type PopulationRows = (Vec<String>, BTreeMap<AreaId, Residents>, FileCounts);

/// Starts to join rows to areas, unless they are known to be of another year.
fn join<'a>(
    section: &'a study_file::Population,
    codes: &'a Codes,
    issues: &mut Vec<Issue>,
) -> Result<Join<'a>, Issue> {
    let told = Told {
        file: &section.file,
        given: ("vintage", section.vintage.as_deref()),
        header: &section.code,
        names: section.layer.as_deref().into_iter().collect(),
    };
    let year = told.year(codes, issues)?;
    let mut join = Join::start(&section.file, &section.areas, codes, "code", &section.code);
    join.of_year(year.as_ref(), "")?;
    Ok(join)
}

fn wide(
    folder: &Path,
    section: &study_file::Population,
    total: &String,
    codes: &Codes,
    issues: &mut Vec<Issue>,
) -> Result<PopulationRows, Issue> {
    let columns = [required("code"), required("total")];
    let headers = [("code", Some(&section.code)), ("total", Some(total))];
    let mut join = join(section, codes, issues)?;
    let reader = Reader::open(&section.as_table(folder, &headers), &columns, issues)?;
    let runs = bands::runs(&reader, section, issues)?;
    let mut rows: BTreeMap<AreaId, Residents> = BTreeMap::new();
    let mut excess = Excess::default();
    let counts = reader.each(issues, |row| {
        let Some(area) = join.area(row)? else {
            return Some(());
        };
        let residents = residents(row, area, &runs, &mut excess)?;
        keep(&mut rows, area, residents, row)
    });
    issues.extend(excess.told(&section.file, total));
    let counts = join.finish(counts, issues)?;
    let bands = section.bands.iter().flatten();
    Ok((bands.map(|band| band.label.clone()).collect(), rows, counts))
}

/// Reads the residents of one row: the total, and the sum of the columns of each band.
fn residents(
    row: &mut Row<'_>,
    area: AreaId,
    runs: &[Run],
    excess: &mut Excess,
) -> Option<Residents> {
    let total = row.needed_as("total", not_negative, HINT)?;
    let sum = |run: &Run| -> Option<f64> {
        let cells = run.clone();
        cells
            .map(|place| row.cell(place).and_then(not_negative))
            .sum()
    };
    let Some(bands) = runs.iter().map(sum).collect::<Option<Vec<f64>>>() else {
        row.reject(
            "total",
            "has an age column that is not a number",
            "residents are numbers of 0 or more",
        );
        return None;
    };
    let sum: f64 = bands.iter().sum();
    if !excess.allows(sum, total) {
        let message = format!(
            "has age bands that come to {sum:.0}, which is more than the total, {total:.0}"
        );
        let hint = "see which of the two is right, and that no band holds people twice";
        row.reject("total", &message, hint);
        return None;
    }
    Some(Residents { area, total, bands })
}

/// Counts the rows in which age bands come to a little more than the total.
#[derive(Default)]
struct Excess {
    rows: usize,
    most: f64,
}

impl Excess {
    /// Says whether bands may come to `sum`, and counts it where that is more than the total.
    fn allows(&mut self, sum: f64, total: f64) -> bool {
        let over = sum - total;
        if over > ROUNDING.0.max(ROUNDING.1 * total) {
            return false;
        }
        // Estimates have fractions, whose sum is a little off.
        if over > 0.5 {
            self.rows += 1;
            self.most = self.most.max(over);
        }
        true
    }

    fn told(&self, file: &str, total: &str) -> Option<Issue> {
        let message = format!(
            "has age bands that come to more than the total in {}, by {:.0} at most; both were kept as they are",
            counted(self.rows, "row", "rows"),
            self.most
        );
        let hint =
            "right where every figure was rounded or changed a little before it was published";
        (self.rows > 0).then(|| Issue::new(file, Severity::Note, message, hint).in_column(total))
    }
}

fn long(
    folder: &Path,
    section: &study_file::Population,
    [band, count]: [&String; 2],
    codes: &Codes,
    issues: &mut Vec<Issue>,
) -> Result<PopulationRows, Issue> {
    let columns = [required("code"), required("band"), required("count")];
    let headers = [
        ("code", Some(&section.code)),
        ("band", Some(band)),
        ("count", Some(count)),
    ];
    let mut join = join(section, codes, issues)?;
    let reader = Reader::open(&section.as_table(folder, &headers), &columns, issues)?;
    let mut taking = Taking::default();
    let counts = reader.each(issues, |row| {
        let Some(area) = join.area(row)? else {
            return Some(());
        };
        taking.take(area, row)
    });
    taking.check_ages(&section.file, band, issues)?;
    let counts = join.finish(counts, issues)?;
    let Taking { bands, cells } = taking;
    let mut rows: BTreeMap<AreaId, Residents> = BTreeMap::new();
    for ((area, band), residents) in cells {
        let row = rows.entry(area).or_insert_with(|| Residents {
            area,
            total: 0.0,
            bands: vec![0.0; bands.len()],
        });
        row.total += residents;
        row.bands[band] += residents;
    }
    let bands = bands.into_iter().map(|(name, _)| name).collect();
    Ok((bands, rows, counts))
}

/// Takes the rows of the long form.
#[derive(Default)]
struct Taking {
    /// The name of each band, and the first row that has it.
    bands: Vec<(String, u64)>,
    cells: BTreeMap<(AreaId, usize), f64>,
}

impl Taking {
    fn take(&mut self, area: AreaId, row: &mut Row<'_>) -> Option<()> {
        let name = row.needed("band")?;
        let residents = row.needed_as("count", not_negative, HINT)?;
        let known = self.bands.iter().position(|(known, _)| *known == name);
        let band = known.unwrap_or_else(|| {
            self.bands.push((name, row.number()));
            self.bands.len() - 1
        });
        if self.cells.contains_key(&(area, band)) {
            row.reject(
                "band",
                "has an area and age band that an earlier row has too",
                "keep one row an area and band",
            );
            return None;
        }
        self.cells.insert((area, band), residents);
        Some(())
    }

    /// Refuses bands that share ages: the total of an area is the sum of all its bands.
    fn check_ages(&self, file: &str, column: &str, issues: &mut Vec<Issue>) -> Result<(), Issue> {
        let spans = self.bands.iter().filter_map(|(name, row)| {
            let span = Span::of(name)?;
            Some((name, *row, span))
        });
        let spans: Vec<_> = spans.collect();
        for (number, (name, row, span)) in spans.iter().enumerate() {
            for (earlier, first, other) in &spans[..number] {
                match span.meets(*other) {
                    Meeting::Apart => {}
                    Meeting::EndToEnd => {
                        issues.push(bands::end_to_end(file, earlier, name).in_column(column));
                    }
                    Meeting::Overlap => {
                        let message = format!(
                            "has the age band \"{name}\", which shares ages with \"{earlier}\" of row {first}, so people would be counted twice"
                        );
                        let hint = "take out the rows of one of the two, and those of totals";
                        let issue = Issue::new(file, Severity::FileUnusable, message, hint);
                        return Err(issue.at_row(*row).in_column(column));
                    }
                }
            }
        }
        Ok(())
    }
}

fn not_negative(text: &str) -> Option<f64> {
    text::number(text).filter(|number| *number >= 0.0)
}
