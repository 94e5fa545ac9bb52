//! Reads CSV tables by the names of their columns.
//!
//! A [`Reader`] walks the rows of a file and hands each to a closure as a [`Row`], which reads cells by the name of a field and
//! notes what is wrong with them. It does not know what the fields mean.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use catchment_core::issue::{Issue, Severity};

use crate::report::{Few, FileCounts};
use crate::study_file::nearest;

/// How much of a file is looked at before it is taken for a table; its header must end within it.
const START: usize = 1 << 16;

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
}

/// A column that a table may have.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// The field's name, and the header where the study file maps no other.
    pub(crate) name: &'static str,
    /// Whether the table is of no use without it.
    pub(crate) required: bool,
    /// Other headers that are known to hold this field, such as `Ref` for an id. One found is used and said.
    pub(crate) also: &'static [&'static str],
}

impl Column {
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
    }
}

/// Makes a column that may be there.
pub(crate) const fn optional(name: &'static str) -> Column {
    Column {
        name,
        required: false,
        also: &[],
    }
}

/// A table whose header has been read.
pub(crate) struct Reader {
    file: String,
    personal: bool,
    rows: csv::Reader<BufReader<File>>,
    headers: Vec<String>,
    breaks_in_header: u64,
    /// Where each field's column is, if the table has it.
    places: BTreeMap<&'static str, usize>,
}

impl Reader {
    /// Opens a table and finds its columns.
    pub(crate) fn open(
        table: &TableFile<'_>,
        columns: &[Column],
        issues: &mut Vec<Issue>,
    ) -> Result<Self, Issue> {
        let _ = (table.sheet, &issues);
        let TableFile {
            folder,
            file,
            mapping,
            personal,
            ..
        } = table;
        let (file, personal) = (*file, *personal);
        let unusable =
            |message: String, hint: &str| Issue::new(file, Severity::FileUnusable, message, hint);
        for field in mapping.keys() {
            if !columns.iter().any(|column| column.name == field) {
                let hint = nearest(field, columns.iter().map(|column| column.name))
                    .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
                return Err(unusable(
                    format!("study.toml maps a field `{field}` that this table does not have"),
                    &format!("{hint}its fields are {}", names.join(", ")),
                ));
            }
        }
        let opened = File::open(folder.join(file)).map_err(|error| {
            unusable(
                format!("cannot be opened: {error}"),
                "check the name in study.toml",
            )
        })?;
        let mut source = BufReader::with_capacity(START, opened);
        check_start(&mut source).map_err(|(message, hint)| unusable(message, hint))?;
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(source);
        let mut header = csv::StringRecord::new();
        let found = rows
            .read_record(&mut header)
            .map_err(|error| unusable(plain(&error), "save the file as CSV in UTF-8"))?;
        let headers: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        if !found || headers.iter().all(String::is_empty) {
            return Err(unusable(
                "has no header row".to_owned(),
                "the first row names the columns",
            ));
        }
        let places = find_columns(&headers, columns, mapping, personal)
            .map_err(|(message, hint)| unusable(message, &hint))?;
        Ok(Self {
            file: file.to_owned(),
            personal,
            rows,
            headers,
            breaks_in_header: line_breaks(&header),
            places,
        })
    }

    /// Finds a column by its header, for tables whose columns are not fields of ours.
    pub(crate) fn place_of(&self, header: &str) -> Option<usize> {
        find_header(&self.headers, header)
    }

    /// Says whether the table has a column for a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.places.contains_key(field)
    }

    /// Returns the headers, as they stand in the file.
    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Hands every row to `take`, which returns whether it accepts it. Blank rows are passed over.
    pub(crate) fn each(
        mut self,
        issues: &mut Vec<Issue>,
        mut take: impl FnMut(&mut Row<'_>) -> Option<()>,
    ) -> FileCounts {
        let mut counts = FileCounts {
            file: self.file.clone(),
            ..FileCounts::default()
        };
        let mut few = Few::default();
        let mut cells = csv::StringRecord::new();
        // A spreadsheet counts blank rows, and a line break inside a cell starts no row.
        let mut breaks_in_cells = self.breaks_in_header;
        loop {
            few.keep(issues);
            let read = self.rows.read_record(&mut cells);
            let line = match &read {
                Err(error) => error.position().map(csv::Position::line),
                Ok(_) => cells.position().map(csv::Position::line),
            };
            let number = line.unwrap_or_default().saturating_sub(breaks_in_cells);
            match read {
                Ok(false) => return counts,
                Ok(true) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(true) => {
                    breaks_in_cells += line_breaks(&cells);
                    counts.rows += 1;
                    let mut row = Row {
                        reader: &self,
                        cells: &cells,
                        number,
                        issues,
                        mended: false,
                        refused: false,
                    };
                    let taken = row.check_shape().and_then(|()| take(&mut row));
                    let accepted = taken.is_some() && !row.refused;
                    let mended = row.mended;
                    match (accepted, mended) {
                        (false, _) => counts.rejected += 1,
                        (true, true) => counts.repaired += 1,
                        (true, false) => counts.accepted += 1,
                    }
                }
                Err(error) => {
                    counts.rows += 1;
                    counts.rejected += 1;
                    let hint = "save the file as CSV in UTF-8";
                    let issue = Issue::new(&self.file, Severity::RowRejected, plain(&error), hint);
                    issues.push(issue.at_row(number));
                    if matches!(error.kind(), csv::ErrorKind::Io(_)) {
                        return counts;
                    }
                }
            }
        }
    }
}

/// Counts the line breaks inside the cells of a row.
fn line_breaks(cells: &csv::StringRecord) -> u64 {
    cells
        .iter()
        .map(|cell| cell.bytes().filter(|byte| *byte == b'\n').count() as u64)
        .sum()
}

/// One row of a table.
pub(crate) struct Row<'a> {
    reader: &'a Reader,
    cells: &'a csv::StringRecord,
    number: u64,
    issues: &'a mut Vec<Issue>,
    mended: bool,
    refused: bool,
}

impl Row<'_> {
    /// Rejects a row that is not one: more cells than columns, or a cell that runs on over several lines.
    ///
    /// One quotation mark that is never closed makes the rest of the file a single cell, other people's rows in it.
    fn check_shape(&mut self) -> Option<()> {
        let file = self.reader;
        let mut refuse = |message: &str, hint: &str| {
            let issue = Issue::new(&file.file, Severity::RowRejected, message, hint);
            self.issues.push(issue.at_row(self.number));
            None
        };
        let lines = if file.personal { 0 } else { MOST_LINE_BREAKS };
        if line_breaks(self.cells) > lines {
            return refuse(
                "has a cell that runs on over several lines",
                "look for a quotation mark that is not closed; rows after it may be part of that cell",
            );
        }
        if self.cells.len() > file.headers.len() {
            return refuse(
                "has more cells than there are columns",
                "a cell with a comma in it stands in quotation marks",
            );
        }
        Some(())
    }

    /// Returns the row's number as a spreadsheet counts it.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns a cell, trimmed; nothing where the column is not there or the cell is empty.
    pub(crate) fn text(&self, field: &'static str) -> Option<&str> {
        self.cell(*self.reader.places.get(field)?)
    }

    /// Returns the cell at a place, trimmed; nothing where it is empty.
    pub(crate) fn cell(&self, place: usize) -> Option<&str> {
        self.cells
            .get(place)
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
    }

    /// Returns a cell that must not be empty, else rejects the row.
    pub(crate) fn needed(&mut self, field: &'static str) -> Option<String> {
        let found = self.text(field).map(str::to_owned);
        if found.is_none() {
            self.reject(field, "is empty", "every row needs one");
        }
        found
    }

    /// Reads a cell that must not be empty, else rejects the row.
    pub(crate) fn needed_as<T>(
        &mut self,
        field: &'static str,
        read: impl Fn(&str) -> Option<T>,
        hint: &str,
    ) -> Option<T> {
        let text = self.needed(field)?;
        let value = read(&text);
        if value.is_none() {
            self.reject(
                field,
                &format!("cannot be read{}", self.quoted(&text)),
                hint,
            );
        }
        value
    }

    /// Reads a cell that may be empty. What cannot be read is left out and the row is kept, as repaired.
    pub(crate) fn maybe_as<T>(
        &mut self,
        field: &'static str,
        read: impl Fn(&str) -> Option<T>,
        hint: &str,
    ) -> Option<T> {
        let text = self.text(field)?.to_owned();
        let value = read(&text);
        if value.is_none() {
            let message = format!("cannot be read and was left empty{}", self.quoted(&text));
            self.mend(field, &message, hint);
        }
        value
    }

    /// Reads a cell that may be empty, but where what cannot be read makes the row worthless.
    #[expect(
        clippy::option_option,
        reason = "nothing outside: the row is rejected; nothing inside: the cell is empty"
    )]
    pub(crate) fn strict_as<T>(
        &mut self,
        field: &'static str,
        read: impl Fn(&str) -> Option<T>,
        hint: &str,
    ) -> Option<Option<T>> {
        match self.text(field).map(str::to_owned) {
            None => Some(None),
            Some(_) => self.needed_as(field, read, hint).map(Some),
        }
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

    fn note(&mut self, field: &'static str, severity: Severity, message: &str, hint: &str) {
        let header = self
            .reader
            .places
            .get(field)
            .and_then(|place| self.reader.headers.get(*place));
        let column = header.map_or(field, String::as_str);
        let issue = Issue::new(&self.reader.file, severity, message, hint)
            .at_row(self.number)
            .in_column(column);
        self.issues.push(issue);
    }

    /// Quotes a cell for a message, but never one about a person.
    pub(crate) fn quoted(&self, text: &str) -> String {
        if self.reader.personal {
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

/// Refuses what is no text, and steps over a byte-order mark.
fn check_start(source: &mut BufReader<File>) -> Result<(), (String, &'static str)> {
    let start = source.fill_buf().map_err(|error| {
        (
            format!("cannot be read: {error}"),
            "check the disk and the file's permissions",
        )
    })?;
    if start.is_empty() {
        return Err(("is empty".to_owned(), "check that it was saved whole"));
    }
    if start.starts_with(b"PK\x03\x04") {
        return Err((
            "is a workbook or another zipped file, not CSV".to_owned(),
            "save the sheet as CSV in UTF-8",
        ));
    }
    if start.contains(&0) {
        return Err(("is not text".to_owned(), "save the table as CSV in UTF-8"));
    }
    if start.len() >= START && !start.contains(&b'\n') {
        return Err((
            "has a first row longer than any table's".to_owned(),
            "check that it is a CSV file",
        ));
    }
    if start.starts_with(b"\xef\xbb\xbf") {
        let mut mark = [0; 3];
        source
            .read_exact(&mut mark)
            .map_err(|error| (format!("cannot be read: {error}"), "check the disk"))?;
    }
    Ok(())
}

fn find_columns(
    headers: &[String],
    columns: &[Column],
    mapping: &BTreeMap<String, String>,
    personal: bool,
) -> Result<BTreeMap<&'static str, usize>, (String, String)> {
    let mut places = BTreeMap::new();
    for column in columns {
        let mapped = mapping.get(column.name).map(String::as_str);
        let header = mapped.unwrap_or(column.name);
        let others: Vec<&str> = columns
            .iter()
            .map(|other| other.name)
            .filter(|name| *name != column.name)
            .collect();
        match find_header(headers, header) {
            Some(place) => {
                places.insert(column.name, place);
            }
            None if mapped.is_some() || column.required => {
                return Err((
                    format!("has no column `{header}`"),
                    format!(
                        "{}; if it is called otherwise, name it in study.toml, as in columns = {{ {} = \"...\" }}",
                        what_there_is(headers, header, &others, personal),
                        column.name
                    ),
                ));
            }
            None => {}
        }
    }
    Ok(places)
}

/// Says which columns a file has. The first row of a table about people may be a person, so there only their number is said.
fn what_there_is(headers: &[String], wanted: &str, others: &[&str], personal: bool) -> String {
    if personal {
        return format!(
            "its first row, which names the columns, has {} cells",
            headers.len()
        );
    }
    // A header that is the name of another field is not what was meant.
    let free = headers
        .iter()
        .map(String::as_str)
        .filter(|header| !others.contains(header));
    let near =
        nearest(wanted, free).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let shown: Vec<String> = headers
        .iter()
        .take(40)
        .map(|name| name.chars().take(60).collect())
        .collect();
    format!("{near}the file has {}", shown.join(", "))
}

fn find_header(headers: &[String], header: &str) -> Option<usize> {
    headers.iter().position(|name| name == header).or_else(|| {
        headers
            .iter()
            .position(|name| name.eq_ignore_ascii_case(header.trim()))
    })
}

/// Says what the CSV reader met, without what stands in the cells.
fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { err, .. } => {
            format!("is not UTF-8 text (field {})", err.field() + 1)
        }
        csv::ErrorKind::Io(error) => format!("cannot be read: {error}"),
        _ => "is not a CSV row".to_owned(),
    }
}
