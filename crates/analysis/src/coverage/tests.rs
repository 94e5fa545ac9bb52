//! The reach of the fixture's services, worked out on paper.

use catchment_core::findings::{Cell, Plain, Value};
use catchment_core::id::Table;
use catchment_core::study::Study;
use proptest::prelude::*;

use super::{Coverage, CoverageFigures, Tally};
use crate::{Analysis, AnalysisError, Progress, fixture};

fn figures(study: &Study) -> CoverageFigures {
    Coverage::default()
        .compute(study, &Progress::none())
        .unwrap()
}

fn rounded(values: &[f64]) -> Vec<i64> {
    values.iter().map(|value| value.round() as i64).collect()
}

#[test]
fn residents_within_limits_are_as_worked_out_by_hand() {
    // Nearest, in km: W1 1 0.5 0 (100 each), W2 1.5 2 2 (200), E1 0.5 0 1.5 (300), E2 3 and two off the road (30); E3 unplaced (50).
    let found = figures(&fixture::study());
    assert_eq!(
        rounded(&[found.all.residents, found.all.residents_without_data]),
        [1940, 110]
    );
    assert_eq!(
        rounded(&found.all.residents_within),
        [900, 1830, 1830, 1830, 1830, 1830, 1830]
    );
    let wards: Vec<Vec<i64>> = found
        .wards
        .iter()
        .map(|(_, ward)| {
            rounded(&[
                ward.residents,
                ward.residents_without_data,
                ward.residents_within[0],
            ])
        })
        .collect();
    assert_eq!(wards, [[900, 0, 300], [990, 60, 600]]);
    let e3 = &found.small_areas[4].1;
    assert_eq!(
        rounded(&[
            e3.residents,
            e3.residents_without_data,
            e3.residents_within[3]
        ]),
        [50, 50, 0]
    );
    assert!(
        found
            .left_out
            .contains("50 residents of 1 area without a postcode"),
        "{}",
        found.left_out
    );
    assert!(
        found.left_out.contains("1 postcode outside"),
        "{}",
        found.left_out
    );
}

#[test]
fn people_count_to_the_nearest_that_serves_their_group() {
    // In km: 1 0.8 0.6 0.4 0.2 | 1.5 2 2.5 3.5 | 0.5 6, and p11 is off the road.
    let found = figures(&fixture::study());
    assert_eq!((found.all.people, found.all.people_without_data), (11, 1));
    assert_eq!(found.all.people_within, [6, 9, 10, 11, 11, 11, 11]);
    assert_eq!(
        found
            .wards
            .iter()
            .map(|(_, ward)| ward.people)
            .collect::<Vec<_>>(),
        [9, 2]
    );
}

#[test]
fn the_layers_have_shares_and_cells() {
    let study = fixture::study();
    let findings = Coverage::default().present(&study, &figures(&study));
    let share = fixture::number(&findings, "coverage", "E", "share_within_1_km").unwrap();
    assert!((share - 64.5).abs() < 1e-9, "{share}");
    assert_eq!(
        fixture::number(&findings, "coverage_small_area", "E3", "share_within_10_km"),
        None
    );
    let (fields, ward) = fixture::feature(&findings, "coverage", "W");
    assert_eq!(
        fixture::value(fields, &ward.values, "people_share_within_1_km"),
        &Value::from(Cell::share(5, 9))
    );
    assert_eq!(ward.n, Value::Plain(Plain::Integer(900)));
    assert!(
        findings.layers[0]
            .notice
            .as_ref()
            .unwrap()
            .contains("not how far people travel")
    );
    assert_eq!(findings.layers[0].legend.field, "share_within_5_km");
    assert_eq!(fixture::exact(&findings.headlines[0].value), Some(100.0));
}

#[test]
fn without_people_their_fields_are_not_there() {
    let study = fixture::changed(fixture::without_people);
    let findings = Coverage::default().present(&study, &figures(&study));
    fixture::check("coverage", &findings);
    fixture::says_nothing_of_people(&findings);
}

#[test]
fn limits_make_the_fields() {
    let study = fixture::study();
    let inputs = Coverage {
        km: vec![2.5],
        minutes: Vec::new(),
    };
    let findings = inputs.present(&study, &inputs.compute(&study, &Progress::none()).unwrap());
    fixture::check("coverage", &findings);
    assert!(
        findings.layers[0]
            .fields
            .iter()
            .any(|field| field.name == "share_within_2_5_km")
    );
    assert_eq!(findings.layers[0].legend.field, "share_within_2_5_km");
}

#[test]
fn bad_limits_are_refused_by_name() {
    let refused = |km: &[f64], minutes: &[f64]| {
        let inputs = Coverage {
            km: km.to_vec(),
            minutes: minutes.to_vec(),
        };
        match inputs
            .compute(&fixture::study(), &Progress::none())
            .unwrap_err()
        {
            AnalysisError::BadParameter { parameter, .. } => parameter,
            other => other.to_string(),
        }
    };
    assert_eq!(refused(&[-1.0], &[]), "km");
    assert_eq!(refused(&[f64::NAN], &[]), "km");
    assert_eq!(refused(&[1.0], &[30.0, 15.0]), "minutes");
    assert_eq!(refused(&[], &[f64::INFINITY]), "minutes");
    assert_eq!(refused(&[], &[]), "km");
}

#[test]
fn what_is_missing_is_said() {
    let reason = |study: &Study| Coverage::unavailable(study).unwrap();
    assert!(reason(&fixture::changed(|parts| parts.population = None)).contains("no population"));
    assert!(
        reason(&fixture::changed(|parts| parts.postcodes = Table::default()))
            .contains("no postcodes")
    );
    assert!(reason(&fixture::changed(|parts| parts.networks.clear())).contains("no roads"));
    assert!(
        reason(&fixture::changed(|parts| parts.services = Table::default())).contains("is open")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A wider limit reaches no fewer, the parts add up to the whole, and nobody is within reach without data.
    #[test]
    fn limits_nest_and_parts_add_up(places in prop::collection::vec(-0.5_f64..16.0, 13)) {
        let study = fixture::changed(|parts| {
            let mut postcodes = parts.postcodes.rows().to_vec();
            for (postcode, place) in postcodes.iter_mut().zip(&places) {
                postcode.point = fixture::at(*place);
            }
            parts.postcodes = Table::new(postcodes);
        });
        let found = figures(&study);
        for tally in found.wards.iter().chain(&found.small_areas).map(|(_, tally)| tally).chain([&found.all]) {
            prop_assert!(tally.residents_within[..4].is_sorted() && tally.residents_within[4..].is_sorted());
            prop_assert!(tally.people_within[..4].is_sorted());
            prop_assert!(tally.residents_within[3] <= tally.residents - tally.residents_without_data + 1e-6);
        }
        let sum = |parts: &[(_, Tally)], of: fn(&Tally) -> f64| parts.iter().map(|(_, tally)| of(tally)).sum::<f64>();
        let residents = sum(&found.small_areas, |tally| tally.residents);
        prop_assert!((residents - found.all.residents).abs() < 1e-6);
        let within = sum(&found.wards, |tally| tally.residents_within[0]);
        prop_assert!((within - found.all.residents_within[0]).abs() < 1e-6);
    }
}
