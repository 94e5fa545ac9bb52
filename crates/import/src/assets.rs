//! Reads community assets from tables and Open Referral UK feeds.

use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Asset;

use crate::background::Read;
use crate::places::Places;
use crate::study_file;

/// Reads one file of assets.
pub(crate) fn read(
    _folder: &Path,
    section: &study_file::Assets,
    _places: &Places,
    _grid: &Grid,
    _issues: &mut Vec<Issue>,
) -> Read<Vec<Asset>> {
    Err(Issue::new(
        &section.file,
        Severity::FileUnusable,
        "assets are not read yet",
        "",
    ))
}
