//! Reads which providers sent their records. Those who did not are rows too: what they would have said is missing, not nought.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::id::{OrganisationId, ServiceId};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::ProviderReturn;
use jiff::civil::Date;

use crate::background::Read;
use crate::directory::Directory;
use crate::directory::words::{self, folded};
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text::{self, Reading};

pub(crate) const COLUMNS: &[Column] = &[
    required("provider").or(&[
        "Provider name",
        "Name of provider",
        "Operator",
        "Organisation",
        "Organisation name",
        "Supplier",
    ]),
    optional("service_id").or(&["Service ref", "Service reference", "Service code"]),
    optional("returned")
        .or(&[
            "Return received",
            "Received",
            "Return",
            "Responded",
            "Response received",
            "Submitted",
            "Return came",
        ])
        .of_days(),
    optional("date")
        .or(&[
            "Date returned",
            "Date received",
            "Date of return",
            "Return date",
            "Date submitted",
        ])
        .of_days(),
    optional("note").or(&["Notes", "Comment", "Comments"]),
];

const A_DAY: &str = "write days as 2023-03-06 or 06/03/2023";

/// Words at the end of a name that say what kind of body it is, and not which.
const LEGAL: [&str; 11] = [
    "ltd",
    "limited",
    "cic",
    "plc",
    "llp",
    "cio",
    "co",
    "company",
    "inc",
    "uk",
    "community interest company",
];

/// How alike two names must be for one to be taken for the other, from 0 to 1.
const ALIKE: f64 = 0.93;

/// Reads which providers sent their records.
pub(crate) fn returns(
    folder: &Path,
    section: &study_file::Table,
    directory: &Directory,
    issues: &mut Vec<Issue>,
) -> Read<Vec<ProviderReturn>> {
    section.profile_of(&[])?;
    let first = issues.len();
    let reader = Reader::open(&section.table_file(folder, false), COLUMNS, issues)?;
    if reader.place("returned").is_none() && reader.place("date").is_none() {
        let hint =
            "add a column `returned` with yes or no, or `date` with the day each return came";
        let message = "has neither a column that says whether a return came nor one that says when";
        return Err(Issue::new(
            &section.file,
            Severity::FileUnusable,
            message,
            hint,
        ));
    }
    let names = Names::of(directory);
    let mut found: Vec<ProviderReturn> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut providers: BTreeMap<u64, String> = BTreeMap::new();
    let counts = reader.each(issues, |row| {
        let name = row.needed("provider")?;
        providers.insert(row.number(), name.clone());
        let service = service(row, directory)?;
        if !seen.insert((folded(&name), service)) {
            row.reject(
                "provider",
                &format!("stands in an earlier row too{}", row.quoted(&name)),
                "keep one row for each return that was asked for",
            );
            return None;
        }
        let organisation = match service.and_then(|id| directory.services.get(id)) {
            Some(service) => Some(service.organisation),
            None => names.find(row, &name),
        };
        let (came, date) = came(row)?;
        found.push(ProviderReturn {
            provider: name,
            organisation,
            service,
            came,
            date,
        });
        Some(())
    });
    for issue in issues.iter_mut().skip(first) {
        issue.provider = issue.row.and_then(|row| providers.get(&row).cloned());
    }
    summarise(&found, directory, &section.file, issues);
    Ok((found, counts))
}

/// Finds the service that a row asks about, or rejects the row. Nothing inside where it asks about the whole provider.
#[expect(
    clippy::option_option,
    reason = "nothing outside: the row is rejected; nothing inside: the cell is empty"
)]
fn service(row: &mut Row<'_>, directory: &Directory) -> Option<Option<ServiceId>> {
    let Some(key) = words::known(row, "service_id") else {
        return Some(None);
    };
    let found = directory.by_key.get(&key).copied();
    if found.is_none() {
        row.reject(
            "service_id",
            &format!("is of no service that was read{}", row.quoted(&key)),
            "look for the service's own row, or leave the cell empty",
        );
        return None;
    }
    Some(found)
}

/// Says whether the return came and when. A day in the column of yes and no is a yes.
fn came(row: &mut Row<'_>) -> Option<(bool, Option<Date>)> {
    let date = row.maybe_as("date", text::date, A_DAY);
    let Some(written) = words::known(row, "returned") else {
        // A day that cannot be read is a day all the same.
        let some_day = words::known(row, "date").is_some();
        if !some_day {
            row.mend(
                "returned",
                "does not say whether the return came, and was taken as not come",
                "write yes or no, or the day it came",
            );
        }
        return Some((some_day, date));
    };
    let Some(came) = text::yes_or_no(&written) else {
        let hint = "write yes or no, or the day it came";
        // A day that could be two is a day all the same.
        if matches!(text::date(&written), Reading::Unreadable) {
            row.needed_as("returned", text::date, hint)?;
        }
        return Some((true, row.maybe_as("returned", text::date, hint)));
    };
    if !came && date.is_some() {
        row.mend(
            "date",
            "is the day of a return that did not come, and was left empty",
            "correct one of the two",
        );
        return Some((false, None));
    }
    Some((came, date))
}

/// The organisations of the directory by their name as it is compared.
struct Names<'a> {
    directory: &'a Directory,
    whole: BTreeMap<String, Vec<OrganisationId>>,
    bare: BTreeMap<String, Vec<OrganisationId>>,
}

impl<'a> Names<'a> {
    fn of(directory: &'a Directory) -> Self {
        let mut names = Self {
            directory,
            whole: BTreeMap::new(),
            bare: BTreeMap::new(),
        };
        for (id, organisation) in directory.organisations.iter() {
            let name = folded(&organisation.name);
            names.bare.entry(bare(&name)).or_default().push(id);
            names.whole.entry(name).or_default().push(id);
        }
        names
    }

    /// Finds the organisation that a name stands for. A guess is said; between two nothing is decided.
    fn find(&self, row: &mut Row<'_>, name: &str) -> Option<OrganisationId> {
        let name = folded(name);
        if let Some([one]) = self.whole.get(&name).map(Vec::as_slice) {
            return Some(*one);
        }
        let alike: Vec<OrganisationId> = match self
            .whole
            .get(&name)
            .or_else(|| self.bare.get(&bare(&name)))
        {
            Some(found) => found.clone(),
            None => self.alike(&bare(&name)),
        };
        let named = |id: &OrganisationId| format!("\"{}\"", self.directory.organisations[*id].name);
        let written = row.text("provider").unwrap_or_default().to_owned();
        match alike.as_slice() {
            [] => None,
            [one] => {
                let message = format!(
                    "was taken for {} of the directory{}",
                    named(one),
                    row.quoted(&written)
                );
                row.mend(
                    "provider",
                    &message,
                    "write the name as the directory has it",
                );
                Some(*one)
            }
            several => {
                let several: Vec<String> = several.iter().take(5).map(named).collect();
                let message = format!(
                    "could be {} of the directory, and none was chosen{}",
                    several.join(" or "),
                    row.quoted(&written)
                );
                row.mend(
                    "provider",
                    &message,
                    "write the name as the directory has it",
                );
                None
            }
        }
    }

    fn alike(&self, name: &str) -> Vec<OrganisationId> {
        self.bare
            .iter()
            .filter(|(other, _)| strsim::jaro_winkler(name, other) >= ALIKE)
            .flat_map(|(_, ids)| ids.iter().copied())
            .collect()
    }
}

/// Takes `the` and the legal form off a folded name; a name that is nothing else stays.
fn bare(name: &str) -> String {
    let mut words = name.strip_prefix("the ").unwrap_or(name);
    while let Some(shorter) = LEGAL
        .iter()
        .find_map(|form| words.strip_suffix(form)?.strip_suffix(' '))
    {
        words = shorter;
    }
    words.to_owned()
}

/// Says how many returns did not come, who is in no directory and who was not asked.
fn summarise(found: &[ProviderReturn], directory: &Directory, file: &str, issues: &mut Vec<Issue>) {
    let mut note = |message: String, hint: &str| {
        issues.push(Issue::new(file, Severity::Note, message, hint));
    };
    let what = if found.iter().any(|row| row.service.is_some()) {
        "services"
    } else {
        "providers"
    };
    let missing = found.iter().filter(|row| !row.came).count();
    if missing > 0 {
        note(
            format!("no return from {missing} of {} {what}", found.len()),
            "what they would have said is unknown, not nought: ask them again",
        );
    }
    let strangers = found
        .iter()
        .filter(|row| row.organisation.is_none())
        .count();
    if strangers > 0 {
        note(
            format!("{strangers} rows name a provider that is not found in the directory"),
            "their services are not on the map; add them to the directory, or write the name as it has it",
        );
    }
    let asked: BTreeSet<OrganisationId> = found.iter().filter_map(|row| row.organisation).collect();
    let others: Vec<&str> = directory
        .organisations
        .iter()
        .filter(|(id, _)| !asked.contains(id))
        .map(|(_, organisation)| organisation.name.as_str())
        .collect();
    if !others.is_empty() {
        let shown: Vec<String> = others
            .iter()
            .take(20)
            .map(|name| format!("\"{}\"", name.chars().take(60).collect::<String>()))
            .collect();
        let more = match others.len().saturating_sub(shown.len()) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        note(
            format!(
                "{} of {} organisations of the directory are not in this list: {}{more}",
                others.len(),
                directory.organisations.len(),
                shown.join(", ")
            ),
            "whether they were asked is unknown",
        );
    }
}
