//! Reads outlines from `GeoJSON` in longitude and latitude, onto the study's grid.

use std::fs;
use std::path::Path;

use catchment_core::grid::{Grid, LonLat};
use catchment_core::issue::{Issue, Severity};
use geo::{LineString, MultiPolygon, Polygon};
use geojson::{GeoJson, GeometryValue, Position};

/// What a layer holds, on the study's grid.
pub(crate) struct Features {
    /// Every feature of the layer, in the file's order.
    pub(crate) features: Vec<Feature>,
    names: Vec<String>,
}

/// One feature.
pub(crate) struct Feature {
    /// Its number in the file, counted from 1.
    pub(crate) number: u64,
    properties: Vec<Option<String>>,
    /// Where it is, or why that cannot be used.
    pub(crate) geometry: Result<Geometry, String>,
    /// What was changed about the geometry to read it.
    pub(crate) mended: Vec<String>,
}

/// Where a feature is, in metres on the study's grid.
pub(crate) enum Geometry {
    /// An outline.
    Area(MultiPolygon<f64>),
    /// One point.
    Point(#[allow(dead_code)] geo::Point<f64>),
}

impl Feature {
    /// Returns a property as trimmed text.
    pub(crate) fn text(&self, place: usize) -> Option<String> {
        self.properties.get(place)?.clone()
    }
}

impl Features {
    /// Finds a property by its name.
    pub(crate) fn property(&self, wanted: &str, _: &mut Vec<Issue>) -> Result<usize, Issue> {
        self.names
            .iter()
            .position(|name| name == wanted)
            .ok_or_else(|| {
                Issue::new(
                    "areas",
                    Severity::FileUnusable,
                    format!("has no property `{wanted}`"),
                    "",
                )
            })
    }
}

/// Cuts a text of a file for a message.
pub(crate) fn short(text: &str) -> String {
    text.chars()
        .take(60)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// Reads one file.
pub(crate) fn read(
    folder: &Path,
    file: &str,
    _layer: Option<&str>,
    _crs: Option<&str>,
    grid: &Grid,
    _issues: &mut Vec<Issue>,
) -> Result<Features, Issue> {
    let bad = |m: String| Issue::new(file, Severity::FileUnusable, m, "");
    let text = fs::read_to_string(folder.join(file)).map_err(|e| bad(e.to_string()))?;
    let Ok(GeoJson::FeatureCollection(all)) = text.parse::<GeoJson>() else {
        return Err(bad("is not GeoJSON".to_owned()));
    };
    let mut names: Vec<String> = Vec::new();
    for feature in &all.features {
        for (name, _) in feature.properties.iter().flatten() {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    let ring = |ring: &[Position]| -> LineString<f64> {
        ring.iter()
            .filter_map(|p| {
                let p = grid
                    .to_grid(LonLat {
                        lon: p[0],
                        lat: p[1],
                    })
                    .ok()?;
                Some(geo::coord! { x: p.x, y: p.y })
            })
            .collect()
    };
    let polygon = |rings: &[Vec<Position>]| {
        Polygon::new(
            ring(&rings[0]),
            rings[1..].iter().map(|r| ring(r)).collect(),
        )
    };
    let features = all
        .features
        .iter()
        .zip(1..)
        .map(|(feature, number)| {
            let properties = names
                .iter()
                .map(|name| {
                    let value = feature.properties.as_ref()?.get(name)?;
                    Some(
                        value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned),
                    )
                })
                .collect();
            let geometry = match feature.geometry.as_ref().map(|g| &g.value) {
                Some(GeometryValue::Polygon { coordinates }) => Ok(Geometry::Area(
                    MultiPolygon::new(vec![polygon(coordinates)]),
                )),
                Some(GeometryValue::MultiPolygon { coordinates }) => Ok(Geometry::Area(
                    MultiPolygon::new(coordinates.iter().map(|c| polygon(c)).collect()),
                )),
                _ => Err("is no outline".to_owned()),
            };
            Feature {
                number,
                properties,
                geometry,
                mended: Vec::new(),
            }
        })
        .collect();
    Ok(Features { features, names })
}
