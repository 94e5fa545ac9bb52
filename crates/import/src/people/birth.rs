//! Turns a date of birth into an age band, and keeps the date for checks while people are read.
//!
//! A date of birth is in memory only, for as long as the import runs. It is in no study, no message and no `Debug`.

use catchment_core::issue::{Issue, Severity};
use jiff::civil::Date;

use crate::table::Row;
use crate::text;

/// Nobody is older. Systems write 1 January 1900 for a day that is not known.
const OLDEST: i16 = 120;

/// The bands, by their youngest age, from the oldest down.
const BANDS: [(i16, &str); 9] = [
    (85, "85+"),
    (75, "75-84"),
    (65, "65-74"),
    (55, "55-64"),
    (45, "45-54"),
    (35, "35-44"),
    (25, "25-34"),
    (18, "18-24"),
    (0, "Under 18"),
];

/// The days that bound a life, as far as they are known. It has no `Debug`.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Life {
    birth: Option<Date>,
    death: Option<Date>,
}

impl Life {
    /// Reads both days of a row. A day that cannot be is left empty and said, without what it was.
    pub(super) fn read(row: &mut Row<'_>, day: Date) -> Self {
        let mut birth = row.maybe_as("date_of_birth", text::date, text::A_DAY);
        if birth.is_some_and(|birth| !(0..=OLDEST).contains(&age(birth, day))) {
            row.mend(
                "date_of_birth",
                "lies after the day the study describes or more than 120 years before it, and was left empty",
                "correct it, or leave the cell empty where it is not known",
            );
            birth = None;
        }
        let mut death = row.maybe_as("date_of_death", text::date, text::A_DAY);
        if birth.zip(death).is_some_and(|(birth, death)| death < birth) {
            row.mend(
                "date_of_death",
                "is before the date of birth, and was left empty",
                "correct one of the two",
            );
            death = None;
        }
        Self { birth, death }
    }

    /// Says whether the person had died before a day.
    pub(super) fn ended_before(self, day: Date) -> bool {
        self.death.is_some_and(|death| death < day)
    }

    /// Says whether a day lies before the person's birth.
    pub(super) fn begins_after(self, day: Date) -> bool {
        self.birth.is_some_and(|birth| day < birth)
    }

    /// Returns the last day of an attendance that was still to go on at the person's death.
    pub(super) fn cuts(self, to: Option<Date>) -> Option<Date> {
        self.death.filter(|death| to.is_none_or(|to| *death < to))
    }

    /// Returns the age band on a day.
    pub(super) fn band(self, day: Date) -> Option<&'static str> {
        let age = age(self.birth?, day);
        BANDS
            .iter()
            .find(|(youngest, _)| age >= *youngest)
            .map(|(_, band)| *band)
    }

    /// Takes what the other knows and this one does not.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            birth: self.birth.or(other.birth),
            death: self.death.or(other.death),
        }
    }

    /// Says whether both know a day and disagree about it.
    pub(super) fn contradicts(self, other: Self) -> bool {
        let differ = |a: Option<Date>, b: Option<Date>| a.zip(b).is_some_and(|(a, b)| a != b);
        differ(self.birth, other.birth) || differ(self.death, other.death)
    }

    /// Reads the age band that a row gives, which a date of birth overrules.
    pub(super) fn band_of(self, row: &mut Row<'_>, day: Date) -> Option<String> {
        let given = super::word(row, "age_band");
        let Some(birth) = self.birth else {
            return given;
        };
        if let Some(range) = given.as_deref().and_then(|given| text::ages(given).ok()) {
            let age = age(birth, day);
            let within = range.from.is_none_or(|from| i16::from(from) <= age)
                && range.to.is_none_or(|to| age <= i16::from(to));
            if !within {
                row.mend(
                    "age_band",
                    "does not fit the date of birth, from which the band was worked out instead",
                    "correct one of the two",
                );
            }
        }
        self.band(day).map(str::to_owned)
    }
}

/// Whole years from birth to a day; below 0 before birth.
fn age(birth: Date, day: Date) -> i16 {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    day.year() - birth.year() - i16::from(!had_birthday)
}

/// Says once for a file that dates of birth went no further.
pub(super) fn said(file: &str, issues: &mut Vec<Issue>) {
    let message = "has dates of birth: each became an age band on the day the study describes, and the date itself is not kept";
    issues.push(Issue::new(file, Severity::Note, message, ""));
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Life, age};

    #[test]
    fn age_turns_on_the_birthday() {
        let birth = date(1938, 3, 6);
        assert_eq!(age(birth, date(2023, 3, 5)), 84);
        assert_eq!(age(birth, date(2023, 3, 6)), 85);
        assert_eq!(age(date(2004, 2, 29), date(2022, 2, 28)), 17);
        assert_eq!(age(date(2023, 3, 7), date(2023, 3, 6)), -1);
    }

    #[test]
    fn bands_begin_on_their_first_year() {
        let band = |year| {
            let life = Life {
                birth: Some(date(year, 3, 6)),
                death: None,
            };
            life.band(date(2023, 3, 6))
        };
        assert_eq!(band(2005), Some("18-24"));
        assert_eq!(band(2006), Some("Under 18"));
        assert_eq!(band(1938), Some("85+"));
        assert_eq!(band(1939), Some("75-84"));
    }
}
