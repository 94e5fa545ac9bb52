//! Streets and the outlines of areas, small enough to send whole: what the web map draws beneath the layers.
//!
//! It is made of the study's own inputs, so the map needs no tiles from anyone and tells nobody who looks at it. Paths and ferries
//! are left out. Until the file is small enough, first minor streets go, then lines are drawn more coarsely, then tertiary and
//! secondary roads go. Positions are written to five decimals of a degree, a metre.
//!
//! Nothing in it is about people, so it takes no `Published`.

use catchment_core::grid::{Grid, GridError};
use catchment_travel::StreetClass;
use geo::{LineString, MultiPolygon, Polygon, Simplify};
use serde::Serialize;

use crate::ExportError;
use crate::chain::{Line, join};
use crate::shape::{GeoJsonGeometry, Position, position, rings, same};

/// Decimals of a degree: about a metre.
const DECIMALS: i32 = 5;

/// The classes drawn, the widest first.
const CLASSES: [StreetClass; 6] = [
    StreetClass::Motorway,
    StreetClass::Trunk,
    StreetClass::Primary,
    StreetClass::Secondary,
    StreetClass::Tertiary,
    StreetClass::Minor,
];

/// What is tried until it fits: how many classes of streets, and how far in metres a drawn line may stray from the true one.
const ATTEMPTS: [(usize, f64); 9] = [
    (6, 3.0),
    (5, 3.0),
    (5, 10.0),
    (5, 20.0),
    (5, 40.0),
    (4, 40.0),
    (4, 80.0),
    (3, 80.0),
    (3, 200.0),
];

#[derive(Serialize)]
struct BaseFeature<'a> {
    r#type: &'static str,
    properties: BaseProperties<'a>,
    geometry: GeoJsonGeometry,
}

#[derive(Serialize)]
struct BaseProperties<'a> {
    class: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// Makes a base map of at most `limit_bytes`, as a GeoJSON feature collection.
///
/// Streets are lines with a `class`; each part of an area is a polygon of class `area` with its `name`.
pub fn base_map<'a>(
    streets: impl Iterator<Item = (StreetClass, &'a [[f64; 2]])>,
    areas: impl Iterator<Item = (&'a str, &'a MultiPolygon<f64>)>,
    grid: &Grid,
    limit_bytes: usize,
) -> Result<Vec<u8>, ExportError> {
    let mut by_class: Vec<Vec<&[[f64; 2]]>> = vec![Vec::new(); CLASSES.len()];
    for (class, line) in streets {
        if let Some(index) = CLASSES.iter().position(|drawn| *drawn == class) {
            by_class[index].push(line);
        }
    }
    let chains: Vec<Vec<Line>> = by_class.iter().map(|lines| join(lines)).collect();
    let areas: Vec<(&str, &MultiPolygon<f64>)> = areas.collect();
    let mut bytes = 0;
    for (classes, tolerance) in ATTEMPTS {
        let drawn = Drawing {
            chains: &chains[..classes],
            areas: &areas,
            grid,
            tolerance,
        };
        let file = drawn.draw()?;
        if file.len() <= limit_bytes {
            return Ok(file);
        }
        bytes = file.len();
    }
    Err(ExportError::BaseMapTooLarge {
        bytes,
        limit: limit_bytes,
    })
}

/// One attempt.
struct Drawing<'a> {
    chains: &'a [Vec<Line>],
    areas: &'a [(&'a str, &'a MultiPolygon<f64>)],
    grid: &'a Grid,
    tolerance: f64,
}

impl Drawing<'_> {
    fn draw(&self) -> Result<Vec<u8>, ExportError> {
        let mut file = b"{\"type\":\"FeatureCollection\",\"features\":[".to_vec();
        let mut first = true;
        let mut write = |properties: BaseProperties<'_>, geometry: GeoJsonGeometry| {
            file.extend_from_slice(if std::mem::take(&mut first) {
                b"\n"
            } else {
                b",\n"
            });
            let feature = BaseFeature {
                r#type: "Feature",
                properties,
                geometry,
            };
            serde_json::to_writer(&mut file, &feature)
        };
        for (name, area) in self.areas {
            for polygon in *area {
                let coarse = self.polygon(polygon);
                let parts =
                    rings(&coarse, self.grid, DECIMALS).map_err(ExportError::BaseMapOffGrid)?;
                if let Some(parts) = parts {
                    let properties = BaseProperties {
                        class: "area",
                        name: Some(name),
                    };
                    write(properties, GeoJsonGeometry::Polygon(parts))?;
                }
            }
        }
        // The widest roads last, so that a map that draws in order draws them on top.
        for (class, chains) in CLASSES.iter().zip(self.chains).rev() {
            for chain in chains {
                let line = self.line(chain).map_err(ExportError::BaseMapOffGrid)?;
                if line.len() >= 2 {
                    let properties = BaseProperties {
                        class: class.word(),
                        name: None,
                    };
                    write(properties, GeoJsonGeometry::LineString(line))?;
                }
            }
        }
        file.extend_from_slice(b"\n]}\n");
        Ok(file)
    }

    fn line(&self, chain: &Line) -> Result<Vec<Position>, GridError> {
        let coarse = LineString::from(chain.clone()).simplify(self.tolerance);
        let mut line: Vec<Position> = Vec::with_capacity(coarse.0.len());
        for coord in coarse {
            let place = position(self.grid, [coord.x, coord.y], DECIMALS)?;
            if line.last().is_none_or(|last| !same(*last, place)) {
                line.push(place);
            }
        }
        Ok(line)
    }

    /// Draws an outline more coarsely, unless nothing would be left of it.
    fn polygon(&self, polygon: &Polygon<f64>) -> Polygon<f64> {
        let coarse = polygon.simplify(self.tolerance);
        if coarse.exterior().0.len() < 4 {
            polygon.clone()
        } else {
            coarse
        }
    }
}
