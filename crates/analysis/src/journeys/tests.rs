//! The journeys of the fixture, worked out on paper.

use std::collections::BTreeSet;

use catchment_core::area::AreaKind;
use catchment_core::findings::{Cell, Figure, Findings, Labels, Statistic, Value};
use catchment_core::id::{RowId, SiteId, Table, UserId};
use catchment_core::journey::NoJourney;
use catchment_core::place::{DeliveryMode, GeocodeGrade};
use catchment_core::study::Study;
use catchment_release::{Audience, Policy, release};
use proptest::prelude::*;

use super::{AverageJourneys, Count, JourneyFigures, Outside, Summary};
use crate::fixture::{self, HOMES};
use crate::{Analysis, AnalysisError, Progress};

fn figures(study: &Study) -> JourneyFigures {
    AverageJourneys::default()
        .compute(study, &Progress::none())
        .unwrap()
}

fn outside(found: &JourneyFigures) -> Vec<(Outside, u32, u32)> {
    let row = |(why, left_out): &(Outside, Summary)| (*why, left_out.pairs, left_out.people);
    found.outside.iter().map(row).collect()
}

fn count(attendances: u32, pairs: u32, people: u32) -> Count {
    Count {
        attendances,
        pairs,
        people,
    }
}

fn close(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 1e-6)
}

#[test]
fn all_pairs_are_as_worked_out_by_hand() {
    // To the hub at 1.0: 1.0 0.8 0.6 0.4 0.2 1.5 2.0 2.5 3.5 6.0; to the café at 6.0: 5.4 0.5; p11 is off the road.
    let all = figures(&fixture::study()).all;
    assert_eq!((all.people, all.pairs, all.attendances), (11, 12, 14));
    assert!(close(all.mean_km, 24.4 / 12.0), "{all:?}");
    assert!(close(all.straight_mean_km, 24.4 / 12.0), "{all:?}");
    assert!(
        close(all.mean_minutes, 24.4 / 12.0 * 100.0 / 60.0),
        "{all:?}"
    );
    assert!(close(all.attendance_mean_km, 26.4 / 14.0), "{all:?}");
    // Sorted: 0.2 0.4 0.5 0.6 0.8 1.0 | 1.5 2.0 2.5 3.5 5.4 6.0. Place 9.9 of 11: 3.5 + 0.9 x 1.9.
    assert!(
        close(all.median_km.0, 1.25) && all.median_km.1 == 6,
        "{all:?}"
    );
    assert!(close(all.p90_km.0, 5.21) && all.p90_km.1 == 2, "{all:?}");
    assert_eq!(all.without, count(1, 1, 1));
    let interval = all.interval_km.unwrap();
    assert!(
        interval.low > 0.9 && interval.low < 1.7 && interval.high > 2.5 && interval.high < 3.6,
        "{interval:?}"
    );
}

#[test]
fn groups_are_as_worked_out_by_hand() {
    let study = fixture::study();
    let found = figures(&study);
    let of = |groups: &[(String, Summary)]| -> Vec<(String, u32, Option<f64>)> {
        let rounded = |value: f64| (value * 1e6).round() / 1e6;
        groups
            .iter()
            .map(|(name, summary)| (name.clone(), summary.people, summary.mean_km.map(rounded)))
            .collect()
    };
    let row = |name: &str, people, mean: f64| (name.to_owned(), people, Some(mean));
    assert_eq!(
        of(&found.operator_groups),
        [
            row("Independent", 2, 2.95),
            row("Trading company", 10, 1.85)
        ]
    );
    let low_cost = ("Low cost".to_owned(), 0, None);
    assert_eq!(
        of(&found.categories),
        [
            row("Community", 2, 2.95),
            row("Day service", 10, 1.85),
            low_cost
        ]
    );
    let groups = [
        row("Dementia", 4, 1.86),
        row("Learning disability", 6, 14.3 / 6.0),
        row("Not stated", 1, 0.8),
    ];
    let rounded = groups
        .map(|(name, people, mean)| (name, people, mean.map(|mean| (mean * 1e6).round() / 1e6)));
    assert_eq!(of(&found.support_groups), rounded);
    let wards: Vec<(u32, u32, bool)> = found
        .wards
        .iter()
        .map(|(_, ward)| (ward.people, ward.without.pairs, ward.interval_km.is_some()))
        .collect();
    assert_eq!(wards, [(9, 0, false), (2, 1, false)]);
    assert!(close(found.wards[0].1.mean_km, 1.79) && close(found.wards[1].1.mean_km, 3.25));
    assert_eq!(
        found
            .sites
            .iter()
            .map(|(site, _)| *site)
            .collect::<Vec<_>>(),
        [0, 1].map(SiteId::from_row)
    );
    assert_eq!(
        found.without[0],
        (NoJourney::StartOffNetwork, count(1, 1, 1))
    );
    let none = [(Outside::Wards, 0, 0), (Outside::SmallAreas, 0, 0)];
    assert_eq!(outside(&found), none);
}

#[test]
fn road_and_straight_line_part_where_the_road_bends() {
    // The road turns north at 3; the café is 4 up it: 3 + 4 km by road from home at 0 and 5 km as the crow flies.
    let study = fixture::changed(|parts| {
        parts.networks = vec![fixture::road(&[[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])];
        let mut sites = parts.sites.rows().to_vec();
        sites[1].point = catchment_core::grid::GridPoint {
            x: 3_000.0,
            y: 4_000.0,
        };
        parts.sites = Table::new(sites);
        parts
            .attendances
            .retain(|attendance| attendance.user.row() == 3 && attendance.service.row() == 2);
        let mut users = parts.users.rows().to_vec();
        users[3].home = fixture::at(0.0);
        parts.users = Table::new(users);
    });
    let all = figures(&study).all;
    assert_eq!(all.pairs, 1);
    assert!(
        close(all.mean_km, 7.0)
            && close(all.straight_mean_km, 5.0)
            && close(all.mean_minutes, 700.0 / 60.0)
    );
}

#[test]
fn without_areas_the_sites_and_the_tables_remain() {
    let study = fixture::changed(|parts| {
        parts.areas = Table::default();
        parts.area_sets = Table::default();
        parts.population = None;
        parts.deprivation.clear();
    });
    let findings = AverageJourneys::default().present(&study, &figures(&study));
    fixture::check("average_journeys", &findings);
    assert_eq!(findings.layers.len(), 1);
    assert_eq!(findings.layers[0].id, "average_journeys_site");
    assert_eq!(findings.tables.len(), 6);
}

#[test]
fn a_home_known_by_its_town_alone_is_counted_without_journey_and_in_no_area() {
    let whole = figures(&fixture::study());
    let study = fixture::changed(|parts| {
        let mut users = parts.users.rows().to_vec();
        users[0].grade = GeocodeGrade::Town;
        users[1].grade = GeocodeGrade::PostcodeDistrict;
        users[2].grade = GeocodeGrade::PostcodeSector;
        parts.users = Table::new(users);
    });
    let wards = study.area_set(AreaKind::Ward).unwrap();
    let of = |row| study.area_of_user(UserId::from_row(row), wards).is_some();
    assert_eq!([of(0), of(1), of(2)], [false, false, true]);
    let found = figures(&study);
    let coarse = found
        .without
        .iter()
        .find(|(reason, ..)| *reason == NoJourney::PlaceTooCoarse)
        .copied();
    // p00 and p01 go to one service each, and neither is lost.
    assert_eq!(coarse, Some((NoJourney::PlaceTooCoarse, count(4, 2, 2))));
    assert_eq!(found.all.pairs, whole.all.pairs - 2);
    assert_eq!(found.all.without.pairs, whole.all.without.pairs + 2);
    assert_eq!(found.all.without.people, whole.all.without.people + 2);
    let in_wards: u32 = found.wards.iter().map(|(_, ward)| ward.people).sum();
    assert_eq!(in_wards, found.all.people);
    fixture::check(
        "average_journeys",
        &AverageJourneys::default().present(&study, &found),
    );
}

#[test]
fn a_home_outside_the_areas_is_in_the_total_and_counted() {
    let study = fixture::changed(|parts| {
        let mut users = parts.users.rows().to_vec();
        users[0].home = catchment_core::grid::GridPoint { x: -900.0, y: 0.0 };
        users[1].home = catchment_core::grid::GridPoint { x: 0.0, y: 0.0 };
        let mut areas = parts.areas.rows().to_vec();
        areas.retain(|area| area.code != "W1");
        // Small areas after W1 move up by one, so nothing may refer to them.
        parts.population = None;
        parts.deprivation.clear();
        parts.areas = Table::new(areas);
        parts.users = Table::new(users);
    });
    let found = figures(&study);
    assert_eq!(found.all.pairs, 12);
    // The homes of p00 to p04 were in W1; p03 goes to two services.
    let some = [(Outside::Wards, 0, 0), (Outside::SmallAreas, 6, 5)];
    assert_eq!(outside(&found), some);
}

/// Everybody's figures after disclosure control without rounding.
pub(super) fn released(study: &Study) -> Findings<Figure> {
    let analysis = AverageJourneys {
        bootstrap_samples: 200,
        ..AverageJourneys::default()
    };
    let found = analysis.compute(study, &Progress::none()).unwrap();
    let findings = analysis.present(study, &found);
    fixture::check("average_journeys", &findings);
    let policy = Policy::named("lt5").unwrap();
    release(vec![findings], &policy, Audience::Public)[0]
        .get()
        .clone()
}

#[test]
fn the_support_group_of_one_person_is_not_named() {
    let study = fixture::changed(|parts| {
        let mut users = parts.users.rows().to_vec();
        for user in &mut users {
            user.support_group = Some("Learning disability".to_owned());
        }
        users[3].support_group = Some("Mrs Ann Smith, see file".to_owned());
        // p11 has no journey at all, so the size of this group is 0.
        users[11].support_group = Some("Mr Fox, see file".to_owned());
        parts.users = Table::new(users);
    });
    let findings = AverageJourneys::default().present(&study, &figures(&study));
    let from_people: Vec<&str> = findings
        .tables
        .iter()
        .filter(|table| table.labels == Labels::FromPeople)
        .map(|table| table.id.as_str())
        .collect();
    assert_eq!(from_people, ["average_journeys_by_support_group"]);
    let text = format!("{:?}", released(&study));
    assert!(!text.contains("Ann Smith") && !text.contains("Fox"));
}

#[test]
fn a_group_called_all_does_not_pass_for_the_whole() {
    let study = fixture::changed(|parts| {
        let mut users = parts.users.rows().to_vec();
        for (row, user) in users.iter_mut().enumerate() {
            let group = if row < 3 { "All" } else { "Autism" };
            user.support_group = Some(group.to_owned());
        }
        parts.users = Table::new(users);
    });
    let found = released(&study);
    let table = |id: &str| found.tables.iter().find(|table| table.id == id).unwrap();
    let rows = &table("average_journeys_by_support_group").rows;
    // 3 in the group All are hidden, so Autism must be: the total would give them away.
    assert_ne!(rows[0][1], Figure::Hidden);
    assert_eq!(rows[1][1], Figure::Hidden);
    assert_eq!(rows[2][1], Figure::Hidden);
}

#[test]
fn a_few_homes_outside_the_wards_are_not_what_the_wards_leave_of_the_total() {
    // p00 lives north of W, p01 to p05 in W and the other six in E; each ward by itself could be shown.
    let study = fixture::changed(|parts| {
        let mut users = parts.users.rows().to_vec();
        for (row, user) in users.iter_mut().enumerate() {
            user.home = fixture::at(if row < 6 { 2.0 } else { 7.0 });
        }
        users[0].home = catchment_core::grid::GridPoint {
            x: 1_000.0,
            y: 2_500.0,
        };
        parts.users = Table::new(users);
        parts.settings.snap_cap = catchment_travel::Metres::new(3_000.0);
    });
    let found = figures(&study);
    assert_eq!(outside(&found)[0], (Outside::Wards, 1, 1));
    assert_eq!(
        found
            .wards
            .iter()
            .map(|(_, ward)| ward.people)
            .collect::<Vec<_>>(),
        [5, 6]
    );
    let found = released(&study);
    let wards = &found.layers[0].features;
    assert!(wards.iter().any(|ward| ward.n == Figure::Hidden));
    assert_eq!(found.tables[5].id, "average_journeys_outside");
    assert_eq!(found.tables[5].rows[0][3], Figure::Hidden);
}

#[test]
fn a_place_that_may_be_a_home_is_no_site_on_the_map() {
    let deliver = |at: DeliveryMode| {
        fixture::changed(|parts| {
            let mut services = parts.services.rows().to_vec();
            // The café is in the community at the site of a service in a carer's home.
            services[2].site = services[4].site;
            services[2].delivery = at;
            parts.services = Table::new(services);
        })
    };
    let ids = |study: &Study| -> Vec<String> {
        let findings = AverageJourneys::default().present(study, &figures(study));
        let features = findings
            .layers
            .iter()
            .filter(|layer| layer.id.ends_with("_site"));
        let features = features.flat_map(|layer| &layer.features);
        features.map(|feature| feature.id.clone()).collect()
    };
    let community = deliver(DeliveryMode::Community);
    assert_eq!(ids(&community), ["site-hub"]);
    let found = figures(&community);
    assert_eq!(found.all.pairs, 12);
    assert_eq!(outside(&found)[2], (Outside::Sites, 2, 2));
    let findings = AverageJourneys::default().present(&community, &found);
    assert_eq!(findings.layers[2].rest[0], Value::from(Cell::people(2)));
    let building = deliver(DeliveryMode::Building);
    assert_eq!(ids(&building), ["site-home", "site-hub"]);
}

#[test]
fn findings_carry_cells_layers_in_order_and_headlines() {
    let study = fixture::study();
    let analysis = AverageJourneys::default();
    let findings = analysis.present(&study, &figures(&study));
    let layers: Vec<&str> = findings
        .layers
        .iter()
        .map(|layer| layer.id.as_str())
        .collect();
    assert_eq!(
        layers,
        [
            "average_journeys",
            "average_journeys_small_area",
            "average_journeys_site"
        ]
    );
    let ids: Vec<&str> = findings.layers[1]
        .features
        .iter()
        .map(|feature| feature.id.as_str())
        .collect();
    // Those with a journey first: in E2 lives only p11, who has none.
    assert_eq!(ids, ["E1", "W1", "W2", "E2", "E3", "X1"]);
    assert_eq!(
        fixture::number(&findings, "average_journeys", "W", "mean_km")
            .map(|km| (km * 100.0).round()),
        Some(179.0)
    );
    assert_eq!(
        fixture::number(&findings, "average_journeys_site", "site-hub", "services"),
        Some(2.0)
    );
    let labels: Vec<&str> = findings
        .headlines
        .iter()
        .map(|headline| headline.label.as_str())
        .collect();
    let stated = ["All services", "Independent", "Trading company"];
    assert_eq!(labels[..3], stated);
    let left_out: Vec<&Value> = findings.headlines[3..]
        .iter()
        .map(|headline| &headline.value)
        .collect();
    // p11 is off the road; p02 at home, p05 online and p01 at a closed service.
    let events = |attendances, people| Value::from(Cell::events(attendances, people));
    assert_eq!(left_out, [&events(1, 1), &events(3, 3)]);
    assert!(
        labels[3..]
            .iter()
            .all(|label| label.starts_with("Left out: "))
    );
    assert!(
        matches!(&findings.headlines[0].value, Value::Cell(cell) if cell.statistic == Statistic::MeanKilometres && cell.people == 11)
    );
    assert!(findings.layers[0].method.contains("6 March 2023"));
}

#[test]
fn every_statistic_is_a_cell() {
    let study = fixture::study();
    let findings = AverageJourneys::default().present(&study, &figures(&study));
    let facts = [
        "code",
        "name",
        "site_name",
        "postcode",
        "operator_group",
        "services",
        "category",
        "support_group",
        "reason",
        "where",
    ];
    let rows = findings
        .tables
        .iter()
        .flat_map(|table| table.rows.iter().map(move |row| (&table.fields, row)));
    let features = findings.layers.iter().flat_map(|layer| {
        layer
            .features
            .iter()
            .map(move |one| (&layer.fields, &one.values))
    });
    for (fields, values) in rows.chain(features) {
        for (field, value) in fields.iter().zip(values) {
            assert!(
                facts.contains(&field.name.as_str()) || matches!(value, Value::Cell(_)),
                "{}",
                field.name
            );
        }
    }
    assert!(
        findings
            .layers
            .iter()
            .flat_map(|layer| &layer.features)
            .all(|feature| matches!(feature.n, Value::Cell(_)))
    );
}

#[test]
fn the_same_people_have_the_same_interval_wherever_they_appear() {
    // With nobody at the café, the hub, its operator, its category and all services are of the same pairs.
    let study = fixture::changed(|parts| {
        parts
            .attendances
            .retain(|attendance| attendance.service.row() == 0);
    });
    let found = figures(&study);
    let hub = &found.sites[0].1;
    assert!(hub.interval_km.is_some());
    assert_eq!(hub, &found.all);
    assert_eq!(hub, &found.operator_groups[1].1);
}

#[test]
fn too_few_people_have_no_interval_and_the_threshold_is_an_input() {
    let study = fixture::study();
    let strict = AverageJourneys {
        min_clusters: 12,
        ..AverageJourneys::default()
    };
    assert_eq!(
        strict
            .compute(&study, &Progress::none())
            .unwrap()
            .all
            .interval_km,
        None
    );
    let lax = AverageJourneys {
        min_clusters: 2,
        ..AverageJourneys::default()
    };
    assert!(
        lax.compute(&study, &Progress::none()).unwrap().wards[1]
            .1
            .interval_km
            .is_some()
    );
}

#[test]
fn one_thread_finds_what_many_find() {
    let study = fixture::study();
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let many = rayon::ThreadPoolBuilder::new()
        .num_threads(4)
        .build()
        .unwrap();
    assert_eq!(
        alone.install(|| figures(&study)),
        many.install(|| figures(&study))
    );
}

#[test]
fn bad_inputs_are_refused_by_name() {
    for (inputs, name) in [
        (
            AverageJourneys {
                bootstrap_samples: 0,
                ..AverageJourneys::default()
            },
            "bootstrap_samples",
        ),
        (
            AverageJourneys {
                min_clusters: 1,
                ..AverageJourneys::default()
            },
            "min_clusters",
        ),
    ] {
        let error = inputs
            .compute(&fixture::study(), &Progress::none())
            .unwrap_err();
        assert!(
            matches!(&error, AnalysisError::BadParameter { parameter, .. } if parameter == name),
            "{error}"
        );
    }
}

#[test]
fn what_is_missing_is_said() {
    let reason = |study: &Study| AverageJourneys::unavailable(study).unwrap();
    assert!(reason(&fixture::changed(fixture::without_people)).contains("no people"));
    assert!(
        reason(&fixture::changed(|parts| parts.attendances.clear())).contains("no attendances")
    );
    assert!(reason(&fixture::changed(|parts| parts.networks.clear())).contains("no roads"));
    assert!(
        reason(&fixture::changed(|parts| parts.services = Table::default())).contains("is open")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Every pair is in one ward or outside, at one site, in one category and of one group; nobody is lost or counted twice.
    #[test]
    fn the_parts_add_up(homes in prop::collection::vec(-0.5_f64..16.0, HOMES.len())) {
        let study = fixture::changed(|parts| {
            let mut users = parts.users.rows().to_vec();
            for (user, home) in users.iter_mut().zip(&homes) {
                user.home = fixture::at(*home);
            }
            parts.users = Table::new(users);
        });
        let found = AverageJourneys { bootstrap_samples: 200, ..AverageJourneys::default() }
            .compute(&study, &Progress::none())
            .unwrap();
        let total = |parts: &[&Summary]| parts.iter().map(|part| part.pairs).sum::<u32>();
        let areas = |parts: &[(_, Summary)]| total(&parts.iter().map(|(_, part)| part).collect::<Vec<_>>());
        prop_assert_eq!(areas(&found.wards) + found.outside[0].1.pairs, found.all.pairs);
        prop_assert_eq!(areas(&found.small_areas) + found.outside[1].1.pairs, found.all.pairs);
        for groups in [&found.operator_groups, &found.categories, &found.support_groups] {
            let parts: Vec<&Summary> = groups.iter().map(|(_, part)| part).collect();
            prop_assert_eq!(total(&parts), found.all.pairs);
            let sum: f64 = parts.iter().filter_map(|part| Some(part.mean_km? * f64::from(part.pairs))).sum();
            prop_assert!((sum - found.all.mean_km.unwrap_or(0.0) * f64::from(found.all.pairs)).abs() < 1e-6);
        }
        let left_out: u32 = found.without.iter().map(|(_, count)| count.pairs).sum();
        prop_assert_eq!(left_out, found.all.without.pairs);
        // No journey by road is shorter than the straight line, to the millimetre.
        let summaries: BTreeSet<usize> = (0..found.sites.len()).collect();
        for site in summaries {
            let summary = &found.sites[site].1;
            if let (Some(road), Some(straight)) = (summary.mean_km, summary.straight_mean_km) {
                prop_assert!(road >= straight - 1e-6);
            }
        }
    }
}
