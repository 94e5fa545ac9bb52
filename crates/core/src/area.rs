//! Areas: wards and small areas, their people and their deprivation.

use std::fmt;
use std::str::FromStr;

use geo::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::id::{AreaId, AreaSetId};
use crate::place::UnknownWord;

/// What a set of areas is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaKind {
    /// Electoral wards.
    Ward,
    /// Census small areas (in England and Wales, LSOAs).
    SmallArea,
}

impl fmt::Display for AreaKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ward => "ward",
            Self::SmallArea => "small area",
        })
    }
}

impl FromStr for AreaKind {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "ward" => Ok(Self::Ward),
            "small_area" => Ok(Self::SmallArea),
            _ => Err(UnknownWord {
                expected: "ward, small_area",
            }),
        }
    }
}

/// All areas of one kind and year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaSet {
    /// The short id the study file gives it.
    pub key: String,
    /// What it is for.
    pub kind: AreaKind,
    /// The year its boundaries were drawn for.
    pub vintage: String,
}

/// One area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// The set it belongs to.
    pub set: AreaSetId,
    /// Its official code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its outline, in metres on the study's grid.
    pub outline: MultiPolygon<f64>,
}

/// Which areas of one set make up those of another, such as small areas and wards, or areas of 2011 and 2021.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lookup {
    /// The set whose areas are shared out.
    pub from: AreaSetId,
    /// The set they are shared out over.
    pub to: AreaSetId,
    /// One row a pair of areas, ordered by both. The weights of one area sum to 1.
    pub rows: Vec<LookupRow>,
}

/// How much of one area lies in another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookupRow {
    /// The area that is shared out.
    pub from: AreaId,
    /// An area it lies in.
    pub to: AreaId,
    /// The share of it that lies there, above 0 and at most 1: by residents where the file has weights, else in equal parts.
    pub weight: f64,
}

/// Residents by area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// The set of areas the counts are of.
    pub set: AreaSetId,
    /// The names of the age bands, in order.
    pub bands: Vec<String>,
    /// Residents of each area that the file has, ordered by area.
    pub rows: Vec<Residents>,
}

/// The residents of one area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residents {
    /// The area.
    pub area: AreaId,
    /// All residents.
    pub total: f64,
    /// Residents in each age band, as [`Population::bands`] names them.
    pub bands: Vec<f64>,
}

impl Population {
    /// Returns the residents of an area, or nothing where the file has no row for it.
    #[must_use]
    pub fn of(&self, area: AreaId) -> Option<&Residents> {
        self.rows
            .binary_search_by_key(&area, |residents| residents.area)
            .ok()
            .map(|row| &self.rows[row])
    }
}

/// An index of deprivation by area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deprivation {
    /// The short id the study file gives it.
    pub key: String,
    /// Its name and year, such as `English Indices of Deprivation 2019`.
    pub index: String,
    /// The set of areas it is of. An index of boundaries of another year comes to them by a lookup only.
    pub set: AreaSetId,
    /// The decile of each area that the file has, ordered by area.
    pub rows: Vec<DeprivationRow>,
}

/// How deprived one area is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeprivationRow {
    /// The area.
    pub area: AreaId,
    /// From 1, the most deprived tenth, to 10.
    pub decile: u8,
    /// From 1, the most deprived area, where given.
    pub rank: Option<u32>,
}

impl Deprivation {
    /// Returns the row of an area, or nothing where the file has none.
    #[must_use]
    pub fn of(&self, area: AreaId) -> Option<&DeprivationRow> {
        self.rows
            .binary_search_by_key(&area, |row| row.area)
            .ok()
            .map(|row| &self.rows[row])
    }
}
