//! `study.toml`: the one file that says what a study is made of.
//!
//! One struct, every field documented, unknown fields refused. Paths are relative to the folder the file is in. `sections` holds the
//! sections that name a file, `check` what must fit together, `words` what is said of a file that cannot be read.

use std::fs;
use std::path::{Path, PathBuf};

use catchment_core::grid::Grid;
use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;

mod check;
mod sections;
mod words;

pub(crate) use sections::{
    Areas, Assets, BandColumns, Deprivation, Lookup, Origin, Population, Postcodes, Returns, Roads,
    ServiceAreas, Table, Towns,
};

/// The name of the file in a study's folder.
pub const STUDY_FILE: &str = "study.toml";

/// Why a study file cannot be used.
#[derive(Debug, Error)]
pub enum StudyFileError {
    /// There is none, or it cannot be read.
    #[error(
        "cannot read {path}; a study is a folder with a study.toml in it, and `catchment init` writes one"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not the TOML that is expected.
    #[error("{path}: {message}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong and where, with a suggestion where there is one.
        message: String,
    },
}

/// `[study]`: what it is about.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its title.
    pub title: String,
    /// The day it describes.
    pub reference_date: toml::value::Datetime,
    /// `british-national`, `irish`, or `local` (a transverse Mercator centred on `grid_centre`).
    pub grid: String,
    /// Longitude and latitude of the centre of a `local` grid.
    pub grid_centre: Option<[f64; 2]>,
    /// A text that every page, every layer and every layer's passport shows. A passport is the
    /// document beside a layer that says where its figures come from and what was rounded or hidden.
    pub notice: Option<String>,
    /// Whether any of its data are invented.
    #[serde(default)]
    pub invented: bool,
}

/// `[community_assets]`: what of the road file counts as an asset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CommunityAssets {
    /// Whether libraries, leisure centres, halls, places of worship and cafes are read from the tags of the road file.
    pub from_roads: bool,
}

/// `[travel]`: how journeys are reckoned.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Travel {
    /// `drive` or `walk`.
    pub profile: String,
    /// How far a place may be from the street that its journeys begin on; metres. Every place is moved ("snapped") to the nearest
    /// street first, and one further than this from any has no journey.
    pub snap_cap_m: f64,
}

impl Default for Travel {
    fn default() -> Self {
        Self {
            profile: "drive".to_owned(),
            snap_cap_m: 1000.0,
        }
    }
}

/// `[release]`: what is hidden to protect people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Release {
    /// `le7_round5` (hide 1 to 7, round to 5), `lt5` or `lt10`.
    pub profile: String,
}

impl Default for Release {
    fn default() -> Self {
        Self {
            profile: "le7_round5".to_owned(),
        }
    }
}

/// The whole of `study.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// What it is about.
    pub study: About,
    /// Roads.
    pub roads: Option<Roads>,
    /// Boundaries.
    #[serde(default)]
    pub areas: Vec<Areas>,
    /// Which areas make up which.
    #[serde(default)]
    pub lookup: Vec<Lookup>,
    /// Residents.
    pub population: Option<Population>,
    /// Deprivation; the first is used where none is named.
    #[serde(default)]
    pub deprivation: Vec<Deprivation>,
    /// Postcodes.
    pub postcodes: Option<Postcodes>,
    /// Towns, villages and suburbs.
    pub towns: Option<Towns>,
    /// Services.
    pub providers: Option<Table>,
    /// Their weekly sessions.
    pub sessions: Option<Table>,
    /// Where they come to.
    pub service_areas: Option<ServiceAreas>,
    /// Which providers sent their records.
    pub returns: Option<Returns>,
    /// Community assets.
    #[serde(default)]
    pub assets: Vec<Assets>,
    /// People who use services.
    pub service_users: Option<Table>,
    /// What they attend.
    pub attendances: Option<Table>,
    /// What of the road file counts as an asset.
    #[serde(default)]
    pub community_assets: CommunityAssets,
    /// How journeys are reckoned.
    #[serde(default)]
    pub travel: Travel,
    /// What is hidden.
    #[serde(default)]
    pub release: Release,
}

impl StudyFile {
    /// Reads the study file of a folder.
    pub fn load(folder: &Path) -> Result<Self, StudyFileError> {
        let path = folder.join(STUDY_FILE);
        let text = fs::read_to_string(&path).map_err(|source| StudyFileError::Unreadable {
            path: path.clone(),
            source,
        })?;
        Self::parse(&text).map_err(|message| StudyFileError::Invalid { path, message })
    }

    /// Reads the text of a study file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: Self =
            toml::from_str(text).map_err(|error| words::plain(text, &error.to_string()))?;
        file.validate()?;
        Ok(file)
    }

    /// Returns the day the study describes.
    pub fn reference_date(&self) -> Result<Date, String> {
        to_date(self.study.reference_date)
            .ok_or_else(|| "study.reference_date is not a day: write it as 2023-03-06".to_owned())
    }

    /// Returns the grid the study is on.
    pub fn grid(&self) -> Result<Grid, String> {
        match (self.study.grid.as_str(), self.study.grid_centre) {
            ("british-national", None) => Ok(Grid::BritishNational),
            ("irish", None) => Ok(Grid::Irish),
            ("local", Some([lon, lat]))
                if (-180.0..=180.0).contains(&lon) && (-80.0..=80.0).contains(&lat) =>
            {
                Ok(Grid::Local { lon, lat })
            }
            ("local", Some(_)) => Err(
                "study.grid_centre is longitude and latitude in degrees, such as [-8.61, 41.15]"
                    .to_owned(),
            ),
            ("local", None) => Err(
                "study.grid = \"local\" needs study.grid_centre = [longitude, latitude]".to_owned(),
            ),
            ("british-national" | "irish", Some(_)) => {
                Err("study.grid_centre goes with study.grid = \"local\" only".to_owned())
            }
            _ => Err("study.grid is one of \"british-national\", \"irish\", \"local\"".to_owned()),
        }
    }
}

/// Reads a TOML date as a day.
pub(crate) fn to_date(value: toml::value::Datetime) -> Option<Date> {
    let date = value.date?;
    Date::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    )
    .ok()
}

/// Finds the known word that an unknown one was probably meant to be.
pub(crate) fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = unknown.to_lowercase();
    known
        .map(|word| (strsim::jaro_winkler(&folded, &word.to_lowercase()), word))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests;
