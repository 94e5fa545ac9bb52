//! Finds the columns of days that prove themselves to have the month first, before any cell of them is read.
//!
//! One cell that can only be month-first makes every cell of its column that could be either doubtful. It decides nothing: how most
//! cells of a column are written is no proof of how the others are.

use std::ops::ControlFlow;

use super::Layout;
use super::cells::Quote;
use super::source::{Line, Source};
use crate::text;

/// Returns the columns of days in which a cell has its month first, each with the first such row.
///
/// A source that cannot be walked proves nothing here; it says what is wrong when its rows are read.
pub(super) fn month_first(source: &Source, layout: &Layout) -> Vec<(usize, u64)> {
    let mut open = layout.days.clone();
    let mut found: Vec<(usize, u64)> = Vec::new();
    if open.is_empty() {
        return found;
    }
    let first = layout.header_row + 1;
    let walked = source.walk(first, &mut |number, line| {
        // In a row with too many cells one column's are another's.
        if let Line::Cells(cells) = line
            && number >= first
            && cells.len() <= layout.width
            && cells.run.quote == Quote::Sound
        {
            open.retain(|place| {
                let proves = cells.get(*place).is_some_and(text::is_month_first);
                if proves {
                    found.push((*place, number));
                }
                !proves
            });
        }
        if open.is_empty() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    // The rows that were walked are as good a proof as any.
    drop(walked);
    found
}
