//! The layers and tables of average journeys.

use std::collections::BTreeSet;

use catchment_core::area::AreaKind;
use catchment_core::findings::{
    Cell, Feature, Field, Findings, FindingsTable, Geometry, Headline, Labels, Layer, Legend,
    Plain, Shape, Statistic, Value,
};
use catchment_core::id::{AreaId, AreaSetId, SiteId};
use catchment_core::study::Study;
use geo::Point;

use super::columns::{STATISTICS, mean};
use super::operators::Operators;
use super::{AverageJourneys, JourneyFigures, Outside, Summary, left_out};
use crate::columns::{ALL, AREA, fields, values};
use crate::homes::Homes;
use crate::{Analysis, areas, palette, words};

/// Lays the figures out.
pub(super) fn present(
    inputs: &AverageJourneys,
    study: &Study,
    found: &JourneyFigures,
) -> Findings<Value> {
    let method = method(inputs, study);
    let wards = study.area_set(AreaKind::Ward);
    let small_areas = areas::small_area_set(study);
    let layers = [
        area_layer(
            study,
            wards,
            "average_journeys",
            "ward",
            &found.wards,
            rest(found, Outside::Wards, 2),
            &method,
        ),
        area_layer(
            study,
            small_areas,
            "average_journeys_small_area",
            "small area",
            &found.small_areas,
            rest(found, Outside::SmallAreas, 2),
            &method,
        ),
        site_layer(study, found, &method),
    ];
    Findings {
        analysis: AverageJourneys::ID.to_owned(),
        parameters: serde_json::to_value(inputs).unwrap_or_default(),
        profile: Some(words::profile(study)),
        layers: layers.into_iter().flatten().collect(),
        tables: tables(found, &method),
        headlines: headlines(found),
    }
}

fn tables(found: &JourneyFigures, method: &str) -> Vec<FindingsTable<Value>> {
    let by = |id: &str, first: Field, groups: &[(String, Summary)]| {
        grouped(id, first, Labels::Public, &found.all, groups, method)
    };
    let operator = Field::new(
        "operator_group",
        "Operator group",
        "",
        "The group that the service's operator is counted in, as the list of services gives it.",
    );
    let category = Field::new("category", "Category", "", "The service's category.");
    let support = Field::new(
        "support_group",
        "Support group",
        "",
        "The person's primary support group.",
    );
    let mut all = vec![
        by(
            "average_journeys_by_operator",
            operator,
            &found.operator_groups,
        ),
        by("average_journeys_by_category", category, &found.categories),
        grouped(
            "average_journeys_by_support_group",
            support,
            Labels::FromPeople,
            &found.all,
            &found.support_groups,
            method,
        ),
    ];
    all.extend(left_out::tables(found, method));
    all
}

fn method(inputs: &AverageJourneys, study: &Study) -> String {
    format!(
        "Mean distance along the fastest {} route (time first, distance breaks ties), one way from home to site, over distinct \
         person-service pairs with an attendance at an open service on {}; the straight line runs between the same two points \
         on the street; the way from home to the street is not included. {} Intervals: 95%, {} bootstrap samples of people, \
         percentile method, seed {}, none for fewer than {} people.",
        study.parts().settings.profile,
        words::reference_day(study),
        left_out::WHERE,
        inputs.bootstrap_samples,
        inputs.seed,
        inputs.min_clusters,
    )
}

fn legend() -> Legend {
    Legend::graduated(
        "mean_km",
        "Mean distance (km)",
        "km",
        &[2.5, 5.0, 7.5, 10.0],
        &palette::FURTHER,
    )
}

/// Those with people first, each in order of their ids.
fn people_first(mut features: Vec<(u32, Feature<Value>)>) -> Vec<Feature<Value>> {
    features.sort_by(|(people, one), (others, other)| {
        (*people == 0, &one.id).cmp(&(*others == 0, &other.id))
    });
    features.into_iter().map(|(_, feature)| feature).collect()
}

fn area_layer(
    study: &Study,
    set: Option<AreaSetId>,
    id: &str,
    kind: &str,
    found: &[(AreaId, Summary)],
    rest: Vec<Value>,
    method: &str,
) -> Option<Layer<Value>> {
    let set = set.filter(|_| !found.is_empty())?;
    let feature = |(id, summary): &(AreaId, Summary)| {
        let area = &study.parts().areas[*id];
        let fields = [values(&AREA, area), values(&STATISTICS, summary)].concat();
        (
            summary.people,
            areas::feature(area, Cell::people(summary.people).into(), fields),
        )
    };
    Some(Layer {
        id: id.to_owned(),
        title: format!("Average journeys by {kind} of home"),
        description: format!(
            "How far the people who live in each {kind} ({} boundaries) travel to the services they attend.",
            areas::vintage(study, set)
        ),
        method: method.to_owned(),
        notice: None,
        geometry: Geometry::MultiPolygon,
        counted: "people".to_owned(),
        fields: [fields(&AREA), fields(&STATISTICS)].concat(),
        legend: legend(),
        partition: true,
        rest,
        features: people_first(found.iter().map(feature).collect()),
    })
}

/// Whom a layer leaves out, in its own columns; `facts` is how many of them come before the statistics.
fn rest(found: &JourneyFigures, why: Outside, facts: usize) -> Vec<Value> {
    let outside = found.outside.iter().find(|(reason, _)| *reason == why);
    let Some((_, summary)) = outside.filter(|(_, found)| found.people + found.without.people > 0)
    else {
        return Vec::new();
    };
    let facts = vec![Plain::Missing.into(); facts];
    let n = Cell::people(summary.people).into();
    [vec![n], facts, values(&STATISTICS, summary)].concat()
}

fn site_layer(study: &Study, found: &JourneyFigures, method: &str) -> Option<Layer<Value>> {
    let (homes, operators) = (Homes::of(study), Operators::of(study));
    let rest = rest(found, Outside::Sites, site_fields().len());
    let found = &found.sites;
    let feature = |(id, summary): &(SiteId, Summary)| {
        let site = &study.parts().sites[*id];
        let here: Vec<_> = study
            .open_services()
            .filter(|(_, service, place)| place == id && homes.may_show(service, *place))
            .collect();
        let groups: BTreeSet<&str> = here
            .iter()
            .map(|(_, service, _)| operators.shown(service))
            .collect();
        let groups: Vec<&str> = groups.into_iter().collect();
        let about: Vec<Value> = vec![
            site.name.as_str().into(),
            site.postcode.as_deref().into(),
            groups.join("; ").into(),
            (here.len() as u32).into(),
        ];
        let feature = Feature {
            id: site.key.clone(),
            shape: Shape::Point(Point::new(site.point.x, site.point.y)),
            n: Cell::people(summary.people).into(),
            values: [about, values(&STATISTICS, summary)].concat(),
        };
        (summary.people, feature)
    };
    (!found.is_empty()).then(|| Layer {
        id: "average_journeys_site".to_owned(),
        title: "Average journeys by site".to_owned(),
        description: "How far people travel to each site where a service is open. At a place that may be somebody's home only services \
            with a building are shown."
            .to_owned(),
        method: method.to_owned(),
        notice: None,
        geometry: Geometry::Point,
        counted: "people".to_owned(),
        fields: [site_fields(), fields(&STATISTICS)].concat(),
        legend: legend(),
        partition: true,
        rest,
        features: people_first(found.iter().map(feature).collect()),
    })
}

fn site_fields() -> Vec<Field> {
    vec![
        Field::new("site_name", "Site", "", "The site's name."),
        Field::new("postcode", "Postcode", "", "The site's postcode."),
        Field::new(
            "operator_group",
            "Operator group",
            "",
            "The groups that the operators of its open services are counted in, or the operators themselves where no group is given.",
        ),
        Field::new(
            "services",
            "Open services",
            "",
            "How many services that people travel to are open there.",
        ),
    ]
}

fn grouped(
    id: &str,
    first: Field,
    labels: Labels,
    all: &Summary,
    groups: &[(String, Summary)],
    method: &str,
) -> FindingsTable<Value> {
    let row = |label: &str, summary| [vec![label.into()], values(&STATISTICS, summary)].concat();
    let rows = groups.iter().map(|(label, summary)| row(label, summary));
    let by = first.title.to_lowercase();
    FindingsTable {
        id: id.to_owned(),
        title: format!("Average journeys by {by}"),
        description: format!("How far people travel, by {by}; the first row is all of them."),
        method: method.to_owned(),
        fields: [vec![first], fields(&STATISTICS)].concat(),
        labels,
        partition: true,
        whole: Some(0),
        rows: std::iter::once(row(ALL, all)).chain(rows).collect(),
    }
}

/// A line for all services, for every group of operators, and for what is left out.
fn headlines(found: &JourneyFigures) -> Vec<Headline<Value>> {
    let headline = |label: &str, summary: &Summary| Headline {
        label: label.to_owned(),
        value: mean(Statistic::MeanKilometres, summary.mean_km, summary),
        unit: "km".to_owned(),
        decimals: 2,
        n: Cell::people(summary.people).into(),
    };
    let groups = found.operator_groups.iter();
    let groups = groups.map(|(label, summary)| headline(label, summary));
    std::iter::once(headline("All services", &found.all))
        .chain(groups)
        .chain(left_out::headlines(found))
        .collect()
}
