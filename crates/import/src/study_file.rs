//! `study.toml`: the one file that says what a study is made of.
//!
//! One struct, every field documented, unknown fields refused. Paths are relative to the folder the file is in.

mod suggest;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use catchment_core::grid::Grid;
use catchment_core::issue::{Issue, Severity};
use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;

use crate::table::TableFile;
pub(crate) use suggest::nearest;
use suggest::with_suggestion;

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

/// Where one input comes from, written beside its file. All of it is repeated in what is published.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Origin {
    /// Who publishes it, and what it is called there.
    pub source: Option<String>,
    /// The terms it may be used under.
    pub licence: Option<String>,
    /// The credit its owner asks for.
    pub attribution: Option<String>,
    /// The date the data are of.
    pub date: Option<toml::value::Datetime>,
    /// A warning that everything built on it repeats.
    pub caveat: Option<String>,
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The file, relative to the study's folder.
            pub file: String,
            /// The sheet of a workbook or the layer of a `GeoPackage`; where there is only one it need not be named.
            pub layer: Option<String>,
            $($(#[$field_doc])* pub $field: $type,)*
            /// Who publishes it, and what it is called there.
            pub source: Option<String>,
            /// The terms it may be used under.
            pub licence: Option<String>,
            /// The credit its owner asks for.
            pub attribution: Option<String>,
            /// The date the data are of.
            pub date: Option<toml::value::Datetime>,
            /// A warning that everything built on it repeats.
            pub caveat: Option<String>,
        }

        impl $name {
            /// Returns everything that its reader is told, as a text that is the same for the same options. Where the file comes
            /// from is not among it.
            pub(crate) fn options(&self) -> String {
                let mut section = self.clone();
                section.source = None;
                section.licence = None;
                section.attribution = None;
                section.date = None;
                section.caveat = None;
                format!("{section:?}")
            }

            /// Returns where the file comes from.
            #[must_use]
            pub fn origin(&self) -> Origin {
                Origin {
                    source: self.source.clone(),
                    licence: self.licence.clone(),
                    attribution: self.attribution.clone(),
                    date: self.date,
                    caveat: self.caveat.clone(),
                }
            }
        }
    )+};
}

sections! {
    /// `[roads]`: an `OpenStreetMap` file, `.osm.pbf`, `.osm` or `.osm.gz`.
    Roads {}

    /// One `[[areas]]`: the boundaries of one kind and vintage, as `GeoJSON`, `GeoPackage`, `FlatGeobuf` or zipped Shapefile.
    Areas {
        /// A short id that other sections refer to.
        id: String,
        /// `ward` or `small_area`.
        kind: String,
        /// The year the boundaries are of.
        vintage: String,
        /// The property that holds the official code.
        code: String,
        /// The property that holds the name.
        name: String,
        /// The coordinate reference system, such as `EPSG:27700`, of a file that does not say or says it wrongly.
        crs: Option<String>,
    }

    /// One `[[lookup]]`: which areas of one set make up those of another.
    Lookup {
        /// The id of the areas that are shared out.
        from: String,
        /// The id of the areas they are shared out over.
        to: String,
        /// The column of codes of `from`.
        from_code: String,
        /// The column of codes of `to`.
        to_code: String,
        /// The column of weights, such as residents; without it an area is shared out in equal parts.
        weight: Option<String>,
    }

    /// `[population]`: residents by area, one row an area (`total`, `bands`) or one row an area and age band (`band`, `count`).
    Population {
        /// The id of the areas it is of.
        areas: String,
        /// The column of area codes.
        code: String,
        /// Wide form: the column of all residents.
        total: Option<String>,
        /// Wide form: age bands, each the sum of a run of columns.
        bands: Option<Vec<BandColumns>>,
        /// Long form: the column that names the age band.
        band: Option<String>,
        /// Long form: the column of residents.
        count: Option<String>,
    }

    /// One `[[deprivation]]`: deciles by area.
    Deprivation {
        /// A short id.
        id: String,
        /// The id of the areas it is of. An index is never joined to areas of another year.
        areas: String,
        /// The column of area codes.
        code: String,
        /// The column of deciles, 1 the most deprived.
        decile: String,
        /// The column of ranks, 1 the most deprived.
        rank: Option<String>,
        /// The name of the index and its year.
        index: String,
    }

    /// `[postcodes]`: ONSPD, NSPL, Code-Point Open (with or without header) or any table with coordinates on the study's grid.
    Postcodes {
        /// The column of postcodes; need not be given for ONSPD, NSPL and Code-Point Open.
        postcode: Option<String>,
        /// The column of eastings.
        easting: Option<String>,
        /// The column of northings.
        northing: Option<String>,
        /// The column of Code-Point Open's quality or of ONSPD's grid indicator.
        quality: Option<String>,
        /// The column of the month a postcode ended.
        ended: Option<String>,
    }

    /// `[towns]`: names of towns, villages and suburbs with coordinates on the study's grid. Those of the road file are known too.
    Towns {
        /// The column of names.
        name: String,
        /// The column of eastings.
        easting: String,
        /// The column of northings.
        northing: String,
    }

    /// `[service_areas]`: outlines of where services come to, in any format that areas can have.
    ServiceAreas {
        /// The property that holds the id of the service.
        service_id: String,
        /// The coordinate reference system of a file that does not say.
        crs: Option<String>,
    }

    /// One `[[assets]]`: community assets from a table or an Open Referral UK feed file (`.json`).
    Assets {
        /// The table's own headers, by the name of the field they hold, where they differ from it.
        columns: Option<BTreeMap<String, String>>,
        /// What they all are, where no column says it.
        kind: Option<String>,
    }

    /// `[returns]`: which providers sent their records.
    Returns {
        /// The table's own headers, by the name of the field they hold, where they differ from it.
        columns: Option<BTreeMap<String, String>>,
        /// What an x in a cell means, `yes` or `no`: it could be a tick or a cross.
        x_means: Option<String>,
    }

    /// `[providers]`, `[sessions]`, `[service_users]` or `[attendances]`: a table of the council's own.
    Table {
        /// A ready set of columns: `client_level_data` for people and attendances.
        profile: Option<String>,
        /// The table's own headers, by the name of the field they hold, where they differ from it.
        columns: Option<BTreeMap<String, String>>,
    }
}

impl Postcodes {
    /// Names a file and nothing else.
    pub(crate) fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            layer: None,
            postcode: None,
            easting: None,
            northing: None,
            quality: None,
            ended: None,
            source: None,
            licence: None,
            attribution: None,
            date: None,
            caveat: None,
        }
    }
}

impl Table {
    /// Returns the ready profile that the table names, which must be one of those `known` for it.
    pub(crate) fn profile_of(&self, known: &[&str]) -> Result<Option<&str>, Issue> {
        let Some(profile) = self.profile.as_deref() else {
            return Ok(None);
        };
        if known.contains(&profile) {
            return Ok(Some(profile));
        }
        let hint = if known.is_empty() {
            "take the profile out; there is none for this table".to_owned()
        } else {
            format!("known is {}", known.join(", "))
        };
        let message =
            format!("study.toml names a profile \"{profile}\" that is not known for this table");
        Err(Issue::new(
            &self.file,
            Severity::FileUnusable,
            message,
            hint,
        ))
    }

    /// Returns the table as its reader wants it.
    pub(crate) fn table_file<'a>(&'a self, folder: &'a Path, personal: bool) -> TableFile<'a> {
        TableFile {
            folder,
            file: &self.file,
            sheet: self.layer.as_deref(),
            mapping: self.columns.clone().unwrap_or_default(),
            personal,
        }
    }
}

impl Returns {
    /// Returns the table as its reader wants it.
    pub(crate) fn table_file<'a>(&'a self, folder: &'a Path) -> TableFile<'a> {
        TableFile {
            folder,
            file: &self.file,
            sheet: self.layer.as_deref(),
            mapping: self.columns.clone().unwrap_or_default(),
            personal: false,
        }
    }

    /// Says whether an x means yes; nothing where the file does not say what it means.
    pub(crate) fn x_is_yes(&self) -> Option<bool> {
        self.x_means.as_deref().map(|means| means == "yes")
    }
}

/// An age band that is the sum of a run of columns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandColumns {
    /// The band's name.
    pub label: String,
    /// The header of its first column.
    pub first: String,
    /// The header of its last column.
    pub last: String,
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
    /// A text that every page and layer shows.
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
    /// A place further than this from any street has no journey; metres.
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
            toml::from_str(text).map_err(|error| with_suggestion(&error.to_string()))?;
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

    fn validate(&self) -> Result<(), String> {
        let year = self.reference_date()?.year();
        if !(1990..2100).contains(&year) {
            return Err(format!(
                "study.reference_date is in the year {year}; write the day the study describes"
            ));
        }
        self.grid()?;
        if !matches!(self.travel.profile.as_str(), "drive" | "walk") {
            return Err("travel.profile is one of \"drive\", \"walk\"".to_owned());
        }
        if !(self.travel.snap_cap_m > 0.0 && self.travel.snap_cap_m.is_finite()) {
            return Err("travel.snap_cap_m is a number of metres above 0".to_owned());
        }
        if !matches!(self.release.profile.as_str(), "lt5" | "le7_round5" | "lt10") {
            return Err("release.profile is one of \"lt5\", \"le7_round5\", \"lt10\"".to_owned());
        }
        let x_means = self
            .returns
            .as_ref()
            .and_then(|returns| returns.x_means.as_deref());
        if x_means.is_some_and(|means| !matches!(means, "yes" | "no")) {
            return Err("returns.x_means is one of \"yes\", \"no\"".to_owned());
        }
        for (place, index) in self.deprivation.iter().enumerate() {
            if self.deprivation[..place]
                .iter()
                .any(|earlier| earlier.id == index.id)
            {
                return Err(format!(
                    "two [[deprivation]] have the id \"{}\"; give each its own",
                    index.id
                ));
            }
        }
        for (place, lookup) in self.lookup.iter().enumerate() {
            let same = |earlier: &Lookup| earlier.from == lookup.from && earlier.to == lookup.to;
            if self.lookup[..place].iter().any(same) {
                return Err(format!(
                    "two [[lookup]] go from \"{}\" to \"{}\"; keep one",
                    lookup.from, lookup.to
                ));
            }
        }
        for (place, areas) in self.areas.iter().enumerate() {
            if self.areas[..place]
                .iter()
                .any(|earlier| earlier.id == areas.id)
            {
                return Err(format!(
                    "two [[areas]] have the id \"{}\"; give each its own",
                    areas.id
                ));
            }
            areas
                .kind
                .parse::<catchment_core::area::AreaKind>()
                .map_err(|error| format!("areas \"{}\": kind: {error}", areas.id))?;
            if !is_year(&areas.vintage) {
                return Err(format!(
                    "areas \"{}\": vintage = \"{}\" is not the year the boundaries are of, such as \"2021\"",
                    areas.id, areas.vintage
                ));
            }
        }
        let known: Vec<&str> = self.areas.iter().map(|areas| areas.id.as_str()).collect();
        let used = self
            .population
            .iter()
            .map(|population| ("population", &population.areas))
            .chain(
                self.deprivation
                    .iter()
                    .map(|deprivation| ("deprivation", &deprivation.areas)),
            )
            .chain(self.lookup.iter().map(|lookup| ("lookup", &lookup.from)))
            .chain(self.lookup.iter().map(|lookup| ("lookup", &lookup.to)));
        for (section, id) in used {
            if !known.contains(&id.as_str()) {
                return Err(format!(
                    "{section}: \"{id}\" is not the id of any [[areas]]; they are: {}",
                    known.join(", ")
                ));
            }
        }
        if self.attendances.is_some() && (self.service_users.is_none() || self.providers.is_none())
        {
            return Err(
                "[attendances] needs [service_users] and [providers] too: it says who goes where"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Says whether a text is a year that boundaries can be of.
fn is_year(text: &str) -> bool {
    text.len() == 4
        && text
            .parse::<u16>()
            .is_ok_and(|year| (1900..2100).contains(&year))
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

#[cfg(test)]
mod tests;
