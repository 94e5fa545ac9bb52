//! Reads roads from an `OpenStreetMap` file into a street graph.
//!
//! `.osm.pbf`, `.osm` and `.osm.gz` are told apart by their first bytes, not by their names. The file is read twice: first for the
//! ways that any profile can use, then for the points those ways run through, so that memory grows with the roads and not with the
//! file. Ways are cut into streets where they meet, end, cross themselves or meet a barrier; the order of ways and points is that
//! of their ids, so the same file gives the same graph whatever the number of threads.
//!
//! What this module deliberately does not do: restrictions and speed limits that hold at some times only are counted but not applied; positions kept on ways instead of
//! points (`LocationsOnWays`, Overpass `out geom`) are not read; change files and files with history are refused; heights, lanes
//! and time of day are not read; nothing is downloaded.

mod assets;
mod pbf;
mod points;
mod restrictions;
mod streets;
mod ways;
mod xml;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use catchment_core::grid::{Grid, GridError, GridPoint, LonLat};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Asset;
use catchment_travel::{Profile, StreetGraph};
use serde::Serialize;
use thiserror::Error;

use assets::Landmarks;
use points::Points;
pub use restrictions::TurnSummary;
use ways::Ways;

/// Roads as read from a file.
#[derive(Clone, Debug)]
pub struct RoadsRead {
    /// The streets, for all profiles at once.
    pub streets: StreetGraph,
    /// Community assets, where they were asked for, in the order of points, ways, relations and their ids.
    pub assets: Vec<Asset>,
    /// Cities, towns, villages, suburbs and hamlets by name, in the order of their ids.
    pub towns: Vec<(String, GridPoint)>,
    /// What was found wrong with the file, and mended or left out.
    pub issues: Vec<Issue>,
    /// How much was read and used.
    pub summary: OsmSummary,
}

/// How much of a road file was read and used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OsmSummary {
    /// Points in the file.
    pub nodes_read: u64,
    /// Ways in the file, buildings and rivers included.
    pub ways_read: u64,
    /// Ways of which at least one street was made.
    pub ways_used: u64,
    /// Of the ways used, those that are ferries.
    pub ferries: u64,
    /// Junctions made.
    pub junctions: u64,
    /// Streets made.
    pub streets: u64,
    /// Points on used ways that carry a barrier, or access tags that stop a profile.
    pub barriers: u64,
    /// Points that usable ways name and the file does not hold.
    pub missing_nodes: u64,
    /// Usable ways that were cut because a point of theirs is missing.
    pub ways_cut_at_edge: u64,
    /// Points of usable ways that lie outside the study's grid.
    pub nodes_off_grid: u64,
    /// Usable ways that were cut because a point of theirs lies outside the study's grid.
    pub ways_cut_at_grid: u64,
    /// Points of usable ways that the file holds more than once; the first was kept.
    pub duplicate_nodes: u64,
    /// Usable ways that the file holds more than once; the first was kept.
    pub duplicate_ways: u64,
    /// Ways used with a speed limit at some times only, which is not applied.
    pub conditional_speeds: u64,
    /// Turn restrictions, and what became of them.
    pub turns: TurnSummary,
}

/// Why no roads could be read.
#[derive(Debug, Error)]
pub enum OsmError {
    /// The file cannot be opened or read.
    #[error("{file} cannot be read: {reason}; check that it is there and that you may read it")]
    Unreadable {
        /// The file's name as the study file gives it.
        file: String,
        /// What the system says.
        reason: io::Error,
    },
    /// The file has no content.
    #[error("{file} is empty; download it again")]
    Empty {
        /// The file's name as the study file gives it.
        file: String,
    },
    /// The file is something else.
    #[error(
        "{file} is not an OpenStreetMap road file: {found}; give an .osm.pbf, .osm or .osm.gz file"
    )]
    NotOsm {
        /// The file's name as the study file gives it.
        file: String,
        /// What it seems to be.
        found: String,
    },
    /// The file ends too early.
    #[error("{file} is cut short at byte {offset}: {what}; download it again")]
    Truncated {
        /// The file's name as the study file gives it.
        file: String,
        /// Where the part that is cut short begins.
        offset: u64,
        /// What is cut short.
        what: String,
    },
    /// The file's content does not fit together.
    #[error("{file} is damaged at byte {offset}: {what}; download it again")]
    Damaged {
        /// The file's name as the study file gives it.
        file: String,
        /// Where the damaged part begins.
        offset: u64,
        /// What does not fit.
        what: String,
    },
    /// The file is of a kind that this reader refuses.
    #[error("{file} cannot be used: {what}; {remedy}")]
    Unsupported {
        /// The file's name as the study file gives it.
        file: String,
        /// What stands in the way.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// No way in the file is a street.
    #[error(
        "{file} holds no street that a travel profile can use, of {ways} ways; check that it is a road file and covers the study's area"
    )]
    NoStreets {
        /// The file's name as the study file gives it.
        file: String,
        /// Number of ways in the file.
        ways: u64,
    },
    /// Every street lies outside the grid.
    #[error(
        "no street of {file} lies on the {grid}; check the study's grid, and that the road file covers the study's area"
    )]
    OffGrid {
        /// The file's name as the study file gives it.
        file: String,
        /// The grid's name.
        grid: &'static str,
    },
    /// The grid itself cannot be used.
    #[error("the study's grid cannot be used: {reason}; correct it in the study file")]
    Grid {
        /// What is wrong with the grid.
        reason: GridError,
    },
}

/// What is looked for in a file.
struct Wishes<'a> {
    grid: &'a Grid,
    profiles: &'a [Profile],
    assets: bool,
}

/// What a file of either format gave.
struct FileRead {
    ways: Ways,
    points: Points,
    landmarks: Landmarks,
}

/// The file that is read, and how errors name it.
struct Source<'a> {
    path: &'a Path,
    name: &'a str,
    bytes: u64,
}

impl Source<'_> {
    fn open(&self) -> Result<File, OsmError> {
        File::open(self.path).map_err(|reason| self.unreadable(reason))
    }

    fn unreadable(&self, reason: io::Error) -> OsmError {
        OsmError::Unreadable {
            file: self.name.to_owned(),
            reason,
        }
    }

    fn not_osm(&self, found: impl Into<String>) -> OsmError {
        OsmError::NotOsm {
            file: self.name.to_owned(),
            found: found.into(),
        }
    }

    fn truncated(&self, offset: u64, what: impl Into<String>) -> OsmError {
        OsmError::Truncated {
            file: self.name.to_owned(),
            offset,
            what: what.into(),
        }
    }

    fn damaged(&self, offset: u64, what: impl Into<String>) -> OsmError {
        OsmError::Damaged {
            file: self.name.to_owned(),
            offset,
            what: what.into(),
        }
    }

    fn unsupported(&self, what: impl Into<String>, remedy: &'static str) -> OsmError {
        OsmError::Unsupported {
            file: self.name.to_owned(),
            what: what.into(),
            remedy,
        }
    }
}

/// Reads the roads of an `OpenStreetMap` file, `.osm.pbf`, `.osm` or `.osm.gz`, onto a grid.
///
/// `display_name` is what errors and issues call the file. The streets' uses are in the order of `profiles`. `progress` is told
/// bytes done and bytes in all; the file is read twice, so the latter is twice its size.
///
/// # Errors
/// [`OsmError`] where the file cannot be read, is not what it should be, is cut short or damaged, or holds no street on the grid.
pub fn read_roads(
    path: &Path,
    display_name: &str,
    grid: &Grid,
    profiles: &[Profile],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<RoadsRead, OsmError> {
    read_map(path, display_name, grid, profiles, false, progress)
}

/// Reads roads as [`read_roads`] does and, where `with_assets` says so, community assets from the tags of the same file.
///
/// Assets are found in the same two readings. Only where an asset is drawn as a multipolygon are the ways read once more, because its
/// outer ways stand in the file before the relation that names them.
///
/// # Errors
/// As [`read_roads`].
pub fn read_map(
    path: &Path,
    display_name: &str,
    grid: &Grid,
    profiles: &[Profile],
    with_assets: bool,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<RoadsRead, OsmError> {
    check_grid(grid)?;
    let mut source = Source {
        path,
        name: display_name,
        bytes: 0,
    };
    let mut file = source.open()?;
    source.bytes = file
        .metadata()
        .map_err(|reason| source.unreadable(reason))?
        .len();
    let wishes = Wishes {
        grid,
        profiles,
        assets: with_assets,
    };
    let FileRead {
        ways,
        points,
        landmarks,
    } = match format(&source, &mut file)? {
        Format::Pbf => pbf::read(&source, &wishes, progress)?,
        Format::Xml => xml::read(&source, false, &wishes, progress)?,
        Format::GzippedXml => xml::read(&source, true, &wishes, progress)?,
    };
    if u32::try_from(ways.steps()).is_err() {
        return Err(source.unsupported(
            "its roads have more than 2^32 points",
            "cut it to the study's surroundings",
        ));
    }
    let (streets, summary) = streets::build(&ways, &points, profiles);
    if summary.streets == 0 {
        return Err(nothing(&source, grid, &ways, &points, &summary));
    }
    let landmarks = landmarks.finish(display_name);
    let mut issues = issues(display_name, grid, &summary);
    issues.extend(landmarks.issues);
    Ok(RoadsRead {
        streets,
        assets: landmarks.assets,
        towns: landmarks.towns,
        issues,
        summary,
    })
}

/// A grid that no position can be put on is an error of its own, not a file without streets.
fn check_grid(grid: &Grid) -> Result<(), OsmError> {
    match grid.to_grid(LonLat { lon: 0.0, lat: 0.0 }) {
        Err(reason @ (GridError::Centre | GridError::Table)) => Err(OsmError::Grid { reason }),
        _ => Ok(()),
    }
}

enum Format {
    Pbf,
    Xml,
    GzippedXml,
}

/// Tells the format by the first bytes, so that a file of another kind is refused before any of it is read.
fn format(source: &Source<'_>, file: &mut File) -> Result<Format, OsmError> {
    let mut head = Vec::new();
    file.take(64)
        .read_to_end(&mut head)
        .map_err(|reason| source.unreadable(reason))?;
    if head.is_empty() {
        return Err(OsmError::Empty {
            file: source.name.to_owned(),
        });
    }
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&head)
        .trim_ascii_start();
    if head.starts_with(&[0x1f, 0x8b]) {
        Ok(Format::GzippedXml)
    } else if text.starts_with(b"<") {
        Ok(Format::Xml)
    } else if head.windows(9).any(|window| window == b"OSMHeader") {
        Ok(Format::Pbf)
    } else if head.starts_with(b"BZh") {
        Err(source.not_osm("it is packed with bzip2, which has to be unpacked first"))
    } else if head.starts_with(b"PK") {
        Err(source.not_osm("it is a zip archive, which has to be unpacked first"))
    } else {
        Err(source.not_osm("its first bytes are neither a PBF header, XML nor gzip"))
    }
}

/// Says why there is no street at all.
fn nothing(
    source: &Source<'_>,
    grid: &Grid,
    ways: &Ways,
    points: &Points,
    summary: &OsmSummary,
) -> OsmError {
    if points.count() > 0 && summary.missing_nodes == points.count() {
        return source.unsupported(
            "it holds none of the points its ways run through",
            "export it again with its nodes, not with positions on the ways",
        );
    }
    if ways.count() > 0 && summary.nodes_off_grid > 0 {
        return OsmError::OffGrid {
            file: source.name.to_owned(),
            grid: grid.name(),
        };
    }
    OsmError::NoStreets {
        file: source.name.to_owned(),
        ways: summary.ways_read,
    }
}

fn issues(file: &str, grid: &Grid, summary: &OsmSummary) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut tell = |number: u64, severity, message: String, hint: &str| {
        if number > 0 {
            issues.push(Issue::new(file, severity, message, hint));
        }
    };
    let ran = count(summary.ways_cut_at_edge, "way runs", "ways run");
    let was = if summary.ways_cut_at_edge == 1 {
        "was"
    } else {
        "were"
    };
    let missing = count(summary.missing_nodes, "point is", "points are");
    tell(
        summary.ways_cut_at_edge,
        Severity::Note,
        format!("{ran} beyond the edge of the file and {was} cut there ({missing} not in it)"),
        "journeys near the edge may be too long; take a road file that reaches further than the study",
    );
    let off = count(summary.nodes_off_grid, "point lies", "points lie");
    let cut = count(summary.ways_cut_at_grid, "way was", "ways were");
    tell(
        summary.nodes_off_grid,
        Severity::Repaired,
        format!("{off} outside the {}; {cut} cut there", grid.name()),
        "this is as it should be for ferries that leave the area; if not, check that the study's grid is the one for it",
    );
    for (number, what) in [
        (
            summary.duplicate_ways,
            count(summary.duplicate_ways, "way is", "ways are"),
        ),
        (
            summary.duplicate_nodes,
            count(summary.duplicate_nodes, "point is", "points are"),
        ),
    ] {
        tell(
            number,
            Severity::Repaired,
            format!("{what} listed again; the first of each was kept"),
            "if the file was joined from several, join them with a tool that merges, such as osmium merge",
        );
    }
    issues.extend(not_applied(file, summary));
    issues
}

/// Says what of turn restrictions and speed limits was not applied, and why.
fn not_applied(file: &str, summary: &OsmSummary) -> impl Iterator<Item = Issue> {
    let turns = &summary.turns;
    let reasons = [
        (turns.conditional, "bind at some times only"),
        (
            turns.missing,
            "name a way or point that is not in the file or that nobody here can use",
        ),
        (turns.unsplit, "name ways that do not end at one another"),
        (turns.unknown, "cannot be understood"),
    ];
    let left = reasons.iter().map(|(number, _)| number).sum();
    let were = count(left, "turn restriction was", "turn restrictions were");
    let reasons: Vec<String> = reasons
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let limits = count(summary.conditional_speeds, "way has", "ways have");
    [
        (
            left,
            format!("{were} not applied: {}", reasons.join(", ")),
            "drives through such junctions may be a little too short",
        ),
        (
            summary.conditional_speeds,
            format!("{limits} a speed limit at some times only, which was not applied"),
            "drives along them go by the limit that holds at other times",
        ),
    ]
    .into_iter()
    .filter(|(number, _, _)| *number > 0)
    .map(|(_, message, hint)| Issue::new(file, Severity::Note, message, hint))
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
