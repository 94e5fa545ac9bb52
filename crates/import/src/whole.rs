//! Files that are there whole or not at all.
//!
//! A file is written under a temporary name and takes its own by one rename. Where writing fails, the temporary file goes. Where the
//! process is asked to end, [`abandon`] takes away what is half written and lets nothing more be written; where it is killed, the next
//! build removes what is left (`records`), and for other files [`clear_leftovers`] does. It does not say which files belong together.

use std::collections::BTreeSet;
use std::fs::{self, File};
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

/// Removes what processes that were killed have left half written in a folder under names that begin so. What is still being written
/// is locked by its writer, and stays.
pub fn clear_leftovers(folder: &Path, prefix: &str) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name.starts_with(prefix) && name.ends_with(TEMPORARY);
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if ours && is_file && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            // What cannot be removed now is tried again the next time.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A file that is being written. Dropped before it is finished, it goes.
pub struct HalfWritten {
    file: Option<NamedTempFile>,
}

impl HalfWritten {
    /// Starts a file in a folder, readable by its owner alone. Its name begins with `prefix` until it is finished.
    pub fn start(folder: &Path, prefix: &str) -> io::Result<Self> {
        Self::start_as(folder, tempfile::Builder::new().prefix(prefix))
    }

    /// Starts a file in a folder, readable by whom the system lets read a new file.
    pub fn start_for_all(folder: &Path, prefix: &str) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Self::start_as(folder, builder.prefix(prefix))
    }

    fn start_as(folder: &Path, builder: &mut tempfile::Builder<'_, '_>) -> io::Result<Self> {
        let mut files = half_written();
        let file = builder.suffix(TEMPORARY).tempfile_in(folder)?;
        // Where the file system knows no locks, a leftover cannot be told from this and is never removed.
        let _ = file.as_file().try_lock();
        files.insert(file.path().to_owned());
        Ok(Self { file: Some(file) })
    }

    /// Returns another handle of the open file, to be written through.
    pub fn handle(&self) -> io::Result<File> {
        let file = self.file.as_ref().map(NamedTempFile::as_file);
        file.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?
            .try_clone()
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file
            .as_mut()
            .map_or(Ok(()), |file| file.write_all(bytes))
    }

    /// Waits until the disk has what was written.
    pub fn sync(&self) -> io::Result<()> {
        self.file
            .as_ref()
            .map_or(Ok(()), |file| file.as_file().sync_all())
    }

    /// Gives the file its name, in place of one that may be there.
    pub fn finish(self, path: &Path) -> io::Result<()> {
        self.named(|file| file.persist(path))
    }

    /// Gives the file its name, unless there is one of that name.
    pub fn finish_new(self, path: &Path) -> io::Result<()> {
        self.named(|file| file.persist_noclobber(path))
    }

    fn named(
        mut self,
        persist: impl FnOnce(NamedTempFile) -> Result<File, tempfile::PersistError>,
    ) -> io::Result<()> {
        let mut files = half_written();
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        files.remove(file.path());
        persist(file).map_err(|failed| failed.error)?;
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
