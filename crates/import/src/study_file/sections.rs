//! The sections of a study file that name a file, with what its reader has to be told.
//!
//! They are kept as they are written; whether they fit together is asked in `check`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use catchment_core::issue::{Issue, Severity};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::table::TableFile;

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

            /// Returns the file as the reader of tables wants it: a table that is not about people, with its headers by field.
            #[allow(dead_code, reason = "not every section is a table")]
            pub(crate) fn as_table<'a>(
                &'a self,
                folder: &'a Path,
                headers: &[(&str, Option<&String>)],
            ) -> TableFile<'a> {
                let named = headers
                    .iter()
                    .filter_map(|(field, header)| Some(((*field).to_owned(), (*header)?.clone())));
                TableFile {
                    folder,
                    file: &self.file,
                    sheet: self.layer.as_deref(),
                    mapping: named.collect(),
                    personal: false,
                    of_study: true,
                }
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

    /// One `[[areas]]`: the boundaries of one kind and one year, as `GeoJSON`, `GeoPackage`, `FlatGeobuf` or zipped Shapefile.
    Areas {
        /// A short id that other sections refer to.
        id: String,
        /// `ward` or `small_area`.
        kind: String,
        /// The year the boundaries were drawn for, such as `2021`. Boundaries change, and codes with them, so a table must be of
        /// the same year as the areas it is joined to.
        #[serde(deserialize_with = "year")]
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
        /// The year of the boundaries that the codes of `from` belong to, such as `2011`. It must be the year of those areas.
        #[serde(default, deserialize_with = "maybe_year")]
        from_vintage: Option<String>,
        /// The year of the boundaries that the codes of `to` belong to, such as `2021`. It must be the year of those areas.
        #[serde(default, deserialize_with = "maybe_year")]
        to_vintage: Option<String>,
    }

    /// `[population]`: residents by area, one row an area (`total`, `bands`) or one row an area and age band (`band`, `count`).
    Population {
        /// The id of the areas it is of.
        areas: String,
        /// The column of area codes.
        code: String,
        /// The year of the boundaries that the codes belong to, such as `2021`, where neither the column nor the file is named for
        /// it. It must be the year of the areas.
        #[serde(default, deserialize_with = "maybe_year")]
        vintage: Option<String>,
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
        /// The id of the areas it is for.
        areas: String,
        /// The column of area codes.
        code: String,
        /// The year of the boundaries that the codes belong to, which is not the year of the index: `2011` for the English and the
        /// Welsh index of 2019, `2021` for those of 2025. Where it is not the year of `areas`, a `[[lookup]]` between the two has to
        /// carry the deciles over.
        #[serde(default, deserialize_with = "maybe_year")]
        vintage: Option<String>,
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
            of_study: true,
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
            of_study: true,
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

/// Reads a year, as a number or as a text.
fn year<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    struct Year;

    impl Visitor<'_> for Year {
        type Value = String;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a year such as \"2021\"")
        }

        fn visit_i64<E: Error>(self, year: i64) -> Result<String, E> {
            Ok(year.to_string())
        }

        fn visit_str<E: Error>(self, year: &str) -> Result<String, E> {
            Ok(year.trim().to_owned())
        }
    }

    from.deserialize_any(Year)
}

fn maybe_year<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    year(from).map(Some)
}
