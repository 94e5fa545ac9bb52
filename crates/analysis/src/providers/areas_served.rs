//! Where services come to: their own outlines, or the areas they name.
//!
//! A service delivered in a home has no outline here: one drawn round a carer's home would show where it is.

use catchment_core::findings::{Feature, Geometry, Layer, Shape, Value};
use catchment_core::id::ServiceId;
use catchment_core::place::{DeliveryMode, Service, ServiceArea};
use catchment_core::study::Study;
use geo::{BooleanOps, MultiPolygon};

use super::layout::by_category;
use super::listed::{CATEGORY, CHARGE, NAME, OPERATOR, Row, STATUS};
use crate::columns::{Column, fields, values};
use crate::words;

static COLUMNS: [Column<Row>; 9] = [
    NAME,
    OPERATOR,
    CATEGORY,
    Column {
        name: "delivery",
        title: "Delivery",
        unit: "",
        description: "How it reaches people: at a building, in the community, by outreach or online.",
        value: |row| row.service.delivery.word().into(),
    },
    STATUS,
    Column {
        name: "area_kind",
        title: "How the area is given",
        unit: "",
        description: "Whether the area is the service's own outline or a list of areas.",
        value: |row| kind(&row.service.service_area).into(),
    },
    Column {
        name: "area_served",
        title: "Area served",
        unit: "",
        description: "The areas, or that it is an outline of its own.",
        value: |row| row.area_served.as_deref().into(),
    },
    CHARGE,
    Column {
        name: "service_id",
        title: "Reference",
        unit: "",
        description: "The source's own reference of the service.",
        value: |row| row.service.key.as_str().into(),
    },
];

fn kind(area: &ServiceArea) -> Option<&'static str> {
    match area {
        ServiceArea::NotStated => None,
        ServiceArea::Areas(_) => Some("list of areas"),
        ServiceArea::Outline(_) => Some("own outline"),
    }
}

/// Says in words where a service comes to; nothing where that is not stated.
pub(super) fn in_words(study: &Study, service: &Service) -> Option<String> {
    match &service.service_area {
        ServiceArea::NotStated => None,
        ServiceArea::Outline(_) => Some("an outline of its own".to_owned()),
        ServiceArea::Areas(areas) => {
            let names = areas
                .iter()
                .filter_map(|id| study.parts().areas.get(*id))
                .map(|area| area.name.as_str());
            Some(names.collect::<Vec<_>>().join("; "))
        }
    }
}

/// The outline that a service may be shown with.
fn outline(study: &Study, service: &Service) -> Option<MultiPolygon<f64>> {
    if service.delivery == DeliveryMode::Home {
        return None;
    }
    match &service.service_area {
        ServiceArea::NotStated => None,
        ServiceArea::Outline(outline) => Some(outline.clone()),
        // Neighbours are joined: polygons that lie side by side in one geometry would not be a valid one.
        ServiceArea::Areas(areas) => areas
            .iter()
            .filter_map(|area| study.parts().areas.get(*area))
            .map(|area| area.outline.clone())
            .reduce(|all, next| all.union(&next)),
    }
    .filter(|outline| !outline.0.is_empty())
}

/// Lays out the areas that services come to; nothing where none is known.
pub(super) fn layer(study: &Study) -> Option<Layer<Value>> {
    let parts = study.parts();
    let mut with_area: Vec<(ServiceId, &Service, MultiPolygon<f64>)> = parts
        .services
        .iter()
        .filter_map(|(id, service)| Some((id, service, outline(study, service)?)))
        .collect();
    with_area.sort_by(|a, b| a.1.key.cmp(&b.1.key));
    let legend = by_category(study, with_area.iter().map(|(id, _, _)| *id));
    let features: Vec<Feature<Value>> = with_area
        .into_iter()
        .map(|(_, service, outline)| {
            let row = Row::of(study, service);
            Feature {
                id: service.key.clone(),
                shape: Shape::Area(outline),
                n: 1_i64.into(),
                values: values(&COLUMNS, &row),
            }
        })
        .collect();
    let method = format!(
        "As listed by the council for {}: a service's own outline, or the areas it names. Services delivered in a home are in the table \
         only. Areas overlap where several services come to the same place.",
        words::reference_day(study)
    );
    (!features.is_empty()).then(|| Layer {
        id: "providers_service_areas".to_owned(),
        title: "Where services come to".to_owned(),
        description: "The area of every service that says where it comes to, or whom it takes by where they live.".to_owned(),
        method,
        notice: None,
        geometry: Geometry::MultiPolygon,
        counted: "services".to_owned(),
        fields: fields(&COLUMNS),
        legend,
        partition: false,
        rest: Vec::new(),
        features,
    })
}
