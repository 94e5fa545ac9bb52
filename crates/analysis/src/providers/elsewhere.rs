//! Services without a place on the map: in a home, by outreach, online, or with no place that may be shown.

use std::collections::BTreeSet;

use catchment_core::findings::{FindingsTable, Labels, Value};
use catchment_core::id::ServiceId;
use catchment_core::place::{DeliveryMode, Service};
use catchment_core::study::Study;

use super::listed::{CATEGORY, CHARGE, NAME, OPERATOR, Row, STATUS};
use super::{ProviderFigures, layout};
use crate::columns::{Column, fields, values};

static COLUMNS: [Column<Row>; 8] = [
    NAME,
    OPERATOR,
    CATEGORY,
    Column {
        name: "delivery",
        title: "Delivery",
        unit: "",
        description: "How it reaches people.",
        value: |row| row.service.delivery.word().into(),
    },
    STATUS,
    Column {
        name: "area_served",
        title: "Area served",
        unit: "",
        description: "Where it comes to or whom it takes, by area; empty where that is not stated.",
        value: |row| row.area_served.as_deref().into(),
    },
    CHARGE,
    Column {
        name: "service_id",
        title: "Reference",
        unit: "",
        description: "The source's own reference of the service; empty where it is in a home, because it may be a carer's name.",
        value: |row| {
            let reference = row.service.key.as_str();
            let told = row.service.delivery != DeliveryMode::Home;
            told.then_some(reference).into()
        },
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
    let row = |service| values(&COLUMNS, &Row::of(study, service));
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
