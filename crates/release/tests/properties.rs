//! What holds of everything that is released, whatever went in.
//!
//! The findings are drawn at random: layers and tables of wards with a few people each, so that nearly every rule has work to do.

// The helpers of tests may stop as tests do.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use catchment_core::findings::{
    Cell, Feature, Field, Figure, Findings, FindingsTable, Geometry, Headline, Labels, Layer,
    Legend, Plain, Shape, Statistic, Value,
};
use catchment_release::{Audience, Policy, release};
use geo::{MultiPolygon, Point};
use proptest::prelude::*;

/// One group of people: how many, how many of them are in a part of it, and their mean.
#[derive(Clone, Debug)]
struct Group {
    people: u32,
    part: u32,
    mean: f64,
}

fn group() -> impl Strategy<Value = Group> {
    let people = prop_oneof![2 => Just(0_u32), 4 => 1..12_u32, 4 => 8..400_u32];
    (people, 0.0..1.0_f64, 0.1..30.0_f64).prop_map(|(people, part, mean)| Group {
        people,
        part: (f64::from(people) * part).round() as u32,
        mean,
    })
}

fn fields() -> Vec<Field> {
    ["people", "mean_km", "p90_km", "part", "share", "pairs"]
        .map(|name| Field::new(name, name, "", ""))
        .to_vec()
}

fn cells(group: &Group) -> Vec<Value> {
    let Group { people, part, mean } = *group;
    let some = (people > 0).then_some(mean);
    vec![
        Cell::people(people).into(),
        Cell::mean(Statistic::MeanKilometres, some, people).into(),
        Cell::percentile(Statistic::PercentileKilometres, some, people, people / 10).into(),
        Cell::people(part).into(),
        Cell::share(part, people).into(),
        Cell::events(people * 2, people).into(),
    ]
}

fn layer(id: &str, geometry: Geometry, groups: &[Group]) -> Layer<Value> {
    let feature = |(index, group): (usize, &Group)| Feature {
        id: format!("W{index}"),
        shape: match geometry {
            Geometry::Point => Shape::Point(Point::new(0.0, 0.0)),
            Geometry::MultiPolygon => Shape::Area(MultiPolygon::new(vec![])),
        },
        n: Cell::people(group.people).into(),
        values: cells(group),
    };
    Layer {
        id: id.to_owned(),
        title: String::new(),
        description: String::new(),
        method: String::new(),
        notice: None,
        geometry,
        counted: "people".to_owned(),
        fields: fields(),
        legend: Legend::graduated("mean_km", "", "km", &[], &["#000000"]),
        partition: true,
        rest: Vec::new(),
        features: groups.iter().enumerate().map(feature).collect(),
    }
}

fn total(groups: &[Group]) -> Group {
    let people = groups.iter().map(|group| group.people).sum();
    let summed: f64 = groups
        .iter()
        .map(|group| group.mean * f64::from(group.people))
        .sum();
    Group {
        people,
        part: groups.iter().map(|group| group.part).sum(),
        mean: summed / f64::from(people).max(1.0),
    }
}

/// One analysis: a layer of wards, a table of the same groups with their total, and the total as a headline.
fn findings(groups: &[Group], geometry: Geometry) -> Findings<Value> {
    let row = |label: String, group: &Group| {
        let mut row = vec![Value::from(label)];
        row.extend(cells(group));
        row
    };
    let all = total(groups);
    let mut rows = vec![row("All".to_owned(), &all)];
    rows.extend(
        groups
            .iter()
            .enumerate()
            .map(|(index, group)| row(format!("ward {index}"), group)),
    );
    Findings {
        analysis: "example".to_owned(),
        parameters: serde_json::Value::Null,
        profile: None,
        layers: vec![layer("example", geometry, groups)],
        tables: vec![FindingsTable {
            id: "example_by_ward".to_owned(),
            title: String::new(),
            description: String::new(),
            method: String::new(),
            fields: [vec![Field::new("ward", "", "", "")], fields()].concat(),
            labels: Labels::FromPeople,
            partition: true,
            whole: Some(0),
            rows,
        }],
        headlines: vec![Headline {
            label: "All".to_owned(),
            value: Cell::mean(Statistic::MeanKilometres, Some(all.mean), all.people).into(),
            unit: "km".to_owned(),
            decimals: 2,
            n: Cell::people(all.people).into(),
        }],
    }
}

fn geometry() -> impl Strategy<Value = Geometry> {
    prop_oneof![Just(Geometry::Point), Just(Geometry::MultiPolygon)]
}

fn policy() -> impl Strategy<Value = Policy> {
    (0..Policy::names().len()).prop_map(|index| Policy::named(Policy::names()[index]).unwrap())
}

fn released(findings: &[Findings<Value>], policy: &Policy) -> Vec<Findings<Figure>> {
    let published = release(findings.to_vec(), policy, Audience::Public);
    published.iter().map(|one| one.get().clone()).collect()
}

/// The features in the order they went in.
fn by_group(layer: &Layer<Figure>) -> Vec<&Feature<Figure>> {
    let index = |feature: &&Feature<Figure>| feature.id[1..].parse::<usize>().unwrap();
    let mut features: Vec<_> = layer.features.iter().collect();
    features.sort_by_key(index);
    features
}

const HIDDEN: Figure = Figure::Hidden;

fn integer(figure: &Figure) -> Option<i64> {
    match figure {
        Figure::Shown(Plain::Integer(integer)) => Some(*integer),
        _ => None,
    }
}

proptest! {
    #[test]
    fn no_count_from_one_to_below_the_threshold_is_published(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        let features = found[0].layers[0].features.iter().flat_map(|feature| [vec![feature.n.clone()], feature.values.clone()].concat());
        let rows = found[0].tables[0].rows.iter().flatten().cloned();
        for figure in features.chain(rows) {
            let small = integer(&figure).is_some_and(|count| (1..i64::from(policy.threshold())).contains(&count));
            prop_assert!(!small, "{figure:?}");
        }
    }

    #[test]
    fn nothing_is_said_of_a_small_group(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        for (group, feature) in groups.iter().zip(by_group(&found[0].layers[0])) {
            if (1..policy.threshold()).contains(&group.people) {
                prop_assert_eq!(&feature.n, &HIDDEN);
                prop_assert!(feature.values.iter().all(|figure| *figure == HIDDEN));
            }
            if feature.n == HIDDEN {
                prop_assert!(feature.values.iter().all(|figure| *figure == HIDDEN));
            }
        }
        for (group, row) in groups.iter().zip(&found[0].tables[0].rows[1..]) {
            if (1..policy.threshold()).contains(&group.people) {
                prop_assert!(row[1..].iter().all(|figure| *figure == HIDDEN));
            }
        }
    }

    #[test]
    fn words_of_people_stand_only_with_enough_of_them(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        let rows = &found[0].tables[0].rows;
        prop_assert_eq!(&rows[0][0], &Figure::Shown(Plain::from("All")));
        for (group, row) in groups.iter().zip(&rows[1..]) {
            let enough = group.people >= policy.threshold() && row[1] != HIDDEN;
            prop_assert_eq!(row[0] != HIDDEN, enough, "{:?}", row);
        }
    }

    #[test]
    fn whoever_is_on_no_feature_cannot_be_found_by_subtraction(
        groups in prop::collection::vec(group(), 1..12), rest in group(), policy in policy(), geometry in geometry(),
    ) {
        let mut all = groups.clone();
        all.push(rest.clone());
        let mut given = findings(&all, geometry);
        let last = given.layers[0].features.pop().unwrap();
        given.layers[0].rest = [vec![last.n], last.values].concat();
        given.tables[0].rows.truncate(1);
        let found = released(&[given], &policy);
        prop_assert!(found[0].layers[0].rest.is_empty());
        let features = by_group(&found[0].layers[0]);
        let hidden: Vec<u32> = groups.iter().zip(features).filter(|(group, feature)| group.people > 0 && feature.n == HIDDEN).map(|(group, _)| group.people).collect();
        let nobody_left = hidden.len() == groups.iter().filter(|group| group.people > 0).count();
        let few = (1..policy.threshold()).contains(&rest.people);
        let together = hidden.iter().sum::<u32>() + if few { rest.people } else { 0 };
        prop_assert!(!few || nobody_left || (!hidden.is_empty() && together >= policy.threshold()), "{:?} beside {:?}", rest, hidden);
        // Where the rest are many they can be worked out, so they hide nobody.
        prop_assert!(few || nobody_left || hidden.len() != 1, "{:?} beside {:?}", rest, hidden);
    }

    #[test]
    fn a_share_has_a_part_and_a_rest_that_are_nobody_or_enough(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        let enough = |people: u32| people == 0 || people >= policy.threshold();
        for (group, feature) in groups.iter().zip(by_group(&found[0].layers[0])) {
            let safe = enough(group.people) && enough(group.part) && enough(group.people - group.part);
            prop_assert!(safe || feature.values[4] == HIDDEN);
        }
    }

    #[test]
    fn no_hidden_part_of_a_whole_stands_alone(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        let features = by_group(&found[0].layers[0]);
        for (column, people) in [(0, (|group| group.people) as fn(&Group) -> u32), (1, |group| group.people), (3, |group| group.part)] {
            let weighed = || groups.iter().zip(&features).map(|(group, feature)| (people(group), feature.values[column] == HIDDEN));
            let hidden: Vec<u32> = weighed().filter(|(people, hidden)| *hidden && *people > 0).map(|(people, _)| people).collect();
            let nobody_left = weighed().all(|(people, hidden)| hidden || people == 0);
            let safe = hidden.is_empty() || (hidden.len() >= 2 && hidden.iter().sum::<u32>() >= policy.threshold());
            prop_assert!(safe || nobody_left, "column {column}: {hidden:?}");
        }
    }

    #[test]
    fn nobody_stays_nobody(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        for (group, feature) in groups.iter().zip(by_group(&found[0].layers[0])) {
            if group.people == 0 {
                prop_assert_eq!(integer(&feature.n), Some(0));
                prop_assert_eq!(&feature.values[1], &Figure::Shown(Plain::Missing));
            } else if let Some(count) = integer(&feature.n) {
                prop_assert!(count > 0);
            }
        }
    }

    #[test]
    fn a_shown_count_is_rounded_and_near(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        let base = i64::from(policy.rounding_base());
        for (group, feature) in groups.iter().zip(by_group(&found[0].layers[0])) {
            if let Some(count) = integer(&feature.n) {
                prop_assert_eq!(count % base, 0);
                prop_assert!((count - i64::from(group.people)).abs() * 2 <= base);
            }
        }
    }

    #[test]
    fn what_is_hidden_on_one_layer_is_hidden_on_all(
        groups in prop::collection::vec(group(), 2..10), others in prop::collection::vec(group(), 2..10), policy in policy(),
    ) {
        let mut first = findings(&groups, Geometry::MultiPolygon);
        first.layers.push(layer("other", Geometry::MultiPolygon, &others));
        let found = released(&[first, findings(&groups, Geometry::MultiPolygon)], &policy);
        let hidden = |layer: &Layer<Figure>, among: usize| -> BTreeSet<String> {
            let features = by_group(layer).into_iter().take(among).filter(|feature| feature.n == HIDDEN);
            features.map(|feature| feature.id.clone()).collect()
        };
        let shared = groups.len().min(others.len());
        prop_assert_eq!(hidden(&found[0].layers[0], shared), hidden(&found[0].layers[1], shared));
        prop_assert_eq!(hidden(&found[0].layers[0], groups.len()), hidden(&found[1].layers[0], groups.len()));
        // The table of the same groups is linked by their means.
        for (feature, row) in by_group(&found[0].layers[0]).into_iter().zip(&found[0].tables[0].rows[1..]) {
            if feature.n == HIDDEN && row[2] != Figure::Shown(Plain::Missing) {
                prop_assert_eq!(&row[2], &HIDDEN);
            }
        }
    }

    #[test]
    fn the_same_findings_give_the_same_figures_in_any_order(
        groups in prop::collection::vec(group(), 1..10), others in prop::collection::vec(group(), 1..10), policy in policy(),
    ) {
        let (one, other) = (findings(&groups, Geometry::MultiPolygon), findings(&others, Geometry::Point));
        let there = released(&[one.clone(), other.clone()], &policy);
        let back = released(&[other, one], &policy);
        prop_assert_eq!(&there[0], &back[1]);
        prop_assert_eq!(&there[1], &back[0]);
    }

    #[test]
    fn features_with_figures_come_first_and_keep_their_order(
        groups in prop::collection::vec(group(), 1..12), policy in policy(), geometry in geometry(),
    ) {
        let found = released(&[findings(&groups, geometry)], &policy);
        let features = &found[0].layers[0].features;
        let hidden: Vec<bool> = features.iter().map(|feature| feature.n == HIDDEN).collect();
        prop_assert!(hidden.is_sorted());
        let ids: Vec<usize> = features.iter().filter(|feature| feature.n == HIDDEN).map(|feature| feature.id[1..].parse().unwrap()).collect();
        prop_assert!(ids.is_sorted());
    }

    #[test]
    fn officers_see_what_the_public_sees(groups in prop::collection::vec(group(), 1..12), policy in policy()) {
        let all = vec![findings(&groups, Geometry::MultiPolygon)];
        let public = release(all.clone(), &policy, Audience::Public);
        let officer = release(all, &policy, Audience::Officer);
        prop_assert_eq!(public[0].get(), officer[0].get());
        prop_assert_eq!(officer[0].audience().mark(), Some("officers only, not for publication"));
    }
}
