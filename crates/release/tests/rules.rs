//! Cases a person can check by hand.

// The helpers of tests may stop as tests do.
#![allow(clippy::unwrap_used)]

use catchment_core::findings::{
    Cell, Field, Figure, Findings, FindingsTable, Headline, Labels, Plain, Statistic, Value,
};
use catchment_release::{Audience, Policy, release};

/// A table of operators and their people, each with a mean distance and the people who walk.
fn by_operator(rows: &[(&str, u32, f64, u32)]) -> Findings<Value> {
    let row = |(label, people, mean, walk): &(&str, u32, f64, u32)| {
        vec![
            Value::from(*label),
            Cell::people(*people).into(),
            Cell::mean(Statistic::MeanKilometres, Some(*mean), *people).into(),
            Cell::people(*walk).into(),
            Cell::people(people - walk).into(),
        ]
    };
    let headline = |(label, people, mean, _): &(&str, u32, f64, u32)| Headline {
        label: (*label).to_owned(),
        value: Cell::mean(Statistic::MeanKilometres, Some(*mean), *people).into(),
        unit: "km".to_owned(),
        decimals: 2,
        n: Cell::people(*people).into(),
    };
    let names = ["operator", "n", "mean_km", "walk", "ride"];
    Findings {
        analysis: "example".to_owned(),
        parameters: serde_json::Value::Null,
        profile: None,
        layers: vec![],
        tables: vec![FindingsTable {
            id: "example_by_operator".to_owned(),
            title: String::new(),
            description: String::new(),
            method: String::new(),
            fields: names.map(|name| Field::new(name, name, "", "")).to_vec(),
            labels: Labels::Public,
            partition: true,
            whole: Some(0),
            rows: rows.iter().map(row).collect(),
        }],
        headlines: rows.iter().map(headline).collect(),
    }
}

fn shown(findings: Findings<Value>, policy: &str) -> (Vec<String>, Vec<String>) {
    let published = release(
        vec![findings],
        &Policy::named(policy).unwrap(),
        Audience::Public,
    );
    let word = |figure: &Figure| match figure {
        Figure::Hidden => "-".to_owned(),
        Figure::Shown(Plain::Integer(integer)) => integer.to_string(),
        Figure::Shown(Plain::Number(number)) => number.to_string(),
        Figure::Shown(Plain::Text(text)) => text.clone(),
        Figure::Shown(other) => format!("{other:?}"),
    };
    let found = published[0].get();
    let rows = found.tables[0]
        .rows
        .iter()
        .map(|row| row.iter().map(word).collect::<Vec<_>>().join(" "));
    let headlines = found
        .headlines
        .iter()
        .map(|headline| format!("{} {}", word(&headline.n), word(&headline.value)));
    (rows.collect(), headlines.collect())
}

#[test]
fn two_operators_one_of_them_small_leave_the_total_only() {
    let rows = [
        ("All", 231, 5.214, 0),
        ("Trading", 226, 5.263, 0),
        ("Independent", 5, 3.0, 0),
    ];
    let (rows, headlines) = shown(by_operator(&rows), "le7_round5");
    assert_eq!(
        rows,
        [
            "All 230 5.21 0 230",
            "Trading - - - -",
            "Independent - - - -"
        ]
    );
    // The headlines are the same means, so they must not give them away.
    assert_eq!(headlines, ["230 5.21", "- -", "- -"]);
}

#[test]
fn the_smallest_of_the_others_is_hidden_with_a_small_one() {
    let rows = [
        ("All", 92, 4.0, 0),
        ("A", 50, 4.2, 0),
        ("B", 12, 3.1, 0),
        ("C", 4, 9.0, 0),
        ("D", 26, 3.3, 0),
    ];
    let (rows, _) = shown(by_operator(&rows), "le7_round5");
    assert_eq!(
        rows[1..],
        ["A 50 4.2 0 50", "B - - - -", "C - - - -", "D 25 3.3 0 25"]
    );
}

#[test]
fn of_two_counts_that_add_up_neither_is_shown_alone() {
    let rows = [("All", 60, 4.0, 40), ("A", 40, 4.2, 36), ("B", 20, 3.1, 10)];
    let (rows, _) = shown(by_operator(&rows), "le7_round5");
    // Of A's 40 people 4 ride: both are hidden. Of the other column's two hidden 4 are too few, so B's follow.
    assert_eq!(rows, ["All 60 4 40 20", "A 40 4.2 - -", "B 20 3.1 - -"]);
}

#[test]
fn without_rounding_two_counts_that_differ_by_a_few_are_not_both_shown() {
    let mut findings = by_operator(&[("All", 42, 4.0, 0)]);
    findings.tables[0].rows = vec![vec![
        "All".into(),
        Cell::people(42).into(),
        Cell::mean(Statistic::MeanKilometres, Some(4.0), 42).into(),
        Cell::people(40).into(),
        Cell::share(20, 42).into(),
    ]];
    let (rows, _) = shown(findings.clone(), "lt5");
    assert_eq!(rows, ["All 42 4 - 0.48"]);
    let (rows, _) = shown(findings, "le7_round5");
    assert_eq!(rows, ["All 40 4 40 0.5"]);
}

#[test]
fn all_people_being_few_leaves_nothing() {
    let (rows, headlines) = shown(
        by_operator(&[("All", 3, 0.0, 0), ("A", 3, 0.0, 0), ("B", 0, 0.0, 0)]),
        "lt5",
    );
    assert_eq!(rows[0], "All - - - -");
    assert_eq!(rows[1], "A - - - -");
    assert_eq!(headlines[0], "- -");
}

#[test]
fn a_word_of_one_person_is_hidden_with_the_figures() {
    let mut findings = by_operator(&[
        ("All", 98, 4.0, 0),
        ("Dementia", 50, 4.2, 0),
        ("Mrs Ann Smith of Mill Lane", 1, 3.1, 0),
        ("Autism", 47, 3.3, 0),
        ("Mr Fox, whose home is off the road", 0, 0.0, 0),
    ]);
    findings.tables[0].labels = Labels::FromPeople;
    let (rows, _) = shown(findings, "lt5");
    assert_eq!(
        rows,
        [
            "All 98 4 0 98",
            "Dementia 50 4.2 0 50",
            "- - - - -",
            "- - - - -",
            "- 0 - 0 0"
        ]
    );
}

#[test]
fn a_group_that_is_called_all_is_a_part_like_any_other() {
    let rows = [
        ("All", 95, 4.0, 0),
        ("A", 50, 4.2, 0),
        ("All", 4, 3.1, 0),
        ("C", 41, 9.0, 0),
    ];
    let (rows, _) = shown(by_operator(&rows), "lt5");
    // Were it taken for the whole, C would not be hidden and 95 - 50 - 41 would tell its size.
    assert_eq!(
        rows,
        ["All 95 4 0 95", "A 50 4.2 0 50", "All - - - -", "C - - - -"]
    );
}
