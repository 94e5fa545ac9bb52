//! Finds by its values what no header names: the id of a service, a postcode.
//!
//! What it finds is a guess and says so; where it finds two, the section has to wait.

use super::super::evidence::Evidence;
use super::super::look::TableLook;
use super::super::write::quoted;
use super::super::{Draft, Line, Section};
use crate::table::{Column, Proposal};

/// The longest value that is taken for a reference, in letters, and the most digits: more are a telephone number.
const LONGEST_ID: usize = 12;
const MOST_DIGITS: usize = 8;

/// Words in a header that say that bare numbers below it are references.
const OF_NUMBERS: [&str; 8] = [
    "id",
    "ref",
    "reference",
    "no",
    "number",
    "code",
    "key",
    "urn",
];

/// Looks for a required field that no header names: an id by its values. Else the section has to wait.
pub(super) fn missing(
    draft: &mut Draft,
    table: &TableLook,
    headers: &[String],
    column: &Column,
    found: &[Proposal],
) {
    let by_values = match (column.name, draft.section) {
        ("service_id", Section::Providers) => {
            id_by_values(table, headers, found).or_else(|| name_as_id(draft, table, found))
        }
        ("service_id", _) => id_by_values(table, headers, found),
        _ => None,
    };
    if let Some(line) = by_values {
        draft.columns.push(line.checked_by_hand());
        return;
    }
    let mut line = Line::new(
        column.name,
        "",
        "no column is surely this: write its header here",
    );
    line.out = true;
    draft.columns.push(line);
    draft
        .stop
        .get_or_insert_with(|| format!("no column is surely {}", column.name));
}

/// Finds the one column that no field has, and whose values are short, have a digit and all differ.
fn id_by_values(table: &TableLook, headers: &[String], found: &[Proposal]) -> Option<Line> {
    let keys = headers.iter().enumerate().filter(|(place, header)| {
        let evidence = Evidence::of(&table.rows, *place);
        !header.trim().is_empty()
            && !found.iter().any(|one| one.place == *place)
            && evidence.is_key()
            && !evidence.most(evidence.postcodes)
            && !evidence.most(evidence.days)
            && (!evidence.most(evidence.numbers) || is_of_numbers(header))
            && cells(table, *place).all(is_like_id)
    });
    let keys: Vec<&String> = keys.map(|(_, header)| header).collect();
    let [header] = keys.as_slice() else {
        return None;
    };
    let why = format!(
        "{} could be service_id: all {} values differ",
        quoted(header),
        table.rows.len()
    );
    Some(Line::new("service_id", header, why))
}

fn cells(table: &TableLook, place: usize) -> impl Iterator<Item = &str> {
    let cells = table.rows.iter().filter_map(move |row| row.get(place));
    cells
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
}

fn is_like_id(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    (1..=MOST_DIGITS).contains(&digits)
        && cell.chars().count() <= LONGEST_ID
        && !cell.contains([' ', '@', '.', ':', '£', '%'])
}

fn is_of_numbers(header: &str) -> bool {
    let lower = header.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| OF_NUMBERS.contains(&word))
}

/// Lets the name of a service stand in for its id, where every name is another.
fn name_as_id(draft: &Draft, table: &TableLook, found: &[Proposal]) -> Option<Line> {
    let named = |line: &&Line| line.key == "service_name" && !line.out;
    let line = draft.columns.iter().find(named)?;
    let name = found
        .iter()
        .find(|one| one.field == "service_name" && quoted(&one.header) == line.value)?;
    let evidence = Evidence::of(&table.rows, name.place);
    // A row without a name is none of a service.
    let differ = evidence.filled > 0
        && evidence.different == evidence.filled
        && evidence.filled * 10 >= evidence.rows * 9;
    differ.then(|| {
        let why = format!(
            "no column is surely an id, and all {} names differ{}, so the name stands in for it",
            evidence.filled,
            if table.cut { " of those looked at" } else { "" }
        );
        Line::new("service_id", &name.header, why)
    })
}

/// Looks for the postcode by its values where no header and no coordinates say where a row is.
pub(super) fn postcode_by_values(draft: &mut Draft, table: &TableLook, headers: &[String]) {
    let placed = ["postcode", "easting", "lon"];
    if draft
        .columns
        .iter()
        .any(|line| placed.contains(&line.key.as_str()))
    {
        return;
    }
    let alike = headers.iter().enumerate().filter(|(place, header)| {
        let found = Evidence::of(&table.rows, *place);
        !header.trim().is_empty() && found.most(found.postcodes)
    });
    let alike: Vec<(usize, &String)> = alike.collect();
    for (place, header) in &alike {
        let found = Evidence::of(&table.rows, *place);
        let why = format!(
            "{} of {} values of {} look like postcodes",
            found.postcodes,
            found.filled,
            quoted(header)
        );
        let mut line = Line::new("postcode", header, why).checked_by_hand();
        line.out = alike.len() > 1;
        draft.columns.push(line);
    }
    if alike.len() > 1 {
        let names: Vec<String> = alike.iter().map(|(_, header)| quoted(header)).collect();
        let stop = format!("{} could each be the postcode", names.join(" and "));
        draft.stop.get_or_insert(stop);
    }
}
