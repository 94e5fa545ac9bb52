//! The bundle: a built study in one file.
//!
//! Eight bytes of magic, the format's version, the payload's length and its BLAKE3 hash, then the payload: the tables of the study,
//! encoded by postcard. The file is written beside the old one and takes its place in one step, so that whoever opens it finds the old
//! study or the new one, whole. It holds people's homes, so on Unix only its owner can read it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use catchment_core::study::Study;
use thiserror::Error;

use crate::read::{ImportError, Progress, ReadStudy, read};
use crate::report::Report;
use crate::sealed::Stored;

/// The name of the bundle in a study's folder.
pub const BUNDLE_FILE: &str = "study.bundle";

const MAGIC: &[u8; 8] = b"CATCHMNT";
const VERSION: u32 = 1;
const HEADER: usize = 8 + 4 + 8 + 32;

/// Why a bundle cannot be written or opened.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The study could not be read at all.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A file of the study cannot be used; the report says which. The old bundle was left as it was.
    #[error(
        "the study was not built, because a file cannot be used; what was built before is unchanged"
    )]
    Unusable(Box<Report>),
    /// It cannot be written.
    #[error("cannot write {path}; what was built before is unchanged")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not there or cannot be read.
    #[error("cannot read {path}; `catchment build` makes it")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not a bundle, or of another version, or damaged.
    #[error("{path} cannot be used: {reason}; run `catchment build` again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// Reads a study folder and stores what was read. Returns the report.
pub fn build(folder: &Path, progress: &mut Progress<'_>) -> Result<(Study, Report), BundleError> {
    let ReadStudy { study, report } = read(folder, progress)?;
    let Some(study) = study else {
        return Err(BundleError::Unusable(Box::new(report)));
    };
    let path = folder.join(BUNDLE_FILE);
    let payload = postcard::to_stdvec(&Stored::from_parts(study.parts())).map_err(|error| {
        BundleError::Write {
            path: path.clone(),
            source: std::io::Error::other(error),
        }
    })?;
    write(folder, &path, &payload).map_err(|source| BundleError::Write { path, source })?;
    Ok((study, report))
}

fn write(folder: &Path, path: &Path, payload: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".study.bundle.")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    file.write_all(MAGIC)?;
    file.write_all(&VERSION.to_le_bytes())?;
    file.write_all(&(payload.len() as u64).to_le_bytes())?;
    file.write_all(blake3::hash(payload).as_bytes())?;
    file.write_all(payload)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Opens the bundle of a study folder.
pub fn open(folder: &Path) -> Result<Study, BundleError> {
    let path = folder.join(BUNDLE_FILE);
    let bytes = fs::read(&path).map_err(|source| BundleError::Read {
        path: path.clone(),
        source,
    })?;
    decode(&bytes).map_err(|reason| BundleError::Damaged { path, reason })
}

fn decode(bytes: &[u8]) -> Result<Study, String> {
    let (header, payload) = bytes
        .split_at_checked(HEADER)
        .ok_or("it is too short to be a bundle")?;
    let (magic, rest) = header.split_at(8);
    let (version, rest) = rest.split_at(4);
    let (length, hash) = rest.split_at(8);
    if magic != MAGIC {
        return Err("it is not a bundle".to_owned());
    }
    if version != VERSION.to_le_bytes() {
        return Err("it was built by another version of this program".to_owned());
    }
    if length != (payload.len() as u64).to_le_bytes() || hash != blake3::hash(payload).as_bytes() {
        return Err("it is damaged: its contents are not what was written".to_owned());
    }
    let stored: Stored = postcard::from_bytes(payload)
        .map_err(|error| format!("its contents cannot be read: {error}"))?;
    Ok(Study::assemble(stored.into_parts()?))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_no_bundle_is_refused_with_a_reason() {
        assert!(decode(b"").unwrap_err().contains("too short"));
        assert!(decode(&[b'x'; 100]).unwrap_err().contains("not a bundle"));
        let mut other = b"CATCHMNT".to_vec();
        other.extend([9; 90]);
        assert!(decode(&other).unwrap_err().contains("another version"));
    }
}
