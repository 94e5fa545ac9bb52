//! Counts issues by severity, by file and by provider, so that each table has the same total.

use std::collections::BTreeMap;

use catchment_core::issue::{Issue, Severity};
use serde::Serialize;

use super::{FileCounts, Report, SEVERITIES};

/// Issues by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Worth knowing.
    pub note: u64,
    /// Rows kept with something mended.
    pub repaired: u64,
    /// Reasons why rows were left out. A row may have several.
    pub row_rejected: u64,
    /// Files left out.
    pub file_unusable: u64,
}

impl Tally {
    fn add(&mut self, severity: Severity, count: u64) {
        let place = match severity {
            Severity::Note => &mut self.note,
            Severity::Repaired => &mut self.repaired,
            Severity::RowRejected => &mut self.row_rejected,
            Severity::FileUnusable => &mut self.file_unusable,
        };
        *place = place.saturating_add(count);
    }

    /// Returns the count of one severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Note => self.note,
            Severity::Repaired => self.repaired,
            Severity::RowRejected => self.row_rejected,
            Severity::FileUnusable => self.file_unusable,
        }
    }

    /// Returns the count of all severities.
    #[must_use]
    pub fn total(&self) -> u64 {
        SEVERITIES
            .iter()
            .fold(0, |sum, severity| self.of(*severity).saturating_add(sum))
    }

    /// Counts issues.
    pub(crate) fn of_issues<'a>(issues: impl Iterator<Item = &'a Issue>) -> Self {
        let mut tally = Self::default();
        for issue in issues {
            tally.add(issue.severity, issue.count());
        }
        tally
    }

    fn plus(mut self, other: &Self) -> Self {
        for severity in SEVERITIES {
            self.add(severity, other.of(severity));
        }
        self
    }
}

/// The sums of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums<'a> {
    /// All issues.
    pub all: Tally,
    /// Issues by file, in the order in which the files were read.
    pub by_file: Vec<(&'a str, Tally)>,
    /// Issues by the provider on whose page they stand, by name; those that are the council's own to mend come last.
    pub by_provider: Vec<(Option<&'a str>, Tally)>,
    /// The rows of all files.
    pub rows: FileCounts,
}

impl<'a> Sums<'a> {
    /// Adds up a report.
    pub(crate) fn of(report: &'a Report) -> Self {
        let mut order: Vec<&str> = Vec::new();
        let mut files: BTreeMap<&str, Tally> = BTreeMap::new();
        let mut providers: BTreeMap<Option<&str>, Tally> = BTreeMap::new();
        let mut rows = FileCounts::default();
        for counts in &report.files {
            rows.rows += counts.rows;
            rows.accepted += counts.accepted;
            rows.repaired += counts.repaired;
            rows.rejected += counts.rejected;
            rows.set_aside += counts.set_aside;
            if files.insert(&counts.file, Tally::default()).is_none() {
                order.push(&counts.file);
            }
        }
        for issue in &report.issues {
            let tally = files.entry(&issue.file).or_insert_with(|| {
                order.push(&issue.file);
                Tally::default()
            });
            tally.add(issue.severity, issue.count());
            let provider = report.page_of(issue);
            let tally = providers.entry(provider).or_default();
            tally.add(issue.severity, issue.count());
        }
        let own = providers.remove(&None);
        let named = providers.into_iter();
        let by_file = order
            .into_iter()
            .map(|file| (file, files.get(file).copied().unwrap_or_default()));
        Self {
            all: Tally::of_issues(report.issues.iter()),
            by_file: by_file.collect(),
            by_provider: named.chain(own.map(|tally| (None, tally))).collect(),
            rows,
        }
    }

    /// Says which table has another total than the issues themselves.
    pub(crate) fn add_up(&self) -> Result<(), String> {
        let files = self
            .by_file
            .iter()
            .fold(Tally::default(), |sum, (_, tally)| sum.plus(tally));
        let providers = self
            .by_provider
            .iter()
            .fold(Tally::default(), |sum, (_, tally)| sum.plus(tally));
        for (name, sum) in [("by file", files), ("by provider", providers)] {
            if sum != self.all {
                return Err(format!(
                    "issues {name} are {sum:?} and all are {:?}",
                    self.all
                ));
            }
        }
        Ok(())
    }
}
