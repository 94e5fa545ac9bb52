//! One row of a table, whose cells are read by the names of fields.
//!
//! What is wrong with a cell is noted here and nowhere else, so that nothing of a person can come into a message.

use std::borrow::Cow;

use catchment_core::issue::{Issue, Severity};
use jiff::civil::Date;

use super::cells::{Cells, OwnedCells, Quote, clean};
use super::{Layout, MOST_LINE_BREAKS};
use crate::text::{self, Outcome, Reading};

/// The longest cell, in bytes: more than a spreadsheet can hold.
const LONGEST_CELL: usize = 1 << 16;

/// What formulas say that came to nothing.
const FORMULA_ERRORS: [&str; 13] = [
    "#REF!",
    "#N/A",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#DATA!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#GETTING_DATA",
];

/// One row of a table.
pub(crate) struct Row<'a> {
    pub(super) layout: &'a Layout,
    pub(super) cells: Cells<'a>,
    pub(super) number: u64,
    pub(super) issues: &'a mut Vec<Issue>,
    pub(super) unknown: &'a mut Unknown,
    pub(super) mended: bool,
    pub(super) refused: bool,
    /// Whether what stands in the row's cells is kept out of messages, as that of a table about people is.
    pub(super) hushed: bool,
}

/// Counts, for each field, the cells that say that a value is not known.
#[derive(Debug, Default)]
pub(super) struct Unknown(pub(super) Vec<(&'static str, u64)>);

impl Unknown {
    fn count(&mut self, field: &'static str) {
        match self.0.iter_mut().find(|(known, _)| *known == field) {
            Some((_, count)) => *count += 1,
            None => self.0.push((field, 1)),
        }
    }
}

/// A row that was rejected before its cells could be told from one another.
///
/// What stands in it is for comparing only: it may be somebody's address, and comes into no message.
pub(crate) struct Lost<'a> {
    pub(super) number: u64,
    pub(super) cells: Cells<'a>,
}

impl<'a> Lost<'a> {
    /// Returns the row's number as a spreadsheet counts it.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns every cell that holds anything, as the row was parted.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.cells.iter().filter(|cell| !cell.is_empty())
    }

    /// Returns what stands between delimiters, quotation marks and line breaks of any kind, in order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let ends = [',', ';', '\t', '|', '"', '\n', '\r'];
        let parts = self.cells().flat_map(move |cell| cell.split(ends));
        parts.map(str::trim).filter(|part| !part.is_empty())
    }
}

const NOT_CLOSED: &str =
    "look for a quotation mark that is not closed; rows after it may be part of that cell";

impl<'a> Row<'a> {
    /// Rejects a row that is not one: rows taken into a cell by a quotation mark, or more cells than columns.
    ///
    /// One quotation mark that is never closed makes the rest of the file a single cell, other people's rows in it.
    pub(super) fn check_shape(&mut self) -> Option<()> {
        self.check_quotes()?;
        if self.cells.len() > self.layout.width {
            return self.refuse(
                "has more cells than there are columns",
                "a cell with a comma in it stands in quotation marks",
            );
        }
        if self.cells.longest() > LONGEST_CELL {
            return self.refuse(
                "has a cell longer than a spreadsheet can hold",
                "look for a quotation mark that is not closed",
            );
        }
        Some(())
    }

    /// Rejects a row whose quotation marks took in lines that are no part of it.
    fn check_quotes(&mut self) -> Option<()> {
        let run = self.cells.run;
        let lines = if run.lines == 1 {
            "the line after it".to_owned()
        } else {
            format!("the {} lines after it", run.lines)
        };
        if run.quote == Quote::Open {
            let message = match run.lines {
                0 => "has a quotation mark that is never closed".to_owned(),
                _ => format!("has a quotation mark that is never closed and takes in {lines}"),
            };
            return self.refuse(&message, NOT_CLOSED);
        }
        let width = self.layout.width;
        let rows = width > 1 && run.as_rows >= width;
        if run.quote == Quote::Torn || rows {
            let message = format!("has a quotation mark that takes in {lines}, rows as it seems");
            return self.refuse(&message, NOT_CLOSED);
        }
        let most = if self.layout.personal {
            0
        } else {
            MOST_LINE_BREAKS
        };
        if run.lines > most {
            let message = format!("has a cell that runs on over {lines}");
            return self.refuse(&message, NOT_CLOSED);
        }
        Some(())
    }

    fn refuse(&mut self, message: &str, hint: &str) -> Option<()> {
        self.refused = true;
        let issue = Issue::new(&self.layout.file, Severity::RowRejected, message, hint);
        self.issues.push(issue.at_row(self.number));
        None
    }

    /// Says whether the cells need [`Row::tidied`].
    pub(super) fn is_untidy(&self) -> bool {
        self.cells.may_be_unclean()
            || (self.cells.holds(b'#') && self.cells.iter().any(is_formula_error))
    }

    /// Copies the cells without what nobody typed: control characters and the errors of formulas.
    pub(super) fn tidied(&mut self) -> Option<OwnedCells> {
        let mut tidy = OwnedCells::default();
        for (place, cell) in self.cells.iter().enumerate() {
            if cell.contains('\0') {
                self.refuse("is not text", "save the file as CSV in UTF-8");
                return None;
            }
            let column = self.layout.header(place);
            let is_read = self.layout.places.iter().any(|(_, read)| *read == place);
            if is_formula_error(cell) {
                tidy.push("");
                if is_read {
                    let hint = "correct the formula or write the value";
                    self.repaired(
                        &column,
                        "holds the error of a formula, so it is unknown",
                        hint,
                    );
                }
                continue;
            }
            let cleaned = clean(cell);
            if cleaned != cell && is_read {
                let hint = "type it again without them";
                self.repaired(
                    &column,
                    "had characters that cannot be seen, which were left out",
                    hint,
                );
            }
            tidy.push(&cleaned);
        }
        Some(tidy)
    }

    fn repaired(&mut self, column: &str, message: &str, hint: &str) {
        self.mended = true;
        let issue = Issue::new(&self.layout.file, Severity::Repaired, message, hint)
            .at_row(self.number)
            .in_column(column);
        self.issues.push(issue);
    }

    /// Returns the row's number as a spreadsheet counts it.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns a cell, trimmed; nothing where the column is not there or the cell is empty.
    pub(crate) fn text(&self, field: &'static str) -> Option<&str> {
        self.held(field)
    }

    /// Returns a cell for as long as the row's text is there.
    fn held(&self, field: &'static str) -> Option<&'a str> {
        self.cells.get(self.layout.place(field)?)
    }

    /// Returns the cell at a place, trimmed; nothing where it is empty.
    pub(crate) fn cell(&self, place: usize) -> Option<&str> {
        self.cells.get(place)
    }

    /// Returns a cell that must not be empty, else rejects the row.
    pub(crate) fn needed(&mut self, field: &'static str) -> Option<String> {
        self.needed_text(field).map(str::to_owned)
    }

    fn needed_text(&mut self, field: &'static str) -> Option<&'a str> {
        let found = self.held(field);
        if found.is_none() {
            self.reject(field, "is empty", "every row needs one");
        }
        found
    }

    /// Reads a cell that must not be empty, else rejects the row.
    pub(crate) fn needed_as<R: Outcome>(
        &mut self,
        field: &'static str,
        read: impl Fn(&str) -> R,
        hint: &str,
    ) -> Option<R::Value> {
        let text = self.needed_text(field)?;
        if text::is_unknown(text) {
            let message = format!("says that it is not known{}", self.quoted(text));
            self.reject(field, &message, hint);
            return None;
        }
        self.sure_or_rejected(field, text, read, hint)
    }

    /// Reads a cell that may be empty or unknown. What cannot be read is left out and the row is kept, as repaired.
    pub(crate) fn maybe_as<R: Outcome>(
        &mut self,
        field: &'static str,
        read: impl Fn(&str) -> R,
        hint: &str,
    ) -> Option<R::Value> {
        let text = self.known(field)?;
        if let Some(why) = self.doubt(field, text) {
            let message = format!("{why}, so it was left empty{}", self.quoted(text));
            self.mend(field, &message, hint);
            return None;
        }
        match read(text).reading() {
            Reading::Sure(value) => Some(value),
            Reading::Mended(value, how) => {
                self.mend_as(field, how, text, hint);
                Some(value)
            }
            Reading::Doubtful(why) => {
                let message = format!("{why}, so it was left empty{}", self.quoted(text));
                self.mend(field, &message, hint);
                None
            }
            Reading::Unreadable => {
                let message = format!("cannot be read and was left empty{}", self.quoted(text));
                self.mend(field, &message, hint);
                None
            }
        }
    }

    /// Reads a cell that may be empty or unknown, but where what cannot be read makes the row worthless.
    #[expect(
        clippy::option_option,
        reason = "nothing outside: the row is rejected; nothing inside: the cell is empty"
    )]
    pub(crate) fn strict_as<R: Outcome>(
        &mut self,
        field: &'static str,
        read: impl Fn(&str) -> R,
        hint: &str,
    ) -> Option<Option<R::Value>> {
        match self.known(field) {
            None => Some(None),
            Some(text) => self.sure_or_rejected(field, text, read, hint).map(Some),
        }
    }

    /// Reads a first and a last day, either of which may be empty; `wrong` says what the last one is where the two are the wrong way
    /// round, which rejects the row.
    pub(crate) fn days_between(
        &mut self,
        first: &'static str,
        last: &'static str,
        wrong: &str,
    ) -> Option<(Option<Date>, Option<Date>)> {
        let from = self.strict_as(first, text::date, text::A_DAY)?;
        let to = self.strict_as(last, text::date, text::A_DAY)?;
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            self.reject(last, wrong, "correct one of the two");
            return None;
        }
        Some((from, to))
    }

    /// Returns a cell that is neither empty nor a mark for what is not known; counts the marks.
    pub(crate) fn known(&mut self, field: &'static str) -> Option<&'a str> {
        let text = self.held(field)?;
        if text::is_unknown(text) {
            self.unknown.count(field);
            return None;
        }
        Some(text)
    }

    /// Says why a cell could be read in two ways in this table, whatever it says by itself.
    fn doubt(&self, field: &str, text: &str) -> Option<Cow<'static, str>> {
        if self.layout.comma_may_be_decimal && text::could_be_decimal_comma(text) {
            return Some("has a comma that parts thousands or stands for the decimal point".into());
        }
        let place = self.layout.place(field)?;
        let proof = self.layout.month_first.iter().find(|(at, _)| *at == place);
        let (_, row) = proof.filter(|_| text::has_either_order(text))?;
        Some(
            format!(
                "could have its day or its month first: row {row} of the column has its month first"
            )
            .into(),
        )
    }

    fn sure_or_rejected<R: Outcome>(
        &mut self,
        field: &'static str,
        text: &str,
        read: impl Fn(&str) -> R,
        hint: &str,
    ) -> Option<R::Value> {
        let why = match self.doubt(field, text) {
            Some(why) => why,
            None => match read(text).reading() {
                Reading::Sure(value) => return Some(value),
                Reading::Mended(value, how) => {
                    self.mend_as(field, how, text, hint);
                    return Some(value);
                }
                Reading::Doubtful(why) => why.into(),
                Reading::Unreadable => "cannot be read".into(),
            },
        };
        self.reject(field, &format!("{why}{}", self.quoted(text)), hint);
        None
    }

    fn mend_as(&mut self, field: &'static str, how: &str, text: &str, hint: &str) {
        let message = format!("{how}{}", self.quoted(text));
        self.mend(field, &message, hint);
    }

    /// Notes that something in the row was mended.
    pub(crate) fn mend(&mut self, field: &'static str, message: &str, hint: &str) {
        self.mended = true;
        self.note(field, Severity::Repaired, message, hint);
    }

    /// Notes why the row is left out.
    pub(crate) fn reject(&mut self, field: &'static str, message: &str, hint: &str) {
        self.refused = true;
        self.note(field, Severity::RowRejected, message, hint);
    }

    /// Notes something of a row that stays as it is.
    pub(crate) fn remark(&mut self, field: &'static str, message: &str, hint: &str) {
        self.note(field, Severity::Note, message, hint);
    }

    fn note(&mut self, field: &'static str, severity: Severity, message: &str, hint: &str) {
        let issue = Issue::new(&self.layout.file, severity, message, hint)
            .at_row(self.number)
            .in_column(self.layout.header_of(field));
        self.issues.push(issue);
    }

    /// Says whether study.toml names the table.
    pub(crate) fn is_of_study(&self) -> bool {
        self.layout.of_study
    }

    /// Keeps what stands in this row out of messages from here on: one of its cells may be somebody's address.
    pub(crate) fn hush(&mut self) {
        self.hushed = true;
    }

    /// Quotes a cell for a message, but never one about a person.
    pub(crate) fn quoted(&self, text: &str) -> String {
        if self.layout.personal || self.hushed {
            return String::new();
        }
        let short: String = text
            .chars()
            .take(40)
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        format!(": \"{short}\"")
    }
}

fn is_formula_error(cell: &str) -> bool {
    cell.starts_with('#') && FORMULA_ERRORS.contains(&cell)
}
