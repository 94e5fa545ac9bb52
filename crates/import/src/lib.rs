//! Reads every file format in and writes the bundle.
//!
//! This is the only crate that parses the outside world. A reader returns what it could read and a list of
//! [`Issue`](catchment_core::issue::Issue)s; a bad row is never an error and never lost in silence. [`read`](fn@read) goes through a study folder,
//! [`build`] stores what was read in one file and reads only what has changed since it did so last, [`open`] opens that file.
//!
//! It deliberately computes no figure and knows no analysis.

mod areas;
mod assets;
mod background;
mod bundle;
mod directory;
#[doc(hidden)]
pub mod fuzz;
mod input;
mod join;
mod look_over;
mod lookups;
pub mod osm;
mod people;
mod places;
mod placing;
mod points;
mod postcodes;
mod propose;
mod read;
mod records;
mod report;
mod sealed;
mod services;
mod sources;
mod spatial;
mod steps;
mod study_file;
mod supply;
mod table;
mod text;
mod whole;

pub use bundle::{BUNDLE_FILE, Built, BundleError, build, build_with, open, open_at_once};
pub use points::{NamedPoint, PointsError, PointsRead, read_points};
pub use propose::{ProposeError, Proposed, propose_study};
pub use read::{ImportError, Progress, ReadStudy, read};
pub use records::{FOLDER as PRIVATE_FOLDER, private_folder};
pub use report::{
    AreaCoverage, Card, CardItem, Coverage, FileCounts, GradeCount, Item, NoSuchProvider, Report,
    ReportAbout, RowCounts, SnapSummary, Sums, Tally,
};
pub use steps::StepDone;
pub use study_file::{ProfileChange, STUDY_FILE, StudyFile, StudyFileError};
pub use text::postcode;
pub use whole::{HalfWritten, abandon, clear_leftovers};
