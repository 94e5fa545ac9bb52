//! Reads community assets from tables and Open Referral UK feeds, and puts them together with those of the road file.
//!
//! A place that two sources list is kept once: a table of the council's own wins over a feed, a feed over the road file. It looks nothing
//! up and asks no server: a feed is a file.

mod gather;
pub(crate) mod names;
mod open_referral;
mod table;

use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::Issue;
use catchment_core::place::Asset;
use jiff::civil::Date;

use crate::background::Read;
use crate::places::Places;
use crate::study_file;

pub(crate) use gather::{Source, gather};
#[doc(hidden)]
pub(crate) use open_referral::read_open_referral_bytes;
pub(crate) use table::ALL_COLUMNS as TABLE_COLUMNS;

/// Reads one file of assets: a feed where its name ends in `.json`, else a table. What closed before `day` is left out and said.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Assets,
    day: Date,
    places: &Places,
    grid: &Grid,
    issues: &mut Vec<Issue>,
) -> Read<Vec<Asset>> {
    let is_feed = Path::new(&section.file)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if is_feed {
        open_referral::read(folder, section, places, grid, issues)
    } else {
        table::read(folder, section, day, places, issues)
    }
}
