//! What an import accepted, repaired and rejected.
//!
//! Every row of every table is in exactly one of the three counts.

use std::collections::BTreeMap;
use std::fmt;

use catchment_core::issue::{Issue, Severity};
use catchment_travel::Metres;
use serde::{Deserialize, Serialize};

/// How many issues of one kind, in one column of one file, are printed before the rest are only counted.
const MOST_ALIKE: usize = 20;

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

/// All that was found while reading a study.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Counts by file.
    pub files: Vec<FileCounts>,
    /// Everything found, file by file.
    pub issues: Vec<Issue>,
    /// Facts about the roads, a line each.
    pub roads: Vec<String>,
    /// Homes placed by coordinates, and by the point of their postcode.
    pub geocoded: Option<(usize, usize)>,
    /// How far places lie from streets.
    pub snaps: Vec<SnapSummary>,
}

impl Report {
    /// Returns the number of issues of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.issues
            .iter()
            .filter(|issue| issue.severity == severity)
            .count()
    }

    /// Says whether a study can be built from what was read.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.count(Severity::FileUnusable) == 0
    }
}

impl Report {
    /// Writes every issue, but of many alike only the first and how many more there are.
    fn write_issues(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut alike: BTreeMap<(&str, Option<&str>, &str), usize> = BTreeMap::new();
        for issue in &self.issues {
            let kind = (
                issue.file.as_str(),
                issue.column.as_deref(),
                issue.hint.as_str(),
            );
            let count = alike.entry(kind).or_default();
            *count += 1;
            if *count <= MOST_ALIKE {
                writeln!(out, "{issue}")?;
            }
        }
        for ((file, column, _), count) in alike.iter().filter(|(_, count)| **count > MOST_ALIKE) {
            let column = column.map_or_else(String::new, |column| format!(", column {column}"));
            let more = count - MOST_ALIKE;
            writeln!(
                out,
                "{file}{column}: {more} more rows with the same kind of issue"
            )?;
        }
        if self.issues.is_empty() {
            Ok(())
        } else {
            writeln!(out)
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_issues(out)?;
        let width = self
            .files
            .iter()
            .map(|counts| counts.file.len())
            .max()
            .unwrap_or(0)
            .max(4);
        writeln!(
            out,
            "{:width$}  {:>8}  {:>8}  {:>8}  {:>8}",
            "file", "rows", "accepted", "repaired", "rejected"
        )?;
        for counts in &self.files {
            writeln!(
                out,
                "{:width$}  {:>8}  {:>8}  {:>8}  {:>8}",
                counts.file, counts.rows, counts.accepted, counts.repaired, counts.rejected
            )?;
        }
        for line in &self.roads {
            writeln!(out, "roads: {line}")?;
        }
        if let Some((by_coordinates, by_postcode)) = self.geocoded {
            writeln!(
                out,
                "homes placed by coordinates: {by_coordinates}, by postcode point: {by_postcode}"
            )?;
        }
        for snap in &self.snaps {
            write!(
                out,
                "{} to the nearest street: {} in all",
                snap.what, snap.count
            )?;
            if let (Some(median), Some(p90)) = (snap.median, snap.p90) {
                write!(out, ", median {median}, nine in ten within {p90}")?;
            }
            writeln!(out, ", {} further than {}", snap.beyond_cap, snap.cap)?;
        }
        write!(
            out,
            "{} repaired, {} rows rejected, {} files unusable",
            self.count(Severity::Repaired),
            self.count(Severity::RowRejected),
            self.count(Severity::FileUnusable)
        )
    }
}
