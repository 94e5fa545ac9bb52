//! Writes the driving network of a road file as flat arrays, so that other programs can search the very same graph.
//!
//! ```text
//! network_arrays FILE GRID FOLDER
//! ```
//!
//! GRID is `british-national`, `irish`, or `lon,lat` of the centre of a local grid. FOLDER gets `first_out`, `head`, `time_ms` (32-bit
//! unsigned integers, little-endian; `first_out` has one more than there are nodes) and `x`, `y` (64-bit floats, metres on the grid,
//! one for each node).

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use catchment_core::grid::Grid;
use catchment_import::osm::read_roads;
use catchment_travel::Profile;
use petgraph::visit::{EdgeRef, IntoEdges};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, grid, folder] = words.as_slice() else {
        return Err("usage: network_arrays FILE british-national|irish|LON,LAT FOLDER".into());
    };
    let profiles = [Profile::drive()];
    let roads = read_roads(
        Path::new(file),
        file,
        &parse_grid(grid)?,
        &profiles,
        &mut |_, _| {},
    )?;
    let (network, _) = roads.streets.freeze(0, &profiles[0])?;
    let network = &network;
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let array = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let (mut first, mut head, mut time) = (array("first_out")?, array("head")?, array("time_ms")?);
    let (mut east, mut north) = (array("x")?, array("y")?);
    let mut arcs = 0u32;
    first.write_all(&arcs.to_le_bytes())?;
    for node in 0..network.node_count() as u32 {
        for arc in network.edges(node) {
            head.write_all(&arc.target().to_le_bytes())?;
            time.write_all(&arc.weight().milliseconds().to_le_bytes())?;
            arcs += 1;
        }
        first.write_all(&arcs.to_le_bytes())?;
        let [x, y] = network.junction(network.node_junction(node));
        east.write_all(&x.to_le_bytes())?;
        north.write_all(&y.to_le_bytes())?;
    }
    for mut file in [first, head, time, east, north] {
        file.flush()?;
    }
    println!("{} nodes, {arcs} arcs", network.node_count());
    Ok(())
}

fn parse_grid(text: &str) -> Result<Grid, Box<dyn Error>> {
    match text {
        "british-national" => Ok(Grid::BritishNational),
        "irish" => Ok(Grid::Irish),
        _ => {
            let (lon, lat) = text.split_once(',').ok_or("the grid is not known")?;
            Ok(Grid::Local {
                lon: lon.trim().parse()?,
                lat: lat.trim().parse()?,
            })
        }
    }
}
