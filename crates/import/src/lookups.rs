//! Reads which areas of one set make up those of another.
//!
//! Weights are shares once they are read: those of one area come to 1. A weight that is not known is not taken for nought: its row is left
//! out and said. Rows about areas outside the study, as in every national lookup, are set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::area::{Lookup, LookupRow};
use catchment_core::id::{AreaId, AreaSetId};
use catchment_core::issue::{Issue, Severity};

use crate::background::{Codes, Read};
use crate::join::years::{Told, Year};
use crate::join::{Join, named};
use crate::spatial::counted;
use crate::study_file;
use crate::table::{Reader, Row, optional, required};
use crate::text;

/// How far the shares of an area may be from 1 (or 100) and still be called whole.
const WHOLE: f64 = 0.01;

/// Reads one lookup; `from` and `to` are the sets it joins, with their codes.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Lookup,
    from: (AreaSetId, &Codes),
    to: (AreaSetId, &Codes),
    issues: &mut Vec<Issue>,
) -> Read<Lookup> {
    check_years(section, [from.1, to.1], issues)?;
    let columns = [required("from"), required("to"), optional("weight")];
    let headers = [
        ("from", Some(&section.from_code)),
        ("to", Some(&section.to_code)),
        ("weight", section.weight.as_ref()),
    ];
    let reader = Reader::open(&section.as_table(folder, &headers), &columns, issues)?;
    let mut joining = Joining {
        from: Join::start(
            &section.file,
            &section.from,
            from.1,
            "from",
            &section.from_code,
        ),
        to: Join::start(&section.file, &section.to, to.1, "to", &section.to_code),
        to_set: &section.to,
        weighted: section.weight.is_some(),
        pairs: BTreeMap::new(),
        reached: BTreeSet::new(),
    };
    let counts = reader.each(issues, |row| joining.take(row));
    let counts = joining.from.finish(counts, issues)?;
    let rows = joining.shares(section, issues);
    if rows.is_empty() {
        return Err(Issue::new(
            &section.file,
            Severity::FileUnusable,
            format!(
                "no row joins an area of \"{}\" to one of \"{}\"",
                section.from, section.to
            ),
            "check the two columns of codes, and that file and boundaries are of the same years",
        ));
    }
    joining.note_missing(section, to.1, issues);
    let lookup = Lookup {
        from: from.0,
        to: to.0,
        rows,
    };
    Ok((lookup, counts))
}

/// Refuses codes that are said to be of another year than the areas, on either side, and notes a column that is named for one: unlike a
/// figure, a pair of codes is right or not by itself, so where nothing but a name speaks against it the rows decide.
fn check_years(
    section: &study_file::Lookup,
    sides: [&Codes; 2],
    issues: &mut Vec<Issue>,
) -> Result<(), Issue> {
    let given = [
        ("from_vintage", section.from_vintage.as_deref()),
        ("to_vintage", section.to_vintage.as_deref()),
    ];
    let named = [
        (&section.from_code, &section.from),
        (&section.to_code, &section.to),
    ];
    for ((given, (header, set)), codes) in given.into_iter().zip(named).zip(sides) {
        let told = Told {
            file: &section.file,
            given,
            header,
            names: Vec::new(),
        };
        let year = told.year_of_column()?;
        let Some(Year { year, by }) = year.filter(|year| year.year != codes.vintage) else {
            continue;
        };
        let its = &codes.vintage;
        let message = format!("has codes of {year} {by}, and the areas \"{set}\" are of {its}");
        let hint = format!(
            "look for a lookup of {its}, or give the boundaries of {year} as [[areas]] of their own and name those here"
        );
        let issue = |severity, message| {
            Issue::new(&section.file, severity, message, &hint).in_column(header)
        };
        if given.1.is_some() {
            return Err(issue(Severity::FileUnusable, message));
        }
        let message = format!("{message}; codes that are the same in both years were joined");
        issues.push(issue(Severity::Note, message));
    }
    Ok(())
}

struct Joining<'a> {
    from: Join<'a>,
    to: Join<'a>,
    to_set: &'a str,
    weighted: bool,
    /// Weights by pair, as the file has them.
    pairs: BTreeMap<(AreaId, AreaId), f64>,
    reached: BTreeSet<AreaId>,
}

impl Joining<'_> {
    fn take(&mut self, row: &mut Row<'_>) -> Option<()> {
        let Some(from) = self.from.area(row)? else {
            return Some(());
        };
        let code = row.needed("to")?;
        let Some(to) = self.to.find(&code) else {
            row.reject(
                "to",
                &format!(
                    "is not the code of an area of \"{}\"{}",
                    self.to_set,
                    row.quoted(&code)
                ),
                "check that it is of the same year as the boundaries",
            );
            return None;
        };
        let weight = if self.weighted {
            let not_negative = |text: &str| text::number(text).filter(|weight| *weight >= 0.0);
            let hint =
                "weights are numbers of 0 or more; one that is not known cannot be taken for 0";
            row.needed_as("weight", not_negative, hint)?
        } else {
            1.0
        };
        if self.pairs.contains_key(&(from, to)) {
            row.reject(
                "to",
                "joins two areas that an earlier row joins too",
                "keep one row a pair of areas",
            );
            return None;
        }
        self.pairs.insert((from, to), weight);
        self.reached.insert(to);
        Some(())
    }

    /// Makes the weights of each area come to 1, and says where that changed what they mean.
    fn shares(&self, section: &study_file::Lookup, issues: &mut Vec<Issue>) -> Vec<LookupRow> {
        let mut sums: BTreeMap<AreaId, (f64, u32)> = BTreeMap::new();
        for ((from, _), weight) in &self.pairs {
            let (sum, rows) = sums.entry(*from).or_default();
            *sum += weight;
            *rows += 1;
        }
        let nought = sums.values().filter(|(sum, _)| *sum <= 0.0).count();
        let mut note = |message: String, hint: &str| {
            issues.push(Issue::new(&section.file, Severity::Note, message, hint));
        };
        if nought > 0 {
            note(
                format!(
                    "has weights of 0 only for {} of \"{}\"; they were shared out in equal parts",
                    counted(nought, "area", "areas"),
                    section.from
                ),
                "check whether anybody lives there",
            );
        }
        let short = not_whole(sums.values().map(|(sum, _)| *sum));
        if self.weighted && short > 0 {
            note(
                format!(
                    "has shares that do not come to a whole for {} of \"{}\"; they were scaled",
                    counted(short, "area", "areas"),
                    section.from
                ),
                "see whether rows are missing, or parts lie outside the areas",
            );
        }
        let share = |((from, to), weight): (&(AreaId, AreaId), &f64)| {
            let (sum, rows) = sums.get(from)?;
            let weight = if *sum > 0.0 {
                weight / sum
            } else {
                1.0 / f64::from(*rows)
            };
            (weight > 0.0).then_some(LookupRow {
                from: *from,
                to: *to,
                weight,
            })
        };
        self.pairs.iter().filter_map(share).collect()
    }

    fn note_missing(&self, section: &study_file::Lookup, to: &Codes, issues: &mut Vec<Issue>) {
        let missing = self.from.missing();
        if !missing.is_empty() {
            let message = format!(
                "has no row for {} of \"{}\" ({})",
                counted(missing.len(), "area", "areas"),
                section.from,
                named(&missing)
            );
            let hint = "what is known of those areas will be missing where it is carried over";
            issues.push(Issue::new(&section.file, Severity::Note, message, hint));
        }
        let unreached: Vec<&str> = to
            .iter()
            .filter(|(_, area)| !self.reached.contains(area))
            .map(|(code, _)| code.as_str())
            .collect();
        if !unreached.is_empty() {
            let message = format!(
                "has nothing that goes to {} of \"{}\" ({})",
                counted(unreached.len(), "area", "areas"),
                section.to,
                named(&unreached)
            );
            let hint = "see whether the lookup is of the same year as the boundaries";
            issues.push(Issue::new(&section.file, Severity::Note, message, hint));
        }
    }
}

/// Counts the areas whose weights are not whole, where at least half are: then weights are shares of 1 or of 100, and those lack something.
fn not_whole(sums: impl Iterator<Item = f64> + Clone) -> usize {
    let (all, of_one, of_hundred) = sums.fold((0, 0, 0), |(all, one, hundred), sum| {
        (
            all + 1,
            one + usize::from((sum - 1.0).abs() <= WHOLE),
            hundred + usize::from((sum / 100.0 - 1.0).abs() <= WHOLE),
        )
    });
    let whole = of_one.max(of_hundred);
    if whole * 2 >= all { all - whole } else { 0 }
}
