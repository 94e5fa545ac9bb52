//! Reads community assets from tables and Open Referral UK feeds, and puts them together with those of the road file.
//!
//! A place that two sources list is kept once: a table of the council's own wins over a feed, a feed over the road file. A place of a table
//! or a feed that is or may be a carer's own home is left out; what the road file shows is public and stays. It looks nothing up and asks
//! no server: a feed is a file.

mod gather;
pub(crate) mod names;
mod open_referral;
mod step;
mod table;

use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::Issue;
use catchment_core::place::Asset;
use jiff::civil::Date;

use crate::background::Read;
use crate::directory::Homes;
use crate::input;
use crate::places::Places;
use crate::report::so_many;
use crate::study_file;

pub(crate) use gather::{Source, gather};
pub(crate) use open_referral::read_open_referral_bytes;
pub(crate) use table::ALL_COLUMNS as TABLE_COLUMNS;

/// What a file of assets is read with.
pub(crate) struct Around<'a> {
    /// What closed before this day is left out and said.
    pub(crate) day: Date,
    /// Postcodes, towns and the frame of all areas.
    pub(crate) places: &'a Places,
    /// Where carers' own homes are, and what they are called.
    pub(crate) homes: &'a Homes,
    /// The study's grid.
    pub(crate) grid: &'a Grid,
}

/// Reads one file of assets: a feed where it begins as JSON does, whatever its name is, else a table.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Assets,
    around: &Around<'_>,
    issues: &mut Vec<Issue>,
) -> Read<Vec<Asset>> {
    // Where it cannot be read, the reader of tables says so.
    let start = input::start(&folder.join(&section.file)).unwrap_or_default();
    if input::is_json(&start) {
        open_referral::read(folder, section, around, issues)
    } else {
        table::read(folder, section, around, issues)
    }
}

/// Says how many assets were left out because they are or may be in a carer's own home. Which they are is not said.
fn left_out_as_homes(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} in a carer's own home by name, by kind or by place, and left out: a home is never a point",
        so_many(number, one, many)
    )
}
