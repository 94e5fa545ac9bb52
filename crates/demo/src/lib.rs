//! Writes the input files of an invented council, and lays invented services and people over a real study.
//!
//! The council is made from a seed: three merged coastal towns with a harbour that roads go round, a river with five
//! bridges, a dense west and centre and a rural east, 33 wards, 240 small areas and 400,000 residents; 36 services that
//! operate and three that closed; and the people who attend them. The same seed and scale give the same bytes. What it
//! writes goes through the same import as real data, and everything that can carry it says that it is invented.
//!
//! It stands apart: it reads nothing, calls no engine, and the engine knows nothing of its numbers. The distances that a
//! real review published are met by moving homes only, through the two constants of [`Tuning`]; `examples/tune.rs` shows
//! how they were found.
//!
//! # What the scale does
//!
//! At scale 1 it is the council described. Below 1 the ground, the services and the number of wards stay as they are;
//! residents, postcodes, people and small areas become fewer in proportion (though never fewer than 400 postcodes and 33
//! small areas), and the streets become sparser, down to a ninth of their density.

#![forbid(unsafe_code)]

mod areas;
mod assets;
mod blocks;
mod council;
mod diary;
mod dress;
mod drive;
mod geometry;
mod land;
mod names;
mod osm;
mod overlay;
mod people;
mod place;
mod random;
mod residents;
mod services;
mod skeleton;
mod streets;
mod supply;
mod tables;
mod template;
mod town;
mod trunk;
mod weave;

use std::path::{Path, PathBuf};

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The number that everything is drawn from.
    pub seed: u64,
    /// Size, above 0 and at most 1; 1 is the council described.
    pub scale: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            scale: 1.0,
        }
    }
}

/// The lengths, in metres of road, over which the likelihood that a person lives so far from a service falls to 1/e.
///
/// The committed values were found with the real engine at seed 1 and scale 1 (`examples/tune.rs`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// For the trading company's services.
    pub trading_decay_m: f64,
    /// For all others.
    pub others_decay_m: f64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            trading_decay_m: 2_680.0,
            others_decay_m: 7_560.0,
        }
    }
}

/// Mean kilometres from home to service over pairs of a person and a service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Means {
    /// Over all pairs.
    pub all: f64,
    /// Over the trading company's.
    pub trading: f64,
    /// Over the others'.
    pub others: f64,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Nodes of the road file.
    pub road_nodes: usize,
    /// Wards.
    pub wards: usize,
    /// Small areas.
    pub small_areas: usize,
    /// Residents.
    pub residents: u32,
    /// Postcodes.
    pub postcodes: usize,
    /// Services, closed ones among them.
    pub services: usize,
    /// People, those who stopped coming among them.
    pub people: usize,
    /// Weekly sessions, past ones among them.
    pub sessions: usize,
    /// The generator's own estimate; the engine's may differ a little, because it starts from the very door.
    pub own_means_km: Means,
}

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The directory holds a study already.
    #[error("{} already holds a study.toml, and it is not overwritten", .0.display())]
    AlreadyThere(PathBuf),
    /// The scale is not above 0 and at most 1.
    #[error("the scale must be above 0 and at most 1, and {0} is not")]
    Scale(f64),
    /// A file could not be written.
    #[error("cannot write {file}")]
    Write {
        /// The file.
        file: String,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A position could not be converted.
    #[error("a position of the invented council lies off the grid: {0}")]
    OffTheGrid(String),
    /// The streets drawn have no place for a service.
    #[error("the streets drawn from this seed have no room for the services; try another seed")]
    NoRoom,
    /// The study to lay over has no postcode with residents.
    #[error("the study has no postcode with residents to lay anything over")]
    NoPostcodes,
}

/// A postcode of a real study.
#[derive(Clone, Debug, PartialEq)]
pub struct GroundPostcode {
    /// The postcode.
    pub postcode: String,
    /// Metres on the study's grid.
    pub easting: f64,
    /// Metres on the study's grid.
    pub northing: f64,
    /// Residents, or any weight in proportion to them: those of its small area shared over its postcodes.
    pub residents: f64,
    /// Deprivation decile of its small area, 1 the most deprived, where known.
    pub decile: Option<u8>,
}

/// What a real study hands over, so that invented services and people can be laid over it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ground {
    /// Its postcodes.
    pub postcodes: Vec<GroundPostcode>,
}

/// The invented tables for a real study.
#[derive(Clone, Debug, PartialEq)]
pub struct Laid {
    /// `providers.csv`.
    pub providers_csv: String,
    /// `service_users.csv`; its heading only where no people were asked for.
    pub service_users_csv: String,
    /// `attendances.csv`; its heading only where no people were asked for.
    pub attendances_csv: String,
}

/// Writes a study into a directory: `study.toml` and every file it names.
///
/// # Errors
///
/// Refuses a directory that already has a `study.toml` and a scale that is not above 0 and at most 1; fails where a file
/// cannot be written.
pub fn write(
    directory: &Path,
    options: &Options,
    progress: &mut dyn FnMut(&str),
) -> Result<Summary, DemoError> {
    council::write(directory, options, Tuning::default(), progress)
}

/// Writes a study with other constants for the homes than the committed ones. Only the tuner has a use for it.
///
/// # Errors
///
/// As [`write`].
pub fn write_tuned(
    directory: &Path,
    options: &Options,
    tuning: Tuning,
    progress: &mut dyn FnMut(&str),
) -> Result<Summary, DemoError> {
    council::write(directory, options, tuning, progress)
}

/// Writes streets alone, of about so many nodes, for measuring how fast other parts work. Returns the nodes written.
///
/// Below some 60,000 nodes the streets are sparser than a town's; above, the whole place grows, towns and all. It lies on a grid of
/// its own about 50.4 N, 0.6 W, and from half a million nodes on no longer in open sea: such a file is for measuring only. Rather less
/// than a third of the nodes are junctions.
///
/// # Errors
///
/// Fails where the file cannot be written.
pub fn write_roads(file: &Path, seed: u64, nodes: usize) -> Result<usize, DemoError> {
    council::write_roads(file, seed, nodes)
}

/// Lays invented services over a real study's postcodes, and people with their attendances where asked.
///
/// # Errors
///
/// Fails where the study has no postcode with residents, and on a scale that is not above 0 and at most 1.
pub fn lay_over(ground: &Ground, options: &Options, with_people: bool) -> Result<Laid, DemoError> {
    overlay::lay_over(ground, options, with_people)
}

/// How likely someone is to need a service by the deprivation decile of where they live, about 1.
fn need(decile: Option<u8>) -> f64 {
    const BY_DECILE: [f64; 10] = [1.75, 1.55, 1.35, 1.2, 1.05, 0.95, 0.88, 0.8, 0.74, 0.68];
    decile
        .and_then(|decile| {
            BY_DECILE
                .get(usize::from(decile).saturating_sub(1))
                .copied()
        })
        .unwrap_or(1.0)
}
