//! Reads a Shapefile out of a zip file, as the ONS and the Ordnance Survey hand them out.
//!
//! What is inflated is bounded by what it is inflated from: a few kilobytes cannot become a gigabyte.

use std::borrow::Cow;
use std::io::{Read, Seek};

use zip::ZipArchive;

use super::shp::{Parts, read_parts, told};
use super::{Layer, Trouble, short, trouble};

/// What a part may always have when inflated, in bytes.
const ALWAYS: u64 = 16 << 20;

/// How many times its packed size a larger part may have. Padded tables come to about fifty.
const MOST_TIMES: u64 = 100;

/// The most bytes of one part: what the format can address.
const LARGEST: u64 = 2 << 30;

fn damaged(error: &zip::result::ZipError) -> Trouble {
    trouble(
        format!("is a damaged zip file: {error}"),
        "copy or zip it again",
    )
}

/// Reads the Shapefile of a name, or the only one.
pub(super) fn read(source: impl Read + Seek, layer: Option<&str>) -> Result<Layer, Trouble> {
    let mut archive = ZipArchive::new(source).map_err(|error| damaged(&error))?;
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let stem = choose(&names, layer)?;
    let mut part = |ending: &str| -> Result<Option<Cow<'static, [u8]>>, Trouble> {
        names
            .iter()
            .position(|name| split(name) == Some((stem, ending.to_owned())))
            .map(|index| inflate(&mut archive, index).map(Cow::Owned))
            .transpose()
    };
    read_parts(&Parts {
        shp: part("shp")?.unwrap_or_default(),
        shx: part("shx")?,
        dbf: part("dbf")?,
        prj: part("prj")?,
        cpg: part("cpg")?,
    })
}

/// Splits a name into what stands before its ending, and the ending in lower case. What macOS adds is no part of anything.
fn split(name: &str) -> Option<(&str, String)> {
    let (stem, ending) = name.rsplit_once('.')?;
    (!name.starts_with("__MACOSX/")).then(|| (stem, ending.to_ascii_lowercase()))
}

fn choose<'a>(names: &'a [String], layer: Option<&str>) -> Result<&'a str, Trouble> {
    let stems: Vec<&str> = names
        .iter()
        .filter_map(|name| split(name))
        .filter(|(_, ending)| ending == "shp")
        .map(|(stem, _)| stem)
        .collect();
    let short_name = |stem: &str| stem.rsplit('/').next().unwrap_or(stem).to_owned();
    let listed = told(
        &stems
            .iter()
            .map(|stem| short_name(stem))
            .collect::<Vec<_>>(),
    );
    let fitting: Vec<&str> = stems
        .iter()
        .copied()
        .filter(|stem| {
            layer.is_none_or(|layer| {
                let layer = layer.strip_suffix(".shp").unwrap_or(layer);
                *stem == layer || short_name(stem).eq_ignore_ascii_case(layer)
            })
        })
        .collect();
    match (fitting.as_slice(), layer) {
        ([stem], _) => Ok(stem),
        ([], None) => {
            let held: Vec<String> = names.iter().take(10).map(|name| short(name)).collect();
            Err(trouble(
                "is a zip file without a .shp in it",
                format!(
                    "unpack it and name the file itself in study.toml; it holds {}",
                    held.join(", ")
                ),
            ))
        }
        ([], Some(layer)) => Err(trouble(
            format!("has no Shapefile {}", short(layer)),
            format!("it holds {listed}"),
        )),
        _ => Err(trouble(
            format!("holds {} Shapefiles", fitting.len()),
            format!("name one with `layer` in study.toml: {listed}"),
        )),
    }
}

fn inflate(archive: &mut ZipArchive<impl Read + Seek>, index: usize) -> Result<Vec<u8>, Trouble> {
    let mut part = archive.by_index(index).map_err(|error| damaged(&error))?;
    let most = part
        .compressed_size()
        .saturating_mul(MOST_TIMES)
        .saturating_add(ALWAYS)
        .min(LARGEST);
    let bomb = || {
        trouble(
            "has a part that would be far larger unpacked than a Shapefile's can be",
            "check where it comes from; unpack it by hand if it is right",
        )
    };
    if part.size() > most {
        return Err(bomb());
    }
    // What is stated may be a lie, so the reading is bounded too.
    let mut bytes = Vec::new();
    (&mut part)
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            trouble(
                format!("is a damaged zip file: {error}"),
                "copy or zip it again",
            )
        })?;
    if bytes.len() as u64 > most {
        return Err(bomb());
    }
    Ok(bytes)
}
