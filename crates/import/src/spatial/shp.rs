//! Reads a Shapefile: outlines from the `.shp`, what belongs to them from the `.dbf` beside it.
//!
//! The parts are read here and not by a library: the outlines of files that were cut, that have no index or whose rings turn the wrong
//! way must still be read or refused with a reason, and no count in the file may decide how much memory is taken. The index (`.shx`) is
//! not needed, because records say their own length; it is followed where it says otherwise than the records.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use geo::{Coord, CoordinatePosition, LineString, Polygon, coordinate_position::CoordPos};

use super::crs::Claim;
use super::{Layer, RawFeature, Shape, Trouble, dbf, short, trouble, wkt};

/// The most bytes of one part that are taken into memory: what the format can address.
const LARGEST: u64 = 2 << 30;

/// The length of the header of `.shp` and `.shx`.
const HEADER: usize = 100;

/// The most times that a hole is held against an outline, over all of one feature.
const MOST_COMPARISONS: usize = 5_000_000;

/// The parts of a Shapefile, as bytes.
#[derive(Default)]
pub(super) struct Parts<'a> {
    pub(super) shp: Cow<'a, [u8]>,
    pub(super) shx: Option<Cow<'a, [u8]>>,
    pub(super) dbf: Option<Cow<'a, [u8]>>,
    pub(super) prj: Option<Cow<'a, [u8]>>,
    pub(super) cpg: Option<Cow<'a, [u8]>>,
}

fn damaged(what: impl std::fmt::Display) -> Trouble {
    trouble(
        format!("has a .shp that is damaged or cut short: {what}"),
        "copy or export it again, all of its parts together",
    )
}

/// Finds the part of a loose Shapefile with an ending, in whatever case it is written.
pub(super) fn beside(path: &Path, ending: &str) -> Option<PathBuf> {
    let stem = path.file_stem()?;
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|other| {
            other.file_stem() == Some(stem)
                && other
                    .extension()
                    .and_then(OsStr::to_str)
                    .is_some_and(|has| has.eq_ignore_ascii_case(ending))
        })
        .collect();
    found.sort();
    found.into_iter().next()
}

/// Reads a Shapefile whose parts lie side by side.
pub(super) fn read_loose(path: &Path) -> Result<Layer, Trouble> {
    let load = |path: &Path| -> Result<Cow<'static, [u8]>, Trouble> {
        let length = fs::metadata(path).map_or(0, |about| about.len());
        if length > LARGEST {
            return Err(trouble(
                "has a part of more than 2 GB, which the format does not know",
                "export it as GeoPackage",
            ));
        }
        fs::read(path)
            .map(Cow::Owned)
            .map_err(|error| trouble(format!("cannot be read: {error}"), "check the disk"))
    };
    let part = |ending: &str| beside(path, ending).map(|path| load(&path)).transpose();
    read_parts(&Parts {
        shp: load(path)?,
        shx: part("shx")?,
        dbf: part("dbf")?,
        prj: part("prj")?,
        cpg: part("cpg")?,
    })
}

/// Reads a Shapefile from its parts.
pub(super) fn read_parts(parts: &Parts<'_>) -> Result<Layer, Trouble> {
    let Some(dbf) = &parts.dbf else {
        return Err(trouble(
            "has no .dbf beside it, so nothing says which outline is which",
            "keep the .shp, .shx, .dbf and .prj of a Shapefile together, or zip them",
        ));
    };
    let mut layer = Layer {
        claim: match &parts.prj {
            Some(prj) => claim(prj),
            None => Claim::Unknown,
        },
        ..Layer::default()
    };
    let code_page = parts.cpg.as_ref().map(|cpg| String::from_utf8_lossy(cpg));
    let table = dbf::read(dbf, code_page.as_deref())?;
    layer.notes.extend(table.note);
    let records = records(&parts.shp, parts.shx.as_deref(), &mut layer.notes)?;
    if records.len() != table.rows.len() {
        return Err(damaged(format!(
            "it has {} outlines and the .dbf {} rows",
            records.len(),
            table.rows.len()
        )));
    }
    let places: Vec<u32> = table
        .names
        .iter()
        .map(|name| layer.names.place(name))
        .collect();
    let deleted = table.rows.iter().filter(|row| row.is_none()).count();
    if deleted > 0 {
        layer.notes.push(trouble(
            format!("has {deleted} rows that are marked as deleted; they were not read"),
            "",
        ));
    }
    for ((record, row), number) in records.into_iter().zip(table.rows).zip(1..) {
        let Some(row) = row else { continue };
        let mut properties: Vec<_> = places.iter().copied().zip(row).collect();
        properties.sort_by_key(|(place, _)| *place);
        properties.dedup_by_key(|(place, _)| *place);
        layer.features.push(RawFeature {
            number,
            properties,
            shape: shape(record),
        });
    }
    Ok(layer)
}

/// Reads outlines without their table.
pub(super) fn outlines_alone(shp: &[u8]) -> Result<Layer, Trouble> {
    let mut layer = Layer {
        claim: Claim::Unknown,
        ..Layer::default()
    };
    let records = records(shp, None, &mut layer.notes)?;
    layer.features = records
        .into_iter()
        .zip(1..)
        .map(|(record, number)| RawFeature {
            number,
            properties: Vec::new(),
            shape: shape(record),
        })
        .collect();
    Ok(layer)
}

fn claim(prj: &[u8]) -> Claim {
    let text = String::from_utf8_lossy(prj);
    if text.trim().is_empty() {
        return Claim::Unknown;
    }
    let (name, crs) = wkt::recognise(&text);
    Claim::Says { text: name, crs }
}

fn big(bytes: &[u8], at: usize) -> Option<i32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|bytes| i32::from_be_bytes(*bytes))
}

fn little(bytes: &[u8], at: usize) -> Option<i32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|bytes| i32::from_le_bytes(*bytes))
}

/// Returns what each record holds.
fn records<'a>(
    shp: &'a [u8],
    shx: Option<&[u8]>,
    notes: &mut Vec<Trouble>,
) -> Result<Vec<&'a [u8]>, Trouble> {
    let words = big(shp, 24).ok_or_else(|| damaged("it has no header"))?;
    let stated = usize::try_from(words).unwrap_or(0) * 2;
    if stated < HEADER || shp.len() < stated {
        return Err(damaged(format!("it has {} bytes of {stated}", shp.len())));
    }
    let shp = &shp[..stated];
    let Some(shx) = shx else {
        notes.push(trouble(
            "has no .shx; its outlines were read one after another",
            "keep the .shx with the other parts",
        ));
        return in_sequence(shp);
    };
    let sequence = in_sequence(shp);
    match by_index(shp, shx) {
        // Files with gaps between records can only be read by their index.
        Some(indexed) if sequence.as_ref().ok() != Some(&indexed) => {
            notes.push(trouble(
                "has records in another order than its .shx; the .shx was followed",
                "",
            ));
            Ok(indexed)
        }
        Some(indexed) => Ok(indexed),
        None => {
            let records = sequence?;
            notes.push(trouble(
                "has a .shx that does not fit it; its outlines were read one after another",
                "export it again, all of its parts together",
            ));
            Ok(records)
        }
    }
}

fn in_sequence(shp: &[u8]) -> Result<Vec<&[u8]>, Trouble> {
    let mut records = Vec::new();
    let mut at = HEADER;
    while at < shp.len() {
        let record = record(shp, at)
            .ok_or_else(|| damaged(format!("record {} cannot be read", records.len() + 1)))?;
        at += 8 + record.len();
        records.push(record);
    }
    Ok(records)
}

fn record(shp: &[u8], at: usize) -> Option<&[u8]> {
    let words = usize::try_from(big(shp, at.checked_add(4)?)?).ok()?;
    shp.get(at + 8..(at + 8).checked_add(words.checked_mul(2)?)?)
        .filter(|record| record.len() >= 4)
}

/// Follows the index; nothing where it does not fit the file or names the same bytes twice.
fn by_index<'a>(shp: &'a [u8], shx: &[u8]) -> Option<Vec<&'a [u8]>> {
    let mut taken = 0;
    let mut records = Vec::new();
    for entry in shx.get(HEADER..)?.chunks_exact(8) {
        let at = usize::try_from(big(entry, 0)?).ok()?.checked_mul(2)?;
        let record = (at >= HEADER).then(|| record(shp, at))??;
        taken += 8 + record.len();
        if taken > shp.len() {
            return None;
        }
        records.push(record);
    }
    Some(records)
}

fn shape(record: &[u8]) -> Result<Shape, String> {
    let mut shape = Shape::default();
    match little(record, 0) {
        Some(0) => {}
        Some(1 | 11 | 21) => shape.points.extend(positions(record, 4, 1)?),
        Some(8 | 18 | 28) => {
            let count = count(record, 36)?;
            shape.points = positions(record, 40, count)?;
        }
        Some(3 | 13 | 23) => shape.lines = true,
        Some(5 | 15 | 25) => shape.polygons = polygons(rings(record)?)?,
        _ => return Err("has an outline of a type that is not read".to_owned()),
    }
    Ok(shape)
}

const CUT: &str = "has an outline that ends before its time";

fn count(record: &[u8], at: usize) -> Result<usize, String> {
    let count = little(record, at).ok_or(CUT)?;
    usize::try_from(count).map_err(|_| CUT.to_owned())
}

fn positions(record: &[u8], at: usize, count: usize) -> Result<Vec<Coord<f64>>, String> {
    let length = count.checked_mul(16).ok_or(CUT)?;
    let bytes = record
        .get(at..)
        .and_then(|rest| rest.get(..length))
        .ok_or(CUT)?;
    let number = |bytes: &[u8]| {
        bytes
            .first_chunk()
            .map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes))
    };
    Ok(bytes
        .chunks_exact(16)
        .map(|pair| Coord {
            x: number(pair),
            y: number(&pair[8..]),
        })
        .collect())
}

/// Reads the rings of a polygon: after its box the numbers of rings and positions, where each ring starts, the positions.
fn rings(record: &[u8]) -> Result<Vec<Vec<Coord<f64>>>, String> {
    let (parts, points) = (count(record, 36)?, count(record, 40)?);
    let starts = record
        .get(44..)
        .and_then(|rest| rest.get(..parts.checked_mul(4)?))
        .ok_or(CUT)?;
    let all = positions(record, 44 + parts * 4, points)?;
    let mut starts: Vec<usize> = starts
        .chunks_exact(4)
        .map(|start| count(start, 0))
        .collect::<Result<_, _>>()?;
    starts.push(points);
    starts
        .windows(2)
        .map(|pair| {
            all.get(pair[0]..pair[1])
                .map(<[_]>::to_vec)
                .ok_or_else(|| "has rings that do not fit its positions".to_owned())
        })
        .collect()
}

/// Sorts rings into polygons: outer ones turn with the clock, holes against it. Where none turns with the clock all turn the wrong way.
fn polygons(rings: Vec<Vec<Coord<f64>>>) -> Result<Vec<Vec<Vec<Coord<f64>>>>, String> {
    let turned_wrong = !rings.iter().any(|ring| twice_area(ring) < 0.0);
    let (outer, holes): (Vec<_>, Vec<_>) = rings
        .into_iter()
        .partition(|ring| turned_wrong != (twice_area(ring) <= 0.0));
    let mut polygons: Vec<Vec<Vec<Coord<f64>>>> =
        outer.into_iter().map(|ring| vec![ring]).collect();
    if let [only] = polygons.as_mut_slice() {
        only.extend(holes);
        return Ok(polygons);
    }
    if polygons.len().saturating_mul(holes.len()) > MOST_COMPARISONS {
        return Err("has more rings than can be sorted into polygons".to_owned());
    }
    let outers: Vec<(Polygon<f64>, f64)> = polygons
        .iter()
        .map(|rings| {
            let ring = rings.first().cloned().unwrap_or_default();
            let area = twice_area(&ring).abs();
            (Polygon::new(LineString::new(ring), Vec::new()), area)
        })
        .collect();
    for hole in holes {
        let home = around(&hole, &outers);
        match home.and_then(|home| polygons.get_mut(home)) {
            Some(polygon) => polygon.push(hole),
            // A hole in nothing is an outline that turns the wrong way.
            None => polygons.push(vec![hole]),
        }
    }
    Ok(polygons)
}

/// Finds the smallest outline around a hole: the first of its positions that is not on an edge decides.
fn around(hole: &[Coord<f64>], outers: &[(Polygon<f64>, f64)]) -> Option<usize> {
    let inside = |outer: &Polygon<f64>| {
        hole.iter()
            .map(|at| outer.coordinate_position(at))
            .find(|position| *position != CoordPos::OnBoundary)
            == Some(CoordPos::Inside)
    };
    outers
        .iter()
        .enumerate()
        .filter(|(_, (outer, _))| inside(outer))
        .min_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b))
        .map(|(index, _)| index)
}

/// Returns twice the area of a ring: positive where it turns against the clock.
fn twice_area(ring: &[Coord<f64>]) -> f64 {
    let Some(origin) = ring.first() else {
        return 0.0;
    };
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter()
        .zip(next)
        .map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y))
        .sum()
}

/// Names a Shapefile in a list of several.
pub(super) fn told(stems: &[String]) -> String {
    stems
        .iter()
        .map(|stem| short(stem))
        .collect::<Vec<_>>()
        .join(", ")
}
