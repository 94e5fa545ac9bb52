//! The layer and the table of services.

use std::collections::BTreeSet;

use catchment_core::findings::{
    Feature, Field, Findings, FindingsTable, Geometry, Headline, Labels, Layer, Legend,
    LegendClass, Shape, Value,
};
use catchment_core::id::{ServiceId, SiteId};
use catchment_core::study::Study;
use geo::Point;

use super::fields::{COLUMNS, Row};
use super::{ProviderFigures, Providers, Tally, areas_served, elsewhere, returns};
use crate::columns::{ALL, fields, values};
use crate::{Analysis, palette, words};

/// Lays the figures out.
pub(super) fn present(study: &Study, output: &ProviderFigures) -> Findings<Value> {
    let open = Headline {
        label: format!("Services open on {}", words::reference_day(study)),
        value: output.all.open.into(),
        unit: "services".to_owned(),
        decimals: 0,
        n: output.all.open.into(),
    };
    let layers = [layer(study, output), areas_served::layer(study)];
    let tables = [
        Some(table(study, output)),
        elsewhere::table(study, output),
        returns::table(study),
    ];
    Findings {
        analysis: Providers::ID.to_owned(),
        parameters: serde_json::json!({}),
        profile: None,
        layers: layers.into_iter().flatten().collect(),
        tables: tables.into_iter().flatten().collect(),
        headlines: std::iter::once(open)
            .chain(returns::headline(study))
            .collect(),
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
            area_served: areas_served::in_words(study, service),
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

pub(super) fn method(study: &Study, found: &ProviderFigures) -> String {
    let hidden = found.all.services - found.all.shown;
    let without = match hidden {
        0 => String::new(),
        1 => "1 service has no point, because nobody travels to it, it shares the site of one that is delivered in a home, or it has no site of \
              its own; a table lists it."
            .to_owned(),
        _ => format!(
            "{hidden} services have no point, because nobody travels to them, they share the site of one that is delivered in a home, or they \
             have no site of their own; a table lists them."
        ),
    };
    let listed = format!(
        "As listed by the council for {}; each point is a service, not a site.",
        words::reference_day(study)
    );
    words::sentences(&[listed, without])
}

fn legend(study: &Study, found: &ProviderFigures) -> Legend {
    let shown = found.shown.iter().map(|(id, _)| *id);
    by_category(study, shown)
}

/// Colours services by category.
pub(super) fn by_category(study: &Study, of: impl Iterator<Item = ServiceId>) -> Legend {
    let categories: BTreeSet<&str> = of
        .map(|id| study.parts().services[id].category.as_str())
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
