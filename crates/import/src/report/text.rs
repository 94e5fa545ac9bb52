//! The report as text for people: what is wrong with many rows is one line with the first of them.

use std::fmt;

use catchment_core::area::AreaKind;
use catchment_core::issue::Severity;

use super::groups::{self, Group};
use super::shapes::{in_one, shape};
use super::words::{harmless, listed, number, so_many};
use super::{AreaCoverage, Card, Coverage, Report, SEVERITIES, pages};

/// How many lines of one kind, of one column of one file, are printed before the rest are only counted.
const MOST_ALIKE: usize = 20;

/// How many rows a line names where there are many, and how many it names where there are no more than these.
const FIRST_ROWS: usize = 3;
const FEW_ROWS: usize = 4;

/// Says whether an area lacks something.
type Lacking = dyn Fn(&AreaCoverage) -> bool;

/// How many areas that lack something are named.
const MOST_NAMED: usize = 12;

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_assert_eq!(self.adds_up(), Ok(()));
        if let Some(provider) = &self.provider {
            writeln!(
                out,
                "What \"{}\" holds of {}",
                harmless(&self.about.title),
                harmless(provider)
            )?;
            writeln!(out, "{}\n", harmless(&pages::rule(self, provider)))?;
        }
        self.write_issues(out)?;
        if self.provider.is_some() {
            for card in &self.cards {
                write_card(out, card)?;
            }
            let all = self.sums().all;
            return write!(
                out,
                "{}",
                so_many(all.total(), "thing", "things") + " to look at"
            );
        }
        self.write_files(out)?;
        self.write_providers(out)?;
        self.write_places(out)?;
        for coverage in &self.coverage {
            write_coverage(out, coverage)?;
        }
        let rows = self.sums().rows;
        write!(
            out,
            "{} repaired, {} rejected, {} unusable",
            so_many(rows.repaired, "row", "rows"),
            so_many(rows.rejected, "row", "rows"),
            so_many(self.count(Severity::FileUnusable) as u64, "file", "files")
        )
    }
}

impl Report {
    /// Writes the issues, the worst first, those that say the same in one line.
    fn write_issues(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for severity in SEVERITIES {
            // Within a severity in the order in which they were met.
            let issues = self.issues.iter();
            let of_it = issues.filter(|issue| issue.severity == severity);
            for (file, groups) in groups::by_file(of_it, MOST_ALIKE, shape) {
                for group in &groups {
                    write_group(out, file, group)?;
                }
            }
        }
        if self.issues.is_empty() {
            Ok(())
        } else {
            writeln!(out)
        }
    }

    fn write_files(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.files.iter().map(|counts| harmless(&counts.file));
        let names: Vec<String> = names.collect();
        let width = names.iter().map(|name| name.chars().count()).max();
        let width = width.unwrap_or(0).max(9);
        let total = self.sums().rows;
        let aside = total.set_aside > 0;
        let mut line = |name: &str, cells: [&str; 5]| {
            let [rows, accepted, repaired, rejected, set_aside] = cells;
            write!(
                out,
                "{name:width$}  {rows:>8}  {accepted:>8}  {repaired:>8}  {rejected:>8}"
            )?;
            // Few studies have any, so the column is not always there.
            if aside {
                write!(out, "  {set_aside:>9}")?;
            }
            writeln!(out)
        };
        line(
            "file",
            ["rows", "accepted", "repaired", "rejected", "set aside"],
        )?;
        let all = [(&total, "all files")];
        let each = self.files.iter().zip(names.iter().map(String::as_str));
        for (counts, name) in each.chain(all) {
            let cells = [
                counts.rows,
                counts.accepted,
                counts.repaired,
                counts.rejected,
                counts.set_aside,
            ]
            .map(|cell| cell.to_string());
            line(name, cells.each_ref().map(String::as_str))?;
        }
        Ok(())
    }

    /// Writes how many issues each provider can mend, and how whole its entries are.
    fn write_providers(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answered: Vec<bool> = self.cards.iter().filter_map(|card| card.returned).collect();
        if !answered.is_empty() {
            let missing = answered.iter().filter(|came| !**came).count();
            writeln!(out, "no return from {missing} of {}", answered.len())?;
        }
        for (provider, tally) in self.sums().by_provider {
            if let Some(provider) = provider {
                writeln!(
                    out,
                    "{}: {} to look at",
                    harmless(provider),
                    so_many(tally.total(), "thing", "things")
                )?;
            }
        }
        let given: usize = self.cards.iter().map(|card| card.given).sum();
        let wanted: usize = self.cards.iter().map(|card| card.wanted).sum();
        if wanted > 0 {
            let providers = so_many(self.cards.len() as u64, "provider", "providers");
            writeln!(
                out,
                "entries of {providers}: {} of {} items given; --format html has a page for each",
                number(given as u64),
                number(wanted as u64)
            )?;
        }
        Ok(())
    }

    fn write_places(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.roads {
            writeln!(out, "roads: {}", harmless(line))?;
        }
        for (what, grades) in self.grades() {
            writeln!(out, "{what} placed by {grades}")?;
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
        Ok(())
    }

    /// Returns for each kind of place how many were placed with each grade, in words.
    pub(crate) fn grades(&self) -> Vec<(&str, String)> {
        let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
        for count in &self.geocoded {
            let words = format!("{} {}", count.grade, number(count.count as u64));
            match kinds.iter_mut().find(|(what, _)| *what == count.what) {
                Some((_, grades)) => grades.push(words),
                None => kinds.push((&count.what, vec![words])),
            }
        }
        kinds
            .into_iter()
            .map(|(what, grades)| (what, grades.join(", ")))
            .collect()
    }
}

fn write_group(out: &mut fmt::Formatter<'_>, file: &str, group: &Group<'_>) -> fmt::Result {
    let rows = rows_of(group);
    let column = group
        .column
        .map_or_else(String::new, |column| format!(", column {column}"));
    let message = in_one(group.message, &group.others);
    // Those without a row cannot be told apart by one.
    let unlisted = match (group.listed + group.more).saturating_sub(1) {
        more if rows.is_empty() && more > 0 => format!("; {} more of the same kind", number(more)),
        _ => String::new(),
    };
    let line = format!(
        "{file}{rows}{column}: {message} ({}){unlisted}",
        group.severity
    );
    writeln!(out, "{}", harmless(&line))?;
    if group.hint.is_empty() {
        Ok(())
    } else {
        writeln!(out, "    {}", harmless(group.hint))
    }
}

/// Names the rows of a group: `, row 4`, or `, rows 4, 9, 12 and 17 more`.
fn rows_of(group: &Group<'_>) -> String {
    let mut rows = group.rows.clone();
    rows.sort_unstable();
    rows.dedup();
    let all = rows.len() as u64 + group.more;
    if all > FEW_ROWS as u64 {
        rows.truncate(FIRST_ROWS);
    }
    let more = all - rows.len() as u64;
    let mut parts: Vec<String> = rows.iter().map(u64::to_string).collect();
    if more > 0 {
        parts.push(format!("{} more", number(more)));
    }
    match (rows.is_empty(), parts.len()) {
        (true, _) => String::new(),
        (false, 1) => format!(", row {}", parts[0]),
        (false, _) => format!(", rows {}", listed(&parts)),
    }
}

fn write_card(out: &mut fmt::Formatter<'_>, card: &Card) -> fmt::Result {
    writeln!(
        out,
        "{}, {} open; {} of {} items given",
        so_many(card.services as u64, "service listed", "services listed"),
        card.open,
        card.given,
        card.wanted
    )?;
    for item in &card.items {
        writeln!(out, "  {} of {}: {}", item.with, item.of, item.item.words())?;
    }
    writeln!(out, "  return: {}", pages::return_in_words(card))
}

fn write_coverage(out: &mut fmt::Formatter<'_>, coverage: &Coverage) -> fmt::Result {
    let lacks: [(&str, Option<usize>, &Lacking); 5] = [
        ("postcodes", coverage.no_postcodes, &|area| {
            area.postcodes == 0
        }),
        ("roads", coverage.no_roads, &AreaCoverage::lacks_roads),
        ("returns", coverage.no_returns, &AreaCoverage::lacks_returns),
        ("deprivation", coverage.no_deprivation, &|area| {
            area.deprivation == Some(false)
        }),
        ("residents", coverage.no_residents, &|area| {
            area.residents == Some(false)
        }),
    ];
    let mut parts = Vec::new();
    for (what, count, lacking) in lacks {
        let Some(count) = count.filter(|count| *count > 0) else {
            continue;
        };
        let named: Vec<&str> = coverage
            .list
            .iter()
            .filter(|area| lacking(area))
            .map(|area| area.name.as_str())
            .collect();
        let mut words = format!("{count} without {what}");
        if (1..=MOST_NAMED).contains(&named.len()) {
            words = format!("{words} ({})", named.join(", "));
        }
        parts.push(words);
    }
    let kind = match coverage.kind {
        AreaKind::Ward => ("ward", "wards"),
        AreaKind::SmallArea => ("small area", "small areas"),
    };
    let what = so_many(coverage.total as u64, kind.0, kind.1);
    let parts = if parts.is_empty() {
        "nothing missing".to_owned()
    } else {
        listed(&parts)
    };
    let line = format!(
        "{what} of {} (\"{}\"): {parts}",
        coverage.vintage, coverage.areas
    );
    writeln!(out, "{}", harmless(&line))
}
