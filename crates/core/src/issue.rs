//! What a reader found wrong with its input, row by row.
//!
//! A bad row is not an error: a reader returns what it could read and a list of issues. An [`Issue`] never holds the value of a
//! personal field; it names file, row and column, so that the owner of the file can look.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much an issue costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing was changed or lost.
    Note,
    /// The row was kept, with something mended.
    Repaired,
    /// The row was left out.
    RowRejected,
    /// The whole file was left out; no study can be built from it.
    FileUnusable,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Note => "note",
            Self::Repaired => "repaired",
            Self::RowRejected => "row rejected",
            Self::FileUnusable => "file unusable",
        })
    }
}

/// One thing found in one place of one input file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The file's name as the study file gives it.
    pub file: String,
    /// The row as a spreadsheet counts it (the header is row 1), or the feature's number, counted from 1.
    pub row: Option<u64>,
    /// The column's header in the file.
    pub column: Option<String>,
    /// The provider who can mend it, by the name that the directory has, where that is known.
    pub provider: Option<String>,
    /// How much it costs.
    pub severity: Severity,
    /// What is wrong, in plain words, without the value of a personal field.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// How many further issues of the same kind it stands for, which are counted and not listed one by one.
    pub more: u64,
}

impl Issue {
    /// Starts an issue of a whole file; see [`Issue::at_row`] and [`Issue::in_column`] to say where.
    #[must_use]
    pub fn new(
        file: &str,
        severity: Severity,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            row: None,
            column: None,
            provider: None,
            severity,
            message: message.into(),
            hint: hint.into(),
            more: 0,
        }
    }

    /// Returns how many issues it stands for: itself and those that are not listed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.more.saturating_add(1)
    }

    /// Names the row, as a spreadsheet counts it.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Names the provider who can mend it.
    #[must_use]
    pub fn of_provider(mut self, provider: &str) -> Self {
        self.provider = Some(provider.to_owned());
        self
    }

    /// Names the column by its header in the file.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(formatter, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(formatter, ", column {column}")?;
        }
        write!(formatter, ": {} ({})", self.message, self.severity)?;
        if self.hint.is_empty() {
            Ok(())
        } else {
            write!(formatter, "\n    {}", self.hint)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Issue, Severity};

    #[test]
    fn an_issue_reads_as_a_place_a_fact_and_a_remedy() {
        let issue = Issue::new(
            "providers.csv",
            Severity::RowRejected,
            "places is negative",
            "write 0 or more",
        )
        .at_row(4)
        .in_column("places");
        assert_eq!(
            issue.to_string(),
            "providers.csv, row 4, column places: places is negative (row rejected)\n    write 0 or more"
        );
    }
}
