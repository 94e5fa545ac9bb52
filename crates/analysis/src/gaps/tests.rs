//! The gaps of the fixture, worked out on paper.

use catchment_core::findings::{Cell, Value};
use catchment_core::id::Table;
use catchment_core::study::Study;
use proptest::prelude::*;

use super::{GapFigures, Gaps, State};
use crate::{Analysis, AnalysisError, Progress, fixture};

/// Within 3 minutes one drives 1.8 km.
fn three_minutes() -> Gaps {
    Gaps {
        km: None,
        minutes: Some(3.0),
        ..Gaps::default()
    }
}

fn states(study: &Study, found: &GapFigures) -> Vec<(String, State)> {
    found
        .areas
        .iter()
        .map(|area| (study.parts().areas[area.area].code.clone(), area.state))
        .collect()
}

#[test]
fn states_are_as_worked_out_by_hand() {
    let study = fixture::study();
    let found = three_minutes().compute(&study, &Progress::none()).unwrap();
    // Nearest, in km: W1 1 0.5 0; W2 1.5 2 2, so that 400 of 600 are beyond; E1 0.5 0 1.5; E2 3 and two off the road.
    let expected = [
        ("W1", State::Reached),
        ("W2", State::Gap),
        ("E1", State::Reached),
        ("E2", State::NoData),
        ("E3", State::NoEvidence),
        ("X1", State::NoEvidence),
    ];
    assert_eq!(
        states(&study, &found),
        expected.map(|(code, state)| (code.to_owned(), state))
    );
    let w2 = &found.areas[1];
    assert!((w2.share_beyond().unwrap() - 2.0 / 3.0).abs() < 1e-9);
    let e2 = &found.areas[3];
    assert_eq!(
        (
            e2.postcodes,
            e2.postcodes_off_network,
            e2.postcodes_without_route
        ),
        (3, 2, 0)
    );
    assert!(
        (e2.residents_with_data - 30.0).abs() < 1e-9 && (e2.residents_beyond - 30.0).abs() < 1e-9
    );
    assert_eq!(found.areas[5].residents, None);
    // In W2 live p05 to p08, at 1.5, 2, 2.5 and 3.5 km from the nearest that serves them.
    assert_eq!((w2.people, w2.people_beyond), (4, 3));
    assert_eq!((e2.people, e2.people_beyond), (0, 0));
}

#[test]
fn the_rule_is_the_parameters() {
    let study = fixture::study();
    let state = |inputs: Gaps, row: usize| {
        inputs.compute(&study, &Progress::none()).unwrap().areas[row].state
    };
    assert_eq!(state(Gaps::default(), 1), State::Reached);
    assert_eq!(
        state(
            Gaps {
                share: 0.7,
                ..three_minutes()
            },
            1
        ),
        State::Reached
    );
    assert_eq!(
        state(
            Gaps {
                no_data_share: 0.7,
                ..three_minutes()
            },
            3
        ),
        State::Gap
    );
    assert_eq!(
        state(
            Gaps {
                minutes: None,
                km: Some(2.0),
                ..Gaps::default()
            },
            1
        ),
        State::Reached
    );
    assert_eq!(
        state(
            Gaps {
                km: Some(1.9),
                ..Gaps::default()
            },
            1
        ),
        State::Gap
    );
}

#[test]
fn every_area_is_on_the_layer_with_its_state_and_four_colours_differ() {
    let study = fixture::study();
    let findings = three_minutes().present(
        &study,
        &three_minutes().compute(&study, &Progress::none()).unwrap(),
    );
    fixture::check("gaps", &findings);
    let layer = &findings.layers[0];
    let ids: Vec<&str> = layer
        .features
        .iter()
        .map(|feature| feature.id.as_str())
        .collect();
    assert_eq!(ids, ["E1", "E2", "E3", "W1", "W2", "X1"]);
    let mut colours: Vec<&str> = layer
        .legend
        .classes
        .iter()
        .map(|class| class.colour.as_str())
        .collect();
    colours.sort_unstable();
    colours.dedup();
    assert_eq!(colours.len(), 4);
    let (fields, w2) = fixture::feature(&findings, "gaps", "W2");
    assert_eq!(
        fixture::value(fields, &w2.values, "state"),
        &Value::from("gap")
    );
    assert_eq!(
        fixture::value(fields, &w2.values, "ward_code"),
        &Value::from("W")
    );
    assert_eq!(
        fixture::value(fields, &w2.values, "people_share_beyond"),
        &Value::from(Cell::share(3, 4))
    );
    assert_eq!(
        fixture::number(&findings, "gaps", "E2", "share_off_network"),
        Some(66.7)
    );
    assert!(
        layer.method.contains("at least 50%") && layer.method.contains("3 minutes"),
        "{}",
        layer.method
    );
    assert_eq!(fixture::exact(&findings.headlines[0].value), Some(1.0));
    assert_eq!(fixture::exact(&findings.headlines[1].value), Some(3.0));
    // Of W2; the 30 of E2 at a postcode with a journey are in an area without data.
    assert_eq!(fixture::exact(&findings.headlines[2].value), Some(400.0));
    assert_eq!(fixture::exact(&findings.headlines[2].n), Some(1800.0));
    assert_eq!(
        fixture::number(&findings, "gaps", "E2", "residents_beyond"),
        None
    );
}

#[test]
fn the_words_of_the_map_are_those_of_the_parameters() {
    let study = fixture::study();
    let inputs = Gaps {
        share: 0.2,
        ..three_minutes()
    };
    let found = inputs.compute(&study, &Progress::none()).unwrap();
    let layer = &inputs.present(&study, &found).layers[0];
    let gap = &layer.legend.classes[0].label;
    for text in [gap, &layer.description] {
        assert!(
            text.contains("at least 20%") && text.contains("3 minutes"),
            "{text}"
        );
    }
    let half = three_minutes();
    let layer = &half.present(&study, &found).layers[0];
    assert!(layer.legend.classes[0].label.contains("at least 50%"));
}

#[test]
fn residents_of_areas_without_data_are_not_counted_beyond_reach() {
    let study = fixture::study();
    let inputs = three_minutes();
    let found = inputs.compute(&study, &Progress::none()).unwrap();
    // The one postcode of E2 with a journey has 30 residents beyond reach.
    let e2 = &found.areas[3];
    assert!(e2.state == State::NoData && e2.residents_beyond > 29.0);
    assert_eq!(e2.known_beyond(), None);
    let findings = inputs.present(&study, &found);
    let beyond: Vec<Option<f64>> = findings.tables[0]
        .rows
        .iter()
        .map(|row| fixture::exact(&row[3]))
        .collect();
    // All, gap, reached, no evidence, no data.
    assert_eq!(beyond, [400.0, 400.0, 0.0, 0.0, 0.0].map(Some));
}

#[test]
fn bad_parameters_are_refused_by_name() {
    let refused = |inputs: Gaps| match inputs
        .compute(&fixture::study(), &Progress::none())
        .unwrap_err()
    {
        AnalysisError::BadParameter { parameter, .. } => parameter,
        other => other.to_string(),
    };
    assert_eq!(
        refused(Gaps {
            km: Some(-5.0),
            ..Gaps::default()
        }),
        "km"
    );
    assert_eq!(
        refused(Gaps {
            minutes: Some(f64::NAN),
            ..Gaps::default()
        }),
        "minutes"
    );
    assert_eq!(
        refused(Gaps {
            km: None,
            ..Gaps::default()
        }),
        "km"
    );
    assert_eq!(
        refused(Gaps {
            share: 1.5,
            ..Gaps::default()
        }),
        "share"
    );
    assert_eq!(
        refused(Gaps {
            share: f64::NAN,
            ..Gaps::default()
        }),
        "share"
    );
    assert_eq!(
        refused(Gaps {
            no_data_share: -0.1,
            ..Gaps::default()
        }),
        "no_data_share"
    );
}

#[test]
fn what_is_missing_is_said_and_people_are_not_needed() {
    let reason = |study: &Study| Gaps::unavailable(study).unwrap();
    assert!(reason(&fixture::changed(|parts| parts.population = None)).contains("no population"));
    assert!(
        reason(&fixture::changed(|parts| parts.areas = Table::default()))
            .contains("no small areas")
    );
    let nobody = fixture::changed(fixture::without_people);
    assert_eq!(Gaps::unavailable(&nobody), None);
    let findings = Gaps::default().present(
        &nobody,
        &Gaps::default().compute(&nobody, &Progress::none()).unwrap(),
    );
    fixture::check("gaps", &findings);
    fixture::says_nothing_of_people(&findings);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A looser limit makes no new gap, and which areas have data or evidence does not hang on it.
    #[test]
    fn gaps_shrink_as_the_limit_grows(a in 0.1_f64..30.0, b in 0.1_f64..30.0, share in 0.01_f64..1.0) {
        let study = fixture::study();
        let with = |minutes| Gaps { minutes: Some(minutes), share, ..Gaps::default() };
        let tight = with(a.min(b)).compute(&study, &Progress::none()).unwrap();
        let loose = with(a.max(b)).compute(&study, &Progress::none()).unwrap();
        for (tight, loose) in tight.areas.iter().zip(&loose.areas) {
            prop_assert!(loose.state != State::Gap || tight.state == State::Gap);
            for state in [State::NoData, State::NoEvidence] {
                prop_assert_eq!(tight.state == state, loose.state == state);
            }
        }
    }
}
