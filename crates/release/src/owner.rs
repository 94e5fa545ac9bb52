//! The sealed mark of what only the data's owner may see: one row a person.
//!
//! Everything that leaves the house for others passes [`release`](crate::release). A council also needs, for itself, what can never pass
//! it: how far each person is from each site. That is an [`OwnerFile`], and the one way out of it is [`OwnerFile::write_into`], which
//! writes nothing unless
//!
//! - what it writes into is an open, empty, ordinary file that nobody but its owner may read or write, and looks so itself;
//! - the use was logged first, in a file that is as private: when, who, which verb, which profile, about how many people and why. No
//!   person, no place and no name of a file is in the log.
//!
//! It takes an open [`File`] and nothing else, so that an answer to a request, a terminal, a text in memory or an encoder of published
//! layers cannot be given to it: that does not compile, and neither does showing, copying or serialising what is sealed. Where Unix
//! permissions do not exist it can only see that the file is an ordinary, empty one; whoever calls it says so to the person.
//!
//! It deliberately knows no clock, no user, no folder and no name of a file: the command line chooses and opens the files.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use thiserror::Error;

/// Something of one row a person that can write itself down.
///
/// Whoever makes one keeps its parts private, so that it is of no use but to be sealed and written.
pub trait OwnerTable {
    /// Writes everything, header first.
    ///
    /// # Errors
    /// Where it cannot be written; then nothing of it is kept.
    fn write(self, out: &mut dyn Write) -> io::Result<()>;
}

/// What only the data's owner may see.
///
/// It has no `Serialize`, no `Debug`, no `Display`, no `Clone` and no way to look inside. What is not published cannot be encoded or
/// served:
///
/// ```compile_fail,E0308
/// use catchment_core::findings::{Figure, Findings};
/// use catchment_release::{OwnerFile, OwnerTable, Published};
///
/// fn encode(_published: &Published<Findings<Figure>>) {}
///
/// fn answer<T: OwnerTable>(file: &OwnerFile<T>, published: &Published<Findings<Figure>>) {
///     encode(file);
/// }
/// ```
///
/// One line differs in this, which compiles:
///
/// ```
/// use catchment_core::findings::{Figure, Findings};
/// use catchment_release::{OwnerFile, OwnerTable, Published};
///
/// fn encode(_published: &Published<Findings<Figure>>) {}
///
/// fn answer<T: OwnerTable>(file: &OwnerFile<T>, published: &Published<Findings<Figure>>) {
///     encode(published);
/// }
/// ```
///
/// It cannot be written into memory or to standard output, but into a [`File`] only:
///
/// ```compile_fail,E0308
/// use catchment_release::{OwnerFile, OwnerTable, OwnerUse};
/// use std::fs::File;
///
/// fn body<T: OwnerTable>(file: OwnerFile<T>, log: &File, used: &OwnerUse<'_>) {
///     let into: Vec<u8> = Vec::new();
///     let written = file.write_into(&into, log, used);
/// }
/// ```
///
/// ```compile_fail,E0308
/// use catchment_release::{OwnerFile, OwnerTable, OwnerUse};
/// use std::fs::File;
///
/// fn show<T: OwnerTable>(file: OwnerFile<T>, log: &File, used: &OwnerUse<'_>) {
///     let into = std::io::stdout();
///     let written = file.write_into(&into, log, used);
/// }
/// ```
///
/// One line differs in this, which compiles:
///
/// ```
/// use catchment_release::{OwnerFile, OwnerTable, OwnerUse};
/// use std::fs::File;
///
/// fn keep<T: OwnerTable>(file: OwnerFile<T>, log: &File, used: &OwnerUse<'_>, into: File) {
///     let written = file.write_into(&into, log, used);
/// }
/// ```
///
/// It cannot be serialised, shown, copied or opened by its fields:
///
/// ```compile_fail,E0277
/// use catchment_release::{OwnerFile, OwnerTable};
///
/// fn text<T: OwnerTable>(file: &OwnerFile<T>) -> usize {
///     let text = serde_json::to_string(file);
///     1
/// }
/// ```
///
/// ```compile_fail,E0277
/// use catchment_release::{OwnerFile, OwnerTable};
///
/// fn text<T: OwnerTable>(file: &OwnerFile<T>) -> usize {
///     let text = format!("{file:?}");
///     1
/// }
/// ```
///
/// ```compile_fail,E0277
/// use catchment_release::{OwnerFile, OwnerTable};
///
/// fn text<T: OwnerTable>(file: &OwnerFile<T>) -> usize {
///     let text = format!("{file}");
///     1
/// }
/// ```
///
/// ```compile_fail,E0599
/// use catchment_release::{OwnerFile, OwnerTable};
///
/// fn text<T: OwnerTable>(file: OwnerFile<T>) -> usize {
///     let text = file.clone();
///     1
/// }
/// ```
///
/// ```compile_fail,E0616
/// use catchment_release::{OwnerFile, OwnerTable};
///
/// fn text<T: OwnerTable>(file: OwnerFile<T>) -> usize {
///     let text = file.table;
///     1
/// }
/// ```
///
/// One line differs in this, which compiles:
///
/// ```
/// use catchment_release::{OwnerFile, OwnerTable};
///
/// fn text<T: OwnerTable>(file: OwnerFile<T>) -> usize {
///     let text = file.people();
///     1
/// }
/// ```
pub struct OwnerFile<T> {
    table: T,
    people: usize,
    why: &'static str,
}

/// Seals something of one row a person for the data's owner alone.
///
/// `people` is of how many people it is; only their number, rounded, is told. `why` says what it is needed for, in words of the program
/// and not of any file: it is logged.
#[must_use]
pub fn for_the_owner<T: OwnerTable>(table: T, people: usize, why: &'static str) -> OwnerFile<T> {
    OwnerFile { table, people, why }
}

/// Who uses an owner's file, and for what; for the log.
#[derive(Clone, Copy, Debug)]
pub struct OwnerUse<'a> {
    /// When, as the log writes it.
    pub at: &'a str,
    /// The name that the system knows the person at the machine by.
    pub who: &'a str,
    /// What was asked, such as `matrix`.
    pub verb: &'a str,
    /// The travel profile.
    pub profile: &'a str,
}

/// Why an owner's file was not written.
#[derive(Debug, Error)]
pub enum OwnerError {
    /// What it should have gone into is no file of its owner alone.
    #[error("{what} is not {wanted}, so nothing was written into it")]
    NotPrivate {
        /// Which file it is.
        what: &'static str,
        /// What it would have to be.
        wanted: &'static str,
    },
    /// The use could not be logged.
    #[error("each use of an owner's file is logged, and the log cannot be written")]
    Log(#[source] io::Error),
    /// The file could not be written.
    #[error("the owner's file cannot be written")]
    Write(#[source] io::Error),
}

impl<T: OwnerTable> OwnerFile<T> {
    /// Returns about how many people it is of: rounded to ten, and nothing for fewer than that.
    #[must_use]
    pub fn people(&self) -> Option<usize> {
        let rounded = (self.people + 5) / 10 * 10;
        (rounded >= 10).then_some(rounded)
    }

    /// Logs the use and then writes everything into a file, where both files are of their owner alone.
    ///
    /// # Errors
    /// Where one of the two may be read by others or is no ordinary file, where the first is not empty, and where writing fails.
    pub fn write_into(
        self,
        file: &File,
        mut log: &File,
        used: &OwnerUse<'_>,
    ) -> Result<(), OwnerError> {
        private(file, "the owner's file", true)?;
        private(log, "the log of owner's files", false)?;
        let line = self.line(used);
        let logged = log.write_all(line.as_bytes()).and_then(|()| log.sync_all());
        logged.map_err(OwnerError::Log)?;
        let mut out = BufWriter::with_capacity(1 << 18, file);
        self.table
            .write(&mut out)
            .and_then(|()| out.flush())
            .map_err(OwnerError::Write)
    }

    /// Returns the line of the log.
    fn line(&self, used: &OwnerUse<'_>) -> String {
        let few = if self.people == 0 {
            "nobody known"
        } else {
            "fewer than 10 people"
        };
        let people = self
            .people()
            .map_or_else(|| few.to_owned(), |people| format!("about {people} people"));
        let parts = [
            used.at,
            used.who,
            used.verb,
            used.profile,
            &people,
            self.why,
        ];
        let parts = parts.map(|part| part.replace(char::is_control, " "));
        parts.join("\t") + "\n"
    }
}

/// Says that a file is not an ordinary one of its owner alone.
fn private(file: &File, what: &'static str, empty: bool) -> Result<(), OwnerError> {
    let wanted = if empty {
        "an ordinary empty file that its owner alone may read and write"
    } else {
        "an ordinary file that its owner alone may read and write"
    };
    let refused = OwnerError::NotPrivate { what, wanted };
    let Ok(about) = file.metadata() else {
        return Err(refused);
    };
    let ordinary = about.is_file() && (!empty || about.len() == 0);
    #[cfg(unix)]
    let ordinary = {
        use std::os::unix::fs::MetadataExt;
        let others = about.mode() & 0o077;
        // A second name may stand in a folder that others look into.
        ordinary && others == 0 && about.nlink() <= 1
    };
    if ordinary { Ok(()) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::{self, Write};
    use std::path::Path;

    use super::{OwnerError, OwnerTable, OwnerUse, for_the_owner};

    struct Rows(&'static str);

    impl OwnerTable for Rows {
        fn write(self, out: &mut dyn Write) -> io::Result<()> {
            out.write_all(self.0.as_bytes())
        }
    }

    const USED: OwnerUse<'_> = OwnerUse {
        at: "2023-03-06T09:00:00Z",
        who: "ann\tlee\n",
        verb: "matrix",
        profile: "drive",
    };

    fn opened(folder: &Path, name: &str, mode: u32) -> File {
        let mut options = File::options();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        options.open(folder.join(name)).unwrap()
    }

    #[test]
    fn the_use_is_logged_and_then_everything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, log) = (
            opened(folder.path(), "a", 0o600),
            opened(folder.path(), "log", 0o600),
        );
        let sealed = for_the_owner(Rows("user_id,km\nP0001,1.2\n"), 234, "homes were asked for");
        sealed.write_into(&file, &log, &USED).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("a"), "user_id,km\nP0001,1.2\n");
        let line = "2023-03-06T09:00:00Z\tann lee \tmatrix\tdrive\tabout 230 people\thomes were asked for\n";
        assert_eq!(read("log"), line);

        let file = opened(folder.path(), "b", 0o600);
        for_the_owner(Rows(""), 4, "")
            .write_into(&file, &log, &USED)
            .unwrap();
        assert!(read("log").ends_with("\tdrive\tfewer than 10 people\t\n"));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_into_a_file_that_others_may_see() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let log = opened(at, "log", 0o600);
        let full = opened(at, "full", 0o600);
        (&full).write_all(b"something").unwrap();
        let linked = opened(at, "linked", 0o600);
        fs::hard_link(at.join("linked"), at.join("other_name")).unwrap();
        let device = File::options().write(true).open("/dev/null").unwrap();
        let for_group = opened(at, "group", 0o640);
        for file in [&for_group, &full, &linked, &device] {
            let refused = for_the_owner(Rows("P0001"), 1, "").write_into(file, &log, &USED);
            assert!(matches!(refused, Err(OwnerError::NotPrivate { .. })));
        }
        assert_eq!(log.metadata().unwrap().len(), 0);
        let open_log = opened(at, "open_log", 0o644);
        let file = opened(at, "private", 0o600);
        let refused = for_the_owner(Rows("P0001"), 1, "").write_into(&file, &open_log, &USED);
        assert!(matches!(refused, Err(OwnerError::NotPrivate { .. })));
        // A log that cannot be appended to: then there is no file either.
        let shut = File::open(at.join("log")).unwrap();
        let refused = for_the_owner(Rows("P0001"), 1, "").write_into(&file, &shut, &USED);
        assert!(matches!(refused, Err(OwnerError::Log(_))));
        assert_eq!(file.metadata().unwrap().len(), 0);
    }
}
