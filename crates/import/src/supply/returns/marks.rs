//! Reads the marks of a list of returns: yes and no, ticks and crosses.
//!
//! A letter x has two readings, a tick or a cross. Which of them it is the study file says, or nobody: what else stands in the column
//! decides nothing.

use crate::directory::words::folded;
use crate::text::{self, Reading};

/// What to do about a mark that cannot be read.
pub(super) const HOW: &str = "write yes or no, or the day it came";

/// What to do about an x.
pub(super) const WHICH: &str = "write yes or no, or say under [returns] in study.toml what an x means: x_means = \"yes\" or x_means = \"no\"";

/// Words for a return that came and for one that did not, besides yes and no, as they are compared.
const CAME: [&str; 9] = [
    "tick",
    "ticked",
    "received",
    "returned",
    "submitted",
    "sent",
    "came",
    "complete",
    "completed",
];
const DID_NOT: [&str; 8] = [
    "not received",
    "not returned",
    "not submitted",
    "not sent",
    "no return",
    "outstanding",
    "awaited",
    "awaiting",
];

/// Says whether a text is an x of any kind, which could be a tick or a cross.
pub(crate) fn is_x(text: &str) -> bool {
    matches!(text.trim(), "x" | "X" | "×" | "✕" | "✖" | "☒" | "╳")
}

/// Says whether a text is a mark of a list of returns, an x among them.
pub(crate) fn is_mark(text: &str) -> bool {
    text::is_unknown(text) || mark(text, None) != Reading::Unreadable
}

/// Reads one mark; `x` says what an x means, where the study file does.
pub(super) fn mark(text: &str, x: Option<bool>) -> Reading<bool> {
    if is_x(text) {
        return x.map_or(
            Reading::Doubtful("could be a tick or a cross"),
            Reading::Sure,
        );
    }
    if let Some(came) = text::yes_or_no(text) {
        return Reading::Sure(came);
    }
    match text.trim() {
        "√" => return Reading::Sure(true),
        "ü" => return Reading::Mended(true, "is a tick in the font Wingdings, read as yes"),
        "û" => return Reading::Mended(false, "is a cross in the font Wingdings, read as no"),
        _ => {}
    }
    let words = folded(text);
    if CAME.contains(&words.as_str()) {
        Reading::Sure(true)
    } else if DID_NOT.contains(&words.as_str()) {
        Reading::Sure(false)
    } else {
        Reading::Unreadable
    }
}

/// What stands in a column of marks, counted.
#[derive(Debug, Default)]
pub(super) struct Survey {
    yes: u64,
    other: u64,
}

impl Survey {
    /// Counts one cell; an empty one is neither.
    pub(super) fn count(&mut self, cell: Option<&str>, x: Option<bool>) {
        let Some(cell) = cell else {
            return;
        };
        let is_yes = mark(cell, x).ok() == Some(true) || text::date(cell).ok().is_some();
        *(if is_yes {
            &mut self.yes
        } else {
            &mut self.other
        }) += 1;
    }

    /// Says whether the column is one of ticks: nothing in it but yes, so that an empty cell stands for no.
    pub(super) fn is_of_ticks(&self) -> bool {
        self.yes > 0 && self.other == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Survey, mark};
    use crate::text::Reading;

    #[test]
    fn ticks_and_words_are_read_and_an_x_only_as_the_study_file_says() {
        for text in ["✓", "✔", "√", " Y ", "yes", "1", "Received", "TICKED"] {
            assert_eq!(mark(text, None), Reading::Sure(true), "{text}");
        }
        for text in ["✗", "N", "no", "0", "Not received", "outstanding"] {
            assert_eq!(mark(text, None), Reading::Sure(false), "{text}");
        }
        assert!(matches!(mark("ü", None), Reading::Mended(true, _)));
        assert!(matches!(mark("û", None), Reading::Mended(false, _)));
        for text in ["x", "X", "×", "☒"] {
            assert!(matches!(mark(text, None), Reading::Doubtful(_)), "{text}");
            assert_eq!(mark(text, Some(true)), Reading::Sure(true));
            assert_eq!(mark(text, Some(false)), Reading::Sure(false));
        }
        assert_eq!(mark("some", None), Reading::Unreadable);
    }

    #[test]
    fn a_column_is_of_ticks_only_where_nothing_else_stands_in_it() {
        let survey = |cells: &[&str], x| {
            let mut survey = Survey::default();
            for cell in cells {
                survey.count((!cell.is_empty()).then_some(*cell), x);
            }
            survey.is_of_ticks()
        };
        assert!(survey(&["✓", "", "Y", "06/03/2023"], None));
        assert!(survey(&["x", ""], Some(true)));
        for cells in [["✓", "x"], ["✓", "no"], ["✓", "-"], ["", ""]] {
            assert!(!survey(&cells, None), "{cells:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fail(text in "\\PC{0,16}") {
            let _ = mark(&text, None);
        }
    }
}
