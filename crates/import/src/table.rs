//! Reads tables, as CSV or workbooks, by the names of their columns.
//!
//! A [`Reader`] finds the header of a file and the column of each field, walks the rows and hands each to a closure as a [`Row`],
//! which reads cells by the name of a field and notes what is wrong with them. What kind of file it is, and how a council laid it
//! out, is dealt with below this module and said as notes. It does not know what the fields mean.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use catchment_core::issue::{Issue, Severity};

use crate::report::{Few, FileCounts};

mod cells;
mod columns;
mod csv_source;
mod encoding;
mod header;
mod look;
mod order;
mod row;
mod source;
mod walk;
mod workbook;

pub(crate) use columns::{Proposal, Why, loosely, propose};
pub(crate) use look::{Preview, preview, sheets};
pub(crate) use row::{Lost, Row};

use cells::Cells;
use source::{Input, Said, Source, Trouble};
use walk::Walk;

/// The most line breaks that the cells of one row may hold, in a table that is not about people.
const MOST_LINE_BREAKS: u64 = 10;

/// A table as the study file names it.
pub(crate) struct TableFile<'a> {
    /// The study's folder.
    pub(crate) folder: &'a Path,
    /// The file, relative to it.
    pub(crate) file: &'a str,
    /// The sheet of a workbook.
    pub(crate) sheet: Option<&'a str>,
    /// The table's own headers, by the name of the field they hold.
    pub(crate) mapping: BTreeMap<String, String>,
    /// Whether it is about people: then what stands in its cells never comes into a message.
    pub(crate) personal: bool,
    /// Whether study.toml names it; of any other table a hint never says what to write there.
    pub(crate) of_study: bool,
}

/// A column that a table may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// The field's name, and the header where the study file maps no other.
    pub(crate) name: &'static str,
    /// Whether the table is of no use without it.
    pub(crate) required: bool,
    /// Other headers that are known to hold this field, such as `Ref` for an id, the likeliest first. One found is used and said;
    /// between two that hold different things nothing is decided.
    pub(crate) also: &'static [&'static str],
    /// Whether its cells are days: then the whole column is looked at before any cell of it is read.
    pub(crate) days: bool,
}

impl Column {
    /// Says that its cells are days.
    pub(crate) const fn of_days(mut self) -> Self {
        self.days = true;
        self
    }

    /// Adds other headers that are known to hold the field.
    pub(crate) const fn or(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }
}

/// Makes a column that must be there.
pub(crate) const fn required(name: &'static str) -> Column {
    Column {
        name,
        required: true,
        also: &[],
        days: false,
    }
}

/// Makes a column that may be there.
pub(crate) const fn optional(name: &'static str) -> Column {
    Column {
        name,
        required: false,
        also: &[],
        days: false,
    }
}

/// How a table is laid out.
#[derive(Debug)]
struct Layout {
    file: String,
    personal: bool,
    of_study: bool,
    headers: Vec<String>,
    /// Where each field's column is, for the fields that the table has.
    places: Vec<(&'static str, usize)>,
    /// The last row of the header; 0 where there is none.
    header_row: u64,
    /// How many cells a row may have.
    width: usize,
    comma_may_be_decimal: bool,
    /// Where the columns of days are.
    days: Vec<usize>,
    /// Those of them that prove to have the month first, and the row that proves it.
    month_first: Vec<(usize, u64)>,
}

impl Layout {
    fn place(&self, field: &str) -> Option<usize> {
        let found = self.places.iter().find(|(name, _)| *name == field);
        found.map(|(_, place)| *place)
    }

    /// Names the column at a place for a message.
    fn header(&self, place: usize) -> String {
        let header = self.headers.get(place).filter(|header| !header.is_empty());
        header.map_or_else(|| columns::letters(place), Clone::clone)
    }

    /// Names the column of a field for a message.
    fn header_of<'a>(&'a self, field: &'a str) -> &'a str {
        let header = self.place(field).and_then(|place| self.headers.get(place));
        header.map_or(field, String::as_str)
    }

    /// The place of the column that every row needs.
    fn key(&self) -> usize {
        self.places.first().map_or(0, |(_, place)| *place)
    }

    fn note(&self, (message, hint): Said) -> Issue {
        Issue::new(&self.file, Severity::Note, message, hint)
    }
}

/// Whoever takes the rows of a table.
pub(crate) trait Taker {
    /// Takes a row; returns whether it accepts it.
    fn take(&mut self, row: &mut Row<'_>) -> Option<()>;

    /// Is told of a row that was rejected before it could be taken, and that is in the report already.
    fn lost(&mut self, _row: &Lost<'_>) {}
}

impl<F: FnMut(&mut Row<'_>) -> Option<()>> Taker for F {
    fn take(&mut self, row: &mut Row<'_>) -> Option<()> {
        self(row)
    }
}

/// A table whose header has been read.
pub(crate) struct Reader {
    source: Source,
    layout: Layout,
}

impl Reader {
    /// Opens a table and finds its columns.
    pub(crate) fn open(
        table: &TableFile<'_>,
        columns: &[Column],
        issues: &mut Vec<Issue>,
    ) -> Result<Self, Issue> {
        let input = Input::File(table.folder.join(table.file));
        Self::of(input, table, columns)
            .map(|(reader, said)| {
                issues.extend(said.into_iter().map(|said| reader.layout.note(said)));
                reader
            })
            .map_err(|trouble| unusable(table.file, trouble))
    }

    fn of(
        input: Input,
        table: &TableFile<'_>,
        columns: &[Column],
    ) -> Result<(Self, Vec<Said>), Trouble> {
        let source = Source::open(input, table.sheet, table.of_study)?;
        let top = source.top(header::TOP, 1)?;
        let header = header::find(&top, columns, &table.mapping)?;
        let below = top.iter().filter(|(row, _)| *row > header.last_row);
        let sample: Vec<Cells<'_>> = below.map(|(_, cells)| cells.borrow()).collect();
        let file = columns::Headers::new(&header.names, &sample);
        let found = columns::find(file, columns, table)?;
        let mut said = source.said().to_vec();
        said.extend(header.said);
        said.extend(found.said);
        // Required fields first: the first of them is the key of a row.
        let mut places = found.places;
        let order = |field: &str| columns.iter().position(|column| column.name == field);
        places.sort_by_key(|(field, _)| {
            let at = order(field);
            (at.is_none_or(|at| !columns[at].required), at)
        });
        let width = match &source {
            Source::Csv(_) => header.width,
            // A remark beside a table moves no cell of a workbook into another column.
            Source::Workbook(_) => usize::MAX,
        };
        let is_of_days = |field: &str| order(field).is_some_and(|at| columns[at].days);
        let days = places.iter().filter(|(field, _)| is_of_days(field));
        let layout = Layout {
            days: days.map(|(_, place)| *place).collect(),
            month_first: Vec::new(),
            file: table.file.to_owned(),
            personal: table.personal,
            of_study: table.of_study,
            headers: header.names,
            places,
            header_row: header.last_row,
            width,
            comma_may_be_decimal: source.comma_may_be_decimal(),
        };
        Ok((Self { source, layout }, said))
    }

    /// Finds the columns that fit a header best, for tables whose columns are not fields of ours. Of several none is the right one.
    pub(crate) fn places_of(&self, header: &str) -> Vec<usize> {
        columns::places_of(&self.layout.headers, header)
    }

    /// Returns where a field's column is, for [`Row::cell`], which then finds a cell without looking for its field: for tables of
    /// millions of rows.
    pub(crate) fn place(&self, field: &str) -> Option<usize> {
        self.layout.place(field)
    }

    /// Returns the headers, as they stand in the file.
    pub(crate) fn headers(&self) -> &[String] {
        &self.layout.headers
    }

    /// Lets messages quote the cells of a table that was opened as one about people and proved to be none.
    pub(crate) fn quoting(mut self) -> Self {
        self.layout.personal = false;
        self
    }

    /// Hands every row to `take`, which returns whether it accepts it. Blank rows, totals and repeated headers are passed over and
    /// said.
    pub(crate) fn each(
        self,
        issues: &mut Vec<Issue>,
        mut take: impl FnMut(&mut Row<'_>) -> Option<()>,
    ) -> FileCounts {
        self.hand_to(&mut take, issues)
    }

    /// Hands every row to `taker`, as [`Reader::each`] does, and tells it of those that it cannot be handed.
    pub(crate) fn hand_to(mut self, taker: &mut dyn Taker, issues: &mut Vec<Issue>) -> FileCounts {
        let first = self.layout.header_row + 1;
        self.layout.month_first = order::month_first(&self.source, &self.layout);
        let mut walk = Walk::new(&self.layout);
        let mut few = Few::default();
        let end = self.source.walk(first, &mut |number, line| {
            walk.line(number, line, issues, taker);
            few.keep(issues);
            ControlFlow::Continue(())
        });
        match end {
            Ok(said) => {
                let layout = &self.layout;
                issues.extend(said.into_iter().map(|said| layout.note(said)));
                walk.finish(&self.source, issues, taker)
            }
            Err(trouble) => {
                issues.push(unusable(&self.layout.file, trouble));
                walk.counts
            }
        }
    }
}

fn unusable(file: &str, trouble: Trouble) -> Issue {
    Issue::new(file, Severity::FileUnusable, trouble.message, trouble.hint)
}

/// Reads arbitrary bytes as a table in every manner that there is, for fuzzing: it must end, and not panic.
pub(crate) fn read_table_bytes(bytes: &[u8]) {
    const COLUMNS: &[Column] = &[
        required("service_id").or(&["id", "ref"]),
        optional("postcode"),
        optional("places"),
        optional("opened").of_days(),
    ];
    for personal in [false, true] {
        let table = TableFile {
            folder: Path::new(""),
            file: "table",
            sheet: None,
            mapping: BTreeMap::new(),
            personal,
            of_study: true,
        };
        let mut issues = Vec::new();
        let Ok((reader, _)) = Reader::of(Input::Bytes(bytes.into()), &table, COLUMNS) else {
            continue;
        };
        let counts = reader.each(&mut issues, |row| {
            row.needed("service_id")?;
            row.maybe_as("postcode", crate::text::postcode_or_mended, "");
            row.maybe_as("places", crate::text::count, "");
            row.strict_as("opened", crate::text::date, "").map(|_| ())
        });
        debug_assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected
        );
    }
}

#[cfg(test)]
mod tests;
