//! Recognises deciles of deprivation by area.

use super::super::evidence::{number, year_after, year_in};
use super::super::look::TableLook;
use super::super::write::quoted;
use super::super::{Draft, KnownAreas, Line, Section};
use super::{Codes, OGL, by_area};
use crate::join::years::of_index;
use crate::table::loosely;

/// Drafts an index of deprivation, where a column holds the deciles of the whole index.
pub(super) fn deprivation(
    table: &TableLook,
    codes: &Codes,
    file: &str,
    areas: &[KnownAreas],
) -> Option<Draft> {
    let deciles = deciles(table);
    let decile = *deciles.first()?;
    let index_year = ["imd", "iod", "wimd"]
        .iter()
        .find_map(|word| year_after(file, word))
        .or_else(|| year_in(&table.headers[decile]))
        .or_else(|| year_in(file));
    let index = Index::of(codes.country);
    let header = &table.headers[decile];
    let why = format!(
        "\"{header}\" holds deciles, and the codes are of {}",
        index.country
    );
    let codes = on_boundaries_of_index(codes, [header, file]);
    let mut draft = by_area(Section::Deprivation, why, table, &codes, areas);
    let with_year = |text: &str, between: &str| {
        index_year.map_or_else(|| text.to_owned(), |year| format!("{text}{between}{year}"))
    };
    let id = with_year(index.stem, "");
    let why = if index_year.is_some() {
        "the file's name or its headers say so"
    } else {
        "no year is said; write it here"
    };
    draft.lines.extend([
        Line::new(
            "decile",
            header,
            "its values run from 1 to 10; 1 is the most deprived",
        ),
        Line::new("id", &id, ""),
        Line::new("index", &with_year(index.name, " "), why).checked_by_hand(),
    ]);
    draft.lines.extend(ranks(table));
    if deciles.len() > 1 {
        let names: Vec<String> = deciles
            .iter()
            .map(|place| quoted(&table.headers[*place]))
            .collect();
        draft.stop = Some(format!("{} could each be the decile", names.join(" and ")));
    }
    draft.lines.extend(public_sector(index.owner));
    draft.key = id;
    draft.year = index_year;
    Some(draft)
}

/// What the index of a country is called, and whose it is.
struct Index {
    country: &'static str,
    name: &'static str,
    stem: &'static str,
    owner: &'static str,
}

impl Index {
    fn of(country: char) -> Self {
        if country == 'W' {
            Self {
                country: "Wales",
                name: "Welsh Index of Multiple Deprivation",
                stem: "wimd",
                owner: "Welsh Government",
            }
        } else {
            Self {
                country: "England",
                name: "English Indices of Deprivation",
                stem: "imd",
                owner: "MHCLG",
            }
        }
    }
}

/// Finds the columns of the whole index whose headers have a word: `decile`, `rank`.
fn overall(table: &TableLook, word: &str) -> Vec<usize> {
    let whole = [
        "imd",
        "wimd",
        "indexofmultipledeprivation",
        "multipledeprivation",
        "overall",
    ];
    let places = table.headers.iter().enumerate().filter(|(_, header)| {
        let header = loosely(header);
        header.contains(word) && whole.iter().any(|name| header.contains(name))
    });
    places.map(|(place, _)| place).collect()
}

/// Finds the columns of deciles whose values run from 1 to 10.
fn deciles(table: &TableLook) -> Vec<usize> {
    let of_ten = |place: &usize| {
        let values = table
            .rows
            .iter()
            .filter_map(|row| row.get(*place))
            .filter_map(|cell| number(cell));
        let mut values = values.peekable();
        values.peek().is_some() && { values }.all(|value| (1.0..=10.0).contains(&value))
    };
    let mut places = overall(table, "decile");
    places.retain(of_ten);
    places
}

/// Writes the line of the rank, or of each column that could be it.
fn ranks(table: &TableLook) -> Vec<Line> {
    let ranks = overall(table, "rank");
    let (out, why) = if ranks.len() == 1 {
        (false, "the rank of the same index")
    } else {
        (true, "one of several that could be the rank")
    };
    let lines = ranks.iter().map(|rank| Line {
        out,
        ..Line::new("rank", &table.headers[*rank], why)
    });
    lines.collect()
}

/// Takes the year of codes from the name of an index, where nothing nearer says it: one made for small areas is on those of one year only.
fn on_boundaries_of_index(codes: &Codes, names: [&str; 2]) -> Codes {
    let boundaries = || names.iter().find_map(|name| Some(of_index(name)?.1));
    let year = codes.year.or_else(boundaries);
    Codes {
        year: year.filter(|_| codes.year.is_some() || codes.kind == "small_area"),
        ..*codes
    }
}

fn public_sector(owner: &str) -> [Line; 2] {
    let credit = format!("Contains public sector information licensed under the {OGL} ({owner})");
    [
        Line::new("licence", OGL, "if it was published by them").checked_by_hand(),
        Line::new("attribution", &credit, ""),
    ]
}
