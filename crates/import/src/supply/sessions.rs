//! Reads the weekly sessions of services: which days, when, and how many places.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::id::ServiceId;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Session;
use jiff::civil::{Date, Time, Weekday};

use crate::background::Read;
use crate::directory::words;
use crate::directory::{Directory, PLACES};
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text;

pub(crate) const COLUMNS: &[Column] = &[
    required("service_id").or(&[
        "Ref",
        "Reference",
        "Service ref",
        "Service reference",
        "Service code",
    ]),
    required("weekday").or(&[
        "Day",
        "Days",
        "Day of week",
        "Session day",
        "Days of operation",
    ]),
    optional("start").or(&["Start time", "Session start", "From time"]),
    optional("end").or(&[
        "End time",
        "Session end",
        "Finish time",
        "Finish",
        "To time",
    ]),
    optional("places").or(&["Capacity", "Number of places", "Session capacity"]),
    optional("wheelchair_places").or(&["Wheelchair spaces", "Wheelchair capacity"]),
    optional("from")
        .or(&["From date", "Start date", "First day"])
        .of_days(),
    optional("to")
        .or(&["To date", "End date", "Last day"])
        .of_days(),
];

/// The sessions read so far, and those seen already.
#[derive(Default)]
struct Sessions {
    by_service: BTreeMap<ServiceId, Vec<Session>>,
    seen: BTreeSet<(ServiceId, i8, Time, Option<Time>)>,
}

/// Reads the weekly sessions into the services of the directory. Those that do not run on `day` are set aside.
pub(crate) fn sessions(
    folder: &Path,
    section: &study_file::Table,
    directory: &mut Directory,
    day: Date,
    issues: &mut Vec<Issue>,
) -> Read<()> {
    section.profile_of(&[])?;
    let first = issues.len();
    let reader = Reader::open(&section.table_file(folder, false), COLUMNS, issues)?;
    let mut read = Sessions::default();
    let mut operators: BTreeMap<u64, String> = BTreeMap::new();
    let aside = Cell::new(0);
    let mut counts = reader.each(issues, |row| {
        let service = service(row, directory)?;
        if let Some(operator) = directory.operator(service) {
            operators.insert(row.number(), operator.to_owned());
        }
        let found = of_row(row)?;
        if !running(row, day)? {
            aside.set(aside.get() + 1);
            return Some(());
        }
        read.add(row, service, found)
    });
    counts.set_aside += aside.get();
    for issue in issues.iter_mut().skip(first) {
        issue.provider = issue.row.and_then(|row| operators.get(&row).cloned());
    }
    if aside.get() > 0 {
        let message = format!(
            "{} sessions do not run on the day that the study describes and were set aside",
            aside.get()
        );
        issues.push(Issue::new(
            &section.file,
            Severity::Note,
            message,
            "that is no fault",
        ));
    }
    read.store(directory, &section.file, issues);
    Ok(((), counts))
}

fn service(row: &mut Row<'_>, directory: &Directory) -> Option<ServiceId> {
    let key = row.needed("service_id")?;
    let found = directory.by_key.get(&key).copied();
    if found.is_none() {
        row.reject(
            "service_id",
            &format!("is of no service that was read{}", row.quoted(&key)),
            "look for the service's own row: it is missing or was rejected",
        );
    }
    found
}

/// Reads a row's sessions, one for each of its days, or rejects it.
fn of_row(row: &mut Row<'_>) -> Option<Vec<Session>> {
    let days = row.needed_as("weekday", words::days, words::DAYS)?;
    let places = row.strict_as("places", text::count, PLACES)?;
    let mut wheelchair_places = row.strict_as("wheelchair_places", text::count, PLACES)?;
    if places
        .zip(wheelchair_places)
        .is_some_and(|(all, of_these)| of_these > all)
    {
        row.mend(
            "wheelchair_places",
            "are more than all places and were left empty",
            "wheelchair places are some of the places",
        );
        wheelchair_places = None;
    }
    let (start, end) = words::times(row);
    let session = |day: Weekday| Session {
        weekday: day.to_monday_zero_offset(),
        start,
        end,
        places,
        wheelchair_places,
    };
    Some(days.into_iter().map(session).collect())
}

/// Says whether the row's sessions run on a day; rejects the row where its dates are the wrong way round.
fn running(row: &mut Row<'_>, day: Date) -> Option<bool> {
    let (from, to) = row.days_between("from", "to", "is before `from`")?;
    Some(from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to))
}

impl Sessions {
    fn add(&mut self, row: &mut Row<'_>, service: ServiceId, found: Vec<Session>) -> Option<()> {
        let all = found.len();
        let new: Vec<Session> = found
            .into_iter()
            .filter(|session| {
                // Without a start two rows may well be a morning and an afternoon.
                session.start.is_none_or(|start| {
                    self.seen
                        .insert((service, session.weekday, start, session.end))
                })
            })
            .collect();
        if new.is_empty() {
            row.reject(
                "weekday",
                "stands in an earlier row too: same service, day, start and end",
                "keep one row a weekly session",
            );
            return None;
        }
        if new.len() < all {
            row.mend(
                "weekday",
                "has days that stand in an earlier row too, which were left out",
                "keep one row a weekly session",
            );
        }
        self.by_service.entry(service).or_default().extend(new);
        Some(())
    }

    /// Hands the sessions to their services. They take the place of days in the directory.
    fn store(self, directory: &mut Directory, file: &str, issues: &mut Vec<Issue>) {
        let mut replaced = 0;
        for (id, mut sessions) in self.by_service {
            words::sort(&mut sessions);
            if let Some(service) = directory.services.get_mut(id) {
                replaced += usize::from(!service.sessions.is_empty());
                service.sessions = sessions;
            }
        }
        if replaced > 0 {
            let message = format!(
                "{replaced} services have sessions here and days in the directory; those here are used"
            );
            issues.push(Issue::new(
                file,
                Severity::Note,
                message,
                "keep them in one place",
            ));
        }
        let services = directory.services.rows();
        let without = services
            .iter()
            .filter(|service| service.sessions.is_empty())
            .count();
        if without > 0 {
            let message = format!("{without} of {} services have no session", services.len());
            let hint = "that is no fault; when they are open is unknown, and nothing is supposed";
            issues.push(Issue::new(file, Severity::Note, message, hint));
        }
    }
}
