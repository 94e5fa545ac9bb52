//! Proposes a study file from the files a council has, with a line of reason for each guess.
//!
//! Every file is looked at (`look`), what it probably is becomes a draft of a section (`layers`, `open_data`, `council`), and the
//! drafts become the text of a `study.toml` (`write`). Where two files or two columns are equally likely both are shown and neither
//! is used. Values support a guess, by counting; what stands in a table about people is never written, not even its headers where
//! they are not known to be headers.
//!
//! It deliberately decides nothing that a person must: the day of the study, which of two files is meant.

mod council;
mod evidence;
mod fields;
mod layers;
mod look;
mod open_data;
mod paths;
#[cfg(test)]
mod tests;
mod write;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use thiserror::Error;

use crate::study_file::StudyFile;
use look::Look;

/// Why no study file can be proposed.
#[derive(Debug, Error)]
pub enum ProposeError {
    /// A file or folder cannot be looked at.
    #[error("cannot look at {path}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No file was named, or the folders named hold none.
    #[error("there is no file to look at")]
    Nothing,
    /// What was proposed is no study file, which is a mistake of this program.
    #[error("the proposal is not a study file: {0}")]
    Invalid(String),
}

/// A proposed study file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its text, which reads as a study file.
    pub text: String,
    /// What each file was taken for, a line each; nothing of what stands in a table about people.
    pub summary: Vec<String>,
}

/// The sections of a study file, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Roads,
    Areas,
    Lookup,
    Population,
    Deprivation,
    Postcodes,
    Providers,
    Sessions,
    ServiceAreas,
    Returns,
    Assets,
    ServiceUsers,
    Attendances,
}

impl Section {
    /// Returns its name in the file, and whether there may be several.
    fn name(self) -> (&'static str, bool) {
        match self {
            Self::Roads => ("roads", false),
            Self::Areas => ("areas", true),
            Self::Lookup => ("lookup", true),
            Self::Population => ("population", false),
            Self::Deprivation => ("deprivation", true),
            Self::Postcodes => ("postcodes", false),
            Self::Providers => ("providers", false),
            Self::Sessions => ("sessions", false),
            Self::ServiceAreas => ("service_areas", false),
            Self::Returns => ("returns", false),
            Self::Assets => ("assets", true),
            Self::ServiceUsers => ("service_users", false),
            Self::Attendances => ("attendances", false),
        }
    }
}

/// One line of a section: a key, its value as TOML, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    key: String,
    value: String,
    why: String,
    /// Whether a person must look: the line is a guess.
    check: bool,
    /// Whether it stands in a comment, because it is one of several or its value is not known.
    out: bool,
}

impl Line {
    fn new(key: &str, value: &str, why: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            value: write::quoted(value),
            why: why.into(),
            check: false,
            out: false,
        }
    }

    fn checked_by_hand(mut self) -> Self {
        self.check = true;
        self
    }
}

/// What one file, sheet or layer probably is.
#[derive(Clone, Debug)]
struct Draft {
    section: Section,
    /// Which file it came from: its place in the list.
    file: usize,
    layer: Option<String>,
    /// Why it is taken for this.
    why: String,
    lines: Vec<Line>,
    /// The table's own headers by field.
    columns: Vec<Line>,
    /// What tells drafts of one section apart (the id of the areas, the index); a second of the same is a rival.
    key: String,
    /// The year it is of, where known: of two rivals of different years the later is proposed, and said.
    year: Option<u16>,
    /// The ids of the areas it needs.
    needs: Vec<String>,
    /// Why it cannot be used as it stands.
    stop: Option<String>,
}

impl Draft {
    fn new(section: Section, why: impl Into<String>) -> Self {
        Self {
            section,
            file: 0,
            layer: None,
            why: why.into(),
            lines: Vec::new(),
            columns: Vec::new(),
            key: String::new(),
            year: None,
            needs: Vec::new(),
            stop: None,
        }
    }
}

/// A file, and what was made of it.
struct Looked {
    /// Its path as the study file names it.
    name: String,
    /// Whether its path could not be written relative to the study.
    absolute: bool,
    /// What it is not, or why it cannot be read.
    unused: Vec<String>,
}

/// A set of areas that was recognised.
struct KnownAreas {
    id: String,
    kind: &'static str,
    year: Option<u16>,
    codes: std::collections::BTreeSet<String>,
}

/// Proposes a study file for a folder from files, or from all files of folders. `today` stands in for the day of the study.
pub fn propose_study(
    folder: &Path,
    from: &[PathBuf],
    today: Date,
) -> Result<Proposed, ProposeError> {
    let files = paths::all(from)?;
    let folder = paths::whole(folder)?;
    let mut looked = Vec::new();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut areas: Vec<KnownAreas> = Vec::new();
    let mut tables = Vec::new();
    let mut titles: Vec<String> = Vec::new();
    let mut grid = None;
    for (place, path) in files.iter().enumerate() {
        let (name, absolute) = paths::name(&folder, path)?;
        let mut unused = Vec::new();
        for look in look::look(path) {
            let found = match look {
                Look::Table(table) => {
                    tables.push((place, table));
                    continue;
                }
                Look::Layer(layer) => layers::recognise(&layer, &name, &mut titles).map(|found| {
                    grid = grid.or(Some(layer.grid));
                    areas.extend(found.areas);
                    found.draft
                }),
                Look::Roads => Ok(look::roads()),
                Look::Feed => Ok(look::feed()),
                Look::Other(why) => Err(why),
            };
            match found {
                Ok(draft) => drafts.push(Draft {
                    file: place,
                    ..draft
                }),
                Err(why) => unused.push(why),
            }
        }
        looked.push(Looked {
            name,
            absolute,
            unused,
        });
    }
    for (place, table) in tables {
        let name = looked.get(place).map_or("", |file| file.name.as_str());
        let found = open_data::recognise(&table, name, &areas, &mut titles)
            .map(|draft| vec![draft])
            .or_else(|why_not| council::recognise(&table, name).map_err(|why| why.or(why_not)));
        match found {
            Ok(found) => drafts.extend(found.into_iter().map(|draft| Draft {
                file: place,
                layer: table.sheet.clone(),
                ..draft
            })),
            Err(why) => {
                if let Some(file) = looked.get_mut(place) {
                    file.unused.push(why.text(&table));
                }
            }
        }
    }
    let text = write::study(&looked, drafts, &titles, grid, today, &folder);
    StudyFile::parse(&text.text).map_err(ProposeError::Invalid)?;
    Ok(text)
}

/// Why a table is not used: what it might be about, in words that hold nothing of it.
struct WhyNot(Option<String>);

impl WhyNot {
    fn or(self, other: Self) -> Self {
        Self(other.0.or(self.0))
    }

    fn text(&self, table: &look::TableLook) -> String {
        let sheet = table
            .sheet
            .as_ref()
            .map_or_else(String::new, |sheet| format!("sheet \"{sheet}\" "));
        match &self.0 {
            Some(why) => format!("{sheet}{why}"),
            None => format!(
                "{sheet}is a table of {} columns that is not recognised; if it belongs to the study, name it in a section of its own",
                table.headers.len()
            ),
        }
    }
}
