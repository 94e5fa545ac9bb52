//! Where rows come from: tells what kind of file a table is by its first bytes, whatever it is called, and walks its rows.
//!
//! A source knows rows and cells. It knows no header and no field.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use super::cells::{Cells, OwnedCells};
use super::csv_source::CsvSource;
use super::workbook::{self, Workbook};

/// The longest row, in bytes. A quotation mark that is never closed makes a longer one.
pub(crate) const LONGEST_ROW: usize = 4 << 20;

/// What is wrong with a whole file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Trouble {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::new(
            format!("cannot be read: {error}"),
            "check the disk, the file's permissions, and that it was saved whole",
        )
    }
}

/// Something worth saying about a whole table, and what to do about it.
pub(crate) type Said = (String, &'static str);

/// The bytes of a table: a file, or a text that is already in memory.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

/// An input that has been opened.
#[derive(Debug)]
pub(crate) enum Opened {
    File(File),
    Bytes(Cursor<Arc<[u8]>>),
}

impl Input {
    pub(crate) fn open(&self) -> io::Result<Opened> {
        Ok(match self {
            Self::File(path) => Opened::File(File::open(path)?),
            Self::Bytes(bytes) => Opened::Bytes(Cursor::new(bytes.clone())),
        })
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Bytes(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Opened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Bytes(bytes) => bytes.seek(to),
        }
    }
}

/// A row as a source found it.
#[derive(Clone, Copy)]
pub(crate) enum Line<'a> {
    Cells(Cells<'a>),
    /// Not a row.
    Unreadable {
        message: &'static str,
        hint: &'static str,
        /// What can be made out of it, for comparing only.
        text: &'a str,
    },
}

/// Told the number of each row, as a spreadsheet counts it, and its cells. Blank rows may be left out.
pub(crate) type Visit<'a> = dyn FnMut(u64, Line<'_>) -> ControlFlow<()> + 'a;

/// A table whose kind and layout are known. It can be walked more than once.
pub(crate) enum Source {
    Csv(CsvSource),
    Workbook(Box<Workbook>),
}

impl Source {
    /// Tells what kind of file it is and opens it. `of_study` says whether study.toml names it.
    pub(crate) fn open(input: Input, sheet: Option<&str>, of_study: bool) -> Result<Self, Trouble> {
        let opened = input.open().map_err(|error| {
            Trouble::new(
                format!("cannot be opened: {error}"),
                if of_study {
                    "check the name in study.toml"
                } else {
                    "check its name, and that you may read it"
                },
            )
        })?;
        if BufReader::new(opened).fill_buf()?.is_empty() {
            return Err(Trouble::new("is empty", "check that it was saved whole"));
        }
        if workbook::is_workbook(&input)? {
            let workbook = Workbook::open(input, sheet, of_study)?;
            return Ok(Self::Workbook(Box::new(workbook)));
        }
        let mut csv = CsvSource::open(input)?;
        if let Some(sheet) = sheet {
            csv.said.push((
                format!("is text and has no sheets, so layer = \"{sheet}\" does not matter"),
                "take the layer out of its section of study.toml",
            ));
        }
        Ok(Self::Csv(csv))
    }

    /// Returns what is worth saying before any row is read.
    pub(crate) fn said(&self) -> &[Said] {
        match self {
            Self::Csv(csv) => &csv.said,
            Self::Workbook(workbook) => &workbook.said,
        }
    }

    /// Says whether a comma may stand for the decimal point, as it does where semicolons part the cells.
    pub(crate) fn comma_may_be_decimal(&self) -> bool {
        matches!(self, Self::Csv(csv) if csv.delimiter == b';')
    }

    /// Hands every row to `visit` until it breaks off. `filled_from` is the first row whose merged cells all hold the value that
    /// the merged area shows. Returns what is worth saying after all rows were read.
    pub(crate) fn walk(
        &self,
        filled_from: u64,
        visit: &mut Visit<'_>,
    ) -> Result<Vec<Said>, Trouble> {
        match self {
            Self::Csv(csv) => csv.walk(visit),
            Self::Workbook(workbook) => workbook.walk(filled_from, visit),
        }
    }

    /// Returns the first rows that are not blank, with their numbers.
    pub(crate) fn top(
        &self,
        rows: usize,
        filled_from: u64,
    ) -> Result<Vec<(u64, OwnedCells)>, Trouble> {
        let mut top: Vec<(u64, OwnedCells)> = Vec::new();
        self.walk(filled_from, &mut |number, line| {
            if let Line::Cells(cells) = line
                && !cells.is_blank()
            {
                top.push((number, cells.to_owned()));
            }
            if top.len() < rows {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        Ok(top)
    }
}
