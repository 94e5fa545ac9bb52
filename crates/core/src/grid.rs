//! The study's grid: longitude and latitude to metres, and back.
//!
//! Inside the program every position is a [`GridPoint`] in metres on one [`Grid`], which is a value of the study; longitude and
//! latitude exist only where files are read and written. The two are different types so that neither can be taken for the other.
//!
//! | grid | EPSG | how | accuracy |
//! |---|---|---|---|
//! | British National Grid | 27700 | OSTN15, the definition of the grid | 1.5 mm or better at the Ordnance Survey's 40 test points |
//! | Irish Grid (TM75) | 29903 | the OSi/LPS polynomial, EPSG 1041 | 0.4 m (95%), as its makers state it |
//! | local | none | transverse Mercator centred on the study, scale 1 | lengths within 0.001% to 20 km from the centre, 0.14% long at the edge, 334 km out |
//!
//! WGS84 is taken as ETRS89, as the Ordnance Survey advises for mapping: in Britain and Ireland they differ by less than a metre.
//!
//! A position off the grid is an error that names a side of the grid and never the position, because the position may be a home.
//!
//! What this module deliberately does not do: heights, grid references with letters ("SU 387 148"), other datums, and the
//! choice of a grid for a study.

mod irish;
mod ostn15;
mod transverse_mercator;

use std::cell::Cell;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use transverse_mercator::{GRS80, Projection};

/// A position in degrees, WGS84 (taken as ETRS89: the difference is under a metre).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east of Greenwich, -180 to 180.
    pub lon: f64,
    /// Degrees north of the equator, -90 to 90.
    pub lat: f64,
}

/// A position in metres on the study's grid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridPoint {
    /// Easting, in metres.
    pub x: f64,
    /// Northing, in metres.
    pub y: f64,
}

/// A plane grid in metres.
///
/// Written as `"british-national"`, `"irish"` or `{"local": {"lon": -8.61, "lat": 41.15}}`.
///
/// # Examples
///
/// ```
/// use catchment_core::grid::{Grid, LonLat};
///
/// // Caister Water Tower, the worked example of the Ordnance Survey's guide.
/// let tower = LonLat { lon: 1.716_073_972, lat: 52.658_007_833 };
/// let point = Grid::BritishNational.to_grid(tower)?;
/// assert!((point.x - 651_409.804).abs() < 0.001);
/// assert!((point.y - 313_177.450).abs() < 0.001);
/// # Ok::<(), catchment_core::grid::GridError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grid {
    /// The British National Grid (OSGB36, EPSG:27700) through OSTN15.
    ///
    /// Serves Great Britain, the Isle of Man and the sea around them, to 9 km past the boundary the Ordnance Survey draws for the
    /// transformation. Ireland and France lie further off and are refused, although the table has numbers for parts of them.
    BritishNational,
    /// The Irish Grid (TM75, EPSG:29903), which maps of Northern Ireland and older maps of the Republic are on.
    ///
    /// Serves the island of Ireland: 10.7 to 5.3 degrees west, 51.3 to 55.5 degrees north. Irish Transverse Mercator (EPSG:2157) is
    /// another grid with other numbers, and is not this one.
    Irish,
    /// A transverse Mercator centred on the study, with scale 1 and origin at the centre, for anywhere else.
    ///
    /// Serves 334 km (3 degrees of arc) east, west, north and south of the centre.
    Local {
        /// Longitude of the centre, in degrees.
        lon: f64,
        /// Latitude of the centre, in degrees.
        lat: f64,
    },
}

/// Why a position could not be converted. It never holds the position, which may be a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum GridError {
    /// A coordinate is infinite or not a number.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// Longitude or latitude is no angle on the Earth; usually a file in metres, or one with its columns swapped.
    #[error(
        "not degrees: longitude runs from -180 to 180 and latitude from -90 to 90 (is the file in metres?)"
    )]
    NotDegrees,
    /// The position is outside the area the grid serves.
    #[error("the position lies {side} of the area served by the {grid}")]
    OutsideGrid {
        /// The grid's name.
        grid: &'static str,
        /// The side of the grid the position lies off.
        side: Side,
    },
    /// The centre of a local grid is not a longitude and latitude.
    #[error("the centre of the local grid is not a longitude and latitude in degrees")]
    Centre,
    /// The OSTN15 table built into the program does not unpack.
    #[error("the OSTN15 table built into this program is damaged")]
    Table,
}

/// The side of a grid that a position lies off, the greatest excess deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// West of it.
    West,
    /// East of it.
    East,
    /// South of it.
    South,
    /// North of it.
    North,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::West => "west",
            Self::East => "east",
            Self::South => "south",
            Self::North => "north",
        })
    }
}

/// The National Grid projection on GRS80, from annexe B of the Ordnance Survey's "Transformations and OSGM15 user guide".
static NATIONAL: LazyLock<Projection> =
    LazyLock::new(|| Projection::new(&GRS80, -2.0, 49.0, 0.999_601_271_7, 400_000.0, -100_000.0));

thread_local! {
    /// The local grid that was asked for last: the bits of its centre's degrees, and its projection. Setting one up takes as long as
    /// projecting a position, and a study has one grid.
    static LAST_LOCAL: Cell<Option<([u64; 2], Projection)>> = const { Cell::new(None) };
}

/// Half the side of a local grid, in metres: 3 degrees of arc. There the scale is 1.0014, so lengths are 0.14% too long.
const LOCAL_REACH: Bounds = Bounds {
    west: -334_000.0,
    east: 334_000.0,
    south: -334_000.0,
    north: 334_000.0,
};

impl Grid {
    /// Converts a position in degrees to metres on the grid.
    ///
    /// # Errors
    ///
    /// [`GridError::NotFinite`] or [`GridError::NotDegrees`] for a position that is nowhere on the Earth,
    /// [`GridError::OutsideGrid`] for one the grid does not serve, [`GridError::Centre`] for a local grid centred nowhere.
    pub fn to_grid(&self, position: LonLat) -> Result<GridPoint, GridError> {
        let LonLat { lon, lat } = position;
        if !(lon.is_finite() && lat.is_finite()) {
            return Err(GridError::NotFinite);
        }
        if !is_degrees(lon, lat) {
            return Err(GridError::NotDegrees);
        }
        let (x, y) = match *self {
            Self::BritishNational => {
                let (x, y) = NATIONAL.forward(lon, lat);
                let table = ostn15::table()?;
                self.refuse(table.off(x, y))?;
                let (east, north) = table.shift(x, y);
                (x + east, y + north)
            }
            Self::Irish => {
                self.refuse(irish::AREA.off(lon, lat))?;
                irish::to_grid(lon, lat)
            }
            Self::Local { .. } => {
                let (x, y) = self.local()?.forward(lon, lat);
                self.refuse(LOCAL_REACH.off(x, y))?;
                (x, y)
            }
        };
        Ok(GridPoint { x, y })
    }

    /// Converts metres on the grid to a position in degrees.
    ///
    /// The reverse of [`Grid::to_grid`], to a thousandth of a millimetre on every grid.
    ///
    /// # Errors
    ///
    /// [`GridError::NotFinite`], [`GridError::OutsideGrid`] for a point the grid does not serve, [`GridError::Centre`] for a
    /// local grid centred nowhere.
    pub fn to_lon_lat(&self, point: GridPoint) -> Result<LonLat, GridError> {
        let GridPoint { x, y } = point;
        if !(x.is_finite() && y.is_finite()) {
            return Err(GridError::NotFinite);
        }
        let (lon, lat) = match *self {
            Self::BritishNational => {
                let table = ostn15::table()?;
                let (x, y) = table.unshift(x, y);
                self.refuse(table.off(x, y))?;
                NATIONAL.inverse(x, y)
            }
            Self::Irish => {
                // First in metres: far off the grid the projection has no inverse.
                self.refuse(irish::SQUARES.off(x, y))?;
                let (lon, lat) = irish::to_lon_lat(x, y);
                self.refuse(irish::AREA.off(lon, lat))?;
                (lon, lat)
            }
            Self::Local { .. } => {
                let projection = self.local()?;
                self.refuse(LOCAL_REACH.off(x, y))?;
                projection.inverse(x, y)
            }
        };
        Ok(LonLat { lon, lat })
    }

    /// Returns the grid's name, for messages and provenance.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::BritishNational => "British National Grid",
            Self::Irish => "Irish Grid",
            Self::Local { .. } => "local transverse Mercator grid",
        }
    }

    /// Returns the grid's EPSG code: 27700, 29903 (TM75 / Irish Grid), or none for a local grid.
    #[must_use]
    pub fn epsg(&self) -> Option<u32> {
        match self {
            Self::BritishNational => Some(27_700),
            Self::Irish => Some(29_903),
            Self::Local { .. } => None,
        }
    }

    fn local(&self) -> Result<Projection, GridError> {
        match *self {
            Self::Local { lon, lat } if is_degrees(lon, lat) => {
                let centre = [lon, lat].map(f64::to_bits);
                if let Some((own, projection)) = LAST_LOCAL.get()
                    && own == centre
                {
                    return Ok(projection);
                }
                let projection = Projection::new(&GRS80, lon, lat, 1.0, 0.0, 0.0);
                LAST_LOCAL.set(Some((centre, projection)));
                Ok(projection)
            }
            _ => Err(GridError::Centre),
        }
    }

    fn refuse(&self, off: Option<Side>) -> Result<(), GridError> {
        match off {
            None => Ok(()),
            Some(side) => Err(GridError::OutsideGrid {
                grid: self.name(),
                side,
            }),
        }
    }
}

fn is_degrees(lon: f64, lat: f64) -> bool {
    (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)
}

/// A box in degrees or metres, its edges included.
struct Bounds {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl Bounds {
    /// Returns the side a point lies off, or nothing when it is inside.
    fn off(&self, x: f64, y: f64) -> Option<Side> {
        if (self.west..=self.east).contains(&x) && (self.south..=self.north).contains(&y) {
            return None;
        }
        [
            (self.west - x, Side::West),
            (x - self.east, Side::East),
            (self.south - y, Side::South),
            (y - self.north, Side::North),
        ]
        .into_iter()
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, side)| side)
    }
}
