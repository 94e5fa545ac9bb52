//! The driving graph as flat arrays, so that other programs can search the very same one, and contracting it from those.
//!
//! A folder has `first_out`, `head`, `time_ms`, `length_mm` (32-bit unsigned integers, little-endian; `first_out` has one more than
//! there are nodes) and `x`, `y` (64-bit floats, metres on the grid, one for each node).

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use catchment_travel::{ArrayWriter, Cost, Hierarchy, PreparedNetwork};
use petgraph::visit::{EdgeRef, IntoEdges};

use crate::room::{Failure, network, parse_grid, peak_megabytes, profile, roads};

pub(crate) fn write(file: &str, grid: &str, folder: &str) -> Result<(), Failure> {
    let network = &network(file, &parse_grid(grid)?, &profile("drive")?)?;
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let array = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let (mut first, mut head) = (array("first_out")?, array("head")?);
    let (mut time, mut length) = (array("time_ms")?, array("length_mm")?);
    let (mut east, mut north) = (array("x")?, array("y")?);
    let mut arcs = 0u32;
    first.write_all(&arcs.to_le_bytes())?;
    for node in 0..network.node_count() as u32 {
        for arc in network.edges(node) {
            head.write_all(&arc.target().to_le_bytes())?;
            time.write_all(&arc.weight().milliseconds().to_le_bytes())?;
            length.write_all(&arc.weight().millimetres().to_le_bytes())?;
            arcs += 1;
        }
        first.write_all(&arcs.to_le_bytes())?;
        let [x, y] = network.junction(network.node_junction(node));
        east.write_all(&x.to_le_bytes())?;
        north.write_all(&y.to_le_bytes())?;
    }
    for mut file in [first, head, time, length, east, north] {
        file.flush()?;
    }
    println!("{} nodes, {arcs} arcs", network.node_count());
    Ok(())
}

/// Goes from a road file to a network with its hierarchy and its index in a file: what a build does for one profile.
pub(crate) fn ready(file: &str, grid: &str, name: &str, out: &str) -> Result<(), Failure> {
    let profiles = [profile(name)?];
    let streets = roads(file, &parse_grid(grid)?, &profiles)?
        .streets
        .condensed()
        .0;
    let prepared = PreparedNetwork::new(streets.freeze(0, &profiles[0])?.0);
    let mut arrays = ArrayWriter::default();
    prepared.store(&mut arrays);
    let mut stored = File::create(out)?;
    stored.write_all(&arrays.finish())?;
    stored.sync_all()?;
    println!("{} nodes", prepared.network().node_count());
    Ok(())
}

/// Contracts the arrays of a folder and says how much memory that took: nothing else is in the process.
pub(crate) fn contract(folder: &str) -> Result<(), Failure> {
    let array = |name: &str| -> Result<Vec<u32>, Failure> {
        let bytes = fs::read(Path::new(folder).join(name))?;
        let numbers = bytes.as_chunks::<4>().0.iter();
        Ok(numbers.map(|bytes| u32::from_le_bytes(*bytes)).collect())
    };
    let (first, head) = (array("first_out")?, array("head")?);
    let (time, length) = (array("time_ms")?, array("length_mm")?);
    let mut arcs = Vec::with_capacity(head.len());
    for (tail, ends) in (0..).zip(first.windows(2)) {
        arcs.extend((ends[0] as usize..ends[1] as usize).map(|arc| {
            let cost = Cost::new(time[arc], length[arc]);
            (tail, head[arc], cost)
        }));
    }
    let nodes = first.len() - 1;
    drop((first, head, time, length));
    println!(
        "{nodes} nodes, {} arcs: {:.0} MB",
        arcs.len(),
        peak_megabytes()
    );
    let hierarchy = Hierarchy::from_arcs(nodes, &arcs)?;
    let (up, down) = hierarchy.arc_counts();
    println!(
        "contracted, {up} arcs up and {down} down: {:.0} MB",
        peak_megabytes()
    );
    Ok(())
}
