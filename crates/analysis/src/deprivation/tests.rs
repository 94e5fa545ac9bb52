//! The deprivation of the fixture, worked out on paper.

use catchment_core::area::AreaSet;
use catchment_core::findings::{Cell, Value};
use catchment_core::id::{AreaSetId, RowId, Table};
use catchment_core::study::Study;
use proptest::prelude::*;

use super::{DeprivationFigures, DeprivationWards, Rule, Weight};
use crate::{Analysis, AnalysisError, Progress, fixture};

fn figures(inputs: &DeprivationWards, study: &Study) -> DeprivationFigures {
    inputs.compute(study, &Progress::none()).unwrap()
}

/// The same study with a population of boundaries of another year: of a third set of areas, which is the second moved to other ids.
fn other_vintage() -> Study {
    fixture::changed(|parts| {
        let mut areas = parts.areas.rows().to_vec();
        let older: Vec<_> = areas
            .iter()
            .filter(|area| area.set == AreaSetId::from_row(1))
            .cloned()
            .collect();
        let first = areas.len();
        areas.extend(older.into_iter().map(|area| catchment_core::area::Area {
            set: AreaSetId::from_row(2),
            ..area
        }));
        let mut sets: Vec<AreaSet> = parts.area_sets.rows().to_vec();
        sets.push(AreaSet {
            key: "older".to_owned(),
            vintage: "2011".to_owned(),
            ..sets[1].clone()
        });
        parts.areas = Table::new(areas);
        parts.area_sets = Table::new(sets);
        for row in &mut parts.deprivation[0].rows {
            row.area = RowId::from_row(row.area.row() - 2 + first);
        }
        parts.deprivation[0].set = AreaSetId::from_row(2);
    })
}

#[test]
fn wards_are_as_worked_out_by_hand() {
    // W: W1 decile 1 with 300 residents, W2 decile 5 with 600. E: E1 decile 2 with 900, E2 decile 10 with 90, E3 decile 1 with 50.
    let found = figures(&DeprivationWards::default(), &fixture::study());
    let (west, east) = (&found.wards[0].1, &found.wards[1].1);
    assert_eq!(
        (
            west.small_areas,
            west.small_areas_deprived,
            east.small_areas,
            east.small_areas_deprived
        ),
        (2, 1, 3, 2)
    );
    assert!((west.share_deprived().unwrap() - 1.0 / 3.0).abs() < 1e-9);
    assert!((east.share_deprived().unwrap() - 950.0 / 1040.0).abs() < 1e-9);
    assert!((west.mean_decile().unwrap() - 3300.0 / 900.0).abs() < 1e-9);
    assert!((east.mean_decile().unwrap() - 2750.0 / 1040.0).abs() < 1e-9);
    // Any; half of small areas; a fifth of population; majority; mean decile of 2.
    assert_eq!(west.rules, [true, true, true, false, false].map(Some));
    assert_eq!(east.rules, [true, true, true, true, false].map(Some));
    assert_eq!((west.deprived, east.deprived), (Some(false), Some(true)));
    // The hub and the workshop are in W1, the café in E1; p00 to p04 live in W1, p05 to p08 in W2, p09 and p10 in E1, p11 in E2.
    assert_eq!(
        (
            west.services,
            west.services_in_deprived,
            east.services,
            east.services_in_deprived
        ),
        (2, 2, 1, 1)
    );
    assert_eq!(
        (
            west.people,
            west.people_in_deprived,
            east.people,
            east.people_in_deprived
        ),
        (9, 5, 3, 2)
    );
    // X1 lies in no ward.
    assert_eq!((found.outside, found.without_decile), (1, 0));
}

#[test]
fn deciles_are_as_worked_out_by_hand() {
    let found = figures(&DeprivationWards::default(), &fixture::study());
    let row = |place: usize| {
        let figures = &found.deciles[place];
        (
            figures.small_areas,
            figures.weight as i64,
            figures.services,
            figures.people,
            figures.pairs,
        )
    };
    assert_eq!(row(0), (2, 350, 2, 5, 6));
    assert_eq!(row(1), (1, 900, 1, 2, 2));
    assert_eq!(row(4), (1, 600, 0, 4, 4));
    assert_eq!(row(9), (1, 90, 0, 1, 1));
    assert_eq!(row(10), (0, 0, 0, 0, 0));
}

#[test]
fn each_rule_can_decide() {
    let study = fixture::study();
    for (rule, west, east) in [
        (Rule::AnySmallArea, true, true),
        (Rule::ShareOfSmallAreas, true, true),
        (Rule::ShareOfPopulation, true, true),
        (Rule::MajorityOfPopulation, false, true),
        (Rule::MeanDecile, false, false),
    ] {
        let found = figures(
            &DeprivationWards {
                rule,
                ..DeprivationWards::default()
            },
            &study,
        );
        let deprived: Vec<_> = found.wards.iter().map(|(_, ward)| ward.deprived).collect();
        assert_eq!(deprived, [Some(west), Some(east)], "{rule:?}");
    }
    let mean = DeprivationWards {
        rule: Rule::MeanDecile,
        mean_decile: 3.0,
        ..DeprivationWards::default()
    };
    assert_eq!(figures(&mean, &study).wards[1].1.deprived, Some(true));
}

#[test]
fn the_table_of_rules_says_what_each_makes_of_the_wards() {
    let study = fixture::study();
    let inputs = DeprivationWards::default();
    let findings = inputs.present(&study, &figures(&inputs, &study));
    let table = &findings.tables[0];
    let numbers: Vec<Vec<i64>> = table
        .rows
        .iter()
        .map(|row| {
            row[2..]
                .iter()
                .map(|value| fixture::exact(value).unwrap() as i64)
                .collect()
        })
        .collect();
    assert_eq!(
        numbers,
        [
            [2, 5, 1940, 3],
            [2, 5, 1940, 3],
            [2, 5, 1940, 3],
            [1, 3, 1040, 1],
            [0, 0, 0, 0]
        ]
    );
    let decides: Vec<&Value> = table.rows.iter().map(|row| &row[1]).collect();
    assert_eq!(
        decides,
        [
            &Value::from(false),
            &false.into(),
            &false.into(),
            &true.into(),
            &false.into()
        ]
    );
}

#[test]
fn a_study_of_open_data_alone_counts_no_services() {
    let study = fixture::changed(|parts| {
        fixture::without_people(parts);
        parts.services = Table::default();
    });
    let inputs = DeprivationWards::default();
    let findings = inputs.present(&study, &figures(&inputs, &study));
    fixture::check("deprivation_wards", &findings);
    let tables = findings.tables.iter().flat_map(|table| &table.fields);
    let mut fields = findings
        .layers
        .iter()
        .flat_map(|layer| &layer.fields)
        .chain(tables);
    assert!(!fields.any(|field| field.name.starts_with("services")));
    assert_eq!(findings.headlines.len(), 2);
}

#[test]
fn a_population_of_another_vintage_is_never_joined() {
    let study = other_vintage();
    let found = figures(&DeprivationWards::default(), &study);
    assert_eq!(found.weight, Weight::Postcodes);
    // Three postcodes each in W1, W2, E1, E2; none in E3.
    let (west, east) = (&found.wards[0].1, &found.wards[1].1);
    assert_eq!(
        (
            west.weight,
            west.weight_deprived,
            east.weight,
            east.weight_deprived
        ),
        (6.0, 3.0, 6.0, 3.0)
    );
    assert_eq!((west.deprived, east.deprived), (Some(false), Some(false)));
    let findings = DeprivationWards::default().present(&study, &found);
    fixture::check("deprivation_wards", &findings);
    let layer = &findings.layers[0];
    assert_eq!(layer.counted, "postcodes");
    assert!(
        layer.method.contains("boundaries of another year")
            && !layer.fields.iter().any(|field| field.name == "residents")
    );
}

/// The same study, its population without rows for some small areas.
fn without_rows(codes: &[&str]) -> Study {
    fixture::changed(|parts| {
        let areas = &parts.areas;
        let rows = &mut parts.population.as_mut().unwrap().rows;
        rows.retain(|row| !codes.contains(&areas[row.area].code.as_str()));
    })
}

#[test]
fn a_small_area_without_a_row_is_unknown_and_not_empty() {
    let inputs = DeprivationWards::default();
    // Of W nothing is known; of E the 900 of E1 and the 50 of E3.
    let study = without_rows(&["W1", "W2", "E2"]);
    let found = figures(&inputs, &study);
    let (west, east) = (&found.wards[0].1, &found.wards[1].1);
    assert_eq!((west.small_areas, west.without_weight), (2, 2));
    assert_eq!((east.small_areas, east.without_weight), (3, 1));
    assert_eq!((west.share_deprived(), west.deprived), (None, None));
    assert_eq!(west.small_areas_deprived, 1);
    assert_eq!(east.share_deprived(), Some(1.0));
    let findings = inputs.present(&study, &found);
    fixture::check("deprivation_wards", &findings);
    let residents = |ward| fixture::number(&findings, "deprivation_wards", ward, "residents");
    assert_eq!((residents("W"), residents("E")), (None, Some(950.0)));
    let (_, west) = fixture::feature(&findings, "deprivation_wards", "W");
    assert_eq!(fixture::exact(&west.n), None);
    let left_out = "small_areas_without_residents";
    assert_eq!(
        fixture::number(&findings, "deprivation_wards", "E", left_out),
        Some(1.0)
    );
    let method = &findings.layers[0].method;
    assert!(
        method.contains("3 small areas without a row in the population"),
        "{method}"
    );
    let label = &findings.headlines[0].label;
    assert!(label.contains("without 3 small areas"), "{label}");
    // Decile 5 is W2 alone, decile 6 no small area at all.
    let by_decile = &findings.tables[1].rows;
    assert_eq!(fixture::exact(&by_decile[5][2]), None);
    assert_eq!(fixture::exact(&by_decile[6][2]), Some(0.0));
    let full = inputs.present(&fixture::study(), &figures(&inputs, &fixture::study()));
    assert!(!full.headlines[0].label.contains("without"));
}

#[test]
fn people_in_no_ward_are_what_the_wards_leave_of_the_total() {
    let study = fixture::changed(|parts| {
        let mut users = parts.users.rows().to_vec();
        users[0].home = fixture::at(-5.0);
        parts.users = Table::new(users);
    });
    let inputs = DeprivationWards::default();
    let findings = inputs.present(&study, &figures(&inputs, &study));
    let layer = &findings.layers[0];
    let people = 1 + layer
        .fields
        .iter()
        .position(|field| field.name == "people")
        .unwrap();
    assert_eq!(layer.rest.len(), 1 + layer.fields.len());
    assert_eq!(layer.rest[people], Value::from(Cell::people(1)));
    let inside: f64 = layer
        .features
        .iter()
        .filter_map(|ward| fixture::exact(&ward.values[people - 1]))
        .sum();
    assert!((inside - 11.0).abs() < 1e-9);
}

#[test]
fn the_layer_prints_the_rule_and_people_are_cells() {
    let study = fixture::study();
    let inputs = DeprivationWards::default();
    let findings = inputs.present(&study, &figures(&inputs, &study));
    let layer = &findings.layers[0];
    assert!(
        layer.method.contains("Invented index 2019")
            && layer.method.contains("more than half of its residents")
    );
    let (fields, east) = fixture::feature(&findings, "deprivation_wards", "E");
    assert_eq!(
        fixture::value(fields, &east.values, "deprived"),
        &Value::from(true)
    );
    assert_eq!(
        fixture::value(fields, &east.values, "people_share_in_deprived"),
        &Value::from(Cell::share(2, 3))
    );
    let headlines: Vec<Option<f64>> = findings
        .headlines
        .iter()
        .map(|one| fixture::exact(&one.value).map(f64::round))
        .collect();
    assert_eq!(headlines, [Some(64.0), Some(1.0), Some(3.0)]);
    let nobody = fixture::changed(fixture::without_people);
    let findings = inputs.present(&nobody, &figures(&inputs, &nobody));
    fixture::check("deprivation_wards", &findings);
    fixture::says_nothing_of_people(&findings);
}

#[test]
fn bad_parameters_are_refused_by_name() {
    let refused = |inputs: DeprivationWards| match inputs
        .compute(&fixture::study(), &Progress::none())
        .unwrap_err()
    {
        AnalysisError::BadParameter {
            parameter, problem, ..
        } => (parameter, problem),
        other => (other.to_string(), String::new()),
    };
    let default = DeprivationWards::default;
    assert_eq!(
        refused(DeprivationWards {
            deciles: 0,
            ..default()
        })
        .0,
        "deciles"
    );
    assert_eq!(
        refused(DeprivationWards {
            share_of_population: 1.1,
            ..default()
        })
        .0,
        "share_of_population"
    );
    assert_eq!(
        refused(DeprivationWards {
            share_of_small_areas: f64::NAN,
            ..default()
        })
        .0,
        "share_of_small_areas"
    );
    assert_eq!(
        refused(DeprivationWards {
            mean_decile: 0.0,
            ..default()
        })
        .0,
        "mean_decile"
    );
    let (parameter, problem) = refused(DeprivationWards {
        index: Some("imd".to_owned()),
        ..default()
    });
    assert!(
        parameter == "index" && problem.contains("index"),
        "{problem}"
    );
}

#[test]
fn what_is_missing_is_said() {
    let reason = |study: &Study| DeprivationWards::unavailable(study).unwrap();
    assert!(reason(&fixture::changed(|parts| parts.deprivation.clear())).contains("no index"));
    assert!(reason(&fixture::changed(|parts| parts.areas = Table::default())).contains("no wards"));
}

proptest! {
    /// Rules imply each other as they must, and wards and deciles add up to the same.
    #[test]
    fn rules_imply_each_other(deciles in prop::collection::vec(1_u8..=10, 6), limit in 1_u8..=10) {
        let study = fixture::changed(|parts| {
            for (row, decile) in parts.deprivation[0].rows.iter_mut().zip(&deciles) {
                row.decile = *decile;
            }
        });
        let found = figures(&DeprivationWards { deciles: limit, ..DeprivationWards::default() }, &study);
        for (_, ward) in &found.wards {
            let [any, of_areas, of_population, majority, _] = ward.rules.map(|rule| rule == Some(true));
            prop_assert!(any || !(of_areas || of_population || majority));
            prop_assert!(of_population || !majority);
            let mean = ward.mean_decile().unwrap();
            prop_assert!((1.0..=10.0).contains(&mean));
        }
        let by_ward: f64 = found.wards.iter().map(|(_, ward)| ward.weight_deprived).sum();
        let by_decile: f64 = found.deciles[..usize::from(limit)].iter().map(|figures| figures.weight).sum();
        prop_assert!((by_ward - by_decile).abs() < 1e-6);
    }
}
