//! Puts issues together that say the same of the same column, so that a page or a line lists them once with their rows.
//!
//! What is the same is for the caller to say: letter for letter, or but for what is quoted. It decides nothing about how many rows are
//! shown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use catchment_core::issue::{Issue, Severity};

/// Issues that say the same of the same column of the same file.
pub(crate) struct Group<'a> {
    /// How much they cost.
    pub(crate) severity: Severity,
    /// The column, where there is one.
    pub(crate) column: Option<&'a str>,
    /// What is wrong, as the first issue says it.
    pub(crate) message: &'a str,
    /// Other wordings of the same, the first few.
    pub(crate) others: Vec<&'a str>,
    /// What to do.
    pub(crate) hint: &'a str,
    /// The rows it was found in.
    pub(crate) rows: Vec<u64>,
    /// How many issues it stands for, in rows and of the file as a whole.
    pub(crate) listed: u64,
    /// How many more there are of the same kind, whose rows are not listed.
    pub(crate) more: u64,
}

/// What makes groups alike: the place of the file, severity, column, remedy.
type Kind<'a> = (usize, Severity, Option<&'a str>, &'a str);

/// How many other wordings a group keeps: enough to tell whether there are more than are shown.
const MOST_WORDINGS: usize = 3;

/// The groups of each file in the order of the issues, the worst first. `same` says what of an issue must be equal for it to stand in
/// one group with another. Groups of one kind (column, severity, remedy) beyond the first `most` are counted in the last that is shown.
pub(crate) fn by_file<'a>(
    issues: impl Iterator<Item = &'a Issue>,
    most: usize,
    same: impl Fn(&'a Issue) -> Cow<'a, str>,
) -> Vec<(&'a str, Vec<Group<'a>>)> {
    let mut files: Vec<(&str, Vec<Group<'a>>)> = Vec::new();
    let mut file_places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut places: BTreeMap<(Kind<'a>, bool, Cow<'a, str>), usize> = BTreeMap::new();
    let mut alike: BTreeMap<Kind<'_>, (usize, usize)> = BTreeMap::new();
    for issue in issues {
        let file = *file_places.entry(&issue.file).or_insert_with(|| {
            files.push((&issue.file, Vec::new()));
            files.len() - 1
        });
        let groups = &mut files[file].1;
        let kind = (file, issue.severity, issue.column.as_deref(), &*issue.hint);
        let said = (kind, issue.row.is_some(), same(issue));
        let (count, last) = alike.entry(kind).or_insert((0, 0));
        let known = places.get(&said).copied();
        if known.is_none() && *count >= most {
            groups[*last].more = groups[*last].more.saturating_add(issue.count());
            continue;
        }
        let place = known.unwrap_or_else(|| {
            *count += 1;
            *last = groups.len();
            places.insert(said, groups.len());
            groups.push(Group::of(issue));
            groups.len() - 1
        });
        groups[place].add(issue);
    }
    for (_, groups) in &mut files {
        // Stable, so that within a severity the order of the file stays.
        groups.sort_by_key(|group| std::cmp::Reverse(group.severity));
    }
    files
}

impl<'a> Group<'a> {
    /// Starts a group for issues like this one, which is still to be added.
    fn of(issue: &'a Issue) -> Self {
        Self {
            severity: issue.severity,
            column: issue.column.as_deref(),
            message: &issue.message,
            others: Vec::new(),
            hint: &issue.hint,
            rows: Vec::new(),
            listed: 0,
            more: 0,
        }
    }

    fn add(&mut self, issue: &'a Issue) {
        let message = issue.message.as_str();
        let known = message == self.message || self.others.contains(&message);
        if !known && self.others.len() < MOST_WORDINGS {
            self.others.push(message);
        }
        self.rows.extend(issue.row);
        self.listed += 1;
        self.more = self.more.saturating_add(issue.more);
    }
}
