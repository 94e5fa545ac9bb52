//! Files written by GDAL read the same in every format and system; files made to break a reader are refused with a reason.

mod bad;
mod formats;
pub(crate) mod ogr;

use std::path::Path;

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::issue::{Issue, Severity};
use geo::Coord;

use super::{Feature, Features, Geometry, read};

/// Corners of a ward with a hole, in metres from its south-west corner.
const WARD: [[[f64; 2]; 5]; 2] = [
    [
        [0.0, 0.0],
        [2000.0, 0.0],
        [2000.0, 1500.0],
        [0.0, 1500.0],
        [0.0, 0.0],
    ],
    [
        [500.0, 500.0],
        [500.0, 900.0],
        [900.0, 900.0],
        [900.0, 500.0],
        [500.0, 500.0],
    ],
];

/// Two areas on a grid, the second of two parts, written as `GeoJSON` by `position`.
fn two_areas(origin: GridPoint, position: impl Fn(GridPoint) -> [f64; 2]) -> String {
    let rings = |east: f64, rings: &[[[f64; 2]; 5]]| -> Vec<Vec<[f64; 2]>> {
        rings
            .iter()
            .map(|ring| {
                ring.iter()
                    .map(|[x, y]| {
                        position(GridPoint {
                            x: origin.x + east + x,
                            y: origin.y + y,
                        })
                    })
                    .collect()
            })
            .collect()
    };
    serde_json::json!({
        "type": "FeatureCollection",
        "features": [
            { "type": "Feature", "properties": { "code": "W1", "name": "Llanfair â", "people": 12, "share": 0.5 },
              "geometry": { "type": "Polygon", "coordinates": rings(0.0, &WARD) } },
            { "type": "Feature", "properties": { "code": "W2", "name": "East", "people": 7, "share": 1.5 },
              "geometry": { "type": "MultiPolygon", "coordinates": [rings(2000.0, &WARD[..1]), rings(6000.0, &WARD)] } },
        ]
    })
    .to_string()
}

fn degrees(grid: Grid) -> impl Fn(GridPoint) -> [f64; 2] {
    move |point| {
        let at = grid.to_lon_lat(point).unwrap();
        [at.lon, at.lat]
    }
}

fn metres(point: GridPoint) -> [f64; 2] {
    [point.x, point.y]
}

const POOLE: GridPoint = GridPoint {
    x: 402_000.0,
    y: 92_000.0,
};
const BELFAST: GridPoint = GridPoint {
    x: 330_000.0,
    y: 370_000.0,
};

/// Returns the features by their code: `FlatGeobuf` keeps them in an order of its own.
fn by_code(features: &Features) -> Vec<&Feature> {
    let code = features.property("code", &mut Vec::new()).unwrap();
    let mut ordered: Vec<&Feature> = features.features.iter().collect();
    ordered.sort_by_key(|feature| feature.text(code));
    ordered
}

fn positions(features: &Features) -> Vec<Vec<Coord<f64>>> {
    let of = |geometry: &Geometry| match geometry {
        Geometry::Area(outline) => {
            let rings = outline
                .iter()
                .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
            // Formats begin rings where they like and turn them as they like.
            let mut all: Vec<Coord<f64>> = rings.flat_map(|ring| ring.0[1..].to_vec()).collect();
            all.sort_by_key(|at| (at.x.round() as i64, at.y.round() as i64));
            all
        }
        Geometry::Point(point) => vec![point.0],
    };
    by_code(features)
        .into_iter()
        .map(|feature| of(feature.geometry.as_ref().unwrap()))
        .collect()
}

/// Returns the greatest distance between positions of the same place, in metres.
fn furthest(a: &Features, b: &Features) -> f64 {
    let (a, b) = (positions(a), positions(b));
    assert_eq!(a.len(), b.len());
    let mut furthest = 0.0_f64;
    for (a, b) in a.iter().zip(&b) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            furthest = furthest.max((a.x - b.x).hypot(a.y - b.y));
        }
    }
    furthest
}

fn texts(features: &Features) -> Vec<[String; 3]> {
    let places =
        ["code", "name", "people"].map(|name| features.property(name, &mut Vec::new()).unwrap());
    by_code(features)
        .into_iter()
        .map(|feature| places.map(|place| feature.text(place).unwrap()))
        .collect()
}

/// Reads a file, which must be of use and have nothing worse than notes; returns those too.
fn sound(folder: &Path, file: &str, grid: &Grid) -> (Features, Vec<Issue>) {
    let mut issues = Vec::new();
    let read = read(folder, file, None, None, grid, &mut issues);
    let features = read.unwrap_or_else(|issue| panic!("{issue}"));
    assert!(
        issues.iter().all(|issue| issue.severity == Severity::Note),
        "{issues:#?}"
    );
    (features, issues)
}

/// Reads a file, which must be refused.
fn refused(folder: &Path, file: &str, layer: Option<&str>, crs: Option<&str>) -> Issue {
    let read = read(
        folder,
        file,
        layer,
        crs,
        &Grid::BritishNational,
        &mut Vec::new(),
    );
    let issue = read.unwrap_err();
    assert_eq!(issue.severity, Severity::FileUnusable);
    assert_eq!(issue.file, file);
    issue
}
