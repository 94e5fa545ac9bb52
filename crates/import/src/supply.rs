//! Reads what belongs to services in tables of their own: sessions, service areas, returns.

use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::ProviderReturn;

use crate::background::Read;
use crate::directory::Directory;
use crate::study_file;

/// Reads the weekly sessions into the services of the directory.
pub(crate) fn sessions(
    _folder: &Path,
    section: &study_file::Table,
    _directory: &mut Directory,
    _issues: &mut Vec<Issue>,
) -> Read<()> {
    Err(Issue::new(
        &section.file,
        Severity::FileUnusable,
        "sessions are not read yet",
        "",
    ))
}

/// Reads the outlines of service areas into the services of the directory.
pub(crate) fn service_areas(
    _folder: &Path,
    section: &study_file::ServiceAreas,
    _directory: &mut Directory,
    _grid: &Grid,
    _issues: &mut Vec<Issue>,
) -> Read<()> {
    Err(Issue::new(
        &section.file,
        Severity::FileUnusable,
        "service areas are not read yet",
        "",
    ))
}

/// Reads which providers sent their records.
pub(crate) fn returns(
    _folder: &Path,
    section: &study_file::Table,
    _directory: &Directory,
    _issues: &mut Vec<Issue>,
) -> Read<Vec<ProviderReturn>> {
    Err(Issue::new(
        &section.file,
        Severity::FileUnusable,
        "returns are not read yet",
        "",
    ))
}
