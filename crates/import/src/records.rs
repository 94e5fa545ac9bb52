//! What import steps gave, kept beside the bundle for the next build.
//!
//! A record is one file in `.catchment`, named by the step's key: eight bytes of magic, the key, the lengths and BLAKE3 hashes of its two
//! parts, then what was found (issues, counts) and the value as the bundle has it. Records may hold homes, so only the owner can read
//! them. A record that is damaged, cut short or of another step is as good as none, so nothing breaks where one, or all of them, are
//! deleted. The folder also has the lock that keeps two builds apart. Which step needs which record is the business of `steps`.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use catchment_core::issue::Issue;
use catchment_travel::SharedBytes;
use serde::{Deserialize, Serialize};

use crate::report::FileCounts;
use crate::whole::{HalfWritten, TEMPORARY};

/// The folder of records within a study's folder.
pub const FOLDER: &str = ".catchment";

/// Returns the folder within a study's folder that its owner alone can look into, and makes it where it is not there.
pub fn private_folder(study: &Path) -> io::Result<PathBuf> {
    let records = Records::of_study(study);
    records.make_folder()?;
    Ok(records.folder)
}

const LOCK: &str = "lock";
const RECORD: &str = "step";
const MAGIC: &[u8; 8] = b"CATCHSTP";
const HEADER: usize = 8 + 32 + 8 + 8 + 32 + 32;

/// What a step is known by: a hash of everything that can change what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// Hashes parts so that no two lists of parts look alike.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// Returns its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An encoded value and its hash.
#[derive(Debug)]
pub(crate) struct Encoded {
    bytes: Vec<u8>,
    start: usize,
    hash: [u8; 32],
}

/// Encoded bytes that several hold.
struct Held(Arc<Encoded>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl Encoded {
    /// Takes bytes as they were encoded just now.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let hash = *blake3::hash(&bytes).as_bytes();
        Self {
            bytes,
            start: 0,
            hash,
        }
    }

    /// Returns the bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Returns the bytes together with what keeps them.
    pub(crate) fn shared(self: &Arc<Self>) -> SharedBytes {
        SharedBytes::new(Held(Arc::clone(self)))
    }

    /// Returns their BLAKE3 hash.
    pub(crate) fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

/// What a step found besides its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Found {
    /// Everything wrong with the file.
    pub(crate) issues: Vec<Issue>,
    /// Its rows, where it has any.
    pub(crate) counts: Option<FileCounts>,
    /// Facts about the roads, a line each.
    pub(crate) roads: Vec<String>,
}

/// What a step gave.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) key: Key,
    pub(crate) found: Found,
    pub(crate) value: Arc<Encoded>,
}

/// The records of one study.
#[derive(Debug)]
pub(crate) struct Records {
    folder: PathBuf,
}

impl Records {
    /// Names the records of a study; nothing is read or made yet.
    pub(crate) fn of_study(study: &Path) -> Self {
        Self {
            folder: study.join(FOLDER),
        }
    }

    fn path(&self, key: &Key) -> PathBuf {
        let name = blake3::Hash::from_bytes(key.0).to_hex();
        self.folder.join(name.as_str()).with_extension(RECORD)
    }

    /// Returns the record of a step, if there is one and it is whole.
    pub(crate) fn load(&self, key: &Key) -> Option<Record> {
        let mut file = File::open(self.path(key)).ok()?;
        let mut header = [0u8; HEADER];
        file.read_exact(&mut header).ok()?;
        let mut parts = header.as_slice();
        let mut next = |length: usize| {
            let (part, rest) = parts.split_at_checked(length)?;
            parts = rest;
            Some(part)
        };
        if next(8)? != MAGIC || next(32)? != key.0 {
            return None;
        }
        let found_length = u64::from_le_bytes(next(8)?.try_into().ok()?);
        let value_length = u64::from_le_bytes(next(8)?.try_into().ok()?);
        let found_hash: [u8; 32] = next(32)?.try_into().ok()?;
        let value_hash: [u8; 32] = next(32)?.try_into().ok()?;
        let whole = (HEADER as u64)
            .checked_add(found_length)?
            .checked_add(value_length)?;
        if file.metadata().ok()?.len() != whole {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(whole).ok()?);
        file.read_to_end(&mut bytes).ok()?;
        let start = usize::try_from(found_length).ok()?;
        let (found, value) = bytes.split_at_checked(start)?;
        if *blake3::hash(found).as_bytes() != found_hash
            || *blake3::hash(value).as_bytes() != value_hash
        {
            return None;
        }
        let found = postcard::from_bytes(found).ok()?;
        Some(Record {
            key: *key,
            found,
            value: Arc::new(Encoded {
                bytes,
                start,
                hash: value_hash,
            }),
        })
    }

    /// Keeps a record.
    pub(crate) fn save(&self, record: &Record) -> io::Result<()> {
        let found = postcard::to_stdvec(&record.found).map_err(io::Error::other)?;
        let value = record.value.bytes();
        let mut file = HalfWritten::start(&self.folder, "")?;
        file.write(MAGIC)?;
        file.write(&record.key.0)?;
        file.write(&(found.len() as u64).to_le_bytes())?;
        file.write(&(value.len() as u64).to_le_bytes())?;
        file.write(blake3::hash(&found).as_bytes())?;
        file.write(record.value.hash())?;
        file.write(&found)?;
        file.write(value)?;
        // Not synced: a record that a power cut spoils is seen to be spoilt.
        file.finish(&self.path(&record.key))
    }

    /// Removes every record that is not among those in use.
    pub(crate) fn prune(&self, used: &BTreeSet<Key>) {
        let used: BTreeSet<PathBuf> = used.iter().map(|key| self.path(key)).collect();
        for path in files(&self.folder) {
            if path.extension().is_some_and(|end| end == RECORD) && !used.contains(&path) {
                // What cannot be removed now is tried again by the next build.
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Waits until no other build of the study runs, and keeps others waiting while the returned file is open.
    ///
    /// `waiting` is called once, before it waits. The system lets go of the lock when its process ends, however it ends.
    pub(crate) fn lock(&self, waiting: &mut dyn FnMut()) -> io::Result<File> {
        let path = self.folder.join(LOCK);
        loop {
            self.make_folder()?;
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    waiting();
                    file.lock()?;
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Whoever deletes the folder deletes the lock; only the one that is still there keeps others away.
            if is_at(&file, &path) {
                return Ok(file);
            }
        }
    }

    fn make_folder(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.folder) {
            Ok(there) if there.is_dir() => {}
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "it is there and is not a folder",
                ));
            }
            Err(_) => fs::create_dir(&self.folder).or_else(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => Ok(()),
                _ => Err(error),
            })?,
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mut permissions = fs::metadata(&self.folder)?.permissions();
            if permissions.mode() & 0o777 != 0o700 {
                permissions.set_mode(0o700);
                fs::set_permissions(&self.folder, permissions)?;
            }
        }
        Ok(())
    }

    /// Removes temporary files that builds which were killed left in the study's folder and here. Needs the lock.
    pub(crate) fn clear_leftovers(&self, study: &Path, prefix: &str) {
        let ours = |path: &PathBuf, prefix: &str| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(prefix) && name.ends_with(TEMPORARY)
        };
        let left = files(study)
            .into_iter()
            .filter(|path| ours(path, prefix))
            .chain(
                files(&self.folder)
                    .into_iter()
                    .filter(|path| ours(path, "")),
            );
        for path in left {
            // What cannot be removed now is tried again by the next build.
            let _ = fs::remove_file(path);
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Says whether an open file is the one that has this name.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = |data: &fs::Metadata| (data.dev(), data.ino());
        let named = fs::metadata(path).as_ref().map(number).ok();
        named.is_some() && named == file.metadata().as_ref().map(number).ok()
    }
    // Elsewhere an open file cannot be deleted.
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::sync::Arc;

    use super::{Encoded, Found, Key, Record, Records};

    fn record(key: &[u8]) -> Record {
        Record {
            key: Key::of([key]),
            found: Found {
                roads: vec!["a line".to_owned()],
                ..Found::default()
            },
            value: Arc::new(Encoded::new(b"the value".to_vec())),
        }
    }

    #[test]
    fn a_record_that_is_damaged_cut_or_of_another_step_is_as_good_as_none() {
        let study = tempfile::tempdir().unwrap();
        let records = Records::of_study(study.path());
        drop(records.lock(&mut || ()).unwrap());
        let kept = record(b"one");
        records.save(&kept).unwrap();
        let read = records.load(&kept.key).unwrap();
        assert_eq!(read.found, kept.found);
        assert_eq!(read.value.bytes(), b"the value");

        let path = records.path(&kept.key);
        let sound = fs::read(&path).unwrap();
        for place in 0..sound.len() {
            let mut bytes = sound.clone();
            bytes[place] ^= 1;
            fs::write(&path, &bytes).unwrap();
            assert!(records.load(&kept.key).is_none(), "byte {place}");
            fs::write(&path, &sound[..place]).unwrap();
            assert!(records.load(&kept.key).is_none(), "cut at {place}");
        }
        fs::write(&path, [sound.as_slice(), b"more"].concat()).unwrap();
        assert!(records.load(&kept.key).is_none());
        let other = record(b"other");
        fs::write(records.path(&other.key), &sound).unwrap();
        assert!(records.load(&other.key).is_none());
        fs::write(&path, &sound).unwrap();
        assert!(records.load(&kept.key).is_some());

        records.prune(&BTreeSet::from([kept.key]));
        assert!(path.exists() && !records.path(&other.key).exists());
    }

    #[test]
    fn parts_of_a_key_do_not_run_into_each_other() {
        let key = |parts: &[&str]| Key::of(parts.iter().map(|part| part.as_bytes()));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["a"]), key(&["a", ""]));
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
    }
}
