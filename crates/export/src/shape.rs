//! Shapes in longitude and latitude, as RFC 7946 wants them.
//!
//! Corners are rounded to seven decimals of a degree, a centimetre: the grid is no better than that. Rounding can make corners fall
//! together, so repeated corners and spikes are taken out again, and a ring that encloses nothing is left out. Outer rings run
//! anticlockwise, holes clockwise. Areas are always multipolygons, so that a layer has one type.
//!
//! Deliberately not done: cutting at the antimeridian (no grid the program has reaches it) and mending rings that cross themselves.

use catchment_core::findings::Shape;
use catchment_core::grid::{Grid, GridError, GridPoint};
use geo::{LineString, Polygon};
use serde::Serialize;

/// Longitude and latitude.
pub(crate) type Position = [f64; 2];

/// A polygon: its outer ring, then its holes, each closed.
pub(crate) type Rings = Vec<Vec<Position>>;

/// The geometry of a feature as GeoJSON writes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", content = "coordinates")]
pub(crate) enum GeoJsonGeometry {
    /// A place.
    Point(Position),
    /// A street.
    LineString(Vec<Position>),
    /// Parts of streets.
    MultiLineString(Vec<Vec<Position>>),
    /// One part of an area.
    Polygon(Rings),
    /// An area.
    MultiPolygon(Vec<Rings>),
}

impl GeoJsonGeometry {
    /// Converts a feature's shape; an area of which nothing is left is a multipolygon without parts.
    pub(crate) fn of(shape: &Shape, grid: &Grid) -> Result<Self, GridError> {
        match shape {
            Shape::Point(point) => Ok(Self::Point(position(grid, [point.x(), point.y()], 7)?)),
            Shape::Area(area) => {
                let mut parts = Vec::new();
                for polygon in area {
                    parts.extend(rings(polygon, grid, 7)?);
                }
                Ok(Self::MultiPolygon(parts))
            }
        }
    }

    /// Says whether there is nothing of it.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Point(_) => false,
            Self::LineString(line) => line.is_empty(),
            Self::MultiLineString(lines) => lines.is_empty(),
            Self::Polygon(rings) => rings.is_empty(),
            Self::MultiPolygon(parts) => parts.is_empty(),
        }
    }

    /// Returns the box around it: west, south, east, north.
    pub(crate) fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        match self {
            Self::Point(position) => bounds.add(*position),
            Self::LineString(line) => line.iter().for_each(|position| bounds.add(*position)),
            Self::Polygon(lines) | Self::MultiLineString(lines) => lines
                .iter()
                .flatten()
                .for_each(|position| bounds.add(*position)),
            Self::MultiPolygon(parts) => {
                let positions = parts.iter().flatten().flatten();
                positions.for_each(|position| bounds.add(*position));
            }
        }
        bounds
    }
}

/// A box that grows: west, south, east, north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds(pub(crate) [f64; 4]);

impl Bounds {
    /// The box around nothing.
    pub(crate) const EMPTY: Self = Self([
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ]);

    /// Grows it to take in a position.
    pub(crate) fn add(&mut self, [lon, lat]: Position) {
        let [west, south, east, north] = self.0;
        self.0 = [west.min(lon), south.min(lat), east.max(lon), north.max(lat)];
    }

    /// Grows it to take in another box.
    pub(crate) fn join(&mut self, Self([west, south, east, north]): Self) {
        self.add([west, south]);
        self.add([east, north]);
    }
}

/// Converts a position, rounded to so many decimals of a degree.
pub(crate) fn position(
    grid: &Grid,
    [x, y]: [f64; 2],
    decimals: i32,
) -> Result<Position, GridError> {
    let place = grid.to_lon_lat(GridPoint { x, y })?;
    Ok([rounded(place.lon, decimals), rounded(place.lat, decimals)])
}

/// Rounds to so many decimals; never to a negative zero.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale + 0.0
}

/// Converts a polygon; nothing where its outer ring encloses nothing after rounding.
pub(crate) fn rings(
    polygon: &Polygon<f64>,
    grid: &Grid,
    decimals: i32,
) -> Result<Option<Rings>, GridError> {
    let Some(outer) = ring(polygon.exterior(), grid, decimals, false)? else {
        return Ok(None);
    };
    let mut rings = vec![outer];
    for hole in polygon.interiors() {
        rings.extend(ring(hole, grid, decimals, true)?);
    }
    Ok(Some(rings))
}

fn ring(
    line: &LineString<f64>,
    grid: &Grid,
    decimals: i32,
    clockwise: bool,
) -> Result<Option<Vec<Position>>, GridError> {
    let mut corners: Vec<Position> = Vec::with_capacity(line.0.len());
    for coord in &line.0 {
        corners.push(position(grid, [coord.x, coord.y], decimals)?);
    }
    let mut corners = tidied(&corners);
    let doubled_area = doubled_area(&corners);
    if corners.len() < 3 || doubled_area.abs() <= f64::EPSILON * f64::EPSILON {
        return Ok(None);
    }
    if (doubled_area < 0.0) != clockwise {
        corners.reverse();
    }
    corners.push(corners[0]);
    Ok(Some(corners))
}

/// Takes repeated corners and spikes out of a ring; what comes back is not closed.
fn tidied(ring: &[Position]) -> Vec<Position> {
    let mut kept: Vec<Position> = Vec::with_capacity(ring.len());
    for corner in ring {
        kept.push(*corner);
        trim_end(&mut kept);
    }
    // The ends of the list are neighbours too.
    let mut start = 0;
    while kept.len() - start >= 2 {
        let (first, last) = (kept[start], kept[kept.len() - 1]);
        if same(first, last) {
            kept.pop();
        } else if kept.len() - start >= 3 && same(first, kept[kept.len() - 2]) {
            kept.truncate(kept.len() - 2);
        } else if kept.len() - start >= 3 && same(kept[start + 1], last) {
            start += 1;
        } else {
            break;
        }
    }
    kept.split_off(start)
}

/// Undoes the last step if it went nowhere or straight back.
fn trim_end(kept: &mut Vec<Position>) {
    if let [.., before, last] = kept.as_slice()
        && same(*before, *last)
    {
        kept.pop();
    }
    if let [.., first, _, last] = kept.as_slice()
        && same(*first, *last)
    {
        kept.truncate(kept.len() - 2);
    }
}

/// Says whether two rounded positions are the same.
pub(crate) fn same(one: Position, other: Position) -> bool {
    one.map(f64::to_bits) == other.map(f64::to_bits)
}

/// Returns twice the signed area of a ring in square degrees, positive where it runs anticlockwise.
pub(crate) fn doubled_area(corners: &[Position]) -> f64 {
    let Some(origin) = corners.first() else {
        return 0.0;
    };
    let nexts = corners.iter().cycle().skip(1);
    let cross = |(one, next): (&Position, &Position)| {
        (one[0] - origin[0]) * (next[1] - origin[1]) - (next[0] - origin[0]) * (one[1] - origin[1])
    };
    corners.iter().zip(nexts).map(cross).sum()
}

#[cfg(test)]
mod tests {
    use super::{doubled_area, tidied};

    #[test]
    fn repeated_corners_and_spikes_go() {
        let ring = [
            [0.0, 0.0],
            [4.0, 0.0],
            [4.0, 0.0],
            [4.0, 4.0],
            [9.0, 4.0],
            [4.0, 4.0],
            [0.0, 4.0],
            [0.0, 0.0],
        ];
        assert_eq!(
            tidied(&ring),
            [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]
        );
    }

    #[test]
    fn a_spike_at_the_seam_goes() {
        let ring = [
            [-5.0, 0.0],
            [0.0, 0.0],
            [4.0, 0.0],
            [4.0, 4.0],
            [0.0, 0.0],
            [-5.0, 0.0],
        ];
        assert_eq!(tidied(&ring).len(), 3);
        assert!((doubled_area(&tidied(&ring)).abs() - 16.0).abs() < 1e-12);
    }

    #[test]
    fn a_ring_that_goes_there_and_back_is_nothing() {
        assert!(tidied(&[[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]).len() < 3);
        assert!(tidied(&[[0.0, 0.0], [0.0, 0.0]]).len() < 3);
        assert!(tidied(&[]).is_empty());
    }
}
