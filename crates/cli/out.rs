//! Where a verb writes its answer: standard output, or a file that is there whole or not at all.
//!
//! A file is written under a temporary name beside its own and takes its own by one rename. What fails, Ctrl-C (where the verb keeps an
//! [`Interruptible`](crate::console::Interruptible)) and a reader who goes away leave nothing half written; what a process that was killed
//! left is removed the next time a file of that name is written. A file that takes another's place can be read by whoever could read
//! that. What went to standard output cannot be taken back; that it lacks its end is said (`console`). It does not write files that only the data's owner may see: those are `owner`'s.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use catchment_import::{HalfWritten, clear_leftovers};
use clap::Args;

use crate::console::{half_shown, say};

/// How much is gathered before it is written; bytes.
const ROOM: usize = 1 << 18;

/// Where to write.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Target {
    /// Write into this file instead of to standard output; it appears when it is whole
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Let the file take the place of one that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// What is being written.
pub(crate) struct Out {
    to: To,
}

enum To {
    Standard(BufWriter<Begun<io::StdoutLock<'static>>>),
    /// A device or a pipe with a name, which nothing can take the place of.
    Device(BufWriter<Begun<File>>),
    File {
        half: HalfWritten,
        into: BufWriter<File>,
        path: PathBuf,
        overwrite: bool,
    },
}

/// What can never be taken back; notes that it was begun.
struct Begun<W>(W);

impl<W: Write> Write for Begun<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        half_shown(true);
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Out {
    /// Begins to write. Call it before the work starts, so that what cannot be written is said at once.
    ///
    /// # Errors
    /// Where the file is there and may not be overwritten, is a folder, or its folder cannot be written to.
    pub(crate) fn start(target: &Target) -> anyhow::Result<Self> {
        let to = match target.output.as_deref().filter(|path| *path != "-") {
            None => To::Standard(BufWriter::with_capacity(ROOM, Begun(io::stdout().lock()))),
            Some(path) => Self::file(path, target.overwrite)?,
        };
        Ok(Self { to })
    }

    fn file(path: &Path, overwrite: bool) -> anyhow::Result<To> {
        let cannot = || format!("cannot write {}", path.display());
        let there = fs::metadata(path).ok();
        if there.as_ref().is_some_and(fs::Metadata::is_dir) {
            bail!("{} is a folder; name a file in it", path.display());
        }
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            let file = File::options()
                .write(true)
                .open(path)
                .with_context(cannot)?;
            return Ok(To::Device(BufWriter::with_capacity(ROOM, Begun(file))));
        }
        if there.is_some() && !overwrite {
            bail!(
                "{} is there already; choose another name, or say --overwrite",
                path.display()
            );
        }
        // Through a link, so that it is the file and not the link that is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (folder, prefix) = beside(&path)?;
        clear_leftovers(folder, &prefix);
        let half = match there {
            Some(_) => HalfWritten::start(folder, &prefix),
            None => HalfWritten::start_for_all(folder, &prefix),
        };
        let half = half.with_context(cannot)?;
        let file = half.handle().with_context(cannot)?;
        if let Some(old) = there {
            keep_permissions(&old, &file);
        }
        let into = BufWriter::with_capacity(ROOM, file);
        Ok(To::File {
            half,
            into,
            path,
            overwrite,
        })
    }

    /// Ends what was written: only now the file has its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        match self.to {
            To::Standard(mut out) => {
                out.flush()?;
                half_shown(false);
            }
            To::Device(mut out) => {
                out.flush()?;
                half_shown(false);
            }
            To::File {
                half,
                mut into,
                path,
                overwrite,
            } => {
                let end = into.flush().and_then(|()| half.sync());
                let named = end.and_then(|()| {
                    if overwrite {
                        half.finish(&path)
                    } else {
                        half.finish_new(&path)
                    }
                });
                named.with_context(|| format!("cannot write {}", path.display()))?;
                say!("wrote {}", path.display())?;
            }
        }
        Ok(())
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Standard(out) => out.write(bytes),
            To::Device(out) => out.write(bytes),
            To::File { into: out, .. } => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Standard(out) => out.flush(),
            To::Device(out) => out.flush(),
            To::File { into: out, .. } => out.flush(),
        }
    }
}

/// Lets a file be read and written by whoever may read and write the one whose place it takes.
#[cfg(unix)]
fn keep_permissions(old: &fs::Metadata, file: &File) {
    use std::os::unix::fs::PermissionsExt;
    let mode = old.permissions().mode() & 0o777;
    // A file system that refuses has no permissions that could be kept.
    let _ = file.set_permissions(fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn keep_permissions(_old: &fs::Metadata, _file: &File) {}

/// Returns the folder of a file that is to be written, and how its temporary name begins.
pub(crate) fn beside(path: &Path) -> anyhow::Result<(&Path, String)> {
    let name = path
        .file_name()
        .with_context(|| format!("{} names no file", path.display()))?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        bail!(
            "cannot write {}: there is no folder {}; make it first, or choose another",
            path.display(),
            folder.display()
        );
    }
    let ours = fs::canonicalize(folder)
        .is_ok_and(|folder| folder.ends_with(catchment_import::PRIVATE_FOLDER));
    if ours || name == catchment_import::BUNDLE_FILE || name == catchment_import::STUDY_FILE {
        bail!(
            "{} belongs to a study; choose another name or folder",
            path.display()
        );
    }
    Ok((folder, format!(".{}.", name.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::Path;

    use super::{Out, Target};

    fn target(path: &Path, overwrite: bool) -> Target {
        Target {
            output: Some(path.to_owned()),
            overwrite,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut out = Out::start(&target(&path, false)).unwrap();
        out.write_all(b"half").unwrap();
        out.flush().unwrap();
        assert!(!path.exists());
        drop(out);
        assert_eq!(names(folder.path()), [""; 0]);

        let mut out = Out::start(&target(&path, false)).unwrap();
        out.write_all(b"whole").unwrap();
        out.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn a_file_that_is_there_stays_unless_it_may_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "old").unwrap();
        let error = Out::start(&target(&path, false)).err().unwrap();
        assert!(error.to_string().contains("--overwrite"), "{error}");
        let mut out = Out::start(&target(&path, true)).unwrap();
        out.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        out.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        // One that came while this was being written is not lost either.
        fs::remove_file(&path).unwrap();
        let out = Out::start(&target(&path, false)).unwrap();
        fs::write(&path, "another's").unwrap();
        assert!(out.finish().is_err());
        assert_eq!(fs::read(&path).unwrap(), b"another's");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_takes_the_place_of_another_is_as_readable_as_that_was() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for before in [0o666, 0o664, 0o640, 0o600] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
            let mut out = Out::start(&target(&path, true)).unwrap();
            // Not more readable either while it is being written.
            let entries = fs::read_dir(folder.path()).unwrap();
            entries.for_each(|entry| assert_eq!(mode(&entry.unwrap().path()), before));
            out.write_all(b"new").unwrap();
            out.finish().unwrap();
            assert_eq!(
                (mode(&path), fs::read(&path).unwrap()),
                (before, b"new".to_vec())
            );
        }
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(folder.path().join(".a.csv.x1y2z3.tmp"), "left").unwrap();
        fs::write(folder.path().join("a.csv.tmp"), "somebody's own").unwrap();
        let one = Out::start(&target(&path, false)).unwrap();
        assert_eq!(names(folder.path()).len(), 2);
        let other = Out::start(&target(&path, false)).unwrap();
        assert_eq!(names(folder.path()).len(), 3);
        one.finish().unwrap();
        drop(other);
        assert_eq!(names(folder.path()), ["a.csv", "a.csv.tmp"]);
    }

    #[test]
    fn a_folder_and_a_folder_that_is_not_there_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("no/a.csv")] {
            assert!(Out::start(&target(&path, true)).is_err());
        }
    }
}
