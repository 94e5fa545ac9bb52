//! Reads the values that councils write in cells: dates, times, money, postcodes, days of the week, yes and no.
//!
//! A function returns nothing, or [`Reading::Unreadable`], for what it cannot read; the caller says which row and column that was.
//! None decides between two readings in silence, and no message from here holds what stands in the cell.

mod dates;
mod days;
mod numbers;
mod postcodes;

#[cfg(test)]
pub(crate) use dates::time;
pub(crate) use dates::{
    A_DAY, date, has_either_order, is_month_first, is_spreadsheets_day, is_spreadsheets_time,
    month_by_name, time_of_a_half, time_that,
};
pub(crate) use days::{weekday, weekdays};
#[cfg(test)]
pub(crate) use numbers::Ages;
pub(crate) use numbers::{ages, could_be_decimal_comma, count, hours, number, pounds};
pub use postcodes::postcode;
pub(crate) use postcodes::postcode_or_mended;

/// What a cell turned out to say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reading<T> {
    /// What it says, in this or another spelling.
    Sure(T),
    /// What it says once something was changed, worked out or left out, and what that was.
    Mended(T, &'static str),
    /// It can be read in two ways, or in a way that nobody here writes; why.
    Doubtful(&'static str),
    /// Nothing that can be read.
    Unreadable,
}

impl<T> Reading<T> {
    /// Returns what was read, mended or not.
    pub(crate) fn ok(self) -> Option<T> {
        match self {
            Self::Sure(value) | Self::Mended(value, _) => Some(value),
            Self::Doubtful(_) | Self::Unreadable => None,
        }
    }

    /// Changes what was read.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Sure(value) => Reading::Sure(change(value)),
            Self::Mended(value, how) => Reading::Mended(change(value), how),
            Self::Doubtful(why) => Reading::Doubtful(why),
            Self::Unreadable => Reading::Unreadable,
        }
    }

    /// Keeps what was read only where it is as wanted.
    pub(crate) fn filter(self, wanted: impl Fn(&T) -> bool) -> Self {
        match self {
            Self::Sure(value) | Self::Mended(value, _) if !wanted(&value) => Self::Unreadable,
            other => other,
        }
    }
}

/// What a function that reads a cell may return: `Option` where a cell can be read or not, [`Reading`] where there is more to say.
pub(crate) trait Outcome {
    type Value;

    fn reading(self) -> Reading<Self::Value>;
}

impl<T> Outcome for Option<T> {
    type Value = T;

    fn reading(self) -> Reading<T> {
        self.map_or(Reading::Unreadable, Reading::Sure)
    }
}

impl<T> Outcome for Reading<T> {
    type Value = T;

    fn reading(self) -> Self {
        self
    }
}

/// Reads yes or no.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().trim_end_matches('.').to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "1.0" | "✓" | "✔" | "☑" | "✅" => Some(true),
        "no" | "n" | "false" | "0" | "0.0" | "✗" | "✘" | "☐" | "❌" => Some(false),
        _ => None,
    }
}

/// Marks that stand where a value is not known or not given out.
const UNKNOWN: [&str; 24] = [
    "*",
    "**",
    "***",
    "-",
    "--",
    "–",
    "—",
    ".",
    "..",
    "...",
    "…",
    "?",
    "n/a",
    "n.a.",
    "na",
    "n/k",
    "nk",
    "not known",
    "unknown",
    "not available",
    "not applicable",
    "not recorded",
    "tbc",
    "null",
];

/// Says whether a text stands where a value is not known or hidden: `<5`, `*`, `[c]`, `..`, `-`, `n/a`. That is never 0.
pub(crate) fn is_unknown(text: &str) -> bool {
    let text = text.trim();
    // All of them are short, and this is asked of every cell.
    if text.is_empty() || text.len() > 16 {
        return false;
    }
    let first = text.as_bytes()[0];
    if first.is_ascii_digit() {
        return false;
    }
    let below = |sign: char| {
        text.strip_prefix(sign).is_some_and(|rest| {
            let rest = rest.strip_prefix('=').unwrap_or(rest).trim();
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let bracketed = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .is_some_and(|word| word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let is = |mark: &str| text.eq_ignore_ascii_case(mark);
    below('<') || below('≤') || bracketed || UNKNOWN.iter().any(|mark| is(mark)) || is("c")
}

#[cfg(test)]
mod tests;
