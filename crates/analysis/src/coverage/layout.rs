//! The layers and the table of coverage. Its fields depend on the limits asked for.

use catchment_core::area::AreaKind;
use catchment_core::findings::{
    Cell, Field, Findings, FindingsTable, Geometry, Headline, Labels, Layer, Legend, Value,
};
use catchment_core::id::{AreaId, AreaSetId};
use catchment_core::study::Study;

use super::{Coverage, CoverageFigures, Tally};
use crate::columns::{AREA, fields, values};
use crate::reach::{self, Reaches};
use crate::residents::{self, Spread, whole};
use crate::{Analysis, areas, palette, words};

const NOTICE: &str = "This is who could reach an open service, not how far people travel. Average journeys say that.";

/// Lays the figures out.
pub(super) fn present(
    inputs: &Coverage,
    study: &Study,
    found: &CoverageFigures,
) -> Findings<Value> {
    let method = method(study, &found.left_out);
    let wards = study.area_set(AreaKind::Ward);
    let small_areas = areas::small_area_set(study);
    let layers = [
        layer(
            inputs,
            study,
            wards,
            "coverage",
            "ward",
            &found.wards,
            &method,
        ),
        layer(
            inputs,
            study,
            small_areas,
            "coverage_small_area",
            "small area",
            &found.small_areas,
            &method,
        ),
    ];
    Findings {
        analysis: Coverage::ID.to_owned(),
        parameters: serde_json::to_value(inputs).unwrap_or_default(),
        profile: Some(words::profile(study)),
        layers: layers.into_iter().flatten().collect(),
        tables: vec![table(inputs, study, &found.all, &method)],
        headlines: headlines(inputs, &found.all),
    }
}

/// Says what the figures leave out.
pub(super) fn left_out(study: &Study, reaches: &Reaches, spread: &Spread) -> String {
    let people = if study.has_people() {
        "People whose home is too far from any street, or known only by its postcode district or town, are in no share and are counted in the table."
    } else {
        ""
    };
    let stray = match spread.stray_postcodes {
        0 => String::new(),
        postcodes => {
            let postcodes = words::count(postcodes, "postcode", "postcodes");
            format!("Nobody is placed at {postcodes} outside every area with a population.")
        }
    };
    words::sentences(&[
        reaches.sites_left_out(),
        spread.unplaced_in_words(),
        stray,
        people.to_owned(),
    ])
}

fn method(study: &Study, left_out: &str) -> String {
    let residents = format!(
        "Potential reach on {}: residents of a small area are spread equally over its postcodes, and each postcode has the least \
         distance and the least time by the fastest {} route to a site where a service that people travel to is open. Shares are \
         of residents with data; those with no route to any site count as beyond every limit.",
        words::reference_day(study),
        study.parts().settings.profile
    );
    words::sentences(&[residents, reach::whose_service(study), left_out.to_owned()])
}

/// A limit, as names of fields and as people say it: `5_km` and `5 km`.
fn limits(inputs: &Coverage) -> Vec<(String, String)> {
    let named = |limit: &f64, unit: &str| {
        (
            format!("{limit}_{unit}").replace('.', "_"),
            format!("{limit} {unit}"),
        )
    };
    let distances = inputs.km.iter().map(|limit| named(limit, "km"));
    distances
        .chain(inputs.minutes.iter().map(|limit| named(limit, "min")))
        .collect()
}

fn layer_fields(inputs: &Coverage, study: &Study) -> Vec<Field> {
    let mut all = fields(&AREA);
    all.push(residents::field());
    for (name, text) in limits(inputs) {
        all.push(Field::new(
            &format!("share_within_{name}"),
            &format!("Share of residents within {text}"),
            "%",
            &format!("Residents with an open service within {text} by road, of those with data."),
        ));
    }
    all.push(residents::without_data("street of the road file"));
    if study.has_people() {
        let people =
            "People who use services, who live here and whose home is near enough to a street.";
        all.push(Field::new(
            "people",
            "People who use services",
            "people",
            people,
        ));
        for (name, text) in limits(inputs) {
            all.push(Field::new(
                &format!("people_share_within_{name}"),
                &format!("Share of people who use services within {text}"),
                "%",
                &format!("Those of them with an open service that serves their support group within {text} by road."),
            ));
        }
    }
    all
}

fn layer_values(study: &Study, id: AreaId, tally: &Tally) -> Vec<Value> {
    let mut all = values(&AREA, &study.parts().areas[id]);
    all.push(whole(tally.residents).into());
    all.extend(
        tally
            .residents_within
            .iter()
            .map(|within| share(*within, tally)),
    );
    all.push(whole(tally.residents_without_data).into());
    if study.has_people() {
        all.push(Cell::people(tally.people).into());
        all.extend(
            tally
                .people_within
                .iter()
                .map(|within| Value::from(Cell::share(*within, tally.people))),
        );
    }
    all
}

/// A share of the residents with data.
fn share(residents: f64, tally: &Tally) -> Value {
    residents::percentage(residents, tally.residents - tally.residents_without_data)
}

fn layer(
    inputs: &Coverage,
    study: &Study,
    set: Option<AreaSetId>,
    id: &str,
    kind: &str,
    found: &[(AreaId, Tally)],
    method: &str,
) -> Option<Layer<Value>> {
    let set = set.filter(|_| !found.is_empty())?;
    let mut found: Vec<&(AreaId, Tally)> = found.iter().collect();
    let code = |id: AreaId| study.parts().areas[id].code.as_str();
    found.sort_by_key(|(id, tally)| (tally.residents < 0.5, code(*id)));
    let feature = |(id, tally): &(AreaId, Tally)| {
        areas::feature(
            &study.parts().areas[*id],
            whole(tally.residents).into(),
            layer_values(study, *id, tally),
        )
    };
    Some(Layer {
        id: id.to_owned(),
        title: format!("Reach of open services by {kind}"),
        description: format!(
            "What share of the residents of each {kind} ({} boundaries) have an open service near.",
            areas::vintage(study, set)
        ),
        method: method.to_owned(),
        notice: Some(NOTICE.to_owned()),
        geometry: Geometry::MultiPolygon,
        counted: "residents".to_owned(),
        fields: layer_fields(inputs, study),
        legend: legend(inputs),
        partition: true,
        rest: Vec::new(),
        features: found.into_iter().map(feature).collect(),
    })
}

/// The limit that the map and the headline show: 5 km where that is asked for, else the first.
fn main_limit(inputs: &Coverage) -> Option<(usize, String, String)> {
    let limits = limits(inputs);
    let place = limits
        .iter()
        .position(|(name, _)| name == "5_km")
        .unwrap_or(0);
    limits
        .into_iter()
        .nth(place)
        .map(|(name, text)| (place, name, text))
}

fn legend(inputs: &Coverage) -> Legend {
    let (_, name, text) = main_limit(inputs).unwrap_or_default();
    let title = format!("Share of residents within {text} (%)");
    palette::percentages(
        &format!("share_within_{name}"),
        &title,
        &[20.0, 40.0, 60.0, 80.0],
        &palette::REACHED,
    )
}

fn table_fields(with_people: bool) -> Vec<Field> {
    let mut fields = vec![
        Field::new(
            "reach",
            "Reach",
            "",
            "How near an open service is; the last row is those of whom that is not known.",
        ),
        Field::new("residents", "Residents", "people", "Residents."),
        Field::new(
            "share",
            "Share of residents",
            "%",
            "Of those with data; in the last row, of all.",
        ),
    ];
    if with_people {
        let people =
            "Of the people who use services and have data; in the last row, of all of them.";
        fields.push(Field::new(
            "people_share",
            "Share of people who use services",
            "%",
            people,
        ));
    }
    fields
}

fn table(inputs: &Coverage, study: &Study, all: &Tally, method: &str) -> FindingsTable<Value> {
    let with_people = study.has_people();
    let row = |label: String, residents: f64, residents_share: Value, people: Cell| {
        let mut row: Vec<Value> = vec![label.into(), whole(residents).into(), residents_share];
        if with_people {
            row.push(people.into());
        }
        row
    };
    let within = limits(inputs)
        .into_iter()
        .zip(all.residents_within.iter().zip(&all.people_within));
    let mut rows: Vec<Vec<Value>> = within
        .map(|((_, text), (residents, people))| {
            row(
                format!("within {text}"),
                *residents,
                share(*residents, all),
                Cell::share(*people, all.people),
            )
        })
        .collect();
    let everybody = all.people + all.people_without_data;
    rows.push(row(
        "without data".to_owned(),
        all.residents_without_data,
        residents::percentage(all.residents_without_data, all.residents),
        Cell::share(all.people_without_data, everybody),
    ));
    FindingsTable {
        id: "coverage_totals".to_owned(),
        title: "Reach of open services in all".to_owned(),
        description: "What share of all residents have an open service near.".to_owned(),
        method: method.to_owned(),
        fields: table_fields(with_people),
        labels: Labels::Public,
        partition: false,
        whole: None,
        rows,
    }
}

fn headlines(inputs: &Coverage, all: &Tally) -> Vec<Headline<Value>> {
    let Some((place, _, text)) = main_limit(inputs) else {
        return Vec::new();
    };
    let known = all.residents - all.residents_without_data;
    let within = all.residents_within.get(place).copied().unwrap_or_default();
    vec![Headline {
        label: format!("Residents within {text} of an open service"),
        value: residents::percentage(within, known),
        unit: "%".to_owned(),
        decimals: 1,
        n: whole(known).into(),
    }]
}
