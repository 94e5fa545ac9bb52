//! Searches over the roads of real places held against slower and plainer ones, where the shared data is at hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

mod hierarchy;
mod isochrones;
mod many;
mod oracle;
mod route;
mod scenario;

use std::ops::Range;
use std::path::{Path, PathBuf};

use catchment_core::grid::Grid;
use catchment_import::osm::{RoadsRead, read_roads};
use catchment_travel::{Metres, Profile, Seconds, Snap, Snapper, StreetNetwork};

/// Porto has no national grid here, so it has one of its own.
const PORTO: Grid = Grid::Local {
    lon: -8.61,
    lat: 41.15,
};

/// Driving where turns cost: every junction has to know how one came.
fn driving_with_turn_costs() -> Profile {
    let mut profile = Profile::drive();
    profile.turns.penalty = Seconds::new(7.5);
    profile.turns.u_turn = Some(Seconds::new(20.0));
    profile
}

/// Reads the roads of a place, or says that the test is skipped.
fn read(test: &str, place: &str, grid: &Grid, profile: &Profile) -> Option<RoadsRead> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let file = shared.join(format!("data/{place}/roads.osm.pbf"));
    if !file.exists() {
        println!(
            "SKIP {test}: no shared data at {}; set CATCHMENT_SHARED",
            shared.display()
        );
        return None;
    }
    let profiles = std::slice::from_ref(profile);
    Some(read_roads(&file, "roads.osm.pbf", grid, profiles, &mut |_, _| {}).unwrap())
}

/// Freezes the roads of a place for a profile, every point of them a junction.
fn roads(test: &str, place: &str, grid: &Grid, profile: &Profile) -> Option<StreetNetwork> {
    let roads = read(test, place, grid, profile)?;
    Some(roads.streets.freeze(0, profile).unwrap().0)
}

/// The same as a study has them: chains of streets joined.
fn joined(test: &str, place: &str, grid: &Grid, profile: &Profile) -> Option<StreetNetwork> {
    let (streets, _) = read(test, place, grid, profile)?.streets.condensed();
    Some(streets.freeze(0, profile).unwrap().0)
}

/// Numbers below another, spread as a sequence of golden-ratio steps spreads them, the same in every run.
fn spread(steps: Range<u64>, below: usize) -> impl Iterator<Item = u32> {
    let below = below as u64;
    steps.map(move |step| (((step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) * below) >> 32) as u32)
}

/// Points on streets half a street away from junctions spread over the network, so that the ends of journeys are parts of streets.
fn beside(network: &StreetNetwork, steps: Range<u64>) -> Vec<Snap> {
    let snapper = Snapper::new(network);
    spread(steps, network.junction_count())
        .map(|junction| network.junction(junction))
        .filter_map(|[x, y]| snapper.snap([x + 60.0, y - 35.0], Metres::new(1000.0)).ok())
        .collect()
}
