//! Doors into the parsers for `tests/fuzz`, one a parser. Not part of the interface of this crate.
//!
//! Each takes any bytes and must come back: no panic, no endless loop, no memory out of proportion to what it was given.

use std::io::Write;

use catchment_core::grid::Grid;
use catchment_travel::Profile;

use crate::{StudyFile, assets, bundle, osm, postcodes, spatial, table};

/// Reads `study.toml`.
pub fn study_file(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = StudyFile::parse(text);
    }
}

/// Reads a table: text in any encoding, or a workbook.
pub fn table(bytes: &[u8]) {
    table::read_table_bytes(bytes);
}

/// Reads a workbook only.
pub fn workbook(bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        table::read_table_bytes(bytes);
    }
}

/// Reads outlines in any format.
pub fn spatial(bytes: &[u8]) {
    spatial::read_spatial_bytes(bytes);
}

/// Reads a directory of postcodes.
pub fn postcodes(bytes: &[u8]) {
    postcodes::read_bytes(bytes);
}

/// Reads an Open Referral UK feed.
pub fn open_referral(bytes: &[u8]) {
    assets::read_open_referral_bytes(bytes);
}

/// Opens a bundle whatever its checksums say and, where it can be used, travels through it. Says whether it could be used.
#[must_use]
pub fn bundle(bytes: &[u8]) -> bool {
    bundle::open_bytes(bytes)
}

/// Reads roads, with the assets and towns among them.
pub fn roads(bytes: &[u8]) {
    let Ok(mut file) = tempfile::NamedTempFile::new() else {
        return;
    };
    if file.write_all(bytes).is_err() {
        return;
    }
    let profiles = [
        Profile::drive(),
        Profile::walk(),
        Profile::wheelchair(),
        Profile::cycle(),
    ];
    let grid = Grid::BritishNational;
    let Ok(read) = osm::read_map(file.path(), "roads", &grid, &profiles, true, &mut |_, _| {})
    else {
        return;
    };
    let (streets, _) = read.streets.condensed();
    for (index, profile) in profiles.iter().enumerate() {
        let _ = streets.freeze(index, profile);
    }
}
