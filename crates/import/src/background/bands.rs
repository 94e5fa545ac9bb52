//! Finds which ages the columns and rows of a table of residents are of, so that nobody is counted twice.
//!
//! A band whose name is no age is taken as it is: who `Males` or `Key stage 2` are cannot be told from the name.

use std::ops::RangeInclusive;

use catchment_core::issue::{Issue, Severity};

use crate::study_file::{self, BandColumns, Population};
use crate::table::Reader;
use crate::text;

/// The columns of an age band.
pub(super) type Run = RangeInclusive<usize>;

/// The oldest that anybody is taken to be, in years.
const OLDEST: u8 = u8::MAX;

/// Names of all residents together, as letters and digits with a space between words.
const EVERYBODY: [&str; 9] = [
    "total",
    "totals",
    "total population",
    "total all usual residents",
    "all usual residents",
    "usual residents",
    "all persons",
    "all people",
    "all residents",
];

/// The ages of a band, in whole years; both ends are within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    from: u8,
    to: u8,
}

/// How two bands lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// They share no age.
    Apart,
    /// One ends with the age that the other begins with, as in `18-65` and `65+`: loosely said, but they follow one another.
    EndToEnd,
    /// They share ages, so that people would be counted twice.
    Overlap,
}

impl Span {
    /// Reads the ages that a name is of, such as `Aged 16 to 24 years`, `age_0_4`, `85+`, `65` or `All ages`.
    pub(super) fn of(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let spaced = lower.replace(['_', ':'], " ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let text = words.join(" ");
        if EVERYBODY.contains(&text.as_str()) {
            return Some(Self {
                from: 0,
                to: OLDEST,
            });
        }
        let bare: &[&str] = match words.as_slice() {
            ["age" | "aged" | "ages", rest @ ..] => rest,
            all => all,
        };
        let bare = match bare {
            [rest @ .., "year" | "years"] => rest,
            all => all,
        };
        let years = |word: &str| word.parse::<u8>().ok().filter(|years| *years <= 120);
        match bare {
            [one] if years(one).is_some() => years(one).map(|age| Self { from: age, to: age }),
            [low, high] if years(low).is_some() && years(high).is_some() => {
                let (from, to) = (years(low)?, years(high)?);
                (from <= to).then_some(Self { from, to })
            }
            _ => text::ages(&text).ok().map(|ages| Self {
                from: ages.from.unwrap_or(0),
                to: ages.to.unwrap_or(OLDEST),
            }),
        }
    }

    /// Says how two bands lie to each other.
    pub(super) fn meets(self, other: Self) -> Meeting {
        let (low, high) = if (self.from, self.to) <= (other.from, other.to) {
            (self, other)
        } else {
            (other, self)
        };
        if low.to < high.from {
            return Meeting::Apart;
        }
        let both_are_wide = low.from < low.to && high.from < high.to;
        if low.to == high.from && both_are_wide {
            Meeting::EndToEnd
        } else {
            Meeting::Overlap
        }
    }
}

/// Finds the columns of every band, and refuses bands in which somebody would be counted twice.
pub(super) fn runs(
    reader: &Reader,
    section: &Population,
    issues: &mut Vec<Issue>,
) -> Result<Vec<Run>, Issue> {
    let bands = section.bands.as_deref().unwrap_or_default();
    let runs = bands
        .iter()
        .map(|band| run(reader, &section.file, band))
        .collect::<Result<Vec<_>, _>>()?;
    let checking = Checking {
        file: &section.file,
        reader,
    };
    checking.columns(bands, &runs)?;
    checking.ages(&runs, issues)?;
    Ok(runs)
}

/// Looks for columns by which somebody would be counted twice.
struct Checking<'a> {
    file: &'a str,
    reader: &'a Reader,
}

impl<'a> Checking<'a> {
    fn header(&self, place: usize) -> &'a str {
        let header = self.reader.headers().get(place);
        header.map_or("", String::as_str)
    }

    fn refused(&self, place: usize, message: String) -> Issue {
        let hint =
            "let every column be in one band only, and the total in none: check [population] bands";
        let issue = Issue::new(self.file, Severity::FileUnusable, message, hint);
        issue.in_column(self.header(place))
    }

    /// Refuses a band with the column of the total, and two with the same column.
    fn columns(&self, bands: &[BandColumns], runs: &[Run]) -> Result<(), Issue> {
        let all = || bands.iter().zip(runs);
        for (number, (band, run)) in all().enumerate() {
            let total = self.reader.place("total");
            if let Some(total) = total.filter(|place| run.contains(place)) {
                let message = format!(
                    "the age band \"{}\" has the column of the total in it",
                    band.label
                );
                return Err(self.refused(total, message));
            }
            let shared = all().take(number).find_map(|(earlier, other)| {
                let first = *run.start().max(other.start());
                (first <= *run.end().min(other.end())).then_some((earlier, first))
            });
            if let Some((earlier, place)) = shared {
                let message = format!(
                    "the age bands \"{}\" and \"{}\" both have the column `{}`, so people would be counted twice",
                    earlier.label,
                    band.label,
                    self.header(place)
                );
                return Err(self.refused(place, message));
            }
        }
        Ok(())
    }

    /// Refuses two columns that share ages by their names.
    fn ages(&self, runs: &[Run], issues: &mut Vec<Issue>) -> Result<(), Issue> {
        let columns = runs.iter().flat_map(Run::clone);
        let ages: Vec<(usize, Span)> = columns
            .filter_map(|place| Some((place, Span::of(self.header(place))?)))
            .collect();
        for (number, (place, span)) in ages.iter().enumerate() {
            for (earlier, other) in &ages[..number] {
                let (one, two) = (self.header(*earlier), self.header(*place));
                match span.meets(*other) {
                    Meeting::Apart => {}
                    Meeting::EndToEnd => issues.push(end_to_end(self.file, one, two)),
                    Meeting::Overlap => {
                        let message = format!(
                            "the columns `{one}` and `{two}` share ages and both are in age bands, so people would be counted twice"
                        );
                        return Err(self.refused(*place, message));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Makes the note on two bands that share an age by name.
pub(super) fn end_to_end(file: &str, one: &str, other: &str) -> Issue {
    let message = format!(
        "has the age bands \"{one}\" and \"{other}\", which both name one age; they were taken to follow one another"
    );
    Issue::new(file, Severity::Note, message, "see that nobody is in both")
}

fn run(reader: &Reader, file: &str, band: &BandColumns) -> Result<Run, Issue> {
    let place = |header: &str| {
        let (what, hint) = match reader.places_of(header).as_slice() {
            [place] => return Ok(*place),
            [] => {
                let near = study_file::nearest(header, reader.headers().iter().map(String::as_str));
                let hint = near.map_or_else(
                    || "check [population] bands".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                (format!("no column `{header}`"), hint)
            }
            places => {
                let hint = "rename all but one in the file".to_owned();
                (format!("{} columns `{header}`", places.len()), hint)
            }
        };
        let message = format!("has {what}, which the age band \"{}\" needs", band.label);
        Err(Issue::new(file, Severity::FileUnusable, message, hint))
    };
    let (first, last) = (place(&band.first)?, place(&band.last)?);
    if first > last {
        let message = format!(
            "column `{}` stands after `{}`, so the age band \"{}\" is empty",
            band.first, band.last, band.label
        );
        let hint = "first and last are as the columns stand in the file";
        return Err(Issue::new(file, Severity::FileUnusable, message, hint));
    }
    Ok(first..=last)
}

#[cfg(test)]
mod tests {
    use super::{Meeting, Span};

    #[test]
    fn ages_are_read_from_the_names_that_tables_give_bands() {
        for (name, ages) in [
            ("Aged 15 years and under", Some((0, 15))),
            ("Aged 16 to 24 years", Some((16, 24))),
            ("Aged 85 years and over", Some((85, 255))),
            ("age_0_4", Some((0, 4))),
            ("age_90_plus", Some((90, 255))),
            ("18-64", Some((18, 64))),
            ("65", Some((65, 65))),
            ("Age 7", Some((7, 7))),
            ("90+", Some((90, 255))),
            ("Total: All usual residents", Some((0, 255))),
            ("All ages", Some((0, 255))),
            ("total", Some((0, 255))),
            ("Males", None),
            ("2021", None),
            ("lsoa11_code", None),
        ] {
            let ages = ages.map(|(from, to)| Span { from, to });
            assert_eq!(Span::of(name), ages, "{name}");
        }
    }

    #[test]
    fn bands_overlap_follow_one_another_or_lie_apart() {
        let meet = |a: &str, b: &str| {
            let (a, b) = (Span::of(a).unwrap(), Span::of(b).unwrap());
            assert_eq!(a.meets(b), b.meets(a));
            a.meets(b)
        };
        assert_eq!(meet("18-64", "60-74"), Meeting::Overlap);
        assert_eq!(meet("All ages", "60-74"), Meeting::Overlap);
        assert_eq!(meet("65", "65+"), Meeting::Overlap);
        assert_eq!(meet("0-4", "0-15"), Meeting::Overlap);
        assert_eq!(meet("18-65", "65+"), Meeting::EndToEnd);
        assert_eq!(meet("18-64", "65+"), Meeting::Apart);
        assert_eq!(meet("64", "65"), Meeting::Apart);
    }
}
