//! What every part of the program needs: networks by name, the same random numbers on every machine, and seconds.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use catchment_core::grid::{Grid, LonLat};
use catchment_import::osm::{RoadsRead, read_roads};
use catchment_travel::{Profile, Seconds, StreetNetwork};
use serde_json::json;

pub(crate) type Failure = Box<dyn Error>;

/// How long a round lasts at least, in seconds: short work is done many times in one, since CPU time is told in hundredths.
const ROUND: f64 = 0.4;

pub(crate) fn parse_grid(text: &str) -> Result<Grid, Failure> {
    match text {
        "british-national" => Ok(Grid::BritishNational),
        "irish" => Ok(Grid::Irish),
        _ => {
            let LonLat { lon, lat } = parse_place(text)
                .ok_or("the grid is british-national, irish or LON,LAT of its centre")?;
            Ok(Grid::Local { lon, lat })
        }
    }
}

fn parse_place(text: &str) -> Option<LonLat> {
    let (lon, lat) = text.split_once(',')?;
    Some(LonLat {
        lon: lon.trim().parse().ok()?,
        lat: lat.trim().parse().ok()?,
    })
}

/// The profiles one can ask for by name.
pub(crate) fn profile(name: &str) -> Result<Profile, Failure> {
    let mut profile = Profile::drive();
    match name {
        "drive" => {}
        "free" => {
            "drive without restrictions".clone_into(&mut profile.name);
            profile.general_restrictions = false;
            profile.restriction_keys.clear();
        }
        "no-u-turns" => {
            "drive without U-turns but at dead ends".clone_into(&mut profile.name);
            // So that every junction knows how one came: a thousandth of a second a turn, which no way is chosen by.
            profile.turns.penalty = Seconds::new(0.001);
            profile.turns.u_turn = None;
        }
        "turning" => {
            "drive with turn costs".clone_into(&mut profile.name);
            profile.turns.penalty = Seconds::new(7.5);
            profile.turns.u_turn = Some(Seconds::new(20.0));
            profile.waits.signals = Seconds::new(2.0);
        }
        _ => return Err("the profile is drive, free, no-u-turns or turning".into()),
    }
    Ok(profile)
}

/// Reads a road file for some profiles.
pub(crate) fn roads(file: &str, grid: &Grid, profiles: &[Profile]) -> Result<RoadsRead, Failure> {
    Ok(read_roads(
        Path::new(file),
        file,
        grid,
        profiles,
        &mut |_, _| {},
    )?)
}

/// Reads a road file for one profile. Junctions are those of the file: chains of streets are not joined.
pub(crate) fn network(
    file: &str,
    grid: &Grid,
    profile: &Profile,
) -> Result<StreetNetwork, Failure> {
    let roads = roads(file, grid, std::slice::from_ref(profile))?;
    Ok(roads.streets.freeze(0, profile)?.0)
}

/// The `SplitMix64` generator (Steele, Lea and Flood 2014), which others can draw from too.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * ((self.next() >> 11) as f64 / (1u64 << 53) as f64)
    }
}

/// Draws so many numbers below a limit.
pub(crate) fn draw(seed: u64, count: usize, below: usize) -> Vec<u32> {
    let mut random = Random(seed);
    let next = || (random.next() % below as u64) as u32;
    std::iter::repeat_with(next).take(count).collect()
}

/// Does some work round after round and prints a line of JSON: seconds of wall and of CPU time of each round, `rows` that stand for
/// more, and what the work gave in the end.
pub(crate) fn timed<T: Into<serde_json::Value>>(
    work: &str,
    (rounds, rows): (usize, Option<usize>),
    mut once: impl FnMut() -> T,
) {
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    // The first time finds nothing in the processor's memory and is not told; it says how often a round repeats the work.
    let start = Instant::now();
    let mut gave = once();
    let seconds = start.elapsed().as_secs_f64();
    let times = (ROUND / seconds).ceil().clamp(1.0, 1000.0) as usize;
    for _ in 0..rounds {
        let (start, spent) = (Instant::now(), cpu_seconds());
        for _ in 0..times {
            gave = once();
        }
        wall.push(start.elapsed().as_secs_f64() / times as f64);
        cpu.push((cpu_seconds() - spent) / times as f64);
    }
    println!(
        "{}",
        json!({ "work": work, "wall": wall, "cpu": cpu, "rows": rows, "gave": gave.into() })
    );
}

/// Returns CPU time of all threads so far, in seconds; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// Returns the most memory used so far, in megabytes; 0 where the system does not tell.
pub(crate) fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
