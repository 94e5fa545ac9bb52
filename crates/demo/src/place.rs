//! The one place where local metres become a position on the earth.
//!
//! The council lies on the British National Grid. Streets alone may be spread over more than that grid serves, so they have a grid of their
//! own about their middle.

use catchment_core::grid::{Grid, GridPoint, LonLat};

use crate::DemoError;
use crate::geometry::Point;
use crate::land::{EASTING, NORTHING};

/// Easting and northing of a local point, metres on the British National Grid.
pub(crate) fn easting_northing(p: Point) -> (f64, f64) {
    (p.x + EASTING, p.y + NORTHING)
}

/// Longitude and latitude of a local point.
pub(crate) fn lon_lat(p: Point) -> Result<LonLat, DemoError> {
    let (x, y) = easting_northing(p);
    Grid::BritishNational
        .to_lon_lat(GridPoint { x, y })
        .map_err(|error| DemoError::OffTheGrid(error.to_string()))
}

/// The middle of the open sea that the invented council lies in, for streets that are not on the British National Grid.
const MIDDLE: LonLat = LonLat {
    lon: -0.6,
    lat: 50.4,
};

/// Longitude and latitude of a local point on a grid of its own, whose origin is at `centre` (also local).
pub(crate) fn lon_lat_about(centre: Point, p: Point) -> Result<LonLat, DemoError> {
    let LonLat { lon, lat } = MIDDLE;
    let grid = Grid::Local { lon, lat };
    let (x, y) = (p.x - centre.x, p.y - centre.y);
    grid.to_lon_lat(GridPoint { x, y })
        .map_err(|error| DemoError::OffTheGrid(error.to_string()))
}
