//! How a list of returns says whether they came: one column, or one for each month.
//!
//! The list is walked once before it is read, to see whether a column holds ticks alone.

use std::cell::Cell;
use std::path::Path;

use catchment_core::issue::{Issue, Severity};
use jiff::civil::Date;

use super::COLUMNS;
use super::marks::{HOW, Survey, WHICH, mark};
use super::months::{Month, months, of_day};
use crate::directory::words;
use crate::study_file;
use crate::table::{Reader, Row, TableFile};
use crate::text::{self, Reading};

/// How a list says whether returns came.
pub(super) struct Way<'a> {
    pub(super) table: TableFile<'a>,
    /// The columns of months, where it has one for each; else none.
    pub(super) months: Vec<Month>,
    /// What an x means, where the study file says it.
    x: Option<bool>,
    /// The column has ticks and nothing else, so that an empty cell stands for no.
    of_ticks: bool,
    /// What is worth saying of the list.
    pub(super) said: Vec<Issue>,
}

impl<'a> Way<'a> {
    /// Looks through the list once to see how it says whether returns came.
    pub(super) fn of(
        folder: &'a Path,
        section: &'a study_file::Returns,
        day: Date,
    ) -> Result<Self, Issue> {
        let mut way = Self {
            table: section.table_file(folder),
            months: Vec::new(),
            x: section.x_is_yes(),
            of_ticks: false,
            said: Vec::new(),
        };
        // What is said of the file is said when it is read.
        let reader = Reader::open(&way.table, COLUMNS, &mut Vec::new())?;
        let months = months(reader.headers());
        let mut place = reader.place("returned");
        if place.is_none() && reader.place("date").is_none() {
            place = Some(way.by_month(months, day)?);
        } else if months.len() > 1 && months.iter().all(|month| Some(month.place) != place) {
            let message = format!(
                "has {} columns for months, which are not read, because another column says whether a return came",
                months.len()
            );
            let hint =
                "where a month is meant, name its column as `returned` under columns in [returns]";
            way.note(message, hint);
        }
        if let Some(place) = place {
            let mut survey = Survey::default();
            reader.each(&mut Vec::new(), |row| {
                survey.count(row.cell(place), way.x);
                Some(())
            });
            way.of_ticks = survey.is_of_ticks();
        }
        Ok(way)
    }

    /// Takes the column of the month that the study is about for the one that says whether a return came; returns its place.
    fn by_month(&mut self, months: Vec<Month>, day: Date) -> Result<usize, Issue> {
        let unusable = |message: &str, hint: &str| {
            Issue::new(self.table.file, Severity::FileUnusable, message, hint)
        };
        if months.is_empty() {
            return Err(unusable(
                "has neither a column that says whether a return came nor one that says when, nor one for each month",
                "add a column `returned` with yes or no, or `date` with the day each return came",
            ));
        }
        let (month, how) = of_day(&months, day).map_err(|why| {
            let hint = "name the one that is meant in study.toml, as in columns = { returned = \"March\" } under [returns]";
            unusable(&why, hint)
        })?;
        let (header, place) = (month.header.clone(), month.place);
        let message = format!(
            "has a column for each of {} months; \"{header}\", {how}, says whether a return came",
            months.len(),
        );
        let hint = "where another month is meant, name its column as `returned` under columns in [returns]";
        self.note(message, hint);
        self.table.mapping.insert("returned".to_owned(), header);
        self.months = months;
        Ok(place)
    }

    fn note(&mut self, message: String, hint: &str) {
        let issue = Issue::new(self.table.file, Severity::Note, message, hint);
        self.said.push(issue);
    }

    /// Says whether the return came and when. A day in the column of yes and no is a yes.
    pub(super) fn came(
        &self,
        row: &mut Row<'_>,
        unticked: &Cell<u64>,
    ) -> Option<(bool, Option<Date>)> {
        let date = row.maybe_as("date", text::date, text::A_DAY);
        // A day that cannot be read is a day all the same.
        let some_day = row.text("date").is_some_and(|day| !text::is_unknown(day));
        if self.of_ticks && !some_day && row.text("returned").is_none() {
            unticked.set(unticked.get() + 1);
            return Some((false, None));
        }
        let Some(written) = words::known(row, "returned") else {
            if !some_day {
                row.mend(
                    "returned",
                    "does not say whether the return came, and was taken as not come",
                    HOW,
                );
            }
            return Some((some_day, date));
        };
        let came = match mark(&written, self.x) {
            Reading::Sure(came) => came,
            Reading::Mended(came, how) => {
                row.mend("returned", how, HOW);
                came
            }
            Reading::Doubtful(why) => {
                row.reject("returned", &format!("{why}{}", row.quoted(&written)), WHICH);
                return None;
            }
            Reading::Unreadable => {
                // A day that could be two is a day all the same.
                if matches!(text::date(&written), Reading::Unreadable) {
                    row.needed_as("returned", text::date, HOW)?;
                }
                return Some((true, row.maybe_as("returned", text::date, HOW)));
            }
        };
        if !came && date.is_some() {
            row.mend(
                "date",
                "is the day of a return that did not come, and was left empty",
                "correct one of the two",
            );
            return Some((false, None));
        }
        Some((came, date))
    }

    /// Counts the months for which a row's return came, and those of which that cannot be read.
    pub(super) fn sent(&self, row: &Row<'_>) -> Sent {
        let mut sent = Sent {
            of: self.months.len(),
            ..Sent::default()
        };
        for cell in self.months.iter().filter_map(|month| row.cell(month.place)) {
            match mark(cell, self.x).ok() {
                Some(true) => sent.came += 1,
                Some(false) => {}
                None if text::date(cell).ok().is_some() => sent.came += 1,
                None => sent.unclear += 1,
            }
        }
        sent
    }
}

/// For how many months a return came.
#[derive(Clone, Copy, Default)]
pub(super) struct Sent {
    came: usize,
    unclear: usize,
    of: usize,
}

/// Says who sent a return for every month, for none and for some.
pub(super) fn in_months(by_month: &[(String, Sent)]) -> String {
    let all = by_month.iter().filter(|(_, sent)| sent.came == sent.of);
    let none = by_month
        .iter()
        .filter(|(_, sent)| sent.came + sent.unclear == 0);
    let some: Vec<String> = by_month
        .iter()
        .filter(|(_, sent)| sent.came < sent.of && sent.came + sent.unclear > 0)
        .map(|(name, sent)| {
            let unclear = match sent.unclear {
                0 => String::new(),
                unclear => format!(" and {unclear} that cannot be read"),
            };
            let name: String = name.chars().take(60).collect();
            format!("\"{name}\" {} of {}{unclear}", sent.came, sent.of)
        })
        .collect();
    let few = match some.len() {
        0 => String::new(),
        1..=20 => format!(": {}", some.join(", ")),
        _ => format!(": {} and more", some[..20].join(", ")),
    };
    format!(
        "{} of {} sent a return for every month, {} for none and {} for some{few}",
        all.count(),
        by_month.len(),
        none.count(),
        some.len()
    )
}
