//! Recognises residents by area, in either form: one row an area, or one row an area and age.

use super::super::evidence::{Evidence, year_after, year_in};
use super::super::look::TableLook;
use super::super::write::quoted;
use super::super::{Draft, KnownAreas, Line, Section};
use super::{Codes, OGL, by_area};
use crate::table::loosely;

const TOTALS: [&str; 9] = [
    "total",
    "totalpopulation",
    "allages",
    "allpersons",
    "all",
    "population",
    "residents",
    "usualresidents",
    "totalresidents",
];

const COUNTS: [&str; 8] = [
    "usualresidents",
    "count",
    "observation",
    "residents",
    "population",
    "persons",
    "value",
    "n",
];

/// Drafts residents, where a column holds their number.
pub(super) fn population(
    table: &TableLook,
    codes: &Codes,
    file: &str,
    areas: &[KnownAreas],
) -> Option<Draft> {
    let mut draft = if Evidence::of(&table.rows, codes.place).is_key() {
        wide(table, codes, areas)?
    } else {
        long(table, codes, areas)?
    };
    draft.year = year_after(file, "population")
        .or_else(|| year_after(file, "census"))
        .or_else(|| year_in(file))
        .or(codes.year);
    let credit = format!("Source: Office for National Statistics licensed under the {OGL}");
    draft.lines.extend([
        Line::new(
            "licence",
            OGL,
            "if the Office for National Statistics published it",
        )
        .checked_by_hand(),
        Line::new("attribution", &credit, ""),
    ]);
    Some(draft)
}

/// Finds a column of numbers by what it is called.
fn named(table: &TableLook, words: &[&str]) -> Option<usize> {
    let place = table
        .headers
        .iter()
        .position(|header| words.contains(&loosely(header).as_str()))?;
    let found = Evidence::of(&table.rows, place);
    found.most(found.numbers).then_some(place)
}

/// Drafts a table with one row an area.
fn wide(table: &TableLook, codes: &Codes, areas: &[KnownAreas]) -> Option<Draft> {
    let header = &table.headers[named(table, &TOTALS)?];
    let years = single_years(&table.headers);
    let why = format!(
        "one row an area, with \"{header}\"{}",
        if years.is_none() {
            ""
        } else {
            " and a column for each year of age"
        }
    );
    let mut draft = by_area(Section::Population, why, table, codes, areas);
    draft
        .lines
        .push(Line::new("total", header, "all residents"));
    if let Some(years) = years {
        let bands = years.bands.iter().map(|(label, first, last)| {
            format!(
                "{{ label = {}, first = {}, last = {} }}",
                quoted(label),
                quoted(first),
                quoted(last)
            )
        });
        let bands: Vec<String> = bands.collect();
        let mut line = Line::new("bands", "", "choose the bands you need").checked_by_hand();
        line.value = format!("[{}]", bands.join(", "));
        draft.lines.push(line);
        draft.covers = years.places;
    }
    Some(draft)
}

/// Drafts a table with one row an area and age.
fn long(table: &TableLook, codes: &Codes, areas: &[KnownAreas]) -> Option<Draft> {
    let band = table.headers.iter().position(|header| {
        let header = loosely(header);
        header.starts_with("age")
            || header.ends_with("age")
            || header.contains("agegroup")
            || header.contains("ageband")
    })?;
    let count = named(table, &COUNTS)?;
    let why = format!(
        "one row an area and age: \"{}\" repeats for each area",
        table.headers[band]
    );
    let mut draft = by_area(Section::Population, why, table, codes, areas);
    draft.lines.extend([
        Line::new("band", &table.headers[band], "the age band of the row"),
        Line::new("count", &table.headers[count], "its values are numbers"),
    ]);
    Some(draft)
}

/// Columns for each year of age.
struct Years {
    /// Three bands of them: label, first column, last column.
    bands: Vec<(String, String, String)>,
    /// The places of all of them.
    places: Vec<usize>,
}

/// Finds columns for each year of age and makes three bands of them.
fn single_years(headers: &[String]) -> Option<Years> {
    let age = |header: &str| -> Option<u32> {
        let header = header.to_lowercase();
        let word = header
            .trim_start_matches("age")
            .trim_start_matches(['_', ' ', 'd'])
            .trim();
        let word = word.trim_end_matches('+').trim();
        word.parse().ok().filter(|age| *age <= 110)
    };
    let ages: Vec<(usize, u32)> = headers
        .iter()
        .enumerate()
        .filter_map(|(place, header)| Some((place, age(header)?)))
        .collect();
    let follows = |pair: &[(usize, u32)]| pair[1] == (pair[0].0 + 1, pair[0].1 + 1);
    let whole = ages.len() >= 66
        && ages.first().is_some_and(|(_, age)| *age == 0)
        && ages.windows(2).all(follows);
    if !whole {
        return None;
    }
    let header = |age: usize| headers[ages[age].0].clone();
    let last = ages.len() - 1;
    let bands = vec![
        ("0 to 15".to_owned(), header(0), header(15)),
        ("16 to 64".to_owned(), header(16), header(64)),
        ("65 and over".to_owned(), header(65), header(last)),
    ];
    Some(Years {
        bands,
        places: ages.iter().map(|(place, _)| *place).collect(),
    })
}
