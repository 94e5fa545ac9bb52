//! The layer and the table of services.

use std::collections::BTreeSet;

use catchment_core::findings::{
    Feature, Field, Findings, FindingsTable, Geometry, Headline, Labels, Layer, Legend,
    LegendClass, Shape, Value,
};
use catchment_core::id::{ServiceId, SiteId};
use catchment_core::place::{Organisation, Service, Site};
use catchment_core::study::Study;
use geo::Point;

use super::{ProviderFigures, Providers, Tally};
use crate::columns::{ALL, Column, fields, values};
use crate::{Analysis, palette, words};

/// Lays the figures out.
pub(super) fn present(study: &Study, output: &ProviderFigures) -> Findings<Value> {
    Findings {
        analysis: Providers::ID.to_owned(),
        parameters: serde_json::json!({}),
        profile: None,
        layers: layer(study, output).into_iter().collect(),
        tables: vec![table(study, output)],
        headlines: vec![Headline {
            label: format!("Services open on {}", words::reference_day(study)),
            value: output.all.open.into(),
            unit: "services".to_owned(),
            decimals: 0,
            n: output.all.open.into(),
        }],
    }
}

/// A service, who runs it and where. It owns them, because columns that stand for good cannot borrow from a study.
struct Row {
    service: Service,
    organisation: Option<Organisation>,
    site: Site,
}

static COLUMNS: [Column<Row>; 20] = [
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
        description: "How it reaches people: at a building, in the community, by outreach or online.",
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

fn serves(service: &Service) -> String {
    if service.serves.is_empty() {
        "All".to_owned()
    } else {
        service.serves.join("; ")
    }
}

fn layer(study: &Study, found: &ProviderFigures) -> Option<Layer<Value>> {
    let parts = study.parts();
    let feature = |(id, site): &(ServiceId, SiteId)| {
        let (service, site) = (&parts.services[*id], &parts.sites[*site]);
        let organisation = parts.organisations.get(service.organisation).cloned();
        let row = Row {
            service: service.clone(),
            organisation,
            site: site.clone(),
        };
        Feature {
            id: service.key.clone(),
            shape: Shape::Point(Point::new(site.point.x, site.point.y)),
            n: 1_i64.into(),
            values: values(&COLUMNS, &row),
        }
    };
    (!found.shown.is_empty()).then(|| Layer {
        id: Providers::ID.to_owned(),
        title: Providers::TITLE.to_owned(),
        description: "Every service that has a place of its own, whether open, closed, proposed or a candidate.".to_owned(),
        method: method(study, found),
        notice: None,
        geometry: Geometry::Point,
        counted: "services".to_owned(),
        fields: fields(&COLUMNS),
        legend: legend(study, found),
        partition: false,
        rest: Vec::new(),
        features: found.shown.iter().map(feature).collect(),
    })
}

fn method(study: &Study, found: &ProviderFigures) -> String {
    let hidden = found.all.services - found.all.shown;
    let without = match hidden {
        0 => String::new(),
        1 => "1 service has no point, because it is delivered in a home, shares the site of one that is, or has no site of its own."
            .to_owned(),
        _ => format!(
            "{hidden} services have no point, because they are delivered in a home, share the site of one that is, or have no site of their own."
        ),
    };
    let listed = format!(
        "As listed by the council for {}; each point is a service, not a site.",
        words::reference_day(study)
    );
    words::sentences(&[listed, without])
}

fn legend(study: &Study, found: &ProviderFigures) -> Legend {
    let categories: BTreeSet<&str> = found
        .shown
        .iter()
        .map(|(id, _)| study.parts().services[*id].category.as_str())
        .collect();
    let class = |(place, category): (usize, &str)| LegendClass {
        value: Some(category.to_owned()),
        min: None,
        max: None,
        label: category.to_owned(),
        colour: palette::word(place).to_owned(),
    };
    Legend {
        field: "category".to_owned(),
        title: "Category".to_owned(),
        classes: categories.into_iter().enumerate().map(class).collect(),
    }
}

fn table(study: &Study, found: &ProviderFigures) -> FindingsTable<Value> {
    let row = |label: &str, tally: &Tally| -> Vec<Value> {
        vec![
            label.into(),
            tally.services.into(),
            tally.open.into(),
            tally.travelled_to.into(),
            tally.shown.into(),
        ]
    };
    let rows = found
        .categories
        .iter()
        .map(|(category, tally)| row(category, tally));
    FindingsTable {
        id: "providers_by_category".to_owned(),
        title: "Services by category".to_owned(),
        description: "How many services there are; the first row is all of them.".to_owned(),
        method: method(study, found),
        fields: vec![
            Field::new("category", "Category", "", "What kind of service it is."),
            Field::new("services", "Services", "", "Services of any status."),
            Field::new("open", "Open", "", "Services open on the reference date."),
            Field::new(
                "travelled_to",
                "Open and travelled to",
                "",
                "Of those, the ones that people travel to.",
            ),
            Field::new(
                "on_the_map",
                "On the map",
                "",
                "Services of any status with a point on the map.",
            ),
        ],
        labels: Labels::Public,
        partition: false,
        whole: Some(0),
        rows: std::iter::once(row(ALL, &found.all)).chain(rows).collect(),
    }
}
