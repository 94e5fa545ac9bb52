//! Reads a table of points that somebody brings to a question: an id, and where each is.
//!
//! It is no part of a study and is not stored. Rows are placed as all rows are (`places`), but by the study's own postcodes, which are
//! those in or near its areas; towns are not looked up. What the points are is their owner's affair: where they may be people, nothing
//! that stands in a cell comes into a message.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::grid::GridPoint;
use catchment_core::issue::Issue;
use catchment_core::place::GeocodeGrade;
use catchment_core::study::Study;
use geo::BoundingRect;

use crate::places::code::Code;
use crate::places::geocoder::{Entry, Geocoder, Millimetres, Standing, without_twins};
use crate::places::{PLACE_COLUMNS, Places, locate};
use crate::report::FileCounts;
use crate::sources::joined;
use crate::table::{Column, Reader, TableFile, required};

/// A point with the id that its table gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedPoint {
    /// Its id, unique in the table.
    pub id: String,
    /// Where it is, in metres on the study's grid.
    pub point: GridPoint,
    /// How it was placed.
    pub grade: GeocodeGrade,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct PointsRead {
    /// The rows taken, in the order of the table.
    pub points: Vec<NamedPoint>,
    /// What was found wrong or worth saying, row by row.
    pub issues: Vec<Issue>,
    /// How many rows there were.
    pub counts: FileCounts,
}

const ID: Column = required("id").or(&["ref", "reference", "key", "point_id"]);

/// Reads a table of points, as CSV or a workbook. `personal` says that its rows may be people: then no message holds what stands in a cell.
///
/// # Errors
/// Where the file cannot be read as a table or has no column `id`.
pub fn read_points(path: &Path, study: &Study, personal: bool) -> Result<PointsRead, Issue> {
    let file = path.to_string_lossy();
    let table = TableFile {
        folder: Path::new(""),
        file: &file,
        sheet: None,
        mapping: BTreeMap::new(),
        personal,
    };
    let places = places(study);
    let placed = PLACE_COLUMNS.iter().filter(|column| column.name != "town");
    let columns: Vec<Column> = [ID].into_iter().chain(placed.copied()).collect();
    let (mut points, mut issues) = (Vec::new(), Vec::new());
    let reader = Reader::open(&table, &columns, &mut issues)?;
    let mut ids = BTreeSet::new();
    let counts = reader.each(&mut issues, |row| {
        let id = row.needed("id")?;
        if ids.contains(&id) {
            let message = format!("stands in an earlier row too{}", row.quoted(&id));
            row.reject("id", &message, "every point has an id of its own");
            return None;
        }
        let located = locate(row, &places)?;
        ids.insert(id.clone());
        points.push(NamedPoint {
            id,
            point: located.point,
            grade: located.grade,
        });
        Some(())
    });
    Ok(PointsRead {
        points,
        issues,
        counts,
    })
}

/// Puts together what a study knows of places.
fn places(study: &Study) -> Places {
    let parts = study.parts();
    let millimetres = |point: GridPoint| -> Millimetres {
        [point.x, point.y].map(|metres| (metres * 1000.0).round() as i32)
    };
    let rows = parts.postcodes.rows().iter().enumerate();
    let mut entries: Vec<Entry> = rows
        .filter_map(|(row, postcode)| {
            Some(Entry {
                code: Code::read(&postcode.code)?,
                standing: Standing::Live,
                point: millimetres(postcode.point),
                row: row as u32,
            })
        })
        .collect();
    without_twins(&mut entries);
    let outlines = parts.areas.rows().iter().map(|area| &area.outline);
    let frame = outlines
        .filter_map(BoundingRect::bounding_rect)
        .reduce(joined);
    Places::new(parts.about.grid, frame, Geocoder::new(&entries))
}
