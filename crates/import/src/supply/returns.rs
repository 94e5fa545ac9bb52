//! Reads which providers sent their records. Those who did not are rows too: what they would have said is missing, not nought.
//!
//! A list says it in one column (yes and no, ticks, the day) or in a column for each month, of which the study's own decides.

mod marks;
mod months;
mod way;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::id::{OrganisationId, ServiceId};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::ProviderReturn;
use jiff::civil::Date;

use crate::background::Read;
use crate::directory::Directory;
use crate::directory::names::bare;
use crate::directory::words::{self, folded};
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
pub(crate) use marks::{is_mark, is_x};
pub(crate) use months::months;
use way::{Sent, Way, in_months};

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

/// How alike two names must be for one to be taken for the other, from 0 to 1.
const ALIKE: f64 = 0.93;

/// Reads which providers sent their records, for a study of `day`.
pub(crate) fn returns(
    folder: &Path,
    section: &study_file::Returns,
    directory: &Directory,
    day: Date,
    issues: &mut Vec<Issue>,
) -> Read<Vec<ProviderReturn>> {
    let first = issues.len();
    let mut taking = Taking {
        directory,
        names: Names::of(directory),
        found: Vec::new(),
        seen: BTreeSet::new(),
        rows: BTreeMap::new(),
        providers: BTreeMap::new(),
        by_month: Vec::new(),
        asked: BTreeSet::new(),
        unticked: Cell::new(0),
    };
    let mut way = Way::of(folder, section, day)?;
    let reader = Reader::open(&way.table, COLUMNS, issues)?;
    issues.append(&mut way.said);
    let counts = reader.each(issues, |row| taking.take(row, &way));
    for issue in issues.iter_mut().skip(first) {
        issue.provider = issue
            .row
            .and_then(|row| taking.providers.get(&row).cloned());
    }
    let unticked = taking.unticked.get();
    say_how(&way, unticked, &taking.by_month, &section.file, issues);
    summarise(
        &taking.found,
        &taking.asked,
        directory,
        &section.file,
        issues,
    );
    Ok((taking.found, counts))
}

/// By what two rows can be of one provider though they name it otherwise.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    /// The name without its legal form.
    Called(String),
    /// The organisation it was taken for.
    Is(OrganisationId),
}

struct Taking<'a> {
    directory: &'a Directory,
    names: Names<'a>,
    found: Vec<ProviderReturn>,
    seen: BTreeSet<(String, Option<ServiceId>)>,
    /// The first row of each provider and service that were asked about.
    rows: BTreeMap<(Who, Option<ServiceId>), u64>,
    providers: BTreeMap<u64, String>,
    /// For which months each provider sent its return.
    by_month: Vec<(String, Sent)>,
    /// Who has a row, though what it says may be unreadable.
    asked: BTreeSet<OrganisationId>,
    /// Rows without a tick in a list of ticks alone.
    unticked: Cell<u64>,
}

impl Taking<'_> {
    fn take(&mut self, row: &mut Row<'_>, way: &Way<'_>) -> Option<()> {
        let name = row.needed("provider")?;
        self.providers.insert(row.number(), name.clone());
        let service = service(row, self.directory)?;
        if !self.seen.insert((folded(&name), service)) {
            row.reject(
                "provider",
                &format!("stands in an earlier row too{}", row.quoted(&name)),
                "keep one row for each return that was asked for",
            );
            return None;
        }
        let organisation = match service.and_then(|id| self.directory.services.get(id)) {
            Some(service) => Some(service.organisation),
            None => self.names.find(row, &name),
        };
        // Whoever has a row was asked, though what the row says cannot be read.
        self.asked.extend(organisation);
        let (came, date) = way.came(row, &self.unticked)?;
        self.by_month.push((name.clone(), way.sent(row)));
        self.note_twin(row, &name, organisation, service);
        self.found.push(ProviderReturn {
            provider: name,
            organisation,
            service,
            came,
            date,
        });
        Some(())
    }

    /// Notes that a row seems to be of the same provider as an earlier one that names it otherwise. Both are kept.
    fn note_twin(
        &mut self,
        row: &mut Row<'_>,
        name: &str,
        organisation: Option<OrganisationId>,
        service: Option<ServiceId>,
    ) {
        let called = Some(Who::Called(bare(name)));
        let mut earlier: Option<u64> = None;
        for who in called.into_iter().chain(organisation.map(Who::Is)) {
            let first = *self.rows.entry((who, service)).or_insert(row.number());
            if first != row.number() {
                earlier = Some(earlier.map_or(first, |known| known.min(first)));
            }
        }
        if let Some(earlier) = earlier {
            let message = format!(
                "seems to be the provider of row {earlier} by another name; both rows count{}",
                row.quoted(name)
            );
            row.remark(
                "provider",
                &message,
                "keep one row for each return that was asked for",
            );
        }
    }
}

/// Says how many rows have no tick in a list of ticks, and who sent returns for which months.
fn say_how(
    way: &Way<'_>,
    unticked: u64,
    by_month: &[(String, Sent)],
    file: &str,
    issues: &mut Vec<Issue>,
) {
    let mut note = |message: String, hint: &str| {
        issues.push(Issue::new(file, Severity::Note, message, hint));
    };
    if unticked > 0 {
        note(
            format!(
                "says which returns came with ticks alone, so {unticked} rows without one were read as not come"
            ),
            "write no where a return did not come, so that a tick that was forgotten can be told from it",
        );
    }
    if !way.months.is_empty() {
        note(
            in_months(by_month),
            "a provider counts as having sent its return where it did for the month that was chosen",
        );
    }
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

/// The organisations of the directory by their name as it is compared.
struct Names<'a> {
    directory: &'a Directory,
    written: BTreeMap<&'a str, Vec<OrganisationId>>,
    whole: BTreeMap<String, Vec<OrganisationId>>,
    bare: BTreeMap<String, Vec<OrganisationId>>,
}

impl<'a> Names<'a> {
    fn of(directory: &'a Directory) -> Self {
        let mut names = Self {
            directory,
            written: BTreeMap::new(),
            whole: BTreeMap::new(),
            bare: BTreeMap::new(),
        };
        for (id, organisation) in directory.organisations.iter() {
            let written = names.written.entry(organisation.name.as_str());
            written.or_default().push(id);
            let name = folded(&organisation.name);
            names.bare.entry(bare(&name)).or_default().push(id);
            names.whole.entry(name).or_default().push(id);
        }
        names
    }

    /// Finds the organisation that a name stands for. The same spelling comes first. A guess is said; between two nothing is decided.
    fn find(&self, row: &mut Row<'_>, name: &str) -> Option<OrganisationId> {
        if let Some([one]) = self.written.get(name).map(Vec::as_slice) {
            return Some(*one);
        }
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

/// Says how many returns did not come, who is in no directory and who was not asked.
fn summarise(
    found: &[ProviderReturn],
    asked: &BTreeSet<OrganisationId>,
    directory: &Directory,
    file: &str,
    issues: &mut Vec<Issue>,
) {
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
