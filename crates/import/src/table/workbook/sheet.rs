//! What must be known of a sheet before its rows are read: whether it holds anything, what is merged, what is hidden.

use quick_xml::events::Event;

use super::super::columns::letters;
use super::super::header::{MOST_COLUMNS, listed};
use super::super::source::{Said, Trouble};
use super::package::{LARGEST_PART, Package, Xml, damaged};
use super::parts::{attribute, is_set};

/// The most rows of a sheet.
pub(super) const MOST_ROWS: u32 = 1 << 20;
/// The most merged areas, and how many hidden rows are told by number.
const MOST_MERGED: usize = 1 << 18;
const MOST_TOLD: usize = 100;

/// Cells that are shown as one; rows and columns from 0, both ends within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Merged {
    pub(super) top: u32,
    pub(super) left: u32,
    pub(super) bottom: u32,
    pub(super) right: u32,
}

impl Merged {
    /// Returns how many columns it has.
    pub(super) fn width(&self) -> usize {
        (self.right - self.left) as usize + 1
    }
}

/// What was found out about a sheet.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// By their first row.
    pub(super) merged: Vec<Merged>,
    hidden_rows: Vec<u64>,
    hidden_row_count: usize,
    hidden_columns: Vec<(usize, usize)>,
    last_column: usize,
}

/// Reads the place of a cell such as `AB12`: row and column from 0.
pub(super) fn place(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = text.split_at(digits);
    if !(1..=3).contains(&letters.len()) || row.len() > 7 {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        let value = letter
            .to_ascii_uppercase()
            .checked_sub(b'A')
            .filter(|value| *value < 26)?;
        column = column * 26 + u32::from(value) + 1;
    }
    let row: u32 = row.parse().ok()?;
    let fits = (1..=MOST_ROWS).contains(&row) && column as usize <= MOST_COLUMNS;
    fits.then(|| (row - 1, column - 1))
}

/// Opens the part of a sheet.
pub(super) fn open<'a>(package: &'a mut Package, part: &str) -> Result<Xml<'a>, Trouble> {
    package.needed(part, LARGEST_PART)
}

/// Says whether any cell of a sheet holds anything.
pub(super) fn has_data(package: &mut Package, part: &str) -> Result<bool, Trouble> {
    let mut xml = open(package, part)?;
    let mut in_value = false;
    loop {
        match xml.next()? {
            Event::Start(tag) => {
                in_value = matches!(tag.local_name().as_ref(), "v" | "t");
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if in_value => return Ok(true),
            Event::End(tag) if tag.local_name().as_ref() == "sheetData" => return Ok(false),
            Event::End(_) => in_value = false,
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

impl Survey {
    pub(super) fn read(package: &mut Package, part: &str) -> Result<Self, Trouble> {
        let mut survey = Self::default();
        let mut xml = open(package, part)?;
        // The row that is being read, if it is hidden, and whether a cell of it holds anything.
        let (mut row, mut hidden, mut filled) = (0_u64, false, false);
        let (mut column, mut in_value) = (0, false);
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "col" if is_set(&tag, "hidden")? => survey.hide_columns(
                        attribute(&tag, "min")?.and_then(|at| at.parse().ok()),
                        attribute(&tag, "max")?.and_then(|at| at.parse().ok()),
                    ),
                    "row" => {
                        let own = attribute(&tag, "r")?.and_then(|at| at.parse().ok());
                        row = own.unwrap_or(row + 1);
                        (hidden, filled, column) = (is_set(&tag, "hidden")?, false, 0);
                    }
                    "c" => {
                        let at = attribute(&tag, "r")?.and_then(|text| place(&text));
                        column = at.map_or(column, |(_, column)| column as usize) + 1;
                    }
                    "v" | "t" => in_value = true,
                    "mergeCell" => survey.merge(attribute(&tag, "ref")?.as_deref())?,
                    _ => {}
                },
                Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) if in_value => {
                    filled = true;
                    survey.last_column = survey.last_column.max(column);
                }
                Event::End(tag) => {
                    in_value = false;
                    if hidden && filled && tag.local_name().as_ref() == "row" {
                        survey.hidden_row_count += 1;
                        if survey.hidden_rows.len() < MOST_TOLD {
                            survey.hidden_rows.push(row);
                        }
                    }
                }
                Event::Eof => {
                    survey.merged.sort_unstable();
                    return Ok(survey);
                }
                _ => {}
            }
        }
    }

    fn hide_columns(&mut self, first: Option<usize>, last: Option<usize>) {
        if let (Some(first), Some(last)) = (first, last)
            && self.hidden_columns.len() < MOST_COLUMNS
        {
            self.hidden_columns.push((first.max(1), last));
        }
    }

    fn merge(&mut self, area: Option<&str>) -> Result<(), Trouble> {
        let ends = area.and_then(|area| area.split_once(':'));
        let ends = ends.and_then(|(from, to)| Some((place(from)?, place(to)?)));
        let Some(((top, left), (bottom, right))) = ends else {
            return Ok(());
        };
        if self.merged.len() >= MOST_MERGED {
            return Err(damaged("it has too many merged cells"));
        }
        if top <= bottom && left <= right && (top, left) != (bottom, right) {
            self.merged.push(Merged {
                top,
                left,
                bottom,
                right,
            });
        }
        Ok(())
    }

    /// Says what is hidden and read nevertheless.
    pub(super) fn said(&self) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::new();
        let hint = "show them and look, or delete what is not meant to be read";
        if self.hidden_row_count > 0 {
            let more = self.hidden_row_count - self.hidden_rows.len();
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            let rows = listed(&self.hidden_rows);
            let count = self.hidden_row_count;
            let rows = format!(
                "has {count} hidden or filtered rows, which are read as data: row {rows}{more}"
            );
            said.push((rows, hint));
        }
        let columns: Vec<String> = self
            .hidden_columns
            .iter()
            .flat_map(|(first, last)| *first..=(*last).min(self.last_column))
            .take(MOST_TOLD)
            .map(|column| letters(column - 1))
            .collect();
        if !columns.is_empty() {
            let columns = columns.join(", ");
            said.push((
                format!("has hidden columns, which are read as data: {columns}"),
                hint,
            ));
        }
        said
    }
}
