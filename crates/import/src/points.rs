//! Reads a table of points that somebody brings to a question: an id, and where each is.
//!
//! It is no part of a study and is not stored. Rows are placed as all rows are (`places`), but by the study's own postcodes, which are
//! those in or near its areas; towns are not looked up.
//!
//! Whoever brings a table of people, by mistake or not, is refused: by its columns before a row is read, and by the ids of the study's
//! people, whatever else stands in their rows. Nothing that was read of it comes into a message then. It cannot know people whom the
//! study does not know where their table has no columns but those of points.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::grid::GridPoint;
use catchment_core::issue::Issue;
use catchment_core::place::GeocodeGrade;
use catchment_core::study::Study;
use geo::BoundingRect;
use thiserror::Error;

use crate::people;
use crate::places::code::Code;
use crate::places::geocoder::{Entry, Geocoder, Millimetres, Standing, without_twins};
use crate::places::{PLACE_COLUMNS, Places, locate};
use crate::report::FileCounts;
use crate::sources::joined;
use crate::study_file::StudyFile;
use crate::table::{Column, Reader, TableFile, loosely, required};

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

/// Why a table of points is not taken.
#[derive(Debug, Error)]
pub enum PointsError {
    /// It cannot be read as a table or has no column `id`.
    #[error("{0}")]
    Unusable(Box<Issue>),
    /// It has columns that only a table of people has, or all those of the study's own.
    #[error("it has the columns of a table of people")]
    PeoplesColumns,
    /// It has ids of people of the study.
    #[error("it has ids of people of the study")]
    PeoplesIds,
}

const ID: Column = required("id").or(&["ref", "reference", "key", "point_id"]);

/// Fields that no table has but one of people.
const OF_PEOPLE_ONLY: [&str; 4] = ["user_id", "date_of_birth", "date_of_death", "walking_speed"];

/// Reads a table of points, as CSV or a workbook, for the study in a folder. `personal` says that its rows may be people: then no message
/// holds what stands in a cell. Without it a table that shows itself to be of people is refused.
///
/// # Errors
/// Where the file cannot be read as a table or has no column `id`, and where it is of people and may not be.
pub fn read_points(
    path: &Path,
    folder: &Path,
    study: &Study,
    personal: bool,
) -> Result<PointsRead, PointsError> {
    let file = path.to_string_lossy();
    let table = TableFile {
        folder: Path::new(""),
        file: &file,
        sheet: None,
        mapping: BTreeMap::new(),
        // Until it is known to be of nobody, nothing of it is quoted.
        personal: true,
        of_study: false,
    };
    let mut issues = Vec::new();
    let opened = Reader::open(&table, &columns(), &mut issues);
    if !personal && has_peoples_columns(&table, opened.as_ref().ok(), folder) {
        return Err(PointsError::PeoplesColumns);
    }
    let reader = opened.map_err(|issue| PointsError::Unusable(Box::new(issue)))?;
    let reader = if personal { reader } else { reader.quoting() };
    let places = places(study);
    let people = peoples_ids(study);
    let mut has_people = false;
    let (mut points, mut ids) = (Vec::new(), BTreeSet::new());
    let counts = reader.each(&mut issues, |row| {
        let id = row.needed("id")?;
        has_people |= people.contains(&folded(&id));
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
    if has_people && !personal {
        return Err(PointsError::PeoplesIds);
    }
    Ok(PointsRead {
        points,
        issues,
        counts,
    })
}

/// The columns of a table of points.
fn columns() -> Vec<Column> {
    let placed = PLACE_COLUMNS.iter().filter(|column| column.name != "town");
    [ID].into_iter().chain(placed.copied()).collect()
}

fn folded(id: &str) -> String {
    id.trim().to_lowercase()
}

/// Returns the ids of the study's people, capitals aside.
fn peoples_ids(study: &Study) -> BTreeSet<String> {
    let users = study.parts().users.rows().iter();
    users.map(|user| folded(&user.key)).collect()
}

/// Says whether the header of a table is one of a table of people. `opened` is the table, where it could be opened as one of points.
fn has_peoples_columns(table: &TableFile<'_>, opened: Option<&Reader>, folder: &Path) -> bool {
    let of_people = [people::COLUMNS, PLACE_COLUMNS].concat();
    let headers = match opened {
        Some(reader) => headers(reader),
        None => header_of(table, &of_people),
    };
    let telling = people::COLUMNS
        .iter()
        .filter(|column| OF_PEOPLE_ONLY.contains(&column.name));
    if words(telling).any(|word| headers.contains(&word)) {
        return true;
    }
    // A table of people with no columns but those of points looks as any table of points does.
    let own = peoples_header(folder, &of_people);
    let points: BTreeSet<String> = words([ID].iter().chain(PLACE_COLUMNS)).collect();
    own.is_subset(&headers) && !own.is_subset(&points)
}

/// Returns the headers of the study's own table of people; none where its file is no longer there.
fn peoples_header(folder: &Path, columns: &[Column]) -> BTreeSet<String> {
    let file = StudyFile::load(folder).ok();
    let section = file.and_then(|file| file.service_users);
    section.map_or_else(BTreeSet::new, |section| {
        header_of(&section.table_file(folder, true), columns)
    })
}

/// Returns the headers of a table, whichever of some columns it has; none where it cannot be read.
fn header_of(table: &TableFile<'_>, columns: &[Column]) -> BTreeSet<String> {
    let any = |column: &Column| Column {
        required: false,
        ..*column
    };
    let columns: Vec<Column> = columns.iter().map(any).collect();
    let reader = Reader::open(table, &columns, &mut Vec::new());
    reader.map_or_else(|_| BTreeSet::new(), |reader| headers(&reader))
}

fn headers(reader: &Reader) -> BTreeSet<String> {
    let headers = reader.headers().iter().map(|header| loosely(header));
    headers.filter(|header| !header.is_empty()).collect()
}

/// Lists the headers that are known to hold some fields, as they are compared.
fn words<'a>(columns: impl Iterator<Item = &'a Column>) -> impl Iterator<Item = String> {
    columns.flat_map(|column| {
        let words = column.also.iter().chain([&column.name]);
        words.map(|word| loosely(word))
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
