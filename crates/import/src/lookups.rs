//! Reads which areas of one set make up those of another.

use std::path::Path;

use catchment_core::area::Lookup;
use catchment_core::id::AreaSetId;
use catchment_core::issue::{Issue, Severity};

use crate::background::{Codes, Read};
use crate::study_file;

/// Reads one lookup; `from` and `to` are the sets it joins, with their codes.
pub(crate) fn read(
    _folder: &Path,
    section: &study_file::Lookup,
    _from: (AreaSetId, &Codes),
    _to: (AreaSetId, &Codes),
    _issues: &mut Vec<Issue>,
) -> Read<Lookup> {
    Err(Issue::new(
        &section.file,
        Severity::FileUnusable,
        "lookups are not read yet",
        "",
    ))
}
