//! What a road file becomes: turn restrictions and what became of them, and search nodes and arcs for each profile. No times.

use catchment_travel::{Profile, Unknown};

use crate::room::{Failure, parse_grid, profile, roads};

pub(crate) fn print(file: &str, grid: &str) -> Result<(), Failure> {
    let profiles = [
        profile("free")?,
        profile("drive")?,
        profile("turning")?,
        Profile::walk(),
        Profile::wheelchair(),
        Profile::cycle(),
    ];
    let roads = roads(file, &parse_grid(grid)?, &profiles)?;
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
