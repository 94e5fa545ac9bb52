//! Every question a council asks: a [`Study`] in, [`Findings`] out.
//!
//! An analysis is a struct whose fields are its inputs and whose doc comments label its form. It works in two steps: `compute`
//! finds plain figures, which tests hold against figures worked out by hand, and `present` lays them out as layers and tables
//! in which every statistic about people is a [`Cell`](catchment_core::findings::Cell). One line in [`registry()`] makes it known
//! to everything else.
//!
//! | question | what it answers |
//! |---|---|
//! | [`providers::Providers`] | where the services are |
//! | [`journeys::AverageJourneys`] | how far people travel |
//! | [`coverage::Coverage`] | who has an open service near |
//! | [`gaps::Gaps`] | where nobody has, and where nothing is known |
//! | [`deprivation::DeprivationWards`] | which wards are deprived, and what is there |
//! | [`community_assets::CommunityAssets`] | where libraries, halls and cafes are, and who can walk to them |
//!
//! This crate deliberately reads no file, no clock and no random source: a seed is a parameter, and the number of threads
//! changes nothing. It hides and rounds nothing either; that is the release crate's work, so what stands here must not be shown.

#![forbid(unsafe_code)]

mod areas;
mod columns;
pub mod community_assets;
pub mod coverage;
pub mod deprivation;
#[cfg(test)]
mod fixture;
pub mod gaps;
mod homes;
pub mod journeys;
mod needs;
mod pairs;
mod palette;
pub mod providers;
mod reach;
mod registry;
mod residents;
pub mod statistics;
mod words;

use catchment_core::findings::{Findings, Value};
use catchment_core::study::Study;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

pub use registry::{Entry, Run, entry, registry};

/// A question a council can ask. The struct's fields are its inputs.
pub trait Analysis: DeserializeOwned + JsonSchema + Serialize + Default {
    /// Its short name: that of its command, its layers and its files.
    const ID: &'static str;
    /// Its name for people.
    const TITLE: &'static str;
    /// The plain figures it finds. They are exact, so they must not be shown.
    type Output;

    /// Says in plain words why a study cannot answer it; nothing where it can.
    fn unavailable(study: &Study) -> Option<String>;

    /// Finds the figures.
    ///
    /// # Errors
    /// A parameter out of range, or a study that cannot answer the question.
    fn compute(
        &self,
        study: &Study,
        progress: &Progress<'_>,
    ) -> Result<Self::Output, AnalysisError>;

    /// Lays the figures out as layers, tables and headline figures.
    fn present(&self, study: &Study, output: &Self::Output) -> Findings<Value>;
}

/// Why a question was not answered.
#[derive(Debug, Error)]
pub enum AnalysisError {
    /// The study lacks what the question needs.
    #[error("{analysis} cannot be answered: {reason}")]
    Unavailable {
        /// The analysis.
        analysis: &'static str,
        /// Why, in plain words.
        reason: String,
    },
    /// The parameters are not names with values.
    #[error("the parameters of {analysis} must be an object of names and values")]
    NotAnObject {
        /// The analysis.
        analysis: &'static str,
    },
    /// There is no parameter of that name.
    #[error("{analysis} has no parameter {parameter:?}; {}", known_parameters(.known))]
    UnknownParameter {
        /// The analysis.
        analysis: &'static str,
        /// The name that was given.
        parameter: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A parameter has a value it cannot have.
    #[error("parameter {parameter:?} of {analysis}: {problem}")]
    BadParameter {
        /// The analysis.
        analysis: &'static str,
        /// The parameter.
        parameter: String,
        /// What is wrong with the value.
        problem: String,
    },
    /// The parameters could not be written down.
    #[error("the parameters of {analysis} cannot be written as JSON")]
    Parameters {
        /// The analysis.
        analysis: &'static str,
        /// What was met.
        source: serde_json::Error,
    },
}

fn known_parameters(known: &[String]) -> String {
    if known.is_empty() {
        "it takes none".to_owned()
    } else {
        format!("it takes {}", known.join(", "))
    }
}

/// Refuses a study that cannot answer a question.
fn available<A: Analysis>(study: &Study) -> Result<(), AnalysisError> {
    A::unavailable(study).map_or(Ok(()), |reason| {
        Err(AnalysisError::Unavailable {
            analysis: A::ID,
            reason,
        })
    })
}

/// Refuses a parameter for which `holds` is false.
fn require<A: Analysis>(holds: bool, parameter: &str, problem: &str) -> Result<(), AnalysisError> {
    if holds {
        Ok(())
    } else {
        Err(bad_parameter::<A>(parameter, problem))
    }
}

/// Refuses limits that are no positive numbers or do not ascend.
fn require_limits<A: Analysis>(limits: &[f64], parameter: &str) -> Result<(), AnalysisError> {
    let positive = limits.iter().all(|limit| limit.is_finite() && *limit > 0.0);
    require::<A>(positive, parameter, "every limit must be a number above 0")?;
    let ascending = limits.windows(2).all(|pair| pair[0] < pair[1]);
    require::<A>(ascending, parameter, "the limits must ascend")
}

fn bad_parameter<A: Analysis>(parameter: &str, problem: &str) -> AnalysisError {
    AnalysisError::BadParameter {
        analysis: A::ID,
        parameter: parameter.to_owned(),
        problem: problem.to_owned(),
    }
}

/// Where an analysis says how far it has got. What it says changes no figure.
#[derive(Clone, Copy, Default)]
pub struct Progress<'a> {
    report: Option<&'a (dyn Fn(f64) + Sync)>,
}

impl<'a> Progress<'a> {
    /// Tells nobody.
    #[must_use]
    pub fn none() -> Self {
        Self { report: None }
    }

    /// Calls `report` with the share of the work that is done, from 0 to 1. It may be called from any thread.
    #[must_use]
    pub fn new(report: &'a (dyn Fn(f64) + Sync)) -> Self {
        Self {
            report: Some(report),
        }
    }

    /// Says that a share of the work is done.
    pub fn at(&self, share: f64) {
        if let Some(report) = self.report {
            report(share.clamp(0.0, 1.0));
        }
    }
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.report.is_some() {
            "Progress(reported)"
        } else {
            "Progress(none)"
        })
    }
}
