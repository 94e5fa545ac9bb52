//! The fields of a service that has a point.

use catchment_core::place::{Eligibility, Organisation, Service, Site};

use super::week;
use crate::columns::Column;

/// A service, who runs it and where. It owns them, because columns that stand for good cannot borrow from a study.
pub(super) struct Row {
    pub(super) service: Service,
    pub(super) organisation: Option<Organisation>,
    pub(super) site: Site,
    /// The areas it comes to, in words.
    pub(super) area_served: Option<String>,
}

pub(super) static COLUMNS: [Column<Row>; 28] = [
    Column {
        name: "service_name",
        title: "Service",
        unit: "",
        description: "The service's name.",
        value: |row| row.service.name.as_str().into(),
    },
    Column {
        name: "operator",
        title: "Operator",
        unit: "",
        description: "Who runs it.",
        value: |row| {
            row.organisation
                .as_ref()
                .map(|operator| operator.name.as_str())
                .into()
        },
    },
    Column {
        name: "operator_group",
        title: "Operator group",
        unit: "",
        description: "The group the operator is counted in.",
        value: |row| {
            row.organisation
                .as_ref()
                .map(|operator| operator.group.as_str())
                .into()
        },
    },
    Column {
        name: "category",
        title: "Category",
        unit: "",
        description: "What kind of service it is.",
        value: |row| row.service.category.as_str().into(),
    },
    Column {
        name: "status",
        title: "Status",
        unit: "",
        description: "Whether it is open, closed, proposed, or a candidate: a place where one might be.",
        value: |row| row.service.status.word().into(),
    },
    Column {
        name: "delivery",
        title: "Delivery",
        unit: "",
        description: "How it reaches people: at a building or in the community.",
        value: |row| row.service.delivery.word().into(),
    },
    Column {
        name: "site_name",
        title: "Site",
        unit: "",
        description: "Where it takes place.",
        value: |row| row.site.name.as_str().into(),
    },
    Column {
        name: "postcode",
        title: "Postcode",
        unit: "",
        description: "The site's postcode.",
        value: |row| row.site.postcode.as_deref().into(),
    },
    Column {
        name: "geocode",
        title: "How it was placed",
        unit: "",
        description: "How finely the site was put on the map: by coordinates, by a postcode point, or by the middle of a postcode \
            sector, a postcode district or a town.",
        value: |row| row.site.grade.word().into(),
    },
    Column {
        name: "step_free",
        title: "Step-free",
        unit: "",
        description: "Whether one can get in without a step; empty where that is not known.",
        value: |row| row.site.step_free.into(),
    },
    Column {
        name: "serves",
        title: "Serves",
        unit: "",
        description: "The support groups it serves.",
        value: |row| serves(&row.service).into(),
    },
    Column {
        name: "ages",
        title: "Ages",
        unit: "",
        description: "The ages it is for, in years; empty where that is not stated.",
        value: |row| ages(&row.service.eligibility).into(),
    },
    Column {
        name: "gender",
        title: "Gender",
        unit: "",
        description: "Whether it is for women or men only; empty where that is not stated.",
        value: |row| {
            let gender = row.service.eligibility.gender;
            gender.map(catchment_core::place::GenderServed::word).into()
        },
    },
    Column {
        name: "wheelchair",
        title: "Takes wheelchairs",
        unit: "",
        description: "Whether it can take people who use a wheelchair; empty where that is not stated.",
        value: |row| row.service.eligibility.wheelchair.into(),
    },
    Column {
        name: "area_served",
        title: "Area served",
        unit: "",
        description: "Where it comes to or whom it takes, by area; empty where that is not stated.",
        value: |row| row.area_served.as_deref().into(),
    },
    Column {
        name: "sessions_per_week",
        title: "Sessions a week",
        unit: "",
        description: "Weekly sessions; empty where none were given, which is not the same as none.",
        value: |row| week::sessions(&row.service).into(),
    },
    Column {
        name: "evening_weekend_sessions",
        title: "Evening and weekend sessions",
        unit: "",
        description: "Of these, the ones on a Saturday or Sunday or from 17:00 on; empty where the times are not known.",
        value: |row| week::evenings_and_weekends(&row.service).into(),
    },
    Column {
        name: "places_per_week",
        title: "Places a week",
        unit: "",
        description: "Places of all weekly sessions together; empty where those of any session are not known.",
        value: |row| week::places(&row.service).into(),
    },
    Column {
        name: "hours_per_week",
        title: "Hours a week",
        unit: "hours",
        description: "Hours that it runs in a week, as stated or else from the times of its sessions.",
        value: |row| week::hours(&row.service).into(),
    },
    Column {
        name: "places",
        title: "Places",
        unit: "",
        description: "Places in a session.",
        value: |row| row.service.places.into(),
    },
    Column {
        name: "wheelchair_places",
        title: "Wheelchair places",
        unit: "",
        description: "Of these, places for people who use a wheelchair.",
        value: |row| row.service.wheelchair_places.into(),
    },
    Column {
        name: "support_ratio",
        title: "Support ratio",
        unit: "",
        description: "Staff to people.",
        value: |row| row.service.support_ratio.as_deref().into(),
    },
    Column {
        name: "charge",
        title: "Charge a session",
        unit: "£",
        description: "What a session costs the person, in pounds.",
        value: |row| {
            row.service
                .charge
                .map(catchment_core::place::Pence::pounds)
                .into()
        },
    },
    Column {
        name: "opened",
        title: "Opened",
        unit: "",
        description: "Its first day.",
        value: |row| row.service.opened.into(),
    },
    Column {
        name: "closed",
        title: "Closed",
        unit: "",
        description: "Its last day.",
        value: |row| row.service.closed.into(),
    },
    Column {
        name: "last_checked",
        title: "Last checked",
        unit: "",
        description: "When this entry was last checked.",
        value: |row| row.service.last_checked.into(),
    },
    Column {
        name: "service_id",
        title: "Reference",
        unit: "",
        description: "The source's own reference of the service.",
        value: |row| row.service.key.as_str().into(),
    },
    Column {
        name: "site_id",
        title: "Site reference",
        unit: "",
        description: "The source's own reference of the site; services of one site share it.",
        value: |row| row.site.key.as_str().into(),
    },
];

/// The support groups a service serves.
fn serves(service: &Service) -> String {
    if service.serves.is_empty() {
        "All".to_owned()
    } else {
        service.serves.join("; ")
    }
}

/// The ages a service is for, in words; nothing where they are not stated.
pub(super) fn ages(eligibility: &Eligibility) -> Option<String> {
    match (eligibility.min_age, eligibility.max_age) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("{from} and over")),
        (None, Some(to)) => Some(format!("up to {to}")),
        (None, None) => None,
    }
}
