//! What is told of a service where it is not a point: in the table of those without a place, and with the areas they come to.

use catchment_core::place::{Pence, Service};
use catchment_core::study::Study;

use super::areas_served;
use crate::columns::Column;

/// A service, who runs it and where it comes to.
pub(super) struct Row {
    pub(super) service: Service,
    operator: Option<String>,
    pub(super) area_served: Option<String>,
}

impl Row {
    pub(super) fn of(study: &Study, service: &Service) -> Self {
        let operator = study.parts().organisations.get(service.organisation);
        Self {
            service: service.clone(),
            operator: operator.map(|operator| operator.name.clone()),
            area_served: areas_served::in_words(study, service),
        }
    }
}

pub(super) const NAME: Column<Row> = Column {
    name: "service_name",
    title: "Service",
    unit: "",
    description: "The service's name.",
    value: |row| row.service.name.as_str().into(),
};

pub(super) const OPERATOR: Column<Row> = Column {
    name: "operator",
    title: "Operator",
    unit: "",
    description: "Who runs it.",
    value: |row| row.operator.as_deref().into(),
};

pub(super) const CATEGORY: Column<Row> = Column {
    name: "category",
    title: "Category",
    unit: "",
    description: "What kind of service it is.",
    value: |row| row.service.category.as_str().into(),
};

pub(super) const STATUS: Column<Row> = Column {
    name: "status",
    title: "Status",
    unit: "",
    description: "Whether it is open, closed, proposed, or a candidate.",
    value: |row| row.service.status.word().into(),
};

pub(super) const CHARGE: Column<Row> = Column {
    name: "charge",
    title: "Charge a session",
    unit: "£",
    description: "What a session costs the person, in pounds.",
    value: |row| row.service.charge.map(Pence::pounds).into(),
};
