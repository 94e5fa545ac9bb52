//! Parts text into rows and cells: commas, semicolons, tabs or bars, quotation marks, any line ends.
//!
//! Cells are places in the buffer that the text was read into, so that a row costs no allocation: a postcode directory has three
//! million. Rows count as a spreadsheet counts them: a blank line is a row, a line break inside quotation marks is not.

use std::io;
use std::ops::ControlFlow;

use super::cells::{Cells, OwnedCells, Quote, RunOn, Span};
use super::encoding::Text;
use super::source::{Input, LONGEST_ROW, Line, Said, Trouble, Visit};

/// How much text is held at first, in bytes; a longer row makes it grow, up to [`LONGEST_ROW`].
const BUFFER: usize = 1 << 18;

/// How much of the start tells which character parts the cells, in bytes.
const SAMPLE: usize = 1 << 16;

/// How many rows of it.
const SAMPLE_ROWS: usize = 50;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A text table whose delimiter is known.
pub(crate) struct CsvSource {
    input: Input,
    pub(crate) delimiter: u8,
    /// Whether its first line only says which character parts the cells, as spreadsheets write it.
    announced: bool,
    pub(crate) said: Vec<Said>,
}

impl CsvSource {
    /// Opens a text table and finds the character that parts its cells.
    pub(crate) fn open(input: Input) -> Result<Self, Trouble> {
        let mut text = Text::open(&input)?;
        let mut sample = vec![0; SAMPLE];
        let mut filled = 0;
        while filled + 16 <= sample.len() {
            match text.fill(&mut sample[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        let ended = filled + 16 <= sample.len();
        sample.truncate(filled);
        let announced = announced(&sample);
        let delimiter = announced.unwrap_or_else(|| likeliest(&sample, ended));
        let mut said: Vec<Said> = Vec::new();
        if delimiter != b',' {
            let name = match delimiter {
                b';' => "semicolons",
                b'\t' => "tabs",
                _ => "bars (|)",
            };
            said.push((format!("has its cells parted by {name}"), ""));
        }
        Ok(Self {
            input,
            delimiter,
            announced: announced.is_some(),
            said,
        })
    }

    /// Hands every row to `visit` until it breaks off.
    pub(crate) fn walk(&self, visit: &mut Visit<'_>) -> Result<Vec<Said>, Trouble> {
        let mut rows = Rows {
            text: Text::open(&self.input)?,
            buffer: vec![0; BUFFER],
            at: 0,
            filled: 0,
            ended: false,
            delimiter: self.delimiter,
        };
        let mut spans: Vec<Span> = Vec::new();
        let mut unescaped = OwnedCells::default();
        let mut number = 0;
        loop {
            number += 1;
            let Some(row) = rows.next(number, &mut spans)? else {
                return Ok(rows.text.said());
            };
            if number == 1 && self.announced {
                continue;
            }
            let bytes = rows.taken(&row);
            let flow = if let Ok(text) = std::str::from_utf8(bytes) {
                // The line end is no part of a cell, unless a quotation mark that is never closed takes it in.
                let bare = match row.quote {
                    Quote::Open => text,
                    _ => text.trim_end_matches(['\r', '\n']),
                };
                let run = row.run_on(text, self.delimiter);
                if row.escaped {
                    unescape(text, self.delimiter, &mut unescaped);
                    unescaped.run = run;
                    visit(number, Line::Cells(unescaped.borrow()))
                } else {
                    visit(number, Line::Cells(Cells::new(bare, &spans, run)))
                }
            } else {
                let line = Line::Unreadable {
                    message: "is not UTF-8 text",
                    hint: "save the file as CSV in UTF-8",
                    text: &String::from_utf8_lossy(bytes),
                };
                visit(number, line)
            };
            if flow == ControlFlow::Break(()) {
                return Ok(rows.text.said());
            }
        }
    }
}

/// A row in the buffer: where it stands, and what is special about it.
struct Found {
    start: usize,
    used: usize,
    /// Whether a line break stands inside quotation marks.
    breaks: bool,
    quote: Quote,
    /// Whether a cell is not simply what stands between its delimiters or quotation marks.
    escaped: bool,
}

impl Found {
    /// Says how the row, whose text this is, runs on over several lines.
    fn run_on(&self, text: &str, delimiter: u8) -> RunOn {
        if !self.breaks && self.quote == Quote::Sound {
            return RunOn::default();
        }
        let lines = text.split(['\r', '\n']);
        let mut cells = lines
            .filter(|line| !line.trim().is_empty())
            .map(|line| cells_of(line, delimiter));
        let first = cells.next().unwrap_or(0);
        let others = cells.fold((0, 0), |(lines, most), cells| (lines + 1, most.max(cells)));
        RunOn {
            lines: others.0,
            quote: self.quote,
            as_rows: first.min(others.1),
        }
    }
}

/// Counts the cells of a line if quotation marks meant nothing. A delimiter before a space is punctuation, as in `Newport, Gwent`.
fn cells_of(line: &str, delimiter: u8) -> usize {
    let bytes = line.as_bytes();
    let parts =
        (0..bytes.len()).filter(|at| bytes[*at] == delimiter && bytes.get(at + 1) != Some(&b' '));
    parts.count() + 1
}

/// Parts a stream of text into rows.
struct Rows {
    text: Text,
    buffer: Vec<u8>,
    /// The next row begins here.
    at: usize,
    /// The text ends here.
    filled: usize,
    ended: bool,
    delimiter: u8,
}

impl Rows {
    fn taken(&self, row: &Found) -> &[u8] {
        &self.buffer[row.start..row.start + row.used]
    }

    fn next(&mut self, number: u64, spans: &mut Vec<Span>) -> Result<Option<Found>, Trouble> {
        loop {
            let pending = &self.buffer[self.at..self.filled];
            if let Some(row) = scan(pending, self.delimiter, self.ended, spans) {
                let found = Found {
                    start: self.at,
                    ..row
                };
                self.at += found.used;
                return Ok(Some(found));
            }
            if self.ended {
                return Ok(None);
            }
            if pending.len() > LONGEST_ROW {
                // Where it ends nobody can tell, so nothing after it can be trusted to be a row.
                return Err(Trouble::new(
                    format!("has a row that is longer than any table's: row {number}"),
                    "look there for a quotation mark that is not closed, and check that it is a table",
                ));
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        if self.buffer.len() - self.filled < BUFFER / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let count = self.text.fill(&mut self.buffer[self.filled..])?;
        self.filled += count;
        self.ended = count == 0;
        Ok(())
    }
}

/// Finds the cells of the row at the start of `bytes`; nothing where it does not end there, or where there is none.
fn scan(bytes: &[u8], delimiter: u8, ended: bool, spans: &mut Vec<Span>) -> Option<Found> {
    spans.clear();
    if bytes.is_empty() {
        return None;
    }
    let mut row = Found {
        start: 0,
        used: 0,
        breaks: false,
        quote: Quote::Sound,
        escaped: false,
    };
    let mut at = 0;
    loop {
        let start = at;
        let broken = std::mem::take(&mut row.breaks);
        if bytes.get(at) == Some(&b'"') {
            let (end, after) = quoted(bytes, at, ended, &mut row)?;
            at = after;
            spans.push((start as u32 + 1, end as u32));
        }
        let plain = at;
        while let Some(byte) = bytes.get(at)
            && *byte != delimiter
            && *byte != b'\n'
            && *byte != b'\r'
        {
            at += 1;
        }
        if plain == start {
            spans.push((start as u32, at as u32));
        } else if at > plain {
            // Text after a closing quotation mark belongs to the cell.
            row.escaped = true;
            if row.breaks && !bytes[plain..at].trim_ascii().is_empty() {
                row.quote = Quote::Torn;
            }
        }
        row.breaks |= broken;
        match (bytes.get(at), bytes.get(at + 1)) {
            (None, _) | (Some(b'\r'), None) if !ended => return None,
            (None, _) => row.used = at,
            (Some(b'\r'), Some(b'\n')) => row.used = at + 2,
            (Some(b'\n' | b'\r'), _) => row.used = at + 1,
            (Some(_), _) => {
                at += 1;
                continue;
            }
        }
        return Some(row);
    }
}

/// Finds the end of the quoted cell that opens at `open`, and what comes after it.
fn quoted(bytes: &[u8], open: usize, ended: bool, row: &mut Found) -> Option<(usize, usize)> {
    let mut at = open + 1;
    loop {
        match bytes.get(at) {
            None if ended => {
                row.quote = Quote::Open;
                return Some((at, at));
            }
            None => return None,
            Some(b'"') => match bytes.get(at + 1) {
                Some(b'"') => {
                    row.escaped = true;
                    at += 2;
                }
                None if !ended => return None,
                _ => return Some((at, at + 1)),
            },
            Some(b'\n' | b'\r') => {
                row.breaks = true;
                at += 1;
            }
            Some(_) => at += 1,
        }
    }
}

/// Reads a row letter by letter, where a quotation mark inside a cell is written twice or text stands after a closing one.
fn unescape(text: &str, delimiter: u8, cells: &mut OwnedCells) {
    cells.clear();
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let delimiter = char::from(delimiter);
    let mut cell = String::new();
    let mut inside = false;
    let mut fresh = true;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if inside => inside = false,
            '"' if fresh => inside = true,
            _ if letter == delimiter && !inside => {
                cells.push(&cell);
                cell.clear();
                fresh = true;
                continue;
            }
            _ => cell.push(letter),
        }
        fresh = false;
    }
    cells.push(&cell);
}

/// Reads the line `sep=;`, which spreadsheets write and read.
fn announced(sample: &[u8]) -> Option<u8> {
    let line = sample.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    match line {
        [a, b, c, b'=', delimiter]
            if [*a, *b, *c].eq_ignore_ascii_case(b"sep") && DELIMITERS.contains(delimiter) =>
        {
            Some(*delimiter)
        }
        // The end of the line was a tab.
        [a, b, c, b'='] if [*a, *b, *c].eq_ignore_ascii_case(b"sep") => Some(b'\t'),
        _ => None,
    }
}

/// Finds the character that parts most rows into the same number of cells; a comma where none does better.
fn likeliest(sample: &[u8], ended: bool) -> u8 {
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let score = evenness(sample, delimiter, ended);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// Says how well a character parts a text: how many delimiters stand in the rows that have the usual number of cells. That many rows
/// agree counts for more than that one row has many.
fn evenness(sample: &[u8], delimiter: u8, ended: bool) -> usize {
    let mut widths: Vec<usize> = Vec::new();
    let mut spans = Vec::new();
    let mut at = 0;
    while widths.len() < SAMPLE_ROWS
        && let Some(row) = scan(&sample[at..], delimiter, ended, &mut spans)
    {
        at += row.used;
        widths.push(spans.len() - 1);
    }
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    runs.map(|run| run.len() * run.len() * run[0])
        .max()
        .unwrap_or(0)
}
