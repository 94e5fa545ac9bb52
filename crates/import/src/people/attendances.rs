//! Reads what people attend: one row a weekly session, a list of days, or hours a week.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::id::{RowId, ServiceId, UserId};
use catchment_core::issue::{Issue, Severity};
use catchment_core::person::Attendance;
use catchment_core::place::DeliveryMode;
use jiff::civil::{Date, Time, Weekday};

use super::nearest::Nearest;
use super::{CLIENT_LEVEL_DATA, People, client_level};
use crate::directory::words;
use crate::directory::{Directory, HOURS_A_WEEK};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text;

pub(crate) const COLUMNS: &[Column] = &[
    required("user_id").or(super::REFERENCES),
    required("service_id").or(&[
        "Service ref",
        "Service reference",
        "Service code",
        "Service attended",
        "Day service attended",
        "Service",
        "Service name",
        "Name of service",
        "Day service",
        "Centre attended",
        "Day centre attended",
        "Venue attended",
        "Activity attended",
        "Day centre",
        "Centre",
        "Centre name",
        "Venue",
        "Venue name",
    ]),
    optional("from")
        .or(&[
            "From date",
            "Date from",
            "Start date",
            "Date started",
            "Started",
            "Service start date",
            "Attending from",
            "Attends from",
            "Commencement date",
        ])
        .of_days(),
    optional("to")
        .or(&[
            "To date",
            "Date to",
            "End date",
            "Date ended",
            "Ended",
            "Service end date",
            "Attending to",
            "Attending until",
            "Leaving date",
            "Date left",
        ])
        .of_days(),
    optional("weekday").or(&[
        "Day",
        "Days",
        "Day of week",
        "Days of week",
        "Day of the week",
        "Days of the week",
        "Days attended",
        "Day attended",
        "Days attending",
        "Attendance days",
        "Weekdays",
        "Session days",
    ]),
    optional("start").or(&["Start time", "Session start", "From time"]),
    optional("end").or(&["End time", "Session end", "To time", "Finish time"]),
    optional("hours").or(&["Hours per session", "Hours a session", "Session hours"]),
    optional("hours_per_week").or(&[
        "Hours a week",
        "Weekly hours",
        "Hrs per week",
        "Hours per wk",
    ]),
    optional("delivery").or(&["Delivery mode", "Mode of delivery"]),
    optional("mode_there").or(&[
        "Transport there",
        "Travel there",
        "Mode to",
        "Transport to",
        "Transport in",
        "Outward transport",
        "Mode of transport",
        "Transport mode",
        "Transport type",
        "Mode of travel",
        "Travel mode",
        "Transport",
        "Travels by",
    ]),
    optional("mode_back").or(&[
        "Transport back",
        "Travel back",
        "Mode from",
        "Transport from",
        "Transport home",
        "Return transport",
    ]),
];

/// What makes two attendances the same one. Without a day of the week two rows may well be two sessions, unless they are alike in
/// their hours a week too.
type Same = (
    UserId,
    ServiceId,
    Option<Date>,
    Option<Date>,
    Option<i8>,
    Option<Time>,
    Option<u64>,
);

/// The attendances read so far, and those seen already.
#[derive(Default)]
pub(super) struct Attendances {
    all: Vec<Attendance>,
    seen: BTreeSet<Same>,
}

/// Reads the table of attendances.
pub(crate) fn attendances(
    folder: &Path,
    section: &study_file::Table,
    people: &People,
    directory: &Directory,
    issues: &mut Vec<Issue>,
) -> Result<(Vec<Attendance>, FileCounts), Issue> {
    if section.profile_of(&[CLIENT_LEVEL_DATA])?.is_some() {
        return client_level::attendances(folder, section, people, directory, issues);
    }
    let reader = Reader::open(&section.table_file(folder, true), COLUMNS, issues)?;
    let mut read = Attendances::default();
    let aside = Cell::new(0);
    let known = Known::of(people, directory);
    let mut counts = reader.each(issues, |row| {
        let key = row.needed("user_id")?;
        if people.gone.contains(&key) {
            aside.set(aside.get() + 1);
            return Some(());
        }
        let user = match known.without_zeros(&key, people) {
            Some(user) => {
                row.mend(
                    "user_id",
                    "differs from the person's own row by zeros at its beginning, which spreadsheets drop; taken as the same",
                    "keep references as text",
                );
                user
            }
            None => user(row, &key, people)?,
        };
        let service = service(row, directory, &known)?;
        let attendance = attendance(row, user, service, people)?;
        let days = row.maybe_as("weekday", words::days, words::DAYS);
        read.add(row, &attendance, &days.unwrap_or_default())
    });
    counts.set_aside += aside.get();
    set_aside(aside.get(), &section.file, issues);
    Ok((read.into_all(), counts))
}

/// Says how many rows are of people who are not in the study on purpose.
pub(super) fn set_aside(rows: u64, file: &str, issues: &mut Vec<Issue>) {
    if rows > 0 {
        let message =
            format!("{rows} rows are of people who were set aside, and were set aside with them");
        issues.push(Issue::new(
            file,
            Severity::Note,
            message,
            "that is no fault",
        ));
    }
}

/// Finds the person of a row, or rejects it.
pub(super) fn user(row: &mut Row<'_>, key: &str, people: &People) -> Option<UserId> {
    let found = people.by_key.get(key).copied();
    if found.is_none() {
        row.reject(
            "user_id",
            "is of no person that was read",
            "look for the person's own row: it is missing or was rejected",
        );
    }
    found
}

/// Services and people by other spellings of their references.
struct Known {
    /// Services by reference or name, in small letters and without punctuation; of a name that two services have, none.
    services: BTreeMap<String, Option<ServiceId>>,
    /// The one service at a place, by the place's name; of a place with two services, or a name of two places, none.
    places: BTreeMap<String, Option<ServiceId>>,
    /// What a name that no service has was probably meant to be.
    nearest: Nearest,
    /// People by their reference without zeros at its beginning; of one that two people have, nobody.
    people: BTreeMap<String, Option<UserId>>,
}

impl Known {
    fn of(people: &People, directory: &Directory) -> Self {
        let mut known = Self {
            services: BTreeMap::new(),
            places: BTreeMap::new(),
            nearest: Nearest::of_services(directory),
            people: BTreeMap::new(),
        };
        let service = |all: &mut BTreeMap<_, _>, spelling: &str, id: ServiceId| {
            let found = all.entry(words::folded(spelling)).or_insert(Some(id));
            *found = found.filter(|other| *other == id);
        };
        for (id, each) in directory.services.iter() {
            service(&mut known.services, &each.key, id);
            service(&mut known.services, &each.name, id);
            if let Some(site) = each.site.and_then(|site| directory.sites.get(site)) {
                service(&mut known.places, &site.name, id);
            }
        }
        for (key, id) in &people.by_key {
            let same = known
                .people
                .entry(bare(key).to_owned())
                .or_insert(Some(*id));
            *same = same.filter(|other| other == id);
        }
        known
    }

    /// Finds the person whose reference differs by zeros at its beginning only.
    fn without_zeros(&self, key: &str, people: &People) -> Option<UserId> {
        if people.by_key.contains_key(key) {
            return None;
        }
        self.people.get(bare(key)).copied().flatten()
    }
}

/// Takes the zeros from the beginning of a number.
fn bare(key: &str) -> &str {
    if key.bytes().all(|letter| letter.is_ascii_digit()) {
        key.trim_start_matches('0')
    } else {
        key
    }
}

/// Finds the service of a row by its reference or, in any capitals, by its name or that of its place, or rejects the row.
fn service(row: &mut Row<'_>, directory: &Directory, known: &Known) -> Option<ServiceId> {
    let key = row.needed("service_id")?;
    let spelt = words::folded(&key);
    let by_name = || known.services.get(&spelt).copied();
    let found = directory
        .by_key
        .get(&key)
        .copied()
        .map(Some)
        .or_else(by_name);
    match (found, known.places.get(&spelt)) {
        (Some(Some(service)), _) => return Some(service),
        (None, Some(Some(service))) => {
            row.mend(
                "service_id",
                "is the name of a place, and was taken for the one service there",
                "write the service's id or its name",
            );
            return Some(*service);
        }
        (Some(None), _) => row.reject(
            "service_id",
            "is the name of more than one service",
            "write the service's id",
        ),
        (None, Some(None)) => row.reject(
            "service_id",
            "is the name of a place with more than one service",
            "write the service's id or its name",
        ),
        (None, None) => row.reject(
            "service_id",
            &known
                .nearest
                .to_unknown("names no service in the list", &key),
            "look for the service's own row: it is missing, was rejected or is spelt otherwise",
        ),
    }
    None
}

/// Reads the first and the last day, or rejects the row where they cannot be: the wrong way round, or before the person's birth.
pub(super) fn dates(
    row: &mut Row<'_>,
    user: UserId,
    people: &People,
) -> Option<(Option<Date>, Option<Date>)> {
    let (from, mut to) = row.days_between("from", "to", "is before `from`")?;
    let life = people.lives.get(user.row()).copied().unwrap_or_default();
    for (field, day) in [("from", from), ("to", to)] {
        if day.is_some_and(|day| life.begins_after(day)) {
            row.reject(
                field,
                "is before the person's birth",
                "correct it, or the person's date of birth",
            );
            return None;
        }
    }
    if from.is_some_and(|from| life.ended_before(from)) {
        row.reject(
            "from",
            "is after the person's death",
            "correct it, or the person's date of death",
        );
        return None;
    }
    if let Some(death) = life.cuts(to) {
        row.mend(
            "to",
            "is after the person's death, and was moved to it",
            "end the attendance on the day of death",
        );
        to = Some(death);
    }
    Some((from, to))
}

fn attendance(
    row: &mut Row<'_>,
    user: UserId,
    service: ServiceId,
    people: &People,
) -> Option<Attendance> {
    let (from, to) = dates(row, user, people)?;
    let hours = |text: &str| text::hours(text).filter(|hours| *hours <= 24.0);
    let (start, end) = words::times(row);
    Some(Attendance {
        user,
        service,
        from,
        to,
        weekday: None,
        start,
        end,
        hours: row.maybe_as("hours", hours, "hours of one session, from 0 to 24"),
        hours_per_week: row.maybe_as("hours_per_week", text::hours, HOURS_A_WEEK),
        delivery: row
            .strict_as("delivery", words::delivery, words::DELIVERY)?
            .unwrap_or(DeliveryMode::Building),
        mode_there: words::known(row, "mode_there"),
        mode_back: words::known(row, "mode_back"),
    })
}

impl Attendances {
    /// Adds an attendance once for each of its days, or rejects the row where all of them stand in an earlier row.
    pub(super) fn add(
        &mut self,
        row: &mut Row<'_>,
        attendance: &Attendance,
        days: &[Weekday],
    ) -> Option<()> {
        let on = |weekday: Option<Weekday>| Attendance {
            weekday,
            ..attendance.clone()
        };
        let mut wanted: Vec<Attendance> = days.iter().map(|day| on(Some(*day))).collect();
        if wanted.is_empty() {
            wanted.push(on(None));
        }
        let all = wanted.len();
        wanted.retain(|one| self.is_new(one));
        let field = if row.text("weekday").is_some() {
            "weekday"
        } else {
            "user_id"
        };
        if wanted.is_empty() {
            row.reject(
                field,
                "stands in an earlier row too: same person, service, dates, day and start",
                "keep one row a weekly session",
            );
            return None;
        }
        if wanted.len() < all {
            row.mend(
                field,
                "has days that stand in an earlier row too, which were left out",
                "keep one row a weekly session",
            );
        }
        self.all.extend(wanted);
        Some(())
    }

    fn is_new(&mut self, one: &Attendance) -> bool {
        if one.weekday.is_none() && one.hours_per_week.is_none() {
            return true;
        }
        self.seen.insert((
            one.user,
            one.service,
            one.from,
            one.to,
            one.weekday.map(Weekday::to_monday_zero_offset),
            one.start,
            one.hours_per_week.map(f64::to_bits),
        ))
    }

    /// Returns all that were read.
    pub(super) fn into_all(self) -> Vec<Attendance> {
        self.all
    }
}
