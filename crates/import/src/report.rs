//! What an import accepted, repaired and rejected, and how whole the study is.
//!
//! Every row of every table is in exactly one of the three counts, and every table of issues adds up to the number of issues
//! ([`Report::adds_up`]). A report is shown as text for people ([`Report`]'s `Display`), as JSON for machines
//! ([`Report::to_json`]) and as a page to print and send ([`Report::to_html`]). It holds no value of a personal field: readers
//! write none into an issue, and [`Report::for_provider`] decides what a provider may see at all.

mod cards;
mod coverage;
mod few;
mod groups;
mod html;
mod json;
mod pages;
mod shapes;
mod sums;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::collections::BTreeSet;

use catchment_core::issue::{Issue, Severity};
use catchment_core::place::GeocodeGrade;
use catchment_core::study::Study;
use catchment_travel::Metres;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::study_file::{StudyFile, nearest};

pub(crate) use cards::grade_counts;
pub use cards::{Card, CardItem, Item, RowCounts};
pub use coverage::{AreaCoverage, Coverage};
pub(crate) use few::Few;
pub use sums::{Sums, Tally};
pub(crate) use words::{harmless, listed, so_many};

/// The severities, from the worst to the least.
pub(crate) const SEVERITIES: [Severity; 4] = [
    Severity::FileUnusable,
    Severity::RowRejected,
    Severity::Repaired,
    Severity::Note,
];

/// The rows (or features) of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCounts {
    /// The file's name as the study file gives it.
    pub file: String,
    /// Rows that are not blank, the header left out.
    pub rows: u64,
    /// Rows taken as they were.
    pub accepted: u64,
    /// Rows taken with something mended.
    pub repaired: u64,
    /// Rows left out.
    pub rejected: u64,
    /// Of the rows accepted, those that are of no use to this study, such as places far outside it.
    pub set_aside: u64,
}

/// How far places lie from the streets of the study's profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SnapSummary {
    /// What was snapped: `sites`, `postcodes`, `homes`.
    pub what: String,
    /// How many there are.
    pub count: usize,
    /// How many lie further than the cap.
    pub beyond_cap: usize,
    /// The cap.
    pub cap: Metres,
    /// The median distance of those within it.
    pub median: Option<Metres>,
    /// The distance that nine tenths of those within it do not pass.
    pub p90: Option<Metres>,
}

/// How many places of one kind were put on the map with one grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GradeCount {
    /// What was placed, such as `homes` or `sites`.
    pub what: String,
    /// How finely.
    pub grade: GeocodeGrade,
    /// How many.
    pub count: usize,
}

/// What the report is about, from the study's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportAbout {
    /// The study's title.
    pub title: String,
    /// The day it describes.
    pub reference_date: Option<Date>,
    /// The table of people, of which no provider is shown anything.
    pub people_file: Option<String>,
    /// The table of attendances, of which a provider is shown the row numbers that concern it.
    pub attendances_file: Option<String>,
    /// The directory of services.
    pub providers_file: Option<String>,
}

/// All that was found while reading a study.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// What it is about.
    pub about: ReportAbout,
    /// The one provider it is restricted to, where it is ([`Report::for_provider`]).
    pub provider: Option<String>,
    /// Counts by file.
    pub files: Vec<FileCounts>,
    /// What was found, file by file. Of very many alike only the first are listed, and the last of them says how many more
    /// there are ([`Issue::more`]).
    pub issues: Vec<Issue>,
    /// Facts about the roads, a line each.
    pub roads: Vec<String>,
    /// How finely places were put on the map, by kind of place and grade.
    pub geocoded: Vec<GradeCount>,
    /// How far places lie from streets.
    pub snaps: Vec<SnapSummary>,
    /// How whole the entries of each provider are, ordered by name.
    pub cards: Vec<Card>,
    /// Which areas lack roads, returns, deprivation or residents.
    pub coverage: Vec<Coverage>,
}

/// A provider was asked for that the report does not know.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no provider is called \"{wanted}\"; {advice}")]
pub struct NoSuchProvider {
    /// The name that was asked for.
    pub wanted: String,
    /// The nearest name, or all of them.
    pub advice: String,
}

impl Report {
    /// Starts the report of a study.
    pub(crate) fn of(file: &StudyFile) -> Self {
        let name = |section: &Option<crate::study_file::Table>| {
            section.as_ref().map(|section| section.file.clone())
        };
        Self {
            about: ReportAbout {
                title: file.study.title.clone(),
                reference_date: file.reference_date().ok(),
                people_file: name(&file.service_users),
                attendances_file: name(&file.attendances),
                providers_file: name(&file.providers),
            },
            ..Self::default()
        }
    }

    /// Adds what only the assembled study shows: how whole the entries of each provider are, and what areas lack.
    pub(crate) fn look_at(&mut self, study: &Study) {
        self.cards = cards::cards(study, self);
        self.coverage = coverage::coverage(study);
    }

    /// Ends the reading: of very many issues alike only the first stay listed.
    pub(crate) fn finish(&mut self) {
        few::shorten(&mut self.issues, few::MOST_OF_A_KIND);
        debug_assert_eq!(self.adds_up(), Ok(()));
    }

    /// Returns the number of issues of a severity, those included that are only counted.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = self
            .issues
            .iter()
            .filter(|issue| issue.severity == severity);
        usize::try_from(of_it.map(Issue::count).sum::<u64>()).unwrap_or(usize::MAX)
    }

    /// Says whether a study can be built from what was read.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.count(Severity::FileUnusable) == 0
    }

    /// Says whether an issue stands on its provider's page, and not among what is the council's own to mend.
    ///
    /// What is said of the table of people never does. What is said of the table of attendances does where a reader has named
    /// the provider it concerns: those rows are what the provider returned, and an issue holds no more of them than their number.
    #[must_use]
    pub fn is_for_its_provider(&self, issue: &Issue) -> bool {
        // A sheet may stand behind the name of its workbook.
        let of_people = self
            .about
            .people_file
            .as_ref()
            .is_some_and(|file| issue.file.starts_with(file.as_str()));
        issue.provider.is_some() && !of_people
    }

    /// Returns the provider whose page an issue stands on.
    pub(crate) fn page_of<'a>(&self, issue: &'a Issue) -> Option<&'a str> {
        issue
            .provider
            .as_deref()
            .filter(|_| self.is_for_its_provider(issue))
    }

    /// Lists the providers that the report knows, by name.
    #[must_use]
    pub fn providers(&self) -> Vec<&str> {
        let cards = self.cards.iter().map(|card| card.provider.as_str());
        let issues = self.issues.iter().filter_map(|issue| self.page_of(issue));
        let names: BTreeSet<&str> = cards.chain(issues).collect();
        names.into_iter().collect()
    }

    /// Restricts the report to what one provider may see: its own issues and its own card, and nothing of any other
    /// provider, of the council's other files or of people.
    pub fn for_provider(&self, name: &str) -> Result<Self, NoSuchProvider> {
        let known = self.providers();
        let same = |provider: &&&str| provider.to_lowercase() == name.trim().to_lowercase();
        let exact = known.iter().find(|provider| **provider == name);
        let Some(provider) = exact.or_else(|| known.iter().find(same)).copied() else {
            let advice = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None if known.is_empty() => "the study's files name none".to_owned(),
                None => format!("the study's files name {}", known.join(", ")),
            };
            return Err(NoSuchProvider {
                wanted: name.to_owned(),
                advice,
            });
        };
        let its = |issue: &&Issue| self.page_of(issue) == Some(provider);
        let card = self.cards.iter().filter(|card| card.provider == provider);
        Ok(Self {
            about: self.about.clone(),
            provider: Some(provider.to_owned()),
            issues: self.issues.iter().filter(its).cloned().collect(),
            cards: card.cloned().collect(),
            ..Self::default()
        })
    }

    /// Returns the sums of the report: by severity, by file and by provider.
    #[must_use]
    pub fn sums(&self) -> Sums<'_> {
        Sums::of(self)
    }

    /// Says what does not add up, which would be a mistake of this program and not of any file.
    pub fn adds_up(&self) -> Result<(), String> {
        for counts in &self.files {
            if counts.rows != counts.accepted + counts.repaired + counts.rejected {
                return Err(format!(
                    "the rows of {} are not those accepted, repaired and rejected",
                    counts.file
                ));
            }
            if counts.set_aside > counts.accepted {
                return Err(format!("{} has more set aside than accepted", counts.file));
            }
        }
        self.sums().add_up()
    }
}
