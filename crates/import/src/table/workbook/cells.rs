//! Walks the cells of a sheet, row by row, and writes each as text.

use std::ops::ControlFlow;

use quick_xml::events::{BytesStart, Event};

use super::super::cells::OwnedCells;
use super::super::header::MOST_COLUMNS;
use super::super::source::{Line, Said, Trouble, Visit};
use super::numbers::{Format, write};
use super::package::{Package, damaged};
use super::parts::{Book, append, attribute};
use super::sheet::{MOST_ROWS, Merged, Survey, open, place};

/// What kind of value a cell says it holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Number,
    Shared,
    Text,
    Inline,
    Truth,
}

/// Hands every row that holds a cell to `visit` until it breaks off.
pub(super) fn walk(
    package: &mut Package,
    book: &Book,
    part: &str,
    survey: &Survey,
    filled_from: u64,
    visit: &mut Visit<'_>,
) -> Result<Vec<Said>, Trouble> {
    let mut walk = Walk {
        book,
        row: 0,
        column: 0,
        cells: OwnedCells::default(),
        value: String::new(),
        shown: String::new(),
        holds: Holds::Number,
        format: Format::Number,
        formula: false,
        in_value: false,
        not_computed: 0,
        filling: Filling {
            from: u32::try_from(filled_from.saturating_sub(1)).unwrap_or(u32::MAX),
            merged: &survey.merged,
            active: Vec::new(),
            cells: OwnedCells::default(),
            filled: 0,
        },
    };
    let mut xml = open(package, part)?;
    let mut started = false;
    let mut flow = ControlFlow::Continue(());
    while flow == ControlFlow::Continue(()) {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "row" => walk.start_row(&tag, &mut started)?,
                "c" => walk.start_cell(&tag)?,
                "f" => walk.formula = true,
                "v" => walk.in_value = walk.holds != Holds::Inline,
                "t" => walk.in_value = walk.holds == Holds::Inline,
                "rPh" => walk.holds = Holds::Text,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" | "t" => walk.in_value = false,
                "rPh" => walk.holds = Holds::Inline,
                "c" => walk.end_cell()?,
                "row" => flow = walk.end_row(visit)?,
                "sheetData" => flow = ControlFlow::Break(()),
                _ => {}
            },
            Event::Eof => break,
            event if walk.in_value => append(&mut walk.value, &event),
            _ => {}
        }
    }
    Ok(walk.said())
}

struct Walk<'a> {
    book: &'a Book,
    /// The row and the column that are being read, from 0.
    row: u32,
    column: u32,
    cells: OwnedCells,
    /// What the cell holds, as it stands in the file.
    value: String,
    /// What it is shown as.
    shown: String,
    holds: Holds,
    format: Format,
    formula: bool,
    in_value: bool,
    /// Cells whose formula was never computed.
    not_computed: u64,
    filling: Filling<'a>,
}

impl Walk<'_> {
    fn start_row(&mut self, tag: &BytesStart<'_>, started: &mut bool) -> Result<(), Trouble> {
        let next = if *started { self.row + 1 } else { 0 };
        let row = match attribute(tag, "r")? {
            None => next,
            Some(text) => {
                let row = text
                    .parse()
                    .ok()
                    .filter(|row| (1..=MOST_ROWS).contains(row));
                row.ok_or_else(|| damaged("a row of it has no number"))? - 1
            }
        };
        if row < next || row >= MOST_ROWS {
            return Err(damaged("its rows are not in order"));
        }
        *started = true;
        self.row = row;
        self.column = 0;
        self.cells.clear();
        Ok(())
    }

    fn start_cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Trouble> {
        self.holds = Holds::Number;
        self.format = Format::Number;
        self.formula = false;
        self.value.clear();
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| damaged("a cell of it is not XML"))?;
            let value: &str = &attribute.value;
            match attribute.key.as_ref() {
                "r" => {
                    let found = place(value).filter(|(row, _)| *row == self.row);
                    let (_, column) = found.ok_or_else(|| damaged("a cell of it has no place"))?;
                    if column < self.column {
                        return Err(damaged("its cells are not in order"));
                    }
                    self.column = column;
                }
                "s" => {
                    let style = value
                        .parse()
                        .ok()
                        .and_then(|at: usize| self.book.formats.get(at));
                    self.format = style.copied().unwrap_or(Format::Number);
                }
                "t" => {
                    self.holds = match value {
                        "s" => Holds::Shared,
                        "b" => Holds::Truth,
                        "inlineStr" => Holds::Inline,
                        "n" => Holds::Number,
                        // Texts of formulas, errors, days in ISO 8601.
                        _ => Holds::Text,
                    };
                }
                _ => {}
            }
        }
        if self.column as usize >= MOST_COLUMNS {
            return Err(damaged("it has more columns than a sheet can have"));
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Trouble> {
        while self.cells.borrow().len() < self.column as usize {
            self.cells.push("");
        }
        self.column += 1;
        self.shown.clear();
        let value = self.value.trim();
        let shown = match self.holds {
            _ if value.is_empty() => "",
            Holds::Text | Holds::Inline => value,
            Holds::Shared => {
                let place = value.parse().ok();
                let text = place.and_then(|place| self.book.texts.get(place));
                text.ok_or_else(|| damaged("a cell of it refers to a text that is not there"))?
            }
            Holds::Truth if value == "1" || value == "true" => "TRUE",
            Holds::Truth => "FALSE",
            Holds::Number => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    if self.formula && self.book.not_computed && number == 0.0 {
                        self.not_computed += 1;
                    } else {
                        write(&mut self.shown, number, self.format, self.book.from_1904);
                    }
                    &self.shown
                }
                _ => value,
            },
        };
        self.cells.push(shown);
        Ok(())
    }

    fn end_row(&mut self, visit: &mut Visit<'_>) -> Result<ControlFlow<()>, Trouble> {
        self.filling.enter(self.row, &self.cells)?;
        let cells = if self.filling.fill(self.row, &self.cells) {
            &self.filling.cells
        } else {
            &self.cells
        };
        Ok(visit(u64::from(self.row) + 1, Line::Cells(cells.borrow())))
    }

    fn said(&self) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::new();
        if self.not_computed > 0 {
            said.push((
                format!(
                    "has {} formulas that were never computed; their cells are empty, not 0",
                    self.not_computed
                ),
                "open it in a spreadsheet program, let it compute, and save it",
            ));
        }
        if self.filling.filled > 0 {
            said.push((
                format!(
                    "has {} merged areas among its rows of data; each cell of one has the value that it shows",
                    self.filling.filled
                ),
                "look whether that was meant; a table to be read is better without merged cells",
            ));
        }
        said
    }
}

/// A merged area that reaches into the row, and what it shows.
struct Active {
    area: Merged,
    shown: String,
    /// Whether a cell of it was filled.
    used: bool,
}

/// Fills the cells of merged areas with what they show.
struct Filling<'a> {
    /// The first row that is filled: above it are titles.
    from: u32,
    /// Areas that begin below, by their first row.
    merged: &'a [Merged],
    active: Vec<Active>,
    cells: OwnedCells,
    filled: u64,
}

impl Filling<'_> {
    /// Takes up the areas that begin in or before a row, and leaves those that ended.
    fn enter(&mut self, row: u32, cells: &OwnedCells) -> Result<(), Trouble> {
        self.active.retain(|active| active.area.bottom >= row);
        while let [area, rest @ ..] = self.merged
            && area.top <= row
        {
            self.merged = rest;
            if area.top == row
                && area.top >= self.from
                && let Some(shown) = cells.borrow().get(area.left as usize)
            {
                self.active.push(Active {
                    area: *area,
                    shown: shown.to_owned(),
                    used: false,
                });
            }
        }
        // Areas that do not lie over each other have no more columns together than a sheet has.
        let widths = self.active.iter().map(|active| active.area.width());
        if widths.sum::<usize>() > MOST_COLUMNS {
            return Err(damaged("its merged cells lie over each other"));
        }
        Ok(())
    }

    /// Writes the row with its merged areas filled; says no where there is nothing to fill.
    fn fill(&mut self, row: u32, cells: &OwnedCells) -> bool {
        if self.active.is_empty() {
            return false;
        }
        let own = cells.borrow();
        let filled = (0..own.len()).filter(|column| own.get(*column).is_some());
        let begun = self.active.iter().filter(|active| active.area.top == row);
        // A row with nothing else in it is a heading across the table, or the empty end of an area: not a row of data.
        if filled.count() <= begun.count() {
            return false;
        }
        let widest = self
            .active
            .iter()
            .map(|active| active.area.right as usize + 1);
        let widest = widest.max().unwrap_or(0).max(own.len());
        let mut shown: Vec<Option<usize>> = vec![None; widest];
        for (place, active) in self.active.iter_mut().enumerate() {
            shown[active.area.left as usize..=active.area.right as usize].fill(Some(place));
            if !active.used {
                active.used = true;
                self.filled += 1;
            }
        }
        self.cells.clear();
        for (column, area) in shown.iter().enumerate() {
            let filled = area.map(|place| self.active[place].shown.as_str());
            self.cells
                .push(own.get(column).or(filled).unwrap_or_default());
        }
        true
    }
}
