//! Keeps the list of issues short however many there are: the first of each kind are listed, the rest are counted exactly.
//!
//! It decides nothing about what is shown; the pages and the text may show fewer still.

use std::collections::BTreeMap;

use catchment_core::issue::{Issue, Severity};

/// How many issues of one kind are listed.
pub(crate) const MOST_OF_A_KIND: usize = 1000;

/// How many kinds are told apart. Beyond them those of one file and severity are one kind.
const MOST_KINDS: usize = 20_000;

/// How long the list may grow before it is looked through.
const LONG: usize = 1 << 16;

/// When a growing list of issues is next to be shortened.
pub(crate) struct Few {
    next: usize,
}

impl Default for Few {
    fn default() -> Self {
        Self { next: LONG }
    }
}

impl Few {
    /// Shortens a list that has grown long. Called after every row, it costs next to nothing: the list must double between
    /// one look and the next.
    pub(crate) fn keep(&mut self, issues: &mut Vec<Issue>) {
        if issues.len() >= self.next {
            shorten(issues, MOST_OF_A_KIND);
            self.next = LONG.max(issues.len() * 2);
        }
    }
}

/// What makes issues alike: file, severity, column, remedy, provider.
type Kind = (
    String,
    Severity,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Leaves the first `most` of each kind, and adds how many more there were to the last of them.
pub(crate) fn shorten(issues: &mut Vec<Issue>, most: usize) {
    // How many are kept, and which was the last.
    let mut kept: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    let mut short: Vec<Issue> = Vec::new();
    for issue in issues.drain(..) {
        let mut kind = (
            issue.file.clone(),
            issue.severity,
            issue.column.clone(),
            Some(issue.hint.clone()),
            issue.provider.clone(),
        );
        if kept.len() >= MOST_KINDS && !kept.contains_key(&kind) {
            kind = (kind.0, kind.1, None, None, None);
        }
        let (count, last) = kept.entry(kind).or_insert((0, 0));
        if *count < most {
            *count += 1;
            *last = short.len();
            short.push(issue);
        } else if let Some(last) = short.get_mut(*last) {
            last.more = last.more.saturating_add(issue.count());
        }
    }
    *issues = short;
}

#[cfg(test)]
mod tests {
    use catchment_core::issue::{Issue, Severity};

    use super::{Few, MOST_KINDS, MOST_OF_A_KIND, shorten};

    fn issue(column: &str, row: u64) -> Issue {
        Issue::new("a.csv", Severity::Repaired, "is odd", "mend it")
            .in_column(column)
            .at_row(row)
    }

    #[test]
    fn a_million_bad_rows_take_the_room_of_a_few_and_are_all_counted() {
        let mut issues = Vec::new();
        let mut few = Few::default();
        let mut longest = 0;
        for row in 0..1_000_000 {
            issues.push(issue(if row % 3 == 0 { "one" } else { "two" }, row));
            few.keep(&mut issues);
            longest = longest.max(issues.len());
        }
        shorten(&mut issues, MOST_OF_A_KIND);
        assert_eq!(issues.len(), 2 * MOST_OF_A_KIND);
        assert_eq!(issues.iter().map(Issue::count).sum::<u64>(), 1_000_000);
        let one = issues
            .iter()
            .filter(|issue| issue.column.as_deref() == Some("one"));
        assert_eq!(one.map(Issue::count).sum::<u64>(), 333_334);
        assert!(longest <= 1 << 16, "{longest}");
        // The first rows are the ones listed.
        assert_eq!(issues[0].row, Some(0));
    }

    #[test]
    fn very_many_kinds_are_bounded_too() {
        let mut issues: Vec<Issue> = (0..MOST_KINDS as u64 + 5000)
            .map(|row| issue(&format!("column {row}"), row))
            .collect();
        let all = issues.len() as u64;
        shorten(&mut issues, 3);
        assert_eq!(issues.len(), MOST_KINDS + 3);
        assert_eq!(issues.iter().map(Issue::count).sum::<u64>(), all);
    }
}
