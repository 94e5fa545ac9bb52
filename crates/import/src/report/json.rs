//! The report for machines.
//!
//! The shape is stable: a field is added where one is needed, and none changes its meaning without a new `schema_version`.

use catchment_core::issue::Issue;
use serde::Serialize;

use super::{Card, Coverage, FileCounts, GradeCount, Report, SnapSummary, Tally};

/// The version of the shape.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    study: About<'a>,
    /// The provider it is restricted to, where it is.
    provider: Option<&'a str>,
    usable: bool,
    totals: Totals<'a>,
    files: &'a [FileCounts],
    by_file: Vec<Named<'a>>,
    by_provider: Vec<Named<'a>>,
    issues: &'a [Issue],
    places: &'a [GradeCount],
    streets: Streets<'a>,
    cards: &'a [Card],
    coverage: &'a [Coverage],
}

#[derive(Serialize)]
struct About<'a> {
    title: &'a str,
    reference_date: Option<jiff::civil::Date>,
}

#[derive(Serialize)]
struct Totals<'a> {
    rows: Rows,
    issues: Counted<'a>,
}

/// The rows of all files; all 0 where the report is restricted to a provider.
#[derive(Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the names that each file's counts have too"
)]
struct Rows {
    rows: u64,
    accepted: u64,
    repaired: u64,
    rejected: u64,
    set_aside: u64,
}

#[derive(Serialize)]
struct Counted<'a> {
    total: u64,
    /// How many of them stand in `issues` one by one; `more` of an issue counts the rest.
    listed: usize,
    #[serde(flatten)]
    tally: &'a Tally,
}

#[derive(Serialize)]
struct Named<'a> {
    /// The file or the provider; `null` for what is the council's own to mend.
    name: Option<&'a str>,
    total: u64,
    #[serde(flatten)]
    tally: Tally,
}

#[derive(Serialize)]
struct Streets<'a> {
    facts: &'a [String],
    nearest: &'a [SnapSummary],
}

impl Report {
    /// Writes the report as JSON for machines, ending with a line break.
    ///
    /// `schema_version` is 1; `study`; `provider`; `usable`; `totals` of rows and issues; `files`, each with its rows, accepted,
    /// repaired, rejected and set aside; `by_file` and `by_provider`, issues by severity, each adding up to `totals.issues`;
    /// `issues`, each with file, row, column, provider, severity, message, hint and `more`; `places` by grade; `streets`;
    /// `cards`; `coverage`.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        debug_assert_eq!(self.adds_up(), Ok(()));
        let sums = self.sums();
        let document = Document {
            schema_version: SCHEMA_VERSION,
            study: About {
                title: &self.about.title,
                reference_date: self.about.reference_date,
            },
            provider: self.provider.as_deref(),
            usable: self.is_usable(),
            totals: Totals {
                rows: Rows {
                    rows: sums.rows.rows,
                    accepted: sums.rows.accepted,
                    repaired: sums.rows.repaired,
                    rejected: sums.rows.rejected,
                    set_aside: sums.rows.set_aside,
                },
                issues: Counted {
                    total: sums.all.total(),
                    listed: self.issues.len(),
                    tally: &sums.all,
                },
            },
            files: &self.files,
            by_file: sums
                .by_file
                .iter()
                .map(|(file, tally)| named_tally(Some(file), *tally))
                .collect(),
            by_provider: sums
                .by_provider
                .iter()
                .map(|(provider, tally)| named_tally(*provider, *tally))
                .collect(),
            issues: &self.issues,
            places: &self.geocoded,
            streets: Streets {
                facts: &self.roads,
                nearest: &self.snaps,
            },
            cards: &self.cards,
            coverage: &self.coverage,
        };
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        Ok(text)
    }
}

fn named_tally(name: Option<&str>, tally: Tally) -> Named<'_> {
    Named {
        name,
        total: tally.total(),
        tally,
    }
}
