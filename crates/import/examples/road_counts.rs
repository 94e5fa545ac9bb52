//! Prints what a road file becomes: turn restrictions and what became of them, and search nodes and arcs for each profile.
//!
//! ```text
//! road_counts FILE british-national|irish|LON,LAT
//! ```
//!
//! It deliberately measures no time.

use std::error::Error;
use std::path::Path;

use catchment_core::grid::Grid;
use catchment_import::osm::read_roads;
use catchment_travel::{Profile, Seconds, Unknown};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, grid] = &words[..] else {
        return Err("usage: road_counts FILE british-national|irish|LON,LAT".into());
    };
    let grid = match grid.as_str() {
        "british-national" => Grid::BritishNational,
        "irish" => Grid::Irish,
        centre => {
            let (lon, lat) = centre.split_once(',').ok_or("a centre is LON,LAT")?;
            Grid::Local {
                lon: lon.parse()?,
                lat: lat.parse()?,
            }
        }
    };
    let mut turning = Profile::drive();
    "drive with turn costs".clone_into(&mut turning.name);
    turning.turns.penalty = Seconds::new(7.5);
    turning.turns.u_turn = Some(Seconds::new(20.0));
    turning.waits.signals = Seconds::new(2.0);
    let mut free = Profile::drive();
    "drive without restrictions".clone_into(&mut free.name);
    free.general_restrictions = false;
    free.restriction_keys.clear();
    let profiles = [
        free,
        Profile::drive(),
        turning,
        Profile::walk(),
        Profile::wheelchair(),
        Profile::cycle(),
    ];
    let roads = read_roads(Path::new(file), file, &grid, &profiles, &mut |_, _| {})?;
    println!("{:#?}", roads.summary);
    for (what, streets) in [
        ("as read", roads.streets.clone()),
        ("condensed", roads.streets.condensed().0),
    ] {
        println!("{what}:");
        for (index, profile) in profiles.iter().enumerate() {
            let (network, report) = streets.freeze(index, profile)?;
            println!("  {}: {report:?}", profile.name);
            if profile.limits.is_some() {
                let silent = (0..)
                    .zip(network.shapes())
                    .filter(|(street, _)| network.unknown(*street).has(Unknown::SURFACE));
                let silent = silent.count() as f64 / network.street_count() as f64;
                println!(
                    "    {:.1}% of streets do not tell their surface",
                    silent * 100.0
                );
            }
        }
    }
    Ok(())
}
