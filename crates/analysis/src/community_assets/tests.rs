//! Walks in the fixture, worked out on paper and held against separate searches.
//!
//! Its road is walked at 4.8 km/h: 80 m a minute, so 15 minutes are 1.2 km.

use catchment_core::findings::{Geometry, Plain, Value};
use catchment_core::id::{RowId, Table};
use catchment_core::place::{Asset, AssetSource, GeocodeGrade};
use catchment_core::study::{Study, StudyParts};
use catchment_travel::{Metres, Snapper, costs_from};
use proptest::prelude::*;

use super::{AssetFigures, CommunityAssets, OnFoot, Walk, weighted_median};
use crate::{Analysis, AnalysisError, Progress, fixture};

fn figures(study: &Study) -> AssetFigures {
    CommunityAssets::default()
        .compute(study, &Progress::none())
        .unwrap()
}

fn rounded(values: &[f64]) -> Vec<i64> {
    values.iter().map(|value| value.round() as i64).collect()
}

fn kind<'a>(found: &'a AssetFigures, field: &str) -> (usize, &'a super::Kind) {
    let mut kinds = found.kinds.iter().enumerate();
    kinds.find(|(_, kind)| kind.field == field).unwrap()
}

fn place(key: &str, kind: &str, kilometres: f64) -> Asset {
    Asset {
        key: key.to_owned(),
        name: format!("Place {key}"),
        kind: kind.to_owned(),
        postcode: None,
        point: fixture::at(kilometres),
        grade: GeocodeGrade::Coordinates,
        step_free: None,
        source: AssetSource::Table,
    }
}

#[test]
fn residents_within_a_walk_are_as_worked_out_by_hand() {
    // Libraries at 1 and 6. To the nearest, in km: W1 1 0.5 0 (100 each), W2 1.5 2 2 (200), E1 0.5 0 1.5 (300), E2 3 (30) and two off the
    // road; E3 is unplaced (50). Ten minutes are 0.8 km, fifteen 1.2 km.
    let found = figures(&fixture::study());
    let (library, it) = kind(&found, "library");
    assert_eq!((it.label.as_str(), it.assets), ("Library", 2));
    assert_eq!(
        rounded(&[found.all.residents, found.all.without_data]),
        [1940, 110]
    );
    let access = &found.all.kinds[library];
    assert_eq!(rounded(&access.within), [800, 900]);
    // Of 1,830 residents with data, 915 are reached at 1.5 km, which takes 18.75 minutes.
    assert!((access.median_minutes.unwrap() - 18.75).abs() < 0.01);
    let wards: Vec<_> = found
        .wards
        .iter()
        .map(|(_, ward)| {
            let access = &ward.kinds[library];
            (
                rounded(&access.within),
                access.assets,
                rounded(&[ward.without_data]),
            )
        })
        .collect();
    assert_eq!(
        wards,
        [(vec![200, 300], 1, vec![0]), (vec![600, 600], 1, vec![60])]
    );
    // E3 has residents and no postcode: no data, not nobody within reach.
    let e3 = &found.small_areas[4].1;
    assert_eq!(rounded(&[e3.residents, e3.without_data]), [50, 50]);
    assert_eq!(e3.kinds[library].median_minutes, None);
}

#[test]
fn the_layers_tell_no_data_from_nobody_within_reach() {
    let study = fixture::study();
    let findings = CommunityAssets::default().present(&study, &figures(&study));
    fixture::check("community_assets", &findings);
    let number = |layer, area, field| fixture::number(&findings, layer, area, field);
    let ward = "community_assets_ward";
    assert_eq!(number(ward, "W", "library_share_within_15_min"), Some(33.3));
    assert_eq!(number(ward, "W", "library_count"), Some(1.0));
    assert_eq!(number(ward, "W", "library_per_1000"), Some(1.11));
    assert_eq!(number(ward, "E", "residents_without_data"), Some(60.0));
    let small = "community_assets_small_area";
    assert_eq!(number(small, "E3", "library_share_within_15_min"), None);
    assert_eq!(
        number(small, "W2", "library_share_within_15_min"),
        Some(0.0)
    );
    let kinds: Vec<Geometry> = findings.layers.iter().map(|layer| layer.geometry).collect();
    assert_eq!(
        kinds,
        [
            Geometry::Point,
            Geometry::MultiPolygon,
            Geometry::MultiPolygon
        ]
    );
    assert_eq!(
        findings.layers[1].legend.field,
        "library_share_within_15_min"
    );
    assert_eq!(
        findings.headlines[0].label,
        "Residents within a 15-minute walk of a library"
    );
    // 900 of 1,830.
    assert_eq!(fixture::exact(&findings.headlines[0].value), Some(49.2));
}

#[test]
fn a_point_says_what_it_is_and_where_from() {
    let study = fixture::study();
    let findings = CommunityAssets::default().present(&study, &figures(&study));
    let (fields, point) = fixture::feature(&findings, "community_assets", "A2");
    let field = |name| fixture::value(fields, &point.values, name);
    assert_eq!(field("kind"), &Value::from("Library"));
    assert_eq!(field("ward"), &Value::from("Area E"));
    assert_eq!(field("step_free"), &Value::from(true));
    assert_eq!(field("source"), &Value::from("table"));
    let (_, nameless) = fixture::feature(&findings, "community_assets", "A3");
    assert_eq!(nameless.values[0], Value::Plain(Plain::Missing));
}

#[test]
fn what_is_missing_is_said_in_words() {
    let reason =
        |change: fn(&mut StudyParts)| CommunityAssets::unavailable(&fixture::changed(change));
    assert!(
        reason(|parts| parts.assets = Table::default())
            .unwrap()
            .contains("no community assets")
    );
    assert!(
        reason(|parts| parts.networks.truncate(1))
            .unwrap()
            .contains("walk")
    );
    assert!(
        reason(|parts| parts.population = None)
            .unwrap()
            .contains("population")
    );
    assert!(
        reason(|parts| parts.postcodes = Table::default())
            .unwrap()
            .contains("postcodes")
    );
    assert!(reason(|_| {}).is_none());
}

#[test]
fn limits_out_of_order_are_refused() {
    let study = fixture::study();
    for minutes in [
        vec![],
        vec![15.0, 10.0],
        vec![0.0],
        vec![f64::NAN],
        vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    ] {
        let refused = CommunityAssets { minutes }.compute(&study, &Progress::none());
        assert!(matches!(refused, Err(AnalysisError::BadParameter { .. })));
    }
}

#[test]
fn an_asset_off_the_network_is_shown_and_is_nobodys_nearest() {
    let study = fixture::changed(|parts| {
        parts.assets = Table::new(vec![place("far", "library", 20.5)]);
    });
    let found = figures(&study);
    assert!(
        found.left_out.contains("Of 1 asset, 1 too far"),
        "{}",
        found.left_out
    );
    assert_eq!(found.all.any.within, [0.0, 0.0]);
    assert_eq!(
        (found.shown.len(), found.all.kinds[0].median_minutes),
        (1, None)
    );
}

#[test]
fn many_kinds_make_a_bounded_number_of_fields() {
    let study = fixture::changed(|parts| {
        parts.assets = (0..40)
            .map(|number| place(&format!("k{number}"), &format!("kind {number}"), 1.0))
            .collect();
    });
    let found = figures(&study);
    assert_eq!(
        (found.kinds.len(), found.reckoned, found.all.kinds.len()),
        (40, 16, 16)
    );
    let findings = CommunityAssets::default().present(&study, &found);
    fixture::check("community_assets", &findings);
    assert_eq!(findings.tables[0].rows.len(), 42);
    assert!(
        found
            .left_out
            .contains("16 kinds with the most assets of 40")
    );
}

#[test]
fn the_median_is_the_value_that_half_of_the_weight_does_not_pass() {
    assert_eq!(weighted_median(vec![]), None);
    assert_eq!(weighted_median(vec![(5.0, 0.0)]), None);
    assert_eq!(
        weighted_median(vec![(9.0, 1.0), (1.0, 1.0), (2.0, 1.0)]),
        Some(2.0)
    );
    assert_eq!(weighted_median(vec![(1.0, 1.0), (7.0, 5.0)]), Some(7.0));
    assert_eq!(
        weighted_median(vec![(1.0, 1.0), (f64::INFINITY, 2.0)]),
        None
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Every postcode's walk is the least of one search from it to each asset.
    #[test]
    fn walks_equal_separate_searches(places in prop::collection::vec(-0.5_f64..11.5, 1..8)) {
        let study = fixture::changed(|parts| {
            parts.assets = places.iter().enumerate().map(|(row, at)| place(&row.to_string(), ["a", "b"][row % 2], *at)).collect();
        });
        let streets = study.prepared_for("walk").unwrap();
        let network = streets.network();
        let snapper = Snapper::new(network);
        let snap = |point: catchment_core::grid::GridPoint| snapper.snap([point.x, point.y], Metres::new(1000.0)).ok();
        let kinds: Vec<usize> = (0..places.len()).map(|row| row % 2).collect();
        let walks = OnFoot::of(&study, streets).walks(&kinds, 2);
        for (id, postcode) in study.parts().postcodes.iter() {
            for (kind, walks) in walks.iter().enumerate() {
                let ends = study.parts().assets.iter().filter(|(asset, _)| kind == 2 || kinds[asset.row()] == kind);
                let expected = snap(postcode.point).map_or(Walk::OffNetwork, |start| {
                    let tree = costs_from(network, &start);
                    let least = ends.filter_map(|(_, asset)| tree.cost(&snap(asset.point)?)).min();
                    least.map_or(Walk::NoRoute, |cost| Walk::Minutes(cost.time().minutes()))
                });
                prop_assert_eq!(walks[id.row()], expected);
            }
        }
    }

    /// One asset more never takes a resident out of reach, nor makes the median walk longer.
    #[test]
    fn more_assets_never_worsen_access(places in prop::collection::vec(-0.5_f64..10.5, 1..8), more in -0.5_f64..10.5) {
        let with = |places: &[f64]| {
            let study = fixture::changed(|parts| {
                parts.assets = places.iter().enumerate().map(|(row, at)| place(&row.to_string(), "library", *at)).collect();
            });
            figures(&study)
        };
        let (before, after) = (with(&places), with(&[places.clone(), vec![more]].concat()));
        let pairs = before.wards.iter().zip(&after.wards).chain(before.small_areas.iter().zip(&after.small_areas));
        for ((_, before), (_, after)) in pairs {
            prop_assert!((before.without_data - after.without_data).abs() < 1e-9);
            let (before, after) = (&before.kinds[0], &after.kinds[0]);
            prop_assert!(before.within.iter().zip(&after.within).all(|(before, after)| *after >= before - 1e-9));
            let minutes = |access: &super::Access| access.median_minutes.unwrap_or(f64::INFINITY);
            prop_assert!(minutes(after) <= minutes(before));
        }
    }
}
