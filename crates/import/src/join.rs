//! Joins rows of a table to areas by their official codes.
//!
//! Codes change when boundaries do, and most of them stay the same from one year to the next: a table of 2011 joined to areas of 2021 fits
//! for nine rows in ten and is wrong in a way that nobody sees. So a table is refused when its column is named for another year, and when
//! its codes show that it is of one. Rows of places outside the study, as in every national table, are taken and set aside.
//!
//! It deliberately carries nothing over from one year to another: that is what a lookup is for.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Deref, DerefMut};

use catchment_core::id::AreaId;
use catchment_core::issue::{Issue, Severity};

use crate::report::FileCounts;
use crate::spatial::counted;
use crate::table::Row;

/// The areas of one set by their code.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    by_code: BTreeMap<String, AreaId>,
    /// The year the codes are of.
    pub(crate) vintage: String,
}

impl Deref for Codes {
    type Target = BTreeMap<String, AreaId>;
    fn deref(&self) -> &Self::Target {
        &self.by_code
    }
}

impl DerefMut for Codes {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.by_code
    }
}

/// How far apart two codes of one place may be with a code of the same place between them. Codes are given out place by place, in order.
const ONE_PLACE: u32 = 40;

/// How many codes are named in a message.
const NAMED: usize = 3;

/// A column of codes being joined to a set of areas.
pub(crate) struct Join<'a> {
    file: &'a str,
    set: &'a str,
    codes: &'a Codes,
    field: &'static str,
    /// The column's header, as the study file has it.
    header: &'a str,
    seen: BTreeSet<AreaId>,
    /// Codes that have the shape of official ones and are not in the set.
    foreign: BTreeSet<String>,
    set_aside: u64,
}

impl<'a> Join<'a> {
    /// Starts to join the column `header`, which holds the field `field`, to the areas of `set`.
    pub(crate) fn start(
        file: &'a str,
        set: &'a str,
        codes: &'a Codes,
        field: &'static str,
        header: &'a str,
    ) -> Self {
        Self {
            file,
            set,
            codes,
            field,
            header,
            seen: BTreeSet::new(),
            foreign: BTreeSet::new(),
            set_aside: 0,
        }
    }

    /// Refuses a column whose name is of another year than the areas, such as `lsoa11_code` for areas of 2021.
    pub(crate) fn check_year(&self) -> Result<(), Issue> {
        match self.other_year() {
            None => Ok(()),
            Some(year) => Err(self.refusal(
                format!(
                    "has codes of {year} by the name of its column `{}`, and the areas \"{}\" are of {}",
                    self.header, self.set, self.codes.vintage
                ),
                &year,
            )),
        }
    }

    /// Returns the year in the column's name, where it is not the year of the areas.
    pub(crate) fn other_year(&self) -> Option<String> {
        year_in(self.header).filter(|year| *year != self.codes.vintage)
    }

    fn refusal(&self, message: String, year: &str) -> Issue {
        let hint = format!(
            "give the boundaries of {year} as [[areas]] of their own and name those here; to carry figures over to {} give a [[lookup]] too",
            self.codes.vintage
        );
        Issue::new(self.file, Severity::FileUnusable, message, hint)
    }

    /// Finds the area of a row. The outer is nothing where the row was rejected, the inner where it is of another place.
    #[expect(
        clippy::option_option,
        reason = "nothing outside: the row is rejected; nothing inside: it is set aside"
    )]
    pub(crate) fn area(&mut self, row: &mut Row<'_>) -> Option<Option<AreaId>> {
        let code = row.needed(self.field)?;
        if let Some(area) = self.find(&code) {
            self.seen.insert(area);
            return Some(Some(area));
        }
        let code = code.to_ascii_uppercase();
        if is_official(&code) {
            self.set_aside += 1;
            self.foreign.insert(code);
            return Some(None);
        }
        row.reject(
            self.field,
            &format!(
                "is not the code of an area of \"{}\"{}",
                self.set,
                row.quoted(&code)
            ),
            "check that it is of the same year as the boundaries",
        );
        None
    }

    /// Finds an area by its code, in whatever case it is written.
    pub(crate) fn find(&self, code: &str) -> Option<AreaId> {
        let upper = || self.codes.get(&code.to_ascii_uppercase());
        self.codes.get(code).or_else(upper).copied()
    }

    /// Returns the areas that no row was of.
    pub(crate) fn missing(&self) -> Vec<&'a str> {
        let unseen = self
            .codes
            .iter()
            .filter(|(_, area)| !self.seen.contains(area));
        unseen.map(|(code, _)| code.as_str()).collect()
    }

    /// Says what was set aside, and refuses a table that lacks areas of the study and has others of the same place instead.
    pub(crate) fn finish(
        &self,
        mut counts: FileCounts,
        issues: &mut Vec<Issue>,
    ) -> Result<FileCounts, Issue> {
        let missing = self.missing();
        let near: Vec<&str> = self
            .foreign
            .iter()
            .map(String::as_str)
            .filter(|code| self.is_of_this_place(code))
            .collect();
        if !near.is_empty() && !missing.is_empty() && !self.seen.is_empty() {
            return Err(self.refusal(
                format!(
                    "is of another year than the areas \"{}\" of {}: it has no row for {} of them ({}), and {} of the same place that they do not have ({})",
                    self.set,
                    self.codes.vintage,
                    missing.len(),
                    named(&missing),
                    counted(near.len(), "code", "codes"),
                    named(&near)
                ),
                "that year",
            ));
        }
        // A row that was mended before it was set aside counts as mended.
        counts.set_aside = self.set_aside.min(counts.accepted);
        if self.set_aside > 0 && !self.seen.is_empty() {
            issues.push(self.told(&near));
        }
        Ok(counts)
    }

    /// Makes the one note on what was set aside; codes that may be of the same place come first.
    fn told(&self, near: &[&str]) -> Issue {
        let others = self.foreign.iter().map(String::as_str);
        let mut examples = near.to_vec();
        examples.extend(others.filter(|code| !near.contains(code)));
        let mut message = format!(
            "has {} of areas that are not in \"{}\"; they were set aside ({})",
            counted(self.set_aside as usize, "row", "rows"),
            self.set,
            named(&examples)
        );
        if !near.is_empty() {
            let what = counted(near.len(), "of their codes stands", "of their codes stand");
            message = format!("{message}; {what} between codes of this place");
        }
        let hint = "right for a national file; see that the boundaries are whole if it is of this place only";
        Issue::new(self.file, Severity::Note, message, hint).in_column(self.header)
    }

    /// Says whether a code stands between two codes of the set that are close together.
    fn is_of_this_place(&self, code: &str) -> bool {
        let number = |code: &str| code.get(1..)?.parse::<u32>().ok();
        let below = (Bound::Unbounded, Bound::Excluded(code));
        let above = (Bound::Excluded(code), Bound::Unbounded);
        let before = self.codes.range::<str, _>(below).next_back();
        let after = self.codes.range::<str, _>(above).next();
        let (Some((before, _)), Some((after, _))) = (before, after) else {
            return false;
        };
        let same_kind = before.get(..3) == code.get(..3) && after.get(..3) == code.get(..3);
        match (number(before), number(after)) {
            (Some(before), Some(after)) => same_kind && after - before <= ONE_PLACE,
            _ => false,
        }
    }
}

/// Names a few of many.
pub(crate) fn named(codes: &[&str]) -> String {
    let shown = codes[..codes.len().min(NAMED)].join(", ");
    if codes.len() > NAMED {
        format!("{shown}, ...")
    } else {
        shown
    }
}

/// Says whether a code has the shape of the official ones: a letter and eight digits.
fn is_official(code: &str) -> bool {
    let mut letters = code.chars();
    code.len() == 9
        && letters
            .next()
            .is_some_and(|letter| letter.is_ascii_uppercase())
        && letters.all(|letter| letter.is_ascii_digit())
}

/// Finds the year in a header: the four digits of `LSOA code (2011)`, or the two of `lsoa11_code`, `LSOA21CD` and `WD25CD`.
fn year_in(header: &str) -> Option<String> {
    let runs: Vec<&str> = header
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .collect();
    match runs.as_slice() {
        [year] if year.len() == 4 && (year.starts_with("19") || year.starts_with("20")) => {
            Some((*year).to_owned())
        }
        // After letters only: in `21 and over` it is no year.
        [year] if year.len() == 2 && header.starts_with(|letter: char| letter.is_alphabetic()) => {
            let before = header.split(year).next().unwrap_or_default();
            before
                .ends_with(|letter: char| letter.is_alphabetic())
                .then(|| format!("20{year}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
