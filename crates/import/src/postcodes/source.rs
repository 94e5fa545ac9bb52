//! Finds the recognised postcode tables in what the study file names: a CSV file, the zip as it is downloaded, or a folder of CSV files.
//!
//! Of a zip or folder, the outermost recognised tables are read: the ONS packs the whole country once in one file and once more in a
//! file for each postcode area, below it. Folders inside a folder are not looked into.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::layout::Layout;
use super::rows::split_cell;
use crate::study_file;

/// A header ends within this.
const START: u64 = 1 << 16;
/// The most files that are looked at in a zip or a folder. Great Britain has 120 postcode areas.
const MOST_FILES: usize = 10_000;
/// The most columns of a table.
const MOST_COLUMNS: usize = 4_096;

/// A recognised table.
pub(super) struct Member {
    /// Its path inside the zip or its name in the folder; nothing where it is the file itself.
    pub(super) name: Option<String>,
    pub(super) layout: Layout,
    at: At,
}

enum At {
    File(PathBuf),
    Zip(usize),
}

/// The recognised tables of a source, in the order of their names.
pub(super) struct Found {
    path: PathBuf,
    pub(super) members: Vec<Member>,
    /// How many recognised tables are further in and not read.
    pub(super) passed_over: usize,
}

/// Finds them; nothing where the file is a table like any other.
pub(super) fn find(path: &Path, section: &study_file::Postcodes) -> Result<Option<Found>, String> {
    if path.is_dir() {
        return Ok(keep_outermost(path, in_folder(path, section)?));
    }
    let mut file = File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
    let start = start_of(&mut file)?;
    if start.starts_with(b"PK\x03\x04") {
        let members = in_zip(file, section)?;
        return Ok(keep_outermost(path, members));
    }
    let member = recognised(&start, section).map(|layout| Member {
        name: None,
        layout,
        at: At::File(path.to_owned()),
    });
    Ok(keep_outermost(path, member.into_iter().collect()))
}

fn in_folder(path: &Path, section: &study_file::Postcodes) -> Result<Vec<Member>, String> {
    let mut members = Vec::new();
    for file in csv_files(path).map_err(|error| format!("cannot be read: {error}"))? {
        let mut opened = File::open(&file).map_err(|error| format!("cannot be opened: {error}"))?;
        let Some(layout) = recognised(&start_of(&mut opened)?, section) else {
            continue;
        };
        members.push(Member {
            name: file
                .file_name()
                .map(|name| name.to_string_lossy().into_owned()),
            layout,
            at: At::File(file),
        });
    }
    Ok(members)
}

/// Lists the CSV files of a folder by name.
pub(crate) fn csv_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)?.take(MOST_FILES) {
        let path = entry?.path();
        if is_csv(&path) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn is_csv(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

fn in_zip<R: Read + Seek>(file: R, section: &study_file::Postcodes) -> Result<Vec<Member>, String> {
    let mut zip = ZipArchive::new(file)
        .map_err(|error| format!("is a zip that cannot be opened: {error}"))?;
    let mut members = Vec::new();
    for place in 0..zip.len().min(MOST_FILES) {
        let mut file = zip
            .by_index(place)
            .map_err(|error| format!("is a zip that cannot be read: {error}"))?;
        // A name that is no text is no maker's.
        let Ok(name) = file.name().map(Cow::into_owned) else {
            continue;
        };
        if !is_csv(Path::new(&name)) {
            continue;
        }
        if let Some(layout) = recognised(&start_of(&mut file)?, section) {
            members.push(Member {
                name: Some(name),
                layout,
                at: At::Zip(place),
            });
        }
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

fn keep_outermost(path: &Path, members: Vec<Member>) -> Option<Found> {
    let depth = |member: &Member| {
        let name = member.name.as_deref().unwrap_or_default();
        name.matches('/').count()
    };
    let outermost = members.iter().map(depth).min()?;
    let all = members.len();
    let members: Vec<Member> = members
        .into_iter()
        .filter(|member| depth(member) == outermost)
        .collect();
    Some(Found {
        path: path.to_owned(),
        passed_over: all - members.len(),
        members,
    })
}

impl Found {
    /// Opens a member and hands it on.
    pub(super) fn open<T>(
        &self,
        member: &Member,
        read: impl FnOnce(&mut (dyn Read + Send)) -> Result<T, String>,
    ) -> Result<T, String> {
        let open =
            |path: &Path| File::open(path).map_err(|error| format!("cannot be opened: {error}"));
        match &member.at {
            At::File(path) => read(&mut open(path)?),
            At::Zip(place) => {
                let broken = |error| format!("is a zip that cannot be read: {error}");
                let mut zip = ZipArchive::new(open(&self.path)?).map_err(broken)?;
                let mut file = zip.by_index(*place).map_err(broken)?;
                read(&mut file)
            }
        }
    }
}

/// Reads the start of a file.
fn start_of(source: &mut impl Read) -> Result<Vec<u8>, String> {
    let mut start = Vec::new();
    source
        .take(START)
        .read_to_end(&mut start)
        .map_err(|error| format!("cannot be read: {error}"))?;
    Ok(start)
}

/// Recognises a table by its start.
pub(super) fn recognised(start: &[u8], section: &study_file::Postcodes) -> Option<Layout> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    if start.contains(&0) {
        return None;
    }
    let line = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let mut cells = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let (cell, after) = split_cell(text)?;
        cells.push(String::from_utf8_lossy(cell.trim_ascii()).into_owned());
        rest = after;
        if cells.len() > MOST_COLUMNS {
            return None;
        }
    }
    Layout::of(&cells, section)
}

/// Looks at bytes as a zip and reads what is recognised in it, for fuzzing.
pub(super) fn zip_of_bytes(bytes: &[u8], section: &study_file::Postcodes) {
    let _ = in_zip(Cursor::new(bytes), section);
}
