//! Reads people who use services and what they attend.
//!
//! No message from here holds what stands in a cell.

mod attendances;
mod birth;
mod client_level;
mod nearest;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::id::{Table, UserId};
use catchment_core::issue::{Issue, Severity};
use catchment_core::person::ServiceUser;
use jiff::civil::Date;

pub(crate) use self::attendances::{COLUMNS as ATTENDANCE_COLUMNS, attendances};
use self::birth::Life;
pub(crate) use self::client_level::{
    EVENT_COLUMNS as CLIENT_LEVEL_EVENT_COLUMNS, PERSON_COLUMNS as CLIENT_LEVEL_PERSON_COLUMNS,
};
use crate::places::{Located, PLACE_COLUMNS, Places, locate};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text;

/// The ready profile of Adult Social Care Client Level Data.
const CLIENT_LEVEL_DATA: &str = "client_level_data";

/// Headers that hold a person's reference, the likeliest first, in tables of people and of attendances alike. A header such as
/// `Client` alone may stand over names, so it is not here.
const REFERENCES: &[&str] = &[
    "Person ID",
    "Person ref",
    "Person reference",
    "Person number",
    "Person no",
    "Client ID",
    "Client ref",
    "Client reference",
    "Client number",
    "Client no",
    "Service user ID",
    "Service user ref",
    "Service user reference",
    "Service user number",
    "Service user no",
    "SU ID",
    "SU ref",
    "User ref",
    "User reference",
    "Customer ID",
    "Customer ref",
    "Citizen ID",
    "Individual ID",
    "Pseudonym",
    "Pseudonym ID",
    "Pseudonym ref",
    "Pseudonym reference",
    "Pseudonymised ID",
    "Pseudonymised ref",
    "Pseudonymised reference",
    "Pseudo ID",
    "Pseudo ref",
    "Anonymised ID",
    "Anonymised ref",
    "Anon ID",
    "LA Person Unique Identifier",
];

pub(crate) const COLUMNS: &[Column] = &[
    required("user_id").or(REFERENCES),
    optional("age_band").or(&["Age group", "Age range"]),
    optional("date_of_birth")
        .or(&["DOB", "D.O.B.", "Birth date"])
        .of_days(),
    optional("date_of_death")
        .or(&["DOD", "Death date", "Deceased date"])
        .of_days(),
    optional("support_group").or(&[
        "Primary support reason",
        "PSR",
        "Client group",
        "Primary support group",
    ]),
    optional("funding_route").or(&["Funding", "Funding type", "Delivery mechanism"]),
    optional("walking_speed").or(&["Walking speed m/s"]),
];

/// The people of a study, and the row each stands in.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) users: Table<UserId, ServiceUser>,
    pub(crate) rows: Vec<u64>,
    pub(crate) file: String,
    by_key: BTreeMap<String, UserId>,
    /// The days of each person's birth and death, for checks of attendances. They are never stored.
    lives: Vec<Life>,
    /// The references of people who had died by the study's day, or who are carers.
    gone: BTreeSet<String>,
    spellings: BTreeMap<String, String>,
    /// Whether they come from a record that leaves something out.
    from_less: bool,
}

/// Reads the table of people, as they are on `day`.
pub(crate) fn users(
    folder: &Path,
    section: &study_file::Table,
    places: &Places,
    day: Date,
    issues: &mut Vec<Issue>,
) -> Result<(People, FileCounts), Issue> {
    if section.profile_of(&[CLIENT_LEVEL_DATA])?.is_some() {
        return client_level::users(folder, section, places, day, issues);
    }
    let columns = [COLUMNS, PLACE_COLUMNS].concat();
    let reader = Reader::open(&section.table_file(folder, true), &columns, issues)?;
    if reader.place("date_of_birth").is_some() {
        birth::said(&section.file, issues);
    }
    let mut people = People {
        file: section.file.clone(),
        ..People::default()
    };
    let aside = Cell::new(0);
    let mut counts = reader.each(issues, |row| people.take(row, places, day, &aside));
    counts.set_aside += aside.get();
    died(aside.get(), &section.file, issues);
    Ok((people, counts))
}

/// Says how many rows are of people who had died.
fn died(rows: u64, file: &str, issues: &mut Vec<Issue>) {
    if rows > 0 {
        let message = format!(
            "{rows} rows are of people who had died before the day the study describes, and were set aside"
        );
        issues.push(Issue::new(
            file,
            Severity::Note,
            message,
            "they and their attendances are in no figure",
        ));
    }
}

impl People {
    /// Puts people together again as their record has them: without days of birth and death, and without those who are gone.
    pub(crate) fn stored(
        users: Vec<ServiceUser>,
        rows: Vec<u64>,
        file: String,
        from_less: bool,
    ) -> Self {
        let users = Table::new(users);
        Self {
            by_key: users
                .iter()
                .map(|(id, user)| (user.key.clone(), id))
                .collect(),
            users,
            rows,
            file,
            from_less,
            ..Self::default()
        }
    }

    /// Says whether a record of these people leaves out, or has left out, something that attendances are checked against.
    pub(crate) fn outgrow_their_record(&self) -> bool {
        self.from_less
            || !self.gone.is_empty()
            || self.lives.iter().any(|life| *life != Life::default())
    }

    /// Writes a group's name as it was first written, where another row has it in other capitals.
    fn spelling(&mut self, group: String) -> String {
        let known = self.spellings.entry(group.to_lowercase()).or_insert(group);
        known.clone()
    }

    fn take(
        &mut self,
        row: &mut Row<'_>,
        places: &Places,
        day: Date,
        aside: &Cell<u64>,
    ) -> Option<()> {
        let key = row.needed("user_id")?;
        if self.by_key.contains_key(&key) || self.gone.contains(&key) {
            row.reject(
                "user_id",
                "stands in an earlier row too",
                "keep one row a person",
            );
            return None;
        }
        let life = Life::read(row, day);
        if life.ended_before(day) {
            self.gone.insert(key);
            aside.set(aside.get() + 1);
            return Some(());
        }
        let Located {
            point: home, grade, ..
        } = locate(row, places)?;
        let speed = |text: &str| text::number(text).filter(|speed| (0.05..=3.0).contains(speed));
        let user = ServiceUser {
            home,
            grade,
            age_band: life.band_of(row, day),
            support_group: word(row, "support_group").map(|group| self.spelling(group)),
            funding_route: word(row, "funding_route"),
            walking_speed: row.maybe_as("walking_speed", speed, "metres a second, from 0.05 to 3"),
            key: key.clone(),
        };
        self.add(key, user, life, row.number());
        Some(())
    }

    fn add(&mut self, key: String, user: ServiceUser, life: Life, row: u64) {
        self.by_key.insert(key, self.users.push(user));
        self.lives.push(life);
        self.rows.push(row);
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
