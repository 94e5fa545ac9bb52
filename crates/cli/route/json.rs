//! A way for maps and programs, in longitude and latitude.

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::study::Study;
use catchment_export::credits;
use catchment_travel::{Step, Turn, Underfoot};
use serde_json::{Map, Value, json};

use super::Answer;

/// How many digits of a degree are written: a centimetre.
const DIGITS: f64 = 1e7;

/// Writes the way and its steps as lines: the way first.
pub(super) fn geojson(answer: &Answer, study: &Study) -> anyhow::Result<Value> {
    let grid = &study.about().grid;
    let route = &answer.route;
    let mut features = vec![feature(
        &line(route.points(), grid)?,
        &properties(answer, "route"),
    )];
    for (number, step) in (1..).zip(route.steps()) {
        let mut properties = told(step);
        properties.insert("kind".to_owned(), json!("step"));
        properties.insert("step".to_owned(), json!(number));
        let points = &route.points()[step.points.clone()];
        features.push(feature(&line(points, grid)?, &properties));
    }
    let mut object = credited(study);
    object.insert("type".to_owned(), json!("FeatureCollection"));
    object.insert("features".to_owned(), json!(features));
    Ok(Value::Object(object))
}

/// Writes all that is known of the way as one object.
pub(super) fn json(answer: &Answer, study: &Study) -> anyhow::Result<Value> {
    let grid = &study.about().grid;
    let mut object = credited(study);
    object.extend(properties(answer, "route"));
    let steps = answer.route.steps().iter();
    object.insert(
        "steps".to_owned(),
        steps.map(|step| Value::Object(told(step))).collect(),
    );
    let line = line(answer.route.points(), grid)?;
    object.insert(
        "geometry".to_owned(),
        json!({ "type": "LineString", "coordinates": line }),
    );
    Ok(Value::Object(object))
}

/// Begins an object with what has to stand on everything made of the study's streets.
fn credited(study: &Study) -> Map<String, Value> {
    let own = credits(crate::serve::context(study));
    let mut object = Map::new();
    if let Some(notice) = own.notice {
        object.insert("notice".to_owned(), json!(notice));
    }
    object.insert("attribution".to_owned(), json!(own.attribution));
    object.insert("licence".to_owned(), json!(own.licence));
    object.insert(
        "reference_date".to_owned(),
        json!(study.about().reference_date),
    );
    object
}

fn feature(coordinates: &[Value], properties: &Map<String, Value>) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "LineString", "coordinates": coordinates },
        "properties": properties,
    })
}

fn properties(answer: &Answer, kind: &str) -> Map<String, Value> {
    let route = &answer.route;
    let [from, to] = &answer.places;
    let [before, after] = answer.snaps.map(|snap| metres(snap.distance().value()));
    let classes = route.summary().classes.iter();
    let classes: Map<String, Value> = classes
        .map(|(class, cost)| {
            let own = json!({ "distance_m": metres(cost.distance().value()), "time_s": seconds(cost.milliseconds()) });
            (class.word().to_owned(), own)
        })
        .collect();
    let mut object = Map::new();
    for (name, value) in [
        ("kind", json!(kind)),
        ("from", json!(from.taken_for)),
        ("to", json!(to.taken_for)),
        ("profile", json!(answer.profile)),
        ("chosen", json!(answer.chosen())),
        ("distance_is", json!(answer.metric.distance_name())),
        ("distance_m", metres(route.distance().value())),
        ("time_s", seconds(route.cost().milliseconds())),
        ("not_counted_before_m", before),
        ("not_counted_after_m", after),
        ("classes", Value::Object(classes)),
    ] {
        object.insert(name.to_owned(), value);
    }
    if let Some(own) = &route.summary().underfoot {
        object.insert("underfoot".to_owned(), underfoot(own));
    }
    object
}

fn underfoot(own: &Underfoot) -> Value {
    let surfaces = own.surfaces.iter();
    let surfaces: Map<String, Value> = surfaces
        .map(|(surface, length)| (surface.word().to_owned(), metres(length.value())))
        .collect();
    json!({
        "steps_m": metres(own.steps.value()),
        "surfaces_m": surfaces,
        "unknown_m": metres(own.unknown.value()),
        "surface_unknown_m": metres(own.surface_unknown.value()),
        "width_unknown_m": metres(own.width_unknown.value()),
        "incline_unknown_m": metres(own.incline_unknown.value()),
        "kerb_unknown_m": metres(own.kerb_unknown.value()),
    })
}

fn told(step: &Step) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in [
        ("words", json!(step.words())),
        ("turn", json!(word(step.turn))),
        ("name", json!(step.name)),
        ("bearing", json!((step.bearing * 10.0).round() / 10.0)),
        ("distance_m", metres(step.distance().value())),
        ("time_s", seconds(step.cost.milliseconds())),
    ] {
        object.insert(name.to_owned(), value);
    }
    object
}

fn word(turn: Turn) -> &'static str {
    match turn {
        Turn::Start => "start",
        Turn::Straight => "straight",
        Turn::SlightLeft => "slight_left",
        Turn::Left => "left",
        Turn::SharpLeft => "sharp_left",
        Turn::SlightRight => "slight_right",
        Turn::Right => "right",
        Turn::SharpRight => "sharp_right",
        Turn::UTurn => "u_turn",
        Turn::Roundabout(_) => "roundabout",
        Turn::Board => "board_ferry",
        Turn::Leave => "leave_ferry",
    }
}

fn metres(length: f64) -> Value {
    json!((length * 1000.0).round() / 1000.0)
}

fn seconds(milliseconds: u32) -> Value {
    json!(f64::from(milliseconds) / 1000.0)
}

/// Turns a line into degrees; a line of one point has it twice, since a line has two ends.
fn line(points: &[[f64; 2]], grid: &Grid) -> anyhow::Result<Vec<Value>> {
    let once = points.len() == 1;
    let points = points.iter().chain(points.first().filter(|_| once));
    points
        .map(|[x, y]| {
            let at = grid.to_lon_lat(GridPoint { x: *x, y: *y })?;
            let [lon, lat] = [at.lon, at.lat].map(|degrees| (degrees * DIGITS).round() / DIGITS);
            Ok(json!([lon, lat]))
        })
        .collect()
}
