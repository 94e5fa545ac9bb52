//! Reads Adult Social Care Client Level Data, the national return that every council in England makes: one row an event.
//!
//! People are the distinct persons over all rows; attendances are the services whose component is day support. The headers are those of
//! the national specification, releases 1 and 2. Nothing but what a study needs is read: no name, no NHS number, no ethnicity.

mod services;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::issue::{Issue, Severity};
use catchment_core::person::{Attendance, ServiceUser};
use jiff::civil::Date;

use self::services::Services;
use super::attendances::{self, Attendances};
use super::birth::Life;
use super::{People, word};
use crate::directory::words::folded;
use crate::directory::{Directory, HOURS_A_WEEK};
use crate::places::{Located, PLACE_COLUMNS, Places, locate};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text;

pub(crate) const PERSON_COLUMNS: &[Column] = &[
    required("user_id").or(&["LA Person Unique Identifier", "Person Unique Identifier"]),
    optional("date_of_birth").or(&["Date of Birth"]).of_days(),
    optional("date_of_death").or(&["Date of Death"]).of_days(),
    optional("age_band"),
    optional("client_type").or(&["Client Type"]),
    optional("support_group").or(&["Primary Support Reason"]),
    optional("funding_route").or(&["Delivery Mechanism"]),
    optional("from").or(&["Event Start Date"]).of_days(),
    optional("component").or(&["Service Component"]),
];

pub(crate) const EVENT_COLUMNS: &[Column] = &[
    required("user_id").or(&["LA Person Unique Identifier", "Person Unique Identifier"]),
    optional("client_type").or(&["Client Type"]),
    required("event_type").or(&["Event Type"]),
    required("component").or(&["Service Component"]),
    optional("from").or(&["Event Start Date"]).of_days(),
    optional("to").or(&["Event End Date"]).of_days(),
    optional("units").or(&["Planned Units Per Week"]),
    optional("unit").or(&["Cost Frequency (Unit Type)", "Cost Frequency Unit Type"]),
    optional("provider").or(&["Provider CQC Location Name"]),
    optional("cqc_location_id").or(&["Provider CQC Location ID"]),
];

/// A person as the latest of their rows has them.
struct Draft {
    located: Located,
    life: Life,
    age_band: Option<String>,
    support_group: Option<String>,
    funding: Option<String>,
    /// How good the row was that the funding came from: day support counts for more, then the later event.
    funding_rank: (bool, Option<Date>),
    latest: Option<Date>,
    row: u64,
}

/// The persons found so far, in the order of their first row.
#[derive(Default)]
struct Persons {
    drafts: BTreeMap<String, Draft>,
    order: Vec<String>,
    carers: BTreeSet<String>,
    moved: BTreeSet<String>,
    disputed: BTreeSet<String>,
    rows_aside: u64,
}

/// Reads the distinct persons over the rows of events.
pub(super) fn users(
    folder: &Path,
    section: &study_file::Table,
    places: &Places,
    day: Date,
    issues: &mut Vec<Issue>,
) -> Result<(People, FileCounts), Issue> {
    let columns = [PERSON_COLUMNS, PLACE_COLUMNS].concat();
    let reader = Reader::open(&section.table_file(folder, true), &columns, issues)?;
    if reader.place("date_of_birth").is_some() {
        super::birth::said(&section.file, issues);
    }
    let mut persons = Persons::default();
    let mut counts = reader.each(issues, |row| persons.take(row, places, day));
    counts.set_aside += persons.rows_aside;
    persons.say(&section.file, issues);
    let (people, died) = persons.into_people(&section.file, day);
    if died > 0 {
        let message = format!(
            "{died} people had died before the day the study describes, and were set aside"
        );
        let hint = "they and their attendances are in no figure";
        issues.push(Issue::new(&section.file, Severity::Note, message, hint));
    }
    Ok((people, counts))
}

/// Says whether a row is of somebody who cares for another and is no user of services on that row.
fn is_carer(row: &Row<'_>) -> bool {
    row.text("client_type").is_some_and(|kind| {
        let kind = folded(kind);
        kind.starts_with("carer") || kind.starts_with("unpaid carer")
    })
}

fn is_day_support(row: &Row<'_>) -> bool {
    row.text("component")
        .is_some_and(|component| folded(component) == "day support")
}

impl Persons {
    fn take(&mut self, row: &mut Row<'_>, places: &Places, day: Date) -> Option<()> {
        let key = row.needed("user_id")?;
        if is_carer(row) {
            self.carers.insert(key);
            self.rows_aside += 1;
            return Some(());
        }
        let life = Life::read(row, day);
        let located = locate(row, places)?;
        let event = row.maybe_as("from", text::date, text::A_DAY);
        let funding = word(row, "funding_route").map(|route| funding(&route));
        let draft = Draft {
            located,
            age_band: life.band_of(row, day),
            life,
            support_group: word(row, "support_group").and_then(|reason| support_group(&reason)),
            funding_rank: (is_day_support(row) && funding.is_some(), event),
            funding,
            latest: event,
            row: row.number(),
        };
        self.join(key, draft);
        Some(())
    }

    /// Puts a row to what is known of the person. Of rows that disagree, that of the latest event counts, and of those the last.
    fn join(&mut self, key: String, new: Draft) {
        let Some(known) = self.drafts.get_mut(&key) else {
            self.order.push(key.clone());
            self.drafts.insert(key, new);
            return;
        };
        let later = new.latest >= known.latest;
        let codes = (&known.located.postcode, &new.located.postcode);
        if let (Some(before), Some(now)) = codes
            && before != now
        {
            self.moved.insert(key.clone());
        }
        if known.life.contradicts(new.life) {
            self.disputed.insert(key);
        }
        if new.funding.is_some() && new.funding_rank >= known.funding_rank {
            known.funding_rank = new.funding_rank;
            known.funding = new.funding;
        }
        if later {
            known.latest = new.latest;
            known.located = new.located;
            known.life = new.life.or(known.life);
            known.age_band = new.age_band.or(known.age_band.take());
            known.support_group = new.support_group.or(known.support_group.take());
        } else {
            known.life = known.life.or(new.life);
            known.age_band = known.age_band.take().or(new.age_band);
            known.support_group = known.support_group.take().or(new.support_group);
        }
    }

    fn say(&self, file: &str, issues: &mut Vec<Issue>) {
        let mut note = |count: usize, what: &str, hint: &str| {
            if count > 0 {
                let message = format!("{count} {what}");
                issues.push(Issue::new(file, Severity::Note, message, hint));
            }
        };
        note(
            self.rows_aside as usize,
            "rows are of carers and were set aside",
            "a carer is no user of a day service; those who are both have rows of both kinds",
        );
        note(
            self.moved.len(),
            "people have rows with different postcodes; that of the latest event was taken",
            "where the latest is not the right one, correct it in the case system",
        );
        note(
            self.disputed.len(),
            "people have rows with different days of birth or death; those of the latest event were taken",
            "correct them in the case system",
        );
    }

    /// Makes people of the drafts; returns how many had died.
    fn into_people(mut self, file: &str, day: Date) -> (People, u64) {
        let mut people = People {
            file: file.to_owned(),
            ..People::default()
        };
        let mut died = 0;
        for key in std::mem::take(&mut self.order) {
            let Some(draft) = self.drafts.remove(&key) else {
                continue;
            };
            if draft.life.ended_before(day) {
                died += 1;
                people.gone.insert(key);
                continue;
            }
            let user = ServiceUser {
                key: key.clone(),
                home: draft.located.point,
                grade: draft.located.grade,
                age_band: draft.age_band,
                support_group: draft.support_group.map(|group| people.spelling(group)),
                funding_route: draft.funding.map(|route| people.spelling(route)),
                walking_speed: None,
            };
            people.add(key, user, draft.life, draft.row);
        }
        let carers = self.carers.into_iter();
        people
            .gone
            .extend(carers.filter(|key| !people.by_key.contains_key(key)));
        (people, died)
    }
}

/// Names the support group that a primary support reason is of, in the words that directories use.
fn support_group(reason: &str) -> Option<String> {
    let words = folded(reason);
    let groups = [
        ("learning disability", "Learning disability"),
        ("mental health", "Mental health"),
        ("support with memory", "Memory and cognition"),
        ("memory and cognition", "Memory and cognition"),
        ("physical support", "Physical support"),
        ("sensory support", "Sensory support"),
        ("social support", "Social support"),
    ];
    if words == "unknown" || words.is_empty() {
        return None;
    }
    let known = groups
        .iter()
        .find(|(beginning, _)| words.starts_with(beginning));
    Some(known.map_or_else(|| reason.to_owned(), |(_, group)| (*group).to_owned()))
}

/// Names how care is paid for, from the delivery mechanism.
fn funding(mechanism: &str) -> String {
    match folded(mechanism).as_str() {
        "direct payment" | "direct payments" => "Direct payment".to_owned(),
        "cassr managed personal budget" => "Managed personal budget".to_owned(),
        "cassr commissioned support" => "Commissioned".to_owned(),
        _ => mechanism.to_owned(),
    }
}

/// Rows that are of no attendance, by the reason.
#[derive(Default)]
struct Aside {
    other_events: Cell<u64>,
    other_components: Cell<u64>,
    carers: Cell<u64>,
    gone: Cell<u64>,
}

impl Aside {
    /// Returns the count of a row that is of no attendance.
    fn of(&self, row: &Row<'_>, key: &str, event: &str, people: &People) -> Option<&Cell<u64>> {
        if is_carer(row) {
            Some(&self.carers)
        } else if folded(event) != "service" {
            Some(&self.other_events)
        } else if !is_day_support(row) {
            Some(&self.other_components)
        } else if people.gone.contains(key) {
            Some(&self.gone)
        } else {
            None
        }
    }

    /// Adds the rows to the file's counts and says how many there are.
    fn say(&self, counts: &mut FileCounts, issues: &mut Vec<Issue>) {
        let reasons = [
            (&self.other_events, "rows are of other events than services"),
            (
                &self.other_components,
                "rows are of other services than day support",
            ),
            (&self.carers, "rows are of carers"),
            (&self.gone, "rows are of people who had died"),
        ];
        for (rows, what) in reasons {
            let rows = rows.get();
            counts.set_aside += rows;
            if rows > 0 {
                let message = format!("{rows} {what}, and were set aside");
                let issue = Issue::new(&counts.file, Severity::Note, message, "that is no fault");
                issues.push(issue);
            }
        }
    }
}

/// Reads the day support that people have.
pub(super) fn attendances(
    folder: &Path,
    section: &study_file::Table,
    people: &People,
    directory: &Directory,
    issues: &mut Vec<Issue>,
) -> Result<(Vec<Attendance>, FileCounts), Issue> {
    let reader = Reader::open(&section.table_file(folder, true), EVENT_COLUMNS, issues)?;
    let services = RefCell::new(Services::of(directory));
    let aside = Aside::default();
    let mut read = Attendances::default();
    let mut counts = reader.each(issues, |row| {
        let key = row.needed("user_id")?;
        let event = row.needed("event_type")?;
        if let Some(other) = aside.of(row, &key, &event, people) {
            other.set(other.get() + 1);
            return Some(());
        }
        let user = attendances::user(row, &key, people)?;
        let service = services.borrow_mut().find(row)?;
        let (from, to) = attendances::dates(row, user, people)?;
        let delivery = directory.services.get(service)?.delivery;
        let attendance = Attendance {
            user,
            service,
            from,
            to,
            weekday: None,
            start: None,
            end: None,
            hours: None,
            hours_per_week: hours(row),
            delivery,
            mode_there: None,
            mode_back: None,
        };
        read.add(row, &attendance, &[])
    });
    aside.say(&mut counts, issues);
    services.into_inner().say(&section.file, issues);
    Ok((read.into_all(), counts))
}

/// Reads hours a week, where the units planned are hours.
fn hours(row: &mut Row<'_>) -> Option<f64> {
    let unit = row.text("unit").map(folded)?;
    let in_hours = matches!(
        unit.as_str(),
        "hourly" | "hour" | "hours" | "per hour" | "an hour"
    );
    if in_hours {
        row.maybe_as("units", text::hours, HOURS_A_WEEK)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{funding, support_group};

    #[test]
    fn reasons_and_mechanisms_are_named_as_directories_name_them() {
        let group = |reason| support_group(reason);
        assert_eq!(
            group("Learning Disability Support").as_deref(),
            Some("Learning disability")
        );
        assert_eq!(
            group("Physical Support: Access and mobility only").as_deref(),
            Some("Physical support")
        );
        assert_eq!(
            group("Support with Memory and Cognition").as_deref(),
            Some("Memory and cognition")
        );
        assert_eq!(group("Unknown"), None);
        assert_eq!(group("Something local").as_deref(), Some("Something local"));
        assert_eq!(funding("Direct Payment"), "Direct payment");
        assert_eq!(funding("CASSR Commissioned support"), "Commissioned");
    }
}
