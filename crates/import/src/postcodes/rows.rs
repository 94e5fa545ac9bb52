//! Walks the rows of a recognised postcode file, block by block on all threads.
//!
//! A row is a line: no maker's postcode file has a cell that runs over several. Only the cells that are needed are cut out, so that a
//! country's 2.7 million rows of 50 cells are read about as fast as they come off the disk. Blocks end where rows do, whatever the
//! number of threads, and are put together in their order. Other tables go through [`crate::table`].

use std::io::{BufRead, Read};

use rayon::prelude::*;

use super::judge::{Cells, Fault, Faults, Grids, judge, shown};
use super::layout::Layout;
use crate::places::geocoder::Entry;
use crate::report::FileCounts;

/// How much is read at once.
const BLOCK: usize = 1 << 22;
/// How many blocks are worked on at once.
const BATCH: usize = 4;
/// The longest file that is read, unpacked; the whole of the United Kingdom takes about one gigabyte.
const LONGEST: u64 = 1 << 34;
/// The most rows: their numbers are kept in 32 bits.
const MOST_ROWS: u64 = 1 << 31;

/// What was read from the rows of one file or more.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) entries: Vec<Entry>,
    /// Rows that are not blank, the header left out.
    pub(super) read: u64,
    /// Rows with a quality that means nothing.
    pub(super) strange: u64,
    pub(super) faults: Faults,
}

impl Rows {
    /// Counts the rows of a file: each is accepted or rejected.
    pub(super) fn counts(&self, file: &str) -> FileCounts {
        FileCounts {
            file: file.to_owned(),
            rows: self.read,
            accepted: self.entries.len() as u64,
            rejected: self.faults.total(),
            ..FileCounts::default()
        }
    }
}

/// Reads all rows of a file. `lines` is the number of lines of the files before it, and is moved on past this one.
pub(super) fn read(
    source: &mut (dyn Read + Send),
    layout: &Layout,
    grids: Grids,
    lines: &mut u64,
    into: &mut Rows,
) -> Result<(), String> {
    let mut blocks = Blocks {
        source,
        rest: Vec::new(),
        read: 0,
        ended: false,
    };
    let mut skip = usize::from(layout.family.has_header());
    let mut batch = blocks.batch()?;
    while !batch.is_empty() {
        let (next, read) = rayon::join(
            || blocks.batch(),
            || {
                let blocks = batch.par_iter().enumerate();
                let read = blocks.map(|(place, block)| {
                    Block::read(block, layout, grids, if place == 0 { skip } else { 0 })
                });
                read.collect::<Vec<Block>>()
            },
        );
        for block in read {
            let before = u32::try_from(*lines)
                .ok()
                .filter(|_| *lines + block.lines < MOST_ROWS)
                .ok_or("has more rows than any postcode file")?;
            *lines += block.lines;
            block.add_to(into, before);
        }
        skip = 0;
        batch = next?;
    }
    Ok(())
}

/// Cuts a file into blocks that end where rows do.
struct Blocks<'a> {
    source: &'a mut (dyn Read + Send),
    /// The row that the last block broke off in.
    rest: Vec<u8>,
    read: u64,
    ended: bool,
}

impl Blocks<'_> {
    /// Reads the next blocks; none at the end.
    fn batch(&mut self) -> Result<Vec<Vec<u8>>, String> {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH && !self.ended {
            let block = self.block()?;
            if !block.is_empty() {
                batch.push(block);
            }
        }
        Ok(batch)
    }

    fn block(&mut self) -> Result<Vec<u8>, String> {
        let mut block = Vec::with_capacity(BLOCK + self.rest.len());
        block.append(&mut self.rest);
        let read = self
            .source
            .take(BLOCK as u64)
            .read_to_end(&mut block)
            .map_err(|error| format!("cannot be read: {error}"))?;
        self.read += read as u64;
        if self.read > LONGEST {
            return Err("is longer than any postcode file".to_owned());
        }
        if read < BLOCK {
            self.ended = true;
            return Ok(block);
        }
        let end = block
            .iter()
            .rposition(|byte| *byte == b'\n')
            .ok_or("has a row longer than any postcode file's")?;
        self.rest = block.split_off(end + 1);
        Ok(block)
    }
}

/// What was read from one block; rows are counted from its start.
struct Block {
    lines: u64,
    rows: u64,
    strange: u64,
    entries: Vec<Entry>,
    faults: Faults,
}

impl Block {
    fn read(mut bytes: &[u8], layout: &Layout, grids: Grids, skip: usize) -> Self {
        let mut block = Self {
            lines: 0,
            rows: 0,
            strange: 0,
            entries: Vec::with_capacity(bytes.len() / 256),
            faults: Faults::default(),
        };
        let wanted = Wanted::new(layout);
        while !bytes.is_empty() {
            let start = bytes;
            // Reading from a slice never fails.
            let length = bytes.skip_until(b'\n').unwrap_or(start.len());
            let line = start.get(..length).unwrap_or(start).trim_ascii();
            block.lines += 1;
            if line.is_empty() || block.lines <= skip as u64 {
                continue;
            }
            block.take(line, &wanted, grids);
        }
        block
    }

    fn take(&mut self, line: &[u8], wanted: &Wanted, grids: Grids) {
        let row = self.lines as u32;
        let cells = wanted.cut(line);
        if cells.is_some_and(|cells| cells.iter().all(|cell| cell.is_empty()))
            && line.iter().all(|byte| matches!(byte, b',' | b'"' | b' '))
        {
            return;
        }
        self.rows += 1;
        let Some(cells) = cells else {
            self.faults.add(Fault::Short, row, String::new);
            return;
        };
        match judge(&cells, grids) {
            Ok((entry, strange)) => {
                self.strange += u64::from(strange);
                self.entries.push(Entry { row, ..entry });
            }
            Err(fault) => self.faults.add(fault, row, || shown(cells[fault.field()])),
        }
    }

    fn add_to(mut self, into: &mut Rows, before: u32) {
        for entry in &mut self.entries {
            entry.row += before;
        }
        self.faults.move_on(before);
        into.read += self.rows;
        into.strange += self.strange;
        into.entries.append(&mut self.entries);
        into.faults.append(self.faults);
    }
}

/// Which cells of a line are wanted, in the order in which they come.
pub(super) struct Wanted {
    /// The place of each cell and the field it holds.
    places: Vec<(usize, usize)>,
}

impl Wanted {
    /// Takes the places of a layout.
    pub(super) fn new(layout: &Layout) -> Self {
        let mut places: Vec<(usize, usize)> = layout
            .places
            .iter()
            .enumerate()
            .filter_map(|(field, place)| Some(((*place)?, field)))
            .collect();
        places.sort_unstable();
        Self { places }
    }

    /// Cuts the wanted cells out of a line; nothing where it has not got them all. It stops at the last of them.
    pub(super) fn cut<'a>(&self, line: &'a [u8]) -> Option<Cells<'a>> {
        let mut cells: Cells<'a> = [b""; 5];
        let mut rest = Some(line);
        let mut place = 0;
        for (wanted, field) in &self.places {
            loop {
                let (cell, after) = split_cell(rest?)?;
                rest = after;
                place += 1;
                if place > *wanted {
                    cells[*field] = cell.trim_ascii();
                    break;
                }
            }
        }
        Some(cells)
    }
}

/// Splits off the first cell; nothing where its quotation mark is not closed. A doubled mark inside a cell is left doubled.
pub(super) fn split_cell(line: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    if let Some(quoted) = line.strip_prefix(b"\"") {
        let mut from = 0;
        loop {
            let end = from + quoted.get(from..)?.iter().position(|byte| *byte == b'"')?;
            let cell = quoted.get(..end)?;
            match quoted.get(end + 1) {
                None => return Some((cell, None)),
                Some(b',') => return Some((cell, quoted.get(end + 2..))),
                Some(b'"') => from = end + 2,
                // A stray mark: what follows up to the comma is no part of any value that is read.
                Some(_) => from = end + 1,
            }
        }
    }
    match line.iter().position(|byte| *byte == b',') {
        Some(end) => Some((line.get(..end)?, line.get(end + 1..))),
        None => Some((line, None)),
    }
}
