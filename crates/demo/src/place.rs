//! The one place where local metres become a position on the earth.

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
