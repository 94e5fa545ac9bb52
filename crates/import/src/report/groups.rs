//! Puts issues together that say the same of the same column, so that a page lists them once with their rows.

use std::collections::BTreeMap;

use catchment_core::issue::{Issue, Severity};

/// Issues that say the same of the same column of the same file.
pub(crate) struct Group<'a> {
    /// How much they cost.
    pub(crate) severity: Severity,
    /// The column, where there is one.
    pub(crate) column: Option<&'a str>,
    /// What is wrong.
    pub(crate) message: &'a str,
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

/// How many groups of one kind (column, severity, remedy) are shown one by one.
const MOST_ALIKE: usize = 100;

/// The groups of each file in the order of the issues, the worst first. Those beyond the first hundred of a kind are counted
/// in the last one that is shown.
pub(crate) fn by_file<'a>(
    issues: impl Iterator<Item = &'a Issue>,
) -> Vec<(&'a str, Vec<Group<'a>>)> {
    let mut files: Vec<(&str, Vec<Group<'a>>)> = Vec::new();
    let mut file_places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut places: BTreeMap<(usize, Severity, Option<&str>, &str, &str), usize> = BTreeMap::new();
    let mut alike: BTreeMap<Kind<'_>, (usize, usize)> = BTreeMap::new();
    for issue in issues {
        let file = *file_places.entry(&issue.file).or_insert_with(|| {
            files.push((&issue.file, Vec::new()));
            files.len() - 1
        });
        let groups = &mut files[file].1;
        let column = issue.column.as_deref();
        let same = (file, issue.severity, column, &*issue.message, &*issue.hint);
        let kind = (file, issue.severity, column, &*issue.hint);
        let (count, last) = alike.entry(kind).or_insert((0, 0));
        let known = places.get(&same).copied();
        if known.is_none() && *count >= MOST_ALIKE {
            groups[*last].more = groups[*last].more.saturating_add(issue.count());
            continue;
        }
        let place = known.unwrap_or_else(|| {
            *count += 1;
            *last = groups.len();
            places.insert(same, groups.len());
            groups.push(Group {
                severity: issue.severity,
                column,
                message: &issue.message,
                hint: &issue.hint,
                rows: Vec::new(),
                listed: 0,
                more: 0,
            });
            groups.len() - 1
        });
        let group = &mut groups[place];
        group.rows.extend(issue.row);
        group.listed += 1;
        group.more = group.more.saturating_add(issue.more);
    }
    for (_, groups) in &mut files {
        // Stable, so that within a severity the order of the file stays.
        groups.sort_by_key(|group| std::cmp::Reverse(group.severity));
    }
    files
}
