//! Reads what people attend: one row a weekly session, a list of days, or hours a week.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

use catchment_core::id::{RowId, ServiceId, UserId};
use catchment_core::issue::{Issue, Severity};
use catchment_core::person::Attendance;
use catchment_core::place::DeliveryMode;
use jiff::civil::{Date, Time, Weekday};

use super::{CLIENT_LEVEL_DATA, People, client_level};
use crate::directory::words::{self, Days};
use crate::directory::{Directory, HOURS_A_WEEK, hours_a_week};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text;

const COLUMNS: &[Column] = &[
    required("user_id").or(&[
        "Person ID",
        "Client ID",
        "Service user ID",
        "Person reference",
        "Client reference",
        "Pseudonym",
        "LA Person Unique Identifier",
    ]),
    required("service_id").or(&["Service ref", "Service reference", "Service code"]),
    optional("from").or(&["From date", "Start date", "Service start date"]),
    optional("to").or(&["To date", "End date", "Service end date"]),
    optional("weekday").or(&[
        "Day",
        "Days",
        "Day of week",
        "Days attended",
        "Attendance days",
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
    optional("mode_there").or(&["Transport there", "Travel there", "Mode to"]),
    optional("mode_back").or(&["Transport back", "Travel back", "Mode from"]),
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
    let mut counts = reader.each(issues, |row| {
        let key = row.needed("user_id")?;
        if people.gone.contains(&key) {
            aside.set(aside.get() + 1);
            return Some(());
        }
        let user = user(row, &key, people)?;
        let service = service(row, directory)?;
        let attendance = attendance(row, user, service, people)?;
        let days = days(row);
        read.add(row, &attendance, &days)
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

fn service(row: &mut Row<'_>, directory: &Directory) -> Option<ServiceId> {
    let key = row.needed("service_id")?;
    let found = directory.by_key.get(&key).copied();
    if found.is_none() {
        row.reject(
            "service_id",
            "is of no service that was read",
            "look for the service's own row: it is missing or was rejected",
        );
    }
    found
}

/// Reads the first and the last day, or rejects the row where they cannot be: the wrong way round, or before the person's birth.
pub(super) fn dates(
    row: &mut Row<'_>,
    user: UserId,
    people: &People,
) -> Option<(Option<Date>, Option<Date>)> {
    let a_day = "write days as 2023-03-06 or 06/03/2023";
    let from = row.strict_as("from", text::date, a_day)?;
    let mut to = row.strict_as("to", text::date, a_day)?;
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        row.reject("to", "is before `from`", "correct one of the two");
        return None;
    }
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
    let hours = |text: &str| text::number(text).filter(|hours| (0.0..=24.0).contains(hours));
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
        hours_per_week: row.maybe_as("hours_per_week", hours_a_week, HOURS_A_WEEK),
        delivery: words::delivery_in(row, "delivery")?.unwrap_or(DeliveryMode::Building),
        mode_there: row.text("mode_there").map(str::to_owned),
        mode_back: row.text("mode_back").map(str::to_owned),
    })
}

/// Reads the days of a row; none where it names none, or none that can be read.
fn days(row: &mut Row<'_>) -> Vec<Weekday> {
    match words::days(row, "weekday") {
        Days::None => Vec::new(),
        Days::On(days) => days
            .into_iter()
            .filter_map(|day| Weekday::from_monday_zero_offset(day).ok())
            .collect(),
        Days::Unread(why) => {
            row.mend("weekday", &format!("{why}; it was left empty"), words::DAYS);
            Vec::new()
        }
    }
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
