//! Reads the deciles of an index of deprivation, and carries those of other boundaries over to the areas of the study.
//!
//! A decile is a place in an order and no amount, so it is never averaged: an area made of parts with different deciles is left empty.

use std::collections::BTreeMap;
use std::path::Path;

use catchment_core::area::{Deprivation, DeprivationRow, Lookup};
use catchment_core::id::{AreaId, AreaSetId};
use catchment_core::issue::{Issue, Severity};

use super::{Codes, Read, keep, no_area};
use crate::join::years::{Told, Year};
use crate::join::{Join, named};
use crate::report::FileCounts;
use crate::spatial::counted;
use crate::study_file;
use crate::table::{Reader, Row, optional, required};
use crate::text;

/// What can be done about an index of another year, besides giving the areas of that year.
const OTHERWISE: &str = "; or give a [[lookup]] from those to these too, and their year as `vintage` here: deciles are then carried over";

/// A way to the areas of an index from those of another year.
pub(crate) struct Bridge<'a> {
    /// The id of the areas it comes from.
    pub(crate) id: &'a str,
    /// Their codes.
    pub(crate) codes: &'a Codes,
    /// Which of them make up which areas of the index.
    pub(crate) lookup: Lookup,
}

type Rows = BTreeMap<AreaId, DeprivationRow>;

/// Reads the deciles of an index of deprivation for the areas of `set`, over one of the `bridges` where they are of another year.
pub(crate) fn deprivation(
    folder: &Path,
    section: &study_file::Deprivation,
    (set, codes): (AreaSetId, &Codes),
    bridges: &[Bridge<'_>],
    issues: &mut Vec<Issue>,
) -> Read<Deprivation> {
    let names = [
        Some(&section.decile),
        section.layer.as_ref(),
        Some(&section.index),
    ];
    let told = Told {
        file: &section.file,
        given: ("vintage", section.vintage.as_deref()),
        header: &section.code,
        names: names.into_iter().flatten().map(String::as_str).collect(),
    };
    let year = told.year(codes, issues)?;
    let bridge = year.as_ref().and_then(|year| {
        let leads = |bridge: &&Bridge<'_>| {
            bridge.codes.vintage == year.year && bridge.codes.kind == codes.kind
        };
        let other = year.year != codes.vintage;
        Some((other.then(|| bridges.iter().find(leads))??, year))
    });
    let (id, known) = bridge.map_or((section.areas.as_str(), codes), |(bridge, _)| {
        (bridge.id, bridge.codes)
    });
    let (mut rows, counts) = deciles(folder, section, (id, known), year.as_ref(), issues)?;
    if let Some((bridge, year)) = bridge {
        rows = carried(&rows, bridge, year, (section, codes), issues);
    }
    if rows.is_empty() {
        return Err(no_area(&section.file, &section.areas));
    }
    let deprivation = Deprivation {
        key: section.id.clone(),
        index: section.index.clone(),
        set,
        rows: rows.into_values().collect(),
    };
    Ok((deprivation, counts))
}

/// Reads the rows of the areas that the table has codes of.
fn deciles(
    folder: &Path,
    section: &study_file::Deprivation,
    (id, codes): (&str, &Codes),
    year: Option<&Year>,
    issues: &mut Vec<Issue>,
) -> Result<(Rows, FileCounts), Issue> {
    let columns = [required("code"), required("decile"), optional("rank")];
    let headers = [
        ("code", Some(&section.code)),
        ("decile", Some(&section.decile)),
        ("rank", section.rank.as_ref()),
    ];
    let mut join = Join::start(&section.file, id, codes, "code", &section.code);
    join.of_year(year, OTHERWISE)?;
    let reader = Reader::open(&section.as_table(folder, &headers), &columns, issues)?;
    let mut rows = Rows::new();
    let counts = reader.each(issues, |row| {
        let Some(area) = join.area(row)? else {
            return Some(());
        };
        let read = deciles_of(row, area)?;
        keep(&mut rows, area, read, row)
    });
    Ok((rows, join.finish(counts, issues)?))
}

fn deciles_of(row: &mut Row<'_>, area: AreaId) -> Option<DeprivationRow> {
    let decile = |text: &str| text::count(text).filter(|decile| (1..=10).contains(decile));
    let decile = row.needed_as(
        "decile",
        decile,
        "deciles are whole numbers from 1 (most deprived) to 10",
    )?;
    Some(DeprivationRow {
        area,
        decile: decile as u8,
        rank: row.maybe_as("rank", text::count, "ranks are whole numbers"),
    })
}

/// Gives every area the decile that all its parts have, and says what was carried over and what was left empty. A rank stays with an
/// area that is the same in both years.
fn carried(
    rows: &Rows,
    bridge: &Bridge<'_>,
    year: &Year,
    (section, codes): (&study_file::Deprivation, &Codes),
    issues: &mut Vec<Issue>,
) -> Rows {
    let mut parts: BTreeMap<AreaId, Vec<AreaId>> = BTreeMap::new();
    let mut pieces: BTreeMap<AreaId, usize> = BTreeMap::new();
    for pair in &bridge.lookup.rows {
        parts.entry(pair.to).or_default().push(pair.from);
        *pieces.entry(pair.from).or_default() += 1;
    }
    let whole = |(to, from): (&AreaId, &Vec<AreaId>)| {
        let found: Option<Vec<&DeprivationRow>> = from.iter().map(|area| rows.get(area)).collect();
        let found = found?;
        let first = found.first()?;
        let same = found.iter().all(|row| row.decile == first.decile);
        let unchanged = found.len() == 1 && pieces.get(&first.area) == Some(&1);
        same.then(|| DeprivationRow {
            area: *to,
            decile: first.decile,
            rank: first.rank.filter(|_| unchanged),
        })
    };
    let carried: Rows = parts
        .iter()
        .filter_map(whole)
        .map(|row| (row.area, row))
        .collect();
    let empty: Vec<&str> = codes
        .iter()
        .filter(|(_, area)| !carried.contains_key(area))
        .map(|(code, _)| code.as_str())
        .collect();
    let mut message = format!(
        "has codes of {} {}, so its deciles were carried over from \"{}\" to \"{}\" by the [[lookup]]: {} the decile of what it was or was part of",
        year.year,
        year.by,
        bridge.id,
        section.areas,
        counted(carried.len(), "area has", "areas each have"),
    );
    if !empty.is_empty() {
        let left = format!(
            "; {} left empty, made of areas with different deciles or with none ({})",
            counted(empty.len(), "area was", "areas were"),
            named(&empty)
        );
        message.push_str(&left);
    }
    let hint = "an index made for the areas themselves is better where there is one";
    issues.push(Issue::new(&section.file, Severity::Note, message, hint));
    carried
}
