//! Reads people who use services and what they attend.
//!
//! No message from here holds what stands in a cell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::id::{ServiceId, Table, UserId};
use catchment_core::issue::Issue;
use catchment_core::person::{Attendance, ServiceUser};
use catchment_core::place::DeliveryMode;
use jiff::civil::Weekday;

use crate::places::{Located, Places, locate};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text;

const USER_COLUMNS: &[Column] = &[
    required("user_id"),
    optional("postcode"),
    optional("easting"),
    optional("northing"),
    optional("age_band"),
    optional("support_group"),
    optional("funding_route"),
    optional("walking_speed"),
];

const ATTENDANCE_COLUMNS: &[Column] = &[
    required("user_id"),
    required("service_id"),
    optional("from"),
    optional("to"),
    optional("weekday"),
    optional("start"),
    optional("end"),
    optional("hours"),
    optional("delivery"),
    optional("mode_there"),
    optional("mode_back"),
];

/// The people of a study, and the row each stands in.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) users: Table<UserId, ServiceUser>,
    pub(crate) rows: Vec<u64>,
    pub(crate) file: String,
    by_key: BTreeMap<String, UserId>,
    spellings: BTreeMap<String, String>,
}

/// Reads the table of people.
pub(crate) fn users(
    folder: &Path,
    section: &study_file::Table,
    places: &Places,
    issues: &mut Vec<Issue>,
) -> Result<(People, FileCounts), Issue> {
    let reader = Reader::open(&section.table_file(folder, true), USER_COLUMNS, issues)?;
    let mut people = People {
        file: section.file.clone(),
        ..People::default()
    };
    let counts = reader.each(issues, |row| people.take(row, places));
    Ok((people, counts))
}

impl People {
    /// Puts people together again as their record has them.
    pub(crate) fn stored(users: Vec<ServiceUser>, rows: Vec<u64>, file: String) -> Self {
        let users = Table::new(users);
        let by_key = users
            .iter()
            .map(|(id, user): (UserId, &ServiceUser)| (user.key.clone(), id));
        Self {
            by_key: by_key.collect(),
            users,
            rows,
            file,
            spellings: BTreeMap::new(),
        }
    }

    /// Writes a group's name as it was first written, where another row has it in other capitals.
    fn spelling(&mut self, group: String) -> String {
        let known = self.spellings.entry(group.to_lowercase()).or_insert(group);
        known.clone()
    }

    fn take(&mut self, row: &mut Row<'_>, places: &Places) -> Option<()> {
        let key = row.needed("user_id")?;
        if self.by_key.contains_key(&key) {
            row.reject(
                "user_id",
                "stands in an earlier row too",
                "keep one row a person",
            );
            return None;
        }
        let Located {
            point: home, grade, ..
        } = locate(row, places)?;
        let speed = |text: &str| text::number(text).filter(|speed| (0.05..=3.0).contains(speed));
        let user = ServiceUser {
            home,
            grade,
            age_band: word(row, "age_band"),
            support_group: word(row, "support_group").map(|group| self.spelling(group)),
            funding_route: word(row, "funding_route"),
            walking_speed: row.maybe_as("walking_speed", speed, "metres a second, from 0.05 to 3"),
            key: key.clone(),
        };
        self.by_key.insert(key, self.users.push(user));
        self.rows.push(row.number());
        Some(())
    }
}

/// The longest word of a classification. A longer text is a note about somebody, not a group that people are counted in.
const LONGEST_WORD: usize = 60;

/// Reads a cell that names a group of people.
fn word(row: &mut Row<'_>, field: &'static str) -> Option<String> {
    let short = |text: &str| (text.chars().count() <= LONGEST_WORD).then(|| text.to_owned());
    row.maybe_as(
        field,
        short,
        "write the name of a group, of at most 60 letters",
    )
}

/// Reads the table of attendances.
pub(crate) fn attendances(
    folder: &Path,
    section: &study_file::Table,
    people: &People,
    services: &BTreeMap<String, ServiceId>,
    issues: &mut Vec<Issue>,
) -> Result<(Vec<Attendance>, FileCounts), Issue> {
    let reader = Reader::open(
        &section.table_file(folder, true),
        ATTENDANCE_COLUMNS,
        issues,
    )?;
    let mut attendances: Vec<Attendance> = Vec::new();
    let mut seen = BTreeSet::new();
    let counts = reader.each(issues, |row| {
        let attendance = attendance(row, people, services)?;
        let day = attendance.weekday.map(Weekday::to_monday_zero_offset);
        let same = (
            attendance.user,
            attendance.service,
            attendance.from,
            attendance.to,
            day,
            attendance.start,
        );
        // Without a day of the week two rows may well be two sessions.
        if day.is_some() && !seen.insert(same) {
            row.reject(
                "weekday",
                "stands in an earlier row too: same person, service, dates, day and start",
                "keep one row a weekly session",
            );
            return None;
        }
        attendances.push(attendance);
        Some(())
    });
    Ok((attendances, counts))
}

fn attendance(
    row: &mut Row<'_>,
    people: &People,
    services: &BTreeMap<String, ServiceId>,
) -> Option<Attendance> {
    let user = row.needed("user_id")?;
    let service = row.needed("service_id")?;
    let Some(user) = people.by_key.get(&user).copied() else {
        row.reject(
            "user_id",
            "is of no person that was read",
            "look for the person's own row: it is missing or was rejected",
        );
        return None;
    };
    let Some(service) = services.get(&service).copied() else {
        row.reject(
            "service_id",
            "is of no service that was read",
            "look for the service's own row: it is missing or was rejected",
        );
        return None;
    };
    let a_day = "write days as 2023-03-06 or 06/03/2023";
    let from = row.strict_as("from", text::date, a_day)?;
    let to = row.strict_as("to", text::date, a_day)?;
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        row.reject("to", "is before `from`", "correct one of the two");
        return None;
    }
    let hours = |text: &str| text::number(text).filter(|hours| (0.0..=24.0).contains(hours));
    Some(Attendance {
        user,
        service,
        from,
        to,
        weekday: row.maybe_as(
            "weekday",
            text::weekday,
            "write Mon, Tue, Wed, Thu, Fri, Sat or Sun",
        ),
        start: row.maybe_as("start", text::time, "write times as 09:30"),
        end: row.maybe_as("end", text::time, "write times as 15:30"),
        hours: row.maybe_as("hours", hours, "hours of one session, from 0 to 24"),
        hours_per_week: None,
        delivery: row
            .strict_as(
                "delivery",
                |text| text.parse().ok(),
                "one of building, community, outreach, home, online",
            )?
            .unwrap_or(DeliveryMode::Building),
        mode_there: row.text("mode_there").map(str::to_owned),
        mode_back: row.text("mode_back").map(str::to_owned),
    })
}
