//! Looks at a file: what kind of file it is, its sheets and layers, the first rows of a table.
//!
//! A file is told by its first bytes, never by its name. Nothing here knows what a table is about.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use catchment_core::grid::Grid;

use super::write::quoted;
use super::{Draft, Line, Section};
use crate::input::{self, START};
use crate::spatial::{self, Features};
use crate::table::{self, Preview};

/// How many rows of a table are looked at.
const ROWS: usize = 2000;

/// What one file, sheet or layer is.
pub(super) enum Look {
    Table(TableLook),
    Layer(LayerLook),
    /// An `OpenStreetMap` file.
    Roads,
    /// An Open Referral UK feed.
    Feed,
    /// Something that is not used, and why.
    Other(String),
}

/// The first rows of a table.
pub(super) struct TableLook {
    pub(super) sheet: Option<String>,
    /// Which sheet of its workbook it is, counted from 1, where there are several.
    pub(super) sheet_number: Option<usize>,
    pub(super) headers: Vec<String>,
    /// The rows below the header. What stands in them may be about people.
    pub(super) rows: Vec<Vec<String>>,
    /// The rows above the header, for a header that was taken for a title.
    pub(super) above: Vec<Vec<String>>,
    /// Whether there are more rows than were looked at.
    pub(super) cut: bool,
}

/// One layer of outlines or points.
pub(super) struct LayerLook {
    pub(super) layer: Option<String>,
    pub(super) features: Features,
    pub(super) grid: Grid,
}

/// Looks at a file. What cannot be read is said, never an error: the other files are still of use.
pub(super) fn look(path: &Path) -> Vec<Look> {
    let start = match input::start(path) {
        Ok(start) => start,
        Err(error) => return vec![Look::Other(format!("cannot be read: {error}"))],
    };
    if start.is_empty() {
        return vec![Look::Other(
            "is empty; check that it was saved whole".to_owned(),
        )];
    }
    if is_osm(&start) {
        return vec![Look::Roads];
    }
    if start.starts_with(b"SQLite format 3\0") {
        return geopackage(path);
    }
    if start.starts_with(b"PK") {
        return zipped(path);
    }
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        return workbook(path);
    }
    if start.starts_with(b"fgb") || start.starts_with(&[0, 0, 0x27, 0x0a]) {
        return vec![layer(path, None)];
    }
    let text = String::from_utf8_lossy(&start);
    match input::first_letter(&start) {
        // The type may stand at the end of a file, but that of the first feature never does.
        Some('{') if text.contains("\"FeatureCollection\"") || text.contains("\"Feature\"") => {
            vec![layer(path, None)]
        }
        Some('{' | '[') => json(&text),
        Some('<') => vec![Look::Other(
            "is XML or a web page, which is not read; export it as CSV".to_owned(),
        )],
        _ => vec![table(path, None)],
    }
}

fn is_osm(start: &[u8]) -> bool {
    let holds = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
    if start.starts_with(&[0x1f, 0x8b]) {
        let mut inside = Vec::new();
        let unpacked = flate2::read::GzDecoder::new(start).take(START);
        // The start alone is cut off somewhere, so how it ends says nothing.
        let _ = { unpacked }.read_to_end(&mut inside);
        return holds(&inside, b"<osm");
    }
    holds(start.get(..64).unwrap_or(start), b"OSMHeader") || holds(start, b"<osm")
}

fn json(text: &str) -> Vec<Look> {
    let feed = [
        "\"contents\"",
        "\"services\"",
        "\"service_at_locations\"",
        "\"locations\"",
        "\"organization\"",
        "\"organization_id\"",
        "\"total_items\"",
    ];
    if feed.iter().any(|word| text.contains(word)) {
        vec![Look::Feed]
    } else {
        vec![Look::Other(
            "is JSON, but neither boundaries (GeoJSON) nor an Open Referral UK feed".to_owned(),
        )]
    }
}

fn geopackage(path: &Path) -> Vec<Look> {
    let names = || -> rusqlite::Result<Vec<String>> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = rusqlite::Connection::open_with_flags(path, flags)?;
        let sql = "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY table_name LIMIT 100";
        let mut asked = database.prepare(sql)?;
        let names = asked.query_map([], |row| row.get(0))?;
        names.collect()
    };
    match names() {
        Ok(names) if names.is_empty() => {
            vec![Look::Other(
                "is a GeoPackage without layers of features".to_owned(),
            )]
        }
        Ok(names) if names.len() == 1 => vec![layer(path, None)],
        Ok(names) => names.iter().map(|name| layer(path, Some(name))).collect(),
        Err(_) => vec![Look::Other("is a database, but no GeoPackage".to_owned())],
    }
}

/// Tells a workbook, a Shapefile, a timetable and others apart by what is packed in.
fn zipped(path: &Path) -> Vec<Look> {
    let names: Vec<String> = match File::open(path).map(zip::ZipArchive::new) {
        Ok(Ok(archive)) => archive
            .file_names()
            .take(100_000)
            .filter_map(Result::ok)
            .map(std::borrow::Cow::into_owned)
            .collect(),
        _ => return vec![Look::Other("is a zipped file that is damaged".to_owned())],
    };
    if names
        .iter()
        .any(|name| name == "xl/workbook.xml" || name == "xl/workbook.bin")
        || names.iter().any(|name| name == "content.xml")
    {
        return workbook(path);
    }
    if let Some(looks) = shapefiles(path, &names) {
        return looks;
    }
    if names.iter().any(|name| name.ends_with("stop_times.txt")) {
        return vec![Look::Other(
            "is a timetable of public transport (GTFS), which this version does not read"
                .to_owned(),
        )];
    }
    vec![Look::Other(format!(
        "is a zipped file with {} files in it; unpack it, and name those that belong to the study (a whole ONSPD, NSPL or Code-Point Open can be named in [postcodes] as it is)",
        names.len()
    ))]
}

/// Looks at the Shapefiles of a zip file; nothing where there is none.
fn shapefiles(path: &Path, names: &[String]) -> Option<Vec<Look>> {
    // What macOS adds beside a file ends as the file does.
    let stem = |name: &String| {
        let (stem, ending) = name.rsplit_once('.')?;
        let is_one = ending.eq_ignore_ascii_case("shp") && !name.starts_with("__MACOSX/");
        is_one.then(|| stem.to_owned())
    };
    let mut stems: Vec<String> = names.iter().filter_map(stem).collect();
    stems.sort();
    if stems.len() < 2 {
        return stems.first().map(|_| vec![layer(path, None)]);
    }
    let short = |stem: &str| stem.rsplit('/').next().unwrap_or(stem).to_lowercase();
    let looks = stems.iter().map(|stem| {
        let alike = stems.iter().filter(|other| short(other) == short(stem));
        // Two of a name are told apart by their folders.
        let name = if alike.count() > 1 {
            stem.as_str()
        } else {
            stem.rsplit('/').next().unwrap_or(stem)
        };
        layer(path, Some(name))
    });
    Some(looks.collect())
}

fn workbook(path: &Path) -> Vec<Look> {
    match table::sheets(path) {
        Err(why) => vec![Look::Other(why)],
        Ok(sheets) => {
            let filled: Vec<_> = sheets.iter().filter(|sheet| sheet.has_data).collect();
            match filled.as_slice() {
                [] => vec![Look::Other("is a workbook without any data".to_owned())],
                [_] if sheets.len() == 1 => vec![table(path, None)],
                _ => (1..)
                    .zip(&sheets)
                    .filter(|(_, sheet)| sheet.has_data)
                    .map(|(number, sheet)| table(path, Some((number, &sheet.name))))
                    .collect(),
            }
        }
    }
}

/// Looks at a table, or at one sheet of several by its number and name.
fn table(path: &Path, sheet: Option<(usize, &str)>) -> Look {
    match table::preview(path, sheet.map(|(_, name)| name), ROWS + 1) {
        Err(why) => Look::Other(match sheet {
            Some((number, _)) => format!("sheet {number} {why}"),
            None => why,
        }),
        Ok(Preview { rows, header }) => {
            let cut = rows.len() > ROWS;
            let mut rows: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).collect();
            let below = rows.split_off(header.saturating_add(1).min(rows.len()));
            let headers = rows.pop().unwrap_or_default();
            Look::Table(TableLook {
                sheet: sheet.map(|(_, name)| name.to_owned()),
                sheet_number: sheet.map(|(number, _)| number),
                headers,
                rows: below,
                above: rows,
                cut,
            })
        }
    }
}

fn layer(path: &Path, layer: Option<&str>) -> Look {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str()))
    else {
        return Look::Other("has a name that is no text".to_owned());
    };
    let mut first = None;
    for grid in [Grid::BritishNational, Grid::Irish] {
        match spatial::read(folder, name, layer, None, &grid, &mut Vec::new()) {
            Ok(features) if features.features.iter().any(|one| one.geometry.is_ok()) => {
                return Look::Layer(LayerLook {
                    layer: layer.map(str::to_owned),
                    features,
                    grid,
                });
            }
            Ok(_) => {}
            Err(issue) => first = first.or(Some(issue.message)),
        }
    }
    Look::Other(first.unwrap_or_else(|| "lies neither in Britain nor in Ireland".to_owned()))
}

/// Drafts the section of a road file.
pub(super) fn roads() -> Draft {
    let mut draft = Draft::new(Section::Roads, "an OpenStreetMap file");
    draft.lines = vec![
        Line::new("licence", "Open Database Licence 1.0", "OpenStreetMap's").checked_by_hand(),
        Line::new("attribution", "© OpenStreetMap contributors", ""),
    ];
    draft
}

/// Drafts the section of an Open Referral UK feed.
pub(super) fn feed() -> Draft {
    let mut draft = Draft::new(Section::Assets, "looks like an Open Referral UK feed");
    let mut kind = Line::new("kind", "", "what they all are, where the feed does not say");
    kind.value = quoted("library");
    kind.out = true;
    draft.lines.push(kind);
    draft
}
