//! Services without a place on the map: in a home, by outreach, online, or with no place that may be shown.

use std::collections::BTreeSet;

use catchment_core::findings::{FindingsTable, Labels, Value};
use catchment_core::id::ServiceId;
use catchment_core::place::{Pence, Service};
use catchment_core::study::Study;

use super::{ProviderFigures, areas_served, layout};
use crate::columns::{Column, fields, values};

struct Row {
    service: Service,
    operator: Option<String>,
    area_served: Option<String>,
}

static COLUMNS: [Column<Row>; 8] = [
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
        value: |row| row.operator.as_deref().into(),
    },
    Column {
        name: "category",
        title: "Category",
        unit: "",
        description: "What kind of service it is.",
        value: |row| row.service.category.as_str().into(),
    },
    Column {
        name: "delivery",
        title: "Delivery",
        unit: "",
        description: "How it reaches people.",
        value: |row| row.service.delivery.word().into(),
    },
    Column {
        name: "status",
        title: "Status",
        unit: "",
        description: "Whether it is open, closed, proposed, or a candidate.",
        value: |row| row.service.status.word().into(),
    },
    Column {
        name: "area_served",
        title: "Area served",
        unit: "",
        description: "Where it comes to or whom it takes, by area; empty where that is not stated.",
        value: |row| row.area_served.as_deref().into(),
    },
    Column {
        name: "charge",
        title: "Charge a session",
        unit: "£",
        description: "What a session costs the person, in pounds.",
        value: |row| row.service.charge.map(Pence::pounds).into(),
    },
    Column {
        name: "service_id",
        title: "Reference",
        unit: "",
        description: "The source's own reference of the service.",
        value: |row| row.service.key.as_str().into(),
    },
];

/// Lists the services without a point; nothing where all have one.
pub(super) fn table(study: &Study, found: &ProviderFigures) -> Option<FindingsTable<Value>> {
    let parts = study.parts();
    let shown: BTreeSet<ServiceId> = found.shown.iter().map(|(id, _)| *id).collect();
    let mut others: Vec<&Service> = parts
        .services
        .iter()
        .filter(|(id, _)| !shown.contains(id))
        .map(|(_, service)| service)
        .collect();
    others.sort_by(|a, b| (&a.name, &a.key).cmp(&(&b.name, &b.key)));
    let row = |service: &Service| {
        let operator = parts.organisations.get(service.organisation);
        let row = Row {
            service: service.clone(),
            operator: operator.map(|operator| operator.name.clone()),
            area_served: areas_served::in_words(study, service),
        };
        values(&COLUMNS, &row)
    };
    (!others.is_empty()).then(|| FindingsTable {
        id: "providers_elsewhere".to_owned(),
        title: "Services without a place on the map".to_owned(),
        description: "Services that come to people, are online or are in a home, and those whose place is not known or not shown."
            .to_owned(),
        method: layout::method(study, found),
        fields: fields(&COLUMNS),
        labels: Labels::Public,
        partition: false,
        whole: None,
        rows: others.into_iter().map(row).collect(),
    })
}
