//! Reads boundaries from `GeoJSON`.
//!
//! Coordinates are longitude and latitude, as RFC 7946 has it; a file whose axes are swapped or that is in metres is refused, never
//! turned round in silence.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use catchment_core::area::Area;
use catchment_core::grid::{Grid, LonLat};
use catchment_core::id::AreaSetId;
use catchment_core::issue::{Issue, Severity};
use geo::{Area as _, Coord, LineString, MultiPolygon, Polygon};
use geojson::{FeatureCollection, GeoJson, GeometryValue, Position};

use crate::report::FileCounts;
use crate::study_file::{Areas, nearest};

/// Reads one file of boundaries.
pub(crate) fn read(
    folder: &Path,
    section: &Areas,
    set: AreaSetId,
    grid: &Grid,
    issues: &mut Vec<Issue>,
) -> Result<(Vec<Area>, FileCounts), Issue> {
    let file = section.file.as_str();
    let collection = parse(folder, file)?;
    check_axes(file, &collection)?;
    let mut counts = FileCounts {
        file: file.to_owned(),
        ..FileCounts::default()
    };
    let mut areas: Vec<Area> = Vec::new();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for (feature, number) in collection.features.iter().zip(1u64..) {
        counts.rows += 1;
        match read_area(feature, section, set, grid) {
            Ok(area) => {
                if let Some(first) = seen.get(&area.code) {
                    let message = format!("has the same code as feature {first}: {}", area.code);
                    issues.push(rejected(
                        file,
                        number,
                        &section.code,
                        message,
                        "every area has a code of its own",
                    ));
                    counts.rejected += 1;
                    continue;
                }
                seen.insert(area.code.clone(), number);
                areas.push(area);
                counts.accepted += 1;
            }
            Err((column, message, hint)) => {
                issues.push(rejected(file, number, &column, message, &hint));
                counts.rejected += 1;
            }
        }
    }
    if areas.is_empty() {
        return Err(Issue::new(
            file,
            Severity::FileUnusable,
            "has no usable area",
            "check the property names in study.toml",
        ));
    }
    Ok((areas, counts))
}

fn rejected(file: &str, number: u64, column: &str, message: String, hint: &str) -> Issue {
    Issue::new(file, Severity::RowRejected, message, hint)
        .at_row(number)
        .in_column(column)
}

fn parse(folder: &Path, file: &str) -> Result<FeatureCollection, Issue> {
    let unusable =
        |message: String, hint: &str| Issue::new(file, Severity::FileUnusable, message, hint);
    let path = folder.join(file);
    let size = fs::metadata(&path)
        .map_err(|error| {
            unusable(
                format!("cannot be opened: {error}"),
                "check the name in study.toml",
            )
        })?
        .len();
    if size == 0 {
        return Err(unusable(
            "is empty".to_owned(),
            "check that it was saved whole",
        ));
    }
    // Looked at before the whole is taken into memory: a large file of something else is refused at once.
    let start = read_start(&path)
        .map_err(|error| unusable(format!("cannot be read: {error}"), "check the disk"))?;
    let first = start
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && ![0xef, 0xbb, 0xbf].contains(*byte));
    if first != Some(&b'{') {
        return Err(unusable(
            "is not GeoJSON".to_owned(),
            "export the boundaries as GeoJSON in longitude and latitude",
        ));
    }
    let text = fs::read_to_string(&path)
        .map_err(|error| unusable(format!("cannot be read: {error}"), "save it as UTF-8"))?;
    match text.trim_start_matches('\u{feff}').parse::<GeoJson>() {
        Ok(GeoJson::FeatureCollection(collection)) => Ok(collection),
        Ok(_) => Err(unusable(
            "is not a FeatureCollection".to_owned(),
            "export the boundaries as a GeoJSON FeatureCollection",
        )),
        Err(error) => Err(unusable(
            format!("is not GeoJSON: {error}"),
            "export the boundaries again",
        )),
    }
}

fn read_start(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut start = Vec::new();
    fs::File::open(path)?.take(4096).read_to_end(&mut start)?;
    Ok(start)
}

/// Looks at all positions together: one area alone could not tell.
fn check_axes(file: &str, collection: &FeatureCollection) -> Result<(), Issue> {
    let positions: Vec<&Position> = collection
        .features
        .iter()
        .filter_map(|feature| feature.geometry.as_ref())
        .flat_map(|geometry| match &geometry.value {
            GeometryValue::Polygon { coordinates } => {
                coordinates.iter().flatten().collect::<Vec<_>>()
            }
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates.iter().flatten().flatten().collect()
            }
            _ => Vec::new(),
        })
        .collect();
    let within = |index: usize, low: f64, high: f64| {
        !positions.is_empty()
            && positions.iter().all(|position| {
                position
                    .as_slice()
                    .get(index)
                    .is_some_and(|value| (low..=high).contains(value))
            })
    };
    let unusable =
        |message: &str, hint: &str| Err(Issue::new(file, Severity::FileUnusable, message, hint));
    if within(0, 49.0, 61.5) && within(1, -11.0, 2.5) {
        return unusable(
            "has its coordinates swapped: latitude stands before longitude",
            "export it again as RFC 7946 GeoJSON, longitude first; it is not turned round here, because nothing else in it would say so",
        );
    }
    if !positions.is_empty() && !within(0, -180.0, 180.0) {
        return unusable(
            "is not in longitude and latitude",
            "export it in WGS 84 (EPSG:4326), not in metres",
        );
    }
    Ok(())
}

type Refusal = (String, String, String);

fn read_area(
    feature: &geojson::Feature,
    section: &Areas,
    set: AreaSetId,
    grid: &Grid,
) -> Result<Area, Refusal> {
    let code = property(feature, &section.code)?;
    let name = property(feature, &section.name)?;
    let refuse = |message: &str, hint: &str| {
        (
            "geometry".to_owned(),
            format!("{message} ({code})"),
            hint.to_owned(),
        )
    };
    let polygons = match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::Polygon { coordinates }) => std::slice::from_ref(coordinates),
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates.as_slice(),
        Some(_) => return Err(refuse("is not a polygon", "areas are polygons")),
        None => return Err(refuse("has no geometry", "every area needs an outline")),
    };
    let mut outline = Vec::new();
    for rings in polygons {
        let mut rings = rings.iter().map(|ring| read_ring(ring, grid));
        let Some(exterior) = rings.next() else {
            continue;
        };
        let exterior = exterior.map_err(|message| refuse(&message, "check the outline"))?;
        let interiors = rings
            .collect::<Result<Vec<_>, _>>()
            .map_err(|message| refuse(&message, "check the outline"))?;
        outline.push(Polygon::new(exterior, interiors));
    }
    let outline = MultiPolygon::new(outline);
    if outline.unsigned_area() < 1.0 {
        return Err(refuse("has an outline without area", "check the outline"));
    }
    Ok(Area {
        set,
        code,
        name,
        outline,
    })
}

fn property(feature: &geojson::Feature, name: &str) -> Result<String, Refusal> {
    match feature.property(name) {
        Some(serde_json::Value::String(text)) if !text.trim().is_empty() => {
            Ok(text.trim().to_owned())
        }
        Some(serde_json::Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err((
            name.to_owned(),
            format!("property `{name}` is empty"),
            "every area needs one".to_owned(),
        )),
        None => {
            let known: Vec<&str> = feature
                .properties
                .iter()
                .flatten()
                .map(|(key, _)| key.as_str())
                .collect();
            let near = nearest(name, known.iter().copied())
                .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            Err((
                name.to_owned(),
                format!("has no property `{name}`"),
                format!("{near}its properties are {}", known.join(", ")),
            ))
        }
    }
}

fn read_ring(ring: &[Position], grid: &Grid) -> Result<LineString<f64>, String> {
    let mut points = Vec::with_capacity(ring.len());
    for position in ring {
        let [lon, lat, ..] = position.as_slice() else {
            return Err("has a position without two numbers".to_owned());
        };
        let point = grid
            .to_grid(LonLat {
                lon: *lon,
                lat: *lat,
            })
            .map_err(|error| format!("has a position outside the grid: {error}"))?;
        points.push(Coord {
            x: point.x,
            y: point.y,
        });
    }
    let mut line = LineString::new(points);
    line.close();
    if line.0.len() < 4 {
        Err("has a ring of fewer than four positions".to_owned())
    } else {
        Ok(line)
    }
}
