//! Recognises ONSPD, NSPL, Code-Point Open and tables like them.

use std::collections::BTreeSet;

use super::super::evidence::{Evidence, is_postcode, number};
use super::super::look::TableLook;
use super::super::{Draft, Line, Section};
use super::OGL;
use crate::table::loosely;

/// A wider table of postcodes that is none of the published ones is of something else.
const MOST_COLUMNS: usize = 12;

/// Drafts a table of postcodes with coordinates.
pub(super) fn postcodes(table: &TableLook) -> Option<Draft> {
    let headerless = has_no_header(table);
    let postcode = if headerless {
        0
    } else {
        place_of(table, &["postcode", "pcds", "pcd7", "pcd8", "pcd", "pcd2"])?
    };
    let found = Evidence::of(&table.rows, postcode);
    if !found.most(found.postcodes) || !found.is_key() {
        return None;
    }
    let mut draft = Draft::new(Section::Postcodes, "");
    if headerless {
        "the shape of Code-Point Open without a header: postcodes, a quality and coordinates"
            .clone_into(&mut draft.why);
        draft.covers = (0..table.headers.len()).collect();
    } else {
        let easting = place_of(table, &["easting", "eastings", "oseast1m", "east1m", "x"])?;
        let northing = place_of(
            table,
            &["northing", "northings", "osnrth1m", "north1m", "y"],
        )?;
        draft.why = kind(table, found.rows)?;
        let line = |key, place: usize, why: &str| Line::new(key, &table.headers[place], why);
        let usual = "a usual name for it";
        draft.lines = vec![
            line(
                "postcode",
                postcode,
                "all values look like postcodes and differ",
            ),
            line("easting", easting, usual),
            line("northing", northing, usual),
        ];
        let quality = place_of(
            table,
            &["positionalqualityindicator", "osgrdind", "gridind"],
        );
        draft
            .lines
            .extend(quality.map(|place| line("quality", place, usual)));
        let ended = place_of(table, &["doterm"]);
        draft
            .lines
            .extend(ended.map(|place| line("ended", place, "the month a postcode ended")));
    }
    draft.lines.extend([
        Line::new("licence", OGL, "if the Ordnance Survey or the ONS published it").checked_by_hand(),
        Line::new("attribution", "Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal Mail copyright and database right. Contains National Statistics data © Crown copyright and database right.", ""),
    ]);
    Some(draft)
}

fn place_of(table: &TableLook, words: &[&str]) -> Option<usize> {
    let mut headers = table.headers.iter();
    headers.position(|header| words.contains(&loosely(header).as_str()))
}

/// Says whether the first row is one of data: a postcode and three numbers.
fn has_no_header(table: &TableLook) -> bool {
    let headers = &table.headers;
    headers.first().is_some_and(|cell| is_postcode(cell))
        && headers.len() >= 4
        && headers[1..4].iter().all(|cell| number(cell).is_some())
}

/// Says which table of postcodes it is; nothing where it is none.
fn kind(table: &TableLook, rows: usize) -> Option<String> {
    let published: BTreeSet<String> = table.headers.iter().map(|header| loosely(header)).collect();
    let is = |word: &str| published.contains(word);
    if is("positionalqualityindicator") {
        Some("the headers of Code-Point Open".to_owned())
    } else if is("osgrdind") || is("gridind") || is("doterm") {
        Some("the headers of the ONS's directories of postcodes".to_owned())
    } else {
        (table.headers.len() <= MOST_COLUMNS).then(|| {
            format!("every row has a postcode of its own ({rows} looked at) and coordinates")
        })
    }
}
