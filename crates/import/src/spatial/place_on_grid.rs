//! Turns what a file has in its own coordinates into metres on the study's grid.
//!
//! Where file and study are on the same grid nothing is computed: the numbers are the file's own. Features are converted side by side on
//! all threads and come out in the file's order.

use catchment_core::grid::{Grid, GridError, GridPoint};
use catchment_core::issue::{Issue, Severity};
use geo::{Coord, LineString, MultiPolygon, Point, Polygon};
use rayon::prelude::*;

use super::crs::Crs;
use super::{Feature, Features, Geometry, Layer, RawFeature, Shape};
use crate::report::so_many;

/// Converts a layer; refuses one of which nothing lies on the grid.
pub(super) fn place(
    layer: Layer,
    crs: Crs,
    found: &'static str,
    grid: &Grid,
    file: &str,
) -> Result<Features, Issue> {
    let features: Vec<Feature> = layer
        .features
        .into_par_iter()
        .map(|raw| feature(raw, crs, grid))
        .collect();
    let off = features
        .iter()
        .filter(|feature| {
            feature
                .geometry
                .as_ref()
                .is_err_and(|message| message.starts_with(OFF_THE_GRID))
        })
        .count();
    if off == features.len()
        && let Some(Err(message)) = features.first().map(|feature| &feature.geometry)
    {
        return Err(Issue::new(
            file,
            Severity::FileUnusable,
            format!(
                "is in {crs}, and none of it lies on the study's grid: the first feature {message}"
            ),
            "check `grid` in [study], and that the file is of this place",
        ));
    }
    Ok(Features {
        file: file.to_owned(),
        names: layer.names.list,
        features,
        crs,
        found,
    })
}

const OFF_THE_GRID: &str = "has a position outside the grid";

fn feature(raw: RawFeature, crs: Crs, grid: &Grid) -> Feature {
    let mut mended = Vec::new();
    let geometry = raw
        .shape
        .and_then(|shape| geometry(shape, crs, grid, &mut mended));
    Feature {
        number: raw.number,
        properties: raw.properties,
        geometry,
        mended,
    }
}

fn geometry(
    shape: Shape,
    crs: Crs,
    grid: &Grid,
    mended: &mut Vec<String>,
) -> Result<Geometry, String> {
    let Shape {
        polygons,
        points,
        lines,
    } = shape;
    let polygons: Vec<_> = polygons
        .into_iter()
        .filter(|rings| !rings.is_empty())
        .collect();
    if polygons.is_empty() {
        return match (points.as_slice(), lines) {
            ([point], false) => to_grid(*point, crs, grid).map(|at| Geometry::Point(Point(at))),
            ([], false) => Err("has no geometry".to_owned()),
            ([], true) => Err("is a line".to_owned()),
            _ => Err("is several points or lines".to_owned()),
        };
    }
    if lines || !points.is_empty() {
        mended.push("had points or lines beside its outline, which were left out".to_owned());
    }
    let mut rings_mended = RingsMended::default();
    let outline: Vec<Polygon<f64>> = polygons
        .into_iter()
        .map(|rings| polygon(rings, crs, grid, &mut rings_mended))
        .collect::<Result<Vec<_>, String>>()?
        .into_iter()
        .flatten()
        .collect();
    rings_mended.tell(mended);
    if outline.is_empty() {
        return Err("has a ring of fewer than four positions".to_owned());
    }
    Ok(Geometry::Area(MultiPolygon::new(outline)))
}

/// How many rings were not as rings are.
#[derive(Default)]
struct RingsMended {
    closed: usize,
    left_out: usize,
}

impl RingsMended {
    fn tell(&self, mended: &mut Vec<String>) {
        if self.closed > 0 {
            mended.push(format!(
                "had {}, now closed",
                counted(
                    self.closed,
                    "ring that did not close",
                    "rings that did not close"
                )
            ));
        }
        if self.left_out > 0 {
            mended.push(format!(
                "had {}, now left out",
                counted(
                    self.left_out,
                    "ring of fewer than four positions",
                    "rings of fewer than four positions"
                )
            ));
        }
    }
}

/// Writes a number with its noun.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    so_many(number as u64, one, many)
}

fn polygon(
    rings: Vec<Vec<Coord<f64>>>,
    crs: Crs,
    grid: &Grid,
    mended: &mut RingsMended,
) -> Result<Option<Polygon<f64>>, String> {
    let mut kept = Vec::with_capacity(rings.len());
    for (index, ring) in rings.into_iter().enumerate() {
        let mut line = on_grid(ring, crs, grid)?;
        if line.first() != line.last() {
            mended.closed += 1;
            line.extend(line.first().copied());
        }
        if line.len() < 4 {
            mended.left_out += 1;
            // Without its outer ring a polygon's holes are holes in nothing.
            if index == 0 {
                return Ok(None);
            }
            continue;
        }
        kept.push(LineString::new(line));
    }
    let mut kept = kept.into_iter();
    Ok(kept.next().map(|outer| Polygon::new(outer, kept.collect())))
}

fn on_grid(ring: Vec<Coord<f64>>, crs: Crs, grid: &Grid) -> Result<Vec<Coord<f64>>, String> {
    if Crs::of_grid(grid) == Some(crs) && lies_on(&ring, grid) {
        return Ok(ring);
    }
    ring.into_iter().map(|at| to_grid(at, crs, grid)).collect()
}

/// The side of a box whose corners speak for all that is in it, in metres.
const SMALL: f64 = 30_000.0;

/// Says whether a ring lies on the grid, by the corners of its box where that is small.
fn lies_on(ring: &[Coord<f64>], grid: &Grid) -> bool {
    let (mut low, mut high) = (
        Coord {
            x: f64::INFINITY,
            y: f64::INFINITY,
        },
        Coord {
            x: f64::NEG_INFINITY,
            y: f64::NEG_INFINITY,
        },
    );
    for at in ring {
        if !(at.x.is_finite() && at.y.is_finite()) {
            return false;
        }
        low = Coord {
            x: low.x.min(at.x),
            y: low.y.min(at.y),
        };
        high = Coord {
            x: high.x.max(at.x),
            y: high.y.max(at.y),
        };
    }
    let corners = [
        low,
        Coord {
            x: low.x,
            y: high.y,
        },
        Coord {
            x: high.x,
            y: low.y,
        },
        high,
    ];
    high.x - low.x <= SMALL
        && high.y - low.y <= SMALL
        && corners.iter().all(|corner| {
            let corner = GridPoint {
                x: corner.x,
                y: corner.y,
            };
            grid.to_lon_lat(corner).is_ok()
        })
}

fn to_grid(at: Coord<f64>, crs: Crs, grid: &Grid) -> Result<Coord<f64>, String> {
    if !(at.x.is_finite() && at.y.is_finite()) {
        return Err("has a position that is not a finite number".to_owned());
    }
    let off = |error: GridError| format!("{OFF_THE_GRID}: {error}");
    if Crs::of_grid(grid) == Some(crs) {
        let point = GridPoint { x: at.x, y: at.y };
        return grid.to_lon_lat(point).map(|_| at).map_err(off);
    }
    let position = crs
        .to_lon_lat(at)
        .ok_or_else(|| format!("{OFF_THE_GRID}: it lies off {crs}"))?;
    let point = grid.to_grid(position).map_err(off)?;
    Ok(Coord {
        x: point.x,
        y: point.y,
    })
}
