//! The layer and the table of deprived wards.

use catchment_core::findings::{
    Field, Findings, FindingsTable, Geometry, Headline, Labels, Layer, Plain, Value,
};
use catchment_core::study::Study;

use super::columns::{columns, decile_columns, has_services, known, public_columns, word};
use super::{DecileFigures, DeprivationFigures, DeprivationWards, Rule, WardFigures, Weight};
use crate::columns::{ALL, AREA, fields, values};
use crate::residents::whole;
use crate::{Analysis, areas, palette, words};

/// Lays the figures out.
pub(super) fn present(
    inputs: &DeprivationWards,
    study: &Study,
    found: &DeprivationFigures,
) -> Findings<Value> {
    let method = method(inputs, found);
    Findings {
        analysis: DeprivationWards::ID.to_owned(),
        parameters: serde_json::to_value(inputs).unwrap_or_default(),
        profile: None,
        layers: layer(study, found, &method).into_iter().collect(),
        tables: vec![
            rules_table(inputs, study, found, &method),
            table(study, found, &method),
        ],
        headlines: headlines(inputs, study, found),
    }
}

fn deciles(inputs: &DeprivationWards) -> String {
    if inputs.deciles == 1 {
        "decile 1".to_owned()
    } else {
        format!("deciles 1 to {}", inputs.deciles)
    }
}

/// A rule, with its threshold.
fn rule(inputs: &DeprivationWards, rule: Rule, weight: Weight) -> String {
    let weight = word(weight);
    match rule {
        Rule::AnySmallArea => "any of its small areas is deprived".to_owned(),
        Rule::ShareOfSmallAreas => {
            format!(
                "at least {} of its small areas are deprived",
                words::percentage(inputs.share_of_small_areas)
            )
        }
        Rule::ShareOfPopulation => {
            format!(
                "at least {} of its {weight} are in deprived small areas",
                words::percentage(inputs.share_of_population)
            )
        }
        Rule::MajorityOfPopulation => {
            format!("more than half of its {weight} are in deprived small areas")
        }
        Rule::MeanDecile => format!(
            "the mean decile of its {weight} is {} at most",
            inputs.mean_decile
        ),
    }
}

fn method(inputs: &DeprivationWards, found: &DeprivationFigures) -> String {
    let index = format!(
        "{}: a small area is deprived in {}.",
        found.index,
        deciles(inputs)
    );
    let rule = format!(
        "No official rule says when a ward is; here a ward is deprived where {}. The other rules stand beside it: any small area; at \
         least {} of small areas; at least {} of {weight}; more than half of {weight}; a mean decile of {} at most.",
        rule(inputs, inputs.rule, found.weight),
        words::percentage(inputs.share_of_small_areas),
        words::percentage(inputs.share_of_population),
        inputs.mean_decile,
        weight = word(found.weight),
    );
    let weight = match found.weight {
        Weight::Residents => "",
        Weight::Postcodes => {
            "The population is missing or for boundaries of another year than the index, so postcodes stand for residents."
        }
    };
    let wards = "A small area belongs to the ward with most of its postcodes or, where it has none, the ward that a point inside it \
        is in.";
    let left_out = |number: usize, what: &str| match number {
        0 => String::new(),
        _ => format!(
            "Left out: {} {what}.",
            words::count(number, "small area", "small areas")
        ),
    };
    words::sentences(&[
        index,
        rule,
        weight.to_owned(),
        wards.to_owned(),
        left_out(found.outside, "outside every ward"),
        left_out(found.without_decile, "without a decile"),
        left_out(
            found.without_weight() as usize,
            "without a row in the population",
        ),
    ])
}

fn layer(study: &Study, found: &DeprivationFigures, method: &str) -> Option<Layer<Value>> {
    let columns = columns(study, found.weight);
    let (first, _) = found.wards.first()?;
    let vintage = areas::vintage(study, study.parts().areas[*first].set);
    let mut wards: Vec<_> = found
        .wards
        .iter()
        .map(|(id, ward)| (&study.parts().areas[*id], ward))
        .collect();
    wards.sort_by_key(|(area, ward)| (ward.weight < 0.5, &area.code));
    let features = wards.into_iter().map(|(area, ward)| {
        let about = values(&AREA, area).into_iter();
        let all = about
            .chain(columns.iter().map(|column| (column.value)(ward)))
            .collect();
        areas::feature(area, known(ward, ward.weight), all)
    });
    let named = fields(columns.iter().copied());
    let title = format!(
        "Share of {} in deprived small areas (%)",
        word(found.weight)
    );
    Some(Layer {
        id: DeprivationWards::ID.to_owned(),
        title: DeprivationWards::TITLE.to_owned(),
        description: format!(
            "Which wards ({vintage} boundaries) are deprived, by five rules, and what is there."
        ),
        method: method.to_owned(),
        notice: None,
        geometry: Geometry::MultiPolygon,
        counted: word(found.weight).to_owned(),
        fields: fields(&AREA).into_iter().chain(named).collect(),
        legend: palette::percentages(
            "share_deprived",
            &title,
            &[10.0, 25.0, 50.0, 75.0],
            &palette::DEPRIVED,
        ),
        partition: true,
        rest: rest(study, found),
        features: features.collect(),
    })
}

/// The people who live in no ward, in the columns of the layer.
fn rest(study: &Study, found: &DeprivationFigures) -> Vec<Value> {
    let (people, people_in_deprived) = found.people_outside;
    if people == 0 {
        return Vec::new();
    }
    let outside = WardFigures {
        people,
        people_in_deprived,
        ..WardFigures::default()
    };
    let facts = std::iter::repeat_n(Plain::Missing.into(), 1 + AREA.len());
    let columns = columns(study, found.weight);
    let own = columns.iter().map(|column| (column.value)(&outside));
    facts.chain(own).collect()
}

/// What each rule makes of the wards. It says nothing of people who use services: wards that one rule takes and another leaves would
/// tell their number by subtraction.
fn rules_table(
    inputs: &DeprivationWards,
    study: &Study,
    found: &DeprivationFigures,
    method: &str,
) -> FindingsTable<Value> {
    let columns = public_columns(study, found.weight);
    let row = |(place, which): (usize, &Rule)| -> Vec<Value> {
        let holds = |ward: &&(_, WardFigures)| ward.1.rules.get(place) == Some(&Some(true));
        let wards: Vec<_> = found.wards.iter().filter(holds).collect();
        let sum = DecileFigures {
            small_areas: wards.iter().map(|(_, ward)| ward.small_areas).sum(),
            without_weight: wards.iter().map(|(_, ward)| ward.without_weight).sum(),
            weight: wards.iter().map(|(_, ward)| ward.weight).sum(),
            services: wards.iter().map(|(_, ward)| ward.services).sum(),
            ..DecileFigures::default()
        };
        let text = format!(
            "a ward is deprived where {}",
            rule(inputs, *which, found.weight)
        );
        let own = vec![
            text.into(),
            (*which == inputs.rule).into(),
            (wards.len() as u32).into(),
        ];
        own.into_iter()
            .chain(columns.iter().map(|column| (column.value)(&sum)))
            .collect()
    };
    let decides = "Whether this rule decides which wards are called deprived on the map.";
    let own = vec![
        Field::new("rule", "Rule", "", "When a ward is deprived."),
        Field::new("decides", "Decides", "", decides),
        Field::new(
            "wards",
            "Wards",
            "",
            "Wards that are deprived by it; what follows is what is in them.",
        ),
    ];
    FindingsTable {
        id: "deprivation_wards_rules".to_owned(),
        title: "Deprived wards by each rule".to_owned(),
        description: "How many wards each rule calls deprived, and what is in them.".to_owned(),
        method: method.to_owned(),
        fields: own
            .into_iter()
            .chain(fields(columns.iter().copied()))
            .collect(),
        labels: Labels::Public,
        partition: false,
        whole: None,
        rows: Rule::ALL.iter().enumerate().map(row).collect(),
    }
}

/// The row of those that are in none of the deciles.
const ELSEWHERE: &str = "not known or outside";

fn table(study: &Study, found: &DeprivationFigures, method: &str) -> FindingsTable<Value> {
    let columns = decile_columns(study, found.weight);
    let row = |label: String, figures: &DecileFigures| {
        let figures = columns.iter().map(|column| (column.value)(figures));
        std::iter::once(label.into()).chain(figures).collect()
    };
    let label = |place: usize| {
        if place < 10 {
            (place + 1).to_string()
        } else {
            ELSEWHERE.to_owned()
        }
    };
    let all = row(ALL.to_owned(), &DecileFigures::sum(&found.deciles));
    let rows = found
        .deciles
        .iter()
        .enumerate()
        .map(|(place, figures)| row(label(place), figures));
    let decile = Field::new(
        "decile",
        "Decile",
        "",
        "1 is the most deprived tenth of small areas.",
    );
    FindingsTable {
        id: "deprivation_wards_deciles".to_owned(),
        title: "By decile of deprivation".to_owned(),
        description: "Residents, services and the people who use them by decile; the first row is all of them."
            .to_owned(),
        method: method.to_owned(),
        fields: std::iter::once(decile).chain(fields(columns.iter().copied())).collect(),
        labels: Labels::Public,
        partition: true,
        whole: Some(0),
        rows: std::iter::once(all).chain(rows).collect(),
    }
}

fn headlines(
    inputs: &DeprivationWards,
    study: &Study,
    found: &DeprivationFigures,
) -> Vec<Headline<Value>> {
    let (known, _) = found.deciles.split_at(found.deciles.len().min(10));
    let (low, _) = known.split_at(known.len().min(usize::from(inputs.deciles)));
    let (known, low, all) = (
        DecileFigures::sum(known),
        DecileFigures::sum(low),
        DecileFigures::sum(&found.deciles),
    );
    let share = (known.weight > 0.0).then(|| words::per_cent(low.weight / known.weight));
    let wards = found
        .wards
        .iter()
        .filter(|(_, ward)| ward.deprived == Some(true))
        .count();
    let headline = |label: String, value: Plain, unit: &str, n: Plain| Headline {
        label,
        value: value.into(),
        unit: unit.to_owned(),
        decimals: usize::from(unit == "%"),
        n: n.into(),
    };
    let there = deciles(inputs);
    let of_wards = (found.wards.len() as u32).into();
    let mut all_of_them = vec![
        headline(
            who_lives(&there, found.weight, known.without_weight),
            share.into(),
            "%",
            whole(known.weight).into(),
        ),
        headline(
            "Deprived wards".to_owned(),
            (wards as u32).into(),
            "wards",
            of_wards,
        ),
    ];
    if has_services(study) {
        let label = format!("Open services in {there}");
        all_of_them.push(headline(
            label,
            low.services.into(),
            "services",
            all.services.into(),
        ));
    }
    all_of_them
}

/// Says of whom the headline share is, and which small areas are not in it.
fn who_lives(there: &str, weight: Weight, without_weight: u32) -> String {
    let what = match weight {
        Weight::Residents => "Residents",
        Weight::Postcodes => "Postcodes",
    };
    let left_out = match without_weight {
        0 => String::new(),
        number => format!(
            ", without {} that the population has no row for",
            words::count(number as usize, "small area", "small areas")
        ),
    };
    format!("{what} in {there}{left_out}")
}
