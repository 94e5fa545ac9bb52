//! Community assets from a table, one row an asset.
//!
//! A place that closed, and one that is or may be a carer's own home, is counted as a sound row and left out; of the latter nothing is
//! quoted. Opening hours are not read.

use std::collections::BTreeSet;
use std::path::Path;

use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{Asset, AssetSource};
use jiff::civil::Date;

use super::{Around, left_out_as_homes, names};
use crate::background::Read;
use crate::directory::carers_home;
use crate::directory::words::is_shared_lives;
use crate::places::{Found, find, locate, readings};
use crate::report::so_many;
use crate::study_file;
use crate::table::{Column, Reader, Row, TableFile, optional, required};
use crate::text::{self, Reading};

const KIND: Column = optional("kind").or(&["type", "category", "asset type", "asset kind"]);

/// The columns, `kind` left out: what may hold it depends on whether the study file says one for all.
const COLUMNS: [Column; 8] = [
    optional("asset_id").or(&[
        "id",
        "ref",
        "reference",
        "uprn",
        "urn",
        "unique property reference number",
    ]),
    required("name").or(&[
        "asset name",
        "library name",
        "establishment name",
        "venue",
        "site name",
        "title",
    ]),
    optional("postcode").or(&["post code", "postal code"]),
    optional("easting").or(&["eastings"]),
    optional("northing").or(&["northings"]),
    optional("step_free").or(&[
        "wheelchair",
        "wheelchair access",
        "wheelchair accessible",
        "step free access",
    ]),
    optional("carers_home").or(&["in a carer's home", "carer's own home"]),
    optional("closed")
        .or(&["year closed", "date closed", "closed date", "closing date"])
        .of_days(),
];

/// All columns that a table of assets may have, `kind` among them.
pub(crate) const ALL_COLUMNS: &[Column] = &{
    let mut all = [KIND; COLUMNS.len() + 1];
    let mut place = 0;
    while place < COLUMNS.len() {
        all[place] = COLUMNS[place];
        place += 1;
    }
    all
};

/// When a place closed, as tables say it.
#[derive(Clone, Copy)]
enum Closed {
    On(Date),
    /// Some day of a year.
    In(i16),
}

fn closed(text: &str) -> Reading<Closed> {
    if text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit()) {
        let year = text.parse().ok().filter(|year| (1900..2200).contains(year));
        return year.map_or(Reading::Unreadable, |year| Reading::Sure(Closed::In(year)));
    }
    text::date(text).map(Closed::On)
}

struct Taking<'a> {
    section: &'a study_file::Assets,
    around: &'a Around<'a>,
    keys: BTreeSet<String>,
    assets: Vec<Asset>,
    closed: u64,
    homes: u64,
    without_id: u64,
}

/// Reads a table of assets.
pub(super) fn read(
    folder: &Path,
    section: &study_file::Assets,
    around: &Around<'_>,
    issues: &mut Vec<Issue>,
) -> Read<Vec<Asset>> {
    // Where one kind is given for all, a column called `type` says something else.
    let kind = if section.kind.is_some() {
        optional("kind")
    } else {
        KIND
    };
    let columns: Vec<Column> = COLUMNS.into_iter().chain([kind]).collect();
    let file = TableFile {
        folder,
        file: &section.file,
        sheet: section.layer.as_deref(),
        mapping: section.columns.clone().unwrap_or_default(),
        personal: false,
        of_study: true,
    };
    let reader = Reader::open(&file, &columns, issues)?;
    let mut taking = Taking {
        section,
        around,
        keys: BTreeSet::new(),
        assets: Vec::new(),
        closed: 0,
        homes: 0,
        without_id: 0,
    };
    let counts = reader.each(issues, |row| taking.take(row));
    let told = taking.told();
    let told = told.into_iter().filter(|(number, _, _)| *number > 0);
    issues
        .extend(told.map(|(_, what, hint)| Issue::new(&section.file, Severity::Note, what, hint)));
    Ok((taking.assets, counts))
}

impl Taking<'_> {
    /// Lists what is said once for the whole file: of how many it is, what, and what to do.
    fn told(&self) -> [(u64, String, &'static str); 3] {
        let closed = format!(
            "{} closed before {} and {} left out",
            so_many(self.closed, "asset", "assets"),
            self.around.day,
            if self.closed == 1 { "was" } else { "were" }
        );
        let homes = left_out_as_homes(self.homes, "asset is", "assets are");
        let without_id = format!(
            "{} no id of its own and got one from its row, which changes when rows are added",
            so_many(self.without_id, "asset has", "assets have")
        );
        [
            (self.closed, closed, ""),
            (
                self.homes,
                homes,
                "if the place is nobody's home, write carers_home = no in its row",
            ),
            (
                self.without_id,
                without_id,
                "give a column asset_id, so that a place keeps its id from month to month",
            ),
        ]
    }

    /// Says whether a row is of a carer's own home: because it says so, by its kind or its name, or because the directory has one at the
    /// same place. A row that says that it is nobody's home is believed, but for its kind. Where there is any doubt the row is not quoted
    /// from here on.
    fn is_home(&self, row: &mut Row<'_>) -> bool {
        let homes = self.around.homes;
        let kind = row.text("kind").or(self.section.kind.as_deref());
        let by_kind = kind.is_some_and(is_shared_lives);
        let by_name = row
            .text("name")
            .is_some_and(|name| is_shared_lives(name) || homes.are_called(name));
        let places = self.around.places;
        let at_home = |found: &Found| homes.hold(found.point, found.grade, places);
        let near = readings(row, places).any(|found| at_home(&found));
        let by_place = near && find(row, places).is_ok_and(|found| at_home(&found));
        if by_kind || by_name || near || row.text("carers_home").is_some() {
            row.hush();
        }
        by_kind || carers_home(row).unwrap_or(by_name || by_place)
    }

    fn take(&mut self, row: &mut Row<'_>) -> Option<()> {
        let is_home = self.is_home(row);
        let given = row.text("asset_id").map(names::plain);
        let given = given.filter(|key| !key.is_empty());
        let without_id = given.is_none();
        let key = given.unwrap_or_else(|| format!("row-{}", row.number()));
        if self.keys.contains(&key) {
            row.reject(
                "asset_id",
                &format!("stands in an earlier row too{}", row.quoted(&key)),
                "every asset has an id of its own",
            );
            return None;
        }
        let name = Self::name(row)?;
        let kind = self.kind(row)?;
        if is_home {
            self.keys.insert(key);
            self.homes += 1;
            return Some(());
        }
        if self.is_closed(row) {
            self.keys.insert(key);
            self.closed += 1;
            return Some(());
        }
        let located = locate(row, self.around.places)?;
        let step_free = row.maybe_as("step_free", text::yes_or_no, "write yes or no");
        self.keys.insert(key.clone());
        self.without_id += u64::from(without_id);
        self.assets.push(Asset {
            key,
            name,
            kind,
            postcode: located.postcode,
            point: located.point,
            grade: located.grade,
            step_free,
            source: AssetSource::Table,
        });
        Some(())
    }

    fn name(row: &mut Row<'_>) -> Option<String> {
        let written = row.needed("name")?;
        let name = names::plain(&written);
        if name.is_empty() {
            row.reject("name", "holds no letter", "every row needs one");
            return None;
        }
        if names::is_odd(&written) {
            let message = format!(
                "held control characters or was too long, and was shortened to what can be read{}",
                row.quoted(&name)
            );
            row.mend("name", &message, "type it again");
        }
        Some(name)
    }

    fn kind(&self, row: &mut Row<'_>) -> Option<String> {
        let written = row.text("kind").or(self.section.kind.as_deref());
        let kind = written.map(names::kind).filter(|kind| !kind.is_empty());
        if kind.is_none() {
            row.reject(
                "kind",
                "is empty",
                "say what it is, such as library or cafe; where all are of one kind, write kind = \"library\" in study.toml",
            );
        }
        kind
    }

    /// Says whether a place closed before the study's day. Where only the year of that day is known it counts as open, and that is said.
    fn is_closed(&self, row: &mut Row<'_>) -> bool {
        let hint = "write days as 2023-03-06 or 06/03/2023, or the year alone";
        match row.maybe_as("closed", closed, hint) {
            None => false,
            Some(Closed::On(day)) => day < self.around.day,
            Some(Closed::In(year)) if year == self.around.day.year() => {
                row.mend(
                    "closed",
                    &format!("is the year of the study, {year}, so it may be open or closed; it was taken as open"),
                    hint,
                );
                false
            }
            Some(Closed::In(year)) => year < self.around.day.year(),
        }
    }
}
