//! Reads the open data of an area: residents and deprivation.
//!
//! Both are joined to areas of their own year only; [`join`](crate::join) sees to that and sets aside what is of other places.

use std::collections::BTreeMap;
use std::path::Path;

use catchment_core::area::{Deprivation, DeprivationRow, Population, Residents};
use catchment_core::id::{AreaId, AreaSetId};
use catchment_core::issue::{Issue, Severity};

pub(crate) use crate::join::Codes;
use crate::join::Join;
use crate::report::FileCounts;
use crate::study_file::{self, BandColumns};
use crate::table::{Column, Reader, TableFile, optional, required};
use crate::text;

pub(crate) type Read<T> = Result<(T, FileCounts), Issue>;

pub(crate) fn mapped(fields: &[(&str, Option<&String>)]) -> BTreeMap<String, String> {
    fields
        .iter()
        .filter_map(|(field, header)| Some(((*field).to_owned(), (*header)?.clone())))
        .collect()
}

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
    Ok((
        Population {
            set,
            bands,
            rows: rows.into_values().collect(),
        },
        counts,
    ))
}

fn no_area(file: &str, set: &str) -> Issue {
    Issue::new(
        file,
        Severity::FileUnusable,
        format!("no row has the code of an area of \"{set}\""),
        "check the code column, and that file and boundaries are of the same year",
    )
}

type PopulationRows = (Vec<String>, BTreeMap<AreaId, Residents>, FileCounts);

/// The columns of an age band.
type Run = std::ops::RangeInclusive<usize>;

fn wide(
    folder: &Path,
    section: &study_file::Population,
    total: &str,
    codes: &Codes,
    issues: &mut Vec<Issue>,
) -> Result<PopulationRows, Issue> {
    let columns: [Column; 2] = [required("code"), required("total")];
    let mapping = mapped(&[
        ("code", Some(&section.code)),
        ("total", Some(&total.to_owned())),
    ]);
    let table = TableFile {
        folder,
        file: &section.file,
        sheet: section.layer.as_deref(),
        mapping,
        personal: false,
    };
    let reader = Reader::open(&table, &columns, issues)?;
    let bands = section.bands.as_deref().unwrap_or_default();
    let runs = bands
        .iter()
        .map(|band| run(&reader, &section.file, band))
        .collect::<Result<Vec<_>, _>>()?;
    let mut join = Join::start(&section.file, &section.areas, codes, "code", &section.code);
    join.check_year()?;
    let mut rows: BTreeMap<AreaId, Residents> = BTreeMap::new();
    let counts = reader.each(issues, |row| {
        let Some(area) = join.area(row)? else {
            return Some(());
        };
        let total = row.needed_as("total", not_negative, "residents are a number of 0 or more")?;
        let sum = |run: &Run| -> Option<f64> {
            let cells = run.clone();
            cells
                .map(|place| row.cell(place).and_then(not_negative))
                .sum()
        };
        let Some(sums) = runs.iter().map(sum).collect() else {
            row.reject(
                "total",
                "has an age column that is not a number",
                "residents are numbers of 0 or more",
            );
            return None;
        };
        if rows.contains_key(&area) {
            row.reject(
                "code",
                "has an area that an earlier row has too",
                "keep one row an area",
            );
            return None;
        }
        rows.insert(
            area,
            Residents {
                area,
                total,
                bands: sums,
            },
        );
        Some(())
    });
    let counts = join.finish(counts, issues)?;
    Ok((
        bands.iter().map(|band| band.label.clone()).collect(),
        rows,
        counts,
    ))
}

fn run(reader: &Reader, file: &str, band: &BandColumns) -> Result<Run, Issue> {
    let place = |header: &str| {
        let (what, hint) = match reader.places_of(header).as_slice() {
            [place] => return Ok(*place),
            [] => {
                let near = study_file::nearest(header, reader.headers().iter().map(String::as_str));
                let hint = near.map_or_else(
                    || "check [population] bands".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                (format!("no column `{header}`"), hint)
            }
            places => {
                let hint = "rename all but one in the file".to_owned();
                (format!("{} columns `{header}`", places.len()), hint)
            }
        };
        let message = format!("has {what}, which the age band \"{}\" needs", band.label);
        Err(Issue::new(file, Severity::FileUnusable, message, hint))
    };
    let (first, last) = (place(&band.first)?, place(&band.last)?);
    if first > last {
        let message = format!(
            "column `{}` stands after `{}`, so the age band \"{}\" is empty",
            band.first, band.last, band.label
        );
        return Err(Issue::new(
            file,
            Severity::FileUnusable,
            message,
            "first and last are as the columns stand in the file",
        ));
    }
    Ok(first..=last)
}

fn long(
    folder: &Path,
    section: &study_file::Population,
    [band, count]: [&String; 2],
    codes: &Codes,
    issues: &mut Vec<Issue>,
) -> Result<PopulationRows, Issue> {
    let columns = [required("code"), required("band"), required("count")];
    let mapping = mapped(&[
        ("code", Some(&section.code)),
        ("band", Some(band)),
        ("count", Some(count)),
    ]);
    let table = TableFile {
        folder,
        file: &section.file,
        sheet: section.layer.as_deref(),
        mapping,
        personal: false,
    };
    let reader = Reader::open(&table, &columns, issues)?;
    let mut join = Join::start(&section.file, &section.areas, codes, "code", &section.code);
    join.check_year()?;
    let mut bands: Vec<String> = Vec::new();
    let mut cells: BTreeMap<(AreaId, usize), f64> = BTreeMap::new();
    let counts = reader.each(issues, |row| {
        let Some(area) = join.area(row)? else {
            return Some(());
        };
        let name = row.needed("band")?;
        let residents =
            row.needed_as("count", not_negative, "residents are a number of 0 or more")?;
        let band = bands
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| {
                bands.push(name);
                bands.len() - 1
            });
        if cells.contains_key(&(area, band)) {
            row.reject(
                "band",
                "has an area and age band that an earlier row has too",
                "keep one row an area and band",
            );
            return None;
        }
        cells.insert((area, band), residents);
        Some(())
    });
    let counts = join.finish(counts, issues)?;
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
    Ok((bands, rows, counts))
}

fn not_negative(text: &str) -> Option<f64> {
    text::number(text).filter(|number| *number >= 0.0)
}

/// Reads the deciles of an index of deprivation.
pub(crate) fn deprivation(
    folder: &Path,
    section: &study_file::Deprivation,
    set: AreaSetId,
    codes: &Codes,
    issues: &mut Vec<Issue>,
) -> Read<Deprivation> {
    let columns = [required("code"), required("decile"), optional("rank")];
    let mapping = mapped(&[
        ("code", Some(&section.code)),
        ("decile", Some(&section.decile)),
        ("rank", section.rank.as_ref()),
    ]);
    let table = TableFile {
        folder,
        file: &section.file,
        sheet: section.layer.as_deref(),
        mapping,
        personal: false,
    };
    let reader = Reader::open(&table, &columns, issues)?;
    let mut join = Join::start(&section.file, &section.areas, codes, "code", &section.code);
    join.check_year()?;
    let mut rows: BTreeMap<AreaId, DeprivationRow> = BTreeMap::new();
    let counts = reader.each(issues, |row| {
        let Some(area) = join.area(row)? else {
            return Some(());
        };
        let decile = |text: &str| text::count(text).filter(|decile| (1..=10).contains(decile));
        let decile = row.needed_as(
            "decile",
            decile,
            "deciles are whole numbers from 1 (most deprived) to 10",
        )?;
        let rank = row.maybe_as("rank", text::count, "ranks are whole numbers");
        if rows.contains_key(&area) {
            row.reject(
                "code",
                "has an area that an earlier row has too",
                "keep one row an area",
            );
            return None;
        }
        rows.insert(
            area,
            DeprivationRow {
                area,
                decile: decile as u8,
                rank,
            },
        );
        Some(())
    });
    let counts = join.finish(counts, issues)?;
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
