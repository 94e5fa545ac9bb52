//! What the layers and tables of services say, and what they never do.

use catchment_core::findings::{Findings, Plain, Shape, Value};
use catchment_core::id::{AreaId, OrganisationId, RowId, SiteId, Table};
use catchment_core::place::{
    DeliveryMode, GenderServed, ProviderReturn, Service, ServiceArea, Session,
};
use catchment_core::study::Study;
use jiff::civil::{date, time};
use proptest::prelude::*;

use super::Providers;
use crate::{Analysis, Progress, fixture};

fn shown(study: &Study) -> Vec<String> {
    let found = Providers {}.compute(study, &Progress::none()).unwrap();
    let findings = Providers {}.present(study, &found);
    let features = findings.layers.iter().flat_map(|layer| &layer.features);
    features.map(|feature| feature.id.clone()).collect()
}

#[test]
fn services_with_a_place_are_points_and_a_home_never_is() {
    assert_eq!(
        shown(&fixture::study()),
        ["cafe", "closed", "hub", "workshop"]
    );
}

#[test]
fn counts_are_as_worked_out_by_hand() {
    let found = Providers {}
        .compute(&fixture::study(), &Progress::none())
        .unwrap();
    assert_eq!(
        (
            found.all.services,
            found.all.open,
            found.all.travelled_to,
            found.all.shown
        ),
        (6, 5, 3, 4)
    );
    let community = found.categories["Community"];
    assert_eq!(
        (community.services, community.open, community.shown),
        (2, 2, 1)
    );
}

#[test]
fn a_point_tells_what_is_public_and_not_the_rate() {
    let study = fixture::study();
    let found = Providers {}.compute(&study, &Progress::none()).unwrap();
    let findings = Providers {}.present(&study, &found);
    let (fields, cafe) = fixture::feature(&findings, "providers", "cafe");
    let field = |name| fixture::value(fields, &cafe.values, name);
    assert_eq!(field("operator_group"), &Value::from("Independent"));
    assert_eq!(field("serves"), &Value::from("Dementia"));
    assert_eq!(field("charge"), &Value::Plain(Plain::Number(4.5)));
    assert!(!fields.iter().any(|field| field.name.contains("rate")));
    assert!(
        findings.layers[0]
            .method
            .contains("2 services have no point")
    );
    let labels: Vec<&str> = findings.layers[0]
        .legend
        .classes
        .iter()
        .map(|class| class.label.as_str())
        .collect();
    assert_eq!(labels, ["Community", "Day service", "Low cost"]);
}

#[test]
fn without_services_it_says_so() {
    let study = fixture::changed(|parts| parts.services = Table::default());
    assert!(
        Providers::unavailable(&study)
            .unwrap()
            .contains("no services")
    );
}

const MODES: [DeliveryMode; 5] = [
    DeliveryMode::Building,
    DeliveryMode::Community,
    DeliveryMode::Outreach,
    DeliveryMode::Home,
    DeliveryMode::Online,
];

proptest! {
    /// However services are spread over sites, at one where a service is delivered in a home only a building is a point.
    #[test]
    fn no_point_gives_a_home_away(choices in prop::collection::vec((0_usize..5, 0_usize..4), 6)) {
        let study = fixture::changed(|parts| {
            let mut services = parts.services.rows().to_vec();
            for (service, (mode, site)) in services.iter_mut().zip(&choices) {
                service.delivery = MODES[*mode];
                service.site = Some(SiteId::from_row(*site));
            }
            parts.services = Table::new(services);
        });
        let services = study.parts().services.rows();
        for key in shown(&study) {
            let service = services.iter().find(|service| service.key == key).unwrap();
            prop_assert!(service.delivery != DeliveryMode::Home);
            let at_a_home = services.iter().any(|other| other.site == service.site && other.delivery == DeliveryMode::Home);
            prop_assert!(!at_a_home || service.delivery == DeliveryMode::Building);
        }
    }
}

fn findings(study: &Study) -> Findings<Value> {
    let found = Providers {}.compute(study, &Progress::none()).unwrap();
    Providers {}.present(study, &found)
}

fn session(weekday: i8, start: i8, end: i8, places: Option<u32>) -> Session {
    Session {
        weekday,
        start: Some(time(start, 0, 0, 0)),
        end: Some(time(end, 30, 0, 0)),
        places,
        wheelchair_places: None,
    }
}

/// The fixture, its services changed one by one.
fn with_services(change: impl Fn(&mut Service)) -> Study {
    fixture::changed(|parts| {
        let mut services = parts.services.rows().to_vec();
        services.iter_mut().for_each(&change);
        parts.services = Table::new(services);
    })
}

#[test]
fn a_point_tells_for_whom_and_how_much_a_week() {
    let study = with_services(|service| {
        if service.key == "cafe" {
            service.sessions = vec![
                session(0, 9, 12, Some(10)),
                session(3, 17, 19, Some(8)),
                session(5, 10, 12, Some(5)),
            ];
            service.eligibility.min_age = Some(18);
            service.eligibility.gender = Some(GenderServed::Women);
        }
    });
    let findings = findings(&study);
    let (fields, cafe) = fixture::feature(&findings, "providers", "cafe");
    let field = |name| fixture::value(fields, &cafe.values, name);
    assert_eq!(field("ages"), &Value::from("18 and over"));
    assert_eq!(field("gender"), &Value::from("women"));
    assert_eq!(field("sessions_per_week"), &Value::from(3_i64));
    assert_eq!(field("evening_weekend_sessions"), &Value::from(2_i64));
    assert_eq!(field("places_per_week"), &Value::from(23_i64));
    assert_eq!(field("hours_per_week"), &Value::from(8.5));
    let (fields, hub) = fixture::feature(&findings, "providers", "hub");
    for name in [
        "sessions_per_week",
        "places_per_week",
        "hours_per_week",
        "wheelchair",
        "area_served",
    ] {
        assert_eq!(
            fixture::value(fields, &hub.values, name),
            &Value::Plain(Plain::Missing),
            "{name}"
        );
    }
}

#[test]
fn what_is_not_known_of_one_session_is_not_known_of_the_week() {
    let study = with_services(|service| {
        service.sessions = vec![
            session(0, 9, 12, Some(10)),
            Session {
                start: None,
                ..session(1, 9, 12, None)
            },
        ];
    });
    let findings = findings(&study);
    let (fields, hub) = fixture::feature(&findings, "providers", "hub");
    assert_eq!(
        fixture::value(fields, &hub.values, "sessions_per_week"),
        &Value::from(2_i64)
    );
    for name in [
        "evening_weekend_sessions",
        "places_per_week",
        "hours_per_week",
    ] {
        assert_eq!(
            fixture::value(fields, &hub.values, name),
            &Value::Plain(Plain::Missing),
            "{name}"
        );
    }
}

#[test]
fn services_that_nobody_travels_to_are_in_a_table_and_never_a_point() {
    let study = with_services(|service| {
        if service.key == "cafe" {
            service.delivery = DeliveryMode::Outreach;
        }
    });
    assert_eq!(shown(&study), ["closed", "hub", "workshop"]);
    let findings = findings(&study);
    let table = findings
        .tables
        .iter()
        .find(|table| table.id == "providers_elsewhere")
        .unwrap();
    let names: Vec<&Value> = table.rows.iter().map(|row| &row[0]).collect();
    assert_eq!(
        names,
        [
            &Value::from("Service cafe"),
            &Value::from("Service online"),
            &Value::from("Service shared")
        ]
    );
    assert!(
        !table
            .fields
            .iter()
            .any(|field| field.name.contains("postcode") || field.name.contains("site"))
    );
}

#[test]
fn areas_served_are_outlines_but_never_round_a_home() {
    let study = with_services(|service| {
        service.service_area = match service.key.as_str() {
            "online" | "shared" => {
                ServiceArea::Areas(vec![AreaId::from_row(0), AreaId::from_row(1)])
            }
            _ => ServiceArea::NotStated,
        };
    });
    let findings = findings(&study);
    fixture::check("providers", &findings);
    let layer = findings
        .layers
        .iter()
        .find(|layer| layer.id == "providers_service_areas")
        .unwrap();
    assert_eq!(layer.features.len(), 1);
    assert_eq!(layer.features[0].id, "online");
    assert!(matches!(&layer.features[0].shape, Shape::Area(outline) if outline.0.len() == 1));
    assert_eq!(
        fixture::value(&layer.fields, &layer.features[0].values, "area_served"),
        &Value::from("Area W; Area E")
    );
}

#[test]
fn returns_are_counted_and_those_that_did_not_come_are_rows() {
    assert_eq!(findings(&fixture::study()).headlines.len(), 1);
    let study = fixture::changed(|parts| {
        let row = |provider: &str, organisation: Option<usize>, came| ProviderReturn {
            provider: provider.to_owned(),
            organisation: organisation.map(OrganisationId::from_row),
            service: None,
            came,
            date: came.then_some(date(2023, 2, 1)),
        };
        parts.returns = vec![
            row("Wexcare Ltd", Some(0), true),
            row("Friends", Some(1), false),
            row("Strangers", None, false),
        ];
    });
    let findings = findings(&study);
    fixture::check("providers", &findings);
    assert_eq!(findings.headlines[1].value, Value::from(2_i64));
    assert_eq!(
        findings.headlines[1].label,
        "No return, of 3 providers asked"
    );
    let table = findings
        .tables
        .iter()
        .find(|table| table.id == "providers_returns")
        .unwrap();
    let came: Vec<(&Value, &Value)> = table.rows.iter().map(|row| (&row[0], &row[5])).collect();
    assert_eq!(
        came,
        [
            (&Value::from("Friends"), &Value::from(false)),
            (&Value::from("Strangers"), &Value::from(false)),
            (&Value::from("Wexcare"), &Value::from(true)),
        ]
    );
}
