//! Puts rows on the map: by their coordinates, by their postcode or the beginning of it, or by the name of a town.
//!
//! Every place has a grade. What was written finely and is known only coarsely is never put there in silence: the row is kept as
//! repaired and the reason given. Nothing here looks at streets and house numbers, and a misspelt town is not guessed at.

mod agree;
pub(crate) mod code;
pub(crate) mod geocoder;
pub(crate) mod towns;

#[cfg(test)]
mod tests;

use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_core::place::GeocodeGrade;

pub(crate) use self::agree::Agreement;
use crate::table::{Column, Row, optional};
use crate::text;
use code::{Code, Part, Written};
use geocoder::{Geocoder, Standing};
use towns::{Town, Towns};

/// The columns that say where a row is. A table with places has them beside its own.
pub(crate) const PLACE_COLUMNS: &[Column] = &[
    optional("postcode").or(&[
        "post code",
        "home postcode",
        "site postcode",
        "postal code",
        "pcds",
        "pcd",
    ]),
    optional("easting").or(&["eastings", "x", "x coordinate", "east"]),
    optional("northing").or(&["northings", "y", "y coordinate", "north"]),
    optional("lon").or(&["longitude", "long", "lng"]),
    optional("lat").or(&["latitude"]),
    optional("town").or(&["town or city", "post town", "city", "village", "locality"]),
];

/// Where a row was put, and how finely.
pub(crate) struct Located {
    pub(crate) point: GridPoint,
    pub(crate) grade: GeocodeGrade,
    /// Its postcode in the usual spacing, where it has a whole one.
    pub(crate) postcode: Option<String>,
}

/// Postcodes, towns, and the frame of all areas: where a place can be.
pub(crate) struct Places {
    grid: Grid,
    /// The frame of all areas, where there are any.
    pub(crate) frame: Option<geo::Rect<f64>>,
    postcodes: Geocoder,
    towns: Towns,
}

impl Default for Places {
    fn default() -> Self {
        Self::new(Grid::BritishNational, None, Geocoder::default())
    }
}

/// How far outside the frame of all areas a place may lie before its coordinates are doubted; metres.
const FAR: f64 = 50_000.0;

impl Places {
    /// Puts together what is known of places; towns are added afterwards.
    pub(crate) fn new(grid: Grid, frame: Option<geo::Rect<f64>>, postcodes: Geocoder) -> Self {
        Self {
            grid,
            frame,
            postcodes,
            towns: Towns::default(),
        }
    }

    /// Adds towns of the council's own table, which come before those of the road file.
    pub(crate) fn add_own_towns(&mut self, towns: Vec<(String, GridPoint)>) {
        self.towns.add_own(towns);
    }

    /// Adds towns, villages and suburbs of the road file, at positions on the study's grid.
    pub(crate) fn add_towns(&mut self, towns: Vec<(String, GridPoint)>) {
        self.towns.add_mapped(towns);
    }

    /// Says whether a place lies in the frame of all areas or not far from it; without areas every place does.
    pub(crate) fn is_near(&self, point: GridPoint) -> bool {
        self.frame.is_none_or(|frame| {
            (frame.min().x - FAR..=frame.max().x + FAR).contains(&point.x)
                && (frame.min().y - FAR..=frame.max().y + FAR).contains(&point.y)
        })
    }

    /// Finds the point of a whole postcode, in any spacing, and its grade; nothing where the postcode file has none for it.
    pub(crate) fn postcode(&self, code: &str) -> Option<(GridPoint, GeocodeGrade)> {
        let (standing, point) = self.postcodes.find(Code::read(code)?)?;
        let grade = match standing {
            Standing::Live => GeocodeGrade::Postcode,
            Standing::Imprecise => GeocodeGrade::ImprecisePostcode,
            Standing::Ended => GeocodeGrade::EndedPostcode,
            Standing::SectorMean | Standing::OffGrid | Standing::NoPlace => return None,
        };
        Some((point, grade))
    }

    /// Says whether a place lies far from every area and would lie near one with its coordinates exchanged.
    pub(crate) fn looks_swapped(&self, point: GridPoint) -> bool {
        self.frame.is_some()
            && !self.is_near(point)
            && self.is_near(GridPoint {
                x: point.y,
                y: point.x,
            })
    }

    /// Returns where a place is in degrees; nothing on a grid that does not lie on the Earth.
    pub(crate) fn degrees(&self, point: GridPoint) -> Option<LonLat> {
        self.grid.to_lon_lat(point).ok()
    }

    fn is_national(&self) -> bool {
        !matches!(self.grid, Grid::Local { .. })
    }

    /// Converts a position in degrees; nothing where it is off the grid or far from every area.
    fn at_degrees(&self, lon: f64, lat: f64) -> Option<GridPoint> {
        let point = self.grid.to_grid(LonLat { lon, lat }).ok()?;
        self.is_near(point).then_some(point)
    }
}

const METRES: &str =
    "eastings and northings are metres on the study's grid, such as 331000 and 187000";
const DEGREES: &str = "longitude and latitude are degrees, such as -2.99 and 51.58";

/// Reads easting and northing, else rejects the row.
pub(crate) fn coordinates(row: &mut Row<'_>) -> Option<GridPoint> {
    let x = row.needed_as("easting", metres, METRES)?;
    let y = row.needed_as("northing", metres, METRES)?;
    Some(GridPoint { x, y })
}

fn metres(text: &str) -> Option<f64> {
    text::number(text).filter(|metres| metres.abs() < 2.0e6)
}

/// Says whether a row says anything of where it is.
pub(crate) fn is_somewhere(row: &Row<'_>) -> bool {
    PLACE_COLUMNS
        .iter()
        .any(|column| row.text(column.name).is_some())
}

/// What is wrong with a cell, and what to do about it.
pub(crate) struct Wrong {
    field: &'static str,
    message: String,
    hint: &'static str,
}

impl Wrong {
    fn new(field: &'static str, message: impl Into<String>, hint: &'static str) -> Self {
        Self {
            field,
            message: message.into(),
            hint,
        }
    }
}

/// A place, and what must be said of how it came about.
pub(crate) struct Found {
    pub(crate) point: GridPoint,
    pub(crate) grade: GeocodeGrade,
    said: Vec<Wrong>,
}

impl Found {
    fn silent(point: GridPoint, grade: GeocodeGrade) -> Self {
        Self {
            point,
            grade,
            said: Vec::new(),
        }
    }

    fn saying(point: GridPoint, grade: GeocodeGrade, said: Wrong) -> Self {
        Self {
            said: vec![said],
            ..Self::silent(point, grade)
        }
    }

    /// Adds why what came before it could not be used.
    fn instead_of(mut self, why_not: Option<Wrong>) -> Self {
        if let Some(mut wrong) = why_not {
            wrong.message = format!("{}; placed by {} instead", wrong.message, self.grade);
            self.said.insert(0, wrong);
        }
        self
    }
}

/// Places a row on the map, or rejects it. What is said of people's rows never holds what stands in a cell.
pub(crate) fn locate(row: &mut Row<'_>, places: &Places) -> Option<Located> {
    match find(row, places) {
        Ok(found) => {
            for said in found.said {
                row.mend(said.field, &said.message, said.hint);
            }
            Some(Located {
                point: found.point,
                grade: found.grade,
                postcode: row.text("postcode").and_then(text::postcode),
            })
        }
        Err(wrong) => {
            row.reject(wrong.field, &wrong.message, wrong.hint);
            None
        }
    }
}

/// Finds where a row is, and says nothing in the report.
///
/// Coordinates come first, then the postcode, then the town. Where the first of them cannot be used, the next is, and why is in what
/// must be said. Coordinates and a postcode that contradict each other are both left alone.
pub(crate) fn find(row: &Row<'_>, places: &Places) -> Result<Found, Wrong> {
    let mut why_not: Option<Wrong> = None;
    for attempt in ATTEMPTS {
        match attempt(row, places) {
            None => {}
            Some(Ok(found)) if found.grade == GeocodeGrade::Coordinates => {
                return match agree::checked(row, places, found) {
                    Ok(found) => Ok(found.instead_of(why_not)),
                    Err(wrong) => match by_town(row, places) {
                        Some(Ok(found)) => Ok(found.instead_of(Some(wrong))),
                        _ => Err(wrong),
                    },
                };
            }
            Some(Ok(found)) => return Ok(found.instead_of(why_not)),
            Some(Err(wrong)) => why_not = why_not.or(Some(wrong)),
        }
    }
    Err(why_not.unwrap_or_else(|| {
        Wrong::new(
            "postcode",
            "has neither coordinates nor a postcode nor a town",
            "give an easting and northing, or a postcode",
        )
    }))
}

/// Lists every place that a row gives in one way or another, however they go together; for what must not miss one.
pub(crate) fn readings(row: &Row<'_>, places: &Places) -> impl Iterator<Item = Found> {
    let found = ATTEMPTS.map(|attempt| attempt(row, places));
    found.into_iter().flatten().filter_map(Result::ok)
}

/// The ways of placing a row, in the order in which they are tried.
const ATTEMPTS: [fn(&Row<'_>, &Places) -> Attempt; 4] =
    [by_metres, by_degrees, by_postcode, by_town];

type Attempt = Option<Result<Found, Wrong>>;

fn by_metres(row: &Row<'_>, places: &Places) -> Attempt {
    let cells = [row.text("easting"), row.text("northing")];
    if cells == [None, None] {
        return None;
    }
    Some(metric(row, places, cells))
}

fn metric(row: &Row<'_>, places: &Places, cells: [Option<&str>; 2]) -> Result<Found, Wrong> {
    let point = pair(row, ["easting", "northing"], cells, metres, METRES)?;
    let point = GridPoint {
        x: point[0],
        y: point[1],
    };
    if places.is_national() && point.x == 0.0 && point.y == 0.0 {
        let message = "easting and northing are both 0, which is nowhere";
        return Err(Wrong::new("easting", message, METRES));
    }
    if places.looks_swapped(point) {
        return Err(Wrong::new(
            "easting",
            "easting and northing look swapped: the place lies far from every area, and near one if they are exchanged",
            "exchange the two, or correct them",
        ));
    }
    if places.is_national() && point.x.abs() <= 180.0 && point.y.abs() <= 90.0 {
        let hint = if row.is_of_study() {
            "name the columns as lon and lat in study.toml"
        } else {
            "call the columns lon and lat in the file"
        };
        let read = places.at_degrees(point.x, point.y).ok_or_else(|| {
            Wrong::new("easting", "are degrees, not metres, and far away", METRES)
        })?;
        let message = "are degrees, not metres; read as longitude and latitude";
        let said = Wrong::new("easting", message, hint);
        return Ok(Found::saying(read, GeocodeGrade::Coordinates, said));
    }
    Ok(exact(point))
}

fn exact(point: GridPoint) -> Found {
    Found::silent(point, GeocodeGrade::Coordinates)
}

/// Reads two cells that belong together.
fn pair(
    row: &Row<'_>,
    fields: [&'static str; 2],
    cells: [Option<&str>; 2],
    read: impl Fn(&str) -> Option<f64>,
    hint: &'static str,
) -> Result<[f64; 2], Wrong> {
    let mut values = [0.0; 2];
    for ((value, field), cell) in values.iter_mut().zip(fields).zip(cells) {
        let text = cell.ok_or_else(|| Wrong::new(field, "is empty", hint))?;
        *value = read(text).ok_or_else(|| {
            Wrong::new(field, format!("cannot be read{}", row.quoted(text)), hint)
        })?;
    }
    Ok(values)
}

fn by_degrees(row: &Row<'_>, places: &Places) -> Attempt {
    let cells = [row.text("lon"), row.text("lat")];
    if cells == [None, None] {
        return None;
    }
    let read = || {
        let degrees = |text: &str| text::number(text).filter(|degrees| degrees.abs() <= 180.0);
        let [lon, lat] = pair(row, ["lon", "lat"], cells, degrees, DEGREES)?;
        if let Some(point) = places.at_degrees(lon, lat) {
            return Ok(exact(point));
        }
        if places.at_degrees(lat, lon).is_some() {
            return Err(Wrong::new(
                "lon",
                "longitude and latitude look swapped: the place lies far from every area, and near one if they are exchanged",
                "exchange the two, or correct them",
            ));
        }
        // Far away but on the grid is for the owner to judge, as with eastings.
        let point = places.grid.to_grid(LonLat { lon, lat });
        point
            .map(exact)
            .map_err(|_| Wrong::new("lon", "lies off the study's grid", DEGREES))
    };
    Some(read())
}

const WHOLE: &str = "a postcode looks like NP20 4AA";
const CHECK: &str = "check it, or give an easting and northing";
const FINER: &str = "give the whole postcode, or an easting and northing";
const COARSE: &str =
    "give the whole postcode: what is placed so coarsely has no distance and no ward";

fn by_postcode(row: &Row<'_>, places: &Places) -> Attempt {
    let cell = row.text("postcode")?;
    let placed = match Written::read(cell) {
        Some(Written::Whole(code)) => whole(row, places, cell, code),
        Some(Written::Part(part)) => beginning(row, places, cell, part),
        Some(Written::Either { district, sector }) => {
            // Without a space it is the usual spelling of a district. It is said either way.
            let known = places.postcodes.middle(district).is_some();
            beginning(row, places, cell, if known { district } else { sector })
        }
        None => named(row, places, "postcode", cell),
    };
    Some(placed)
}

/// Places a whole postcode.
fn whole(row: &Row<'_>, places: &Places, cell: &str, code: Code) -> Result<Found, Wrong> {
    if let Some((point, grade)) = places.postcode(cell) {
        return Ok(Found::silent(point, grade));
    }
    let reason = match places.postcodes.find(code) {
        Some((Standing::OffGrid, _)) => {
            let message = format!("is of a place off the study's grid{}", row.quoted(cell));
            return Err(Wrong::new("postcode", message, CHECK));
        }
        Some(_) => "has no location of its own in the postcode file",
        None => "is not in the postcode file",
    };
    for part in [code.sector(), code.district()] {
        if let Some(point) = places.postcodes.middle(part) {
            return Ok(in_part(
                row,
                point,
                part,
                &format!("{reason}{}", row.quoted(cell)),
            ));
        }
    }
    let message = format!(
        "{reason}, nor is any that begins like it{}",
        row.quoted(cell)
    );
    Err(Wrong::new("postcode", message, CHECK))
}

/// Places the beginning of a postcode.
fn beginning(row: &Row<'_>, places: &Places, cell: &str, part: Part) -> Result<Found, Wrong> {
    let point = places.postcodes.middle(part).ok_or_else(|| {
        let message = format!(
            "is the beginning of no postcode in the postcode file{}",
            row.quoted(cell)
        );
        Wrong::new("postcode", message, CHECK)
    })?;
    Ok(in_part(
        row,
        point,
        part,
        "is only the beginning of a postcode",
    ))
}

/// Places a row at the middle of a sector or district, which is always said.
fn in_part(row: &Row<'_>, point: GridPoint, part: Part, reason: &str) -> Found {
    let (grade, hint) = match part {
        Part::Sector(_) => (GeocodeGrade::PostcodeSector, FINER),
        Part::District(_) => (GeocodeGrade::PostcodeDistrict, COARSE),
    };
    // What a table about people may not be quoted on, its parts may not be either.
    let name = if row.quoted(&part.text()).is_empty() {
        String::new()
    } else {
        format!(" {}", part.text())
    };
    let message = format!(
        "{reason}; placed at the middle of its {}{name}",
        part.kind()
    );
    Found::saying(point, grade, Wrong::new("postcode", message, hint))
}

fn by_town(row: &Row<'_>, places: &Places) -> Attempt {
    let cell = row.text("town")?;
    Some(named(row, places, "town", cell))
}

/// Places a name.
fn named(row: &Row<'_>, places: &Places, field: &'static str, cell: &str) -> Result<Found, Wrong> {
    match places.towns.find(cell) {
        Some(Town::At(point)) => {
            let message = if field == "town" {
                "is all that says where it is; placed at the middle of the town"
            } else {
                "is the name of a town, not a postcode; placed at the middle of the town"
            };
            let message = format!("{message}{}", row.quoted(cell));
            let said = Wrong::new(field, message, COARSE);
            Ok(Found::saying(point, GeocodeGrade::Town, said))
        }
        Some(Town::Several(apart)) => {
            let message = format!(
                "is the name of several places, up to {:.0} km apart{}",
                apart / 1000.0,
                row.quoted(cell)
            );
            let hint = "give a postcode, or say in the table of [towns] which one is meant";
            Err(Wrong::new(field, message, hint))
        }
        None if field == "town" => {
            let message = format!("is no town that is known{}", row.quoted(cell));
            let hint = "give a postcode, or add the town to the table of [towns]";
            Err(Wrong::new(field, message, hint))
        }
        None => {
            let message = format!("is not a postcode{}", row.quoted(cell));
            Err(Wrong::new(field, message, WHOLE))
        }
    }
}
