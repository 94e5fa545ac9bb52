//! Reads every file format in and writes the bundle.
//!
//! This is the only crate that parses the outside world. A reader returns what it could read and a list of
//! [`Issue`](catchment_core::issue::Issue)s; a bad row is never an error and never lost in silence. [`read`](fn@read) goes through a study folder,
//! [`build`] stores what was read in one file, [`open`] opens that file.
//!
//! It deliberately computes no figure and knows no analysis.

mod areas;
mod assets;
mod background;
mod bundle;
mod directory;
#[doc(hidden)]
pub mod fuzz;
mod join;
mod look_over;
mod lookups;
pub mod osm;
mod people;
mod places;
mod postcodes;
mod propose;
mod read;
mod report;
mod sealed;
mod spatial;
mod study_file;
mod supply;
mod table;
mod text;

pub use bundle::{BUNDLE_FILE, BundleError, build, open};
pub use propose::{ProposeError, Proposed, propose_study};
pub use read::{ImportError, Progress, ReadStudy, read};
pub use report::{
    AreaCoverage, Card, CardItem, Coverage, FileCounts, GradeCount, Item, NoSuchProvider, Report,
    ReportAbout, RowCounts, SnapSummary, Sums, Tally,
};
pub use study_file::{STUDY_FILE, StudyFile, StudyFileError};
