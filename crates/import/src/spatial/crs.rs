//! Finds out which coordinate reference system a file is in, and says so.
//!
//! What the study file says counts most, then what the file says, then what its numbers can only be. Every answer is held against the
//! numbers: degrees that are said to be metres, axes that are swapped and files that are half in one system and half in another are
//! refused, because nothing in them says which half is right.
//!
//! It knows the systems of British and Irish councils and the two of the web; anything else is refused by its name.

use std::fmt;

use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_core::issue::{Issue, Severity};
use geo::{Coord, Rect, coord};

use super::{Layer, RawFeature, Trouble, short, trouble};

/// A coordinate reference system that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crs {
    /// Longitude and latitude, WGS 84 or ETRS89 (they differ by less than a metre here); longitude first.
    LonLat,
    /// The British National Grid.
    BritishNational,
    /// The Irish Grid; TM65 and TM75 are taken as one.
    Irish,
    /// Irish Transverse Mercator.
    IrishTransverseMercator,
    /// The Mercator of web maps.
    WebMercator,
}

impl fmt::Display for Crs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::LonLat => "longitude and latitude (EPSG:4326)",
            Self::BritishNational => "the British National Grid (EPSG:27700)",
            Self::Irish => "the Irish Grid (EPSG:29903)",
            Self::IrishTransverseMercator => "Irish Transverse Mercator (EPSG:2157)",
            Self::WebMercator => "Web Mercator (EPSG:3857)",
        })
    }
}

/// What a file says of its coordinates.
#[derive(Debug, Default)]
pub(super) enum Claim {
    /// Nothing. By RFC 7946 that means degrees in `GeoJSON`; elsewhere it means nothing.
    #[default]
    Silent,
    /// Nothing, in a format where that has no meaning of its own.
    Unknown,
    /// A name or code, and the system where it is one of ours.
    Says {
        /// As the file has it.
        text: String,
        /// What it is.
        crs: Option<Crs>,
    },
}

/// A system and, in plain words, how it was found.
pub(super) type Decided = (Crs, &'static str);

const REPROJECT: &str = "reproject it to EPSG:4326 or EPSG:27700";

impl Crs {
    /// Reads a code: `EPSG:27700`, `27700`, `urn:ogc:def:crs:OGC:1.3:CRS84`, `http://www.opengis.net/def/crs/EPSG/0/4258`.
    pub(crate) fn from_code(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        if upper.len() > 200 {
            return None;
        }
        let parts: Vec<&str> = upper
            .split([':', '/', '#', '.', ' '])
            .filter(|part| !part.is_empty())
            .collect();
        let (code, before) = parts.split_last()?;
        let owned = |owner: &str| before.contains(&owner);
        if matches!(*code, "CRS84" | "CRS84H") {
            return Some(Self::LonLat);
        }
        let known = before.is_empty() || owned("EPSG") || owned("ESRI");
        match (known, *code) {
            (true, "4326" | "4258" | "4979" | "4937") => Some(Self::LonLat),
            (true, "27700" | "7405") => Some(Self::BritishNational),
            (true, "29902" | "29903") => Some(Self::Irish),
            (true, "2157") => Some(Self::IrishTransverseMercator),
            (true, "3857" | "3785" | "900913" | "102100" | "102113") => Some(Self::WebMercator),
            _ => None,
        }
    }

    /// Returns the system of a study's grid, where that is a system of its own.
    pub(super) fn of_grid(grid: &Grid) -> Option<Self> {
        match grid {
            Grid::BritishNational => Some(Self::BritishNational),
            Grid::Irish => Some(Self::Irish),
            Grid::Local { .. } => None,
        }
    }

    /// The box beyond which no coordinate of the system makes sense, with a margin.
    fn reach(self) -> Rect<f64> {
        match self {
            Self::LonLat => rect(-180.0, -90.0, 180.0, 90.0),
            Self::BritishNational => rect(-200_000.0, -200_000.0, 900_000.0, 1_500_000.0),
            Self::Irish => rect(-100_000.0, -100_000.0, 500_000.0, 600_000.0),
            Self::IrishTransverseMercator => rect(300_000.0, 400_000.0, 900_000.0, 1_100_000.0),
            Self::WebMercator => rect(-20_037_509.0, -20_048_967.0, 20_037_509.0, 20_048_967.0),
        }
    }

    /// Says whether coordinates can be of this system at all.
    fn can_hold(self, numbers: Rect<f64>) -> bool {
        let degrees = within(Self::LonLat.reach(), numbers);
        within(self.reach(), numbers) && (self == Self::LonLat || !degrees)
    }

    /// The box that the study's country has in this system; boxes of different systems do not meet.
    fn country(self, grid: &Grid) -> Option<Rect<f64>> {
        match (grid, self) {
            // Great Britain and Ireland with their islands.
            (Grid::BritishNational | Grid::Irish, Self::LonLat) => {
                Some(rect(-11.0, 49.0, 2.5, 61.5))
            }
            (Grid::BritishNational | Grid::Irish, Self::WebMercator) => {
                Some(rect(-1_250_000.0, 6_200_000.0, 300_000.0, 8_800_000.0))
            }
            (Grid::BritishNational, Self::BritishNational) => {
                Some(rect(0.0, 0.0, 700_000.0, 1_300_000.0))
            }
            (Grid::Irish, Self::Irish) => Some(rect(0.0, 0.0, 400_000.0, 500_000.0)),
            (Grid::Irish, Self::IrishTransverseMercator) => {
                Some(rect(400_000.0, 500_000.0, 800_000.0, 1_000_000.0))
            }
            (Grid::Local { lon, lat }, Self::LonLat) => {
                Some(rect(lon - 6.0, lat - 3.5, lon + 6.0, lat + 3.5))
            }
            (Grid::Local { .. }, _)
            | (_, Self::BritishNational | Self::Irish | Self::IrishTransverseMercator) => None,
        }
    }

    /// Converts a position to longitude and latitude; nothing where the system does not serve it.
    pub(super) fn to_lon_lat(self, at: Coord<f64>) -> Option<LonLat> {
        let point = GridPoint { x: at.x, y: at.y };
        match self {
            Self::LonLat => Some(LonLat {
                lon: at.x,
                lat: at.y,
            }),
            Self::BritishNational => Grid::BritishNational.to_lon_lat(point).ok(),
            Self::Irish => Grid::Irish.to_lon_lat(point).ok(),
            Self::IrishTransverseMercator => {
                // A transverse Mercator around the same origin, with another scale and another zero.
                let origin = Grid::Local {
                    lon: -8.0,
                    lat: 53.5,
                };
                let plain = GridPoint {
                    x: (at.x - 600_000.0) / 0.999_82,
                    y: (at.y - 750_000.0) / 0.999_82,
                };
                origin.to_lon_lat(plain).ok()
            }
            Self::WebMercator => Some(LonLat {
                lon: (at.x / EARTH).to_degrees(),
                lat: (at.y / EARTH).sinh().atan().to_degrees(),
            }),
        }
    }
}

/// The radius of Web Mercator's sphere, in metres.
const EARTH: f64 = 6_378_137.0;

const ALL: [Crs; 5] = [
    Crs::LonLat,
    Crs::BritishNational,
    Crs::Irish,
    Crs::IrishTransverseMercator,
    Crs::WebMercator,
];

fn rect(west: f64, south: f64, east: f64, north: f64) -> Rect<f64> {
    Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north })
}

fn within(outer: Rect<f64>, inner: Rect<f64>) -> bool {
    outer.min().x <= inner.min().x
        && outer.min().y <= inner.min().y
        && inner.max().x <= outer.max().x
        && inner.max().y <= outer.max().y
}

fn turned(numbers: Rect<f64>) -> Rect<f64> {
    rect(
        numbers.min().y,
        numbers.min().x,
        numbers.max().y,
        numbers.max().x,
    )
}

/// Decides which system a layer is in, or refuses it.
pub(super) fn decide(
    layer: &Layer,
    said: Option<&str>,
    grid: &Grid,
    file: &str,
    issues: &mut Vec<Issue>,
) -> Result<Decided, Issue> {
    let boxes: Vec<(u64, Rect<f64>)> = layer.features.iter().filter_map(extent).collect();
    let said = said.map(from_study_file).transpose();
    let mut notes = Vec::new();
    let decided = said.and_then(|said| {
        let Some(whole) = boxes.iter().map(|(_, part)| *part).reduce(joined) else {
            return Err(trouble(
                "has no outline and no point",
                "check that the right layer was exported, with its geometry",
            ));
        };
        refuse_a_mixture(&boxes, grid)?;
        refuse_swapped(whole, grid)?;
        match (said, &layer.claim) {
            (Some(said), claim) => by_study_file(said, claim, whole, grid, &mut notes),
            (None, Claim::Says { text, crs }) => by_claim(*crs, text, whole, grid),
            (None, claim) => by_numbers(claim, whole, grid, &mut notes),
        }
    });
    issues.extend(
        notes
            .into_iter()
            .map(|note: Trouble| note.issue(file, Severity::Note)),
    );
    decided.map_err(|trouble| trouble.issue(file, Severity::FileUnusable))
}

fn from_study_file(code: &str) -> Result<Crs, Trouble> {
    Crs::from_code(code).ok_or_else(|| {
        trouble(
            format!(
                "study.toml says crs = \"{}\", which is not read",
                short(code)
            ),
            "it is one of EPSG:4326, EPSG:27700, EPSG:29903, EPSG:2157, EPSG:3857",
        )
    })
}

fn by_study_file(
    said: Crs,
    claim: &Claim,
    whole: Rect<f64>,
    grid: &Grid,
    notes: &mut Vec<Trouble>,
) -> Result<Decided, Trouble> {
    if !said.can_hold(whole) {
        return Err(trouble(
            format!("has coordinates that cannot be {said}, as study.toml says"),
            looks_like(whole, grid),
        ));
    }
    if let Claim::Says { text, crs } = claim
        && *crs != Some(said)
    {
        notes.push(trouble(
            format!(
                "says that it is in {}; it was read as {said}, as study.toml says",
                short(text)
            ),
            "take `crs` out of study.toml if the file is right",
        ));
    }
    Ok((said, "study.toml says so"))
}

fn by_claim(
    crs: Option<Crs>,
    text: &str,
    whole: Rect<f64>,
    grid: &Grid,
) -> Result<Decided, Trouble> {
    let Some(crs) = crs else {
        return Err(trouble(
            format!("is in {}, which is not read", short(text)),
            REPROJECT,
        ));
    };
    if crs.can_hold(whole) {
        Ok((crs, "the file says so"))
    } else {
        Err(trouble(
            format!("says that it is in {crs}, but its coordinates cannot be"),
            looks_like(whole, grid),
        ))
    }
}

fn by_numbers(
    claim: &Claim,
    whole: Rect<f64>,
    grid: &Grid,
    notes: &mut Vec<Trouble>,
) -> Result<Decided, Trouble> {
    if matches!(claim, Claim::Silent) && Crs::LonLat.can_hold(whole) {
        return Ok((Crs::LonLat, "GeoJSON that says nothing is in degrees"));
    }
    match guess(whole, grid) {
        Some(crs) => {
            notes.push(trouble(
                format!(
                    "does not say its coordinate reference system; its coordinates can only be {crs} and were read as that"
                ),
                "say it with `crs` in study.toml",
            ));
            Ok((crs, "its coordinates can be nothing else"))
        }
        None if matches!(claim, Claim::Silent) => Err(trouble(
            "is not in longitude and latitude, and does not say what it is in",
            "say it with `crs` in study.toml, such as crs = \"EPSG:27700\", or export it in EPSG:4326",
        )),
        None => Err(trouble(
            "does not say its coordinate reference system, and its coordinates do not tell it",
            "say it with `crs` in study.toml, such as crs = \"EPSG:27700\"",
        )),
    }
}

/// Finds the one system in which the numbers lie in the study's country.
fn guess(whole: Rect<f64>, grid: &Grid) -> Option<Crs> {
    ALL.into_iter().find(|crs| {
        crs.country(grid)
            .is_some_and(|country| within(country, whole))
    })
}

fn looks_like(whole: Rect<f64>, grid: &Grid) -> String {
    guess(whole, grid).map_or_else(
        || "say what it is in with `crs` in study.toml, or export it again".to_owned(),
        |crs| format!("they look like {crs}: if they are, say so with `crs` in study.toml"),
    )
}

/// Refuses coordinates that lie in the study's country only when their axes are exchanged.
fn refuse_swapped(whole: Rect<f64>, grid: &Grid) -> Result<(), Trouble> {
    if guess(whole, grid).is_some() {
        return Ok(());
    }
    match guess(turned(whole), grid) {
        Some(Crs::LonLat) => Err(trouble(
            "has its coordinates swapped: latitude stands before longitude",
            "export it again, longitude first; it is not turned round here, because nothing else in it would say so",
        )),
        Some(Crs::WebMercator) => Err(trouble(
            "has its coordinates swapped: northing stands before easting",
            "export it again, easting first",
        )),
        // Of metres on a national grid, many a swapped box is still a box in the country or its sea: not certain.
        _ => Ok(()),
    }
}

/// What the numbers of one feature look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Looks {
    Degrees,
    SwappedDegrees,
    Metres,
    WebMetres,
}

impl Looks {
    fn of(numbers: Rect<f64>, grid: &Grid) -> Self {
        let lies = |crs: Crs, numbers| {
            crs.country(grid)
                .is_some_and(|country| within(country, numbers))
        };
        if lies(Crs::WebMercator, numbers) {
            Self::WebMetres
        } else if !within(Crs::LonLat.reach(), numbers) {
            Self::Metres
        } else if !lies(Crs::LonLat, numbers) && lies(Crs::LonLat, turned(numbers)) {
            Self::SwappedDegrees
        } else {
            Self::Degrees
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Degrees => "longitude and latitude",
            Self::SwappedDegrees => "latitude and longitude",
            Self::Metres => "metres",
            Self::WebMetres => "Web Mercator",
        }
    }
}

fn refuse_a_mixture(boxes: &[(u64, Rect<f64>)], grid: &Grid) -> Result<(), Trouble> {
    use std::collections::BTreeMap;
    let mut kinds: BTreeMap<Looks, Vec<u64>> = BTreeMap::new();
    for (number, numbers) in boxes {
        // A point at zero, zero is what an empty cell becomes; it is in no system.
        if *numbers != rect(0.0, 0.0, 0.0, 0.0) {
            let looks = Looks::of(*numbers, grid);
            kinds.entry(looks).or_default().push(*number);
        }
    }
    if kinds.len() < 2 {
        return Ok(());
    }
    let mut kinds: Vec<(Looks, Vec<u64>)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(looks, numbers)| (std::cmp::Reverse(numbers.len()), *looks));
    let told: Vec<String> = kinds
        .iter()
        .map(|(looks, numbers)| {
            let shown: Vec<String> = numbers.iter().take(5).map(u64::to_string).collect();
            let more = if numbers.len() > 5 { ", ..." } else { "" };
            let feature = if numbers.len() == 1 {
                "feature"
            } else {
                "features"
            };
            format!(
                "{} {feature} in {} ({}{more})",
                numbers.len(),
                looks.words(),
                shown.join(", ")
            )
        })
        .collect();
    Err(trouble(
        format!(
            "has features in different coordinate reference systems: {}",
            told.join(", ")
        ),
        "put them into one system and export the file again",
    ))
}

/// Returns the box around a feature's finite positions.
fn extent(feature: &RawFeature) -> Option<(u64, Rect<f64>)> {
    let shape = feature.shape.as_ref().ok()?;
    let positions = shape
        .polygons
        .iter()
        .flatten()
        .flatten()
        .chain(&shape.points);
    positions
        .filter(|at| at.x.is_finite() && at.y.is_finite())
        .map(|at| Rect::new(*at, *at))
        .reduce(joined)
        .map(|extent| (feature.number, extent))
}

fn joined(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    rect(
        a.min().x.min(b.min().x),
        a.min().y.min(b.min().y),
        a.max().x.max(b.max().x),
        a.max().y.max(b.max().y),
    )
}
