//! What an input file was before it was read, to know it again and to see whether it changed meanwhile.
//!
//! Of what is in a file it knows only how it begins.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::postcodes::csv_files;
use crate::spatial::companions;

/// How many bytes tell what a file is.
pub(crate) const START: u64 = 8192;

/// Returns the first bytes of a file.
pub(crate) fn start(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(START).read_to_end(&mut start)?;
    Ok(start)
}

/// Returns the first letter of a text that begins with these bytes, past a byte order mark and blanks.
pub(crate) fn first_letter(start: &[u8]) -> Option<char> {
    // Of a text in UTF-16 one byte of two is 0, and its mark is no UTF-8; both are skipped.
    let start = start
        .strip_prefix(b"\xff\xfe")
        .or_else(|| start.strip_prefix(b"\xfe\xff"))
        .unwrap_or(start);
    let text = String::from_utf8_lossy(start);
    let mut letters = text.chars();
    letters.find(|letter| !letter.is_whitespace() && !matches!(letter, '\u{feff}' | '\0'))
}

/// Says whether a file that begins with these bytes is JSON.
pub(crate) fn is_json(start: &[u8]) -> bool {
    matches!(first_letter(start), Some('{' | '['))
}

/// A file as it was before it was read.
#[derive(Clone)]
pub(crate) struct Before {
    /// A hash of its bytes; of one that is made of several files, of the names and contents of all.
    pub(crate) hash: [u8; 32],
    looks: Vec<Looks>,
    at: SystemTime,
}

/// What shows that a file has been written to.
#[derive(Clone, PartialEq)]
struct Looks {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    changed: (u64, i64, i64),
}

impl Looks {
    fn of(path: PathBuf, data: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            path,
            length: data.len(),
            modified: data.modified().ok(),
            #[cfg(unix)]
            changed: (data.ino(), data.ctime(), data.ctime_nsec()),
        }
    }
}

/// Lists the files that an input is made of: the file; the parts of a Shapefile; a database and what is not yet put into it; of a
/// folder of postcodes, those in it.
fn files_of(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_dir() {
        return csv_files(path);
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = Some(PathBuf::from(log)).filter(|log| log.is_file());
    let others = companions(path).into_iter().chain(log);
    Ok([path.to_owned()].into_iter().chain(others).collect())
}

/// Hashes a file; of one that is made of several, the names and contents of all.
fn hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    let files = files_of(path)?;
    for file in &files {
        if files.len() > 1 || path.is_dir() {
            hasher.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        }
        hasher.update_reader(File::open(file)?)?;
    }
    Ok(*hasher.finalize().as_bytes())
}

impl Before {
    fn look(path: &Path) -> io::Result<Vec<Looks>> {
        let looks = files_of(path)?.into_iter().map(|file| {
            let data = fs::metadata(&file)?;
            Ok(Looks::of(file, &data))
        });
        looks.collect()
    }

    /// Looks at a file and hashes it.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let looks = Self::look(path)?;
        let at = SystemTime::now();
        Ok(Self {
            hash: hash(path)?,
            looks,
            at,
        })
    }

    /// Says whether the file is still the one that was hashed.
    pub(crate) fn still(&self, path: &Path) -> bool {
        let same = Self::look(path).is_ok_and(|looks| looks == self.looks);
        // A clock may be too coarse to tell two writes apart that follow each other closely.
        let settled = self.looks.iter().all(|looks| {
            let age = looks.modified.map(|then| self.at.duration_since(then));
            age.is_some_and(|age| age.is_ok_and(|age| age.as_secs() >= 2))
        });
        same && (settled || hash(path).is_ok_and(|hash| hash == self.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::{first_letter, is_json};

    #[test]
    fn json_is_known_by_its_first_letter_and_not_by_its_name() {
        for start in ["{\"contents\"", " \r\n\t[", "\u{feff} {"] {
            assert!(is_json(start.as_bytes()), "{start}");
        }
        assert!(is_json(b"\xff\xfe{\0\"\0") && is_json(b"\xfe\xff\0["));
        for start in ["", "  ", "name,kind\n{", "\u{feff}name", "PK\u{3}\u{4}"] {
            assert!(!is_json(start.as_bytes()), "{start}");
        }
        assert_eq!(first_letter(b"\xef\xbb\xbf <osm"), Some('<'));
        assert_eq!(first_letter(b"\xff\xfe"), None);
    }
}
