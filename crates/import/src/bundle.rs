//! The bundle: a built study in one file.
//!
//! Eight bytes of magic, the format's version, the number of sections and the BLAKE3 hash of their table; then the table, of each section
//! its kind, length and BLAKE3 hash; then the sections, each from a multiple of 64 bytes, with zeros between them (`sealed` says what they
//! hold). What an import step gave is one section, so a build copies the sections of steps that did not have to be read again.
//!
//! Streets and their hierarchies are flat arrays in the byte order of the machine, and the file is mapped into memory, so they are used
//! where they lie; a machine of the other byte order is refused by the version. Everything else is encoded by postcard and decoded when
//! the bundle is opened. [`open`] checks every byte; [`open_at_once`] trusts the arrays of the streets, and looks at their lengths alone.
//!
//! The file is written beside the old one and takes its place in one step, so that whoever opens it finds the old study or the new one,
//! whole: also where the build is killed or the disk is full. It holds people's homes, so on Unix only its owner can read it. A build
//! waits for another one of the same study; both then end with a whole bundle.

mod fuzzed;
mod map;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use catchment_core::study::Study;
use catchment_travel::{ALIGNMENT, SharedBytes};
use thiserror::Error;

use crate::read::{ImportError, Progress, gather};
use crate::records::{FOLDER as RECORDS, Records};
use crate::report::Report;
use crate::sealed::{Kind, Section, parts_of, validate_networks};
use crate::steps::{Kept, StepDone};
use crate::study_file::{STUDY_FILE, StudyFile};
use crate::whole::{HalfWritten, sync_names};

pub(crate) use fuzzed::open_bytes;

/// The name of the bundle in a study's folder.
pub const BUNDLE_FILE: &str = "study.bundle";

const MAGIC: &[u8; 8] = b"CATCHMNT";
const VERSION: u32 = 4;
const HEADER: usize = 8 + 4 + 4 + 32;
const ENTRY: usize = 4 + 8 + 32;
const TEMPORARY_PREFIX: &str = ".study.bundle.";

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
        source: io::Error,
    },
    /// There is nothing built, and why that may be.
    #[error("{0}")]
    NotBuilt(String),
    /// It cannot be read.
    #[error("cannot read {path}; `catchment build` makes it anew")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
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

/// What a build did.
#[derive(Debug)]
pub struct Built {
    /// What was accepted, repaired and rejected. It is the same whether a file was read now or by an earlier build.
    pub report: Report,
    /// What was read and what was reused, in order.
    pub steps: Vec<StepDone>,
}

/// Reads what has changed in a study folder since the last build and stores the study. Returns the report.
pub fn build(folder: &Path, progress: &mut Progress<'_>) -> Result<(Study, Report), BundleError> {
    let (study, built) = build_with(folder, false, &mut |_| (), progress)?;
    Ok((study, built.report))
}

/// Does the same, or, where `fresh`, reads everything again; says what was read.
///
/// `notice` is told, in a sentence, what whoever waits should know: that another build is running, or that what was read cannot be kept
/// for the next build.
pub fn build_with(
    folder: &Path,
    fresh: bool,
    notice: &mut dyn FnMut(&str),
    progress: &mut Progress<'_>,
) -> Result<(Study, Built), BundleError> {
    // Looked at before anything is made beside it.
    let file = StudyFile::load(folder).map_err(ImportError::from)?;
    let path = folder.join(BUNDLE_FILE);
    let cannot_write = |source| BundleError::Write {
        path: path.clone(),
        source,
    };
    // A folder that cannot be written to is found out before minutes are spent on reading.
    drop(HalfWritten::start(folder, TEMPORARY_PREFIX).map_err(cannot_write)?);
    let records = Records::of_study(folder);
    let lock = lock(folder, &records, notice);
    let gathered = gather(folder, &file, fresh, progress)?;
    let built = Built {
        report: gathered.report,
        steps: gathered.steps,
    };
    let outcome = match gathered.study {
        None => Err(BundleError::Unusable(Box::new(built.report))),
        Some(study) => {
            progress("writing the study", 0, 0);
            write(folder, &path, &gathered.sections).map_err(cannot_write)?;
            Ok((study, built))
        }
    };
    if lock.is_some() {
        keep(&records, &gathered.kept, outcome.is_ok(), notice);
    }
    outcome
}

/// Waits for another build of the study, and clears what killed ones left. Nothing where builds cannot be told of each other.
fn lock(folder: &Path, records: &Records, notice: &mut dyn FnMut(&str)) -> Option<File> {
    let mut waiting = || notice("another build of this study is running; waiting for it to end");
    match records.lock(&mut waiting) {
        Ok(lock) => {
            records.clear_leftovers(folder, TEMPORARY_PREFIX);
            Some(lock)
        }
        Err(error) => {
            notice(&format!(
                "{RECORDS} in the study's folder cannot be used ({error}), so the next build reads everything again"
            ));
            None
        }
    }
}

/// Keeps what was read for the next build. Where a disk is full this is what has to wait, and not the study.
fn keep(records: &Records, kept: &Kept, whole: bool, notice: &mut dyn FnMut(&str)) {
    if whole {
        records.prune(&kept.used);
    }
    for record in &kept.new {
        if let Err(error) = records.save(record) {
            notice(&format!(
                "what was read cannot all be kept for the next build, which will read it again: {error}"
            ));
            return;
        }
    }
}

fn write(folder: &Path, path: &Path, sections: &[Section]) -> io::Result<()> {
    let mut table = Vec::with_capacity(sections.len() * ENTRY);
    for section in sections {
        table.extend((section.kind as u32).to_le_bytes());
        table.extend((section.encoded.bytes().len() as u64).to_le_bytes());
        table.extend(section.encoded.hash());
    }
    let mut file = HalfWritten::start(folder, TEMPORARY_PREFIX)?;
    file.write(MAGIC)?;
    // As the machine has it, like the arrays.
    file.write(&VERSION.to_ne_bytes())?;
    file.write(&(sections.len() as u32).to_le_bytes())?;
    file.write(blake3::hash(&table).as_bytes())?;
    file.write(&table)?;
    let mut end = HEADER + table.len();
    for section in sections {
        let bytes = section.encoded.bytes();
        file.write(&[0; ALIGNMENT][..padding(end)])?;
        file.write(bytes)?;
        end += padding(end) + bytes.len();
    }
    file.sync()?;
    file.finish(path)?;
    sync_names(folder)
}

/// Returns how many zeros come after so many bytes, before the next section.
fn padding(end: usize) -> usize {
    end.next_multiple_of(ALIGNMENT) - end
}

/// Opens the bundle of a study folder and checks every byte of it: for whatever is to be published.
pub fn open(folder: &Path) -> Result<Study, BundleError> {
    opened(folder, Look::Everything)
}

/// Opens the bundle of a study folder without looking at the arrays of its streets: for one question about them, which is answered
/// before they could be checked. Where they are damaged the answer can be wrong, or the question panic; `catchment check` finds that.
pub fn open_at_once(folder: &Path) -> Result<Study, BundleError> {
    opened(folder, Look::AllButStreets)
}

/// Says why there is no bundle in a study's folder, and what to do.
fn not_built(folder: &Path) -> String {
    let shown = folder.display();
    if folder.is_file() {
        return format!("{shown} is a file; give the study's folder instead");
    }
    if !folder.exists() {
        return format!("there is no folder {shown}; give the folder of a study that is built");
    }
    if folder.join(STUDY_FILE).exists() {
        format!("{shown} is not built yet: run `catchment build {shown}` first")
    } else {
        format!("{shown} is not a study's folder: there is no {STUDY_FILE} in it")
    }
}

/// What of a bundle is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Everything,
    AllButStreets,
    /// At every number of the streets, and at no checksum: for fuzzing, which cannot make one.
    Numbers,
    /// At the lengths of the streets' arrays, and at no checksum: what [`open_at_once`] does, for fuzzing.
    Lengths,
}

fn opened(folder: &Path, look: Look) -> Result<Study, BundleError> {
    let path = folder.join(BUNDLE_FILE);
    if !path.exists() {
        return Err(BundleError::NotBuilt(not_built(folder)));
    }
    let read = File::open(&path).and_then(map::map);
    let bytes = read.map_err(|source| BundleError::Read {
        path: path.clone(),
        source,
    })?;
    decode(&bytes, look).map_err(|reason| BundleError::Damaged { path, reason })
}

/// A section in the bytes of a bundle, and the hash it should have.
struct Found {
    kind: Kind,
    bytes: SharedBytes,
    hash: [u8; 32],
}

const DAMAGED: &str = "it is damaged: its contents are not what was written";

fn decode(bytes: &SharedBytes, look: Look) -> Result<Study, String> {
    let sections = sections(bytes, look)?;
    let is_trusted = |section: &Found| match look {
        Look::Everything => false,
        Look::AllButStreets => section.kind == Kind::Networks,
        Look::Numbers | Look::Lengths => true,
    };
    // Arrays that are trusted are used where they lie.
    let read = |section: &&Found| section.kind != Kind::Networks || !is_trusted(section);
    let lengths = sections.iter().filter(read);
    let all = lengths.map(|section| section.bytes.bytes().len()).sum();
    let (parts, placements) = parts_of(&sections, all, |section| {
        if is_trusted(section) || *blake3::hash(section.bytes.bytes()).as_bytes() == section.hash {
            Ok((section.kind, section.bytes.clone()))
        } else {
            Err(DAMAGED.to_owned())
        }
    })?;
    if matches!(look, Look::Everything | Look::Numbers) {
        validate_networks(&parts)?;
    }
    let placements = placements.ok_or("it does not say where places lie")?;
    Study::placed(parts, placements).map_err(|error| error.to_string())
}

/// Finds the sections of a bundle by its table, which has to account for every byte.
fn sections(shared: &SharedBytes, look: Look) -> Result<Vec<Found>, String> {
    let bytes = shared.bytes();
    let short = "it is too short to be a bundle";
    let (header, rest) = bytes.split_at_checked(HEADER).ok_or(short)?;
    let (magic, header) = header.split_at(8);
    let (version, header) = header.split_at(4);
    let (count, hash) = header.split_at(4);
    if magic != MAGIC {
        return Err("it is not a bundle".to_owned());
    }
    if version == VERSION.swap_bytes().to_ne_bytes() {
        return Err("it was built on a machine of another byte order".to_owned());
    }
    if version != VERSION.to_ne_bytes() {
        return Err("it was built by another version of this program".to_owned());
    }
    let count = count.try_into().map_or(0, u32::from_le_bytes) as usize;
    let (table, _) = count
        .checked_mul(ENTRY)
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(DAMAGED)?;
    let is_checked = matches!(look, Look::Everything | Look::AllButStreets);
    if is_checked && blake3::hash(table).as_bytes() != hash {
        return Err(DAMAGED.to_owned());
    }
    let mut end = HEADER + table.len();
    let mut sections = Vec::new();
    for entry in table.chunks_exact(ENTRY) {
        let (kind, entry) = entry.split_at(4);
        let (length, hash) = entry.split_at(8);
        let kind = kind.try_into().map_or(0, u32::from_le_bytes);
        let length = length.try_into().map_or(0, u64::from_le_bytes);
        let start = end + padding(end);
        let section = usize::try_from(length)
            .ok()
            .and_then(|length| shared.part(start..start.checked_add(length)?))
            .filter(|_| bytes[end..start].iter().all(|byte| *byte == 0))
            .ok_or(DAMAGED)?;
        end = start + section.bytes().len();
        sections.push(Found {
            kind: Kind::of(kind).ok_or(DAMAGED)?,
            bytes: section,
            hash: hash.try_into().map_err(|_| DAMAGED)?,
        });
    }
    if end == bytes.len() {
        Ok(sections)
    } else {
        Err(DAMAGED.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use catchment_travel::SharedBytes;

    use super::{Look, VERSION};

    fn refused(bytes: &[u8]) -> String {
        let bytes = SharedBytes::new(bytes.to_vec());
        super::decode(&bytes, Look::AllButStreets).unwrap_err()
    }

    #[test]
    fn what_is_no_bundle_is_refused_with_a_reason() {
        assert!(refused(b"").contains("too short"));
        assert!(refused(&[b'x'; 100]).contains("not a bundle"));
        let mut other = b"CATCHMNT".to_vec();
        other.extend([9; 90]);
        assert!(refused(&other).contains("another version"));
        other[8..12].copy_from_slice(&VERSION.swap_bytes().to_ne_bytes());
        assert!(refused(&other).contains("byte order"));
    }
}
