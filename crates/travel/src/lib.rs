//! How far and how long from A to B, by what.
//!
//! Streets are collected in a [`StreetGraph`] (a petgraph graph), frozen for one [`Profile`] into a [`StreetNetwork`] of flat
//! arrays, and searched from points that were [snapped](snap::Snapper) onto a street:
//!
//! ```
//! use catchment_travel::{Profile, StreetGraphBuilder, Snapper, Metres, Tags, matrix};
//!
//! // Two streets of 100 m in a row, points in metres on any plane.
//! let profiles = [Profile::drive()];
//! let mut streets = StreetGraphBuilder::new(&profiles);
//! let (a, b, c) = (
//!     streets.junction([0.0, 0.0], Tags::new(&[])),
//!     streets.junction([100.0, 0.0], Tags::new(&[])),
//!     streets.junction([200.0, 0.0], Tags::new(&[])),
//! );
//! let street = [("highway", "residential")];
//! streets.street(a, b, vec![[0.0, 0.0], [100.0, 0.0]], Tags::new(&street), None);
//! streets.street(b, c, vec![[100.0, 0.0], [200.0, 0.0]], Tags::new(&street), None);
//!
//! let (network, report) = streets.finish().freeze(0, &profiles[0])?;
//! assert_eq!(report.dropped_components, 0);
//!
//! let snapper = Snapper::new(&network);
//! let home = snapper.snap([10.0, 5.0], Metres::new(1000.0)).map_err(|_| "home is far from any street")?;
//! let site = snapper.snap([190.0, -5.0], Metres::new(1000.0)).map_err(|_| "site is far from any street")?;
//! let costs = matrix(&network, &[home], &[site]);
//! let there = costs.at(0, 0).ok_or("no way there")?;
//! assert_eq!(there.distance().to_string(), "180 m");
//! assert_eq!(there.time().to_string(), "26 s"); // at 25 km/h
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate deliberately knows nothing of people, of files in any format, of the clock and of tokio.

#![forbid(unsafe_code)]

mod adjacency;
mod array;
mod curve;
#[cfg(test)]
mod drawn;
mod graph;
mod grouped;
mod hierarchy;
mod isochrone;
mod many;
mod matrix;
mod network;
mod prepared;
mod profile;
mod route;
mod scenario;
mod snap;
mod sweep;
mod units;
mod visit;

pub use array::{ALIGNMENT, ArrayReader, ArrayWriter, SharedBytes};
pub use graph::{
    Along, CondenseReport, Footing, Junction, NewStreet, Street, StreetGraph, StreetGraphBuilder,
    StreetUse, Surface, TurnRestriction, TurnRule, Unknown,
};
pub use hierarchy::{ArcError, Hierarchy, Path, Query, route_cost, route_path};
pub use isochrone::{
    Band, IsochroneError, Isochrones, LONGEST_BUDGET, MOST_BUDGETS, Outlines, Reached, Stretch,
    Surroundings, TOLERANCE, WIDTH,
};
pub use many::{
    Block, ManyToMany, Measure, NearestSite, NearestSites, Places, Reach, TimeAndDistance, TimeOnly,
};
pub use matrix::{CostMatrix, matrix};
pub use network::{FreezeReport, NetworkError, StreetClass, StreetNetwork};
pub use prepared::PreparedNetwork;
pub use profile::{
    Access, Limits, Mode, Profile, Stress, StressRow, Tags, TurnCosts, TurnReading, Waits,
};
pub use route::{Kind, Leg, Route, RouteSummary, Step, Turn, Underfoot};
pub use scenario::{
    Change, ChangeReport, Changed, NewStreetPlan, Scenario, ScenarioError, Way, Which,
};
pub use snap::{Snap, Snapper, TooFar};
pub use sweep::{CostTree, costs_from, costs_to};
pub use units::{Cost, KmPerHour, Metres, Metric, Seconds};
pub use visit::ArcReference;
