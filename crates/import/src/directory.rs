//! Reads the council's directory of services: one row a service.

mod area_names;
mod columns;
mod homes;
mod misshapen;
pub(crate) mod names;
pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::id::{OrganisationId, ServiceId, SiteId, Table};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{
    DeliveryMode, Eligibility, Organisation, Service, Session, Site, Status,
};
use jiff::civil::{Date, Weekday};

pub(crate) use self::area_names::AreaNames;
pub(crate) use self::columns::COLUMNS;
pub(crate) use self::homes::{Homes, NAMELESS, carers_home};
use crate::places::{Located, PLACE_COLUMNS, Places, is_somewhere, locate};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Lost, Reader, Row, Taker};
use crate::text;

const POUNDS: &str = "write pounds as 9.51, 0 or more";
/// What numbers of places are, for a hint.
pub(crate) const PLACES: &str = "places are a whole number of 0 or more";
const AGES: &str = "write ages as 18+, 18-64 or under 25";
const AN_AGE: &str = "an age is a whole number of years, from 0 to 120";

/// The services that a directory lists, who runs them and where.
#[derive(Clone, Default)]
pub(crate) struct Directory {
    pub(crate) organisations: Table<OrganisationId, Organisation>,
    pub(crate) sites: Table<SiteId, Site>,
    pub(crate) services: Table<ServiceId, Service>,
    pub(crate) by_key: BTreeMap<String, ServiceId>,
    /// Services by the Care Quality Commission's id of their location, in small letters.
    pub(crate) by_cqc: BTreeMap<String, Vec<ServiceId>>,
    /// Services in a carer's own home: nothing that shows where is kept of them.
    pub(crate) in_carers_homes: BTreeSet<ServiceId>,
    /// Where each service stands in the file.
    rows: Vec<Origin>,
    homes: Homes,
    operators: BTreeMap<u64, String>,
    organisation_by_name: BTreeMap<(String, String), OrganisationId>,
    site_by_key: BTreeMap<String, SiteId>,
    /// Whether a service is kept under another reference than its row has, which is a carer's name.
    renamed: bool,
    /// Whether it comes from a record that leaves out something that attendances name services by.
    without_names: bool,
}

/// The row a service was read from.
#[derive(Clone)]
struct Origin {
    number: u64,
    /// It says that its place is nobody's home.
    no_home: bool,
}

/// Reads the table of services; `areas` are those that a service can say it comes to. Where a table of sessions follows, that says
/// which services have none.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Table,
    places: &Places,
    areas: &AreaNames,
    sessions_follow: bool,
    issues: &mut Vec<Issue>,
) -> Result<(Directory, FileCounts), Issue> {
    section.profile_of(&[])?;
    let first = issues.len();
    let columns = [columns::COLUMNS, PLACE_COLUMNS].concat();
    let reader = Reader::open(&section.table_file(folder, false), &columns, issues)?;
    let mut taking = Taking {
        directory: Directory::default(),
        places,
        areas,
    };
    let counts = reader.hand_to(&mut taking, issues);
    let mut directory = taking.directory;
    directory.withhold_homes(places, &section.file, issues);
    if !sessions_follow {
        directory.without_sessions(&section.file, issues);
    }
    for issue in issues.iter_mut().skip(first) {
        let operator = issue.row.and_then(|row| directory.operators.get(&row));
        if let (None, Some(operator)) = (&issue.provider, operator) {
            issue.provider = Some(operator.clone());
        }
    }
    Ok((directory, counts))
}

/// A directory that is being read.
struct Taking<'a> {
    directory: Directory,
    places: &'a Places,
    areas: &'a AreaNames,
}

impl Taker for Taking<'_> {
    fn take(&mut self, row: &mut Row<'_>) -> Option<()> {
        self.directory.take(row, self.places, self.areas)
    }

    fn lost(&mut self, row: &Lost<'_>) {
        self.directory.homes.misshapen.note(row, self.places);
    }
}

impl Directory {
    /// Puts a directory together again as its record has it: without what is known of homes, and without ids of the Care Quality Commission and references
    /// that are carers' names.
    pub(crate) fn stored(
        organisations: Table<OrganisationId, Organisation>,
        sites: Table<SiteId, Site>,
        services: Table<ServiceId, Service>,
        without_names: bool,
    ) -> Self {
        Self {
            by_key: services
                .iter()
                .map(|(id, service)| (service.key.clone(), id))
                .collect(),
            organisations,
            sites,
            services,
            without_names,
            ..Self::default()
        }
    }

    /// Says whether a record of it leaves out, or has left out, something that attendances name services by.
    pub(crate) fn outgrows_its_record(&self) -> bool {
        self.without_names || self.renamed || !self.by_cqc.is_empty()
    }

    /// Returns where homes are, which only a directory that was read now knows.
    pub(crate) fn homes(&self) -> &Homes {
        &self.homes
    }

    /// Returns who runs a service.
    pub(crate) fn operator(&self, service: ServiceId) -> Option<&str> {
        let organisation = self.services.get(service)?.organisation;
        Some(self.organisations.get(organisation)?.name.as_str())
    }

    /// Notes services without days, in a directory that has days of others.
    fn without_sessions(&self, file: &str, issues: &mut Vec<Issue>) {
        let services = self.services.rows();
        let without = services
            .iter()
            .filter(|service| service.sessions.is_empty())
            .count();
        if without > 0 && without < services.len() {
            let message = format!("{without} of {} services name no days", services.len());
            let hint = "that is no fault; when they are open is unknown, and nothing is supposed";
            issues.push(Issue::new(file, Severity::Note, message, hint));
        }
    }

    fn take(&mut self, row: &mut Row<'_>, places: &Places, areas: &AreaNames) -> Option<()> {
        if let Some(operator) = row.text("operator") {
            self.operators.insert(row.number(), operator.to_owned());
        }
        let (mode, home, placed) = self.home(row, places)?;
        let key = self.new_key(row)?;
        let delivery = mode.unwrap_or(DeliveryMode::Building);
        let operator = home.operator(row.needed("operator")?);
        let (opened, closed) = dates(row)?;
        // A service that nobody travels to needs no place.
        let anywhere = !delivery.is_travelled_to() && !is_somewhere(row);
        let place = if home.anybodys || anywhere {
            None
        } else {
            Some(locate(row, places)?)
        };
        let mut service = Service {
            name: home.name(row.needed("service_name")?),
            category: row.needed("category")?,
            status: status(row)?,
            opened,
            closed,
            delivery,
            hourly_rate: row.strict_as("hourly_rate", text::pounds, POUNDS)?,
            support_ratio: row.maybe_as("support_ratio", words::ratio, words::RATIO),
            charge: row.maybe_as("charge", text::pounds, POUNDS),
            serves: words::known(row, "serves").map_or_else(Vec::new, |text| words::groups(&text)),
            places: row.strict_as("places", text::count, PLACES)?,
            wheelchair_places: row.strict_as("wheelchair_places", text::count, PLACES)?,
            hours_per_week: row.maybe_as("hours_per_week", text::hours, HOURS_A_WEEK),
            sessions: Vec::new(),
            eligibility: eligibility(row),
            service_area: area_names::service_area(row, areas),
            last_checked: row.maybe_as("last_checked", text::date, text::A_DAY),
            // Last of all, because from here nothing rejects the row: a rejected row leaves no site and no organisation behind.
            organisation: self.organisation(row, operator),
            site: place.map(|place| self.site(row, place)),
            key: home.key(&key, row),
        };
        self.renamed |= service.key != key;
        service.sessions = sessions(row, &service);
        if home.carers && mode.is_none() {
            service.delivery = homes::unsaid(row);
        }
        self.homes.dropped += u64::from(placed);
        self.add(row, key, service, &home);
        Some(())
    }

    /// Reads how a service is delivered and whether that is in a home, and notes the home; says too whether the row gave its place.
    ///
    /// This comes before anything else of the row is read: what is known of a home counts, whatever is wrong with the rest.
    fn home(
        &mut self,
        row: &mut Row<'_>,
        places: &Places,
    ) -> Option<(Option<DeliveryMode>, homes::Home, bool)> {
        let unsure = homes::may_be_home(row);
        if unsure {
            row.hush();
        }
        let Some(mode) = row.strict_as("delivery_mode", words::delivery, words::DELIVERY) else {
            self.homes.note(row, places);
            if homes::may_be_carers(row) {
                self.operators.remove(&row.number());
            }
            return None;
        };
        let home = homes::home(row, mode);
        if home.carers {
            self.homes.note_names(row);
            // It may be the carer's own name, which is on no page of the report.
            let operator = self.operators.remove(&row.number());
            let kept = operator.map(|operator| (row.number(), home.operator(operator)));
            self.operators.extend(kept);
        }
        let placed = home.anybodys && self.homes.note(row, places);
        Some((mode, home, placed))
    }

    /// Returns the row's reference, or rejects the row where an earlier one has the same.
    fn new_key(&self, row: &mut Row<'_>) -> Option<String> {
        let key = row.needed("service_id")?;
        if self.by_key.contains_key(&key) {
            row.reject(
                "service_id",
                &format!("stands in an earlier row too{}", row.quoted(&key)),
                "every service has an id of its own",
            );
            return None;
        }
        Some(key)
    }

    fn add(&mut self, row: &mut Row<'_>, key: String, service: Service, home: &homes::Home) {
        let id = self.services.push(service);
        self.by_key.insert(key, id);
        self.rows.push(Origin {
            number: row.number(),
            no_home: home.denied,
        });
        if home.carers {
            self.in_carers_homes.insert(id);
        }
        if let Some(location) = words::known(row, "cqc_location_id") {
            let known = self.by_cqc.entry(location.to_lowercase()).or_default();
            known.push(id);
        }
    }

    fn organisation(&mut self, row: &Row<'_>, name: String) -> OrganisationId {
        let group = row
            .text("operator_group")
            .unwrap_or("Not stated")
            .to_owned();
        let known = self
            .organisation_by_name
            .get(&(name.clone(), group.clone()))
            .copied();
        known.unwrap_or_else(|| {
            let id = self.organisations.push(Organisation {
                name: name.clone(),
                group: group.clone(),
            });
            self.organisation_by_name.insert((name, group), id);
            id
        })
    }

    /// Finds or adds the site at a place.
    fn site(
        &mut self,
        row: &mut Row<'_>,
        Located {
            point,
            grade,
            postcode,
        }: Located,
    ) -> SiteId {
        let key = row.text("site_id").map_or_else(
            || row.text("service_id").unwrap_or_default().to_owned(),
            str::to_owned,
        );
        if let Some(known) = self.site_by_key.get(&key).copied() {
            let moved =
                (self.sites[known].point.x - point.x).hypot(self.sites[known].point.y - point.y);
            if moved > 1.0 {
                row.mend(
                    "site_id",
                    "stands in an earlier row with another place, which is kept",
                    "give each place a site_id of its own",
                );
            }
            return known;
        }
        let name = row
            .text("site_name")
            .or_else(|| row.text("service_name"))
            .unwrap_or_default()
            .to_owned();
        let step_free = row.maybe_as("step_free", text::yes_or_no, "write yes or no");
        let id = self.sites.push(Site {
            key: key.clone(),
            name,
            postcode,
            point,
            grade,
            step_free,
        });
        self.site_by_key.insert(key, id);
        id
    }
}

/// Reads whether a service runs; it does where nothing is said. What cannot be read rejects the row.
fn status(row: &mut Row<'_>) -> Option<Status> {
    let hint = "one of open, closed, proposed, candidate";
    let read: Option<Status> = row.strict_as("status", |text| text.parse().ok(), hint)?;
    Some(read.unwrap_or(Status::Open))
}

/// Reads the days between which a service runs, or rejects the row.
fn dates(row: &mut Row<'_>) -> Option<(Option<Date>, Option<Date>)> {
    row.days_between("opened", "closed", "is before the day it opened")
}

/// The hours of a week, for a hint.
pub(crate) const HOURS_A_WEEK: &str = "hours a week are a number from 0 to 168";

/// Reads whom a service is for. What cannot be read is left out and said.
fn eligibility(row: &mut Row<'_>) -> Eligibility {
    let (min_age, max_age) = ages(row).unwrap_or_default();
    Eligibility {
        min_age,
        max_age,
        gender: row.maybe_as("gender", words::gender, "one of any, women, men"),
        wheelchair: row.maybe_as("wheelchair", text::yes_or_no, "write yes or no"),
    }
}

/// Reads the youngest and the oldest age; nothing where they are the wrong way round.
fn ages(row: &mut Row<'_>) -> Option<(Option<u8>, Option<u8>)> {
    let range = row.maybe_as("ages", text::ages, AGES);
    let year = |text: &str| {
        let years = text::count(text).and_then(|age| u8::try_from(age).ok());
        years.filter(|age| *age <= 120)
    };
    // A column of its own says it more plainly than a range.
    let from = row.maybe_as("min_age", year, AN_AGE);
    let from = from.or(range.and_then(|range| range.from));
    let to = row.maybe_as("max_age", year, AN_AGE);
    let to = to.or(range.and_then(|range| range.to));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        let message = "is an oldest age below the youngest, so both were left empty";
        row.mend("max_age", message, "correct one of the two");
        return None;
    }
    Some((from, to))
}

/// Makes a session of each day that a row names, with the row's times and the service's places.
fn sessions(row: &mut Row<'_>, service: &Service) -> Vec<Session> {
    let Some(days) = row.maybe_as("days", words::days, words::DAYS) else {
        if row.text("days").is_none() && (row.text("start").is_some() || row.text("end").is_some())
        {
            let message = "has a time and names no days, so it makes no session";
            row.mend("start", message, words::DAYS);
        }
        return Vec::new();
    };
    let (start, end) = words::times(row);
    let session = |day: Weekday| Session {
        weekday: day.to_monday_zero_offset(),
        start,
        end,
        places: service.places,
        wheelchair_places: service.wheelchair_places,
    };
    days.into_iter().map(session).collect()
}
