//! Doors into the parsers for `tests/fuzz`, one a parser. Not part of the interface of this crate.
//!
//! Each takes any bytes and must come back: no panic, no endless loop, no memory out of proportion to what it was given.

use crate::StudyFile;

/// Reads `study.toml`.
pub fn study_file(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = StudyFile::parse(text);
    }
}
