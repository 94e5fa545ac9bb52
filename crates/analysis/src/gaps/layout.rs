//! The layer and the table of gaps.

use catchment_core::findings::{
    Cell, Field, Findings, FindingsTable, Geometry, Headline, Labels, Layer, Legend, Plain, Value,
};
use catchment_core::study::Study;

use super::{AreaFigures, GapFigures, Gaps, State};
use crate::columns::{ALL, AREA, Column, fields, values};
use crate::residents::whole;
use crate::{Analysis, areas, reach, words};

/// An area's figures and its ward. It owns both, because columns that stand for good cannot borrow from a study.
struct Row {
    found: AreaFigures,
    ward: Option<Ward>,
}

struct Ward {
    code: String,
    name: String,
}

static COLUMNS: [Column<Row>; 10] = [
    Column {
        name: "state",
        title: "State",
        unit: "",
        description: "gap: at least the share of residents that the method line gives is beyond reach. reached: fewer are. \
            no_evidence: nothing is known of who lives there. no_data: nothing is known of the way for most of its postcodes.",
        value: |row| row.found.state.word().into(),
    },
    Column {
        name: "residents",
        title: "Residents",
        unit: "people",
        description: "Residents; empty where the population has no row for the area.",
        value: |row| row.found.residents.map(whole).into(),
    },
    Column {
        name: "residents_beyond",
        title: "Residents beyond reach",
        unit: "people",
        description: "Residents of postcodes beyond reach of every open service; postcodes too far from any street are not in it. \
            Empty where the area has no data.",
        value: |row| row.found.known_beyond().map(whole).into(),
    },
    Column {
        name: "share_beyond",
        title: "Share of residents beyond reach",
        unit: "%",
        description: "Of the residents whose postcodes are near enough to a street. Empty where the area has no data.",
        value: |row| {
            let known = row.found.known_beyond().and(row.found.share_beyond());
            known.map(words::per_cent).into()
        },
    },
    Column {
        name: "postcodes",
        title: "Postcodes",
        unit: "",
        description: "Live postcodes in the area.",
        value: |row| row.found.postcodes.into(),
    },
    Column {
        name: "postcodes_without_data",
        title: "Postcodes without data",
        unit: "",
        description: "Postcodes too far from any street of the road file, or with no route to any open service.",
        value: |row| (row.found.postcodes_off_network + row.found.postcodes_without_route).into(),
    },
    Column {
        name: "share_without_data",
        title: "Share of postcodes without data",
        unit: "%",
        description: "The share of its postcodes without data.",
        value: |row| row.found.share_without_data().map(words::per_cent).into(),
    },
    Column {
        name: "share_off_network",
        title: "Share of postcodes cut off by the road file",
        unit: "%",
        description: "The share of its postcodes too far from any street. Above 0 at the edge of the road file means that the area is \
            cut at the edge.",
        value: |row| off_network(&row.found).map(words::per_cent).into(),
    },
    Column {
        name: "ward_code",
        title: "Ward code",
        unit: "",
        description: "The ward of most of its postcodes.",
        value: |row| row.ward.as_ref().map(|ward| ward.code.as_str()).into(),
    },
    Column {
        name: "ward_name",
        title: "Ward",
        unit: "",
        description: "The name of that ward.",
        value: |row| row.ward.as_ref().map(|ward| ward.name.as_str()).into(),
    },
];

static PEOPLE: [Column<AreaFigures>; 2] = [
    Column {
        name: "people",
        title: "People who use services",
        unit: "people",
        description: "People who use services, who live here and whose home is near enough to a street.",
        value: |found| Cell::people(found.people).into(),
    },
    Column {
        name: "people_share_beyond",
        title: "Share of people who use services beyond reach",
        unit: "%",
        description: "Those of them beyond reach of every open service that serves their support group.",
        value: |found| Cell::share(found.people_beyond, found.people).into(),
    },
];

fn off_network(found: &AreaFigures) -> Option<f64> {
    (found.postcodes > 0)
        .then(|| f64::from(found.postcodes_off_network) / f64::from(found.postcodes))
}

/// Lays the figures out.
pub(super) fn present(inputs: &Gaps, study: &Study, found: &GapFigures) -> Findings<Value> {
    let method = method(inputs, study, found);
    let count = |states: &[State]| {
        found
            .areas
            .iter()
            .filter(|area| states.contains(&area.state))
            .count() as u32
    };
    let unknown = [State::NoEvidence, State::NoData];
    let of_areas = i64::from(count(&State::ALL));
    let with_data = || {
        found
            .areas
            .iter()
            .filter(|area| area.known_beyond().is_some())
    };
    let beyond: f64 = with_data().map(|area| area.residents_beyond).sum();
    let known: f64 = with_data().map(|area| area.residents_with_data).sum();
    let headline = |label: &str, value: i64, unit: &str, n: i64| Headline {
        label: label.to_owned(),
        value: value.into(),
        unit: unit.to_owned(),
        decimals: 0,
        n: n.into(),
    };
    Findings {
        analysis: Gaps::ID.to_owned(),
        parameters: serde_json::to_value(inputs).unwrap_or_default(),
        profile: Some(words::profile(study)),
        layers: layer(inputs, study, found, &method).into_iter().collect(),
        tables: vec![table(study, found, &method)],
        headlines: vec![
            headline(
                "Small areas that are gaps",
                count(&[State::Gap]).into(),
                "areas",
                of_areas,
            ),
            headline(
                "Small areas of which nothing is known",
                count(&unknown).into(),
                "areas",
                of_areas,
            ),
            headline(
                "Residents beyond reach",
                whole(beyond),
                "residents",
                whole(known),
            ),
        ],
    }
}

/// The limits in words.
fn limits(inputs: &Gaps) -> String {
    let minutes = inputs.minutes.map(|limit| format!("{limit} minutes"));
    let km = inputs.km.map(|limit| format!("{limit} km"));
    let both: Vec<String> = minutes.into_iter().chain(km).collect();
    both.join(" or ")
}

fn method(inputs: &Gaps, study: &Study, found: &GapFigures) -> String {
    let rule = format!(
        "An area is a gap where at least {} of its residents live more than {} by the fastest {} route from every site at which a \
         service that people travel to was open on {}. It has no data where more than {} of its postcodes are too far from any \
         street or have no route to any site, and no evidence where it has no postcode, no residents or no row in the population.",
        words::percentage(inputs.share),
        limits(inputs),
        study.parts().settings.profile,
        words::reference_day(study),
        words::percentage(inputs.no_data_share),
    );
    let spread = "Residents of an area are spread equally over its postcodes. This is potential reach, not how far people travel.";
    words::sentences(&[
        rule,
        spread.to_owned(),
        reach::whose_service(study),
        found.left_out.clone(),
    ])
}

fn layer(inputs: &Gaps, study: &Study, found: &GapFigures, method: &str) -> Option<Layer<Value>> {
    let parts = study.parts();
    let with_people = study.has_people();
    let set = areas::small_area_set(study)?;
    let mut areas: Vec<&AreaFigures> = found.areas.iter().collect();
    areas.sort_by_key(|found| {
        (
            found.residents.is_none_or(|count| count < 0.5),
            &parts.areas[found.area].code,
        )
    });
    let feature = |found: &AreaFigures| {
        let area = &parts.areas[found.area];
        let ward = found.ward.and_then(|ward| parts.areas.get(ward));
        let ward = ward.map(|ward| Ward {
            code: ward.code.clone(),
            name: ward.name.clone(),
        });
        let row = Row {
            found: found.clone(),
            ward,
        };
        let mut all = [values(&AREA, area), values(&COLUMNS, &row)].concat();
        if with_people {
            all.extend(values(&PEOPLE, found));
        }
        let n = found
            .residents
            .map_or(Plain::Missing, |residents| whole(residents).into());
        areas::feature(area, n.into(), all)
    };
    let mut all_fields = [fields(&AREA), fields(&COLUMNS)].concat();
    if with_people {
        all_fields.extend(fields(&PEOPLE));
    }
    (!areas.is_empty()).then(|| Layer {
        id: Gaps::ID.to_owned(),
        title: Gaps::TITLE.to_owned(),
        description: format!(
            "Small areas ({} boundaries) where at least {} of the residents live more than {} from every open service, and those of \
             which nothing is known.",
            areas::vintage(study, set),
            words::percentage(inputs.share),
            limits(inputs),
        ),
        method: method.to_owned(),
        notice: None,
        geometry: Geometry::MultiPolygon,
        counted: "residents".to_owned(),
        fields: all_fields,
        legend: legend(inputs),
        partition: true,
        rest: Vec::new(),
        features: areas.into_iter().map(feature).collect(),
    })
}

fn legend(inputs: &Gaps) -> Legend {
    let gap = format!(
        "Gap: at least {} of residents live more than {} away",
        words::percentage(inputs.share),
        limits(inputs)
    );
    let classes = [
        (State::Gap.word(), gap.as_str(), "#d55e00"),
        (State::Reached.word(), "Reached", "#0072b2"),
        (
            State::NoEvidence.word(),
            "No evidence: nothing known of who lives there",
            "#f0e442",
        ),
        (
            State::NoData.word(),
            "No data: nothing known of the way there",
            "#4d4d4d",
        ),
    ];
    Legend::categorised("state", "Reach of open services", &classes)
}

fn table(study: &Study, found: &GapFigures, method: &str) -> FindingsTable<Value> {
    let with_people = study.has_people();
    let row = |label: &str, states: &[State]| {
        let areas = || {
            found
                .areas
                .iter()
                .filter(|area| states.contains(&area.state))
        };
        let residents: f64 = areas().filter_map(|area| area.residents).sum();
        let beyond: f64 = areas().filter_map(AreaFigures::known_beyond).sum();
        let mut row: Vec<Value> = vec![
            label.into(),
            (areas().count() as u32).into(),
            whole(residents).into(),
            whole(beyond).into(),
        ];
        if with_people {
            let people = areas().map(|area| area.people).sum();
            row.push(Cell::people(people).into());
            row.push(Cell::share(areas().map(|area| area.people_beyond).sum(), people).into());
        }
        row
    };
    let states = State::ALL.iter().map(|state| row(state.word(), &[*state]));
    let mut all_fields = vec![
        Field::new("state", "State", "", "What is known of the areas."),
        Field::new("areas", "Small areas", "", "How many there are."),
        Field::new(
            "residents",
            "Residents",
            "people",
            "Residents of these areas.",
        ),
        Field::new(
            "residents_beyond",
            "Residents beyond reach",
            "people",
            "Of these, those known to be beyond reach; of areas without data nobody is.",
        ),
    ];
    if with_people {
        all_fields.extend(fields(&PEOPLE));
    }
    FindingsTable {
        id: "gaps_states".to_owned(),
        title: "Small areas by state".to_owned(),
        description: "How many small areas are gaps, and of how many nothing is known; the first row is all of them.".to_owned(),
        method: method.to_owned(),
        fields: all_fields,
        labels: Labels::Public,
        partition: true,
        whole: Some(0),
        rows: std::iter::once(row(ALL, &State::ALL)).chain(states).collect(),
    }
}
