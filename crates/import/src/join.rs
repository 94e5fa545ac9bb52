//! Joins rows of a table to areas by their official codes.
//!
//! Codes change when boundaries do, and most of them stay the same from one year to the next: a table of 2011 joined to areas of 2021 fits
//! for nine rows in ten and is wrong in a way that nobody sees. So a table is refused when the study file or a name says that it is of
//! another year ([`years`]), and when its codes show that it is of one. Where nothing says its year and it has no row for some areas, that
//! is said. Rows of places outside the study, as in every national table, are taken and set aside.
//!
//! It deliberately carries nothing over from one year to another: that is what a lookup is for.

pub(crate) mod years;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Deref, DerefMut};

use catchment_core::area::AreaKind;
use catchment_core::id::AreaId;
use catchment_core::issue::{Issue, Severity};

use crate::report::FileCounts;
use crate::spatial::counted;
use crate::table::Row;
use years::Year;

/// The areas of one set by their code.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    by_code: BTreeMap<String, AreaId>,
    /// The year of the boundaries, which the codes are of.
    pub(crate) vintage: String,
    /// What the areas are, where that is known.
    pub(crate) kind: Option<AreaKind>,
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
    /// Whether nothing but the codes says of which year they are.
    undated: bool,
    /// What to do about a table of another year, besides giving the areas of that year.
    otherwise: &'static str,
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
            undated: false,
            otherwise: "",
            seen: BTreeSet::new(),
            foreign: BTreeSet::new(),
            set_aside: 0,
        }
    }

    /// Takes the year that something says the codes are of, and refuses one that is not that of the areas. `otherwise` is what could be
    /// done about it besides giving the areas of that year.
    pub(crate) fn of_year(
        &mut self,
        year: Option<&Year>,
        otherwise: &'static str,
    ) -> Result<(), Issue> {
        self.otherwise = otherwise;
        self.undated = year.is_none();
        match year.filter(|year| year.year != self.codes.vintage) {
            None => Ok(()),
            Some(Year { year, by }) => Err(self.refusal(
                format!(
                    "has codes of {year} {by}, and the areas \"{}\" are of {}",
                    self.set, self.codes.vintage
                ),
                year,
            )),
        }
    }

    fn refusal(&self, message: String, year: &str) -> Issue {
        let hint = format!(
            "give the boundaries of {year} as [[areas]] of their own and name those here{}",
            self.otherwise
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
        if self.undated && !missing.is_empty() && !self.seen.is_empty() {
            issues.push(self.doubt(&missing));
        }
        Ok(counts)
    }

    /// Makes the note on a table that may be of another year for all that it shows. One that has a row for every area is of their
    /// year: an area that was drawn anew has a new code, which an older or a later table does not have.
    fn doubt(&self, missing: &[&str]) -> Issue {
        let message = format!(
            "has no row for {} of \"{}\" ({}), and nothing says of which year its codes are; its year is taken to be the areas' own, {}, \
             since every code of this place is among them",
            counted(missing.len(), "area", "areas"),
            self.set,
            named(missing),
            self.codes.vintage
        );
        let hint = "give `vintage`, the year of the boundaries its codes belong to, to be sure: areas without a row may be such as were drawn anew between two years";
        Issue::new(self.file, Severity::Note, message, hint).in_column(self.header)
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

#[cfg(test)]
mod tests;
