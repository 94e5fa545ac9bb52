//! The cells of one row, whatever file they come from.
//!
//! A row is one text and where each cell stands in it, so that walking a table allocates nothing. It does not know what a cell means.

use std::borrow::Cow;

/// Where a cell stands in the text of its row: its first byte and the byte after its last.
pub(crate) type Span = (u32, u32);

/// How a row runs on over lines that are not rows of their own, because they stand inside quotation marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunOn {
    /// Lines after the first.
    pub(crate) lines: u64,
    pub(crate) quote: Quote,
    /// How many cells the first line and the fullest of the others would both have if quotation marks meant nothing.
    pub(crate) as_rows: usize,
}

/// Whether the quotation marks of a row do what they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quote {
    #[default]
    Sound,
    /// One took in a line break, and text follows the one that closes it.
    Torn,
    /// One is never closed.
    Open,
}

/// The cells of one row, borrowed from whoever read them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells<'a> {
    text: &'a str,
    spans: &'a [Span],
    pub(crate) run: RunOn,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(text: &'a str, spans: &'a [Span], run: RunOn) -> Self {
        Self { text, spans, run }
    }

    /// Returns the number of cells.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Returns a cell, trimmed; nothing where it is empty or not there.
    pub(crate) fn get(&self, place: usize) -> Option<&'a str> {
        let (start, end) = *self.spans.get(place)?;
        let cell = self.text.get(start as usize..end as usize)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// Returns every cell, trimmed, empty ones too.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let this = *self;
        (0..this.spans.len()).map(move |place| this.get(place).unwrap_or_default())
    }

    /// Says whether no cell holds anything.
    pub(crate) fn is_blank(&self) -> bool {
        (0..self.spans.len()).all(|place| self.get(place).is_none())
    }

    /// Returns the longest cell's length in bytes.
    pub(crate) fn longest(&self) -> usize {
        let lengths = self.spans.iter().map(|(start, end)| end - start);
        lengths.max().unwrap_or(0) as usize
    }

    /// Says whether a byte stands anywhere in the row.
    pub(crate) fn holds(&self, byte: u8) -> bool {
        self.text.as_bytes().contains(&byte)
    }

    /// Says whether the row may hold something that [`clean`] removes; never says no wrongly.
    pub(crate) fn may_be_unclean(&self) -> bool {
        // A fold without an early exit, so that the compiler makes vectors of it: this sees every byte of every table.
        let odd = self
            .text
            .bytes()
            .fold(false, |odd, byte| odd | (byte.wrapping_sub(b' ') >= 0x5f));
        odd && self.text.contains(is_unclean)
    }

    /// Copies the cells.
    pub(crate) fn to_owned(self) -> OwnedCells {
        let mut owned = OwnedCells::default();
        for (start, end) in self.spans {
            owned.push(
                self.text
                    .get(*start as usize..*end as usize)
                    .unwrap_or_default(),
            );
        }
        owned.run = self.run;
        owned
    }
}

/// The cells of one row, owned; used over and over by sources that put rows together.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnedCells {
    text: String,
    spans: Vec<Span>,
    pub(crate) run: RunOn,
}

impl OwnedCells {
    /// Forgets all cells and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.run = RunOn::default();
    }

    /// Adds a cell at the end.
    pub(crate) fn push(&mut self, cell: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(cell);
        self.spans.push((start, self.text.len() as u32));
        self.run.lines += cell.bytes().filter(|byte| *byte == b'\n').count() as u64;
    }

    pub(crate) fn borrow(&self) -> Cells<'_> {
        Cells::new(&self.text, &self.spans, self.run)
    }
}

/// Says whether a character has no place in a cell: controls, which nobody types, and marks that turn the direction of the text
/// after them, so that what is read is not what is seen. Letters of right-to-left scripts are ordinary letters.
fn is_unclean(letter: char) -> bool {
    let break_or_tab = matches!(letter, '\n' | '\r' | '\t');
    (letter.is_control() && !break_or_tab)
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}')
}

/// Removes what [`is_unclean`] names.
pub(crate) fn clean(cell: &str) -> Cow<'_, str> {
    if cell.contains(is_unclean) {
        Cow::Owned(cell.chars().filter(|letter| !is_unclean(*letter)).collect())
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::{OwnedCells, clean};

    #[test]
    fn controls_and_overrides_go_and_other_scripts_stay() {
        assert_eq!(clean("Day\u{7} Room\u{202e}"), "Day Room");
        for name in ["مركز النور", "בית אבות", "Tŷ Gwyn", "two\nlines"] {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn cells_are_trimmed_and_empty_ones_are_nothing() {
        let mut cells = OwnedCells::default();
        for cell in [" a ", "", "  ", "b\nc"] {
            cells.push(cell);
        }
        let row = cells.borrow();
        assert_eq!(
            (row.get(0), row.get(1), row.get(2), row.get(9)),
            (Some("a"), None, None, None)
        );
        assert_eq!((row.len(), row.run.lines, row.longest()), (4, 1, 3));
        assert!(!row.may_be_unclean());
    }
}
