//! An isochrone as a GeoJSON file (RFC 7946): what can be reached within some minutes of a place.
//!
//! The largest band comes first, so that a map that draws in order draws smaller ones on top. Nothing in it is about people: it is made
//! of streets, so it takes no `Published`. Whose place it is about is not asked here: whoever calls names no person's home.

use std::io::Write;

use catchment_core::grid::{Grid, GridError};
use catchment_travel::{Metres, Seconds};
use geo::MultiPolygon;
use serde::Serialize;

use crate::layer::licences;
use crate::shape::{Bounds, GeoJsonGeometry, Position, position, rings, rounded, same};
use crate::{Context, ExportError};

/// Decimals of a degree: a centimetre.
const DECIMALS: i32 = 7;

/// What one budget reaches, in metres on the study's grid.
#[derive(Clone, Debug)]
pub enum BandShape {
    /// The ground beside reached streets.
    Area(MultiPolygon<f64>),
    /// The reached parts of streets.
    Streets(Vec<Vec<[f64; 2]>>),
}

/// What one budget reaches.
#[derive(Clone, Debug)]
pub struct IsochroneBand {
    /// The budget.
    pub budget: Seconds,
    /// The length of the streets reached.
    pub streets: Metres,
    /// Its shape.
    pub shape: BandShape,
}

/// What an isochrone is of.
#[derive(Clone, Copy, Debug)]
pub struct IsochroneOf<'a> {
    /// The place, as the user would name it.
    pub place: &'a str,
    /// Whether journeys go to the place rather than from it.
    pub towards: bool,
    /// The name of the profile.
    pub profile: &'a str,
    /// How areas and streets are made, in a sentence.
    pub method: &'a str,
}

/// What stands on everything that is made of a study's streets.
#[derive(Clone, Debug)]
pub struct Credits {
    /// The study's notice and what is to be known of its roads.
    pub notice: Option<String>,
    /// Whom to name.
    pub attribution: String,
    /// Under what it may be used.
    pub licence: String,
}

/// Returns what has to stand on whatever is made of a study's streets.
#[must_use]
pub fn credits(context: Context<'_>) -> Credits {
    let mut notices: Vec<&str> = context.about.notice.as_deref().into_iter().collect();
    let roads = context.provenance.inputs.iter();
    let roads = roads.filter(|input| input.role == "roads");
    notices.extend(roads.filter_map(|input| input.caveat.as_deref()));
    Credits {
        notice: (!notices.is_empty()).then(|| notices.join(" ")),
        attribution: context.provenance.attributions().join("; "),
        licence: licences(context).join("; "),
    }
}

#[derive(Serialize)]
struct Head<'a> {
    r#type: &'static str,
    name: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    method: &'a str,
    reference_date: jiff::civil::Date,
    attribution: String,
    licence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<[f64; 4]>,
}

#[derive(Serialize)]
struct Feature<'a> {
    r#type: &'static str,
    properties: Properties<'a>,
    geometry: GeoJsonGeometry,
}

#[derive(Serialize)]
struct Properties<'a> {
    minutes: f64,
    direction: &'static str,
    place: &'a str,
    profile: &'a str,
    street_km: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    area_km2: Option<f64>,
}

/// Writes an isochrone as one feature collection, a band a line, the largest first. `bands` come with the smallest first.
///
/// # Errors
/// Where a band lies off the study's grid, or the writer fails.
pub fn write_isochrone(
    of: IsochroneOf<'_>,
    bands: &[IsochroneBand],
    context: Context<'_>,
    out: &mut impl Write,
) -> Result<(), ExportError> {
    let grid = &context.about.grid;
    let mut bounds = Bounds::EMPTY;
    let mut features = Vec::with_capacity(bands.len());
    for band in bands.iter().rev() {
        let geometry = geometry(&band.shape, grid).map_err(ExportError::IsochroneOffGrid)?;
        if !geometry.is_empty() {
            bounds.join(geometry.bounds());
        }
        features.push(Feature {
            r#type: "Feature",
            properties: properties(of, band),
            geometry,
        });
    }
    let head = serde_json::to_string(&head(of, bands, context, bounds))?;
    // The head without its closing brace: the features are its last member.
    out.write_all(&head.as_bytes()[..head.len() - 1])?;
    out.write_all(b",\"features\":[")?;
    for (index, feature) in features.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, feature)?;
    }
    out.write_all(b"\n]}\n")?;
    Ok(())
}

fn head<'a>(
    of: IsochroneOf<'a>,
    bands: &[IsochroneBand],
    context: Context<'_>,
    bounds: Bounds,
) -> Head<'a> {
    let minutes: Vec<String> = bands.iter().map(|band| minutes(band).to_string()).collect();
    let way = if of.towards {
        "From where one gets to"
    } else {
        "What is reached from"
    };
    let credits = credits(context);
    Head {
        r#type: "FeatureCollection",
        name: "isochrone",
        title: format!(
            "{way} {} within {} minutes, {}",
            of.place,
            minutes.join(", "),
            of.profile
        ),
        notice: credits.notice,
        method: of.method,
        reference_date: context.about.reference_date,
        attribution: credits.attribution,
        licence: credits.licence,
        bbox: bounds.0[0].is_finite().then_some(bounds.0),
    }
}

fn minutes(band: &IsochroneBand) -> f64 {
    rounded(band.budget.minutes(), 3)
}

fn properties<'a>(of: IsochroneOf<'a>, band: &IsochroneBand) -> Properties<'a> {
    let area = match &band.shape {
        BandShape::Area(area) => Some(geo::Area::unsigned_area(area) / 1e6),
        BandShape::Streets(_) => None,
    };
    Properties {
        minutes: minutes(band),
        direction: if of.towards { "to" } else { "from" },
        place: of.place,
        profile: of.profile,
        street_km: rounded(band.streets.kilometres(), 3),
        area_km2: area.map(|area| rounded(area, 3)),
    }
}

fn geometry(shape: &BandShape, grid: &Grid) -> Result<GeoJsonGeometry, GridError> {
    match shape {
        BandShape::Area(area) => {
            let mut parts = Vec::new();
            for polygon in area {
                parts.extend(rings(polygon, grid, DECIMALS)?);
            }
            Ok(GeoJsonGeometry::MultiPolygon(parts))
        }
        BandShape::Streets(streets) => {
            let mut lines = Vec::with_capacity(streets.len());
            for street in streets {
                let line = line(street, grid)?;
                // What is shorter than a centimetre is no line.
                if line.len() >= 2 {
                    lines.push(line);
                }
            }
            Ok(GeoJsonGeometry::MultiLineString(lines))
        }
    }
}

fn line(street: &[[f64; 2]], grid: &Grid) -> Result<Vec<Position>, GridError> {
    let mut line: Vec<Position> = Vec::with_capacity(street.len());
    for point in street {
        let next = position(grid, *point, DECIMALS)?;
        if line.last().is_none_or(|last| !same(*last, next)) {
            line.push(next);
        }
    }
    Ok(line)
}
