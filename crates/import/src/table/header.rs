//! Finds the row that names the columns, and tells rows of data from totals, repeated headers and titles.
//!
//! A council's table has its title above the header and its sums below the last row. What is passed over is always said.

use std::collections::{BTreeMap, BTreeSet};

use super::Column;
use super::cells::{Cells, OwnedCells};
use super::columns::{fit, loosely};
use super::source::{Said, Trouble};
use crate::text;

/// How many rows that are not blank are looked at for the header.
pub(crate) const TOP: usize = 30;

/// The most columns a table may have; a spreadsheet can hold no more.
pub(crate) const MOST_COLUMNS: usize = 16_384;

/// The header of a table.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) names: Vec<String>,
    /// The last row that belongs to it.
    pub(crate) last_row: u64,
    /// How many cells it has, those without a name among them.
    pub(crate) width: usize,
    pub(crate) said: Vec<Said>,
}

/// Finds the header among the first rows: the row whose cells name the required fields best, the earlier of two that do so equally.
pub(crate) fn find(
    top: &[(u64, OwnedCells)],
    columns: &[Column],
    mapping: &BTreeMap<String, String>,
) -> Result<Header, Trouble> {
    let needed = columns
        .iter()
        .filter(|column| column.required || mapping.contains_key(column.name))
        .count();
    let rows: Vec<Named> = top
        .iter()
        .map(|(number, cells)| (*number, names(cells.borrow())))
        .collect();
    if rows.is_empty() {
        return Err(Trouble::new(
            "has no header row",
            "the first row names the columns",
        ));
    }
    let (first, mut chosen) = chosen(top, &rows, columns, mapping, needed);
    if chosen.names.len() > MOST_COLUMNS {
        return Err(Trouble::new(
            format!(
                "has {} columns, more than a spreadsheet can hold",
                chosen.names.len()
            ),
            "check that it is the right file",
        ));
    }
    let above: Vec<u64> = rows
        .iter()
        .map(|(number, _)| *number)
        .filter(|number| *number < first)
        .collect();
    if !above.is_empty() {
        chosen.said.push((
            format!(
                "has its header in row {first}; {} above it passed over: {}",
                if above.len() == 1 {
                    "one row was"
                } else {
                    "rows were"
                },
                listed(&above)
            ),
            "",
        ));
    }
    Ok(chosen)
}

/// A row that is not blank, with its number.
type Named = (u64, Vec<String>);

/// Chooses one row as the header, or two where no single one does, and says which row is the first of it.
fn chosen(
    top: &[(u64, OwnedCells)],
    rows: &[Named],
    columns: &[Column],
    mapping: &BTreeMap<String, String>,
    needed: usize,
) -> (u64, Header) {
    let width = |place: usize| top[place].1.borrow().len();
    let score = |names: &[String]| fit(names, columns, mapping);
    let mut single = best(rows.iter().map(|(_, names)| score(names)));
    if single.0 == (0, 0) {
        let wide = |names: &[String]| names.iter().filter(|name| !name.is_empty()).count() > 1;
        single.1 = rows.iter().position(|(_, names)| wide(names)).unwrap_or(0);
    }
    let (number, names) = &rows[single.1];
    let header = Header {
        names: names.clone(),
        last_row: *number,
        width: width(single.1),
        said: Vec::new(),
    };
    // Two rows are only tried where one does not do: the second row of most tables is data.
    if single.0.0 >= needed {
        return (*number, header);
    }
    let known = words(columns, mapping);
    let pairs: Vec<Vec<String>> = rows
        .windows(2)
        .map(|pair| joined(&pair[0].1, &pair[1].1, &known))
        .collect();
    let double = best(pairs.iter().map(|names| score(names)));
    if double.0.0 < needed {
        return (*number, header);
    }
    let (first, last) = (rows[double.1].0, rows[double.1 + 1].0);
    let header = Header {
        names: pairs[double.1].clone(),
        last_row: last,
        width: width(double.1).max(width(double.1 + 1)),
        said: vec![(format!("has a header of two rows, {first} and {last}"), "")],
    };
    (first, header)
}

fn names(cells: Cells<'_>) -> Vec<String> {
    let mut names: Vec<String> = cells
        .iter()
        .map(|cell| {
            super::cells::clean(cell)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

type Score = (usize, usize);

/// Returns the best score and where it is first.
fn best(scores: impl Iterator<Item = Score>) -> (Score, usize) {
    let mut best = ((0, 0), 0);
    for (place, score) in scores.enumerate() {
        if score > best.0 {
            best = (score, place);
        }
    }
    best
}

/// Returns every header that would name a field, as they are compared.
fn words(columns: &[Column], mapping: &BTreeMap<String, String>) -> BTreeSet<String> {
    let unmapped = columns
        .iter()
        .filter(|column| !mapping.contains_key(column.name));
    let words = unmapped.flat_map(|column| column.also.iter().chain([&column.name]));
    let words = words.map(|word| loosely(word));
    words
        .chain(mapping.values().map(|word| loosely(word)))
        .collect()
}

/// Puts two rows of headers together: `Coordinates` above `Easting` is `Coordinates Easting`, unless the lower one is enough.
fn joined(upper: &[String], lower: &[String], known: &BTreeSet<String>) -> Vec<String> {
    let name = |place: usize| {
        let empty = String::new();
        let (above, below) = (
            upper.get(place).unwrap_or(&empty),
            lower.get(place).unwrap_or(&empty),
        );
        if below.is_empty() || above == below {
            above.clone()
        } else if above.is_empty() || known.contains(&loosely(below)) {
            below.clone()
        } else {
            format!("{above} {below}")
        }
    };
    (0..upper.len().max(lower.len())).map(name).collect()
}

/// Writes row numbers for people, the first few of many.
pub(crate) fn listed(rows: &[u64]) -> String {
    let shown: Vec<String> = rows.iter().take(10).map(u64::to_string).collect();
    let more = rows.len() - shown.len();
    if more > 0 {
        format!("{} and {more} more", shown.join(", "))
    } else {
        shown.join(", ")
    }
}

/// Says whether a row names the columns once more, as exports of many pages do.
pub(crate) fn repeats_header(cells: Cells<'_>, names: &[String]) -> bool {
    let mut same = 0;
    for (place, name) in names.iter().enumerate() {
        match cells.get(place) {
            None if name.is_empty() => {}
            Some(cell) if cell == name => same += 1,
            _ => return false,
        }
    }
    same > 0 && names.len() >= cells.len()
}

/// What a row of sums looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Totals {
    /// It says that it is one.
    Said,
    /// Its key is empty and all else are numbers: it is one if it is the last and one of them is the sum of its column.
    Perhaps,
    No,
}

const TOTALS: [&str; 8] = [
    "total",
    "totals",
    "grandtotal",
    "grandtotals",
    "overalltotal",
    "subtotal",
    "sum",
    "alltotal",
];

/// Says whether a row looks like sums of the rows above it. `key` is the place of the column that every row needs.
pub(crate) fn totals(cells: Cells<'_>, key: usize) -> Totals {
    // Nearly every row has a key that is no such word, and this is asked of every row.
    let keyed = cells.get(key);
    if keyed.is_some_and(|key| key.len() > 20 || !loosely_total(key)) {
        return Totals::No;
    }
    let mut filled = (0..cells.len()).filter_map(|place| cells.get(place));
    let Some(first) = filled.next() else {
        return Totals::No;
    };
    let labelled = loosely_total(first);
    let numbers = filled.all(|cell| amount(cell).is_some());
    match (labelled, numbers) {
        (true, true) => Totals::Said,
        (false, true) if keyed.is_none() && amount(first).is_some() => Totals::Perhaps,
        _ => Totals::No,
    }
}

fn loosely_total(cell: &str) -> bool {
    let starts = cell.bytes().next().map(|byte| byte.to_ascii_lowercase());
    matches!(starts, Some(b't' | b'g' | b'o' | b's' | b'a')) && {
        let word = loosely(cell);
        TOTALS.contains(&word.as_str())
    }
}

/// Reads a number or an amount of money.
pub(crate) fn amount(cell: &str) -> Option<f64> {
    text::number(cell.trim_start_matches('£'))
}
