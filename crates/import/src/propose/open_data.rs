//! Recognises open data in tables: residents, deprivation, postcodes, lookups.
//!
//! Such tables are of areas or of postcodes and not of people, so their headers may be quoted.

mod deprivation;
mod lookup;
mod population;
mod postcodes;

use super::evidence::{code_kind, year_after, year_in};
use super::look::TableLook;
use super::unused::Unused;
use super::{Draft, KnownAreas, Line, Section, WhyNot};
use deprivation::deprivation;
use lookup::lookup;
use population::population;
use postcodes::postcodes;

const OGL: &str = "Open Government Licence v3.0";

/// A column of official codes.
struct Codes {
    place: usize,
    kind: &'static str,
    /// The year that its header or the file's name says.
    year: Option<u16>,
    country: char,
}

/// Recognises a table, or says what it looks like instead.
pub(super) fn recognise(
    table: &TableLook,
    file: &str,
    areas: &[KnownAreas],
    titles: &mut Vec<String>,
) -> Result<Draft, WhyNot> {
    let mut draft = by_values(table, file, areas, titles)?;
    draft.unused = Unused::of(&table.headers, &draft);
    Ok(draft)
}

fn by_values(
    table: &TableLook,
    file: &str,
    areas: &[KnownAreas],
    titles: &mut Vec<String>,
) -> Result<Draft, WhyNot> {
    if let Some(draft) = postcodes(table) {
        return Ok(draft);
    }
    let codes = code_columns(table, file);
    let of_areas: Vec<&Codes> = codes
        .iter()
        .filter(|codes| matches!(codes.kind, "ward" | "small_area"))
        .collect();
    if of_areas.is_empty() {
        return Err(WhyNot(None));
    }
    if let Some(name) = only_name(table) {
        titles.push(name);
    }
    if let [first, second, ..] = of_areas.as_slice()
        && (first.kind, first.year) != (second.kind, second.year)
    {
        return Ok(lookup(table, first, second, areas));
    }
    let key = of_areas[0];
    deprivation(table, key, file, areas)
        .or_else(|| population(table, key, file, areas))
        .ok_or_else(|| {
            WhyNot(Some("has a row for each small area or ward, but neither residents by age nor deciles of deprivation; it is not used".to_owned()))
        })
}

fn code_columns(table: &TableLook, file: &str) -> Vec<Codes> {
    let columns = table.headers.iter().enumerate();
    let found = columns.filter_map(|(place, header)| {
        let cells = || table.rows.iter().filter_map(|row| row.get(place));
        let kinds = cells().filter_map(|cell| code_kind(cell.trim()));
        let kinds: Vec<_> = kinds.collect();
        let (country, kind) = *kinds.first()?;
        let same = kinds.iter().filter(|(_, other)| *other == kind).count();
        if same * 10 < table.rows.len() * 8 {
            return None;
        }
        let words: [&str; 2] = if kind == "ward" {
            ["wd", "ward"]
        } else {
            ["lsoa", "area"]
        };
        let year = words
            .iter()
            .find_map(|word| year_after(header, word))
            .or_else(|| year_in(header))
            .or_else(|| words.iter().find_map(|word| year_after(file, word)));
        Some(Codes {
            place,
            kind,
            year,
            country,
        })
    });
    found.collect()
}

/// Finds the set of areas that codes are of: of their kind and year, else the one that has most of the codes.
fn set_of(
    table: &TableLook,
    codes: &Codes,
    areas: &[KnownAreas],
) -> (Line, Option<String>, Option<String>) {
    let header = &table.headers[codes.place];
    let of_kind: Vec<&KnownAreas> = areas.iter().filter(|set| set.kind == codes.kind).collect();
    let of_year = of_kind
        .iter()
        .find(|set| codes.year.is_some() && set.year == codes.year);
    if let Some(set) = of_year {
        let why = format!("\"{header}\" or the file's name says {}", year(codes.year));
        return (Line::new("areas", &set.id, why), Some(set.id.clone()), None);
    }
    let share = |set: &KnownAreas| {
        let cells = table.rows.iter().filter_map(|row| row.get(codes.place));
        cells.filter(|code| set.codes.contains(code.trim())).count()
    };
    let mut shares: Vec<(usize, &&KnownAreas)> =
        of_kind.iter().map(|set| (share(set), set)).collect();
    shares.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    let rows = table.rows.len();
    match shares.as_slice() {
        [(share, set), others @ ..]
            if *share > 0
                && codes.year.is_none()
                && others.first().is_none_or(|(other, _)| other < share) =>
        {
            let why = format!("{share} of the {rows} codes looked at are among its codes");
            (
                Line::new("areas", &set.id, why).checked_by_hand(),
                Some(set.id.clone()),
                None,
            )
        }
        [_, ..] if codes.year.is_some() => {
            let id = wanted(codes);
            let stop = format!(
                "its codes are of {}, and no boundaries of that year are among the files",
                year(codes.year)
            );
            (
                Line::new("areas", &id, "name the areas here"),
                None,
                Some(stop),
            )
        }
        _ => {
            let stop = "it is not certain which areas its codes are of".to_owned();
            (
                Line::new("areas", &wanted(codes), "name the areas here").checked_by_hand(),
                None,
                Some(stop),
            )
        }
    }
}

fn wanted(codes: &Codes) -> String {
    match (codes.kind, codes.year) {
        ("ward", _) => "ward".to_owned(),
        (_, Some(year)) => format!("small_area_{year}"),
        _ => "small_area".to_owned(),
    }
}

fn year(year: Option<u16>) -> String {
    year.map_or_else(|| "no year".to_owned(), |year| year.to_string())
}

/// Starts a draft of a table by area, with the column of its codes.
fn by_area(
    section: Section,
    why: String,
    table: &TableLook,
    codes: &Codes,
    areas: &[KnownAreas],
) -> Draft {
    let mut draft = Draft::new(section, why);
    let (line, id, stop) = set_of(table, codes, areas);
    let header = &table.headers[codes.place];
    draft.lines = vec![
        line,
        Line::new(
            "code",
            header,
            "its values have the shape of official codes",
        ),
    ];
    draft.lines.extend(codes.year.map(|year| {
        let why = "the year of the boundaries these codes belong to: a column's or the file's name says so";
        Line::new("vintage", &year.to_string(), why)
    }));
    draft.needs.extend(id);
    draft.stop = stop;
    draft.year = codes.year;
    draft
}

/// Finds the one district that all rows are of, in a column such as `ltla24_name`.
fn only_name(table: &TableLook) -> Option<String> {
    let place = table.headers.iter().position(|header| {
        let header = header.to_lowercase();
        (header.contains("ltla") || header.contains("lad"))
            && (header.ends_with("name") || header.ends_with("nm"))
    })?;
    let mut cells = table.rows.iter().filter_map(|row| row.get(place));
    let first = cells.next()?.trim().to_owned();
    (!first.is_empty() && !table.cut && cells.all(|cell| cell.trim() == first)).then_some(first)
}
