//! Shapes come out as RFC 7946 wants them, whatever the findings draw.

use catchment_core::findings::{Geometry, Shape};
use catchment_core::grid::{Grid, GridPoint};
use catchment_export::{ExportError, base_map, encode_layers};
use catchment_release::Audience;
use catchment_travel::StreetClass;
use geo::{Coord, LineString, MultiPolygon, Point, Polygon};
use proptest::prelude::*;
use serde_json::Value;

use crate::study::{journeys, release_one, square, study};

fn ring() -> impl Strategy<Value = LineString<f64>> {
    // Corners around a centre, so that most rings enclose something; small radii make corners fall together.
    let corner = (
        0.0..std::f64::consts::TAU,
        prop_oneof![Just(0.004_f64), 1.0..900.0_f64],
    );
    prop::collection::vec(corner, 3..9).prop_map(|corners| {
        let coord = |(angle, radius): (f64, f64)| Coord {
            x: 410_000.0 + radius * angle.cos(),
            y: 91_000.0 + radius * angle.sin(),
        };
        let mut ring: Vec<Coord<f64>> = corners.into_iter().map(coord).collect();
        ring.push(ring[0]);
        LineString::new(ring)
    })
}

fn encoded(shape: Shape) -> Result<Value, ExportError> {
    let study = study();
    let mut findings = journeys();
    let area = matches!(shape, Shape::Area(_));
    findings.layers.truncate(1);
    let layer = &mut findings.layers[0];
    layer.geometry = if area {
        Geometry::MultiPolygon
    } else {
        Geometry::Point
    };
    layer.features.truncate(1);
    layer.features[0].shape = shape;
    let layers = encode_layers(&[release_one(findings, Audience::Public)], study.context())?;
    let feature: Value = serde_json::from_str(&layers[0].features[0].json)?;
    assert_eq!(
        layers[0].bbox.map(f64::to_bits),
        layers[0].features[0].bbox.map(f64::to_bits)
    );
    Ok(feature["geometry"].clone())
}

fn positions(ring: &Value) -> Vec<[f64; 2]> {
    let number = |value: &Value| value.as_f64().unwrap();
    ring.as_array()
        .unwrap()
        .iter()
        .map(|position| [number(&position[0]), number(&position[1])])
        .collect()
}

/// Twice the signed area, positive anticlockwise.
fn turning(ring: &[[f64; 2]]) -> f64 {
    let origin = ring[0];
    let cross = |pair: &[[f64; 2]]| {
        (pair[0][0] - origin[0]) * (pair[1][1] - origin[1])
            - (pair[1][0] - origin[0]) * (pair[0][1] - origin[1])
    };
    ring.windows(2).map(cross).sum()
}

fn bits(position: [f64; 2]) -> [u64; 2] {
    position.map(f64::to_bits)
}

proptest! {
    #[test]
    fn rings_are_closed_turn_the_right_way_and_lie_where_they_should(outer in ring(), hole in ring()) {
        let area = MultiPolygon::new(vec![Polygon::new(outer, vec![hole])]);
        let geometry = match encoded(Shape::Area(area)) {
            Ok(geometry) => geometry,
            Err(ExportError::NoArea { .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        prop_assert_eq!(&geometry["type"], "MultiPolygon");
        for polygon in geometry["coordinates"].as_array().unwrap() {
            for (index, ring) in polygon.as_array().unwrap().iter().enumerate() {
                let ring = positions(ring);
                prop_assert!(ring.len() >= 4);
                prop_assert_eq!(bits(ring[0]), bits(ring[ring.len() - 1]));
                prop_assert!(ring.windows(2).all(|pair| bits(pair[0]) != bits(pair[1])));
                prop_assert!(ring.windows(3).all(|three| bits(three[0]) != bits(three[2])));
                prop_assert_eq!(turning(&ring) > 0.0, index == 0);
                prop_assert!(ring.iter().all(|[lon, lat]| (-1.9..-1.8).contains(lon) && (50.6..50.8).contains(lat)));
            }
        }
    }

    #[test]
    fn points_come_back_to_a_centimetre(x in 380_000.0..430_000.0_f64, y in 85_000.0..120_000.0_f64) {
        let geometry = encoded(Shape::Point(Point::new(x, y))).unwrap();
        let [lon, lat] = [0, 1].map(|index| geometry["coordinates"][index].as_f64().unwrap());
        let back = Grid::BritishNational.to_grid(catchment_core::grid::LonLat { lon, lat }).unwrap();
        prop_assert!((back.x - x).hypot(back.y - y) < 0.01);
    }
}

#[test]
fn an_area_that_encloses_nothing_and_a_point_at_sea_are_refused() {
    let line = LineString::new(vec![
        Coord {
            x: 410_000.0,
            y: 91_000.0
        };
        4
    ]);
    let error = encoded(Shape::Area(MultiPolygon::new(vec![Polygon::new(
        line,
        vec![],
    )])))
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "feature \"W1\" of layer \"average_journeys\" has no area"
    );
    let error = encoded(Shape::Point(Point::new(-5.0e6, 0.0))).unwrap_err();
    assert!(matches!(error, ExportError::OffGrid { .. }));
    assert!(!error.to_string().contains("-5"));
}

/// A lattice of streets 100 m apart, with a bend in each; every tenth row is a main road.
fn streets(rows: u32) -> Vec<(StreetClass, Vec<[f64; 2]>)> {
    let at = |column: u32, row: u32| {
        [
            410_000.0 + f64::from(column) * 100.0,
            91_000.0 + f64::from(row) * 100.0,
        ]
    };
    let mut streets = Vec::new();
    for row in 0..rows {
        for column in 0..rows {
            let class = if row % 10 == 0 {
                StreetClass::Primary
            } else {
                StreetClass::Minor
            };
            let [x, y] = at(column, row);
            streets.push((
                class,
                vec![[x, y], [x + 50.0, y + 12.0], at(column + 1, row)],
            ));
            streets.push((
                StreetClass::Minor,
                vec![[x, y], [x + 7.0, y + 50.0], at(column, row + 1)],
            ));
        }
    }
    streets.push((StreetClass::Path, vec![at(0, 0), at(1, 1)]));
    streets
}

fn drawn(streets: &[(StreetClass, Vec<[f64; 2]>)], limit: usize) -> Result<Vec<u8>, ExportError> {
    let area = square(410_000.0, 91_000.0, 3000.0);
    let streets = streets
        .iter()
        .map(|(class, line)| (*class, line.as_slice()));
    base_map(
        streets,
        [("Castle", &area)].into_iter(),
        &Grid::BritishNational,
        limit,
    )
}

fn classes(file: &[u8]) -> Vec<String> {
    let file: Value = serde_json::from_slice(file).unwrap();
    let features = file["features"].as_array().unwrap();
    features
        .iter()
        .map(|feature| feature["properties"]["class"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_base_map_has_areas_and_streets_joined_and_no_paths() {
    let file = drawn(&streets(3), 2_000_000).unwrap();
    let classes = classes(&file);
    assert_eq!(classes[0], "area");
    // The main road of three streets is one line, though minor streets meet it.
    assert_eq!(
        classes.iter().filter(|class| *class == "primary").count(),
        1
    );
    assert!(!classes.contains(&"path".to_owned()));
    let file: Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(file["features"][0]["geometry"]["type"], "Polygon");
    assert_eq!(file["features"][0]["properties"]["name"], "Castle");
}

#[test]
fn a_base_map_keeps_its_limit_by_leaving_out_minor_streets_first() {
    let streets = streets(40);
    let whole = drawn(&streets, 2_000_000).unwrap();
    assert!(classes(&whole).contains(&"minor".to_owned()));
    let limit = whole.len() - 1;
    let smaller = drawn(&streets, limit).unwrap();
    assert!(smaller.len() <= limit);
    assert!(!classes(&smaller).contains(&"minor".to_owned()));
    assert!(classes(&smaller).contains(&"primary".to_owned()));
    assert!(matches!(
        drawn(&streets, 10),
        Err(ExportError::BaseMapTooLarge { limit: 10, .. })
    ));
}

#[test]
fn a_base_map_is_where_the_streets_are() {
    let file: Value = serde_json::from_slice(&drawn(&streets(2), 2_000_000).unwrap()).unwrap();
    let place = Grid::BritishNational
        .to_lon_lat(GridPoint {
            x: 410_000.0,
            y: 91_000.0,
        })
        .unwrap();
    let features = file["features"].as_array().unwrap();
    let near = |position: &Value| {
        let [lon, lat] = [0, 1].map(|index| position[index].as_f64().unwrap());
        (lon - place.lon).abs() < 1e-5 && (lat - place.lat).abs() < 1e-5
    };
    let lines = features
        .iter()
        .filter(|feature| feature["geometry"]["type"] == "LineString");
    assert!(
        lines
            .flat_map(|feature| feature["geometry"]["coordinates"].as_array().unwrap())
            .any(near)
    );
}
