//! Reads outlines and points from any format a council keeps them in, onto the study's grid.
//!
//! `GeoJSON`, `GeoPackage`, `FlatGeobuf` and Shapefile (loose or zipped) are told apart by their first bytes, never by their names. Each
//! reader hands over a [`Layer`] in the file's own coordinates; [`crs`] finds out what those are, and only then are they turned into
//! metres. No reader trusts a length, a count or a depth that a file states.
//!
//! It deliberately does not know what the features are for, mends no outline and reprojects nothing but the handful of systems in
//! [`crs::Crs`]: everything else is refused by name.

pub(crate) use place_on_grid::counted;

pub(crate) mod crs;
mod dbf;
mod fgb;
mod geojson;
mod gpkg;
mod place_on_grid;
mod shp;
#[cfg(test)]
pub(crate) mod tests;
mod wkb;
mod wkt;
mod zipped;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use catchment_core::grid::Grid;
use catchment_core::issue::{Issue, Severity};
use geo::{Coord, MultiPolygon, Point};

use crate::study_file::nearest;
use crate::table::loosely;
use crs::{Claim, Crs};

/// The first bytes of a file that hold what tells its format.
const START: u64 = 4096;

/// What a layer holds, on the study's grid.
#[derive(Debug)]
#[expect(
    clippy::struct_field_names,
    reason = "what it holds besides are facts about the file"
)]
pub(crate) struct Features {
    /// The file, as the study file names it.
    pub(crate) file: String,
    /// The names of the properties, in the order in which the file has them.
    pub(crate) names: Vec<String>,
    /// Every feature of the layer, in the file's order.
    pub(crate) features: Vec<Feature>,
    /// The coordinate reference system the file was read in.
    pub(crate) crs: Crs,
    /// How that was found, in plain words.
    pub(crate) found: &'static str,
}

/// One feature.
#[derive(Debug)]
pub(crate) struct Feature {
    /// Its number in the file, counted from 1.
    pub(crate) number: u64,
    /// The properties it has, by the place of their name in [`Features::names`], in the order of the names.
    properties: Vec<(u32, Value)>,
    /// Where it is, or why that cannot be used.
    pub(crate) geometry: Result<Geometry, String>,
    /// What was changed about the geometry to read it, in plain words.
    pub(crate) mended: Vec<String>,
}

/// Where a feature is, in metres on the study's grid.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Geometry {
    /// An outline. Its rings are closed; nothing else about them is sure.
    Area(MultiPolygon<f64>),
    /// One point.
    Point(Point<f64>),
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// Null, or something that is no plain value.
    Empty,
}

impl Feature {
    /// Returns a property as trimmed text; nothing where the feature has none or an empty one.
    pub(crate) fn text(&self, place: usize) -> Option<String> {
        let text = match self.value(place)? {
            Value::Text(text) => text.trim().to_owned(),
            Value::Whole(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Truth(truth) => truth.to_string(),
            Value::Empty => String::new(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// Returns a property as it stands in the file; nothing where the feature has none.
    pub(crate) fn value(&self, place: usize) -> Option<&Value> {
        let place = u32::try_from(place).ok()?;
        let row = self
            .properties
            .binary_search_by_key(&place, |(name, _)| *name)
            .ok()?;
        self.properties.get(row).map(|(_, value)| value)
    }
}

impl Features {
    /// Finds a property by its name as written, else by one that differs in case, spaces and punctuation only, which is said.
    /// A name that no feature has makes the file unusable.
    pub(crate) fn property(&self, wanted: &str, issues: &mut Vec<Issue>) -> Result<usize, Issue> {
        if let Some(place) = self.names.iter().position(|name| name == wanted) {
            return Ok(place);
        }
        // A Shapefile keeps ten letters of a name.
        let cut: String = wanted.chars().take(10).collect();
        let alike: Vec<usize> = (0..self.names.len())
            .filter(|place| {
                let name = &self.names[*place];
                loosely(name) == loosely(wanted)
                    || name.chars().count() == 10 && loosely(name) == loosely(&cut)
            })
            .collect();
        if let [place] = alike.as_slice() {
            let message = format!(
                "has no property `{wanted}`; `{}` was taken for it",
                self.names[*place]
            );
            let hint = "write the name in study.toml as the file has it";
            issues.push(Issue::new(&self.file, Severity::Note, message, hint));
            return Ok(*place);
        }
        let near = nearest(wanted, self.names.iter().map(String::as_str))
            .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let shown: Vec<String> = self.names.iter().take(40).map(|name| short(name)).collect();
        Err(Issue::new(
            &self.file,
            Severity::FileUnusable,
            format!("has no property `{wanted}`"),
            format!("{near}its properties are {}", shown.join(", ")),
        ))
    }
}

/// Cuts a text of a file for a message and takes out what would not print.
pub(crate) fn short(text: &str) -> String {
    text.chars()
        .take(60)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// A layer in its file's own coordinates.
#[derive(Debug, Default)]
struct Layer {
    names: Names,
    features: Vec<RawFeature>,
    claim: Claim,
    /// What is worth saying about the file: a message and a hint.
    notes: Vec<Trouble>,
}

/// A feature in its file's own coordinates.
#[derive(Clone, Debug)]
struct RawFeature {
    number: u64,
    properties: Vec<(u32, Value)>,
    shape: Result<Shape, String>,
}

/// What a geometry is made of, whatever it is called in its format.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shape {
    /// Polygons, each of rings, the first the outer one.
    polygons: Vec<Vec<Vec<Coord<f64>>>>,
    points: Vec<Coord<f64>>,
    /// Whether there are lines, whose course nobody asks for.
    lines: bool,
}

/// The names of properties, each once.
#[derive(Debug, Default)]
struct Names {
    list: Vec<String>,
    places: HashMap<String, u32>,
}

impl Names {
    fn place(&mut self, name: &str) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}

/// What is wrong with a file and what to do about it.
#[derive(Clone, Debug, PartialEq)]
struct Trouble {
    message: String,
    hint: String,
}

fn trouble(message: impl Into<String>, hint: impl Into<String>) -> Trouble {
    Trouble {
        message: message.into(),
        hint: hint.into(),
    }
}

impl Trouble {
    fn issue(self, file: &str, severity: Severity) -> Issue {
        Issue::new(file, severity, self.message, self.hint)
    }
}

/// A format, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    GeoJson,
    Sqlite,
    FlatGeobuf,
    Zip,
    Shapefile,
}

fn format_of(start: &[u8]) -> Result<Format, Trouble> {
    if start.is_empty() {
        return Err(trouble("is empty", "check that it was saved whole"));
    }
    if start.starts_with(b"SQLite format 3\0") {
        return Ok(Format::Sqlite);
    }
    if start.starts_with(b"fgb") && start.get(4..7) == Some(b"fgb") {
        return Ok(Format::FlatGeobuf);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Format::Zip);
    }
    if start.starts_with(&[0, 0, 0x27, 0x0a]) {
        return Ok(Format::Shapefile);
    }
    let first = start
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && ![0xef, 0xbb, 0xbf].contains(*byte));
    if first == Some(&b'{') {
        return Ok(Format::GeoJson);
    }
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        return Err(trouble("is UTF-16 text", "save it as UTF-8"));
    }
    Err(trouble(
        "is not GeoJSON, GeoPackage, FlatGeobuf, Shapefile or a zip of Shapefiles",
        "export it as one of those; of a Shapefile, name the .shp file or a zip of all its parts",
    ))
}

/// Reads one layer of a file of outlines or points.
///
/// `layer` names one of several layers; `crs` is what the study file says of its coordinates, which counts for more than what the file
/// says. What is worth knowing goes to `issues`; a file of no use is the error.
pub(crate) fn read(
    folder: &Path,
    file: &str,
    layer: Option<&str>,
    crs: Option<&str>,
    grid: &Grid,
    issues: &mut Vec<Issue>,
) -> Result<Features, Issue> {
    let unusable = |trouble: Trouble| trouble.issue(file, Severity::FileUnusable);
    let mut raw = read_layer(&folder.join(file), layer).map_err(unusable)?;
    issues.extend(
        raw.notes
            .drain(..)
            .map(|note| note.issue(file, Severity::Note)),
    );
    if raw.features.is_empty() {
        return Err(unusable(trouble(
            "has no features",
            "check that the right layer was exported",
        )));
    }
    let (crs, found) = crs::decide(&raw, crs, grid, file, issues)?;
    place_on_grid::place(raw, crs, found, grid, file)
}

fn read_layer(path: &Path, layer: Option<&str>) -> Result<Layer, Trouble> {
    let unreadable =
        |error: std::io::Error| trouble(format!("cannot be read: {error}"), "check the disk");
    let opened = File::open(path).map_err(|error| {
        trouble(
            format!("cannot be opened: {error}"),
            "check the name in study.toml",
        )
    })?;
    let length = opened.metadata().map_err(unreadable)?.len();
    // Looked at before the whole is taken into memory: a large file of something else is refused at once.
    let mut start = Vec::new();
    (&opened)
        .take(START)
        .read_to_end(&mut start)
        .map_err(unreadable)?;
    let again = || File::open(path).map_err(unreadable);
    match format_of(&start)? {
        Format::GeoJson => geojson::read(BufReader::new(again()?))
            .map(|layer_read| without_layers(layer_read, layer)),
        Format::FlatGeobuf => fgb::read(BufReader::new(again()?), length)
            .map(|layer_read| without_layers(layer_read, layer)),
        Format::Sqlite => gpkg::read(path, layer),
        Format::Zip => zipped::read(BufReader::new(again()?), layer),
        Format::Shapefile => {
            shp::read_loose(path).map(|layer_read| without_layers(layer_read, layer))
        }
    }
}

/// Says that a layer was named in a file that can have only one.
fn without_layers(mut read: Layer, layer: Option<&str>) -> Layer {
    if let Some(layer) = layer {
        read.notes.push(trouble(
            format!(
                "has only one layer, so `layer = \"{}\"` was not needed",
                short(layer)
            ),
            "take it out of study.toml",
        ));
    }
    read
}

/// Returns the files that stand beside a file and belong to it: the other parts of a loose Shapefile.
pub(crate) fn companions(path: &Path) -> Vec<PathBuf> {
    let mut start = [0; 4];
    let shapefile = File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok_and(|()| start == [0, 0, 0x27, 0x0a]);
    if !shapefile {
        return Vec::new();
    }
    ["dbf", "shx", "prj", "cpg"]
        .iter()
        .filter_map(|part| shp::beside(path, part))
        .collect()
}

/// Reads bytes as whatever they look like, mends what was read and looks it over, and throws it away: for fuzzing, which wants to know
/// only that nothing panics and nothing takes for ever.
pub(crate) fn read_spatial_bytes(bytes: &[u8]) {
    let Ok(raw) = format_of(bytes).and_then(|format| layer_of_bytes(format, bytes)) else {
        return;
    };
    for grid in [Grid::BritishNational, Grid::Irish] {
        let decided = crs::decide(&raw, None, &grid, "", &mut Vec::new());
        if let Ok((crs, found)) = decided {
            let copy = Layer {
                features: raw.features.clone(),
                ..Layer::default()
            };
            if let Ok(placed) = place_on_grid::place(copy, crs, found, &grid, "") {
                crate::areas::mend_and_look_over(placed);
            }
        }
    }
}

fn layer_of_bytes(format: Format, bytes: &[u8]) -> Result<Layer, Trouble> {
    match format {
        Format::GeoJson => geojson::read(Cursor::new(bytes)),
        Format::FlatGeobuf => fgb::read(Cursor::new(bytes), bytes.len() as u64),
        Format::Zip => zipped::read(Cursor::new(bytes), None),
        Format::Shapefile => shp::outlines_alone(bytes),
        Format::Sqlite => {
            let unwritten =
                |error: std::io::Error| trouble(format!("cannot be written: {error}"), "");
            let folder = tempfile::tempdir().map_err(unwritten)?;
            let path = folder.path().join("fuzz.gpkg");
            fs::write(&path, bytes).map_err(unwritten)?;
            gpkg::read(&path, None)
        }
    }
}
