//! Looks into a table before anybody knows what it is: its sheets and its first rows, for proposing a mapping.

use std::path::Path;

use super::source::{Input, Source};
use super::workbook;

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SheetInfo {
    pub(crate) name: String,
    /// Whether the workbook hides it.
    pub(crate) hidden: bool,
    /// Whether any cell of it holds anything.
    pub(crate) has_data: bool,
}

/// The first rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Preview {
    /// Rows that are not blank, with their numbers as a spreadsheet counts them. What stands in them may be about people.
    pub(crate) rows: Vec<(u64, Vec<String>)>,
    /// The place in `rows` of the row that looks most like a header: the first of the widest that hold words only.
    pub(crate) header: usize,
}

impl Preview {
    /// Returns the headers.
    #[cfg(test)]
    pub(crate) fn headers(&self) -> &[String] {
        self.rows.get(self.header).map_or(&[], |(_, cells)| cells)
    }
}

/// Returns the sheets of a workbook; none for a text table. Says why a file cannot be read.
pub(crate) fn sheets(path: &Path) -> Result<Vec<SheetInfo>, String> {
    workbook::sheets(&Input::File(path.to_owned())).map_err(|trouble| trouble.message)
}

/// Returns the first rows of a table. Says why a file cannot be read.
pub(crate) fn preview(path: &Path, sheet: Option<&str>, rows: usize) -> Result<Preview, String> {
    let said = |trouble: super::Trouble| format!("{}; {}", trouble.message, trouble.hint);
    let source = Source::open(Input::File(path.to_owned()), sheet, true).map_err(said)?;
    let top = source.top(rows.max(1), 1).map_err(said)?;
    let rows: Vec<(u64, Vec<String>)> = top
        .into_iter()
        .map(|(number, cells)| (number, cells.borrow().iter().map(str::to_owned).collect()))
        .collect();
    let words = |cells: &[String]| {
        let words = cells
            .iter()
            .filter(|cell| cell.contains(char::is_alphabetic));
        words.count()
    };
    let most = rows.iter().map(|(_, cells)| words(cells)).max();
    let header = rows
        .iter()
        .position(|(_, cells)| Some(words(cells)) == most);
    Ok(Preview {
        rows,
        header: header.unwrap_or(0),
    })
}
