//! Files that are there whole or not at all.
//!
//! A file is written under a temporary name and takes its own by one rename. Where writing fails, the temporary file goes. Where the
//! process is asked to end, [`abandon`] takes away what is half written and lets nothing more be written; where it is killed, the next
//! build removes what is left (`records`). It does not say which files belong together.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// How the names of all temporary files end.
pub(crate) const TEMPORARY: &str = ".tmp";

/// The temporary files of this process. Whoever holds the lock alone makes, renames or removes one.
static HALF_WRITTEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn half_written() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    HALF_WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what this process has half written, and lets it write nothing more: call it last, before the process ends.
pub fn abandon() {
    let files = half_written();
    for file in files.iter() {
        // Where it cannot be removed, the next build does it.
        let _ = std::fs::remove_file(file);
    }
    // Held for good, so that a build that still runs in another thread neither makes nor renames a file any more.
    std::mem::forget(files);
}

/// A file that is being written.
pub(crate) struct HalfWritten {
    file: Option<NamedTempFile>,
}

impl HalfWritten {
    /// Starts a file in a folder, readable by its owner alone.
    pub(crate) fn start(folder: &Path, prefix: &str) -> io::Result<Self> {
        let mut files = half_written();
        let file = tempfile::Builder::new()
            .prefix(prefix)
            .suffix(TEMPORARY)
            .tempfile_in(folder)?;
        files.insert(file.path().to_owned());
        Ok(Self { file: Some(file) })
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file
            .as_mut()
            .map_or(Ok(()), |file| file.write_all(bytes))
    }

    /// Waits until the disk has what was written.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file
            .as_ref()
            .map_or(Ok(()), |file| file.as_file().sync_all())
    }

    /// Gives the file its name, in place of one that may be there.
    pub(crate) fn finish(mut self, path: &Path) -> io::Result<()> {
        let mut files = half_written();
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        files.remove(file.path());
        file.persist(path).map_err(|failed| failed.error)?;
        Ok(())
    }
}

impl Drop for HalfWritten {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut files = half_written();
            files.remove(file.path());
            drop(file);
        }
    }
}

/// Waits until the disk has the names of a folder's files, so that a rename outlives a power cut.
pub(crate) fn sync_names(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and the system does it by itself.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
