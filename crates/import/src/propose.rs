//! Proposes a study file from the files a council has, with a line of reason for each guess.
//!
//! Every file is looked at (`look`), what it probably is becomes a draft of a section (`layers`, `open_data`, `council`), and the
//! drafts, put in order (`settle`), become the text of a `study.toml` (`write`). Where two files or two columns are equally likely both are shown and neither
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
mod settle;
#[cfg(test)]
mod tests;
mod unused;
mod write;

use std::path::{Path, PathBuf};

use catchment_core::grid::Grid;
use jiff::civil::Date;
use thiserror::Error;

use crate::study_file::StudyFile;
use look::{Look, TableLook};
use unused::Unused;

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
    /// Whether it is only used where no other table is of its section.
    spare: bool,
    /// The places of columns that it uses and that no line names.
    covers: Vec<usize>,
    /// The columns that it does not use.
    unused: Unused,
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
            spare: false,
            covers: Vec::new(),
            unused: Unused::default(),
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

/// What was found in the files so far.
#[derive(Default)]
struct Findings {
    looked: Vec<Looked>,
    drafts: Vec<Draft>,
    areas: Vec<KnownAreas>,
    /// Tables wait until all areas are known, each with the place of its file.
    tables: Vec<(usize, TableLook)>,
    /// Names of districts.
    titles: Vec<String>,
    grid: Option<Grid>,
}

/// Proposes a study file for a folder from files, or from all files of folders. `today` stands in for the day of the study.
pub fn propose_study(
    folder: &Path,
    from: &[PathBuf],
    today: Date,
) -> Result<Proposed, ProposeError> {
    let files = paths::all(from)?;
    let folder = paths::whole(folder)?;
    let mut found = Findings::default();
    for (place, path) in files.iter().enumerate() {
        let (name, absolute) = paths::name(&folder, path)?;
        let looks = look::look(path);
        found.looked.push(Looked {
            name,
            absolute,
            unused: Vec::new(),
        });
        for look in looks {
            found.take(place, look);
        }
    }
    for (place, table) in std::mem::take(&mut found.tables) {
        found.recognise(place, &table);
    }
    let Findings {
        looked,
        drafts,
        titles,
        grid,
        ..
    } = found;
    let text = write::study(&looked, drafts, &titles, grid, today, &folder);
    StudyFile::parse(&text.text).map_err(ProposeError::Invalid)?;
    Ok(text)
}

impl Findings {
    fn name(&self, file: usize) -> String {
        self.looked
            .get(file)
            .map_or_else(String::new, |file| file.name.clone())
    }

    fn unused(&mut self, file: usize, why: String) {
        if let Some(file) = self.looked.get_mut(file) {
            file.unused.push(why);
        }
    }

    /// Takes a file, sheet or layer for what it is; tables wait.
    fn take(&mut self, file: usize, look: Look) {
        let found = match look {
            Look::Table(table) => {
                self.tables.push((file, table));
                return;
            }
            Look::Layer(layer) => {
                let name = self.name(file);
                match layers::recognise(&layer, &name, &mut self.titles) {
                    Ok(found) => {
                        self.grid = self.grid.or(Some(layer.grid));
                        self.areas.extend(found.areas);
                        Ok(found.draft)
                    }
                    // Of several layers it must be said which one.
                    Err(why) => Err(match &layer.layer {
                        Some(layer) => format!("layer \"{layer}\" {why}"),
                        None => why,
                    }),
                }
            }
            Look::Roads => Ok(look::roads()),
            Look::Feed => Ok(look::feed()),
            Look::Other(why) => Err(why),
        };
        match found {
            Ok(draft) => self.drafts.push(Draft { file, ..draft }),
            Err(why) => self.unused(file, why),
        }
    }

    /// Takes a table for what it is, now that all areas are known.
    fn recognise(&mut self, file: usize, table: &TableLook) {
        let name = self.name(file);
        let found = open_data::recognise(table, &name, &self.areas, &mut self.titles)
            .map(|draft| vec![draft])
            .or_else(|why_not| council::recognise(table, &name).map_err(|why| why.or(why_not)));
        match found {
            Ok(found) => self.drafts.extend(found.into_iter().map(|draft| Draft {
                file,
                layer: table.sheet.clone(),
                ..draft
            })),
            Err(why) => self.unused(file, why.text(table)),
        }
    }
}

/// Why a table is not used: what it might be about, in words that hold nothing of it.
struct WhyNot(Option<String>);

impl WhyNot {
    fn or(self, other: Self) -> Self {
        Self(other.0.or(self.0))
    }

    fn text(&self, table: &TableLook) -> String {
        // Not by its name, which may be a person's.
        let sheet = table
            .sheet_number
            .map_or_else(String::new, |number| format!("sheet {number} "));
        match &self.0 {
            Some(why) => format!("{sheet}{why}"),
            None => format!(
                "{sheet}is a table of {} columns that is not recognised; if it belongs to the study, name it in a section of its own",
                table.headers.len()
            ),
        }
    }
}
