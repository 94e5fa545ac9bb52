//! Organisations, their services and the sites they take place at, and postcodes.
//!
//! The words are those of Open Referral UK, so that a directory goes in and out without translation.

use std::fmt;
use std::str::FromStr;

use geo::MultiPolygon;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::grid::GridPoint;
use crate::id::{AreaId, OrganisationId, ServiceId, SiteId};

/// A sum of money in pence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pence(i64);

impl Pence {
    /// Makes a sum of so many pence.
    #[must_use]
    pub fn new(pence: i64) -> Self {
        Self(pence)
    }

    /// Returns the number of pence.
    #[must_use]
    pub fn pence(self) -> i64 {
        self.0
    }

    /// Returns the sum in pounds.
    #[must_use]
    pub fn pounds(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl fmt::Display for Pence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(
            formatter,
            "{sign}£{}.{:02}",
            self.0.unsigned_abs() / 100,
            self.0.unsigned_abs() % 100
        )
    }
}

/// A word of a fixed vocabulary that was not recognised.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("expected one of {expected}")]
pub struct UnknownWord {
    /// The words that are.
    pub expected: &'static str,
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal),+ $(,)? } $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$word_doc])* $variant),+ }

        impl $name {
            /// Returns the word as files and layers write it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text.trim().to_ascii_lowercase().as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { expected: $expected }),
                }
            }
        }
    };
}

vocabulary! {
    /// Whether a service runs.
    Status {
        /// It runs.
        Open = "open",
        /// It has ended.
        Closed = "closed",
        /// It is planned.
        Proposed = "proposed",
        /// A place where one might be.
        Candidate = "candidate",
    }
    "open, closed, proposed, candidate"
}

vocabulary! {
    /// Where and how a service reaches a person.
    DeliveryMode {
        /// At a building the service runs.
        Building = "building",
        /// At places in the community.
        Community = "community",
        /// A worker comes to meet the person.
        Outreach = "outreach",
        /// In the person's home.
        Home = "home",
        /// Over the internet or the telephone.
        Online = "online",
    }
    "building, community, outreach, home, online"
}

impl DeliveryMode {
    /// Says whether a person travels to it, so that it has a distance.
    #[must_use]
    pub fn is_travelled_to(self) -> bool {
        matches!(self, Self::Building | Self::Community)
    }
}

/// How finely a place was put on the map, from the finest to the coarsest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeocodeGrade {
    /// By coordinates given for the address.
    Coordinates,
    /// By the point of its postcode.
    Postcode,
    /// By the point of its postcode, which the postcode file itself calls an estimate.
    ImprecisePostcode,
    /// By the last known point of a postcode that has ended.
    EndedPostcode,
    /// By the middle of the postcodes that begin alike, up to the first digit of the second part (`NP20 4`).
    PostcodeSector,
    /// By the middle of the postcodes that share their first part (`NP20`).
    PostcodeDistrict,
    /// By the name of a town, village or suburb.
    Town,
}

impl GeocodeGrade {
    /// All grades, from the finest to the coarsest.
    pub const ALL: [Self; 7] = [
        Self::Coordinates,
        Self::Postcode,
        Self::ImprecisePostcode,
        Self::EndedPostcode,
        Self::PostcodeSector,
        Self::PostcodeDistrict,
        Self::Town,
    ];

    /// Returns the word as layers and reports write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Coordinates => "coordinates",
            Self::Postcode => "postcode point",
            Self::ImprecisePostcode => "estimated postcode point",
            Self::EndedPostcode => "ended postcode",
            Self::PostcodeSector => "postcode sector",
            Self::PostcodeDistrict => "postcode district",
            Self::Town => "town",
        }
    }

    /// Says whether the place is fine enough for a distance to mean something. The middle of a postcode district or of a town may
    /// be kilometres from the door.
    #[must_use]
    pub fn is_fine_enough_for_journeys(self) -> bool {
        self <= Self::PostcodeSector
    }
}

impl fmt::Display for GeocodeGrade {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// Who runs services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// The group it is counted in, such as `Trading company` or `Independent`.
    pub group: String,
}

/// Where services take place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// The source's own reference.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its postcode, in the usual spacing.
    pub postcode: Option<String>,
    /// Where it is, in metres on the study's grid.
    pub point: GridPoint,
    /// How it was placed.
    pub grade: GeocodeGrade,
    /// Whether one can get in without a step, where known.
    pub step_free: Option<bool>,
}

/// A weekly session of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The day of the week, counted from Monday as 0.
    pub weekday: i8,
    /// When it starts, where given.
    pub start: Option<Time>,
    /// When it ends, where given.
    pub end: Option<Time>,
    /// Places, where given.
    pub places: Option<u32>,
    /// Of these, places for people who use a wheelchair.
    pub wheelchair_places: Option<u32>,
}

vocabulary! {
    /// Whom a service is for, by gender.
    GenderServed {
        /// Everybody.
        Any = "any",
        /// Women only.
        Women = "women",
        /// Men only.
        Men = "men",
    }
    "any, women, men"
}

/// Whom a service is for, besides the support groups it serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// The youngest age in years, where there is one.
    pub min_age: Option<u8>,
    /// The oldest age in years, where there is one.
    pub max_age: Option<u8>,
    /// By gender, where stated.
    pub gender: Option<GenderServed>,
    /// Whether it can take people who use a wheelchair, where stated.
    pub wheelchair: Option<bool>,
}

/// Where a service comes to, or whom it takes by where they live.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum ServiceArea {
    /// Not stated.
    #[default]
    NotStated,
    /// Areas of the study.
    Areas(Vec<AreaId>),
    /// An outline, in metres on the study's grid.
    Outline(MultiPolygon<f64>),
}

/// What an organisation offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// The source's own reference, unique.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Who runs it.
    pub organisation: OrganisationId,
    /// Where, for a service with a place of its own.
    pub site: Option<SiteId>,
    /// Its category, such as `Day service`.
    pub category: String,
    /// Whether it runs.
    pub status: Status,
    /// The first day, where known.
    pub opened: Option<Date>,
    /// The last day, where there is one.
    pub closed: Option<Date>,
    /// How it reaches people.
    pub delivery: DeliveryMode,
    /// What the council pays an hour.
    pub hourly_rate: Option<Pence>,
    /// Staff to people, as written (`1:5`).
    pub support_ratio: Option<String>,
    /// What a session costs the person.
    pub charge: Option<Pence>,
    /// The support groups it serves; empty means all.
    pub serves: Vec<String>,
    /// Places in a session.
    pub places: Option<u32>,
    /// Of these, places for people who use a wheelchair.
    pub wheelchair_places: Option<u32>,
    /// Hours a week that it runs, where given instead of sessions.
    pub hours_per_week: Option<f64>,
    /// Its weekly sessions, by day and start; empty where none were given.
    pub sessions: Vec<Session>,
    /// Whom it is for.
    pub eligibility: Eligibility,
    /// Where it comes to.
    pub service_area: ServiceArea,
    /// When the entry was last checked.
    pub last_checked: Option<Date>,
}

impl Service {
    /// Says whether it runs on a day: its status is open and the day is within its dates.
    #[must_use]
    pub fn is_open_on(&self, day: Date) -> bool {
        self.status == Status::Open
            && self.opened.is_none_or(|opened| opened <= day)
            && self.closed.is_none_or(|closed| day <= closed)
    }

    /// Says whether it serves people of a support group.
    #[must_use]
    pub fn serves(&self, support_group: &str) -> bool {
        self.serves.is_empty()
            || self
                .serves
                .iter()
                .any(|served| served.eq_ignore_ascii_case(support_group))
    }
}

/// Whether a provider that was asked for its records sent them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderReturn {
    /// The provider's name as the list of returns has it.
    pub provider: String,
    /// The organisation of the directory that it is, where one matches.
    pub organisation: Option<OrganisationId>,
    /// The service that the return is of, where providers were asked service by service.
    pub service: Option<ServiceId>,
    /// Whether its return came.
    pub came: bool,
    /// The day it came, where given.
    pub date: Option<Date>,
}

/// A place of community life: a library, a leisure centre, a hall, a place of worship, a cafe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// The source's own reference.
    pub key: String,
    /// Its name; empty where it has none.
    pub name: String,
    /// What it is, such as `library`.
    pub kind: String,
    /// Its postcode, in the usual spacing.
    pub postcode: Option<String>,
    /// Where it is, in metres on the study's grid.
    pub point: GridPoint,
    /// How it was placed.
    pub grade: GeocodeGrade,
    /// Whether one can get in without a step, where known.
    pub step_free: Option<bool>,
    /// Where it was read from.
    pub source: AssetSource,
}

vocabulary! {
    /// Where a community asset was read from.
    AssetSource {
        /// The tags of the road file.
        OpenStreetMap = "openstreetmap",
        /// A table of the council's own.
        Table = "table",
        /// An Open Referral UK feed.
        OpenReferral = "open_referral",
    }
    "openstreetmap, table, open_referral"
}

/// A live postcode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Postcode {
    /// The postcode in the usual spacing, such as `NP20 4AA`.
    pub code: String,
    /// Its point, in metres on the study's grid.
    pub point: GridPoint,
}

#[cfg(test)]
mod tests {
    use super::{DeliveryMode, Pence, Status};

    #[test]
    fn pence_read_as_pounds() {
        assert_eq!(Pence::new(951).to_string(), "£9.51");
        assert_eq!(Pence::new(-5).to_string(), "-£0.05");
    }

    #[test]
    fn words_are_read_in_any_case_and_others_refused() {
        assert_eq!("Open".parse(), Ok(Status::Open));
        assert!("shut".parse::<Status>().is_err());
        assert!(DeliveryMode::Building.is_travelled_to());
        assert!(!DeliveryMode::Home.is_travelled_to());
    }
}
