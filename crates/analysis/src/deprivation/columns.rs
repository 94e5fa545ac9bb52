//! The fields of a ward. Those about its population depend on what small areas are weighted by.

use catchment_core::findings::{Cell, Value};
use catchment_core::study::Study;

use super::{DecileFigures, WardFigures, Weight};
use crate::columns::Column;
use crate::residents::whole;
use crate::words;

static RULES: [Column<WardFigures>; 7] = [
    Column {
        name: "deprived",
        title: "Deprived",
        unit: "",
        description: "Whether the ward is deprived by the rule that the method line prints.",
        value: |found| found.deprived.into(),
    },
    Column {
        name: "rule_any_small_area",
        title: "Rule: any small area",
        unit: "",
        description: "Whether any of its small areas is deprived.",
        value: |found| found.rules[0].into(),
    },
    Column {
        name: "rule_share_of_small_areas",
        title: "Rule: share of small areas",
        unit: "",
        description: "Whether enough of its small areas are deprived; the method line says how many are enough.",
        value: |found| found.rules[1].into(),
    },
    Column {
        name: "rule_share_of_population",
        title: "Rule: share of population",
        unit: "",
        description: "Whether enough of its population lives in deprived small areas; the method line says how many are enough.",
        value: |found| found.rules[2].into(),
    },
    Column {
        name: "rule_majority_of_population",
        title: "Rule: majority of population",
        unit: "",
        description: "Whether more than half of its population lives in deprived small areas.",
        value: |found| found.rules[3].into(),
    },
    Column {
        name: "rule_mean_decile",
        title: "Rule: mean decile",
        unit: "",
        description: "Whether its mean decile is low enough; the method line says how low that is.",
        value: |found| found.rules[4].into(),
    },
    Column {
        name: "small_areas",
        title: "Small areas",
        unit: "",
        description: "Small areas with a decile that belong to the ward.",
        value: |found| found.small_areas.into(),
    },
];

static AREAS_AND_SERVICES: [Column<WardFigures>; 3] = [
    Column {
        name: "small_areas_deprived",
        title: "Deprived small areas",
        unit: "",
        description: "Of these, those in the deprived deciles.",
        value: |found| found.small_areas_deprived.into(),
    },
    Column {
        name: "services",
        title: "Open services",
        unit: "",
        description: "Open services that people travel to at sites in the ward.",
        value: |found| found.services.into(),
    },
    Column {
        name: "services_in_deprived",
        title: "Open services in deprived small areas",
        unit: "",
        description: "Of these, those in a deprived small area that belongs to a ward.",
        value: |found| found.services_in_deprived.into(),
    },
];

static RESIDENTS: [Column<WardFigures>; 5] = [
    Column {
        name: "mean_decile",
        title: "Mean decile",
        unit: "",
        description: "Mean decile of its small areas, weighted by residents; 1 is the most deprived.",
        value: |found| found.mean_decile().map(two_decimals).into(),
    },
    Column {
        name: "residents",
        title: "Residents",
        unit: "people",
        description: "Residents of its small areas; empty where the population has no row for any of them.",
        value: |found| known(found, found.weight),
    },
    Column {
        name: "residents_deprived",
        title: "Residents of deprived small areas",
        unit: "people",
        description: "Of these, those who live in a deprived small area: the figure that hangs on no rule for wards.",
        value: |found| known(found, found.weight_deprived),
    },
    Column {
        name: "share_deprived",
        title: "Share of residents in deprived small areas",
        unit: "%",
        description: "The same as a share of residents.",
        value: |found| found.share_deprived().map(words::per_cent).into(),
    },
    Column {
        name: "small_areas_without_residents",
        title: "Small areas left out",
        unit: "",
        description: "Small areas of the ward whose residents are not known, because the population has no row for them; they are in no \
            figure of residents.",
        value: |found| found.without_weight.into(),
    },
];

static POSTCODES: [Column<WardFigures>; 4] = [
    Column {
        name: "mean_decile",
        title: "Mean decile",
        unit: "",
        description: "Mean decile of its small areas, weighted by postcodes because the population is missing or for boundaries of another year \
            than the index; 1 is the most deprived.",
        value: |found| found.mean_decile().map(two_decimals).into(),
    },
    Column {
        name: "postcodes",
        title: "Postcodes",
        unit: "",
        description: "Live postcodes of its small areas. They stand for the population, which is missing or for boundaries of another year than \
            the index.",
        value: |found| known(found, found.weight),
    },
    Column {
        name: "postcodes_deprived",
        title: "Postcodes of deprived small areas",
        unit: "",
        description: "Of these, those in a deprived small area.",
        value: |found| known(found, found.weight_deprived),
    },
    Column {
        name: "share_deprived",
        title: "Share of postcodes in deprived small areas",
        unit: "%",
        description: "The same as a share of postcodes.",
        value: |found| found.share_deprived().map(words::per_cent).into(),
    },
];

static PEOPLE: [Column<WardFigures>; 2] = [
    Column {
        name: "people",
        title: "People who use services",
        unit: "people",
        description: "People who use services and live in the ward.",
        value: |found| Cell::people(found.people).into(),
    },
    Column {
        name: "people_share_in_deprived",
        title: "Share of people who use services in deprived small areas",
        unit: "%",
        description: "Those of them who live in a deprived small area that belongs to a ward.",
        value: |found| Cell::share(found.people_in_deprived, found.people).into(),
    },
];

fn two_decimals(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A weight of a ward, where anything is known of its small areas.
pub(super) fn known(found: &WardFigures, weight: f64) -> Value {
    found.has_weight().then(|| whole(weight)).into()
}

/// The columns of the layer, the people where the study holds any.
pub(super) fn columns(study: &Study, weight: Weight) -> Vec<&'static Column<WardFigures>> {
    let weights: &[_] = if weight == Weight::Residents {
        &RESIDENTS
    } else {
        &POSTCODES
    };
    let people = PEOPLE.iter().filter(|_| study.has_people());
    RULES
        .iter()
        .chain(&AREAS_AND_SERVICES[..1])
        .chain(weights)
        .chain(
            AREAS_AND_SERVICES[1..]
                .iter()
                .filter(|_| has_services(study)),
        )
        .chain(people)
        .collect()
}

static DECILE: [Column<DecileFigures>; 1] = [Column {
    name: "small_areas",
    title: "Small areas",
    unit: "",
    description: "Small areas that belong to a ward.",
    value: |found| found.small_areas.into(),
}];

static DECILE_RESIDENTS: [Column<DecileFigures>; 1] = [Column {
    name: "residents",
    title: "Residents",
    unit: "people",
    description: "Residents of these small areas, without those that the population has no row for; empty where it has a row for none.",
    value: |found| found.has_weight().then(|| whole(found.weight)).into(),
}];

static DECILE_POSTCODES: [Column<DecileFigures>; 1] = [Column {
    name: "postcodes",
    title: "Postcodes",
    unit: "",
    description: "Live postcodes of these small areas.",
    value: |found| whole(found.weight).into(),
}];

static DECILE_SERVICES: [Column<DecileFigures>; 1] = [Column {
    name: "services",
    title: "Open services",
    unit: "",
    description: "Open services that people travel to in these small areas.",
    value: |found| found.services.into(),
}];

static DECILE_PEOPLE: [Column<DecileFigures>; 2] = [
    Column {
        name: "people",
        title: "People",
        unit: "people",
        description: "People who use services and live there.",
        value: |found| Cell::people(found.people).into(),
    },
    Column {
        name: "pairs",
        title: "Pairs",
        unit: "",
        description: "Distinct pairs of person and service of those people on the reference date, with a journey or \
            without.",
        value: |found| Cell::events(found.pairs, found.people_in_pairs).into(),
    },
];

/// Says whether there are services to count. A study of open data alone has none, which is not the same as nought.
pub(super) fn has_services(study: &Study) -> bool {
    !study.parts().services.is_empty()
}

/// The columns of a table that are about no person: small areas, what they weigh, and services where the study holds any.
pub(super) fn public_columns(study: &Study, weight: Weight) -> Vec<&'static Column<DecileFigures>> {
    let weights = if weight == Weight::Residents {
        &DECILE_RESIDENTS
    } else {
        &DECILE_POSTCODES
    };
    let services = DECILE_SERVICES.iter().filter(|_| has_services(study));
    DECILE.iter().chain(weights).chain(services).collect()
}

/// The columns of the table of deciles, those of people where the study holds any.
pub(super) fn decile_columns(study: &Study, weight: Weight) -> Vec<&'static Column<DecileFigures>> {
    let people = DECILE_PEOPLE.iter().filter(|_| study.has_people());
    public_columns(study, weight)
        .into_iter()
        .chain(people)
        .collect()
}

/// What small areas are weighted by, in words.
pub(super) fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Residents => "residents",
        Weight::Postcodes => "postcodes",
    }
}
