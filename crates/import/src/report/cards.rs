//! How whole the entries of each provider are: plain counts of what is there and what is not.
//!
//! A card compares nobody with anybody and gives no mark. Nothing in it comes from the tables of people or of attendances.

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{GeocodeGrade, Service};
use catchment_core::study::Study;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::{GradeCount, Report};

/// One thing that an entry of the directory should say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A place on the map, for a service that people travel to.
    Place,
    /// Weekly sessions, or hours a week.
    Sessions,
    /// Places in a session.
    Places,
    /// What it costs the person.
    Charge,
    /// What the council pays an hour.
    HourlyRate,
    /// Whom it is for.
    Eligibility,
    /// That it was checked in the twelve months before the day the study describes, or later.
    LastChecked,
}

impl Item {
    /// All items, in the order in which a card lists them.
    pub const ALL: [Self; 7] = [
        Self::Place,
        Self::Sessions,
        Self::Places,
        Self::Charge,
        Self::HourlyRate,
        Self::Eligibility,
        Self::LastChecked,
    ];

    /// Says what the item is, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Place => "a postcode or coordinates (services that people travel to)",
            Self::Sessions => "weekly sessions, or hours a week",
            Self::Places => "places in a session",
            Self::Charge => "the charge to the person",
            Self::HourlyRate => "the hourly rate",
            Self::Eligibility => "whom it is for (support groups, age, gender, wheelchair)",
            Self::LastChecked => "checked within 12 months",
        }
    }
}

/// How many services say one thing, of those that should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardItem {
    /// The thing.
    pub item: Item,
    /// Services that say it.
    pub with: usize,
    /// Services that should.
    pub of: usize,
}

/// A provider's rows of the directory of services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// Taken as they were.
    pub accepted: u64,
    /// Taken with something mended.
    pub repaired: u64,
    /// Left out, as far as it is known whose they were.
    pub rejected: u64,
}

/// How whole the entries of one provider are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Its name.
    pub provider: String,
    /// Services listed.
    pub services: usize,
    /// Of these, those that run on the day the study describes. The items are asked of them.
    pub open: usize,
    /// The items, in the order of [`Item::ALL`].
    pub items: Vec<CardItem>,
    /// Items given, over all services: the sum of `with`.
    pub given: usize,
    /// Items that should be, over all services: the sum of `of`.
    pub wanted: usize,
    /// How finely its services were put on the map.
    pub placed: Vec<GradeCount>,
    /// Whether its return came; nothing where it is not on the list of returns.
    pub returned: Option<bool>,
    /// The day its return came, where given.
    pub return_date: Option<Date>,
    /// Its rows of the directory.
    pub rows: RowCounts,
}

/// Makes the cards of all providers, ordered by name. An organisation that stands in two groups has one card.
pub(crate) fn cards(study: &Study, report: &Report) -> Vec<Card> {
    let parts = study.parts();
    let mut services: BTreeMap<&str, Vec<&Service>> = BTreeMap::new();
    for organisation in parts.organisations.rows() {
        services.entry(&organisation.name).or_default();
    }
    for service in parts.services.rows() {
        if let Some(organisation) = parts.organisations.get(service.organisation) {
            services
                .entry(&organisation.name)
                .or_default()
                .push(service);
        }
    }
    services
        .into_iter()
        .map(|(provider, services)| card(study, report, provider, &services))
        .collect()
}

fn card(study: &Study, report: &Report, provider: &str, services: &[&Service]) -> Card {
    let parts = study.parts();
    let day = parts.about.reference_date;
    let open: Vec<&Service> = services
        .iter()
        .copied()
        .filter(|service| service.is_open_on(day))
        .collect();
    let items: Vec<CardItem> = Item::ALL
        .iter()
        .map(|item| {
            let said = open.iter().filter_map(|service| says(service, *item, day));
            let said: Vec<bool> = said.collect();
            CardItem {
                item: *item,
                with: said.iter().filter(|said| **said).count(),
                of: said.len(),
            }
        })
        .collect();
    let grades = services
        .iter()
        .filter_map(|service| Some(parts.sites.get(service.site?)?.grade));
    let answers: Vec<_> = parts
        .returns
        .iter()
        .filter(|answer| {
            let organisation = answer
                .organisation
                .and_then(|id| parts.organisations.get(id));
            organisation.is_some_and(|organisation| organisation.name == provider)
        })
        .collect();
    Card {
        provider: provider.to_owned(),
        services: services.len(),
        open: open.len(),
        given: items.iter().map(|item| item.with).sum(),
        wanted: items.iter().map(|item| item.of).sum(),
        items,
        placed: grade_counts("services", grades),
        returned: (!answers.is_empty()).then(|| answers.iter().any(|answer| answer.came)),
        return_date: answers.iter().filter_map(|answer| answer.date).max(),
        rows: rows(report, provider, services.len() as u64),
    }
}

/// Says whether a service says an item; nothing where it need not.
fn says(service: &Service, item: Item, day: Date) -> Option<bool> {
    let eligibility = &service.eligibility;
    Some(match item {
        Item::Place if !service.delivery.is_travelled_to() => return None,
        Item::Place => service.site.is_some(),
        Item::Sessions => !service.sessions.is_empty() || service.hours_per_week.is_some(),
        Item::Places => {
            let mut sessions = service.sessions.iter();
            service.places.is_some() || sessions.any(|session| session.places.is_some())
        }
        Item::Charge => service.charge.is_some(),
        Item::HourlyRate => service.hourly_rate.is_some(),
        Item::Eligibility => {
            !service.serves.is_empty()
                || eligibility.min_age.is_some()
                || eligibility.max_age.is_some()
                || eligibility.gender.is_some()
                || eligibility.wheelchair.is_some()
        }
        Item::LastChecked => {
            let year_before = day.checked_sub(12.months()).unwrap_or(Date::MIN);
            service
                .last_checked
                .is_some_and(|checked| checked >= year_before)
        }
    })
}

/// Counts grades, from the finest to the coarsest, those that do not occur left out.
pub(crate) fn grade_counts(
    what: &str,
    grades: impl Iterator<Item = GeocodeGrade>,
) -> Vec<GradeCount> {
    let mut counts: BTreeMap<GeocodeGrade, usize> = BTreeMap::new();
    for grade in grades {
        *counts.entry(grade).or_default() += 1;
    }
    let counts = counts.into_iter().map(|(grade, count)| GradeCount {
        what: what.to_owned(),
        grade,
        count,
    });
    counts.collect()
}

/// Counts a provider's rows of the directory. Each service is one row; what was rejected is known by its issues alone.
fn rows(report: &Report, provider: &str, services: u64) -> RowCounts {
    let directory = report.about.providers_file.as_deref();
    let of_it = |severity: Severity| {
        report.issues.iter().filter(move |issue| {
            issue.severity == severity
                && directory == Some(issue.file.as_str())
                && issue.provider.as_deref() == Some(provider)
        })
    };
    let distinct = |issues: &mut dyn Iterator<Item = &Issue>, not: &BTreeSet<u64>| {
        let mut more = 0;
        let mut rows = BTreeSet::new();
        for issue in issues {
            more += issue.more;
            rows.extend(issue.row.filter(|row| !not.contains(row)));
        }
        (rows, more)
    };
    let (rejected, more_rejected) = distinct(&mut of_it(Severity::RowRejected), &BTreeSet::new());
    let (repaired, more_repaired) = distinct(&mut of_it(Severity::Repaired), &rejected);
    let repaired = (repaired.len() as u64 + more_repaired).min(services);
    RowCounts {
        accepted: services - repaired,
        repaired,
        rejected: rejected.len() as u64 + more_rejected,
    }
}
